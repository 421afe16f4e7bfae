import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

// The recipes of runtime/README.md, each in a process and a framework of its own, which a signal ends while it answers.
const folder = fileURLToPath(new URL('.', import.meta.url));
const next = join(folder, 'node_modules/next/dist/bin/next');

/** undici opens a second connection for a request that comes in the turn in which the one before ends. */
const most = 2;

interface Program {
  readonly process: ChildProcess;
  readonly output: () => string;
  /** When the last process that holds its output is gone. */
  readonly ended: Promise<readonly [code: number | null, signal: string | null]>;
}

let origin: Server;
let connections: number;
let held: ServerResponse[] | undefined;
const programs: Program[] = [];

beforeEach(async () => {
  connections = 0;
  held = undefined;
  origin = createServer((_request, response) => {
    if (held === undefined) response.end('1');
    else held.push(response);
  });
  origin.keepAliveTimeout = 60_000;
  origin.on('connection', () => (connections += 1));
  await new Promise<void>((resolve) => origin.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  await endAll();
  origin.closeAllConnections();
  await new Promise((resolve) => origin.close(resolve));
});

function start(args: readonly string[], cwd = folder): Program {
  const { port } = origin.address() as AddressInfo;
  const child = spawn(process.execPath, args, {
    cwd,
    detached: true,
    env: { ...process.env, NODE_ENV: undefined, ORIGIN: `http://127.0.0.1:${port}`, NEXT_TELEMETRY_DISABLED: '1' },
  });
  let text = '';
  child.stdout.on('data', (part: Buffer) => (text += part.toString()));
  child.stderr.on('data', (part: Buffer) => (text += part.toString()));
  const program = { process: child, output: () => text, ended: once(child, 'close') as Promise<[number | null, string | null]> };
  programs.push(program);
  return program;
}

/** With all that they started: Next's server is a process of its own, which would outlive the one that is known here and write on. */
async function endAll(): Promise<void> {
  for (const { process: child, ended } of programs.splice(0)) {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
    await ended;
  }
}

async function until<T>(what: () => T | undefined | Promise<T | undefined>, program: Program): Promise<T> {
  for (;;) {
    const found = await what();
    if (found !== undefined && found !== false) return found;
    if (program.process.exitCode !== null) throw new Error(`It has ended: ${program.output()}`);
    await sleep(20);
  }
}

const portOf = (program: Program): Promise<number> => until(() => Number(/(?:listening |localhost:)(\d+)/.exec(program.output())?.[1]) || undefined, program);

/** Whether new connections are taken. */
const isListening = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });

/** Three requests, and one more that is not answered when the signal comes. */
async function endsWhileItAnswers(program: Program, url: string): Promise<string> {
  for (let request = 0; request < 3; request++) expect(await (await fetch(url, { headers: { connection: 'close' } })).text()).toBe('answered 1');
  expect(connections).toBeLessThanOrEqual(most);
  const waiting: ServerResponse[] = (held = []);
  const asked = fetch(url, { headers: { connection: 'close' } }).then((response) => response.text());
  await until(() => waiting.length > 0 || undefined, program);
  program.process.kill('SIGTERM');
  await until(async () => !(await isListening(Number(new URL(url).port))) || undefined, program);
  expect(program.output()).not.toContain('closed');
  for (const response of waiting) response.end('2');
  return asked;
}

describe('a server that is ended while it answers', () => {
  it.each(['node', 'express', 'fastify', 'koa', 'hono', 'nest'])('%s answers, closes its clients, and ends', async (name) => {
    const program = start([`servers/${name}.mjs`]);
    expect(await endsWhileItAnswers(program, `http://127.0.0.1:${await portOf(program)}/`)).toBe('answered 2');
    expect(await program.ended).toEqual([null, 'SIGTERM']);
    expect(program.output().replace(/^listening .*\n/, '')).toBe('opened\nclosed\n');
  });

  it('Lambda: one client for all calls of an instance', async () => {
    const program = start([
      '--input-type=module',
      '--eval',
      `import { handler } from './servers/lambda.mjs';
       for (let call = 0; call < 3; call++) console.log((await handler({}, { awsRequestId: String(call) })).body);
       console.log('idle');
       setInterval(() => undefined, 1000);`,
    ]);
    await until(() => program.output().includes('idle') || undefined, program);
    expect(connections).toBeLessThanOrEqual(most);
    program.process.kill('SIGTERM');
    expect(await program.ended).toEqual([null, 'SIGTERM']);
    expect(program.output()).toBe('opened\nanswered 1\nanswered 1\nanswered 1\nidle\nclosed\n');
  });
});

describe('Next.js', () => {
  const app = join(folder, 'next');

  it('in production answers, and ends with its clients', async () => {
    const built = start([next, 'build'], app);
    expect(await built.ended, built.output()).toEqual([0, null]);
    const program = start([next, 'start', '-p', '0'], app);
    const port = await portOf(program);
    await until(() => program.output().includes('Ready') || undefined, program);
    expect(await endsWhileItAnswers(program, `http://127.0.0.1:${port}/shop`)).toBe('answered 2');
    // As a shell says that the signal ended it.
    expect(await program.ended).toEqual([143, null]);
    expect(program.output().match(/opened/g)).toHaveLength(1);
  });

  it('in development keeps one client when a file changes', async () => {
    const copy = join(folder, 'next-copy');
    rmSync(copy, { recursive: true, force: true });
    cpSync(app, copy, { recursive: true, filter: (path) => !path.endsWith('.next') });
    try {
      const program = start([next, 'dev', '-p', '0'], copy);
      const port = await portOf(program);
      const ask = async (): Promise<string> => (await fetch(`http://127.0.0.1:${port}/shop`)).text();
      expect(await ask()).toBe('answered 1');
      const route = join(copy, 'app/shop/route.js');
      writeFileSync(route, readFileSync(route, 'utf8').replace('await answer()', '`changed, ${await answer()}`'));
      await until(async () => (await ask()) === 'changed, answered 1' || undefined, program);
      expect(connections).toBeLessThanOrEqual(most);
      expect(program.output().match(/opened/g)).toHaveLength(1);
    } finally {
      await endAll();
      rmSync(copy, { recursive: true, force: true });
    }
  });
});
