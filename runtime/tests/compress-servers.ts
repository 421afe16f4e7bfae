import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import zlib from 'node:zlib';

import { serve } from '@hono/node-server';
import connect from 'connect';
import express, { type RequestHandler } from 'express';
// @ts-expect-error It has no types of its own; it is called as Express 5 is.
import express4 from 'express4';
import Fastify from 'fastify';
import { Hono } from 'hono';
import Koa from 'koa';

import { compression, compressResponse, fastifyCompression, honoCompression, koaCompression } from '../src/compress/index.ts';

export const big = JSON.stringify({ list: Array.from({ length: 400 }, (_, index) => `item number ${index}`) });
export const small = JSON.stringify({ text: 'x'.repeat(200) });

/** What a path answers; a list of texts is a stream whose length is not known. */
export interface Answer {
  readonly status?: number;
  readonly type?: string;
  readonly body?: string | Buffer | readonly string[];
  /** A stream that gives so many bytes, and then nothing. */
  readonly pausesAfter?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

export const answers: Readonly<Record<string, Answer>> = {
  '/big': { body: big },
  '/small': { body: small },
  '/big-stream': { body: [big.slice(0, 500), big.slice(500, 3000), big.slice(3000)] },
  '/small-stream': { body: [small.slice(0, 50), small.slice(50)] },
  '/empty-stream': { body: [] },
  '/png': { type: 'image/png', body: Buffer.alloc(5000, 7) },
  '/no-transform': { body: big, headers: { 'Cache-Control': 'public, no-transform' } },
  '/partial': { status: 206, body: big, headers: { 'Content-Range': `bytes 0-${big.length - 1}/${big.length * 2}` } },
  '/encoded': { body: zlib.gzipSync(big), headers: { 'Content-Encoding': 'gzip' } },
  '/events': { type: 'text/event-stream', body: `data: ${'x'.repeat(3000)}\n\n` },
  '/vary': { body: big, headers: { Vary: 'Origin' } },
  '/vary-any': { body: big, headers: { Vary: '*' } },
  '/weak': { body: big, headers: { ETag: 'W/"abc"' } },
  '/no-content': { status: 204 },
  '/not-modified': { status: 304 },
  '/pausing': { type: 'text/plain', pausesAfter: 5000 },
  '/pausing-small': { type: 'text/plain', pausesAfter: 10 },
  '/chunked': { type: 'text/plain', body: ['a', 'bc'], headers: { 'Transfer-Encoding': 'chunked' } },
  '/error': { status: 500, body: big },
};

const typeOf = (answer: Answer): string => answer.type ?? 'application/json';
const headersOf = (answer: Answer): Record<string, string> => ({
  ...(answer.body === undefined && answer.pausesAfter === undefined ? {} : { 'Content-Type': typeOf(answer) }),
  ETag: '"abc"',
  ...answer.headers,
});
const isStream = (body: Answer['body']): body is readonly string[] => Array.isArray(body);

/** Streams that pause. */
export const sources: Readable[] = [];
function streamOf({ body, pausesAfter }: Answer): Readable {
  if (pausesAfter === undefined) return Readable.from(body as readonly string[], { objectMode: false });
  let isFirst = true;
  const source = new Readable({
    read() {
      if (isFirst) this.push('x'.repeat(pausesAfter));
      isFirst = false;
    },
  });
  sources.push(source);
  return source;
}
const pathOf = (url: string | undefined): string => (url ?? '/').replace(/^https?:\/\/[^/]+/, '');
const answerFor = (url: string | undefined): Answer => answers[pathOf(url)] ?? { status: 404 };

export interface Server {
  readonly port: number;
  readonly close: () => Promise<unknown>;
}

export function listen(listener: RequestListener): Promise<Server> {
  const server = createServer(listener);
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      resolve({
        port,
        close: () => {
          server.closeAllConnections();
          return new Promise((closed) => server.close(closed));
        },
      });
    });
  });
}

const compress = compression();

