import * as parser from '@typescript-eslint/parser';
import { Linter } from 'eslint';
import { describe, expect, it } from 'vitest';

import plugin from '../../src/index.ts';
import { applyAll, projectFile, relationRewritesOf, rewritesOf, suggestionsOf } from './rewriting.ts';

const drizzle = `import { eq, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { integer, pgTable, serial, text } from 'drizzle-orm/pg-core';
const db = drizzle(process.env.DATABASE_URL);
const users = pgTable('users', { id: serial('id').primaryKey(), name: text('name').notNull(), views: integer('views') });
const orders = pgTable('orders', { id: serial('id').primaryKey(), user: integer('user_id') });
`;
const prisma = `import { PrismaClient } from '@prisma/client';\nconst prisma = new PrismaClient();\n`;
const knex = `import knex from 'knex';\nconst db = knex({ client: 'pg' });\n`;
const kysely = `import { Kysely } from 'kysely';\nconst db = new Kysely<Tables>({ dialect });\n`;
const inTransaction = (body: string): string => `await db.transaction(async (tx) => {\n${body}\n});`;

const run = (body: string): string =>
  `async function run(ids: number[], names: string[], posts: any[], _: any) {\nconst out: any[] = [];\nlet n = 0;\n${body}\nreturn out;\n}\n`;

/** Programs that a rewrite which looks less closely would break, silently. */
describe('nothing is fixed', () => {
  it.each([
    ['rows of other conditions belong to every key', knex, `for (const id of ids) out.push(...(await db('users').where('team', id).orWhere('admin', true)));`],
    [
      'rows of a union belong to every key',
      knex,
      `for (const id of ids) n += (await db('users').where('team', id).unionAll(db('users').where('admin', true))).length;`,
    ],
    [
      'the same name is a column of a joined table',
      drizzle,
      `for (const id of ids) n += (await db.select({ id: users.id }).from(orders).innerJoin(users, eq(users.id, orders.user)).where(eq(orders.id, id))).length;`,
    ],
    [
      'the same name is a column of a joined table, in Kysely',
      kysely,
      `for (const id of ids) n += (await db.selectFrom('orders').innerJoin('users', 'users.id', 'orders.user').select(['users.id']).where('orders.id', '=', id).execute()).length;`,
    ],
    [
      'the column is read under another name',
      kysely,
      `for (const id of ids) n += (await db.selectFrom('users').select('users.id as user').where('users.id', '=', id).execute()).length;`,
    ],
    [
      'another column is read under the name',
      knex,
      `for (const id of ids) n += (await db('users as u').select('u.name as id', 'u.x').where('u.id', id)).length;`,
    ],
    [
      'a join multiplies the rows that a limit cuts',
      drizzle,
      `for (const id of ids) n += (await db.select({ id: users.id, o: orders.id }).from(users).leftJoin(orders, eq(orders.user, users.id)).where(eq(users.id, id)).limit(1)).length;`,
    ],
    ['a name of a column that is no name of a variable', knex, `for (const id of ids) n += (await db('users').where('team-id', id)).length;`],
    ['rows are handed on by a spread', prisma, `for (const id of ids) out.push(...(await prisma.item.findMany({ where: { order: id } })));`],
    [
      'a row of the list is changed',
      prisma,
      `for (const id of ids) { const rows = await prisma.item.findMany({ where: { order: id } }); const first = rows.at(0); first.n = n++; }`,
    ],
    [
      'a relation of the row is changed',
      prisma,
      `for (const id of ids) { const user = await prisma.user.findUnique({ where: { id }, include: { profile: true } }); const profile = user.profile; profile.views += 1; }`,
    ],
    [
      'a part of the row is changed',
      prisma,
      `for (const id of ids) { const { profile } = await prisma.user.findUnique({ where: { id }, include: { profile: true } }); profile.views += 1; }`,
    ],
    [
      'the turn changes its key',
      prisma,
      `for (const post of posts) { post.author ||= 3; out.push((await prisma.user.findUnique({ where: { id: post.author as number } }))?.name); }`,
    ],
    [
      'the turn changes the key of another item',
      prisma,
      `for (const post of posts) { const other = posts.find((each) => each.id > n); other.author = n; out.push((await prisma.user.findUnique({ where: { id: post.author as number } }))?.name); }`,
    ],
    ['the turn empties the list', prisma, `for (const id of ids) { out.push((await prisma.user.findUnique({ where: { id } }))?.name); ids.length = 0; }`],
    [
      'a service may delete what is read',
      `${prisma}import { service } from './service';\n`,
      `for (const id of ids) { const user = await prisma.user.findUnique({ where: { id } }); if (user) await service.delete(user.parent); }`,
    ],
    [
      'a function inside of another write writes',
      `${prisma}import { refresh } from './refresh';\n`,
      `for (const id of ids) { out.push((await prisma.user.findUnique({ where: { id } }))?.name); await prisma.audit.create({ data: { id: await refresh(id) } }); }`,
    ],
    [
      'an update that adds runs once per key that repeats',
      drizzle,
      inTransaction('for (const id of ids) await tx.update(users).set({ views: sql`${users.views} + 1` }).where(eq(users.id, id));'),
    ],
    ['an increment runs once per key that repeats', knex, inTransaction(`for (const id of ids) await tx('posts').where('id', id).increment('views', 1);`)],
    ['something else is waited for', prisma, `for (const id of ids) { out.push((await prisma.user.findUnique({ where: { id } }))?.name); await _; }`],
    [
      'the callback says that it gives a promise',
      prisma,
      `out.push(...(await Promise.all(ids.map((id): Promise<number> => prisma.item.count({ where: { order: id } })))));`,
    ],
    ['the index is written', drizzle, inTransaction('await Promise.all(names.map((name, at) => tx.insert(users).values({ id: at, name })));')],
  ])('%s', (_name, imports, body) => {
    const before = `${imports}\n${run(body)}`;
    expect(applyAll(before, { only: 'fixes' })).toEqual({ text: before, titles: [] });
  });
});

