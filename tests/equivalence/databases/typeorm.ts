import 'reflect-metadata';
import { DataSource, EntitySchema } from 'typeorm';

import { connection } from './server.ts';

export interface User {
  id: number;
  name: string;
  team: number | null;
}
export interface Post {
  id: number;
  author: number | null;
  title: string;
}
export interface Log {
  id: number;
  ref: number | null;
  note: string;
}

const int = { type: 'int' } as const;
const User = new EntitySchema<User>({
  name: 'User',
  tableName: 'users',
  columns: { id: { ...int, primary: true }, name: { type: 'text' }, team: { ...int, nullable: true } },
});
const Post = new EntitySchema<Post>({
  name: 'Post',
  tableName: 'posts',
  columns: { id: { ...int, primary: true, generated: true }, author: { ...int, nullable: true }, title: { type: 'text' } },
});
const Log = new EntitySchema<Log>({
  name: 'Log',
  tableName: 'logs',
  columns: { id: { ...int, primary: true, generated: true }, ref: { ...int, nullable: true }, note: { type: 'text' } },
});

const { user: username, ...address } = connection;
const source = new DataSource({ type: 'postgres', ...address, username, entities: [User, Post, Log], extra: { max: 1 }, installExtensions: false });
await source.initialize();

export const users = source.getRepository<User>(User);
export const posts = source.getRepository<Post>(Post);
export const logs = source.getRepository<Log>(Log);
export const close = () => source.destroy();
