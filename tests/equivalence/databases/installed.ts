import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import pg from 'pg';

import { freePort } from '../redis-server.ts';

import type { Database } from './server.ts';

/** Where the PostgreSQL of this machine is: its newest, or the one that `PATH` finds. */
function binaries(): string | undefined {
  const packages = '/usr/lib/postgresql';
  const versions = existsSync(packages) ? readdirSync(packages).sort((one, other) => Number(other) - Number(one)) : [];
  const folders = [...versions.map((version) => join(packages, version, 'bin')), ...(process.env['PATH'] ?? '').split(':')];
  return folders.find((folder) => ['initdb', 'postgres'].every((name) => existsSync(join(folder, name))));
}

export const isPostgresInstalled = binaries() !== undefined;

/** PostgreSQL does not run as root. */
function owner(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

/** The machine's own PostgreSQL on a new data folder, behind a relay that counts what drivers send. */
export async function startInstalled(): Promise<Database> {
  const folder = binaries();
  if (folder === undefined) throw new Error('PostgreSQL is not installed.');
  const as = owner();
  const data = mkdtempSync(join(tmpdir(), 'postgres-'));
  if (as !== undefined) chownSync(data, as.uid, as.gid);
  execFileSync(join(folder, 'initdb'), ['-D', data, '-A', 'trust', '-U', 'postgres', '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync'], {
    ...as,
    cwd: data,
    stdio: 'ignore',
  });
  const port = await freePort();
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off'].flatMap((setting) => ['-c', setting]);
  const server = spawn(join(folder, 'postgres'), ['-D', data, '-p', String(port), ...settings], { ...as, cwd: data, stdio: 'ignore' });
  const direct = new pg.Pool({ host: '127.0.0.1', port, user: 'postgres', database: 'postgres', max: 1 });
  for (;;) {
    const answers = await direct.query('select 1').catch(() => undefined);
    if (answers !== undefined) break;
    if (server.exitCode !== null) throw new Error('PostgreSQL has ended.');
    await sleep(50);
  }
  const relay = await startRelay(port);
  return {
    port: relay.port,
    run: async (sql) => {
      await direct.query(sql);
    },
    rows: async (sql) => (await direct.query<object>(sql)).rows,
    sent: relay.sent,
    stop: async () => {
      relay.stop();
      await direct.end();
      const ended = once(server, 'exit');
      // Waits for the drivers that are still closing; the second signal does not.
      server.kill('SIGTERM');
      const impatient = setTimeout(() => server.kill('SIGINT'), 5000);
      await ended;
      clearTimeout(impatient);
      rmSync(data, { recursive: true, force: true });
    },
  };
}

interface Relay {
  readonly port: number;
  readonly sent: () => number;
  readonly stop: () => void;
}

async function startRelay(to: number): Promise<Relay> {
  let sent = 0;
  const server = createServer((client) => {
    const database = connect(to, '127.0.0.1');
    const count = counter(() => sent++);
    client.on('data', count);
    client.pipe(database).pipe(client);
    for (const socket of [client, database])
      socket.on('error', () => {
        client.destroy();
        database.destroy();
      });
  });
  const port = await freePort();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return { port, sent: () => sent, stop: () => server.close() };
}

/** Reads a client's messages: a length alone at the start of the connection, then a letter and a length. */
function counter(onStatement: () => void): (part: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  let hasBegun = false;
  return (part) => {
    rest = Buffer.concat([rest, part]);
    for (;;) {
      const head = hasBegun ? 1 : 0;
      if (rest.length < head + 4) return;
      const length = head + rest.readInt32BE(head);
      if (rest.length < length) return;
      // A simple query, or the execution of a prepared one.
      if (hasBegun && (rest[0] === 0x51 || rest[0] === 0x45)) onStatement();
      hasBegun = true;
      rest = rest.subarray(length);
    }
  };
}
