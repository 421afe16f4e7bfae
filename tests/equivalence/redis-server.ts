import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { tellMissing } from './missing-server.ts';

export const isRedisInstalled = spawnSync('redis-server', ['--version']).status === 0;

/** Says that a suite is left out; on CI it must not be. */
export function tellWithoutRedis(what: string): void {
  if (!isRedisInstalled) tellMissing(`Redis: redis-server is not installed, ${what}.`);
}

/** A server of its own, which can be killed, frozen and started again. */
export interface RedisServer {
  readonly port: number;
  readonly kill: () => Promise<void>;
  readonly start: () => Promise<void>;
  /** It keeps its connections, and answers nothing. */
  readonly freeze: () => void;
  readonly thaw: () => void;
  readonly stop: () => Promise<void>;
}

export async function startRedis({ cluster = false } = {}): Promise<RedisServer> {
  const port = await freePort();
  const data = mkdtempSync(join(tmpdir(), 'redis-'));
  let server: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    const clustered = cluster ? ['--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1', '--cluster-config-file', join(data, 'nodes.conf')] : [];
    server = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', data, ...clustered], { stdio: 'ignore' });
    await answersTo(port, 'PING\r\n', /PONG/);
    // One node that has all slots.
    if (cluster) {
      await answersTo(port, 'CLUSTER ADDSLOTSRANGE 0 16383\r\n', /OK|busy/);
      await answersTo(port, 'CLUSTER INFO\r\n', /cluster_state:ok/);
    }
  };
  const kill = async (): Promise<void> => {
    const ended = new Promise((resolve) => (server?.exitCode === null ? server.once('exit', resolve) : resolve(undefined)));
    server?.kill('SIGKILL');
    await ended;
  };
  await start();
  return {
    port,
    start,
    kill,
    freeze: () => server?.kill('SIGSTOP'),
    thaw: () => server?.kill('SIGCONT'),
    stop: async () => {
      server?.kill('SIGCONT');
      await kill();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

/** Asks until the answer is as expected. */
async function answersTo(port: number, command: string, expected: RegExp): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => socket.write(command));
      socket.on('data', (data) => {
        socket.destroy();
        resolve(String(data));
      });
      socket.on('error', () => resolve(''));
    });
    if (expected.test(answer)) return;
    await sleep(25);
  }
  throw new Error(`redis-server does not answer to ${command.trim()}`);
}

export function freePort(): Promise<number> {
  return new Promise((found) => {
    const probe = createServer();
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => found(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
