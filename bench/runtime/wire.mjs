// What compression does on the wire: a table of requests, for ours and its peers. See the table of runtime.mjs.
import { createServer, request } from 'node:http';
import { Readable } from 'node:stream';
import { brotliCompressSync, gunzipSync } from 'node:zlib';

const big = JSON.stringify({ list: Array.from({ length: 400 }, (_, index) => `item number ${index}`) });
const small = JSON.stringify({ text: 'x'.repeat(200) });

/** What each path answers, besides `ETag: "abc"`. */
const answers = {
  '/big': { body: big },
  '/small': { body: small },
  '/small-stream': { body: [small.slice(0, 50), small.slice(50)] },
  '/no-transform': { body: big, headers: { 'cache-control': 'public, no-transform' } },
  '/partial': { status: 206, body: big, headers: { 'content-range': `bytes 0-${big.length - 1}/${big.length * 2}` } },
  '/events': { type: 'text/event-stream', body: `data: ${'x'.repeat(3000)}\n\n` },
  '/encoded': { body: brotliCompressSync(big), headers: { 'content-encoding': 'br' } },
  '/image': { type: 'image/png', body: Buffer.alloc(5000, 7) },
};
const headersOf = ({ type = 'application/json', headers = {} }) => ({ 'content-type': type, etag: '"abc"', ...headers });
const streamed = ({ body }) => (Array.isArray(body) ? Readable.from(body, { objectMode: false }) : body);
const wasSent = (path) => Buffer.from(Array.isArray(answers[path].body) ? answers[path].body.join('') : answers[path].body);

const isPlain = (path, { status, headers, raw }) =>
  status === (answers[path].status ?? 200) && headers['content-encoding'] === undefined && raw.equals(wasSent(path));
const varies = ({ headers }) => /accept-encoding/i.test(headers.vary ?? '');

/** Each row: what is asked, and whether the answers are right. */
const rows = {
  'gzip, and back': async (ask) => {
    const answer = await ask('/big', 'gzip');
    return answer.headers['content-encoding'] === 'gzip' && gunzipSync(answer.raw).toString() === big;
  },
  'br where it is liked best': async (ask) => (await ask('/big', 'gzip;q=0.5, br')).headers['content-encoding'] === 'br',
  'gzip;q=1, br;q=0.2 gives gzip': async (ask) => (await ask('/big', 'gzip;q=1, br;q=0.2')).headers['content-encoding'] === 'gzip',
  'gzip;q=0 gives none': async (ask) => isPlain('/big', await ask('/big', 'gzip;q=0')),
  'identity;q=0, *;q=0 gives none': async (ask) => isPlain('/big', await ask('/big', 'identity;q=0, *;q=0')),
  'Vary on what is compressed': async (ask) => varies(await ask('/big', 'gzip')),
  'Vary on what is plain for this client': async (ask) => varies(await ask('/big', 'identity')),
  'no Vary on an image': async (ask) => !varies(await ask('/image', 'gzip')),
  'a strong ETag becomes weak': async (ask) => (await ask('/big', 'gzip')).headers.etag === 'W/"abc"',
  'less than 1 KiB is left alone': async (ask) => isPlain('/small', await ask('/small', 'gzip')),
  'less than 1 KiB of a stream is left alone': async (ask) => isPlain('/small-stream', await ask('/small-stream', 'gzip')),
  'no-transform is left alone': async (ask) => isPlain('/no-transform', await ask('/no-transform', 'gzip')),
  'a part (206) is left alone': async (ask) => isPlain('/partial', await ask('/partial', 'gzip')),
  'a stream of events is left alone': async (ask) => isPlain('/events', await ask('/events', 'gzip')),
  'what is encoded is left alone': async (ask) => {
    const { headers, raw } = await ask('/encoded', 'gzip');
    return headers['content-encoding'] === 'br' && raw.equals(answers['/encoded'].body);
  },
  'an image is left alone': async (ask) => isPlain('/image', await ask('/image', 'gzip')),
};

