import { describe, expect, it } from 'vitest';

import { applyAll, projectFile, rewritesOf } from './rewriting.ts';

const drizzle = `import { and, eq, gt } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { integer, pgTable, serial, text } from 'drizzle-orm/pg-core';
const db = drizzle(process.env.DATABASE_URL);
const users = pgTable('users', { id: serial('id').primaryKey(), name: text('name').notNull(), team: integer('team') });
const items = pgTable('items', { id: serial('id').primaryKey(), order: integer('order_id').notNull() });
interface Order { id: number; user: number; at: Date }
`;
const prisma = `import { PrismaClient } from '@prisma/client';
const prisma = new PrismaClient();
interface Post { id: number; author: number; reviewer?: { id: number } }
`;

/** The text after the first blank line, which follows the imports and tables. */
const body = (text: string): string => text.slice(text.indexOf('\n\n') + 2);

describe('a read in a loop becomes one read before it', () => {
  it.each([
    [
      'Drizzle: rows of a key, in a for…of',
      drizzle,
      `async function run(orders: Order[]) {
  const out = [];
  for (const order of orders) {
    const lines = await db.select().from(items).where(eq(items.order, order.id));
    out.push(lines.length);
  }
  return out;
}`,
      `async function run(orders: Order[]) {
  const out = [];
  const itemsByOrder = await groupByKeys(
    orders.map((order) => order.id),
    (keys) => db.select().from(items).where(inArray(items.order, keys)),
    (row) => row.order,
  );
  for (const order of orders) {
    const lines = itemsByOrder.get(order.id) ?? [];
    out.push(lines.length);
  }
  return out;
}`,
      'fix',
    ],
    [
      'Drizzle: one row, limited to one, in a counted loop, with a further condition',
      drizzle,
      `async function run(orders: Order[]) {
  const names: string[] = [];
  for (let i = 0; i < orders.length; i++) {
    const [user] = await db.select().from(users).where(and(eq(users.id, orders[i].user), gt(users.team, 3))).limit(1);
    names.push(user.name);
  }
  return names;
}`,
      `async function run(orders: Order[]) {
  const names: string[] = [];
  const usersById = await groupByKeys(
    orders.map((_, i) => orders[i].user),
    (keys) => db.select().from(users).where(and(inArray(users.id, keys), gt(users.team, 3))),
    (row) => row.id,
  );
  for (let i = 0; i < orders.length; i++) {
    const [user] = usersById.get(orders[i].user) ?? [];
    names.push(user.name);
  }
  return names;
}`,
      'fix',
    ],
    [
      'Drizzle: the columns are listed without the key',
      drizzle,
      `async function run(ids: number[]) {
  return Promise.all(ids.map((id) => db.select({ name: users.name }).from(users).where(eq(users.team, id))));
}`,
      `async function run(ids: number[]) {
  const usersByTeam = await groupByKeys(
    ids,
    (keys) => db.select({ team: users.team, name: users.name }).from(users).where(inArray(users.team, keys)),
    (row) => row.team,
  );
  return Promise.all(ids.map((id) => usersByTeam.get(id) ?? []));
}`,
      'Load all of `users` with one query — turns with the same key share one object; the rows have `team`, too',
    ],
    [
      'Prisma: a row that is kept',
      prisma,
      `async function run(posts: Post[]) {
  for (const post of posts) {
    post.writer = await prisma.user.findUnique({ where: { id: post.author }, include: { team: true } });
  }
}`,
      `async function run(posts: Post[]) {
  const userById = await findByKeys(
    posts.map((post) => post.author),
    (keys) => prisma.user.findMany({ where: { id: { in: keys } }, include: { team: true } }),
    (row) => row.id,
  );
  for (const post of posts) {
    post.writer = userById.get(post.author) ?? null;
  }
}`,
      'Load all of `user` with one query — turns with the same key share one object',
    ],
    [
      'Prisma: a key that is tested first, through a constant, as a shorthand',
      prisma,
      `async function run(posts: Post[]) {
  const names = [];
  for (const post of posts) {
    if (!post.reviewer) continue;
    const { id } = post.reviewer;
    const user = await prisma.user.findFirst({ where: { id }, select: { name: true } });
    names.push(user?.name);
  }
  return names;
}`,
      `async function run(posts: Post[]) {
  const names = [];
  const userById = await findByKeys(
    posts.map((post) => post.reviewer?.id),
    (keys) => prisma.user.findMany({ where: { id: { in: keys } }, select: { id: true, name: true } }),
    (row) => row.id,
  );
  for (const post of posts) {
    if (!post.reviewer) continue;
    const { id } = post.reviewer;
    const user = userById.get(id) ?? null;
    names.push(user?.name);
  }
  return names;
}`,
      'Load all of `user` with one query — it also reads for turns that would have asked nothing; a key that is null or undefined finds nothing',
    ],
    [
      'TypeORM: with options, over a list that a call gives',
      `import { Repository } from 'typeorm';\n`,
      `class Orders {
  constructor(private readonly users: Repository<User>) {}
  async owners(source: Source) {
    const owners = [];
    for (const order of await source.load()) owners.push((await this.users.findOne({ where: { id: order.user }, relations: { team: true } }))!.name);
    return owners;
  }
}`,
      `class Orders {
  constructor(private readonly users: Repository<User>) {}
  async owners(source: Source) {
    const owners = [];
    const orderList = [...(await source.load())];
    const usersById = await findByKeys(
      orderList.map((order) => order.user),
      (keys) => this.users.find({ where: { id: In(keys) }, relations: { team: true } }),
      (row) => row.id,
    );
    for (const order of orderList) owners.push((usersById.get(order.user) ?? null)!.name);
    return owners;
  }
}`,
      'Load all of `users` with one query — a key that is null or undefined finds nothing',
    ],
    [
      'Sequelize: the primary key, with options',
      `import { Sequelize } from 'sequelize';\nconst sequelize = new Sequelize();\nconst User = sequelize.define('User', {});\n`,
      `async function run(ids: string[], transaction: Transaction) {
  for (const id of ids) {
    const user = await User.findByPk(id, { attributes: ['id'], transaction });
    if (user === null) throw new Error('gone');
  }
}`,
      `async function run(ids: string[], transaction: Transaction) {
  const userById = await findByKeys(
    ids,
    (keys) => User.findAll({ where: { id: keys }, attributes: ['id'], transaction }),
    (row) => row.id,
  );
  for (const id of ids) {
    const user = userById.get(id) ?? null;
    if (user === null) throw new Error('gone');
  }
}`,
      'Load all of `user` with one query — it also reads for turns that an early end would have left out; hooks of the single read do not run; it takes `id` for the primary key',
    ],
    [
      'Mongoose: a query with columns, in CommonJS',
      `const mongoose = require('mongoose');\nconst User = mongoose.model('User', schema);\n`,
      `module.exports = async (posts) => {
  for (const post of posts.filter(Boolean)) {
    const { name } = (await User.findOne({ nick: post.nick, active: true }).select('name').lean()) ?? {};
    post.name = name;
  }
}`,
      `module.exports = async (posts) => {
  const postList = [...posts.filter(Boolean)];
  const userByNick = await findByKeys(
    Array.from(postList, (post) => post.nick),
    (keys) => User.find({ nick: { $in: keys }, active: true }).select('name nick').lean(),
    (row) => row.nick,
  );
  for (const post of postList) {
    const { name } = (userByNick.get(post.nick) ?? null) ?? {};
    post.name = name;
  }
}`,
      'Load all of `user` with one query — no turn has run yet if the query fails; a key that is null or undefined finds nothing; hooks of the single read do not run; it reads every row of each key; `nick` must not hold a list',
    ],
    [
      'Prisma: a count',
      prisma,
      `async function run(posts: Post[]) {
  return Promise.all(posts.map(async (post) => ({ ...post, likes: await prisma.like.count({ where: { post: post.id, undone: false } }) })));
}`,
      `async function run(posts: Post[]) {
  const likeByPost = await countByKeys(
    posts.map((post) => post.id),
    (keys) => prisma.like.groupBy({ by: ['post'], where: { post: { in: keys }, undone: false }, _count: true }),
    (row) => row.post,
    (row) => row._count,
  );
  return Promise.all(posts.map(async (post) => ({ ...post, likes: likeByPost.get(post.id) ?? 0 })));
}`,
      'fix',
    ],
    [
      'ioredis: answers in the order of the keys',
      `import Redis from 'ioredis';\nconst redis = new Redis();\n`,
      `async function run(ids: number[]) {
  const found = [];
  for (const id of ids) {
    const text = await redis.get(\`user:\${id}\`);
    if (text !== null) found.push(JSON.parse(text));
  }
  return found;
}`,
      `async function run(ids: number[]) {
  const found = [];
  const redisByKey = await findByKeys(
    ids.map((id) => \`user:\${id}\`),
    async (keys) => (await redis.mget(keys)).map((value, at) => ({ key: keys[at], value })),
    (row) => row.key,
  );
  for (const id of ids) {
    const text = redisByKey.get(\`user:\${id}\`)?.value ?? null;
    if (text !== null) found.push(JSON.parse(text));
  }
  return found;
}`,
      'Load all of `redis` with one query — on a cluster all keys must share a slot',
    ],
    [
      'MikroORM',
      `import { EntityManager } from '@mikro-orm/core';\n`,
      `async function run(em: EntityManager, lines: { product: number }[]) {
  const names = [];
  for (const line of lines) names.push((await em.findOne(Product, { id: line.product })).name);
  return names;
}`,
      `async function run(em: EntityManager, lines: { product: number }[]) {
  const names = [];
  const productById = await findByKeys(
    lines.map((line) => line.product),
    (keys) => em.find(Product, { id: { $in: keys } }),
    (row) => row.id,
  );
  for (const line of lines) names.push((productById.get(line.product) ?? null).name);
  return names;
}`,
      'Load all of `product` with one query — the key must not be a relation, and entities that were changed may be sent at another time',
    ],
    [
      'Knex: an object of one column',
      `import knex from 'knex';\nconst db = knex({ client: 'pg' });\n`,
      `async function run(ids: number[]) {
  let total = 0;
  for (const id of ids) {
    const user = await db('users').where({ id }).first();
    total += user.age;
  }
  return total;
}`,
      `async function run(ids: number[]) {
  let total = 0;
  const usersById = await findByKeys(
    ids,
    (keys) => db('users').whereIn('id', keys),
    (row) => row.id,
  );
  for (const id of ids) {
    const user = usersById.get(id);
    total += user.age;
  }
  return total;
}`,
      'fix',
    ],
    [
      'Kysely',
      `import { Kysely } from 'kysely';\nconst db = new Kysely<Tables>({ dialect });\n`,
      `async function run(ids: Set<number>) {
  const found = [];
  for (const id of ids) {
    const rows = await db.selectFrom('posts').selectAll().where('author', '=', id).execute();
    found.push(...rows.map((row) => row.title));
  }
  return found;
}`,
      `async function run(ids: Set<number>) {
  const found = [];
  const postsByAuthor = await groupByKeys(
    ids,
    (keys) => db.selectFrom('posts').selectAll().where('author', 'in', keys).execute(),
    (row) => row.author,
  );
  for (const id of ids) {
    const rows = postsByAuthor.get(id) ?? [];
    found.push(...rows.map((row) => row.title));
  }
  return found;
}`,
      'fix',
    ],
  ])('%s', (_name, imports, code, expected, title) => {
    const { text, titles } = applyAll(`${imports}\n${code}\n`, { filename: imports.includes('require') ? projectFile.replace('.ts', '.cjs') : projectFile });
    expect(body(text)).toBe(`${expected}\n`);
    expect(titles).toEqual([title]);
  });
});

