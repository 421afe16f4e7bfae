import { drizzle } from 'drizzle-orm/node-postgres';
import { integer, pgTable, serial, text } from 'drizzle-orm/pg-core';
import pg from 'pg';

import { connection } from './server.ts';

export const users = pgTable('users', { id: integer('id').primaryKey(), name: text('name').notNull(), team: integer('team') });
export const posts = pgTable('posts', { id: serial('id').primaryKey(), author: integer('author'), title: text('title').notNull() });
export const logs = pgTable('logs', { id: serial('id').primaryKey(), ref: integer('ref'), note: text('note').notNull() });

const pool = new pg.Pool({ ...connection, max: 1 });
export const db = drizzle(pool, { schema: { users, posts, logs } });
export const close = () => pool.end();
