import { type Reported, testRule } from '../rule-tester.ts';

/** Per library: what a file imports, and how it builds a client. */
const clients: Record<string, readonly [imports: string, construction: string]> = {
  Prisma: [`import { PrismaClient } from '@prisma/client';`, 'new PrismaClient()'],
  'Drizzle over an address': [`import { drizzle } from 'drizzle-orm/node-postgres';`, 'drizzle(process.env.URL)'],
  TypeORM: [`import { DataSource } from 'typeorm';`, 'new DataSource({})'],
  Sequelize: [`import { Sequelize } from 'sequelize';`, 'new Sequelize(process.env.URL)'],
  'Mongoose connection': [`import mongoose from 'mongoose';`, 'mongoose.createConnection(process.env.URL)'],
  MongoDB: [`import { MongoClient } from 'mongodb';`, 'new MongoClient(process.env.URL)'],
  MikroORM: [`import { MikroORM } from '@mikro-orm/postgresql';`, 'MikroORM.init(config)'],
  Knex: [`import knex from 'knex';`, `knex({ client: 'pg' })`],
  Kysely: [`import { Kysely } from 'kysely';`, 'new Kysely({ dialect })'],
  pg: [`import { Pool } from 'pg';`, 'new Pool()'],
  'pg by its default export': [`import pg from 'pg';`, 'new pg.Client()'],
  'postgres.js': [`import postgres from 'postgres';`, 'postgres(process.env.URL)'],
  'pg-promise': [`import pgPromise from 'pg-promise'; const connect = pgPromise();`, 'connect(process.env.URL)'],
  Slonik: [`import { createPool } from 'slonik';`, 'createPool(process.env.URL)'],
  mysql2: [`import mysql from 'mysql2/promise';`, 'mysql.createConnection({ uri: process.env.URL })'],
  ioredis: [`import Redis from 'ioredis';`, 'new Redis()'],
  'node-redis': [`import { createClient } from 'redis';`, 'createClient()'],
  Memcached: [`import Memcached from 'memcached';`, `new Memcached('host')`],
  'AWS SDK': [`import { S3Client } from '@aws-sdk/client-s3';`, 'new S3Client({})'],
  Elasticsearch: [`import { Client } from '@elastic/elasticsearch';`, 'new Client({ node })'],
  undici: [`import { Agent } from 'undici';`, 'new Agent()'],
  'node:http': [`import http from 'node:http';`, 'new http.Agent({ keepAlive: true })'],
  Stripe: [`import Stripe from 'stripe';`, 'new Stripe(process.env.KEY)'],
  Nodemailer: [`import nodemailer from 'nodemailer';`, 'nodemailer.createTransport({ host: process.env.HOST })'],
  BullMQ: [`import { Queue } from 'bullmq';`, `new Queue('mail')`],
  amqplib: [`import { connect } from 'amqplib';`, `connect(process.env.URL)`],
};

const perLibrary: Reported[] = Object.entries(clients).map(([library, [imports, construction]]) => ({
  name: `${library}: built in a handler`,
  code: `import express from 'express';\n${imports}\nconst app = express();\napp.get('/', async (req, res) => {\n  const client = ${construction};\n  res.json(await client.ask());\n});`,
  at: [['5:18', 'clientPerRequest']],
}));

const pool = `import { Pool } from 'pg';\n`;