describe('a read in a loop is left alone', () => {
  const inDrizzle = (code: string): string => `${drizzle}\nasync function run(orders: Order[], walk: Generator<Order>, flags: any) {\n${code}\n}`;
  it.each([
    [
      'a function that another one calls',
      `const load = async (id) => (await db.select().from(users).where(eq(users.id, id)))[0];\nconst outer = (id) => load(id);\nfor (const order of orders) flags.x(await outer(order.user));`,
      'the query stands in a function that the loop calls, in another file or further down',
    ],
    ['a range', 'for (const order of orders) flags.x(await db.select().from(users).where(gt(users.id, order.user)));', 'the key is not compared for equality'],
    [
      'two values of the item, in two conditions',
      'for (const order of orders) flags.x(await db.select().from(users).where(and(eq(users.id, order.user), gt(users.team, order.id))));',
      'each turn asks by more than one value',
    ],
    [
      'a limit of its own',
      'for (const order of orders) flags.x(await db.select().from(items).where(eq(items.order, order.id)).limit(3));',
      'each turn has its own limit',
    ],
    [
      'the first in an order',
      'for (const order of orders) flags.x(await db.query.items.findFirst({ where: eq(items.order, order.id), orderBy: items.id }));',
      'the read takes the first of several rows in an order',
    ],
    [
      'a lock',
      "for (const order of orders) flags.x(await db.select().from(items).where(eq(items.order, order.id)).for('update'));",
      'the rows are grouped, locked or streamed',
    ],
    [
      'an aggregate',
      'for (const order of orders) flags.x(await db.select({ n: sum(items.id) }).from(items).where(eq(items.order, order.id)));',
      'the column of the key is not among those that are read',
    ],
    [
      'a join',
      'for (const order of orders) flags.x(await db.select().from(items).innerJoin(users, eq(users.id, items.id)).where(eq(items.order, order.id)));',
      'the column of the key is not among those that are read',
    ],
    [
      'a key that an earlier read gave',
      'for (const order of orders) { const [user] = await db.select().from(users).where(gt(users.id, order.user)); flags.x(await db.select().from(items).where(eq(items.order, user.team))); }',
      'the key is known only inside the turn',
    ],
    [
      'a key that changes within the turn',
      'for (const order of orders) { let key = order.user; key += 1; flags.x(await db.select().from(users).where(eq(users.id, key))); }',
      'the query changes from turn to turn',
    ],
    [
      'a key that a test guards and a function makes',
      'for (const order of orders) { if (order.id > 3) continue; flags.x(await db.select().from(users).where(eq(users.id, Number(order.user)))); }',
      'a test in the turn decides whether there is a key, and the key is computed',
    ],
    [
      'a condition that changes',
      'let least = 0; for (const order of orders) { flags.x(await db.select().from(users).where(and(eq(users.id, order.user), gt(users.team, least)))); least++; }',
      'the query changes from turn to turn',
    ],
    [
      'a list that grows',
      'for (const order of orders) { orders.push(order); flags.x(await db.select().from(users).where(eq(users.id, order.user))); }',
      'the loop changes its list or its counter',
    ],
    [
      'a row that is changed and may be shared',
      'for (const order of orders) { const [user] = await db.select().from(users).where(eq(users.id, order.user)); user.name = order.at; }',
      'the row that a turn changes may be another turn’s row, too',
    ],
    [
      'a column that a function changes and that may be shared',
      'const tidy = (tags) => { tags.sort(); return tags; }; for (const order of orders) { const [user] = await db.select().from(users).where(eq(users.id, order.user)); flags.x(tidy(user.tags)); }',
      'the row that a turn changes may be another turn’s row, too',
    ],
    [
      'a row that a function changes further in',
      'const mark = ({ row }) => { row.seen = true; }; const show = (row) => { mark(row); row.shown = true; }; for (const order of orders) { const [user] = await db.select().from(users).where(eq(users.id, order.user)); show(user); }',
      'the row that a turn changes may be another turn’s row, too',
    ],
    [
      'a promise that nobody awaits, and something awaited before',
      'orders.forEach(async (order) => { await flags.y(); flags.x(await db.select().from(users).where(eq(users.id, order.user))); });',
      'the promises of the loop are not awaited together',
    ],
    [
      'a query that is given to a transaction',
      'await flags.all(orders.map((order) => db.select().from(users).where(eq(users.id, order.user))));',
      'the promises of the loop are not awaited together',
    ],
    [
      'a set that nobody waits for',
      'const some = new Set(orders); some.forEach(async (order) => { flags.x(await db.select().from(users).where(eq(users.id, order.user))); });',
      'the promises of the loop are not awaited together',
    ],
    [
      'a loop that may not run',
      'flags.y = flags.x && (await Promise.all(orders.map((order) => db.select().from(users).where(eq(users.id, order.user)))));',
      'the loop stands in an expression that may not run',
    ],
    [
      'calls before the loop',
      'await Promise.all([flags.x(), ...orders.map((order) => db.select().from(users).where(eq(users.id, order.user)))]);',
      'other calls of the same statement run before the loop',
    ],
    [
      'no block',
      'if (flags.x) for (const order of orders) flags.y(await db.select().from(users).where(eq(users.id, order.user)));',
      'there is no block to put a statement into',
    ],
    [
      'a comment in a step that goes',
      'for (const order of orders) flags.x(await db.select().from(users).where(eq(users.id, order.user)) /* one */.limit(1));',
      'a comment would be lost',
    ],
    [
      'a name that is taken',
      'const inArray = flags; for (const order of orders) flags.x(await db.select().from(users).where(eq(users.id, order.user)), inArray);',
      'a name that the rewrite needs is taken',
    ],
  ])('%s', (_name, code, reason) => {
    const refused = rewritesOf(inDrizzle(code)).map((each) => ('refused' in each ? each.refused : each.title));
    expect(refused).toContain(reason);
  });

  it.each([
    ['an error of its own', 'await db.selectFrom("users").selectAll().where("id", "=", order.user).executeTakeFirstOrThrow(NoOrder)'],
    ['a function that asks', 'await userOf(order.user)'],
  ])('a read that throws, with %s', (_name, call) => {
    const code = `import { Kysely } from 'kysely';
const db = new Kysely<any>({ dialect });
const userOf = (id: number) => db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
async function run(orders: Order[]) { for (const order of orders) console.log(${call}); }`;
    expect(rewritesOf(code)).toEqual([{ refused: 'the read throws by itself where there is no row, in a way that cannot be kept' }]);
  });

  it.each([
    ['by the next statement', 'const found = await Promise.all(reading);', 'itemByOrder'],
    ['later', 'console.log(1);\n  const found = await Promise.all(reading);', undefined],
    ['twice', 'const found = [await Promise.all(reading), reading.length];', undefined],
  ])('promises that are awaited %s', (_name, next, map) => {
    const code = `${prisma}\nasync function run(ids: number[]) {\n  const reading = ids.map((id) => prisma.item.findMany({ where: { order: id } }));\n  ${next}\n  return found;\n}`;
    const [made] = rewritesOf(code);
    if (map === undefined) expect(made).toEqual({ refused: 'the promises of the loop are not awaited together' });
    else expect(made).toMatchObject({ edits: expect.arrayContaining([expect.objectContaining({ text: `${map}.get(id) ?? []` })]) as unknown });
  });

  it('a project without latency-runtime', () => {
    const code = `${drizzle}\nasync function run(orders: Order[]) { for (const order of orders) console.log(await db.select().from(users).where(eq(users.id, order.user))); }`;
    expect(rewritesOf(code, '/elsewhere/src/service.ts')).toEqual([{ refused: 'latency-runtime is not listed in package.json' }]);
  });

  it.each([
    ['a page', 'await prisma.user.findMany({ where: { team: post.author }, take: 3 })', 'the statement has a step that may change what it reads'],
    [
      'options that a variable holds',
      'await prisma.user.findFirst({ where: { id: post.author }, ...options })',
      'the statement has a step that may change what it reads',
    ],
    ['a list of conditions', 'await prisma.user.findFirst({ where: { OR: [{ id: post.author }] } })', 'the key is not compared for equality'],
    ['a relation', 'await prisma.user.findMany({ where: { posts: { some: { id: post.id } } } })', 'the key is not compared for equality'],
    ['a raw statement', 'await prisma.$queryRaw`select 1 from users where id = ${post.author}`', 'the statement is built in several places'],
    ['a count with a limit', 'await prisma.user.count({ where: { team: post.author }, take: 3 })', 'the statement has a step that may change what it reads'],
  ])('Prisma: %s', (_name, call, reason) => {
    const code = `${prisma}\nasync function run(posts: Post[], options) {\n  for (const post of posts) {\n    const x = ${call};\n    console.log(x);\n  }\n}`;
    expect(rewritesOf(code)).toEqual([{ refused: reason }]);
  });
});

