// One server that compresses, in a process of its own: `node compressed-server.mjs NAME ITEMS`. Sends its port, and then, each
// time it is asked, the CPU time that it has taken, in microseconds.
import { createServer } from 'node:http';
import { constants } from 'node:zlib';

const [name, items] = process.argv.slice(2);
const body = JSON.stringify(Array.from({ length: Number(items) }, (_, id) => ({ id, name: `item ${id}`, price: (id * 37) % 1000, tags: ['a', 'b'] })));
const settings = { brotliQuality: 4, gzipLevel: 6 };
const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };
const gzip = { level: 6 };
const ours = await import('latency-runtime/compress');

async function inExpress(middleware) {
  const { default: express } = await import('express');
  const app = express();
  app.set('etag', false);
  app.use(middleware);
  app.get('/', (_request, response) => response.type('json').send(body));
  return createServer(app);
}

async function inFastify(plugin, options) {
  const { default: fastify } = await import('fastify');
  const app = fastify();
  await app.register(plugin, options);
  app.get('/', (_request, reply) => reply.type('application/json').send(body));
  await app.ready();
  return app.server;
}

async function inKoa(middleware) {
  const { default: Koa } = await import('koa');
  const app = new Koa();
  app.use(middleware);
  app.use((context) => {
    context.type = 'json';
    context.body = body;
  });
  return createServer(app.callback());
}

const servers = {
  'Express: latency-runtime': () => inExpress(ours.compression(settings)),
  'Express: compression': async () => inExpress((await import('compression')).default({ ...gzip, brotli })),
  'Fastify: latency-runtime': () => inFastify(ours.fastifyCompression, settings),
  'Fastify: @fastify/compress': async () => inFastify((await import('@fastify/compress')).default, { brotliOptions: brotli, zlibOptions: gzip }),
  'Koa: latency-runtime': () => inKoa(ours.koaCompression(settings)),
  'Koa: koa-compress': async () => inKoa((await import('koa-compress')).default({ br: brotli, gzip })),
};
const server = await servers[name]();
server.listen(0, '127.0.0.1', () => process.send(server.address().port));
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send(user + system);
});
