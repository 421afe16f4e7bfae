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

/** What a node of a cluster has, and the port over which it speaks with others. */
interface Node {
  readonly slots: readonly [number, number];
  readonly bus: number;
}

const allSlots = 16_384;

export async function startRedis({ cluster = false } = {}): Promise<RedisServer> {
  const server = await startServer(cluster ? { slots: [0, allSlots - 1], bus: await freePort() } : undefined);
  if (cluster) await answersTo(server.port, 'CLUSTER INFO\r\n', /cluster_state:ok/);
  return server;
}

/** Servers that share the slots; the ports of all. */
export async function startRedisCluster(size: number): Promise<{ readonly ports: readonly number[]; readonly stop: () => Promise<void> }> {
  const share = Math.ceil(allSlots / size);
  const nodes: { readonly server: RedisServer; readonly bus: number }[] = [];
  for (let first = 0; first < allSlots; first += share) {
    const bus = await freePort();
    nodes.push({ server: await startServer({ slots: [first, Math.min(first + share, allSlots) - 1], bus }), bus });
  }
  const ports = nodes.map(({ server }) => server.port);
  for (const { server, bus } of nodes.slice(1)) await answersTo(ports[0] ?? 0, `CLUSTER MEET 127.0.0.1 ${server.port} ${bus}\r\n`, /OK/);
  for (const port of ports)
    await answersTo(port, 'CLUSTER INFO\r\n', new RegExp(`cluster_state:ok[^]*cluster_slots_ok:${allSlots}[^]*cluster_known_nodes:${size}`));
  return { ports, stop: async () => void (await Promise.all(nodes.map(({ server }) => server.stop()))) };
}

async function startServer(node: Node | undefined): Promise<RedisServer> {
  const port = await freePort();
  const data = mkdtempSync(join(tmpdir(), 'redis-'));
  let server: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    const clustered =
      node === undefined
        ? []
        : ['--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1', '--cluster-port', String(node.bus), '--cluster-config-file', 'nodes.conf'];
    server = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', data, ...clustered], { stdio: 'ignore' });
    await answersTo(port, 'PING\r\n', /PONG/);
    if (node !== undefined) await answersTo(port, `CLUSTER ADDSLOTSRANGE ${node.slots.join(' ')}\r\n`, /OK|busy/);
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
  for (let attempt = 0; attempt < 1200; attempt++) {
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