describe('a read that asks the same in every turn', () => {
  it('is made once, before the loop', () => {
    const code = `${prisma}
async function run(posts: Post[], country: string) {
  const prices = [];
  for (const post of posts) {
    const vat = await prisma.vat.findFirst({ where: { country } });
    prices.push(post.id * vat.rate);
  }
  return prices;
}
`;
    const { text, titles } = applyAll(code);
    expect(body(text)).toBe(`async function run(posts: Post[], country: string) {
  const prices = [];
  const vatOnce = await prisma.vat.findFirst({ where: { country } });
  for (const post of posts) {
    const vat = vatOnce;
    prices.push(post.id * vat.rate);
  }
  return prices;
}
`);
    expect(titles).toEqual(['Ask once, before the loop — it asks for an empty list, too']);
  });

  it.each([
    [
      'it is written to',
      'const n = await prisma.vat.findFirst({ where: { country } });\n    await prisma.vat.update({ where: { id: n.id }, data: { used: n.used + 1 } });',
    ],
    ['the row is changed', 'const vat = await prisma.vat.findFirst({ where: { country } });\n    vat.rate += 1;'],
    [
      'a column is changed by a function',
      'const add = (list: string[]) => list.push(post.id);\n    const vat = await prisma.vat.findFirst({ where: { country } });\n    add(vat.lands);',
    ],
    ['something is assigned to the row', 'const vat = await prisma.vat.findFirst({ where: { country } });\n    Object.assign(vat, { seen: post.id });'],
    ['the time is asked with', 'const vat = await prisma.vat.findFirst({ where: { until: { gt: new Date() } } });\n    console.log(vat);'],
  ])('is left where %s', (_name, turn) => {
    const code = `${prisma}\nasync function run(posts: Post[], country: string) {\n  for (const post of posts) {\n    ${turn}\n  }\n}\n`;
    expect(applyAll(code, { only: 'fixes' }).titles).toEqual([]);
    expect(applyAll(code).titles.filter((title) => title.startsWith('Ask once'))).toEqual([]);
  });
});

