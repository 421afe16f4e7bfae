import { describe, expect, it } from 'vitest';

import { findMoment } from '../../src/analysis/handler.ts';
import { find, parse } from '../parsed.ts';

const cases: readonly [name: string, expected: string, text: string, path?: string][] = [
  ['Express route', 'request', `import express from 'express'; const app = express(); app.get('/', (a, b) => { work(); });`],
  ['Express router', 'request', `import { Router } from 'express'; const r = Router(); r.post('/', check, (a, b) => { work(); });`],
  ['Express route()', 'request', `import { Router } from 'express'; const r = Router(); r.route('/').get((a, b) => { work(); });`],
  ['Express error middleware', 'request', `import express from 'express'; const app = express(); app.use((error, a, b, c) => { work(); });`],
  ['Express by its types', 'request', `import type { Request, Response } from 'express'; export function list(a: Request, b: Response) { work(); }`],
  ['a controller by its signature', 'request', `exports.list = async (req, res) => { work(); res.json({}); };`],
  ['a handler in a wrapper', 'request', `import { Router } from 'express'; const r = Router(); r.get('/', wrap(async (a, b) => { work(); }));`],
  ['Fastify', 'request', `import fastify from 'fastify'; const app = fastify(); app.get('/', { schema }, async () => { work(); });`],
  ['Fastify route object', 'request', `import fastify from 'fastify'; const app = fastify(); app.route({ method: 'GET', handler: async () => { work(); } });`],
  ['Fastify hook', 'request', `import fastify from 'fastify'; const app = fastify(); app.addHook('onRequest', async () => { work(); });`],
  ['Fastify plugin runs at start', 'start', `import fastify from 'fastify'; const app = fastify(); app.register(async (inner) => { work(); });`],
  ['Koa', 'request', `import Koa from 'koa'; const app = new Koa(); app.use(async (c) => { work(); });`],
  ['Koa router', 'request', `import Router from '@koa/router'; const r = new Router(); r.get('/', async (c) => { work(); });`],
  ['Hono', 'request', `import { Hono } from 'hono'; const app = new Hono(); app.get('/', (c) => { work(); });`],
  ['Nest controller', 'request', `import { Get } from '@nestjs/common'; class A { @Get() list() { work(); } }`],
  ['Nest resolver', 'request', `import { Query } from '@nestjs/graphql'; class A { @Query() list() { work(); } }`],
  ['Nest cron', 'job', `import { Cron } from '@nestjs/schedule'; class A { @Cron('* * * * *') run() { work(); } }`],
  ['type-graphql', 'request', `import { FieldResolver } from 'type-graphql'; class A { @FieldResolver() posts() { work(); } }`],
  ['Next route handler', 'request', 'export async function GET() { work(); }', '/server/app/users/route.ts'],
  ['Next route handler, wrapped', 'request', 'export const POST = withAuth(async () => { work(); });', '/server/src/app/users/route.ts'],
  ['Next API page', 'request', 'export default function handler(a, b) { work(); }', '/server/pages/api/users.ts'],
  ['Next page', 'request', 'export default async function Page() { work(); }', '/server/app/users/page.tsx'],
  ['Next getServerSideProps', 'request', 'export async function getServerSideProps() { work(); }', '/server/pages/users.tsx'],
  ['Next server action', 'request', `'use server'; export async function save() { work(); }`],
  ['Next build time', 'build', 'export async function generateStaticParams() { work(); }', '/server/app/users/page.tsx'],
  ['Remix loader', 'request', 'export async function loader() { work(); }', '/server/app/routes/users.tsx'],
  [
    'Remix by its types',
    'request',
    `import type { LoaderFunctionArgs } from '@remix-run/node'; export async function loader({ params }: LoaderFunctionArgs) { work(); }`,
  ],
  [
    'tRPC',
    'request',
    `import { initTRPC } from '@trpc/server'; const t = initTRPC.create(); const p = t.procedure.input(x).mutation(async () => { work(); });`,
  ],
  ['GraphQL resolver map', 'request', 'const resolvers = { Query: { users: () => { work(); } } };'],
  ['Lambda', 'request', 'export const handler = async (event) => { work(); };'],
  ['Lambda by its types', 'request', `import type { SQSEvent } from 'aws-lambda'; export async function run(event: SQSEvent) { work(); }`],
  ['node:http', 'request', `import http from 'node:http'; http.createServer((a, b) => { work(); });`],
  ['BullMQ worker', 'job', `import { Worker } from 'bullmq'; new Worker('q', async (job) => { work(); });`],
  ['node-cron', 'job', `import cron from 'node-cron'; cron.schedule('* * * * *', () => { work(); });`],
  ['KafkaJS', 'job', `import { Kafka } from 'kafkajs'; const c = new Kafka({}).consumer({}); c.run({ eachMessage: async () => { work(); } });`],
  ['the top of a module', 'start', 'work();'],
  ['listen', 'start', `import express from 'express'; const app = express(); app.listen(80, () => { work(); });`],
  [
    'called by a handler of the file',
    'request',
    `import express from 'express'; const app = express(); app.get('/', () => { load(); }); function load() { work(); }`,
  ],
  ['called at the top of the file only', 'start', 'function load() { work(); } load();'],
  ['an exported function', 'unknown', 'export function load() { work(); }'],
  ['a settings getter', 'unknown', `import express from 'express'; const app = express(); export function f() { app.get('env'); work(); }`],
];

describe('when code runs', () => {
  it.each(cases)('%s: %s', (_name, expected, text, path) => {
    const code = parse(text, path);
    expect(findMoment(code, find(code, 'work()'))).toBe(expected);
  });
});
