import { type Reported, testRule } from '../rule-tester.ts';

/** Per library: how a client comes to be, and one read by key. */
const reads: Record<string, readonly [setUp: string, read: string]> = {
  Prisma: [`import { PrismaClient } from '@prisma/client'; const prisma = new PrismaClient();`, 'prisma.user.findUnique({ where: { id } })'],
  'Prisma, generated client': [
    `import { PrismaClient } from '../generated/prisma/client'; const prisma = new PrismaClient();`,
    'prisma.user.findFirst({ where: { id } })',
  ],
  'Drizzle, select': [
    `import { drizzle } from 'drizzle-orm/node-postgres'; const db = drizzle(process.env.URL);`,
    'db.select().from(users).where(eq(users.id, id))',
  ],
  'Drizzle, relational': [`import { drizzle } from 'drizzle-orm/pglite'; const db = drizzle(client);`, 'db.query.users.findFirst({ where: eq(users.id, id) })'],
  'TypeORM, data source': [`import { DataSource } from 'typeorm'; const source = new DataSource({});`, 'source.getRepository(User).findOneBy({ id })'],
  'TypeORM, builder': [
    `import { DataSource } from 'typeorm'; const source = new DataSource({});`,
    `source.createQueryBuilder(User, 'u').where('u.id = :id', { id }).getOne()`,
  ],
  'Sequelize, model class': [`import { Model } from 'sequelize'; class User extends Model {}`, 'User.findByPk(id)'],
  'Sequelize, define': [
    `import { Sequelize } from 'sequelize'; const sequelize = new Sequelize(''); const User = sequelize.define('user', {});`,
    'User.findOne({ where: { id } })',
  ],
  Mongoose: [`import mongoose from 'mongoose'; const User = mongoose.model('User', schema);`, 'User.findById(id).lean()'],
  'Mongoose, require': [`const { model } = require('mongoose'); const User = model('User', schema);`, 'User.findOne({ _id: id })'],
  MongoDB: [
    `import { MongoClient } from 'mongodb'; const client = new MongoClient(''); const users = client.db('x').collection('users');`,
    'users.findOne({ _id: id })',
  ],
  MikroORM: [`import { MikroORM } from '@mikro-orm/postgresql'; const orm = await MikroORM.init({});`, 'orm.em.fork().findOne(User, id)'],
  Knex: [`import knex from 'knex'; const db = knex({});`, `db('users').where({ id }).first()`],
  Kysely: [
    `import { Kysely } from 'kysely'; const db = new Kysely<Database>({ dialect });`,
    `db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst()`,
  ],
  Objection: [`import { Model } from 'objection'; class User extends Model {}`, 'User.query().findById(id)'],
  pg: [`import pg from 'pg'; const pool = new pg.Pool();`, `pool.query('select name from users where id = $1', [id])`],
  'postgres.js': [`import postgres from 'postgres'; const sql = postgres();`, 'sql`select name from users where id = ${id}`'],
  'pg-promise': [`import pgPromise from 'pg-promise'; const db = pgPromise()(process.env.URL);`, `db.one('select name from users where id = $1', id)`],
  Slonik: [
    `import { createPool, sql } from 'slonik'; const pool = await createPool('');`,
    'pool.maybeOne(sql.unsafe`select name from users where id = ${id}`)',
  ],
  mysql2: [`import mysql from 'mysql2/promise'; const pool = mysql.createPool({});`, `pool.execute('select name from users where id = ?', [id])`],
  Supabase: [
    `import { createClient } from '@supabase/supabase-js'; const supabase = createClient(url, key);`,
    `supabase.from('users').select('name').eq('id', id).single()`,
  ],
  'Supabase Storage': [
    `import { createClient } from '@supabase/supabase-js'; const supabase = createClient(url, key);`,
    `supabase.storage.from('files').createSignedUrl(id, 60)`,
  ],
  Firestore: [`import { getFirestore } from 'firebase-admin/firestore'; const db = getFirestore();`, `db.collection('users').doc(id).get()`],
  DynamoDB: [
    `import { DynamoDBClient } from '@aws-sdk/client-dynamodb'; import { GetCommand } from '@aws-sdk/lib-dynamodb'; const client = new DynamoDBClient({});`,
    `client.send(new GetCommand({ TableName: 't', Key: { id } }))`,
  ],
  ioredis: [`import Redis from 'ioredis'; const redis = new Redis();`, 'redis.get(id)'],
  'node-redis': [`import { createClient } from 'redis'; const redis = await createClient().connect();`, 'redis.hGetAll(id)'],
  Memcached: [`import Memcached from 'memcached'; const cache = new Memcached('host');`, 'cache.get(id)'],
  Elasticsearch: [`import { Client } from '@elastic/elasticsearch'; const search = new Client({ node: '' });`, `search.get({ index: 'users', id })`],
};

const perLibrary: Reported[] = Object.entries(reads).map(([library, [setUp, read]]) => ({
  name: `${library}: a read by key in a loop`,
  code: `${setUp}\nasync function load(ids) {\n  for (const id of ids) {\n    const found = await ${read};\n    use(found);\n  }\n}`,
  at: [['4:25', 'queryPerItem']],
}));