describe('a read behind a function of the file', () => {
  const drizzle = `import { desc, eq } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { integer, pgTable, serial } from 'drizzle-orm/pg-core';
const db = drizzle(process.env.DATABASE_URL);
const orders = pgTable('orders', { id: serial('id').primaryKey(), userId: integer('user_id').notNull() });
`;

  it('is asked for all keys, and the function goes where nothing else calls it', () => {
    const { text, titles } = applyAll(`${drizzle}
async function run(users: { id: number }[]) {
  return Promise.all(users.map(async (user) => ({ id: user.id, last: (await lastOrder(user.id))?.id })));
}

async function lastOrder(userId: number) {
  const [order] = await db.select().from(orders).where(eq(orders.userId, userId)).orderBy(desc(orders.id)).limit(1);
  return order;
}
`);
    expect(body(text)).toBe(`async function run(users: { id: number }[]) {
  const ordersByUserId = await groupByKeys(
    users.map((user) => user.id),
    (keys) => db.selectDistinctOn([orders.userId]).from(orders).where(inArray(orders.userId, keys)).orderBy(orders.userId, desc(orders.id)),
    (row) => row.userId,
  );
  return Promise.all(users.map(async (user) => ({ id: user.id, last: ((ordersByUserId.get(user.id) ?? [])[0])?.id })));
}
`);
    expect(titles).toEqual(['fix']);
  });

  it('stays where something else calls the function, or a comment stands above it', () => {
    for (const more of ['\nexport const other = () => oneOf(3);\n', '\n// Reads one order.\n']) {
      const { text } = applyAll(`${drizzle}
async function run(users: { id: number }[], out: any[]) {
  for (const user of users) out.push(await oneOf(user.id));
}
${more}async function oneOf(id: number) {
  return db.select().from(orders).where(eq(orders.userId, id));
}
`);
      expect(text).toContain('out.push(ordersByUserId.get(user.id) ?? [])');
      expect(text).toContain('async function oneOf');
    }
  });

  const prelude = `import { PrismaClient } from '@prisma/client';\nconst prisma = new PrismaClient();\n`;
  it.each([
    [
      'does more',
      'async function f(id: number) {\n  const row = await prisma.post.findUnique({ where: { id } });\n  if (!row) throw new Error();\n  return row;\n}',
      'f(x.id)',
      'the function that the loop calls does more than ask',
    ],
    [
      'asks by two of its parameters in two ways',
      'const f = (id: number, role: string) => prisma.post.findFirst({ where: { id, role: { not: role } } });',
      'f(x.id, "a")',
      'each turn asks by more than one value',
    ],
    ['has a default', 'const f = (id = 3) => prisma.post.findUnique({ where: { id } });', 'f(x.id)', 'the function that the loop calls does more than ask'],
  ])('is refused where the function %s', (_name, fn, call, reason) => {
    expect(
      rewritesOf(`${prelude}${fn}\nexport async function run(xs: { id: number }[]) {\n  for (const x of xs) console.log(await ${call});\n}\n`),
    ).toContainEqual({ refused: reason });
  });

  it('is refused where a name of the query means something else at the loop', () => {
    const text = `${prelude}const country = 'de';\nconst f = (id: number) => prisma.post.findFirst({ where: { id, country } });\nexport async function run(xs: { id: number }[], country: string) {\n  for (const x of xs) console.log(country, await f(x.id));\n}\n`;
    expect(rewritesOf(text)).toContainEqual({ refused: 'the query names something that cannot be seen where the loop stands' });
  });

  it('is refused for a method that a subclass may have again, and not for a private one', () => {
    const text = (modifier: string): string => `${prelude}export class Posts {
  ${modifier} load(id: number) {
    return prisma.post.findUnique({ where: { id } });
  }
  async run(xs: { id: number }[]) {
    for (const x of xs) console.log(await this.load(x.id));
  }
}
`;
    expect(rewritesOf(text('public'))).toContainEqual({ refused: 'the method that the loop calls may be another in a subclass' });
    expect(applyAll(text('private')).text).toContain('console.log(postById.get(x.id) ?? null)');
  });
});

