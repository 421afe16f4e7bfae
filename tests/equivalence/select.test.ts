import 'reflect-metadata';

import { defineEntity, MikroORM, p } from '@mikro-orm/core';
import { PostgreSqlDriver } from '@mikro-orm/postgresql';
import { PrismaPg } from '@prisma/adapter-pg';
import { relations } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { integer, pgTable, text } from 'drizzle-orm/pg-core';
import knex from 'knex';
import { Kysely, PostgresDialect } from 'kysely';
import {
  columnList,
  drizzleColumns,
  drizzleQuery,
  type Fields,
  mikroormFields,
  prismaSelect,
  selectFields,
  sequelizeSelect,
  typeormSelect,
} from 'latency-runtime/select';
import pg from 'pg';
import { DataTypes, Sequelize } from 'sequelize';
import { DataSource, EntitySchema } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { connection, execute, reset, stop } from './databases/server.ts';
import { PrismaClient } from './generated/prisma/client.js';

const { user: username, ...address } = connection;
const allowed = { id: true, name: true, articles: { id: true, title: true } } as const;

interface Article {
  id: number;
  title: string;
  secret: string;
}
interface Author {
  id: number;
  name: string;
  password: string;
  articles: Article[];
}
type Read = (fields: Fields, limit: number) => Promise<unknown>;

const plain = (rows: unknown): unknown => JSON.parse(JSON.stringify(rows));
const closing: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  await reset();
  await execute(`
    create table authors (id int primary key, name text not null, password text not null);
    create table articles (id int primary key, title text not null, secret text not null, author_id int references authors);
    insert into authors values (1, 'Ada', 'one'), (2, 'Grace', 'two'), (3, 'Mary', 'three');
    insert into articles values (1, 'A', 'x', 1), (2, 'B', 'x', 1), (3, 'C', 'x', 2);
  `);
});
afterAll(async () => {
  for (const close of closing) await close();
  await stop();
});

/** Authors by their ids, through each library that reads relations. */
const withRelations: Readonly<Record<string, () => Promise<Read>>> = {
  TypeORM: async () => {
    const Article = new EntitySchema<Article & { author: Author }>({
      name: 'Article',
      tableName: 'articles',
      columns: { id: { type: 'int', primary: true }, title: { type: 'text' }, secret: { type: 'text' } },
      relations: { author: { type: 'many-to-one', target: 'Author', joinColumn: { name: 'author_id' } } },
    });
    const Author = new EntitySchema<Author>({
      name: 'Author',
      tableName: 'authors',
      columns: { id: { type: 'int', primary: true }, name: { type: 'text' }, password: { type: 'text' } },
      relations: { articles: { type: 'one-to-many', target: 'Article', inverseSide: 'author' } },
    });
    const source = new DataSource({ type: 'postgres', ...address, username, entities: [Author, Article], extra: { max: 1 }, installExtensions: false });
    await source.initialize();
    closing.push(() => source.destroy());
    return (fields, take) => source.getRepository<Author>(Author).find({ ...typeormSelect(fields), take, order: { id: 'ASC' } });
  },
  Sequelize: () => {
    const sequelize = new Sequelize({
      dialect: 'postgres',
      ...address,
      username,
      pool: { max: 1, min: 1 },
      logging: false,
      define: { timestamps: false, underscored: true },
    });
    closing.push(() => sequelize.close());
    const Author = sequelize.define('Author', { name: DataTypes.TEXT, password: DataTypes.TEXT }, { tableName: 'authors' });
    const Article = sequelize.define('Article', { title: DataTypes.TEXT, secret: DataTypes.TEXT }, { tableName: 'articles' });
    Author.hasMany(Article, { as: 'articles', foreignKey: 'author_id' });
    return Promise.resolve((fields, limit) => Author.findAll({ ...sequelizeSelect(fields), limit, order: ['id'] }));
  },
  Drizzle: () => {
    const authors = pgTable('authors', { id: integer().primaryKey(), name: text().notNull(), password: text().notNull() });
    const articles = pgTable('articles', {
      id: integer().primaryKey(),
      title: text().notNull(),
      secret: text().notNull(),
      authorId: integer('author_id').references(() => authors.id),
    });
    const schema = {
      authors,
      articles,
      authorRelations: relations(authors, ({ many }) => ({ articles: many(articles) })),
      articleRelations: relations(articles, ({ one }) => ({ author: one(authors, { fields: [articles.authorId], references: [authors.id] }) })),
    };
    const pool = new pg.Pool({ ...connection, max: 1 });
    closing.push(() => pool.end());
    const db = drizzle({ client: pool, schema });
    return Promise.resolve(async (fields, limit) => db.query.authors.findMany({ ...drizzleQuery(fields), limit, orderBy: authors.id }));
  },
  MikroORM: async () => {
    const Article = defineEntity({
      name: 'Article',
      tableName: 'articles',
      properties: { id: p.integer().primary(), title: p.text(), secret: p.text(), author: () => p.manyToOne(Author).joinColumn('author_id') },
    });
    const Author = defineEntity({
      name: 'Author',
      tableName: 'authors',
      properties: { id: p.integer().primary(), name: p.text(), password: p.text(), articles: () => p.oneToMany(Article).mappedBy('author') },
    });
    const orm = await MikroORM.init({
      driver: PostgreSqlDriver,
      ...address,
      dbName: connection.database,
      user: username,
      entities: [Author, Article],
      pool: { min: 1, max: 1 },
    });
    closing.push(() => orm.close());
    return (fields, limit) => orm.em.fork().find(Author, {}, { fields: mikroormFields(fields), limit, orderBy: { id: 'asc' } }) as unknown as Promise<unknown>;
  },
};

