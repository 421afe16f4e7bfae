import { agenda } from './agenda.ts';
import { amqplib } from './amqplib.ts';
import { angular } from './angular.ts';
import { anthropic } from './anthropic.ts';
import { asyncLibrary } from './async.ts';
import { aws } from './aws.ts';
import { axios } from './axios.ts';
import { betterSqlite3 } from './better-sqlite3.ts';
import { bluebird } from './bluebird.ts';
import { bullmq } from './bullmq.ts';
import { concurrency } from './concurrency.ts';
import { dataloader } from './dataloader.ts';
import { drizzle } from './drizzle.ts';
import { elasticsearch } from './elasticsearch.ts';
import { fetchLibrary } from './fetch.ts';
import { firestore } from './firestore.ts';
import { googleCloud } from './google-cloud.ts';
import { got } from './got.ts';
import { ioredis } from './ioredis.ts';
import { kafkajs } from './kafkajs.ts';
import { knex } from './knex.ts';
import { ky } from './ky.ts';
import { kysely } from './kysely.ts';
import { latencyRuntime } from './latency-runtime.ts';
import { memcached } from './memcached.ts';
import { memo } from './memo.ts';
import { mikroOrm } from './mikro-orm.ts';
import { mongodb } from './mongodb.ts';
import { mongoose } from './mongoose.ts';
import { mysql } from './mysql.ts';
import { mysql2 } from './mysql2.ts';
import { nestjsPrisma } from './nestjs-prisma.ts';
import { nestjsRedis } from './nestjs-redis.ts';
import { nodemailer } from './nodemailer.ts';
import { objection } from './objection.ts';
import { openai } from './openai.ts';
import { pgBoss } from './pg-boss.ts';
import { pgPromise } from './pg-promise.ts';
import { pg } from './pg.ts';
import { postgres } from './postgres.ts';
import { promisePool } from './promise-pool.ts';
import { prisma } from './prisma.ts';
import { react } from './react.ts';
import { redis } from './redis.ts';
import { sequelize } from './sequelize.ts';
import { slonik } from './slonik.ts';
import { stripe } from './stripe.ts';
import { supabase } from './supabase.ts';
import { typegoose } from './typegoose.ts';
import { typeorm } from './typeorm.ts';
import { undici } from './undici.ts';
import { upstashRedis } from './upstash-redis.ts';
import { express } from './frameworks/express.ts';
import { fastify } from './frameworks/fastify.ts';
import { graphql } from './frameworks/graphql.ts';
import { hono } from './frameworks/hono.ts';
import { koaRouter } from './frameworks/koa-router.ts';
import { koa } from './frameworks/koa.ts';
import { lambda } from './frameworks/lambda.ts';
import { nestjs } from './frameworks/nestjs.ts';
import { next } from './frameworks/next.ts';
import { nodeHttp } from './frameworks/node-http.ts';
import { reactRouter } from './frameworks/react-router.ts';
import { schedulers } from './frameworks/schedulers.ts';
import { trpc } from './frameworks/trpc.ts';
import { workers } from './frameworks/workers.ts';
import type { ExportFacts, Library, Member } from './library.ts';

/** Every library that the plugin knows. Adding one: `npm run new-library NAME`. */
export const libraries: readonly Library[] = [
  nestjsPrisma,
  nestjsRedis,
  pgBoss,
  agenda,
  amqplib,
  angular,
  anthropic,
  asyncLibrary,
  aws,
  axios,
  betterSqlite3,
  bluebird,
  bullmq,
  concurrency,
  dataloader,
  drizzle,
  elasticsearch,
  fetchLibrary,
  firestore,
  googleCloud,
  got,
  ioredis,
  kafkajs,
  knex,
  ky,
  kysely,
  latencyRuntime,
  memcached,
  memo,
  mikroOrm,
  mongodb,
  mongoose,
  mysql,
  mysql2,
  nodemailer,
  objection,
  openai,
  pg,
  pgPromise,
  postgres,
  prisma,
  promisePool,
  react,
  redis,
  sequelize,
  slonik,
  stripe,
  supabase,
  typegoose,
  typeorm,
  undici,
  upstashRedis,
  express,
  fastify,
  graphql,
  hono,
  koaRouter,
  koa,
  lambda,
  nestjs,
  next,
  nodeHttp,
  reactRouter,
  schedulers,
  trpc,
  workers,
];

