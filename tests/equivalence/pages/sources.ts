import 'reflect-metadata';

import { EntitySchema as MikroSchema, MikroORM } from '@mikro-orm/core';
import { PostgreSqlDriver } from '@mikro-orm/postgresql';
import { PrismaPg } from '@prisma/adapter-pg';
import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { integer, pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import knex from 'knex';
import { Kysely, PostgresDialect } from 'kysely';
import type { PageSource } from 'latency-runtime/paginate';
import { drizzlePages } from 'latency-runtime/paginate/drizzle';
import { knexPages } from 'latency-runtime/paginate/knex';
import { kyselyPages } from 'latency-runtime/paginate/kysely';
import { mikroormPages } from 'latency-runtime/paginate/mikroorm';
import { mongoosePages } from 'latency-runtime/paginate/mongoose';
import { prismaPages } from 'latency-runtime/paginate/prisma';
import { sequelizePages } from 'latency-runtime/paginate/sequelize';
import { typeormPages } from 'latency-runtime/paginate/typeorm';
import { Query } from 'mingo';
import mongoose from 'mongoose';
import pg from 'pg';
import { DataTypes, Sequelize } from 'sequelize';
import { DataSource, EntitySchema } from 'typeorm';

import { connection, execute } from '../databases/server.ts';
import { PrismaClient } from '../generated/prisma/client.js';

export interface Thing {
  id: number;
  name: string;
  rank: number | null;
  created: Date;
  kind: string;
}

/** A list of things, through one library. */
export interface Listed {
  readonly source: PageSource<Thing>;
  readonly write: (things: readonly Thing[]) => Promise<void>;
  readonly remove: (ids: readonly number[]) => Promise<void>;
  readonly close: () => Promise<unknown>;
}

const quoted = (value: string): string => `'${value.replaceAll("'", "''")}'`;
const inPostgres = {
  write: async (things: readonly Thing[]) => {
    await execute('truncate things');
    await add(things);
  },
  remove: (ids: readonly number[]) => execute(`delete from things where id in (${ids.join(', ')})`),
};

async function add(things: readonly Thing[]): Promise<void> {
  const rows = things.map(
    ({ id, name, rank, created, kind }) => `(${id}, ${quoted(name)}, ${rank ?? 'null'}, '${created.toISOString().slice(0, -1)}', ${quoted(kind)})`,
  );
  if (rows.length > 0) await execute(`insert into things values ${rows.join(', ')}`);
}

const { user, host, port, database, password } = connection;
const pool = new pg.Pool({ ...connection, max: 2 });
let users = 4;
/** Several libraries use the pool. */
const closePool = async (): Promise<void> => {
  users--;
  if (users === 0) await pool.end();
};

const things = pgTable('things', {
  id: integer('id').primaryKey(),
  name: text('name').notNull(),
  rank: integer('rank'),
  created: timestamp('created', { precision: 3 }).notNull(),
  kind: text('kind').notNull(),
});

const int = { type: 'int' } as const;
const Things = new EntitySchema<Thing>({
  name: 'Thing',
  tableName: 'things',
  columns: {
    id: { ...int, primary: true },
    name: { type: 'text' },
    rank: { ...int, nullable: true },
    created: { type: 'timestamp' },
    kind: { type: 'text' },
  },
});
const typeormSource = new DataSource({
  type: 'postgres',
  host,
  port,
  database,
  password,
  username: user,
  entities: [Things],
  extra: { max: 1 },
  installExtensions: false,
});
/** Opened when it is first used, and again after it was closed. */
async function openTypeorm(): Promise<typeof typeormSource> {
  return typeormSource.isInitialized ? typeormSource : typeormSource.initialize();
}

/** Every library whose lists can be read page by page. */
export const libraries: Readonly<Record<string, () => Promise<Listed>>> = {
  prisma: async () => {
    const prisma = new PrismaClient({ adapter: new PrismaPg({ ...connection, max: 1 }), errorFormat: 'minimal' });
    return { ...inPostgres, source: prismaPages(prisma.thing), close: () => prisma.$disconnect() };
  },
  drizzle: async () => {
    return { ...inPostgres, source: drizzlePages(drizzle(pool), things), close: closePool };
  },
  knex: async () => {
    const db = knex({ client: 'pg', connection, pool: { min: 0, max: 1 } });
    return { ...inPostgres, source: knexPages<Thing>(() => db('things').select('*')), close: () => db.destroy() };
  },
  kysely: async () => {
    const db = new Kysely<{ things: Thing }>({ dialect: new PostgresDialect({ pool }) });
    return { ...inPostgres, source: kyselyPages(() => db.selectFrom('things').selectAll()), close: closePool };
  },
  typeorm: async () => {
    const db = await openTypeorm();
    return { ...inPostgres, source: typeormPages(() => db.getRepository(Things).createQueryBuilder('thing')), close: () => db.destroy() };
  },
  sequelize: async () => {
    const db = new Sequelize(database, user, password, { host, port, dialect: 'postgres', logging: false, pool: { max: 1 } });
    const Things = db.define(
      'Thing',
      { id: { type: DataTypes.INTEGER, primaryKey: true }, name: DataTypes.TEXT, rank: DataTypes.INTEGER, created: DataTypes.DATE, kind: DataTypes.TEXT },
      { tableName: 'things', timestamps: false },
    );
    return { ...inPostgres, source: sequelizePages<Thing>(Things as never, { options: { raw: true } }), close: () => db.close() };
  },
  mikroorm: async () => {
    const Things = new MikroSchema<Thing>({
      name: 'Thing',
      tableName: 'things',
      properties: {
        id: { type: 'integer', primary: true },
        name: { type: 'text' },
        rank: { type: 'integer', nullable: true },
        created: { type: 'datetime', length: 3 },
        kind: { type: 'text' },
      },
    });
    const orm = await MikroORM.init({
      driver: PostgreSqlDriver,
      entities: [Things],
      host,
      port,
      dbName: database,
      user,
      password,
      pool: { min: 0, max: 1 },
      forceUtcTimezone: true,
    });
    // A fork per read: nothing is kept.
    const source = mikroormPages<Thing>(orm.em.fork(), 'Thing', { options: { disableIdentityMap: true } });
    return { ...inPostgres, source, close: () => orm.close() };
  },
  // No server runs here: what Mongoose would send, cast by its schema, is answered by an engine that knows MongoDB's queries.
  mongoose: async () => {
    const schema = new mongoose.Schema({ id: Number, name: String, rank: Number, created: Date, kind: String }, { id: false });
    const Things = mongoose.model('Thing', schema);
    let things: readonly Thing[] = [];
    const sent = (filter: object): object => Things.find(filter).cast(Things);
    const model = {
      find: async (filter: object, projection: object, options: { sort: object; skip: number; limit: number }) =>
        new Query(sent(filter) as never)
          .find<Thing>([...things] as never, projection as never)
          .sort(options.sort as never)
          .skip(options.skip)
          .limit(options.limit)
          .all(),
      countDocuments: async (filter: object) => new Query(sent(filter) as never).find([...things] as never).all().length,
    };
    return {
      source: mongoosePages<Thing>(model as never, { key: ['id'] }),
      write: async (all) => {
        things = [...all];
      },
      remove: async (ids) => {
        things = things.filter(({ id }) => !ids.includes(id));
      },
      close: async () => mongoose.deleteModel('Thing'),
    };
  },
};

/** Lists whose statements have conditions with `or`, and an order. */
export const own: Readonly<Record<string, () => Promise<Listed>>> = {
  knex: async () => {
    const db = knex({ client: 'pg', connection, pool: { min: 0, max: 1 } });
    const source = knexPages<Thing>(() => db('things').select('*').where('kind', 'a').orWhere('rank', 1).orderBy('name'));
    return { ...inPostgres, source, close: () => db.destroy() };
  },
  kysely: async () => {
    const db = new Kysely<{ things: Thing }>({ dialect: new PostgresDialect({ pool }) });
    const source = kyselyPages(() =>
      db
        .selectFrom('things')
        .selectAll()
        .where((build) => build.or([build('kind', '=', 'a'), build('rank', '=', 1)]))
        .orderBy('name'),
    );
    return { ...inPostgres, source, close: closePool };
  },
  drizzle: async () => {
    return { ...inPostgres, source: drizzlePages(drizzle(pool), things, { where: sql`${things.kind} = 'a' or ${things.rank} = 1` }), close: closePool };
  },
  typeorm: async () => {
    const db = await openTypeorm();
    const statement = () => db.getRepository(Things).createQueryBuilder('thing').where("thing.kind = 'a'").orWhere('thing.rank = 1').orderBy('thing.name');
    return { ...inPostgres, source: typeormPages(statement), close: () => db.destroy() };
  },
};

/** Lists of one table that statements filter by themselves: by one of these kinds, or not at all. */
export const filtered: Readonly<Record<string, () => Promise<{ of: (kinds?: readonly string[]) => Listed['source']; close: Listed['close'] }>>> = {
  knex: async () => {
    const db = knex({ client: 'pg', connection, pool: { min: 0, max: 1 } });
    const list = (): ReturnType<typeof db> => db('things').select('*');
    return { of: (kinds) => knexPages<Thing>(() => (kinds === undefined ? list() : list().whereIn('kind', kinds))), close: () => db.destroy() };
  },
  kysely: async () => {
    const db = new Kysely<{ things: Thing }>({ dialect: new PostgresDialect({ pool }) });
    const list = () => db.selectFrom('things').selectAll();
    return { of: (kinds) => kyselyPages(() => (kinds === undefined ? list() : list().where('kind', 'in', kinds))), close: () => Promise.resolve() };
  },
  typeorm: async () => {
    const db = await openTypeorm();
    const list = () => db.getRepository(Things).createQueryBuilder('thing');
    return {
      of: (kinds) => typeormPages(() => (kinds === undefined ? list() : list().where('thing.kind IN (:...kinds)', { kinds }))),
      close: () => db.destroy(),
    };
  },
};
