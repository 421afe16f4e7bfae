import * as parser from '@typescript-eslint/parser';
import { Linter } from 'eslint';
import { describe, expect, it } from 'vitest';

import plugin from '../src/index.ts';

const linter = new Linter({ cwd: '/server' });

function messagesOf(code: string): string[] {
  const config = [{ files: ['**/*.ts'], languageOptions: { parser }, ...plugin.configs.recommended }];
  return linter.verify(code, config as never, { filename: '/server/src/orders.ts' }).map(({ message }) => message);
}

const prisma = `import { PrismaClient } from '@prisma/client';\nconst prisma = new PrismaClient();\n`;

describe('messages', () => {
  it.each([
    [
      'a query',
      `${prisma}for (const id of ids) await prisma.user.findUnique({ where: { id } });`,
      '`prisma.user.findUnique` runs once per `id` (N round trips). Load all of them with one `findMany` with `in`. To rewrite: npm i latency-runtime.',
    ],
    [
      'a chain',
      `${prisma}const load = (id) => prisma.user.findUnique({ where: { id } });\nfor (const id of ids) await load(id);`,
      '`load` runs once per `id` and queries each time (orders.ts:3). Load all of them with one `findMany` with `in`. To rewrite: npm i latency-runtime.',
    ],
    [
      'the same question',
      `${prisma}for (const order of orders) { const vat = await prisma.vat.findFirst({ where: { country } }); order.add(vat); }`,
      '`prisma.vat.findFirst` runs once per `order` (N round trips). It asks the same each time: ask once and keep the answer.',
    ],
    [
      'the same question behind a function',
      `${prisma}const vat = (country) => prisma.vat.findFirst({ where: { country } });\nfor (const order of orders) order.add(await vat(country));`,
      '`vat` runs once per `order` and queries each time (orders.ts:3). It asks the same each time: ask once and keep the answer.',
    ],
    [
      'the same question behind a function that differs',
      `${prisma}async function price(item) {\n  const vat = await prisma.vat.findFirst({ where: { country: 'de' } });\n  return item.net * vat.rate;\n}\nfor (const item of items) sum += await price(item);`,
      '`price` runs once per `item` and queries each time (orders.ts:4). `prisma.vat.findFirst` asks the same there each time: ask once and hand on the answer.',
    ],
    [
      'some rows of each',
      `${prisma}for (const user of users) show(await prisma.post.findMany({ where: { author: user.name }, take: 5 }));`,
      '`prisma.post.findMany` runs once per `user` (N round trips). Load all in one query, with `row_number() over (partition by …)` for the limit.',
    ],
    [
      'a question by two values of the turn',
      `import knex from 'knex';\nconst db = knex({});\nfor (const { space, day } of spaces) show(await db('posts').where('space', space).where('created', '<', day));`,
      "`db('posts')` runs once per `space` (N round trips). Ask for all in one query that holds the conditions of each.",
    ],
    [
      'a statement that somebody else put together',
      `import pg from 'pg';\nconst pool = new pg.Pool();\nconst run = (text) => pool.query(text);\nfor (const row of rows) await run(sqlFor(row));`,
      '`run` runs once per `row` and queries each time (orders.ts:3). Send all of them in one statement.',
    ],
    [
      'a statement of a builder whose words say that it writes',
      `import pg from 'pg';\nconst pool = new pg.Pool();\nclass Insert {\n  given(row) { this.row = row; return this; }\n  async execute(on: pg.Pool) { await on.query(this.text()); }\n}\nconst insert = () => new Insert();\nexport async function all(rows) {\n  for (const row of rows) await insert().given(row).execute(pool);\n}`,
      '`insert().execute` runs once per `row` and writes each time (orders.ts:5). Send all of them in one statement.',
    ],
    [
      'a text that a helper sends',
      `import pg from 'pg';\nconst pool = new pg.Pool();\nconst run = (text, values) => pool.query(text, values);\nfor (const { id, name } of rows) await run('insert into tags (id, name) values ($1, $2)', [id, name]);`,
      '`run` runs once per `id` and writes each time (orders.ts:3). Write all of them with one `insert` of many rows.',
    ],
    [
      'a transport whose options are a constant',
      `import { createTransport } from 'nodemailer';\nimport express from 'express';\nconst options = { host: 'mail' };\nexpress().get('/', async () => createTransport(options).sendMail({}));`,
      '`createTransport` runs on every call and repeats the connection, TLS and login handshakes. Build it once, with `pool: true`.',
    ],
    [
      'the same update',
      `${prisma}for (const { id } of list) await prisma.user.update({ where: { id }, data: { seen: true } });`,
      '`prisma.user.update` runs once per `id` (N round trips). Write all of them with one `updateMany`. To rewrite: npm i latency-runtime.',
    ],
    [
      'an update with values of its own',
      `${prisma}for (const user of list) await prisma.user.update({ where: { id: user.id }, data: { seen: user.seen } });`,
      '`prisma.user.update` runs once per `user` (N round trips). Each gets its own values: send all in one statement, such as `update … from (values …)`.',
    ],
    [
      'an update with values of its own behind a function',
      `${prisma}const save = (id, seen) => prisma.user.update({ where: { id }, data: { seen } });\nfor (const user of list) await save(user.id, user.seen);`,
      '`save` runs once per `user` and writes each time (orders.ts:3). Each gets its own values: send all in one statement, such as `update … from (values …)`.',
    ],
    [
      'the same update behind a function',
      `${prisma}const save = (id, seen) => prisma.user.update({ where: { id }, data: { seen } });\nfor (const user of list) await save(user.id, true);`,
      '`save` runs once per `user` and writes each time (orders.ts:3). Write all of them with one `updateMany`.',
    ],
    [
      'documents that get the same',
      `import mongoose from 'mongoose';\nconst Tag = mongoose.model('Tag', schema);\nfor (const id of ids) await Tag.updateMany({ owner: id }, { $pull: { projects: project } });`,
      '`Tag.updateMany` runs once per `id` (N round trips). Write all of them with one `updateMany` with `$in`. To rewrite: npm i latency-runtime.',
    ],
    [
      'documents with values of their own',
      `import mongoose from 'mongoose';\nconst Tag = mongoose.model('Tag', schema);\nfor (const tag of tags) await Tag.updateMany({ owner: tag.id }, { $set: { name: tag.name } });`,
      '`Tag.updateMany` runs once per `tag` (N round trips). Each gets its own values: send all in one `bulkWrite`. To rewrite: npm i latency-runtime.',
    ],
    [
      'rows that are only counted',
      `${prisma}export const load = async () => {\n  const users = await prisma.user.findMany();\n  return users.length;\n};`,
      '`prisma.user.findMany` reads every row that matches, and only their number is used. Ask the database to count them.',
    ],
    [
      'new rows that are used',
      `${prisma}for (const name of names) out.push(await prisma.user.create({ data: { name } }));`,
      '`prisma.user.create` runs once per `name` (N round trips). Write all of them with one `createManyAndReturn`.',
    ],
    [
      'new rows that a function gives',
      `${prisma}export const make = (names) => Promise.all(names.map((name) => prisma.user.create({ data: { name } })));`,
      '`prisma.user.create` runs once per `name` (N round trips). Write all of them with one `createManyAndReturn`.',
    ],
    [
      'new rows that nobody uses',
      `${prisma}await Promise.all(names.map((name) => prisma.user.create({ data: { name } })));`,
      '`prisma.user.create` runs once per `name` (N round trips). Write all of them with one `createMany`. To rewrite: npm i latency-runtime.',
    ],
    [
      'rows of other tables in the row',
      `${prisma}for (const { name, post } of list) await prisma.user.create({ data: { name, posts: { create: post } } });`,
      '`prisma.user.create` runs once per `name` (N round trips). Write all of them with one `createMany` per table, and foreign keys in place of nested rows.',
    ],
    [
      'columns that are called like what nests rows',
      `${prisma}for (const { name, update } of list) await prisma.user.create({ data: { name, create: name, update } });`,
      '`prisma.user.create` runs once per `name` (N round trips). Write all of them with one `createMany`. To rewrite: npm i latency-runtime.',
    ],
    [
      'a queue behind a function',
      `import { Queue } from 'bullmq';\nconst mails = new Queue('mails');\nconst send = (mail) => mails.add('send', mail);\nfor (const mail of list) await send(mail);`,
      '`send` runs once per `mail` and writes each time (orders.ts:3). Write all of them with one `addBulk`.',
    ],
    [
      'new rows that a function goes on with',
      `${prisma}async function copy(name) {\n  const made = await prisma.folder.create({ data: { name } });\n  log(made.id);\n}\nfor (const name of names) await copy(name);`,
      '`copy` runs once per `name` and writes each time (orders.ts:4). Write all of them with one `createManyAndReturn`.',
    ],
    [
      'two questions behind a function, of which one differs',
      `${prisma}async function show(id, by) {\n  await prisma.user.findFirst({ where: { id: by } });\n  await prisma.post.findFirst({ where: { id } });\n}\nfor (const id of ids) await show(id, user);`,
      '`show` runs once per `id` and queries each time (orders.ts:5). Load all of them with one `findMany` with `in`.',
    ],
    [
      'a helper that reads and then writes',
      `${prisma}async function add(name) {\n  const known = await prisma.tag.findFirst({ where: { name } });\n  if (!known) await prisma.tag.create({ data: { name } });\n}\nfor (const name of names) await add(name);`,
      '`add` runs once per `name` and queries each time (orders.ts:4). Give it a form for many items: it makes several round trips for each.',
    ],
    [
      'a helper that does one thing or another',
      `${prisma}async function set(name, old) {\n  if (old) await prisma.tag.update({ where: { name: old }, data: { old } });\n  else await prisma.tag.create({ data: { name } });\n}\nfor (const { name, old } of tags) await set(name, old);`,
      '`set` runs once per `name` and writes each time (orders.ts:4). Each gets its own values: send all in one statement, such as `update … from (values …)`.',
    ],
    [
      'a helper that does one thing or another, and returns',
      `${prisma}async function set({ name, old }) {\n  if (old) return prisma.tag.update({ where: { name: old }, data: { name } });\n  return prisma.tag.create({ data: { name } });\n}\nfor (const tag of tags) await set(tag);`,
      '`set` runs once per `tag` and writes each time (orders.ts:5). Write all of them with one `createMany`.',
    ],
    [
      'a statement that was begun before',
      `import knex from 'knex';\nconst db = knex({});\nconst users = db('users');\nfor (const { name } of list) show(await users.where({ name }));`,
      '`users.where` runs once per `name` (N round trips). Load all of them in one query before the loop.',
    ],
    [
      'a statement nobody sees, of a call that is the same',
      `import pg from 'pg';\nconst pool = new pg.Pool();\nasync function refresh() {\n  return pool.query(statement());\n}\nfor (const item of items) show(item, await refresh());`,
      '`refresh` runs once per `item` and queries each time (orders.ts:4). It asks the same each time: ask once and keep the answer.',
    ],
    [
      'a raw list',
      `${prisma}export const all = () => prisma.$queryRaw\`select * from posts where open\`;`,
      '`prisma.$queryRaw` reads every row that matches, however many there will be. Add `LIMIT`, or read page by page.',
    ],
    [
      'a transport that keeps no connection open',
      `import { createTransport } from 'nodemailer';\nimport express from 'express';\nexpress().get('/', async () => createTransport({ host }).sendMail({}));`,
      '`createTransport` runs on every call and repeats the connection, TLS and login handshakes. Build it once, with `pool: true`.',
    ],
    [
      'an item of DynamoDB, by the client without documents',
      `import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';\nconst client = new DynamoDBClient({});\nfor (const id of ids) show(await client.send(new GetItemCommand({ TableName: 't', Key: { id: { S: id } } })));`,
      '`client.send` runs once per `id` (N round trips). Load all of them with one `BatchGetItemCommand` per 100 keys.',
    ],
    [
      'a counted loop',
      `${prisma}for (let i = 0; i < users.length; i++) await prisma.user.findUnique({ where: { id: users[i].id } });`,
      '`prisma.user.findUnique` runs once per `users[i]` (N round trips). Load all of them with one `findMany` with `in`. To rewrite: npm i latency-runtime.',
    ],
    [
      'values of its own for each, in SQL',
      `import pg from 'pg';\nconst pool = new pg.Pool();\nfor (const row of rows) await pool.query('update t set a = $1 where id = $2', [row.a, row.id]);`,
      '`pool.query` runs once per `row` (N round trips). Each gets its own values: send all in one statement, such as `update … from (values …)`.',
    ],
    [
      'one value for all, in SQL',
      `import pg from 'pg';\nconst pool = new pg.Pool();\nfor (const row of rows) await pool.query('update t set a = $1 where id = $2', [1, row.id]);`,
      '`pool.query` runs once per `row` (N round trips). Write all of them with one query with `= any($1)`.',
    ],
    [
      'jobs that are removed',
      `import { Queue } from 'bullmq';\nconst queue = new Queue('mail');\nfor (const job of await queue.getJobs()) await job.remove();`,
      '`job.remove` runs once per `job` (N round trips). Send all of them in one call, where there is one that takes many.',
    ],
    [
      'a list',
      `${prisma}export const all = () => prisma.user.findMany();`,
      '`prisma.user.findMany` reads every row that matches, however many there will be. Add `take`, or read page by page.',
    ],
    [
      'a list of which some are looked up',
      `${prisma}export async function names(ids) {\n  const users = await prisma.user.findMany();\n  const known = new Map(users.map((user) => [user.id, user]));\n  return ids.map((id) => known.get(id)?.name);\n}`,
      '`prisma.user.findMany` reads every row that matches, however many there will be. Ask only for those that are needed, or keep the list for some time.',
    ],
    [
      'a list that is worked through',
      `${prisma}export async function warn() {\n  const users = await prisma.user.findMany();\n  for (const user of users) await send(user);\n}`,
      '`prisma.user.findMany` reads every row that matches, however many there will be. Read them page by page.',
    ],
    [
      'a list that is added up',
      `${prisma}export async function total() {\n  const orders = await prisma.order.findMany();\n  return orders.reduce((sum, { price }) => sum + price, 0);\n}`,
      '`prisma.order.findMany` reads every row that matches, however many there will be. Let the database add them up.',
    ],
    [
      'a list of which something is made',
      `${prisma}export async function names() {\n  const users = await prisma.user.findMany();\n  return users.map(({ name }) => name);\n}`,
      '`prisma.user.findMany` reads every row that matches, however many there will be. Add `take`, or read page by page.',
    ],
    [
      'a read for each row of a list that was read',
      `${prisma}export async function show() {\n  const posts = await prisma.post.findMany({ take: 9 });\n  for (const post of posts) log(await prisma.user.findFirst({ where: { name: post.author } }));\n}`,
      '`prisma.user.findFirst` runs once per `post` (1 + N round trips). Load all of them with one `findMany` with `in`. To rewrite: npm i latency-runtime.',
    ],
  ])('%s', (_name, code, message) => {
    expect(messagesOf(code)).toEqual([message]);
    expect(message.length).toBeLessThanOrEqual(160);
  });
});
