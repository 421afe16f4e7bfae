import { describe, expect, it } from 'vitest';

import { applyAll, projectFile, suggestionsOf } from './rewriting.ts';

const body = (text: string): string => text.slice(text.indexOf('\n\n') + 2);

describe('a client per request is shared', () => {
  const pg = `import { Pool } from 'pg';\nimport express from 'express';\n`;
  it('in place', () => {
    const { text, titles } = applyAll(
      `${pg}\nconst app = express();\napp.get('/', async (req, res) => {\n  const pool = new Pool({ max: 5 });\n  res.json(await pool.query('select 1'));\n});\n`,
    );
    expect(text).toContain(`import express from 'express';\nimport { shared } from 'latency-runtime';\n`);
    expect(text).toContain(`  const pool = shared('project/src/service#pool', () => new Pool({ max: 5 }));\n  res.json`);
    expect(titles).toEqual(['fix']);
  });

  it.each([
    [
      'a statement',
      `  const pool = new Pool();\n  res.json(await pool.query('select 1'));\n  await pool.end();\n`,
      `  const pool = shared('project/src/service#pool', () => new Pool());\n  res.json(await pool.query('select 1'));\n`,
    ],
    [
      'a finally that holds nothing else',
      `  const pool = new Pool();\n  try {\n    res.json(await pool.query('select 1'));\n  } finally {\n    await pool.end();\n  }\n`,
      `  const pool = shared('project/src/service#pool', () => new Pool());\n  {\n    res.json(await pool.query('select 1'));\n  }\n`,
    ],
    [
      'a finally after a catch',
      `  const pool = new Pool();\n  try {\n    res.json(await pool.query('select 1'));\n  } catch (error) {\n    next(error);\n  } finally {\n    await pool.end();\n  }\n`,
      `  const pool = shared('project/src/service#pool', () => new Pool());\n  try {\n    res.json(await pool.query('select 1'));\n  } catch (error) {\n    next(error);\n  }\n`,
    ],
  ])('with its close call: %s', (_name, code, expected) => {
    const { text, titles } = applyAll(`${pg}\nconst app = express();\napp.get('/', async (req, res, next) => {\n${code}});\n`);
    expect(body(text)).toBe(`const app = express();\napp.get('/', async (req, res, next) => {\n${expected}});\n`);
    expect(titles).toEqual(['Share one client between all calls — the client stays open; close it with closeAll when the server stops']);
  });

  it('under the name of the same client in the file', () => {
    const handler = (path: string): string =>
      `app.get('${path}', async (req, res) => {\n  const pool = new Pool({ max: 5 });\n  res.json(await pool.query('select 1'));\n});\n`;
    const { text } = applyAll(`${pg}\nconst app = express();\n${handler('/a')}${handler('/b')}`);
    expect(text.match(/shared\('[^']*'/g)).toEqual(["shared('project/src/service#pool'", "shared('project/src/service#pool'"]);
  });

  it('as a suggestion where a function gives its settings', () => {
    const { titles } = applyAll(
      `${pg}import { settings } from './settings';\n\nconst app = express();\napp.get('/', async (req, res) => {\n  const pool = new Pool(settings());\n  res.json(await pool.query('select 1'));\n});\n`,
    );
    expect(titles).toEqual(['Share one client between all calls — its settings are read once']);
  });

  it.each([
    ['an argument of the request', `const pool = new Pool({ database: req.params.tenant });\nres.json(await pool.query('select 1'));`],
    ['a variable of the handler', `const options = { max: Number(req.query.max) };\nconst pool = new Pool(options);\nres.json(await pool.query('select 1'));`],
    ['a client that is handed on', `const pool = new Pool();\nres.json(await load(pool));`],
    ['a listener', `const pool = new Pool();\npool.on('error', log);\nres.json(await pool.query('select 1'));`],
    ['a close in an expression', `const pool = new Pool();\nres.json(await pool.query('select 1').finally(() => pool.end()));`],
    [
      'a comment beside the close',
      `const pool = new Pool();\nres.json(await pool.query('select 1'));\ntry { work(); } finally { /* always */ await pool.end(); }`,
    ],
  ])('not with %s', (_name, code) => {
    const before = `${pg}\nconst app = express();\napp.get('/', async (req, res) => {\n${code}\n});\n`;
    expect(applyAll(before)).toEqual({ text: before, titles: [] });
  });

  it('not one connection for all', () => {
    const before = `import { Client } from 'pg';\nexport async function GET(request) {\n  const client = new Client();\n  await client.connect();\n  return client.query('select 1');\n}\n`;
    expect(applyAll(before).titles).toEqual([]);
  });
});

describe('a read is limited', () => {
  it.each([
    [
      'Kysely',
      `import { Kysely } from 'kysely';\nconst db = new Kysely<Tables>({ dialect });\n`,
      `db.selectFrom('users').selectAll().where('age', '>', 3).executeTakeFirst()`,
      `db.selectFrom('users').selectAll().where('age', '>', 3).limit(1).executeTakeFirst()`,
    ],
    [
      'Kysely, over several lines',
      `import { Kysely } from 'kysely';\nconst db = new Kysely<Tables>({ dialect });\n`,
      `db\n  .selectFrom('users')\n  .selectAll()\n  .executeTakeFirst()`,
      `db\n  .selectFrom('users')\n  .selectAll()\n  .limit(1)\n  .executeTakeFirst()`,
    ],
    [
      'TypeORM',
      `import { DataSource } from 'typeorm';\nconst source = new DataSource({});\n`,
      `source.getRepository(User).createQueryBuilder('u').orderBy('u.age').getOne()`,
      `source.getRepository(User).createQueryBuilder('u').orderBy('u.age').take(1).getOne()`,
    ],
  ])('to the first row: %s', (_name, imports, code, expected) => {
    const { text, titles } = applyAll(`${imports}\nexport const first = () => ${code};\n`);
    expect(body(text)).toBe(`export const first = () => ${expected};\n`);
    expect(titles).toEqual(['fix']);
  });

  const prisma = `import { PrismaClient } from '@prisma/client';\nconst prisma = new PrismaClient();\n`;
  it.each([
    ['Prisma, without options', prisma, 'prisma.user.findMany()', 'prisma.user.findMany({ take: 100 })'],
    ['Prisma', prisma, `prisma.user.findMany({ where: { state: 'open' } })`, `prisma.user.findMany({ where: { state: 'open' }, take: 100 })`],
    [
      'Prisma, over several lines',
      prisma,
      `prisma.user.findMany({\n  where: { state: 'open' },\n})`,
      `prisma.user.findMany({\n  where: { state: 'open' },\n  take: 100,\n})`,
    ],
    [
      'Drizzle',
      `import { drizzle } from 'drizzle-orm/node-postgres';\nconst db = drizzle(process.env.URL);\n`,
      'db.select().from(users)',
      'db.select().from(users).limit(100)',
    ],
    [
      'Mongoose',
      `import { model } from 'mongoose';\nconst User = model('User', schema);\n`,
      `User.find({ state: 'open' })`,
      `User.find({ state: 'open' }).limit(100)`,
    ],
    [
      'Drizzle, before what is done with the rows',
      `import { drizzle } from 'drizzle-orm/node-postgres';\nconst db = drizzle(process.env.URL);\n`,
      'db.select().from(users).then((rows) => rows[0])',
      'db.select().from(users).limit(100).then((rows) => rows[0])',
    ],
    ['Knex', `import knex from 'knex';\nconst db = knex({});\n`, `db('users').where('state', 'open')`, `db('users').where('state', 'open').limit(100)`],
  ])('as a suggestion: %s', (_name, imports, code, expected) => {
    const { text, titles } = applyAll(`${imports}\nexport const all = async () => await ${code};\n`);
    expect(body(text)).toBe(`export const all = async () => await ${expected};\n`);
    expect(titles).toEqual(['Read at most 100 — further rows are left out']);
  });
});

describe('a list of a handler is read by page', () => {
  const prelude = `import express from 'express';
import { PrismaClient } from '@prisma/client';
const prisma = new PrismaClient();
const app = express();
`;
  const messagesOf = (handler: string, imports = prelude): string[] =>
    suggestionsOf(`${imports}${handler}\n`).filter((title) => title.startsWith('Read the page'));

  it.each([
    ['in a handler', "app.get('/', async (req, res) => res.json(await prisma.user.findMany({ orderBy: { name: 'asc' } })));", 1],
    [
      'in a function that a handler calls',
      "app.get('/', async (req, res) => res.json(await all()));\nconst all = async () => await prisma.user.findMany();",
      0,
    ],
    ['not awaited where it is read', "app.get('/', async (req, res) => {\n  const asked = prisma.user.findMany();\n  res.json(await asked);\n});", 0],
    [
      'where the request has another name at the read',
      "app.get('/', async (req, res) => {\n  for (const req of [1]) res.json(await prisma.user.findMany());\n});",
      0,
    ],
    ['where the request is taken apart', "app.get('/', async ({ body }, res) => res.json(await prisma.user.findMany()));", 0],
    ['in an order that is computed', "app.get('/', async (req, res) => res.json(await prisma.user.findMany({ orderBy: { posts: { _count: 'asc' } } })));", 0],
    ['with options from elsewhere', "app.get('/', async (req, res) => res.json(await prisma.user.findMany(options)));", 0],
    ['with a comment inside', "app.get('/', async (req, res) => res.json(await /* all */ prisma.user.findMany()));", 0],
  ])('%s', (_name, handler, count) => {
    expect(messagesOf(handler)).toHaveLength(count);
  });
});

describe('an application compresses', () => {
  const title = 'Compress response bodies — bodies that are sent are encoded, streams wait until they are flushed';
  it.each([
    [
      'Express',
      `import express from 'express';\n\nconst app = express();\napp.get('/', (req, res) => res.json({}));\napp.listen(80);\n`,
      `import express from 'express';\nimport compression from 'compression';\n\nconst app = express();\napp.use(compression());\napp.get('/', (req, res) => res.json({}));\napp.listen(80);\n`,
    ],
    [
      'Express, in CommonJS',
      `const express = require('express');\n\nconst app = express();\napp.get('/', (req, res) => res.json({}));\napp.listen(80);\n`,
      `const express = require('express');\nconst compression = require('compression');\n\nconst app = express();\napp.use(compression());\napp.get('/', (req, res) => res.json({}));\napp.listen(80);\n`,
    ],
    [
      'Hono',
      `import { serve } from '@hono/node-server';\nimport { Hono } from 'hono';\n\nconst app = new Hono();\napp.get('/', (c) => c.json({}));\nserve(app);\n`,
      `import { serve } from '@hono/node-server';\nimport { Hono } from 'hono';\nimport { compress } from 'hono/compress';\n\nconst app = new Hono();\napp.use(compress());\napp.get('/', (c) => c.json({}));\nserve(app);\n`,
    ],
  ])('%s', (_name, before, after) => {
    expect(applyAll(before, { filename: projectFile.replace('service.ts', before.includes('require') ? 'app.cjs' : 'app.ts') })).toEqual({
      text: after,
      titles: [title],
    });
  });

  it('by latency-runtime where package.json lists nothing of the framework’s own', () => {
    const before = `import Fastify from 'fastify';\n\nconst app = Fastify();\napp.get('/', () => ({}));\nawait app.listen({ port: 80 });\n`;
    expect(applyAll(before, { filename: projectFile })).toEqual({
      text: `import Fastify from 'fastify';\nimport { fastifyCompression } from 'latency-runtime/compress';\n\nconst app = Fastify();\nawait app.register(fastifyCompression);\napp.get('/', () => ({}));\nawait app.listen({ port: 80 });\n`,
      titles: [title],
    });
  });

  it('not where package.json lists no middleware', () => {
    const before = `import express from 'express';\nconst app = express();\napp.get('/', (req, res) => res.json({}));\napp.listen(80);\n`;
    expect(applyAll(before, { filename: '/elsewhere/src/app.ts' })).toEqual({ text: before, titles: [] });
  });
});

describe('the editor', () => {
  const drizzle = `import { eq } from "drizzle-orm"\nimport { drizzle } from "drizzle-orm/node-postgres"\nimport { items, users } from "./schema"\nconst db = drizzle(process.env.URL)\n`;
  it('keeps quotes and the lack of semicolons, and imports once for two fixes', () => {
    const code = `${drizzle}\nasync function run(orders: { id: number; user: number }[]) {\n\tconst out: number[] = []\n\tfor (const order of orders) {\n\t\tconst lines = await db.select().from(items).where(eq(items.order, order.id))\n\t\tconst owners = await db.select().from(users).where(eq(users.id, order.user))\n\t\tout.push(lines.length, owners.length)\n\t}\n\treturn out\n}\n`;
    const { text, titles } = applyAll(code, { only: 'fixes' });
    expect(titles).toEqual(['fix', 'fix']);
    expect(text.slice(0, text.indexOf('async'))).toBe(
      `import { eq, inArray } from "drizzle-orm"\nimport { drizzle } from "drizzle-orm/node-postgres"\nimport { groupByKeys } from "latency-runtime"\nimport { items, users } from "./schema"\nconst db = drizzle(process.env.URL)\n\n`,
    );
    expect(text).toContain(
      `\tconst itemsByOrder = await groupByKeys(\n\t\torders.map((order) => order.id),\n\t\t(keys) => db.select().from(items).where(inArray(items.order, keys)),\n\t\t(row) => row.order,\n\t)\n`,
    );
    expect(applyAll(text)).toEqual({ text, titles: [] });
  });

  it('adds to an import that is there, under the name that the file uses, and leaves type imports alone', () => {
    const code = `import type { Load } from 'latency-runtime';\nimport { findByKeys as find } from 'latency-runtime';\nimport { PrismaClient } from '@prisma/client';\nconst prisma = new PrismaClient();\n\nexport async function run(ids: number[]) {\n  const ages = [];\n  for (const id of ids) ages.push((await prisma.user.findFirst({ where: { id } }))?.age);\n  return ages;\n}\n`;
    const { text } = applyAll(code);
    expect(text).toContain(`import { findByKeys as find } from 'latency-runtime';\nimport { PrismaClient }`);
    expect(text).toContain(`  const userById = await find(\n`);
  });

  it('takes another name where one is taken', () => {
    const code = `import { PrismaClient } from '@prisma/client';\nconst prisma = new PrismaClient();\n\nexport async function run(ids: number[], userById: unknown) {\n  const keys = userById;\n  for (const id of ids) console.log(await prisma.user.findFirst({ where: { id, team: keys } }));\n}\n`;
    const { text } = applyAll(code);
    expect(text).toContain('const userById2 = await findByKeys(');
    expect(text).toContain('(keys2) => prisma.user.findMany({ where: { id: { in: keys2 }, team: keys } })');
  });
});
