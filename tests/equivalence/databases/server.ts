import { startEmbedded } from './embedded.ts';
import { startInstalled } from './installed.ts';

/** A PostgreSQL, and what was sent to it. */
export interface Database {
  readonly port: number;
  /** Runs statements beside the drivers that are tested. */
  readonly run: (sql: string) => Promise<void>;
  readonly rows: (sql: string) => Promise<unknown[]>;
  /** Statements that came through the port. */
  readonly sent: () => number;
  readonly stop: () => Promise<void>;
}

/** The embedded one, or with `LATENCY_POSTGRES=installed` the machine's own. */
const database = await (process.env['LATENCY_POSTGRES'] === 'installed' ? startInstalled() : startEmbedded());

export const connection = { host: '127.0.0.1', port: database.port, user: 'postgres', database: 'postgres', password: 'none' };

await database.run(`
  create table users (id int primary key, name text not null, team int);
  create table posts (id serial primary key, author int, title text not null);
  create table logs (id serial primary key, ref int, note text not null);
  create table things (id int primary key, name text collate "C" not null, rank int, created timestamp(3) not null, kind text not null);
`);

export const execute = database.run;

let counted = 0;
/** Statements sent since the last call. */
export function countStatements(): number {
  const before = counted;
  counted = database.sent();
  return counted - before;
}

export interface Row {
  readonly id: number;
  readonly name: string;
  readonly team: number | null;
}

/** The same rows every time. */
export async function reset(): Promise<void> {
  await database.run(`
    truncate users; truncate posts restart identity; truncate logs restart identity;
    insert into users select n, 'user ' || n, case when n % 3 = 0 then null else n % 4 end from generate_series(1, 8) n;
    insert into posts (author, title) select case when n % 5 = 0 then null else 1 + n % 6 end, 'post ' || n from generate_series(1, 14) n;
  `);
}

/** All rows of all tables; new ones without the order in which they came, where that may be another. */
export async function dump({ ordered = true } = {}): Promise<unknown> {
  return {
    users: await database.rows('select * from users order by id'),
    posts: await database.rows(ordered ? 'select * from posts order by id' : 'select author, title from posts order by author, title'),
    logs: await database.rows(ordered ? 'select * from logs order by id' : 'select ref, note from logs order by ref, note'),
  };
}

export const stop = database.stop;
