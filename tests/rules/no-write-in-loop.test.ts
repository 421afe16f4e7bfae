import { type Reported, testRule } from '../rule-tester.ts';

/** Per library: how a client comes to be, and one write of one item. */
const writes: Record<string, readonly [setUp: string, write: string]> = {
  'Prisma, create': [`import { PrismaClient } from '@prisma/client'; const prisma = new PrismaClient();`, 'prisma.user.create({ data: item })'],
  'Prisma, update': [
    `import { PrismaClient } from '@prisma/client'; const prisma = new PrismaClient();`,
    'prisma.user.update({ where: { id: item.id }, data })',
  ],
  'Prisma, updateMany for one': [
    `import { PrismaClient } from '@prisma/client'; const prisma = new PrismaClient();`,
    'prisma.user.updateMany({ where: { id: item.id }, data })',
  ],
  'Drizzle, insert': [`import { drizzle } from 'drizzle-orm/node-postgres'; const db = drizzle(url);`, 'db.insert(users).values({ name: item.name })'],
  'Drizzle, delete': [`import { drizzle } from 'drizzle-orm/node-postgres'; const db = drizzle(url);`, 'db.delete(users).where(eq(users.id, item.id))'],
  TypeORM: [`import { DataSource } from 'typeorm'; const source = new DataSource({});`, 'source.getRepository(User).save(item)'],
  Sequelize: [`import { Model } from 'sequelize'; class User extends Model {}`, 'User.create({ name: item.name })'],
  'Sequelize, destroy': [`import { Model } from 'sequelize'; class User extends Model {}`, 'User.destroy({ where: { id: item.id } })'],
  Mongoose: [`import mongoose from 'mongoose'; const User = mongoose.model('User', schema);`, 'User.updateOne({ _id: item.id }, { $set: { seen: true } })'],
  'Mongoose, new document': [`import mongoose from 'mongoose'; const User = mongoose.model('User', schema);`, 'new User(item).save()'],
  MongoDB: [
    `import { MongoClient } from 'mongodb'; const client = new MongoClient(''); const users = client.db('x').collection('users');`,
    'users.insertOne(item)',
  ],
  MikroORM: [`import { MikroORM } from '@mikro-orm/postgresql'; const orm = await MikroORM.init({});`, 'orm.em.nativeDelete(User, { id: item.id })'],
  Knex: [`import knex from 'knex'; const db = knex({});`, `db('users').insert({ name: item.name })`],
  'Knex, what was inserted': [`import knex from 'knex'; const db = knex({});`, `db('users').insert(item).returning('id')`],
  'Knex, into': [`import knex from 'knex'; const db = knex({});`, `db.insert(item).into('users')`],
  'Knex, upsert': [`import knex from 'knex'; const db = knex({});`, `db('users').insert({ name: item.name }).onConflict('id').merge()`],
  Kysely: [
    `import { Kysely } from 'kysely'; const db = new Kysely<Database>({ dialect });`,
    `db.updateTable('users').set({ seen: true }).where('id', '=', item.id).execute()`,
  ],
  Objection: [`import { Model } from 'objection'; class User extends Model {}`, 'User.query().insert({ name: item.name })'],
  pg: [`import pg from 'pg'; const pool = new pg.Pool();`, `pool.query('insert into users (name) values ($1)', [item.name])`],
  'postgres.js': [`import postgres from 'postgres'; const sql = postgres();`, 'sql`delete from users where id = ${item.id}`'],
  mysql2: [`import mysql from 'mysql2/promise'; const pool = mysql.createPool({});`, `pool.execute('update users set seen = 1 where id = ?', [item.id])`],
  Supabase: [
    `import { createClient } from '@supabase/supabase-js'; const supabase = createClient(url, key);`,
    `supabase.from('users').insert({ name: item.name })`,
  ],
  'Supabase, what was inserted': [
    `import { createClient } from '@supabase/supabase-js'; const supabase = createClient(url, key);`,
    `supabase.from('users').insert({ name: item.name }).select().single()`,
  ],
  Firestore: [`import { getFirestore } from 'firebase-admin/firestore'; const db = getFirestore();`, `db.collection('users').doc(item.id).set(item)`],
  DynamoDB: [
    `import { DynamoDBClient } from '@aws-sdk/client-dynamodb'; import { PutCommand } from '@aws-sdk/lib-dynamodb'; const client = new DynamoDBClient({});`,
    `client.send(new PutCommand({ TableName: 't', Item: item }))`,
  ],
  'AWS SQS': [
    `import { SQSClient, SendMessageCommand } from '@aws-sdk/client-sqs'; const client = new SQSClient({});`,
    `client.send(new SendMessageCommand({ QueueUrl: 'q', MessageBody: item }))`,
  ],
  ioredis: [`import Redis from 'ioredis'; const redis = new Redis();`, `redis.set(item.key, item.value, 'EX', 60)`],
  'node-redis': [`import { createClient } from 'redis'; const redis = createClient();`, 'redis.set(item.key, item.value)'],
  BullMQ: [`import { Queue } from 'bullmq'; const queue = new Queue('mail');`, `queue.add('send', item)`],
  KafkaJS: [`import { Kafka } from 'kafkajs'; const producer = new Kafka({}).producer();`, `producer.send({ topic: 't', messages: [item] })`],
  Elasticsearch: [
    `import { Client } from '@elastic/elasticsearch'; const search = new Client({ node: '' });`,
    `search.index({ index: 'users', document: item })`,
  ],
};

