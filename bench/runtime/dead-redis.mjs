// How long a cold read waits where Redis is absent, killed or frozen, with clients as they come.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export const isRedisInstalled = spawnSync('redis-server', ['--version']).status === 0;
const deadline = 50;

function freePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

async function startRedis(port) {
  const server = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', ''], { stdio: 'ignore' });
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const isUp = await Promise.race([once(socket, 'connect').then(() => true), once(socket, 'error').then(() => false)]).catch(() => false);
    socket.destroy();
    if (isUp) return server;
    await sleep(20);
  }
}

/** Rows: client, state of Redis, p50, p99 and longest of the cold reads in ms, what was left behind. */
export async function deadRedis(load) {
  const { createCache } = await load('latency-runtime/cache');
  const { Redis } = await load('ioredis');
  const { createClient } = await load('redis');
  let unhandled = 0;
  process.on('unhandledRejection', () => unhandled++);
  const clients = {
    ioredis: (port) => {
      const client = new Redis(port);
      client.on('error', () => undefined);
      return { client, close: () => client.disconnect() };
    },
    'node-redis': async (port) => {
      const client = createClient({ url: `redis://127.0.0.1:${port}` });
      client.on('error', () => undefined);
      void client.connect().catch(() => undefined);
      for (let wait = 0; wait < 15 && !client.isReady; wait++) await sleep(20);
      return { client, close: () => client.destroy() };
    },
  };
  const rows = [];
  for (const [name, open] of Object.entries(clients))
    for (const state of ['answering', 'absent', 'killed', 'frozen']) {
      const before = process.getActiveResourcesInfo().length;
      unhandled = 0;
      const port = await freePort();
      const server = state === 'absent' ? undefined : await startRedis(port);
      const { client, close } = await open(port);
      const cache = createCache({ redis: client, deadline });
      if (server !== undefined) await cache.getOrSet('warm', () => 1);
      if (state === 'killed') {
        server.kill('SIGKILL');
        await once(server, 'exit');
      }
      if (state === 'frozen') server.kill('SIGSTOP');
      const waited = [];
      for (let read = 0; read < 1000; read += 40)
        await Promise.all(
          Array.from({ length: 40 }, async (_, index) => {
            const start = performance.now();
            await cache.getOrSet(`cold:${read + index}`, () => read);
            waited.push(performance.now() - start);
          }),
        );
      waited.sort((one, other) => one - other);
      await cache.close();
      await close();
      if (server?.exitCode === null && server.signalCode === null) {
        server.kill('SIGCONT');
        server.kill('SIGKILL');
        await once(server, 'exit');
      }
      // ioredis gives a connection that it ends 2 s.
      await sleep(2500);
      const left = process.getActiveResourcesInfo().length - before;
      rows.push([`${name}, ${state}`, ...[waited[500], waited[990], waited[999]].map((ms) => ms.toFixed(1)), unhandled, Math.max(0, left)]);
    }
  return { deadline, rows };
}
