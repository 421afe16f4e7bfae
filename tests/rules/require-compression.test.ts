import { testRule } from '../rule-tester.ts';

const express = `import express from 'express';\n`;
const routes = `app.get('/users', async (req, res) => {\n  res.json(await load());\n});\napp.listen(80);\n`;

testRule('require-compression', {
  reported: [
    { name: 'Express', code: `${express}const app = express();\n${routes}`, at: [['2:13', 'neverCompresses']] },
    { name: 'Express by require', code: `const express = require('express');\nconst app = express();\n${routes}`, at: [['2:13', 'neverCompresses']] },
    {
      name: 'Express, exported',
      filename: '/server/src/app.ts',
      code: `${express}export const app = express();\napp.get('/users', (req, res) => res.json(load()));`,
      at: [['2:20', 'neverCompresses']],
    },
    {
      name: 'Express with a mounted router',
      code: `${express}const app = express();\nconst router = express.Router();\napp.use('/users', router);\napp.listen(80);`,
      at: [['2:13', 'neverCompresses']],
    },
    {
      name: 'Express: compression after the routes',
      code: `${express}import compression from 'compression';\nconst app = express();\napp.get('/users', (req, res) => res.json(load()));\napp.use(compression());\napp.listen(80);`,
      at: [['3:13', 'compressesLate']],
    },
    {
      name: 'Express behind node:http',
      code: `${express}import { createServer } from 'node:http';\nconst app = express();\napp.get('/users', (req, res) => res.json(load()));\ncreateServer(app).listen(80);`,
      at: [['3:13', 'neverCompresses']],
    },
    {
      name: 'Fastify',
      code: `import fastify from 'fastify';\nconst app = fastify();\napp.get('/users', async () => {\n  return { users: await load() };\n});\nawait app.listen({ port: 80 });`,
      at: [['2:13', 'neverCompresses']],
    },
    {
      name: 'Koa',
      code: `import Koa from 'koa';\nimport Router from '@koa/router';\nconst app = new Koa();\nconst router = new Router();\nrouter.get('/users', async (ctx) => {\n  ctx.body = await load();\n});\napp.use(router.routes());\napp.listen(80);`,
      at: [['3:13', 'neverCompresses']],
    },
    {
      name: 'node:http',
      code: `import { createServer } from 'node:http';\nconst server = createServer(async (request, response) => {\n  response.end(JSON.stringify(await load()));\n});\nserver.listen(80);`,
      at: [['2:16', 'neverCompresses']],
    },
  ],
  silent: [
    { name: 'Express with compression', code: `${express}import compression from 'compression';\nconst app = express();\napp.use(compression());\n${routes}` },
    {
      name: 'an application that may be mounted in another',
      filename: '/server/src/routes/users.ts',
      code: `${express}export const app = express();\napp.get('/users', (req, res) => res.json(load()));`,
    },
    { name: 'a proxy compresses', code: `${express}const app = express();\n${routes}`, settings: { latency: { compressedBy: 'proxy' } } },
    { name: 'an application that is set up elsewhere', code: `${express}import { setUp } from './set-up';\nconst app = express();\nsetUp(app);\n${routes}` },
    {
      name: 'a middleware that cannot be looked into',
      code: `${express}import { middlewares } from './middlewares';\nconst app = express();\napp.use(middlewares);\n${routes}`,
    },
    {
      name: 'only a stream of events',
      code: `${express}const app = express();\napp.get('/events', (req, res) => {\n  res.set('content-type', 'text/event-stream');\n  res.write('data: 1');\n});\napp.listen(80);`,
    },
    { name: 'only a status', code: `${express}const app = express();\napp.get('/health', (req, res) => res.sendStatus(200));\napp.listen(80);` },
    {
      name: 'Fastify with its plugin',
      code: `import fastify from 'fastify';\nimport compress from '@fastify/compress';\nconst app = fastify();\nawait app.register(compress);\napp.get('/users', async () => ({ users: await load() }));\nawait app.listen({ port: 80 });`,
    },
    {
      name: 'node:http that streams',
      code: `import { createServer } from 'node:http';\ncreateServer((request, response) => {\n  response.write('x');\n  response.end(last());\n}).listen(80);`,
    },
    {
      name: 'node:http with a short text',
      code: `import { createServer } from 'node:http';\ncreateServer((request, response) => {\n  response.end('ok');\n}).listen(80);`,
    },
    {
      name: 'Hono on Workers',
      code: `import { Hono } from 'hono';\nconst app = new Hono();\napp.get('/', async (c) => c.json(await load()));\nexport default app;`,
    },
    { name: 'a test', filename: '/server/tests/app.ts', code: `${express}const app = express();\n${routes}` },
    { name: 'a function named express', code: `const app = express();\n${routes}` },
  ],
});