/** Each adapter behind a server of its framework, answering the same. */
export const servers: Readonly<Record<string, () => Promise<Server>>> = {
  'node:http': () =>
    listen((request, response) => {
      compress(request, response);
      answerNode(request, response);
    }),
  Connect: () => {
    const app = connect();
    app.use(compress);
    app.use(answerNode);
    return listen(app);
  },
  'Express 4': () => listen(inExpress(express4 as typeof express)),
  'Express 5': () => listen(inExpress(express)),
  'Express 5, mounted': () => listen(mounted()),
  'Express 5, behind other middleware': () => listen(behindOthers()),
  Fastify: async () => {
    const app = Fastify({ exposeHeadRoutes: true });
    await app.register(fastifyCompression, {});
    for (const [path, answer] of Object.entries(answers))
      app.get(path, (_request, reply) => {
        void reply.code(answer.status ?? 200).headers(headersOf(answer));
        return reply.send(isStream(answer.body) || answer.pausesAfter !== undefined ? streamOf(answer) : answer.body);
      });
    await app.listen({ port: 0, host: '127.0.0.1' });
    return { port: (app.server.address() as AddressInfo).port, close: () => app.close() };
  },
  Koa: () => {
    const app = new Koa();
    // Clients that leave are no news.
    app.silent = true;
    app.use(koaCompression());
    app.use((context) => {
      const answer = answerFor(context.path);
      context.status = answer.status ?? 200;
      context.set(headersOf(answer));
      context.body = isStream(answer.body) || answer.pausesAfter !== undefined ? streamOf(answer) : (answer.body ?? null);
      context.status = answer.status ?? 200;
    });
    const respond = app.callback();
    return listen((request, response) => void respond(request, response));
  },
  Hono: () => {
    const app = new Hono();
    app.use(honoCompression());
    app.all('*', (context) => respond(context.req.path));
    return listenFetch(app.fetch);
  },
  'fetch Response': () => listenFetch((request) => compressResponse(request, respond(new URL(request.url).pathname))),
};

function answerNode(request: IncomingMessage, response: ServerResponse): void {
  const answer = answerFor(request.url);
  response.writeHead(answer.status ?? 200, headersOf(answer));
  if (answer.pausesAfter !== undefined) {
    const source = streamOf(answer);
    source.pipe(response);
    response.on('close', () => source.destroy());
  } else if (isStream(answer.body)) {
    for (const part of answer.body) response.write(part);
    response.end();
  } else response.end(answer.body);
}

function respond(path: string): Response {
  const answer = answerFor(path);
  const isLong = isStream(answer.body) || answer.pausesAfter !== undefined;
  const body = isLong ? (Readable.toWeb(streamOf(answer)) as unknown as ReadableStream) : answer.body;
  return new Response((body ?? null) as string | null, { status: answer.status ?? 200, headers: headersOf(answer) });
}

function listenFetch(fetch: (request: Request) => Response | Promise<Response>): Promise<Server> {
  return new Promise((resolve) => {
    const server = serve({ fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) =>
      resolve({ port, close: () => new Promise((closed) => server.close(closed)) }),
    );
  });
}

function inExpress(create: typeof express): RequestListener {
  const app = create();
  app.set('etag', false);
  app.use(compress, answer);
  return app as RequestListener;
}

const answer: RequestHandler = (request, response) => {
  const answer = answerFor(request.path);
  response.status(answer.status ?? 200).set(headersOf(answer));
  if (isStream(answer.body)) Readable.from(answer.body, { objectMode: false }).pipe(response);
  else if (answer.body === undefined) response.end();
  else response.send(answer.body);
};

/** A mounted application gives its responses a prototype of its own. */
function mounted(): RequestListener {
  const inner = express();
  inner.set('etag', false);
  inner.use((_request, _response, next) => next(), answer);
  const app = express();
  app.use(compress, (_request, _response, next) => next(), inner);
  return app as RequestListener;
}

/** The responses of some requests have methods of their own before they are compressed, others after. */
function behindOthers(): RequestListener {
  const wrap: RequestHandler = (_request, response, next) => {
    for (const name of ['write', 'end', 'writeHead', 'setHeader'] as const) {
      const before = response[name].bind(response) as (...given: unknown[]) => unknown;
      response[name] = ((...given: unknown[]) => before(...given)) as never;
    }
    next();
  };
  const app = express();
  app.set('etag', false);
  let isEven = false;
  app.use((request, response, next) => {
    isEven = !isEven;
    if (isEven) wrap(request, response, () => compress(request, response, next));
    else compress(request, response, () => wrap(request, response, next));
  }, answer);
  return app as RequestListener;
}