describe.each(Object.keys(withRelations))('%s', (library) => {
  let read: Read;
  beforeAll(async () => {
    read = await (withRelations[library] as () => Promise<Read>)();
  });

  it.each([['articles.title'], ['id,name,articles.title'], ['name,articles.id,articles.title'], ['name']])(
    'reads nothing that is not allowed, and all rows: %s',
    async (asked) => {
      const rows = plain(await read(selectFields(asked, allowed), 2)) as Partial<Author>[];
      expect(rows.length).toBe(2);
      expect(JSON.stringify(rows)).not.toMatch(/password|secret|one|two/);
      if (asked.includes('name')) expect(rows.map(({ name }) => name)).toEqual(['Ada', 'Grace']);
      if (asked.includes('articles')) expect(rows.map(({ articles }) => articles?.map(({ title }) => title).sort())).toEqual([['A', 'B'], ['C']]);
    },
  );
});

it('Knex, Kysely, Drizzle and Prisma read the columns that are allowed', async () => {
  const pool = new pg.Pool({ ...connection, max: 1 });
  const inKnex = knex({ client: 'pg', connection: { ...connection }, pool: { min: 0, max: 1 } });
  const inKysely = new Kysely<{ authors: { id: number; name: string } }>({ dialect: new PostgresDialect({ pool }) });
  const prisma = new PrismaClient({ adapter: new PrismaPg({ ...connection, max: 1 }) });
  closing.push(
    () => inKnex.destroy(),
    () => inKysely.destroy(),
    () => prisma.$disconnect(),
  );
  const fields = selectFields('name', allowed);
  const names = [{ name: 'Ada' }, { name: 'Grace' }, { name: 'Mary' }];
  const authors = pgTable('authors', { id: integer().primaryKey(), name: text().notNull(), password: text().notNull() });
  expect(await inKnex('authors').select(columnList(fields, 'authors')).orderBy('id')).toEqual(names);
  expect(await inKysely.selectFrom('authors').select(columnList<'name'>(fields)).orderBy('id').execute()).toEqual(names);
  expect(await drizzle({ client: pool }).select(drizzleColumns(authors, fields)).from(authors).orderBy(authors.id)).toEqual(names);
  expect(await prisma.user.findMany({ select: prismaSelect(selectFields('name', { name: true })), where: { id: 1 } })).toEqual([{ name: 'user 1' }]);
});