const perLibrary: Reported[] = Object.entries(writes).map(([library, [setUp, write]]) => ({
  name: `${library}: a write per item`,
  code: `${setUp}\nasync function store(list) {\n  for (const item of list) {\n    await ${write};\n  }\n}`,
  at: [['4:11', 'writePerItem']],
}));

const prisma = `import { PrismaClient } from '@prisma/client';\nconst prisma = new PrismaClient();\n`;

testRule('no-write-in-loop', {
  reported: [
    {
      name: 'Knex: a list of one for each item',
      code: `import knex from 'knex';\nconst db = knex({});\nconst note = (ids, text) => db('posts').whereIn('id', ids).update({ text });\nexport async function all(posts) {\n  for (const post of posts) await note([post.id], post.text + '!');\n}`,
      at: [['5:35', 'writePerItemInside']],
    },
    {
      name: 'rows that are written where some of them are missing',
      code: `import { PrismaClient } from '@prisma/client';\nconst prisma = new PrismaClient();\nexport async function fill(team) {\n  const count = await prisma.person.count({ where: { team } });\n  if (count > 0) return;\n  for (const person of people) await prisma.person.create({ data: person });\n}`,
      at: [['6:38', 'writePerItem']],
    },
    {
      name: 'Mongoose: a row that must be there, by its key alone',
      code: `import { model } from 'mongoose';\nconst Order = model('Order', schema);\nfor (const { id } of orders) {\n  const order = await Order.findByIdAndUpdate(id, { $set: { sent: true } });\n  if (!order) throw new Error(id);\n}`,
      at: [['4:23', 'writePerItem']],
    },
    {
      name: 'MongoDB: an error that has nothing to do with the answer',
      code: `export async function take({ collections: { Coupons } }, codes) {\n  for (const code of codes) {\n    const taken = await Coupons.findOneAndUpdate({ code, left: 1 }, { $inc: { left: -1 } });\n    if (taken && code.bad) throw new Error('bad');\n  }\n}`,
      at: [['3:25', 'writePerItem']],
    },
    {
      name: 'all but the last',
      code: `import pg from 'pg';\nconst pool = new pg.Pool();\nfor (const id of ids.slice(0, -1)) await pool.query('insert into t values ($1)', [id]);`,
      at: [['3:42', 'writePerItem']],
    },
    {
      name: 'MongoDB: a change whose answer is only kept',
      code: `export async function take({ collections: { Coupons } }, codes) {\n  for (const code of codes) {\n    const taken = await Coupons.findOneAndUpdate({ code }, { $inc: { left: -1 } });\n    if (taken) log(taken);\n  }\n}`,
      at: [['3:25', 'writePerItem']],
    },
    {
      name: 'MongoDB: an update by its shape, of a collection that a context holds',
      code: `export async function open(context, ids) {\n  const { Groups } = context.collections;\n  for (const id of ids) await Groups.updateOne({ _id: id }, { $set: { open: true } });\n}`,
      at: [['3:31', 'writePerItem']],
    },
    {
      name: 'pg-boss',
      code: `import { PgBoss } from 'pg-boss';\nconst boss = new PgBoss('');\nfor (const mail of mails) await boss.send('mail', mail);`,
      at: [['3:33', 'writePerItem']],
    },
    ...perLibrary,
    {
      name: 'parallel writes are N round trips as well',
      code: `${prisma}await Promise.all(items.map((item) => prisma.user.create({ data: item })));`,
      at: [['3:39', 'writePerItem']],
    },
    {
      name: 'an array transaction sends one statement per item',
      code: `${prisma}await prisma.$transaction(items.map((item) => prisma.user.update({ where: { id: item.id }, data: item })));`,
      at: [['3:47', 'writePerItem']],
    },
    {
      name: 'a chunk whose items are written one by one',
      code: `${prisma}for (const part of chunk(items, 5)) {\n  await Promise.all(part.map((item) => prisma.user.create({ data: item })));\n}`,
      at: [['4:40', 'writePerItem']],
    },
    {
      name: 'a try around each write',
      code: `${prisma}for (const item of items) {\n  try {\n    await prisma.user.create({ data: item });\n  } catch (error) {\n    failed.push(item);\n  }\n}`,
      at: [['5:11', 'writePerItem']],
    },
    {
      name: 'a document that was loaded before the loop',
      code: `import { model } from 'mongoose';\nconst Fee = model('Fee', schema);\nconst fees = await Fee.find({ status: 'open' });\nfor (const fee of fees) {\n  fee.status = 'late';\n  await fee.save();\n}`,
      at: [['6:9', 'writePerItem']],
    },
    {
      name: 'an entity of a Sequelize model',
      code: `import { Model } from 'sequelize';\nclass User extends Model {}\nconst users = await User.findAll();\nfor (const user of users) await user.update({ seen: true });`,
      at: [['4:33', 'writePerItem']],
    },
    {
      name: 'a method that a model class adds',
      code: `import { Model } from 'sequelize';\nclass User extends Model {\n  async leave() {\n    await this.destroy();\n  }\n}\nconst users = await User.findAll();\nfor (const user of users) await user.leave();`,
      at: [['8:33', 'writePerItemInside']],
    },
    {
      name: 'a helper that writes one item per call',
      code: `${prisma}async function store(item) {\n  await prisma.user.create({ data: item });\n}\nfor (const item of items) await store(item);`,
      at: [['6:33', 'writePerItemInside']],
    },
    {
      name: 'a repository of Nest',
      code: `import { Repository } from 'typeorm';\nclass Users {\n  constructor(@InjectRepository(User) private readonly users: Repository<User>) {}\n  async store(list: User[]) {\n    for (const user of list) await this.users.save(user);\n  }\n}`,
      at: [['5:36', 'writePerItem']],
    },
    {
      name: 'a repository subclass',
      code: `import { Repository } from 'typeorm';\nclass UserRepository extends Repository<User> {}\nclass Users {\n  constructor(private users: UserRepository) {}\n  async store(list: User[]) {\n    for (const user of list) await this.users.save(user);\n  }\n}`,
      at: [['6:36', 'writePerItem']],
    },
    {
      name: 'an active record',
      code: `import { BaseEntity } from 'typeorm';\nclass User extends BaseEntity {}\nfor (const item of items) {\n  const user = User.create(item);\n  await user.save();\n}`,
      at: [['5:9', 'writePerItem']],
    },
  ],
  silent: [
    {
      name: 'the first rows of an empty table',
      code: `import { PrismaClient } from '@prisma/client';\nconst prisma = new PrismaClient();\nexport async function fill() {\n  if ((await prisma.person.count()) > 0) return;\n  for (const person of people) await prisma.person.create({ data: person });\n}\nexport async function fillInside() {\n  const count = await prisma.person.count();\n  if (count === 0) {\n    for (const person of people) await prisma.person.create({ data: person });\n  }\n}`,
    },
    {
      name: 'MongoDB: a change whose answer is there, or an error',
      code: `export async function take({ collections: { Coupons } }, codes) {\n  for (const code of codes) {\n    const taken = await Coupons.findOneAndUpdate({ code, left: 1 }, { $inc: { left: -1 } });\n    if (taken) log(taken);\n    else throw new Error(code);\n  }\n}`,
    },
    {
      name: 'pg-boss: what takes one only',
      code: `import { PgBoss } from 'pg-boss';\nconst boss = new PgBoss('');\nfor (const { id } of mails) await boss.sendThrottled('mail', { id }, {}, 5);`,
    },
    {
      name: 'MongoDB: a change whose answer ends the loop',
      code: `export async function take({ collections: { Coupons } }, codes) {\n  for (const code of codes) {\n    const taken = await Coupons.findOneAndUpdate({ code, left: { $gt: 0 } }, { $inc: { left: -1 } });\n    if (!taken) throw new Error(code);\n  }\n}`,
    },
    {
      name: 'Mongoose: a change whose answer ends the loop',
      code: `import { model } from 'mongoose';\nconst Coupon = model('Coupon', schema);\nfor (const code of codes) {\n  const taken = await Coupon.findOneAndUpdate({ code, open: true }, { $inc: { left: -1 } });\n  if (taken === null || taken.left < 0) {\n    throw new Error(code);\n  }\n}`,
    },
    {
      name: 'a bulk insert after the loop',
      code: `${prisma}const rows = [];\nfor (const item of items) rows.push({ name: item });\nawait prisma.user.createMany({ data: rows });`,
    },
    {
      name: 'a bulk insert per chunk',
      code: `${prisma}for (let i = 0; i < rows.length; i += 100) {\n  await prisma.user.createMany({ data: rows.slice(i, i + 100) });\n}`,
    },
    {
      name: 'each turn updates another entity',
      code: `import { DataSource } from 'typeorm';\nconst source = new DataSource({});\nfor (const entity of entities) await source.createQueryBuilder().update(entity).set({ seen: true }).where('open').execute();`,
    },
    {
      name: 'each turn writes to another table',
      code: `import { drizzle } from 'drizzle-orm/node-postgres';\nconst db = drizzle(url);\nfor (const table of tables) await db.insert(table).values({ id: 1 }).returning();`,
    },
    { name: 'a batch inserted by Knex', code: `import knex from 'knex';\nconst db = knex({});\nfor (const batch of batches) await db('users').insert(batch);` },
    {
      name: 'TypeORM create builds an entity only',
      code: `import { DataSource } from 'typeorm';\nconst source = new DataSource({});\nconst users = source.getRepository(User);\nfor (const item of items) list.push(users.create(item));`,
    },
    {
      name: 'MikroORM persist is no round trip',
      code: `import { MikroORM } from '@mikro-orm/postgresql';\nconst orm = await MikroORM.init({});\nconst em = orm.em.fork();\nfor (const item of items) em.persist(item);\nawait em.flush();`,
    },
    {
      name: 'a Firestore batch',
      code: `import { getFirestore } from 'firebase-admin/firestore';\nconst db = getFirestore();\nconst batch = db.batch();\nfor (const item of items) batch.set(db.doc(item.path), item);\nawait batch.commit();`,
    },
    {
      name: 'amqplib publishes into a buffer',
      code: `import { connect } from 'amqplib';\nconst channel = await (await connect('')).createChannel();\nfor (const item of items) channel.publish('e', 'k', item);`,
    },
    {
      name: 'BullMQ addBulk per chunk',
      code: `import { Queue } from 'bullmq';\nconst queue = new Queue('mail');\nfor (const part of chunks) await queue.addBulk(part);`,
    },
    {
      name: 'a loop that returns after its first write',
      code: `${prisma}async function first(items) {\n  for (const item of items) {\n    if (item.open) return await prisma.user.update({ where: { id: item.id }, data: {} });\n  }\n}`,
    },
    {
      name: 'a retry',
      code: `${prisma}for (let attempt = 0; attempt < tries; attempt++) {\n  try {\n    await prisma.user.create({ data });\n    break;\n  } catch {}\n}`,
    },
    { name: 'an unknown save', code: 'for (const item of items) await item.save();' },
    { name: 'a set of a Map', code: 'for (const item of items) cache.set(item.id, item);' },
  ],
});