describe('what is written is valid', () => {
  it('two fixes of one pass do not choose the same name', () => {
    const loop = (list: string): string => `for (const id of ${list}) out.push((await prisma.user.findUnique({ where: { id } }))?.name);`;
    const before = `import { findByKeys } from 'latency-runtime';\n${prisma}\nasync function run(first: number[], second: number[]) {\nconst out: any[] = [];\n${loop('first')}\n${loop('second')}\nreturn [findByKeys, out];\n}\n`;
    const files = ['**/*.ts'];
    const config = [
      { files, languageOptions: { parser } },
      { files, ...plugin.configs['recommended'] },
    ];
    const { output, messages } = new Linter({ cwd: '/' }).verifyAndFix(before, config, { filename: projectFile });
    expect(messages).toEqual([]);
    expect(output.match(/const \w+ = await findByKeys/g)).toEqual(['const userById = await findByKeys', 'const userById2 = await findByKeys']);
  });

  it('two clients of one pass do not share a name', () => {
    const handler = (host: string): string =>
      `app.get('/${host}', async (req, res) => {\n  const pool = new Pool({ host: '${host}' });\n  res.json(await pool.query('select 1'));\n});\n`;
    const before = `import { Pool } from 'pg';\nimport express from 'express';\nimport { shared } from 'latency-runtime';\nconst app = express();\n${handler('a')}${handler('b')}export { shared };\n`;
    const files = ['**/*.ts'];
    const config = [
      { files, languageOptions: { parser } },
      { files, plugins: { latency: plugin }, rules: { 'latency/no-client-per-request': 'error' } },
    ];
    const { output } = new Linter({ cwd: '/' }).verifyAndFix(before, config as never, { filename: projectFile });
    expect(output.match(/shared\('[^']*'/g)).toEqual(["shared('project/src/service#pool'", "shared('project/src/service#pool2'"]);
  });

  it('a row that awaits is collected', () => {
    const { text } = applyAll(`${drizzle}\n${run(inTransaction('for (const name of names) await tx.insert(users).values({ name: await clean(name) });'))}`);
    expect(text).toContain('for (const name of names) rows.push({ name: await clean(name) });');
  });

  it('a name that the row uses is not taken for the unused item', () => {
    const { text } = applyAll(
      `${drizzle}\n${run(inTransaction('for (let i = 0; i < names.length; i++) await tx.insert(users).values({ name: _.trim(names[i]) });'))}`,
    );
    expect(text).toContain('names.map((_2, i) => ({ name: _.trim(names[i]) }))');
  });

  it('a close call that a condition guards is left', () => {
    const before = `import { Pool } from 'pg';\nimport express from 'express';\nconst app = express();\napp.get('/', async (req, res) => {\n  const pool = new Pool();\n  if (req.query.last) await pool.end();\n  res.json({});\n});\n`;
    expect(applyAll(before, { filename: projectFile.replace('service', 'routes') }).text).toContain('if (req.query.last) await pool.end();');
  });

  it('a key that a guarded constant computes is left', () => {
    const { titles } = applyAll(
      `${prisma}\n${run('for (const post of posts) {\n  if (!post.raw) continue;\n  const id = BigInt(post.raw);\n  out.push((await prisma.user.findUnique({ where: { id } }))?.name);\n}')}`,
    );
    expect(titles).toEqual([]);
  });

  it('a key that is asserted to be there is asked for where it is', () => {
    const { text } = applyAll(
      `${prisma}\n${run('for (const post of posts) {\n  if (!post.author) continue;\n  out.push((await prisma.user.findUnique({ where: { id: post.author!.id } }))?.name);\n}')}`,
    );
    expect(text).toContain('posts.map((post) => post.author?.id)');
    expect(text).toContain('userById.get(post.author!.id)');
  });
});

/** Programs by which an independent reviewer broke reads behind functions, first rows and updates with values of their own. */
describe('behind a function, and with values of their own', () => {
  const prelude = `import { and, desc, eq, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { customType, integer, pgTable, serial, text } from 'drizzle-orm/pg-core';
const db = drizzle(process.env.DATABASE_URL);
const slug = customType<{ data: string; driverData: number }>({ dataType: () => 'integer', toDriver: (value) => Number(value.slice(1)) });
const decimal = customType<{ data: number }>({ dataType: () => 'numeric', toDriver: (value) => String(value / 100) });
const orders = pgTable('orders', { id: serial('id').primaryKey(), userId: integer('user_id').notNull(), status: text('status').notNull(), total: integer('total').notNull() });
const things = pgTable('things', { id: slug('id').primaryKey(), total: integer('total').notNull() });
const prices = pgTable('prices', { id: serial('id').primaryKey(), price: decimal('price').notNull() });
`;
  const inLoop = (turn: string): string =>
    `export async function run(ids: number[]) {\n  let n = 0;\n  for (const id of ids) {\n    ${turn}\n  }\n  return n;\n}\n`;
  const changed = (text: string): readonly string[] => applyAll(`${prelude}${text}`).titles;

  it.each([
    [
      'a window spans the rows of all keys',
      inLoop(
        'const [o] = await db.select({ userId: orders.userId, sum: sql<number>`sum(${orders.total}) over ()` }).from(orders).where(eq(orders.userId, id)).orderBy(desc(orders.id)).limit(1);\n    n += o?.sum ?? 0;',
      ),
    ],
    [
      'a function is assigned anew',
      `let q = async (id: number) => db.select().from(orders).where(eq(orders.userId, id));\nexport function replaceWith(other: typeof q) {\n  q = other;\n}\n${inLoop('n += (await q(id)).length;')}`,
    ],
    [
      'an order is a callback',
      inLoop('const [o] = await db.select().from(orders).where(eq(orders.userId, id)).orderBy((f) => desc(f.total)).limit(1);\n    n += o?.total ?? 0;'),
    ],
    [
      'a function declares a wider type than the row’s',
      `interface Dto { id: number; note?: string }\nasync function q(id: number): Promise<Dto[]> {\n  return db.select().from(orders).where(eq(orders.userId, id));\n}\n${inLoop('for (const o of await q(id)) n += o.note?.length ?? 0;')}`,
    ],
    [
      'the update has a condition on what it sets, and keys repeat',
      "export async function run(list: { id: number; status: string }[]) {\n  for (const x of list) await db.update(orders).set({ status: x.status }).where(and(eq(orders.id, x.id), eq(orders.status, 'open')));\n}\n",
    ],
    [
      'the key has a type of the project’s own',
      'export async function run(list: { id: string; total: number }[]) {\n  for (const x of list) await db.update(things).set({ total: x.total }).where(eq(things.id, x.id));\n}\n',
    ],
    [
      'a value has a type of the project’s own, by the name of the library’s',
      'export async function run(list: { id: number; price: number }[]) {\n  for (const x of list) await db.update(prices).set({ price: x.price }).where(eq(prices.id, x.id));\n}\n',
    ],
    [
      'the statement names what the loop changes',
      "export async function run(list: { id: number; total: number }[]) {\n  const state = { s: 'a' };\n  for (const x of list) {\n    state.s += x.id;\n    await db.update(orders).set({ total: x.total, status: state.s }).where(eq(orders.id, x.id));\n  }\n}\n",
    ],
  ])('%s', (_name, text) => {
    expect(changed(text)).toEqual([]);
  });

  it('what a query computes is said to be computed once', () => {
    const query = 'db.select().from(orders).where(and(eq(orders.userId, id), eq(orders.status, next())))';
    const next = 'let seq = 0;\nconst next = () => `s${seq++}`;\n';
    for (const text of [
      `${next}${inLoop(`n += (await ${query}).length;`)}`,
      `${next}async function q(id: number) {\n  return ${query};\n}\n${inLoop('n += (await q(id)).length;')}`,
    ])
      expect(changed(text)).toEqual(['Load all of `orders` with one query — what else the query is made of is computed once']);
  });

  it('`this` is no argument', () => {
    const { text } = applyAll(
      `${prelude}async function q(this: void, id: number, label: number) {\n  return db.select().from(orders).where(eq(orders.userId, id));\n}\nexport async function run(list: { a: number; b: number }[]) {\n  let n = 0;\n  for (const x of list) n += (await q(x.a, x.b)).length;\n  return n;\n}\n`,
    );
    expect(text).toContain('list.map((x) => x.a)');
  });

  it('a function stays where the statement before it would go on', () => {
    const { text } = applyAll(
      `${prelude.replaceAll(';\n', '\n')}const first = [1]\nasync function q(id: number) {\n  return db.select().from(orders).where(eq(orders.userId, id))\n}\n[1, 2].forEach((x) => first.push(x))\n${inLoop('n += (await q(id)).length').replaceAll(';\n', '\n')}`,
    );
    expect(text).toContain('ordersByUserId.get(id)');
    expect(text).toContain('async function q(');
  });
});

/** Programs by which another reviewer broke what a `return` in a callback, SQL text and relations loaded at once allow. */
describe('what else happens in a turn', () => {
  const head = `import knex from 'knex';
import pgPromise from 'pg-promise';
import pEachSeries from 'p-each-series';
import { PrismaClient } from '@prisma/client';
const prisma = new PrismaClient();
const db = knex({});
const pg = pgPromise()('');
interface P { id: number; owner?: { id: number } }
`;
  const fixesOf = (loop: string): readonly string[] =>
    applyAll(`${head}\nasync function run(ps: P[]) {\n  const out = [];\n${loop}\n  return out;\n}`, { only: 'fixes' }).titles;
  const read = 'const found = await prisma.like.findMany({ where: { post: p.id } }); out.push(found.length);';

  it('a read that nothing disturbs is fixed', () => {
    expect(fixesOf(`for (const p of ps) { ${read} }`)).toEqual(['fix']);
    expect(fixesOf(`await Promise.all(ps.map(async (p) => { ${read.replace('out.push(found.length);', 'return found.length;')} }));`)).toEqual(['fix']);
  });

  it.each([
    ['a statement whose text is not known', `for (const p of ps) { await pg.one(queries.insertLike, [p.id]); ${read} }`],
    [
      'a statement that writes and gives rows',
      `for (const p of ps) { await pg.oneOrNone('update likes set x = 1 where id = $1 returning *', [p.id]); ${read} }`,
    ],
    ['a function of the database', `for (const p of ps) { await pg.one('select add_like($1)', [p.id]); ${read} }`],
    [
      'raw SQL of the same client',
      `for (const p of ps) { await db.raw('update likes set x = 1 where id = ?', [p.id]); out.push((await db('likes').where('post', p.id)).length); }`,
    ],
    ['a callback that can stop the others', `await pEachSeries(ps, async (p: P) => { ${read} if (found.length === 0) return pEachSeries.stop; });`],
    ['an error that is not waited for', `try { return Promise.all(ps.map(async (p) => { ${read} return 1; })); } finally { console.log('end'); }`],
    ['calls at the same time', `await Promise.all([...ps.map(async (p) => { ${read} return 1; }), prisma.log.create({ data: { note: 'x' } })]);`],
    [
      'a relation that the turn writes to',
      `for (const p of ps) { const user = await prisma.user.findUnique({ where: { id: p.id }, include: { likes: true } }); out.push(user?.likes.length); await prisma.like.create({ data: { user: p.id } }); }`,
    ],
  ])('no fix beside %s', (_, loop) => {
    expect(fixesOf(loop)).not.toContain('fix');
  });

  it('what is asserted stays asserted', () => {
    const { text } = applyAll(
      `${head}\nasync function run(ps: P[]) {\n  const out = [];\n  for (const p of ps) out.push(await prisma.user.findUnique({ where: { id: p.owner!.id } }));\n  return out;\n}`,
    );
    expect(text).toContain('ps.map((p) => p.owner!.id)');
  });

  it('a statement that is not known is not made once for all', () => {
    const titles = suggestionsOf(
      `${head}\nasync function run(ps: P[]) {\n  for (const p of ps) { const { id } = await pg.one(queries.insertTicket); console.log(id, p); }\n}`,
    );
    expect(titles).toEqual([]);
  });
});

describe('what belongs to the items stays as it is', () => {
  const head = `import mongoose from 'mongoose';\nimport { Model } from 'objection';\nconst Post = mongoose.model('Post', new mongoose.Schema({}));\nclass Person extends Model {}\n`;
  const refusedOf = (body: string): unknown =>
    relationRewritesOf(`${head}\nasync function run(session, ids) {\n${body}\n}`).filter((each) => 'refused' in each);

  it.each([
    [
      'columns beside the path',
      'a limit or an order of what',
      `const posts = await Post.find();\nfor (const post of posts) await post.populate('author', 'name');`,
    ],
    [
      'a session',
      'the items may belong to a session',
      `const posts = await Post.find().session(session);\nfor (const post of posts) await post.populate('author');`,
    ],
    [
      'a list of tags that grew',
      'the turn may change',
      `const posts = await Post.find();\nfor (const post of posts) { post.tags.push(1); await post.populate('tags'); }`,
    ],
    [
      'another name of the item',
      'the turn may change',
      `const posts = await Post.find();\nfor (const post of posts) { const doc = post; doc.tags = [1]; await post.populate('tags'); }`,
    ],
    [
      'a model that is called for',
      'the model of the items',
      `const posts = await mongoose.model('Post').find();\nfor (const post of posts) await post.populate('author');`,
    ],
    [
      'another model by now',
      'the model of the items',
      `let M = Post;\nconst posts = await M.find();\nM = Other;\nfor (const post of posts) await post.populate('author');`,
    ],
    [
      'items of a relation',
      'the model of the items',
      `const pets = await Person.relatedQuery('pets').for(1);\nfor (const pet of pets) await pet.$fetchGraph('owner');`,
    ],
    ['what the turns give', '', `const posts = await Post.find();\nreturn Promise.all(posts.map(async (post) => { await post.populate('author'); }));`],
  ])('%s', (_, reason, body) => {
    if (reason === '') {
      const { text } = applyAll(`${head}\nasync function run(session, ids) {\n${body}\n}`);
      expect(text).toContain('return Promise.all(posts.map(async (post) => {');
    } else expect(refusedOf(body)).toEqual([{ refused: expect.stringContaining(reason) as string }]);
  });

  it('a limit of a relation', () => {
    const text = `${head}\nasync function run(ids: number[]) {\n  const out = [];\n  for (const id of ids) out.push(await Person.query().findById(id).withGraphFetched('pets').modifyGraph('pets', (b) => b.limit(1)));\n  for (const id of ids) out.push(await Person.query().findById(id).withGraphFetched('pets(first)'));\n  return out;\n}`;
    expect(rewritesOf(text).filter((each) => !('refused' in each))).toEqual([]);
  });

  it('a semicolon at the start of the next line', () => {
    const text = `import mongoose from 'mongoose'\nconst Post = mongoose.model('Post', schema)\nasync function run() {\n  const posts = await Post.find()\n  for (const post of posts) {\n    const t = post.title\n    await post.populate('author')\n    ;[1].forEach(log)\n  }\n}`;
    expect(applyAll(text).text).toMatch(/const t = post\.title\s+;\[1\]/);
  });
});