const prisma = `import { PrismaClient } from '@prisma/client';\nconst prisma = new PrismaClient();\n`;
const redis = `import { createClient } from 'redis';\nconst redis = createClient();\n`;

testRule('no-query-in-loop', {
  reported: [
    {
      name: 'a file whose text names what tests import',
      code: `// moved here from 'chai'\nconst text = "import { expect } from 'vitest'";\n${prisma}for (const id of ids) await prisma.user.findFirst({ where: { id } });`,
      at: [['5:29', 'queryPerItem']],
    },
    {
      name: 'a folder of seeds that are no rows',
      filename: '/server/src/grass-seed/products.ts',
      code: `${prisma}for (const id of ids) await prisma.user.findFirst({ where: { id } });`,
      at: [['3:29', 'queryPerItem']],
    },
    {
      name: 'a value that is kept for each key',
      code: `${prisma}class Users {\n  async one(id) {\n    if (!this[id]) this[id] = await prisma.user.findFirst({ where: { id } });\n    return this[id];\n  }\n  async all(ids) {\n    for (const id of ids) show(await this.one(id));\n  }\n}`,
      at: [['9:38', 'queryPerItemInside']],
    },
    {
      name: 'a value that each object keeps',
      code: `${prisma}class User {\n  constructor(id) { this.id = id; }\n  async load() {\n    if (!this.row) this.row = await prisma.user.findFirst({ where: { id: this.id } });\n    return this.row;\n  }\n}\nfor (const id of ids) {\n  const user = new User(id);\n  show(await user.load());\n}`,
      at: [['12:14', 'queryPerItemInside']],
    },
    {
      name: 'a value that is forgotten again',
      code: `${prisma}let row;\nasync function load(id) {\n  row ??= await prisma.user.findFirst({ where: { id } });\n  const found = row;\n  row = undefined;\n  return found;\n}\nfor (const id of ids) show(await load(id));`,
      at: [['10:34', 'queryPerItemInside']],
    },
    {
      name: 'a function that is awaited here and looked into there',
      code: `import knex from 'knex';\nconst db = knex({});\nfunction find(id) {\n  return db('users').where({ id }).first();\n}\ninspect(find('x').toString());\nfor (const id of ids) show(await find(id));`,
      at: [['7:34', 'queryPerItemInside']],
    },
    {
      name: 'a step that is the last one',
      code: `import knex, { Knex } from 'knex';\nconst db = knex({});\nfunction run(query: Knex.QueryBuilder) {\n  return query.first();\n}\nfor (const id of ids) show(await run(db('users').where({ id })));`,
      at: [['6:34', 'queryPerItemInside']],
    },
    {
      name: 'a word of SQL that is a value',
      code: `import pg from 'pg';\nconst pool = new pg.Pool();\nconst note = (event, id) => pool.query(statement(), [event, id]);\nfor (const id of ids) await note('begin', id);`,
      at: [['4:29', 'queryPerItemInside']],
    },
    ...[
      ['in order', 'async function each(list, run) {\n  for (let i = 0; i < list.length; i++) await run(list[i], i);\n}', 'each(ids, CALLBACK)'],
      [
        'at the same time, with the function first',
        'const each = (run, inputs) => {\n  const all = [];\n  for (const input of inputs) all.push(run(input));\n  return Promise.all(all);\n};',
        'each(CALLBACK, ids)',
      ],
      [
        'in chunks',
        'async function each(list, run) {\n  for (let i = 0; i < list.length; i += 10) {\n    const part = list.slice(i, i + 10);\n    await Promise.all(part.map(run));\n  }\n}',
        'each(ids, CALLBACK)',
      ],
      [
        'a queue that gets empty',
        'async function each(list, run) {\n  const queue = [...list];\n  while (queue.length > 0) await run(queue.shift());\n}',
        'each(ids, CALLBACK)',
      ],
    ].map(([name = '', helper = '', call = '']) => {
      const code = `${prisma}${helper}\nawait ${call.replace('CALLBACK', 'async (id) => prisma.user.findFirst({ where: { id } })')};`;
      const lines = code.split('\n');
      return {
        name: `a function of the project that runs another one per item, ${name}`,
        code,
        at: [[`${lines.length}:${(lines.at(-1) ?? '').indexOf('prisma') + 1}`, 'queryPerItem']] as const,
      };
    }),
    {
      name: 'a function that a function of the project runs per item, by its name',
      code: `${prisma}async function each(list, run) {\n  for (const item of list) await run(item);\n}\nconst load = (id) => prisma.user.findFirst({ where: { id } });\nawait each(ids, load);`,
      at: [['7:17', 'queryPerItemInside']],
    },
    {
      name: 'Bluebird in the place of promises',
      code: `import 'bluebird-global';\n${prisma}await Promise.mapSeries(ids, async (id) => prisma.user.findFirst({ where: { id } }));`,
      at: [['4:44', 'queryPerItem']],
    },
    {
      name: 'the first name that is missing',
      code: `${prisma}export async function all(names) {\n  for (const name of names) {\n    const user = await prisma.user.findFirst({ where: { name } });\n    if (!user) return undefined;\n    list.push(user);\n  }\n}`,
      at: [['5:24', 'queryPerItem']],
    },
    {
      name: 'nestjs-prisma',
      code: `import { PrismaService } from 'nestjs-prisma';\nclass Users {\n  constructor(private db: PrismaService) {}\n  async load(ids: string[]) {\n    for (const id of ids) await this.db.user.findFirst({ where: { id } });\n  }\n}`,
      at: [['5:33', 'queryPerItem']],
    },
    {
      name: 'statics of a Mongoose schema',
      code: `import mongoose from 'mongoose';\nconst users = new mongoose.Schema({});\nusers.statics.byIds = async function (ids) {\n  for (const id of ids) show(await this.findOne({ _id: id }));\n};`,
      at: [['4:36', 'queryPerItem']],
    },
    {
      name: 'a function for many that is asked for one each time, in a template',
      code: `${prisma}const byIds = ({ ids }) => prisma.$queryRaw\`select * from users where id in (\${Prisma.join(ids)})\`;\nfor (const id of ids) show(await byIds({ ids: [id] }));`,
      at: [['4:34', 'queryPerItemInside']],
    },
    {
      name: 'a function of the project that is called from',
      code: `${prisma}class View {\n  static async from(user) {\n    return prisma.post.findFirst({ where: { author: user.name } });\n  }\n}\nexport const views = (users) => Promise.all(users.map((user) => View.from(user)));`,
      at: [['8:65', 'queryPerItemInside']],
    },
    {
      name: 'one or many',
      code: `${prisma}export async function load(given) {\n  const ids = Array.isArray(given) ? given : [given];\n  for (const id of ids) show(await prisma.user.findFirst({ where: { id } }));\n}`,
      at: [['5:36', 'queryPerItem']],
    },
    {
      name: 'what is mapped of a promise that may fail',
      code: `import { ResultAsync } from 'neverthrow';\n${prisma}const load = (id): ResultAsync<User, Error> => ResultAsync.fromPromise(prisma.user.findFirst({ where: { id } }), String);\nawait Promise.all(ids.map(async (id) => { await load(id).map(show); }));`,
      at: [['5:49', 'queryPerItemInside']],
    },
    {
      name: 'a value that each call reads anew',
      code: `${prisma}async function setting(name) {\n  let settings;\n  if (!settings) settings = await prisma.setting.findFirst({ where: { name } });\n  return settings;\n}\nfor (const id of ids) show(await setting(id));`,
      at: [['8:34', 'queryPerItemInside']],
    },
    {
      name: 'what a wrapper runs now',
      code: `import { tool } from 'tools';\n${prisma}for (const id of ids) {\n  await tool(async () => prisma.user.findFirst({ where: { id } }), { name: id });\n}`,
      at: [['5:26', 'queryPerItem']],
    },
    {
      name: 'MongoDB: collections that a context holds',
      code: `export async function load(context, ids) {\n  const { Groups } = context.collections;\n  for (const id of ids) show(await Groups.findOne({ _id: id }));\n}`,
      at: [['3:36', 'queryPerItem']],
    },
    {
      name: 'MongoDB: collections in a pattern, a list',
      code: `export async function load({ collections: { Groups } }, ids) {\n  for (const id of ids) show(await Groups.find({ owner: id }).toArray());\n}`,
      at: [['2:36', 'queryPerItem']],
    },
    {
      name: 'ioredis out of a service of Nest',
      code: `import { RedisService } from '@liaoliaots/nestjs-redis';\nclass Rooms {\n  constructor(private readonly redis: RedisService) {}\n  async names(ids: string[]) {\n    const client = this.redis.getOrThrow();\n    for (const id of ids) show(await client.hgetall(id));\n  }\n}`,
      at: [['6:38', 'queryPerItem']],
    },
    {
      name: 'many of a list',
      code: `${prisma}for (const id of ids.slice(0, 50)) await prisma.user.findFirst({ where: { id } });`,
      at: [['3:42', 'queryPerItem']],
    },
    {
      name: 'all but the first of a list',
      code: `${prisma}for (const id of ids.slice(1)) await prisma.user.findFirst({ where: { id } });`,
      at: [['3:38', 'queryPerItem']],
    },
    ...perLibrary,
    {
      name: 'a module that has more to do with up than a migration has',
      code: `${prisma}export const votes = { up(post) { return post + 1; }, down(post) {} };\n\nfor (const id of ids) await prisma.user.findFirst({ where: { id } });`,
      at: [['5:29', 'queryPerItem']],
    },
    {
      name: 'an alias of the client',
      code: `${prisma}const db = prisma;\nfor (const id of ids) await db.user.findUnique({ where: { id } });`,
      at: [['4:29', 'queryPerItem']],
    },
    {
      name: 'a destructured model',
      code: `${prisma}const { user: people } = prisma;\nfor (const id of ids) await people.findUnique({ where: { id } });`,
      at: [['4:29', 'queryPerItem']],
    },
    {
      name: 'a namespace import',
      code: `import * as orm from '@prisma/client';\nconst prisma = new orm.PrismaClient();\nfor (const id of ids) await prisma.user.findUnique({ where: { id } });`,
      at: [['3:29', 'queryPerItem']],
    },
    {
      name: 'a dynamic import',
      code: `const { PrismaClient } = await import('@prisma/client');\nconst prisma = new PrismaClient();\nfor (const id of ids) await prisma.user.findUnique({ where: { id } });`,
      at: [['3:29', 'queryPerItem']],
    },
    {
      name: 'a global kept over reloads',
      code: `import { PrismaClient } from '@prisma/client';\nconst prisma = globalThis.prisma ?? new PrismaClient();\nfor (const id of ids) await prisma.user.findUnique({ where: { id } });`,
      at: [['3:29', 'queryPerItem']],
    },
    {
      name: 'an extended client',
      code: `import { PrismaClient } from '@prisma/client';\nconst prisma = new PrismaClient().$extends({});\nfor (const id of ids) await prisma.user.findUnique({ where: { id } });`,
      at: [['3:29', 'queryPerItem']],
    },
    {
      name: 'a let that is assigned once',
      code: `import { PrismaClient } from '@prisma/client';\nlet prisma;\nprisma = new PrismaClient();\nfor (const id of ids) await prisma.user.findUnique({ where: { id } });`,
      at: [['4:29', 'queryPerItem']],
    },
    {
      name: 'a class field',
      code: `import { PrismaClient } from '@prisma/client';\nclass Users {\n  db = new PrismaClient();\n  async load(ids: string[]) {\n    for (const id of ids) await this.db.user.findUnique({ where: { id } });\n  }\n}`,
      at: [['5:33', 'queryPerItem']],
    },
    {
      name: 'a parameter property',
      code: `import { PrismaClient } from '@prisma/client';\nclass Users {\n  constructor(private readonly db: PrismaClient) {}\n  async load(ids: string[]) {\n    for (const id of ids) await this.db.user.findUnique({ where: { id } });\n  }\n}`,
      at: [['5:33', 'queryPerItem']],
    },
    {
      name: 'a field that the constructor assigns',
      code: `import { PrismaClient } from '@prisma/client';\nclass Users {\n  constructor() {\n    this.db = new PrismaClient();\n  }\n  async load(ids) {\n    for (const id of ids) await this.db.user.findUnique({ where: { id } });\n  }\n}`,
      at: [['7:33', 'queryPerItem']],
    },
    {
      name: 'a service that extends the client',
      code: `import { PrismaClient } from '@prisma/client';\nclass PrismaService extends PrismaClient {}\nclass Users {\n  constructor(private db: PrismaService) {}\n  async load(ids: string[]) {\n    for (const id of ids) await this.db.user.findUnique({ where: { id } });\n  }\n}`,
      at: [['6:33', 'queryPerItem']],
    },
    {
      name: 'TypeScript wrappers',
      code: `${prisma}for (const id of ids) await (prisma as any)!.user.findUnique({ where: { id } } satisfies object);`,
      at: [['3:29', 'queryPerItem']],
    },
    { name: 'optional chaining', code: `${prisma}for (const id of ids) await prisma?.user?.findUnique({ where: { id } });`, at: [['3:29', 'queryPerItem']] },
    {
      name: 'comments inside',
      code: `${prisma}for (const id of ids) {\n  // one by one\n  await prisma /* the client */.user.findUnique({ where: { id } });\n}`,
      at: [['5:9', 'queryPerItem']],
    },
    {
      name: 'a transaction callback',
      code: `${prisma}await prisma.$transaction(async (tx) => {\n  for (const id of ids) await tx.user.findUnique({ where: { id } });\n});`,
      at: [['4:31', 'queryPerItem']],
    },
    {
      name: 'a declared transaction',
      code: `import { Prisma } from '@prisma/client';\nasync function load(tx: Prisma.TransactionClient, ids: string[]) {\n  for (const id of ids) await tx.user.findUnique({ where: { id } });\n}`,
      at: [['3:31', 'queryPerItem']],
    },
    {
      name: 'a try around the query',
      code: `${prisma}for (const id of ids) {\n  try {\n    await prisma.user.findUnique({ where: { id } });\n  } catch {}\n}`,
      at: [['5:11', 'queryPerItem']],
    },
    {
      name: 'a throw when nothing is found is no first match',
      code: `${prisma}async function check(ids) {\n  for (const id of ids) {\n    const user = await prisma.user.findUnique({ where: { id } });\n    if (!user) throw new Error(id);\n  }\n}`,
      at: [['5:24', 'queryPerItem']],
    },
    {
      name: 'an early return for a missing row is no first match',
      code: `${prisma}async function check(ids) {\n  for (const id of ids) {\n    const user = await prisma.user.findUnique({ where: { id } });\n    if (!user) return false;\n  }\n  return true;\n}`,
      at: [['5:24', 'queryPerItem']],
    },
    {
      name: 'Promise.all over a map of other reads',
      code: `${prisma}await Promise.all(users.map(async (user) => prisma.post.findMany({ where: { authorId: user.id } })));`,
      at: [['3:45', 'queryPerItem']],
    },
    { name: 'a forEach', code: `${prisma}ids.forEach(async (id) => {\n  await prisma.user.findFirst({ where: { id } });\n});`, at: [['4:9', 'queryPerItem']] },
    { name: 'a for in', code: `${prisma}for (const id in byId) await prisma.user.findFirst({ where: { id } });`, at: [['3:30', 'queryPerItem']] },
    {
      name: 'a counted loop over a list',
      code: `${prisma}for (let i = 0; i < ids.length; i++) await prisma.user.findFirst({ where: { id: ids[i] } });`,
      at: [['3:44', 'queryPerItem']],
    },
    {
      name: 'a while that walks a list',
      code: `${prisma}let i = 0;\nwhile (i < ids.length) {\n  await prisma.user.findFirst({ where: { id: ids[i] } });\n  i++;\n}`,
      at: [['5:9', 'queryPerItem']],
    },
    {
      name: 'a for await over an array',
      code: `${prisma}const ids = await load() as string[];\nfor await (const id of [...ids]) await prisma.user.findFirst({ where: { id } });`,
      at: [['4:40', 'queryPerItem']],
    },
    {
      name: 'findUnique after another await does not merge',
      code: `${prisma}await Promise.all(ids.map(async (id) => {\n  await check(id);\n  return prisma.user.findUnique({ where: { id } });\n}));`,
      at: [['5:10', 'queryPerItem']],
    },
    {
      name: 'a limiter between the loop and the query',
      code: `${prisma}await Promise.all(ids.map((id) => limit(() => prisma.user.findFirst({ where: { id } }))));`,
      at: [['3:47', 'queryPerItem']],
    },
    {
      name: 'p-map',
      code: `import pMap from 'p-map';\n${prisma}await pMap(ids, async (id) => prisma.user.findFirst({ where: { id } }), { concurrency: 4 });`,
      at: [['4:31', 'queryPerItem']],
    },
    {
      name: 'a pool of promises',
      code: `import { PromisePool } from '@supercharge/promise-pool';\n${prisma}await PromisePool.withConcurrency(4).for(ids).process(async (id) => prisma.user.findFirst({ where: { id } }));`,
      at: [['4:69', 'queryPerItem']],
    },
    {
      name: 'the keys of a map that is filled',
      code: `${prisma}const known = new Map([['a', 1]]);\nfor (const row of rows) known.set(row.id, row);\nfor (const id of known.keys()) await prisma.user.findFirst({ where: { id } });`,
      at: [['5:38', 'queryPerItem']],
    },
    {
      name: 'a function by its name',
      code: `${prisma}const load = async (id) => prisma.user.findFirst({ where: { id } });\nawait Promise.all(ids.map(load));`,
      at: [['4:27', 'queryPerItemInside']],
    },
    {
      name: 'a member of an object by its name, for each',
      code: `${prisma}const users = { load: async (id) => prisma.user.findFirst({ where: { id } }) };\nids.forEach(users.load);`,
      at: [['4:13', 'queryPerItemInside']],
    },
    {
      name: 'p-map of a function by its name',
      code: `import pMap from 'p-map';\n${prisma}const load = async (id) => prisma.user.findFirst({ where: { id } });\nawait pMap(ids, load);`,
      at: [['5:17', 'queryPerItemInside']],
    },
    {
      name: 'SQL with a list of constants beside the key',
      code: `import pg from 'pg';\nconst pool = new pg.Pool();\nfor (const id of ids) await pool.query("select * from items where order_id = $1 and status in ('a', 'b')", [id]);`,
      at: [['3:29', 'queryPerItem']],
    },
    {
      name: 'async.each',
      code: `import async from 'async';\n${prisma}async.eachLimit(ids, 5, async (id) => { await prisma.user.findFirst({ where: { id } }); });`,
      at: [['4:47', 'queryPerItem']],
    },
    {
      name: 'Bluebird',
      code: `import Bluebird from 'bluebird';\n${prisma}await Bluebird.each(ids, async (id) => { await prisma.user.findFirst({ where: { id } }); });`,
      at: [['4:48', 'queryPerItem']],
    },
    { name: 'node-redis in sequence', code: `${redis}for (const key of keys) await redis.get(key);`, at: [['3:31', 'queryPerItem']] },
    {
      name: 'a list of keys that was read in the same turn',
      code: `${prisma}for (const team of teams) {\n  const members = await prisma.member.findMany({ where: { teamId: team.id } });\n  await prisma.user.findMany({ where: { id: { in: members.map((m) => m.userId) } } });\n}`,
      at: [
        ['4:25', 'queryPerItem'],
        ['5:9', 'queryPerItem'],
      ],
    },
    {
      name: 'a helper of this file',
      code: `${prisma}async function loadOrder(id) {\n  return prisma.order.findFirst({ where: { id } });\n}\nfor (const id of ids) await loadOrder(id);`,
      at: [['6:29', 'queryPerItemInside']],
    },
    {
      name: 'an arrow helper that calls a helper',
      code: `${prisma}const find = (id) => prisma.order.findFirst({ where: { id } });\nconst load = async (id) => ({ order: await find(id) });\nfor (const id of ids) await load(id);`,
      at: [['5:29', 'queryPerItemInside']],
    },
    {
      name: 'a method of the same class',
      code: `import { PrismaClient } from '@prisma/client';\nclass Orders {\n  constructor(private db: PrismaClient) {}\n  async one(id: string) {\n    return this.db.order.findFirst({ where: { id } });\n  }\n  async all(ids: string[]) {\n    return Promise.all(ids.map((id) => this.one(id)));\n  }\n}`,
      at: [['8:40', 'queryPerItemInside']],
    },
    {
      name: 'a client handed to a helper',
      code: `${prisma}async function load(db, id) {\n  return db.order.findFirst({ where: { id } });\n}\nfor (const id of ids) await load(prisma, id);`,
      at: [['6:29', 'queryPerItemInside']],
    },
    {
      name: 'a statement built step by step',
      code: `import knex from 'knex';\nconst db = knex({});\nfor (const id of ids) {\n  let query = db('users').where({ id });\n  if (active) query = query.where({ active });\n  const rows = await query;\n}`,
      at: [['6:16', 'queryPerItem']],
    },
    {
      name: 'settings name a module that exports a client',
      code: `import { db } from '#db';\nfor (const id of ids) await db.user.findFirst({ where: { id } });`,
      settings: { latency: { clients: { '#db': 'prisma' } } },
      at: [['2:29', 'queryPerItem']],
    },
    {
      name: 'shape: a Prisma read on something unknown',
      code: `for (const id of ids) await ctx.db.user.findUnique({ where: { id } });`,
      at: [['1:29', 'queryPerItem']],
    },
    {
      name: 'a document populated one by one',
      code: `import { model } from 'mongoose';\nconst Post = model('Post', schema);\nconst posts = await Post.find();\nfor (const post of posts) await post.populate('author');`,
      at: [['4:33', 'queryPerItem']],
    },
  ],
  silent: [
    {
      name: 'each turn asks by what the last one answered, through constants',
      code: `${prisma}let asked = {};\nfor (const path of paths) {\n  const where = asked.value;\n  const found = await prisma.node.findMany({ where });\n  const ids = found.map(({ id }) => id);\n  asked = { value: { parent: { in: ids } } };\n}`,
    },
    {
      name: 'a folder of migrations whose name has more words',
      filename: '/server/src/predefinedMigrations/v2.ts',
      code: `${prisma}for (const id of ids) await prisma.user.findFirst({ where: { id } });`,
    },
    {
      name: 'a helper that walks pages',
      code: `${prisma}async function clean(domain) {\n  while (true) {\n    const rows = await prisma.link.findMany({ where: { domain }, take: 100 });\n    if (rows.length === 0) break;\n  }\n}\nfor (const domain of domains) await clean(domain);`,
    },
    {
      name: 'a helper that asks only when something failed',
      code: `${prisma}async function note(id) {\n  try {\n    work(id);\n  } catch {\n    await prisma.note.findFirst({ where: { id } });\n  }\n}\nfor (const id of ids) await note(id);`,
    },
    {
      name: 'a loop over services',
      code: `${prisma}class Queue {\n  count() {\n    return prisma.job.count();\n  }\n}\nclass Metrics {\n  constructor(private queues: Queue[]) {}\n  async all() {\n    for (const queue of this.queues) await queue.count();\n  }\n}`,
    },
    { name: 'a method of the same name on an unknown object', code: 'for (const id of ids) await cache.get(id);' },
    {
      name: 'the package redis is not ioredis',
      code: `import Redis from 'redis-mock';\nconst redis = new Redis();\nfor (const id of ids) await redis.get(id);`,
    },
    {
      name: 'a package whose name begins like a known one',
      code: `import { Pool } from 'pg-promise';\nconst pool = new Pool();\nfor (const id of ids) await pool.query('select 1');`,
    },
    { name: 'a findMany of something that is not Prisma', code: `for (const team of teams) await teamService.findMany({ archived: false });` },
    {
      name: 'a query before the loop',
      code: `${prisma}const users = await prisma.user.findMany({ where: { id: { in: ids } } });\nfor (const user of users) use(user);`,
    },
    { name: 'a query in the iterated expression', code: `${prisma}for (const user of await prisma.user.findMany()) use(user);` },
    { name: 'findUnique within one Promise.all', code: `${prisma}await Promise.all(ids.map((id) => prisma.user.findUnique({ where: { id } })));` },
    { name: 'node-redis within one Promise.all', code: `${redis}await Promise.all(keys.map((key) => redis.get(key)));` },
    {
      name: 'DataLoader',
      code: `import DataLoader from 'dataloader';\nconst loader = new DataLoader(batch);\nawait Promise.all(ids.map((id) => loader.load(id)));`,
    },
    {
      name: 'a pipeline',
      code: `import Redis from 'ioredis';\nconst redis = new Redis();\nconst pipeline = redis.pipeline();\nfor (const key of keys) pipeline.get(key);\nawait pipeline.exec();`,
    },
    {
      name: 'in process: better-sqlite3',
      code: `import Database from 'better-sqlite3';\nconst db = new Database('x');\nconst statement = db.prepare('select 1');\nfor (const id of ids) statement.get(id);`,
    },
    { name: 'an id list per chunk', code: `${prisma}for (const part of chunk(ids, 100)) await prisma.user.findMany({ where: { id: { in: part } } });` },
    { name: 'an id list per group', code: `${prisma}for (const group of groups) await prisma.user.findMany({ where: { id: { in: group.ids } } });` },
    {
      name: 'a function that is only defined in the loop',
      code: `${prisma}for (const name of names) {\n  handlers[name] = async (id) => prisma.user.findUnique({ where: { id } });\n}`,
    },
    {
      name: 'handlers registered in a loop',
      code: `${prisma}for (const path of paths) {\n  app.get(path, async (req, res) => res.json(await prisma.user.findFirst({ where: { path } })));\n}`,
    },
    {
      name: 'a memoised helper',
      code: `import { cache } from 'react';\n${prisma}const getUser = cache(async (id) => prisma.user.findFirst({ where: { id } }));\nfor (const id of ids) await getUser(id);`,
    },
    {
      name: 'a helper with a map in front',
      code: `${prisma}const known = new Map();\nasync function getUser(id) {\n  if (known.has(id)) return known.get(id);\n  const user = await prisma.user.findFirst({ where: { id } });\n  known.set(id, user);\n  return user;\n}\nfor (const id of ids) await getUser(id);`,
    },
    { name: 'a cyclic constant', code: `const a = b;\nconst b = a;\nfor (const id of ids) await a.user.findOne(id);` },
    {
      name: 'functions that call each other',
      code: `function one(id) { return two(id); }\nfunction two(id) { return one(id); }\nfor (const id of ids) await one(id);`,
    },
    {
      name: 'functions, each called once',
      code: `${prisma}const tasks = [() => prisma.user.findMany(), () => prisma.post.findMany()];\nexport async function run(tasks) {\n  for (const task of tasks) await task();\n}`,
    },
    {
      name: 'a short list by its name',
      code: `${prisma}const load = async (id) => prisma.user.findFirst({ where: { id } });\nawait Promise.all([first, second].map(load));`,
    },
    {
      name: 'a function by its name that asks nothing',
      code: `${prisma}const twice = (id) => id * 2;\nids.map(twice);`,
    },
    {
      name: 'what is left of three values',
      code: `import _ from 'lodash';\n${prisma}for (const id of _.uniq(_.compact([one, two, three]))) await prisma.user.findFirst({ where: { id } });`,
    },
    {
      name: 'the keys of a field that is written out',
      code: `${prisma}class Settings {\n  private readonly kinds = new Map([['a', 1], ['b', 2]]);\n  async load() {\n    for (const kind of this.kinds.keys()) await prisma.setting.findFirst({ where: { kind } });\n  }\n}`,
    },
    {
      name: 'steps of a statement that nobody sends',
      code: `import knex from 'knex';\nconst db = knex({});\nexport function build(fields) {\n  const statement = db('users');\n  const add = (field) => statement.select(field);\n  fields.forEach((field) => {\n    add(field);\n  });\n  return statement;\n}`,
    },
    {
      name: 'statements that were built before',
      code: `import { Kysely } from 'kysely';\nconst db = new Kysely<Database>({ dialect });\nfor (const query of queries) await db.executeQuery(query);`,
    },
    {
      name: 'a text that begins a transaction, behind a helper',
      code: `import pg from 'pg';\nconst pool = new pg.Pool();\nconst run = (text) => pool.query(text);\nfor (const item of items) await run('begin');`,
    },
    { name: 'three of a list', code: `${prisma}for (const id of ids.filter(Boolean).slice(0, 3)) await prisma.user.findFirst({ where: { id } });` },
    {
      name: 'the last few of a list, by a constant',
      code: `${prisma}const most = 4;\nawait Promise.all(ids.slice(-most).map((id) => prisma.user.findFirst({ where: { id } })));`,
    },
    {
      name: 'a file that imports what tests are made with',
      code: `import { newDb } from 'pg-mem';\n${prisma}for (const id of ids) await prisma.user.findFirst({ where: { id } });`,
    },
    { name: 'mocks', filename: '/server/src/mocks/users.ts', code: `${prisma}for (const id of ids) await prisma.user.findFirst({ where: { id } });` },
    {
      name: 'seeds of a database',
      filename: '/server/src/db-seeds/users.ts',
      code: `${prisma}for (const id of ids) await prisma.user.findFirst({ where: { id } });`,
    },
    { name: 'a constant that stands for itself', code: 'const most = -most;\nfor (const id of ids.slice(0, most)) await load(id);' },
    {
      name: 'what a tool does that is made',
      code: `import { createTool } from 'tools';\n${prisma}async function agent(id) {\n  const search = createTool(async () => prisma.user.findFirst({ where: { id } }));\n  return { search };\n}\nfor (const id of ids) agents.push(await agent(id));`,
    },
    { name: 'collections in memory', code: 'for (const id of ids) show(db.collections.users.findOne({ id }));' },
    { name: 'collections that are none of MongoDB', code: 'for (const id of ids) await db.collections.todos.findOne(id).exec();' },
    {
      name: 'a value that is kept once it was read',
      code: `${prisma}let settings;\nasync function setting(name) {\n  if (!settings) {\n    settings = await prisma.setting.findMany({ where: { name } });\n  }\n  return settings.find((each) => each.name === name);\n}\nfor (const id of ids) show(await setting(id));`,
    },
    {
      name: 'a value that is kept once it was read, in short',
      code: `${prisma}let settings;\nasync function setting(name) {\n  settings ??= await prisma.setting.findMany({ where: { name } });\n  return settings[0];\n}\nfor (const id of ids) show(await setting(id));`,
    },
    {
      name: 'what a tool does when it is called',
      code: `import { tool } from 'tools';\n${prisma}for (const id of ids) {\n  const find = tool(async () => prisma.user.findFirst({ where: { id } }), { name: id });\n  tools.push(find);\n}`,
    },
    {
      name: 'what a function of the project does with each part of a list',
      code: `${prisma}async function inParts(list, handle) {\n  for (let i = 0; i < list.length; i += 10) await handle(list.slice(i, i + 10));\n}\nawait inParts(ids, async (part) => prisma.user.findFirst({ where: { id: part } }));`,
    },
    {
      name: 'what a function of the project asks until it finds one',
      code: `${prisma}async function firstOf(list, test) {\n  for (const each of list) if (await test(each)) return each;\n}\nawait firstOf(ids, async (id) => prisma.user.findFirst({ where: { id } }));`,
    },
    {
      name: 'what a function of the project calls with what it got',
      code: `${prisma}const inTransaction = async (client, run) => run(client);\nawait inTransaction(ids, async (id) => prisma.user.findFirst({ where: { id } }));`,
    },
    {
      name: 'the first name that is free',
      code: `${prisma}export async function free(base) {\n  for (const end of ends) {\n    const name = base + end;\n    const taken = await prisma.user.findFirst({ where: { name } });\n    if (!taken) return name;\n  }\n  throw new Error('none');\n}`,
    },
    {
      name: 'what neverthrow maps is one value',
      code: `import { ResultAsync } from 'neverthrow';\n${prisma}const load = (id): ResultAsync<User, Error> => ResultAsync.fromPromise(find(id), String);\nexport const first = (id) => load(id).map(async (user) => prisma.post.findFirst({ where: { author: user.id } }));\nexport const next = (id) => other(id).andThen(check).map(async (user) => prisma.post.findFirst({ where: { author: user.id } }));`,
    },
    {
      name: 'a lock for each item',
      code: `import pg from 'pg';\nconst pool = new pg.Pool();\nfor (const id of ids) await pool.query('select pg_advisory_xact_lock($1)', [id]);`,
    },
    {
      name: 'what tests call',
      filename: '/server/src/users.testHelpers.ts',
      code: `${prisma}for (const id of ids) await prisma.user.findFirst({ where: { id } });`,
    },
    {
      name: 'text of a statement, put into another',
      code: `import knex from 'knex';\nconst db = knex({});\nexport const save = (rows) => db.raw('insert into t values ' + rows.map((row) => db.raw('(?, ?)', [row.a, row.b]).toQuery()).join());`,
    },
    { name: 'a computed method', code: `${prisma}for (const id of ids) await prisma.user[method](id);` },
    { name: 'a test file', filename: '/server/src/users.test.ts', code: `${prisma}for (const id of ids) await prisma.user.findFirst({ where: { id } });` },
    { name: 'a seed', filename: '/server/prisma/seed.ts', code: `${prisma}for (const id of ids) await prisma.user.findFirst({ where: { id } });` },
    ...[
      'export async function up(knex) { LOOP }\nexport async function down() {}',
      'module.exports = { async up(queryInterface) { LOOP }, down: async () => {} };',
      'exports.up = async (knex) => { LOOP };\nexports.down = async () => {};',
      'export class AddName1 implements MigrationInterface { async up(queryRunner) { LOOP } async down(queryRunner) {} }',
      'const alteration = { up: async (pool) => { LOOP }, down: async (pool) => {} };\nexport default alteration;',
    ].map((code) => ({
      name: `a module that goes up and down: ${code.slice(0, 30)}`,
      filename: '/server/src/changes/001.ts',
      code: prisma + code.replace('LOOP', 'for (const id of ids) await prisma.user.findFirst({ where: { id } });'),
    })),
    { name: 'a migration', filename: '/server/migrations/001.ts', code: `${prisma}for (const id of ids) await prisma.user.findFirst({ where: { id } });` },
    { name: 'a client component', code: `'use client';\n${prisma}for (const id of ids) await prisma.user.findFirst({ where: { id } });` },
    { name: 'a script', filename: '/server/scripts/fix.ts', code: `${prisma}for (const id of ids) await prisma.user.findFirst({ where: { id } });` },
  ],
});
