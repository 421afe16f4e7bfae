import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';

/** PostgreSQL in this process, behind a socket: what drivers send is counted on the wire. */
const database = await PGlite.create();

let statements = 0;
const send = database.execProtocolRawStream.bind(database);
database.execProtocolRawStream = async (message, options) => {
  // A simple query, or the execution of a prepared one.
  if (message[0] === 0x51 || message[0] === 0x45) statements++;
  return send(message, options);
};

const server = new PGLiteSocketServer({ db: database, port: 0, host: '127.0.0.1', maxConnections: 10 });
await server.start();

export const connection = {
  host: '127.0.0.1',
  port: Number(server.getServerConn().split(':').at(-1)),
  user: 'postgres',
  database: 'postgres',
  password: 'none',
};

await database.exec(`
  create table users (id int primary key, name text not null, team int);
  create table posts (id serial primary key, author int, title text not null);
  create table logs (id serial primary key, ref int, note text not null);
  create table things (id int primary key, name text collate "C" not null, rank int, created timestamp(3) not null, kind text not null);
`);

/** Runs a statement beside the drivers that are tested. */
export async function execute(sql: string): Promise<void> {
  await database.exec(sql);
}

/** Statements sent since the last call. */
export function countStatements(): number {
  const count = statements;
  statements = 0;
  return count;
}

export interface Row {
  readonly id: number;
  readonly name: string;
  readonly team: number | null;
}

/** The same rows every time. */
export async function reset(): Promise<void> {
  await database.exec(`
    truncate users; truncate posts restart identity; truncate logs restart identity;
    insert into users select n, 'user ' || n, case when n % 3 = 0 then null else n % 4 end from generate_series(1, 8) n;
    insert into posts (author, title) select case when n % 5 = 0 then null else 1 + n % 6 end, 'post ' || n from generate_series(1, 14) n;
  `);
}

/** All rows of all tables. */
export async function dump(): Promise<unknown> {
  const tables: Record<string, unknown> = {};
  for (const table of ['users', 'posts', 'logs']) {
    const { rows } = await database.query(`select * from ${table} order by id`);
    tables[table] = rows;
  }
  return tables;
}

export async function stop(): Promise<void> {
  await server.stop();
  await database.close();
}