const byName = new Map(libraries.map((library) => [library.name, library]));
const byPackage = new Map<string, Library>();
const byPrefix: [string, Library][] = [];
for (const library of libraries) {
  for (const name of library.packages) {
    if (name.endsWith('*')) byPrefix.push([name.slice(0, -1), library]);
    else byPackage.set(name, library);
  }
}

export function getLibrary(name: string): Library | undefined {
  return byName.get(name);
}

/** The package name in an import specifier: `@scope/name/deep` gives `@scope/name`. */
function packageOf(specifier: string): string {
  const end = specifier.indexOf('/', specifier.startsWith('@') ? specifier.indexOf('/') + 1 : 0);
  return end === -1 ? specifier : specifier.slice(0, end);
}

/** The library that an import specifier names. Names are compared whole: `redis` is not `ioredis`. */
export function findLibrary(specifier: string): Library | undefined {
  if (specifier.startsWith('.') && !specifier.startsWith('.prisma')) return undefined;
  if (named.has(specifier)) return named.get(specifier);
  if (named.size > namedMax) named.clear();
  const library = findByName(specifier);
  named.set(specifier, library);
  return library;
}

/** Answers to specifiers: the same few packages are asked for again and again. */
const named = new Map<string, Library | undefined>();
const namedMax = 20_000;

function findByName(specifier: string): Library | undefined {
  const exact = byPackage.get(specifier);
  if (exact !== undefined) return exact;
  const name = packageOf(specifier);
  return byPackage.get(name) ?? byPrefix.find(([prefix]) => name.startsWith(prefix))?.[1];
}

/** Libraries whose exports mean the same wherever they are imported from: generated clients. */
const generatedNames = new Map(libraries.flatMap((library) => (library.generated ?? []).map((name) => [name, library] as const)));

export function findGenerated(exportName: string): Library | undefined {
  return generatedNames.get(exportName);
}

interface Expanded<Facts> {
  readonly exact: ReadonlyMap<string, Facts>;
  readonly suffixes: readonly (readonly [suffix: string, facts: Facts])[];
  readonly others: Facts | undefined;
}
const expanded = new WeakMap<object, Expanded<unknown>>();

/** Facts under a name, where several names share one entry and `*` or `*Suffix` stand for the others. */
function lookUp<Facts>(table: Readonly<Record<string, Facts>>, name: string): Facts | undefined {
  let known = expanded.get(table) as Expanded<Facts> | undefined;
  if (known === undefined) expanded.set(table, (known = expand(table)));
  return known.exact.get(name) ?? known.suffixes.find(([suffix]) => name.endsWith(suffix))?.[1] ?? known.others;
}

function expand<Facts>(table: Readonly<Record<string, Facts>>): Expanded<Facts> {
  const entries = Object.entries(table).flatMap(([names, facts]) => names.split(' ').map((name) => [name, facts] as const));
  return {
    exact: new Map(entries),
    suffixes: entries.filter(([name]) => name.length > 1 && name.startsWith('*')).map(([name, facts]) => [name.slice(1), facts] as const),
    others: table['*'],
  };
}

export function findExport(library: Library, name: string): ExportFacts | undefined {
  return lookUp(library.exports, name);
}

export function findMember(library: Library, type: string, name: string): Member | undefined {
  const object = library.objects[type];
  if (object === undefined) return undefined;
  const own = lookUp(object.members, name);
  if (own !== undefined) return own;
  return object.extends === undefined ? undefined : findMember(library, object.extends, name);
}

/** Names that a table lists, without patterns. */
export function namesOf(table: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(table).flatMap((names) => names.split(' ').filter((name) => !name.startsWith('*')));
}