testRule('no-client-per-request', {
  reported: [
    {
      name: 'an agent of which the answer is made',
      code: `import https from 'node:https';\nimport axios from 'axios';\nexport const send = async (url) => {\n  const httpsAgent = new https.Agent({ keepAlive: true });\n  return axios.get(url, { httpsAgent });\n};`,
      at: [['4:22', 'clientPerRequest']],
    },
    {
      name: 'a client of Google Cloud',
      code: `import { Storage } from '@google-cloud/storage';\nexport async function readFile(name) {\n  const storage = new Storage();\n  const [file] = await storage.bucket('x').file(name).download();\n  return file;\n}`,
      at: [['3:19', 'clientPerRequest']],
    },
    {
      name: 'an agent that each request installs',
      code: `import express from 'express';\nimport { Agent, setGlobalDispatcher } from 'undici';\nexpress().get('/', (req, res) => {\n  setGlobalDispatcher(new Agent());\n  res.end();\n});`,
      at: [['4:23', 'clientPerRequest']],
    },
    {
      name: 'a pool in a field that another field is made of',
      code: `import express from 'express';\nimport { Pool } from 'pg';\nclass Reports {\n  pool = new Pool();\n  repo = new Repo(this.pool);\n  all() {\n    return this.repo.all();\n  }\n}\nexpress().get('/', async (req, res) => {\n  res.json(await new Reports().all());\n});`,
      at: [['11:18', 'clientPerRequestInside']],
    },
    {
      name: 'an agent in a field that a method uses that another one calls',
      code: `import express from 'express';\nimport { Agent } from 'undici';\nclass Api {\n  constructor() {\n    this.agent = new Agent();\n  }\n  online() {\n    return this.ask('/');\n  }\n  ask(path) {\n    return fetch(path, { dispatcher: this.agent });\n  }\n}\nconst app = express();\napp.get('/', async (req, res) => {\n  const api = new Api();\n  res.json(await api.online());\n});`,
      at: [['16:15', 'clientPerRequestInside']],
    },
    {
      name: 'an agent in a field of an instance that is handed on',
      code: `import express from 'express';\nimport { Agent } from 'undici';\nclass Api {\n  agent = new Agent();\n  online() {\n    return fetch('/');\n  }\n}\nconst app = express();\napp.get('/', async (req, res) => {\n  const api = new Api();\n  res.json(await use(api));\n});`,
      at: [['11:15', 'clientPerRequestInside']],
    },
    ...perLibrary,
    {
      name: 'settings of a service that is injected',
      code: `import { Pool } from 'pg';\n@Injectable()\nexport class Reports {\n  constructor(private readonly config: Config) {}\n  async monthly() {\n    return new Pool({ connectionString: this.config.url }).query('select 1');\n  }\n}`,
      at: [['6:12', 'clientPerRequest']],
    },
    {
      name: 'settings that a service is asked for',
      code: `import { Pool } from 'pg';\nexport class Reports {\n  constructor(private readonly config: Config) {}\n  async monthly() {\n    return new Pool({ connectionString: this.config.get('URL') }).query('select 1');\n  }\n}`,
      at: [['5:12', 'clientPerRequest']],
    },
    {
      name: 'a Fastify route',
      code: `import fastify from 'fastify';\n${pool}const app = fastify();\napp.get('/', async () => {\n  const db = new Pool();\n  return db.query('select 1');\n});`,
      at: [['5:14', 'clientPerRequest']],
    },
    {
      name: 'a Koa middleware',
      code: `import Koa from 'koa';\n${pool}const app = new Koa();\napp.use(async (ctx) => {\n  ctx.body = await new Pool().query('select 1');\n});`,
      at: [['5:20', 'clientPerRequest']],
    },
    {
      name: 'a Hono route',
      code: `import { Hono } from 'hono';\n${pool}const app = new Hono();\napp.get('/', async (c) => c.json(await new Pool().query('select 1')));`,
      at: [['4:40', 'clientPerRequest']],
    },
    {
      name: 'a Nest controller',
      code: `import { Controller, Get } from '@nestjs/common';\n${pool}@Controller()\nclass Users {\n  @Get()\n  list() {\n    return new Pool().query('select 1');\n  }\n}`,
      at: [['7:12', 'clientPerRequest']],
    },
    {
      name: 'a Next route handler',
      filename: '/server/app/users/route.ts',
      code: `${pool}export async function GET() {\n  const db = new Pool();\n  return Response.json(await db.query('select 1'));\n}`,
      at: [['3:14', 'clientPerRequest']],
    },
    {
      name: 'a Next API page',
      filename: '/server/pages/api/users.ts',
      code: `${pool}export default async function users(req, res) {\n  const db = new Pool();\n  res.json(await db.query('select 1'));\n}`,
      at: [['3:14', 'clientPerRequest']],
    },
    {
      name: 'a server action',
      code: `'use server';\n${pool}export async function save() {\n  const db = new Pool();\n  await db.query('select 1');\n}`,
      at: [['4:14', 'clientPerRequest']],
    },
    {
      name: 'a Lambda handler',
      code: `${pool}export const handler = async (event) => {\n  const db = new Pool();\n  return db.query('select 1');\n};`,
      at: [['3:14', 'clientPerRequest']],
    },
    {
      name: 'a Lambda handler by CommonJS',
      code: `const { Pool } = require('pg');\nexports.handler = async (event) => {\n  const db = new Pool();\n  return db.query('select 1');\n};`,
      at: [['3:14', 'clientPerRequest']],
    },
    {
      name: 'a tRPC procedure',
      code: `import { initTRPC } from '@trpc/server';\n${pool}const t = initTRPC.create();\nconst list = t.procedure.query(async () => new Pool().query('select 1'));`,
      at: [['4:44', 'clientPerRequest']],
    },
    {
      name: 'a GraphQL resolver',
      code: `${pool}export const resolvers = {\n  Query: {\n    users: async () => new Pool().query('select 1'),\n  },\n};`,
      at: [['4:24', 'clientPerRequest']],
    },
    {
      name: 'a queue worker',
      code: `import { Worker } from 'bullmq';\n${pool}new Worker('mail', async (job) => {\n  await new Pool().query('select 1');\n});`,
      at: [['4:9', 'clientPerRequest']],
    },
    {
      name: 'a node:http server',
      code: `import { createServer } from 'node:http';\n${pool}createServer(async (request, response) => {\n  response.end(String(await new Pool().query('select 1')));\n}).listen(80);`,
      at: [['4:29', 'clientPerRequest']],
    },
    {
      name: 'a wrapped handler',
      code: `import express from 'express';\n${pool}const app = express();\napp.get('/', asyncHandler(async (req, res) => {\n  res.json(await new Pool().query('select 1'));\n}));`,
      at: [['5:18', 'clientPerRequest']],
    },
    {
      name: 'a helper that a handler calls',
      code: `import express from 'express';\n${pool}const app = express();\napp.get('/', async (req, res) => res.json(await load()));\nasync function load() {\n  const db = new Pool();\n  return db.query('select 1');\n}`,
      at: [['6:14', 'clientPerRequest']],
    },
    {
      name: 'a service function',
      code: `${pool}export async function loadUsers() {\n  const db = new Pool();\n  const users = await db.query('select 1');\n  await db.end();\n  return users;\n}`,
      at: [['3:14', 'clientPerRequest']],
    },
    {
      name: 'a getter without memory',
      code: `import Stripe from 'stripe';\nexport const getStripeClient = () => new Stripe(process.env.KEY);`,
      at: [['2:38', 'clientPerRequest']],
    },
    {
      name: 'an axios instance is cheap, its agent is not',
      code: `import axios from 'axios';\nimport https from 'node:https';\nexport async function load() {\n  const api = axios.create({ httpsAgent: new https.Agent({ keepAlive: true }) });\n  return api.get('/');\n}`,
      at: [['4:42', 'clientPerRequest']],
    },
  ],
  silent: [
    {
      name: 'an agent in a field that the methods that are called do not use',
      code: `import express from 'express';\nimport { Agent } from 'undici';\nclass Api {\n  constructor() {\n    this.agent = new Agent();\n  }\n  online() {\n    return this.ask('/');\n  }\n  ask(path) {\n    return fetch(path);\n  }\n  slow() {\n    return fetch('/slow', { dispatcher: this.agent });\n  }\n}\nconst app = express();\napp.get('/', async (req, res) => {\n  const api = new Api();\n  res.json(await api.online());\n});`,
    },
    {
      name: 'an agent that serves the whole process',
      code: `import { Agent, setGlobalDispatcher } from 'undici';\nexport function patch() {\n  setGlobalDispatcher(new Agent({ headersTimeout: 0 }));\n}`,
    },
    {
      name: 'an agent that serves the whole process, by its name',
      code: `import { Agent, setGlobalDispatcher } from 'undici';\nexport function patch() {\n  const agent = new Agent({ headersTimeout: 0 });\n  setGlobalDispatcher(agent);\n}`,
    },
    {
      name: 'a file inside of a package is no client',
      code: `import PgConnection from 'pg/lib/connection';\nexport function cancel(key) {\n  const connection = new PgConnection({ ssl: false });\n  connection.cancel(key);\n}`,
    },
    {
      name: 'what the constructor was given says where the client connects',
      code: `import { MongoClient } from 'mongodb';\nclass Memory {\n  constructor(fields) { this.connection = fields.connection; }\n  async messages() {\n    const client = new MongoClient(this.connection.url);\n    return client.db('x').collection('y').findOne({ id: 1 });\n  }\n}`,
    },
    {
      name: 'a parameter property says where the client connects',
      code: `import { Pool } from 'pg';\nclass Memory {\n  constructor(private readonly url: string) {}\n  async messages() {\n    return new Pool({ connectionString: this.url }).query('select 1');\n  }\n}`,
    },
    { name: 'at the top of a module', code: `${pool}export const db = new Pool();` },
    {
      name: 'kept on the global object',
      code: `import { PrismaClient } from '@prisma/client';\nexport const prisma = globalThis.prisma ?? new PrismaClient();`,
    },
    { name: 'built lazily', code: `${pool}let db;\nexport function getDb() {\n  return (db ??= new Pool());\n}` },
    { name: 'built lazily behind a test', code: `${pool}let db;\nexport function getDb() {\n  if (!db) {\n    db = new Pool();\n  }\n  return db;\n}` },
    {
      name: 'kept in a map',
      code: `${pool}const pools = new Map();\nexport function poolOf(name) {\n  let db = pools.get(name);\n  if (!db) {\n    db = new Pool();\n    pools.set(name, db);\n  }\n  return db;\n}`,
    },
    { name: 'memoised', code: `import { once } from 'lodash';\n${pool}export const getDb = once(() => new Pool());` },
    { name: 'a singleton helper', code: `${pool}export const db = singleton('db', () => new Pool());` },
    { name: 'a class field', code: `${pool}export class Users {\n  private readonly db = new Pool();\n}` },
    { name: 'a constructor', code: `${pool}export class Users {\n  constructor() {\n    this.db = new Pool();\n  }\n}` },
    { name: 'a Nest provider', code: `${pool}export const provider = { provide: 'DB', useFactory: () => new Pool() };` },
    { name: 'a factory called at start', code: `${pool}function createDb() {\n  return new Pool();\n}\nexport const db = createDb();` },
    { name: 'a main function', code: `${pool}async function main() {\n  const db = new Pool();\n  await db.query('select 1');\n}\nmain();` },
    { name: 'a Fastify plugin', code: `import fp from 'fastify-plugin';\n${pool}export default fp(async (app) => {\n  app.decorate('db', new Pool());\n});` },
    {
      name: 'a tenant’s own client',
      code: `${pool}export async function load(tenant) {\n  const db = new Pool({ connectionString: tenant.url });\n  return db.query('select 1');\n}`,
    },
    {
      name: 'credentials that were looked up',
      code: `import { S3Client } from '@aws-sdk/client-s3';\nexport async function load(id) {\n  const credentials = await assumeRole(id);\n  const client = new S3Client({ credentials });\n  return client.send(command);\n}`,
    },
    {
      name: 'Cloudflare Workers',
      code: `import { env } from 'cloudflare:workers';\n${pool}export default {\n  async fetch(request) {\n    const db = new Pool();\n    return Response.json(await db.query('select 1'));\n  },\n};`,
    },
    {
      name: 'the edge runtime',
      filename: '/server/app/x/route.ts',
      code: `${pool}export const runtime = 'edge';\nexport async function GET() {\n  return Response.json(await new Pool().query('select 1'));\n}`,
    },
    {
      name: 'Supabase for the server side of a request',
      code: `import { createServerClient } from '@supabase/ssr';\nexport const handler = async (event) => {\n  const supabase = createServerClient(url, key, { cookies });\n  return supabase.from('x').select();\n};`,
    },
    { name: 'DataLoader', code: `import DataLoader from 'dataloader';\nexport const handler = async (event) => new DataLoader(batch).load(1);` },
    {
      name: 'a fork of an entity manager',
      code: `import { MikroORM } from '@mikro-orm/postgresql';\nconst orm = await MikroORM.init({});\nexport const handler = async (event) => orm.em.fork().find(User, {});`,
    },
    { name: 'axios.create', code: `import axios from 'axios';\nexport const handler = async (event) => axios.create({ timeout: 1 }).get('/');` },
    { name: 'OpenAI shares the pool of fetch', code: `import OpenAI from 'openai';\nexport const handler = async (event) => new OpenAI().models.list();` },
    {
      name: 'what is set up once, by its name',
      code: `${pool}export class Database {\n  async initAfterStart() {\n    const db = new Pool();\n    await db.query('create table t ()');\n  }\n}\nexport async function StartConsumer() {\n  const db = new Pool();\n  await db.query('listen t');\n}`,
    },
    {
      name: 'Drizzle over a pool that is there',
      code: `import { drizzle } from 'drizzle-orm/node-postgres';\nimport { pool } from './pool';\nexport const handler = async (event) => drizzle(pool).select().from(x).limit(1);`,
    },
    { name: 'a Pool of another package', code: `import { Pool } from 'threads';\nexport const handler = async (event) => new Pool();` },
    {
      name: 'a test',
      filename: '/server/tests/db.ts',
      code: `${pool}export async function load() {\n  const db = new Pool();\n  return db.query('select 1');\n}`,
    },
  ],
});