describe('a read by several values of the turn', () => {
  const several = 'each turn asks by more than one value';
  const heads = {
    prisma,
    drizzle: `${drizzle}const members = pgTable('members', { user: integer('user_id').notNull(), team: integer('team').notNull(), role: text('role') });\n`,
    knex: `import knex from 'knex';\nconst db = knex({ client: 'pg' });\n`,
    kysely: `import { Kysely } from 'kysely';\nconst db = new Kysely<any>({ dialect });\n`,
    typeorm: `import { DataSource } from 'typeorm';\nconst members = new DataSource({ type: 'postgres' }).getRepository(Member);\n`,
    sequelize: `import { Model, Sequelize } from 'sequelize';\nclass Member extends Model {}\nMember.init({}, { sequelize: new Sequelize('x') });\n`,
    mongoose: `import mongoose from 'mongoose';\nconst Member = mongoose.model('Member', new mongoose.Schema({ user: Number, team: Number }));\n`,
  };
  const codeOf = (head: string, call: string): string =>
    `${head}async function run(items: { user: number; team: number }[]) {\n  for (const item of items) {\n    const found = ${call};\n    console.log(found);\n  }\n}\n`;

  it.each([
    [
      'prisma',
      'await prisma.member.findMany({ where: { user: item.user, role: "a", team: item.team } })',
      'prisma.member.findMany({ where: { OR: keys.map(([user, team]) => ({ user, team })), role: "a" } })',
    ],
    [
      'prisma',
      'await prisma.member.findUnique({ where: { user_team: { user: item.user, team: item.team } } })',
      'prisma.member.findMany({ where: { OR: keys.map(([user, team]) => ({ user, team })) } })',
    ],
    [
      'drizzle',
      'await db.select().from(members).where(and(eq(members.user, item.user), gt(members.role, "a"), eq(members.team, item.team)))',
      'db.select().from(members).where(and(or(...keys.map(([user, team]) => and(eq(members.user, user), eq(members.team, team)))), gt(members.role, "a")))',
    ],
    [
      'knex',
      'await db("members").where("members.user", item.user).andWhere("team", item.team)',
      `db("members").where((any) => keys.forEach(([user, team]) => any.orWhere((one) => one.where("members.user", user).where("team", team))))`,
    ],
    [
      'knex',
      'await db("members").where({ user: item.user, role: "a", team: item.team })',
      'db("members").where({ role: "a" }).where((any) => keys.forEach(([user, team]) => any.orWhere({ user, team })))',
    ],
    [
      'kysely',
      'await db.selectFrom("members").selectAll().where("user", "=", item.user).where("team", "=", item.team).execute()',
      'db.selectFrom("members").selectAll().where((eb) => eb.or(keys.map(([user, team]) => eb.and({ user, team })))).execute()',
    ],
    [
      'typeorm',
      'await members.findBy({ user: item.user, role: "a", team: item.team })',
      'members.findBy(keys.map(([user, team]) => ({ user, role: "a", team })))',
    ],
    [
      'sequelize',
      'await Member.findAll({ where: { user: item.user, team: item.team } })',
      'Member.findAll({ where: { [Op.or]: keys.map(([user, team]) => ({ user, team })) } })',
    ],
    ['mongoose', 'await Member.find({ user: item.user, team: item.team })', 'Member.find({ $or: keys.map(([user, team]) => ({ user, team })) })'],
  ] as const)('%s: %s', (library, call, many) => {
    const { text } = applyAll(codeOf(heads[library], call));
    expect(text).toContain(`items.map((item) => [item.user, item.team] as const),\n    (keys) => ${many},\n    (row) => [row.user, row.team],`);
    expect(text).toMatch(/const found = \w+ByUserAndTeam\.get\(\[item\.user, item\.team\]\) \?\? (?:null|\[\]);/);
  });

  it('of which one alone is of the turn, in a unique key of two columns', () => {
    const { text } = applyAll(codeOf(prisma, 'await prisma.member.findUnique({ where: { user_team: { user: 3, team: item.team } } })'));
    expect(text).toContain('(keys) => prisma.member.findMany({ where: { user: 3, team: { in: keys } } }),');
    const written = applyAll(
      codeOf(prisma, 'await prisma.member.update({ where: { user_team: { user: 3, team: item.team } }, data: { role: "b" } })')
        .replace('const found = ', '')
        .replace('console.log(found);', ''),
    ).text;
    expect(written).toContain('prisma.member.updateMany({ where: { user: 3, team: { in: keys } }, data: { role: "b" } })');
  });

  it('in JavaScript, without types', () => {
    const code = codeOf(prisma.replace(/interface .*/, ''), 'await prisma.member.findFirst({ where: { user: item.user, team: item.team } })').replace(
      /: \{ user.*?\[\]/,
      '',
    );
    const [made] = rewritesOf(code, projectFile.replace(/\.ts$/, '.js'));
    expect(JSON.stringify(made)).toContain('Array.from(itemList, (item) => [item.user, item.team]),');
  });

  it.each([
    ['a name of the outside', 'typeorm', 'await members.findBy({ user: item.user, boss: user, team: item.team })'],
    ['a name of the outside, in short', 'typeorm', 'await members.findBy({ user: item.user, boss: { team }, team: item.team })'],
  ] as const)('is left alone where a part would hide %s', (_name, library, call) => {
    expect(rewritesOf(codeOf(heads[library], call))).toEqual([{ refused: several }]);
  });

  it('with words of code that look like those of a text', () => {
    const text = (call: string): string => applyAll(codeOf(heads.prisma, call)).text;
    expect(text('await prisma.member.findFirst({ where: { ROW_NO: item.user, PARTS_NO: item.team } })')).toContain(
      'OR: keys.map(([ROW_NO, PARTS_NO]) => ({ ROW_NO, PARTS_NO }))',
    );
    expect(text('await prisma.member.findUnique({ where: { user_team: { user: KEYS[0], team: item.team } } })')).toContain(
      'where: { user: KEYS[0], team: { in: keys } }',
    );
  });

  it.each([
    ["'name'", "'name team user'"],
    ["'name team'", "'name team user'"],
    ["'-password'", "'-password'"],
    ['{ password: 0 }', '{ password: 0 }'],
    ['{ user: 1, team: 1 }', '{ user: 1, team: 1 }'],
    ['null', 'null'],
    ['{ name: 1 }', undefined],
    ['{ team: 0 }', undefined],
    ["'-team'", undefined],
    ['fields', undefined],
  ])('Mongoose: with the columns %s as an argument', (columns, wanted) => {
    const code = codeOf(heads.mongoose, `await Member.findOne({ user: item.user, team: item.team }, ${columns})`);
    if (wanted === undefined) expect(rewritesOf(code)).toEqual([{ refused: 'the column of the key is not among those that are read' }]);
    else expect(applyAll(code).text).toContain(`Member.find({ $or: keys.map(([user, team]) => ({ user, team })) }, ${wanted})`);
  });

  it('Mongoose: an order among the options of a single read is seen', () => {
    const code = codeOf(heads.mongoose, 'await Member.findOne({ user: item.user }, null, { sort: { at: -1 } })');
    expect(rewritesOf(code)).toEqual([{ refused: 'the read takes the first of several rows in an order' }]);
  });

  it('of a unique key, one of which must be there', () => {
    const code = codeOf(prisma, 'await prisma.member.findUnique({ where: { user_team: { user: tenant.id, team: item.team } } })');
    expect(applyAll(code).titles.join()).toContain('`tenant.id` must not be undefined');
  });

  it('is left alone where the loop changes what it gives to a function', () => {
    const code = `${prisma}const of = (user: number, team: number) => prisma.member.findMany({ where: { user, team } });
async function run(items: { team: number }[]) {
  let user = 0;
  for (const item of items) {
    const found = await of(user, item.team);
    console.log(found);
    user += 1;
  }
}
`;
    expect(rewritesOf(code)).toEqual([{ refused: 'the query changes from turn to turn' }]);
    expect(rewritesOf(code.replace('of(user, item.team)', 'of(3, user + item.team)'))).toEqual([{ refused: 'the query changes from turn to turn' }]);
  });

  it('in JavaScript, of items that have more parts', () => {
    const code = codeOf(prisma.replace(/interface .*/, ''), 'await prisma.member.findFirst({ where: { user, team } })')
      .replace(/: \{ user.*?\[\]/, '')
      .replace('const item of', 'const [user, team] of');
    const [made] = rewritesOf(code, projectFile.replace(/\.ts$/, '.js'));
    expect(JSON.stringify(made)).toContain('Array.from(userList, ([user, team]) => [user, team]),');
  });

  it.each([
    [
      'conditions beside it under the same name',
      'prisma',
      'await prisma.member.findMany({ where: { user: item.user, OR: [{ role: "a" }], team: item.team } })',
      several,
    ],
    ['the same under a text', 'prisma', 'await prisma.member.findMany({ where: { user: item.user, "OR": [{ role: "a" }], team: item.team } })', several],
    [
      'another alternative of Sequelize',
      'sequelize',
      'await Member.findAll({ where: { user: item.user, [O.or]: [{ role: "a" }], team: item.team } })',
      several,
    ],
    [
      'an alternative beside a unique key',
      'prisma',
      'await prisma.member.findUnique({ where: { user_team: { user: item.user, team: item.team }, OR: [{ role: "a" }] } })',
      'the key is not compared for equality',
    ],
    [
      'a column of a unique key beside it',
      'prisma',
      'await prisma.member.findUnique({ where: { user_team: { user: item.user, team: 3 }, user: { gt: 4 } } })',
      'the key is not compared for equality',
    ],
    [
      'a unique key whose parts cannot be seen',
      'prisma',
      'await prisma.member.findUnique({ where: { userId_team: item } })',
      'the key is not compared for equality',
    ],
    [
      'a column that is populated',
      'mongoose',
      'await Member.find({ user: item.user, team: item.team }).populate("user")',
      'the statement has a step that may change what it reads',
    ],
    ['a column that is no name', 'prisma', 'await prisma.member.findMany({ where: { user: item.user, default: item.team } })', several],
    [
      'a unique key by a name of its own',
      'prisma',
      'await prisma.member.findUnique({ where: { byUser: { user: item.user, team: item.team } } })',
      'the key is not compared for equality',
    ],
    [
      'a column that has the name of its table',
      'drizzle',
      'await db.select().from(team).where(and(eq(team.team, item.team), eq(team.user, item.user)))',
      several,
    ],
    [
      'two comparisons in two places',
      'drizzle',
      'await db.select().from(members).where(and(eq(members.user, item.user), and(eq(members.team, item.team))))',
      several,
    ],
    ['a column of two tables', 'drizzle', 'await db.select().from(members).where(and(eq(members.team, item.team), eq(users.team, item.user)))', several],
    ['steps that do not follow one another', 'knex', 'await db("members").where("user", item.user).where("role", "a").where("team", item.team)', several],
    ['a count', 'prisma', 'await prisma.member.count({ where: { user: item.user, team: item.team } })', several],
    ['a filter that waits', 'typeorm', 'await members.findBy({ user: item.user, role: await role(), team: item.team })', several],
  ] as const)('is left alone with %s', (_name, library, call, refused) => {
    const head =
      library === 'drizzle' ? `${heads.drizzle}const team = pgTable('team', { user: integer('user_id'), team: integer('team') });\n` : heads[library];
    expect(rewritesOf(codeOf(head, call))).toEqual([{ refused }]);
  });

  it('is left alone where it writes', () => {
    const code = codeOf(prisma, 'await prisma.member.updateMany({ where: { user: item.user, team: item.team }, data: { role: "b" } })')
      .replace('const found = ', '')
      .replace('console.log(found);', '');
    expect(rewritesOf(code)).toEqual([{ refused: several }]);
  });
});

describe('the rows are asked for by the first turn that needs them', () => {
  it.each([
    [
      'where each turn handles its own error',
      `async function run(orders: Order[]) {
  for (const order of orders) {
    try {
      const [user] = await db.select().from(users).where(eq(users.id, order.user));
      console.log(user.name);
    } catch (error) {
      console.error(order.id, error);
    }
  }
}`,
      `async function run(orders: Order[]) {
  const usersById = lazy(() => groupByKeys(
    orders.map((order) => order.user),
    (keys) => db.select().from(users).where(inArray(users.id, keys)),
    (row) => row.id,
  ));
  for (const order of orders) {
    try {
      const [user] = (await usersById()).get(order.user) ?? [];
      console.log(user.name);
    } catch (error) {
      console.error(order.id, error);
    }
  }
}`,
    ],
    [
      'where each read handles its own error',
      `async function run(orders: Order[]) {
  for (const order of orders) {
    const rows = await db.select().from(users).where(eq(users.id, order.user)).catch(() => []);
    console.log(rows.length);
  }
}`,
      `async function run(orders: Order[]) {
  const usersById = lazy(() => groupByKeys(
    orders.map((order) => order.user),
    (keys) => db.select().from(users).where(inArray(users.id, keys)),
    (row) => row.id,
  ));
  for (const order of orders) {
    const rows = await usersById().then((found) => found.get(order.user) ?? []).catch(() => []);
    console.log(rows.length);
  }
}`,
    ],
    [
      'where turns are settled one by one',
      `async function run(orders: Order[]) {
  return Promise.allSettled(orders.map((order) => db.select({ id: users.id }).from(users).where(eq(users.id, order.user))));
}`,
      `async function run(orders: Order[]) {
  const usersById = lazy(() => groupByKeys(
    orders.map((order) => order.user),
    (keys) => db.select({ id: users.id }).from(users).where(inArray(users.id, keys)),
    (row) => row.id,
  ));
  return Promise.allSettled(orders.map((order) => usersById().then((found) => found.get(order.user) ?? [])));
}`,
    ],
    [
      'where nobody waits for the turns, of a list that may change',
      `function run(box: { orders?: Order[] }) {
  if (box.orders === undefined) return;
  box.orders.forEach(async (order) => {
    const rows = await db.select().from(users).where(eq(users.id, order.user));
    console.log(rows.length);
  });
}`,
      `function run(box: { orders?: Order[] }) {
  if (box.orders === undefined) return;
  const orderList = box.orders;
  const usersById = lazy(() => groupByKeys(
    orderList.map((order) => order.user),
    (keys) => db.select().from(users).where(inArray(users.id, keys)),
    (row) => row.id,
  ));
  orderList.forEach(async (order) => {
    const rows = (await usersById()).get(order.user) ?? [];
    console.log(rows.length);
  });
}`,
    ],
  ])('%s', (_name, text, wanted) => {
    const made = applyAll(`${drizzle}\n${text}`);
    expect(body(made.text)).toBe(wanted);
    expect(made.titles.join()).toMatch(/if the query fails, it fails in every turn/);
    expect(made.text).toContain("import { groupByKeys, lazy } from 'latency-runtime';");
  });
});

describe('what surrounds a read that is asked for later', () => {
  it('a file without semicolons', () => {
    const text = `import { eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/node-postgres'
const db = drizzle(process.env.DATABASE_URL)
async function run(orders, missing) {
  for (const order of orders) {
    try {
      const id = order.id
      await db.select().from(users).where(eq(users.id, order.user)) || missing.push(id)
    } catch {}
  }
}
`;
    expect(applyAll(text).text).toContain('const id = order.id\n      ;((await usersById()).get(order.user) ?? []) || missing.push(id)');
  });

  it('the first row that a function gives', () => {
    const text = `${drizzle}
async function userOf(id: number) {
  const [user] = await db.select().from(users).where(eq(users.id, id));
  return user;
}
async function run(orders: Order[]) {
  for (const order of orders) {
    const user = await userOf(order.user).catch(() => undefined);
    console.log(user);
  }
}`;
    expect(applyAll(text).text).toContain('const user = await usersById().then((found) => (found.get(order.user) ?? [])[0]).catch(() => undefined);');
  });

  it('a list that may be missing further left', () => {
    const text = `${drizzle}
async function run(box?: { orders: Order[] }) {
  box?.orders.forEach(async (order) => {
    const rows = await db.select().from(users).where(eq(users.id, order.user));
    console.log(rows.length);
  });
}`;
    const made = applyAll(text).text;
    expect(made).toContain('const orderList = box?.orders ?? [];');
    expect(made).toContain('orderList.forEach(async (order) => {');
  });

  it('a list that nothing is known of', () => {
    const text = `${drizzle}\nasync function run(snapshot) { snapshot.forEach(async (order) => { console.log(await db.select().from(users).where(eq(users.id, order.user))); }); }`;
    expect(applyAll(text).titles.join()).toContain('`snapshot` must be an array');
  });

  it('MikroORM: rows that are forgotten in the turn', () => {
    const text = `import { MikroORM } from '@mikro-orm/core';
const orm = await MikroORM.init();
const em = orm.em.fork();
async function run(entries: { id: number; name: string }[]) {
  for (const entry of entries) {
    const user = await em.findOne(User, { id: entry.id });
    user.name = entry.name;
    await em.flush();
    em.clear();
  }
}`;
    expect(rewritesOf(text)).toContainEqual({ refused: 'the row that a turn changes may be another turn’s row, too' });
  });
});

describe('forms of one library', () => {
  it('Drizzle: rows of counts are grouped by the key', () => {
    const text = `async function run(orders: Order[]) {
  for (const order of orders) {
    const [{ n }] = await db.select({ n: count() }).from(items).where(eq(items.order, order.id));
    console.log(n);
  }
}`;
    const made = applyAll(`${drizzle.replace('{ and,', '{ count, and,')}\n${text}`);
    expect(body(made.text)).toBe(`async function run(orders: Order[]) {
  const itemsByOrder = await findByKeys(
    orders.map((order) => order.id),
    (keys) => db.select({ order: items.order, n: count() }).from(items).where(inArray(items.order, keys)).groupBy(items.order),
    (row) => row.order,
  );
  for (const order of orders) {
    const [{ n }] = [itemsByOrder.get(order.id) ?? { n: 0 }];
    console.log(n);
  }
}`);
    expect(made.titles).toEqual(['fix']);
  });

  it.each([
    ['a sum', 'db.select({ n: sum(items.id) }).from(items).where(eq(items.order, order.id))'],
    ['a count of the project', 'db.select({ n: own.count() }).from(items).where(eq(items.order, order.id))'],
    ['a count beside a column', 'db.select({ n: count(), id: items.id }).from(items).where(eq(items.order, order.id))'],
    ['what is grouped already', 'db.select({ n: count() }).from(items).where(eq(items.order, order.id)).groupBy(items.id)'],
    ['a count under the name of the column', 'db.select({ order: count() }).from(items).where(eq(items.order, order.id))'],
  ])('Drizzle: %s is left alone', (_name, call) => {
    const text = `${drizzle}\nasync function run(orders: Order[]) { for (const order of orders) console.log(await ${call}); }`;
    expect(rewritesOf(text).every((each) => 'refused' in each)).toBe(true);
  });

  it('Prisma: the first of several in an order is kept for each key', () => {
    const text = `async function run(posts: Post[]) {
  for (const post of posts) {
    const last = await prisma.comment.findFirst({ where: { post: post.id }, orderBy: { at: 'desc' }, select: { text: true } });
    console.log(last?.text);
  }
}`;
    const made = applyAll(`${prisma}\n${text}`);
    expect(made.text).toContain(
      "(keys) => prisma.comment.findMany({ distinct: ['post'], where: { post: { in: keys } }, orderBy: { at: 'desc' }, select: { post: true, text: true } }),",
    );
    expect(made.titles).toEqual(['Load all of `comment` with one query — it reads every row of each key; which of several rows is taken may differ']);
  });

  it('Prisma: the parts of a unique key may stand in any order', () => {
    const text = `async function run(posts: Post[], user: number) { for (const post of posts) await prisma.member.update({ where: { user_post: { post: post.id, user } }, data: { seen: true } }); }`;
    expect(applyAll(`${prisma}\n${text}`).text).toContain('prisma.member.updateMany({ where: { user, post: { in: keys } }, data: { seen: true } })');
  });

  it('MikroORM: a row that is changed is one object anyway', () => {
    const text = `import { MikroORM } from '@mikro-orm/core';
const orm = await MikroORM.init();
const em = orm.em.fork();
async function run(entries: { id: number; name: string }[]) {
  for (const entry of entries) {
    const user = await em.findOne(User, { id: entry.id });
    user.name = entry.name;
  }
}`;
    expect(applyAll(text).text).toContain('const user = userById.get(entry.id) ?? null;');
  });
});

describe('keys that are made of the item', () => {
  const inRun = (lines: string, parameter = 'map: Map<number, number>'): string =>
    `${drizzle}\nasync function run(orders: Order[], ${parameter}) {\n  for (const order of orders) {\n${lines}\n  }\n}`;

  it.each([
    [
      'a copy of it',
      'const copy = { ...order }; console.log(await db.select().from(users).where(eq(users.id, copy.user)));',
      'orders.map((order) => order?.user)',
    ],
    [
      'what a map gives for it',
      'const id = map.get(order.user) || 3; console.log(await db.select().from(users).where(eq(users.id, id)));',
      'orders.map((order) => (map.get(order.user) || 3))',
    ],
  ])('%s', (_name, lines, keys) => {
    expect(applyAll(inRun(lines)).text).toContain(keys);
  });

  it.each([
    ['a copy that was given away', 'const copy = { ...order }; fill(copy); console.log(await db.select().from(users).where(eq(users.id, copy.user)));'],
    ['a copy that got another value', 'const copy = { ...order }; copy.user = 3; console.log(await db.select().from(users).where(eq(users.id, copy.user)));'],
    ['a copy with more', 'const copy = { ...order, user: 3 }; console.log(await db.select().from(users).where(eq(users.id, copy.user)));'],
    [
      'a map that the loop fills',
      'const id = map.get(order.user) || 3; map.set(order.id, 4); console.log(await db.select().from(users).where(eq(users.id, id)));',
    ],
  ])('%s is known only inside the turn', (_name, lines) => {
    const reasons = rewritesOf(inRun(lines)).map((each) => ('refused' in each ? each.refused : each.title));
    expect(
      reasons.every((reason) => /^(?:the key is known only inside the turn|the query changes from turn to turn)$/.test(reason)),
      reasons.join(),
    ).toBe(true);
    expect(reasons).toHaveLength(1);
  });

  it('of a parameter that is no map', () => {
    expect(rewritesOf(inRun('const id = map.get(order.user); console.log(await db.select().from(users).where(eq(users.id, id)));', 'map: Store'))).toEqual([
      { refused: 'the key is known only inside the turn' },
    ]);
  });
});

describe('for…in', () => {
  const run = (loop: string, before = 'prices: Record<string, { user: string }>'): string =>
    `${prisma}\nasync function run(${before}) {\n  const out = [];\n${loop}\n  return out;\n}`;
  const keysOf = (text: string): string | undefined => /findByKeys\(\n\s*(.*),\n/.exec(text)?.[1];

  it.each([
    ['the name', '  for (const id in prices) out.push(await prisma.user.findUnique({ where: { id } }));', 'Object.keys(prices)'],
    [
      'what stands under the name',
      '  for (const id in prices) out.push(await prisma.user.findUnique({ where: { id: prices[id].user } }));',
      'Object.keys(prices).map((id) => prices[id].user)',
    ],
    [
      'where the turn asks whether the name is its own',
      '  for (const id in prices) {\n    if (!Object.hasOwn(prices, id)) continue;\n    out.push(await prisma.user.findUnique({ where: { id: prices[id].user } }));\n  }',
      'Object.keys(prices).map((id) => prices[id].user)',
    ],
    [
      'where a branch asks so',
      '  for (const id in prices) if (Object.prototype.hasOwnProperty.call(prices, id)) out.push(await prisma.user.findUnique({ where: { id: prices[id].user } }));',
      'Object.keys(prices).map((id) => prices[id].user)',
    ],
  ])('asks by %s', (_, loop, keys) => {
    const { text, titles } = applyAll(run(loop));
    expect(keysOf(text)).toBe(keys);
    expect(titles).toHaveLength(1);
    expect(titles[0]).toContain('`prices` must be an object that inherits no keys');
  });

  it.each([
    ['an array', 'prices: { user: string }[]'],
    ['an object with numbers for names', 'prices: Record<number, { user: string }>'],
    ['what may be missing', 'prices?: Record<string, { user: string }>'],
    ['a type of another name', 'prices: Prices'],
  ])('leaves %s in TypeScript', (_, parameter) => {
    const loop = '  for (const id in prices) out.push(await prisma.user.findUnique({ where: { id: prices[id].user } }));';
    expect(rewritesOf(run(loop, parameter))).toEqual([{ refused: 'the loop does not run over a list' }]);
  });

  it('leaves a guard that lets only inherited names through', () => {
    const loop =
      '  for (const id in prices) {\n    if (Object.hasOwn(prices, id)) continue;\n    out.push(await prisma.user.findUnique({ where: { id: prices[id].user } }));\n  }';
    expect(rewritesOf(run(loop))).toEqual([{ refused: 'a test in the turn decides whether there is a key, and the key is computed' }]);
  });

  it('over a literal is fixed', () => {
    const loop = '  const prices = { a: 1, b: 2 };\n  for (const id in prices) out.push(await prisma.user.findUnique({ where: { id } }));';
    expect(applyAll(run(loop, ''), { only: 'fixes' }).titles).toEqual(['fix']);
  });

  it.each([
    [
      'what is made for the loop',
      'for (const id in pricesOf(out)) out.push(await prisma.user.findUnique({ where: { id } }));',
      'the loop does not run over a list',
    ],
    [
      'names that the loop takes away',
      'for (const id in prices) { delete prices[id + 1]; out.push(await prisma.user.findUnique({ where: { id } })); }',
      'the loop changes its list or its counter',
    ],
    [
      'other tests than that of the name',
      'for (const id in prices) { if (!prices[id]) continue; out.push(await prisma.user.findUnique({ where: { id: prices[id].user } })); }',
      'a test in the turn decides whether there is a key, and the key is computed',
    ],
  ])('leaves %s', (_, loop, refused) => {
    expect(rewritesOf(run(`  ${loop}`))).toEqual([{ refused }]);
  });
});

describe('Firestore: documents by their references', () => {
  const firestore = `import { getFirestore } from 'firebase-admin/firestore';\nconst db = getFirestore();\nconst people = db.collection('users');\n`;
  const run = (read: string): string =>
    `${firestore}\nasync function run(posts: { author: string }[]) {\n  const out = [];\n  for (const post of posts) out.push(await ${read});\n  return out;\n}`;

  it('of a collection that the client names', () => {
    const { text, titles } = applyAll(run(`db.collection('users').doc(post.author).get()`));
    expect(body(text)).toContain(`  const usersById = await findByKeys(
    posts.map((post) => post.author),
    (keys) => db.getAll(...keys.map((key) => db.collection('users').doc(key))),
    (row) => row.id,
  );
  for (const post of posts) out.push(usersById.get(post.author)!);`);
    expect(titles).toEqual(['Load all of `users` with one query — an id must hold no slash']);
  });

  it('of a collection that was made before', () => {
    expect(body(applyAll(run('people.doc(post.author).get()')).text)).toContain(
      'const usersById = await findByKeys(\n    posts.map((post) => post.author),\n    (keys) => people.firestore.getAll(...keys.map((key) => people.doc(key))),',
    );
  });

  it.each([
    ['a path', 'db.doc(`users/${post.author}`).get()'],
    ['a document below that of the key', `people.doc(post.author).collection('posts').doc('first').get()`],
  ])('leaves %s', (_, read) => {
    expect(rewritesOf(run(read))).toEqual([{ refused: 'the statement is built in several places' }]);
  });
});
