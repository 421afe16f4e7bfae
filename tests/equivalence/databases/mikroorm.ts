import { EntitySchema, MikroORM } from '@mikro-orm/core';
import { PostgreSqlDriver } from '@mikro-orm/postgresql';

import { connection } from './server.ts';

export class User {
  id!: number;
  name!: string;
  team!: number | null;
}
export class Post {
  id!: number;
  author!: number | null;
  title!: string;
}
/** A post with who wrote it. */
export class Article {
  id!: number;
  writer!: User | null;
  title!: string;
}
export class Log {
  id!: number;
  ref!: number | null;
  note!: string;
}

const key = { type: 'integer', primary: true } as const;
const { host, port, user, password, database: dbName } = connection;
const orm = await MikroORM.init({
  driver: PostgreSqlDriver,
  entities: [
    new EntitySchema<User>({ class: User, tableName: 'users', properties: { id: key, name: { type: 'text' }, team: { type: 'integer', nullable: true } } }),
    new EntitySchema<Post>({
      class: Post,
      tableName: 'posts',
      properties: { id: { ...key, autoincrement: true }, author: { type: 'integer', nullable: true }, title: { type: 'text' } },
    }),
    new EntitySchema<Article>({
      class: Article,
      tableName: 'posts',
      properties: {
        id: { ...key, autoincrement: true },
        writer: { kind: 'm:1', entity: () => User, fieldName: 'author', nullable: true },
        title: { type: 'text' },
      },
    }),
    new EntitySchema<Log>({
      class: Log,
      tableName: 'logs',
      properties: { id: { ...key, autoincrement: true }, ref: { type: 'integer', nullable: true }, note: { type: 'text' } },
    }),
  ],
  host,
  port,
  user,
  password,
  dbName,
  pool: { min: 0, max: 1 },
  // A post is read with and without its relation.
  discovery: { checkDuplicateTableNames: false },
  allowGlobalContext: true,
});

export const em = orm.em;
/** A program begins with a manager that knows nothing. */
export const begin = () => em.clear();
export const close = () => orm.close();
