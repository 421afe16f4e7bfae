import { type Generated, Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';

import { connection } from './server.ts';

interface Tables {
  users: { id: number; name: string; team: number | null };
  posts: { id: Generated<number>; author: number | null; title: string };
  logs: { id: Generated<number>; ref: number | null; note: string };
}

export const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: new pg.Pool({ ...connection, max: 1 }) }) });
export const close = () => db.destroy();