const ask = (port) => (path, accepted) =>
  new Promise((resolve, reject) => {
    request({ port, host: '127.0.0.1', path, agent: false, headers: { 'accept-encoding': accepted } }, (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, raw: Buffer.concat(parts) }));
    })
      .on('error', reject)
      .end();
  });

const listen = (listener) =>
  new Promise((resolve) => {
    const server = createServer(listener).listen(0, '127.0.0.1', () => resolve(server));
  });

/** Rows × servers: whether each answer was right. */
export async function wire(load) {
  const ours = await load('latency-runtime/compress');
  const express = (await load('express')).default;
  const Fastify = (await load('fastify')).default;
  const Koa = (await load('koa')).default;
  const { Hono } = await load('hono');
  const { serve } = await load('@hono/node-server');
  const httpCompression = (await load('http-compression')).default;

  const onNode = (compress) =>
    listen((incoming, response) => {
      const answerIt = () => {
        const answer = answers[incoming.url];
        response.writeHead(answer.status ?? 200, headersOf(answer));
        if (Array.isArray(answer.body)) {
          for (const part of answer.body) response.write(part);
          response.end();
        } else response.end(answer.body);
      };
      compress(incoming, response, answerIt);
    });
  const onExpress = (middleware) => {
    const app = express();
    app.set('etag', false);
    app.use(middleware);
    app.use((incoming, response) => {
      const answer = answers[incoming.path];
      response.status(answer.status ?? 200).set(headersOf(answer));
      if (Array.isArray(answer.body)) streamed(answer).pipe(response);
      else response.send(answer.body);
    });
    return listen(app);
  };
  const onFastify = async (plugin) => {
    const app = Fastify();
    await app.register(plugin);
    for (const [path, answer] of Object.entries(answers))
      app.get(path, (_incoming, reply) =>
        reply
          .code(answer.status ?? 200)
          .headers(headersOf(answer))
          .send(streamed(answer)),
      );
    await app.listen({ port: 0, host: '127.0.0.1' });
    return app.server;
  };
  const onKoa = (middleware) => {
    const app = new Koa();
    app.silent = true;
    app.use(middleware);
    app.use((context) => {
      const answer = answers[context.path];
      context.set(headersOf(answer));
      context.body = streamed(answer);
      context.status = answer.status ?? 200;
    });
    return listen(app.callback());
  };
  const onHono = (middleware) => {
    const app = new Hono();
    app.use(middleware);
    app.all('*', (context) => {
      const answer = answers[context.req.path];
      const body = Array.isArray(answer.body) ? Readable.toWeb(streamed(answer)) : answer.body;
      return new Response(body, { status: answer.status ?? 200, headers: headersOf(answer) });
    });
    return new Promise((resolve) => {
      const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, () => resolve(server));
    });
  };

  const servers = {
    'latency-runtime, node:http': await onNode((incoming, response, next) => (ours.compression()(incoming, response), next())),
    'latency-runtime, Express': await onExpress(ours.compression()),
    'latency-runtime, Fastify': await onFastify(ours.fastifyCompression),
    'latency-runtime, Koa': await onKoa(ours.koaCompression()),
    'latency-runtime, Hono': await onHono(ours.honoCompression()),
    compression: await onExpress((await load('compression')).default()),
    '@fastify/compress': await onFastify((await load('@fastify/compress')).default),
    'koa-compress': await onKoa((await load('koa-compress')).default()),
    'hono/compress': await onHono((await load('hono/compress')).compress()),
    'http-compression': await onNode(httpCompression()),
  };
  const results = [];
  for (const [row, isRight] of Object.entries(rows)) {
    const cells = [];
    for (const server of Object.values(servers)) cells.push(await isRight(ask(server.address().port)).catch(() => false));
    results.push([row, cells]);
  }
  for (const server of Object.values(servers)) {
    server.closeAllConnections();
    server.close();
  }
  return { servers: Object.keys(servers), results };
}
