import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import fc from 'fast-check';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { isRedisInstalled, type RedisServer, startRedis, tellWithoutRedis } from './redis-server.ts';
import { rewrite } from './rewriting.ts';

const folder = fileURLToPath(new URL('./programs/', import.meta.url));
tellWithoutRedis('its programs are not run');

const programs = `
export async function readAll(ids: string[]) {
  const found: unknown[] = [];
  for (const id of ids) {
    const text = await redis.get(\`user:\${id}\`);
    found.push(text === null ? 'nobody' : text);
  }
  return found;
}

export async function readConcurrently(ids: string[]) {
  return Promise.all(ids.map(async (id) => ({ id, name: await redis.get(\`user:\${id}\`) })));
}

export async function writeAll(ids: string[]) {
  for (const id of ids) {
    await redis.set(\`seen:\${id}\`, \`\${id}!\`);
  }
}

export async function forget(ids: string[]) {
  for (const id of ids) await redis.del(\`user:\${id}\`);
}
`;

const clients = {
  ioredis: {
    imports: `import { Redis } from 'ioredis';`,
    make: (port: number) => `const redis = new Redis(${port});\nexport const close = () => redis.quit();`,
    rewrites: 4,
  },
  // Commands of one tick are sent together by the client: only what is read in sequence is rewritten.
  redis: {
    imports: `import { createClient } from 'redis';`,
    make: (port: number) =>
      `const redis = createClient({ url: 'redis://127.0.0.1:${port}' });\nawait redis.connect();\nexport const close = () => redis.close();`,
    rewrites: 1,
  },
};

type Program = (ids: string[]) => Promise<unknown>;

describe.skipIf(!isRedisInstalled)('Redis', () => {
  let server: RedisServer;
  let inspector: Redis;

  beforeAll(async () => {
    server = await startRedis();
    inspector = new Redis(server.port);
  });

  afterAll(async () => {
    await inspector.quit();
    await server.stop();
  });

  /** Commands that the server has run. */
  const commands = async (): Promise<number> => Number(/total_commands_processed:(\d+)/.exec(await inspector.info('stats'))?.[1]);
  const dump = async (): Promise<string> => {
    const keys = (await inspector.keys('*')).sort();
    return JSON.stringify(await Promise.all(keys.map(async (key) => [key, await inspector.get(key)])));
  };

  it.each(Object.entries(clients))('%s gives the same answers with fewer commands', async (name, { imports, make, rewrites }) => {
    mkdirSync(folder, { recursive: true });
    const text = `${imports}\n${make(server.port)}\n${programs}`;
    const paths = { original: join(folder, `redis.${name}.original.ts`), fixed: join(folder, `redis.${name}.fixed.ts`) };
    const { text: fixed, applied } = rewrite(text, paths.original, () => true);
    expect(applied).toHaveLength(rewrites);
    writeFileSync(paths.original, text);
    writeFileSync(paths.fixed, fixed);
    const original = (await import(/* @vite-ignore */ paths.original)) as Record<string, Program>;
    const rewritten = (await import(/* @vite-ignore */ paths.fixed)) as Record<string, Program>;
    const trips = { before: 0, after: 0 };
    for (const program of ['readAll', 'readConcurrently', 'writeAll', 'forget']) {
      await fc.assert(
        fc.asyncProperty(fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'é', ''), { maxLength: 8 }), async (ids) => {
          const run = async (module: Record<string, Program>): Promise<{ outcome: object; sent: number }> => {
            await inspector.flushall();
            await inspector.mset('user:a', 'Anna', 'user:b', 'Bert', 'user:', 'none');
            const before = await commands();
            const value = await module[program]?.(ids);
            const sent = (await commands()) - before - 1;
            return { outcome: { value, rows: await dump() }, sent };
          };
          const [one, other] = [await run(original), await run(rewritten)];
          expect(other.outcome).toEqual(one.outcome);
          // A pipeline sends the same commands at once; a read of many keys is one command.
          if (!program.startsWith('read')) return;
          trips.before += one.sent;
          trips.after += other.sent;
        }),
        { numRuns: 100 },
      );
    }
    expect(trips.after).toBeLessThan(trips.before);
    await (original['close'] as unknown as () => Promise<unknown>)();
    await (rewritten['close'] as unknown as () => Promise<unknown>)();
  });
});
