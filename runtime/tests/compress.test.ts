import { randomBytes } from 'node:crypto';
import { type ClientRequest, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { connect, createServer as createHttp2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import zlib from 'node:zlib';

import express from 'express';
// @ts-expect-error It has no types of its own; it is called as Express 5 is.
import express4 from 'express4';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import {
  compression,
  type CompressionOptions,
  compressResponse,
  compressValue,
  decompressValue,
  fastifyCompression,
  type FlushableResponse,
  honoCompression,
  koaCompression,
  ValueError,
} from '../src/compress/index.ts';
import { answers, big, listen, type Server, servers, small, sources } from './compress-servers.ts';

const { zstdDecompressSync, zstdCompressSync } = zlib as unknown as {
  zstdDecompressSync?: (data: Buffer) => Buffer;
  zstdCompressSync?: (data: Buffer) => Buffer;
};
const best = zstdDecompressSync === undefined ? 'br' : 'zstd';

interface Received {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly raw: Buffer;
  readonly text: string;
}

function decoded(raw: Buffer, encoding: string | undefined): Buffer {
  if (encoding === undefined || raw.length === 0) return raw;
  if (encoding === 'zstd') return (zstdDecompressSync as (data: Buffer) => Buffer)(raw);
  return encoding === 'br' ? zlib.brotliDecompressSync(raw) : zlib.gunzipSync(raw);
}

function fetchRaw(port: number, path: string, accepted: string | undefined, method = 'GET', others: Record<string, string> = {}): Promise<Received> {
  const sent = { ...(accepted === undefined ? {} : { 'accept-encoding': accepted }), ...others };
  return new Promise((resolve, reject) => {
    request({ port, host: '127.0.0.1', path, method, agent: false, headers: sent }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const raw = Buffer.concat(chunks);
        resolve({ status: response.statusCode ?? 0, headers: response.headers, raw, text: decoded(raw, response.headers['content-encoding']).toString() });
      });
    })
      .on('error', reject)
      .end();
  });
}

describe.each(Object.keys(servers))('on the wire: %s', (name) => {
  let server: Server;
  beforeAll(async () => {
    server = await (servers[name] as () => Promise<Server>)();
  });
  afterAll(() => server.close());

  it.each([
    ['gzip, deflate, br, zstd', best],
    ['gzip, deflate, br', 'br'],
    ['gzip', 'gzip'],
    ['GZIP', 'gzip'],
    ['*', best],
    ['gzip;q=1.0, br;q=0.2', 'gzip'],
    ['br;q=0, gzip;q=0.5', 'gzip'],
    ['gzip;q=0.5, identity', undefined],
    ['gzip;q=0', undefined],
    ['identity;q=0, *;q=0', undefined],
    ['unknown', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('a client that accepts %j gets %s', async (accepted, encoding) => {
    for (const path of ['/big', '/big-stream']) {
      const { status, headers, raw, text } = await fetchRaw(server.port, path, accepted);
      expect([path, status, headers['content-encoding'], text]).toEqual([path, 200, encoding, big]);
      expect(headers.vary).toBe('Accept-Encoding');
      expect(headers.etag).toBe(encoding === undefined ? '"abc"' : 'W/"abc"');
      if (encoding !== undefined) expect(raw.length).toBeLessThan(big.length / 2);
      if (headers['content-length'] !== undefined) expect(Number(headers['content-length'])).toBe(raw.length);
    }
  });

  it.each([
    ['/png', false],
    ['/no-transform', false],
    ['/partial', false],
    ['/events', false],
    ['/small', true],
    ['/small-stream', true],
    ['/empty-stream', true],
  ])('%s is left alone', async (path, varies) => {
    const { body, status = 200 } = answers[path] ?? {};
    const received = await fetchRaw(server.port, path, 'gzip, br');
    expect([received.status, received.headers['content-encoding'], received.headers.etag]).toEqual([status, undefined, '"abc"']);
    expect(received.raw.equals(Buffer.isBuffer(body) ? body : Buffer.from(Array.isArray(body) ? body.join('') : String(body)))).toBe(true);
    expect(received.headers.vary).toBe(varies ? 'Accept-Encoding' : undefined);
  });

  it('what is encoded already stays', async () => {
    const { headers, text } = await fetchRaw(server.port, '/encoded', 'br');
    expect([headers['content-encoding'], text, headers.etag, headers.vary]).toEqual(['gzip', big, '"abc"', undefined]);
  });

  it('other headers are kept', async () => {
    expect((await fetchRaw(server.port, '/vary', 'br')).headers.vary).toBe('Origin, Accept-Encoding');
    expect((await fetchRaw(server.port, '/vary-any', 'br')).headers.vary).toBe('*');
    expect((await fetchRaw(server.port, '/weak', 'br')).headers.etag).toBe('W/"abc"');
    expect((await fetchRaw(server.port, '/error', 'br')).status).toBe(500);
  });

  it.each(['/no-content', '/not-modified'])('%s has no body', async (path) => {
    const { status, headers, raw } = await fetchRaw(server.port, path, 'gzip');
    expect([status, headers['content-encoding'], headers.etag, raw.length]).toEqual([answers[path]?.status, undefined, '"abc"', 0]);
    // The body that a client has was one of several.
    expect(headers.vary).toBe(path === '/not-modified' ? 'Accept-Encoding' : undefined);
  });

  it.each([
    ['W/"abc"', 'W/"abc"'],
    ['"b", W/"abc"', 'W/"abc"'],
    ['"abc"', '"abc"'],
    ['W/"b"', '"abc"'],
  ])('a client that has %s is told 304 with %s', async (known, etag) => {
    const { status, headers } = await fetchRaw(server.port, '/not-modified', 'gzip', 'GET', { 'if-none-match': known });
    expect([status, headers.etag, headers.vary, headers['content-encoding']]).toEqual([304, etag, 'Accept-Encoding', undefined]);
  });

  it('HEAD has no body, and says that answers vary', async () => {
    const { status, headers, raw } = await fetchRaw(server.port, '/big', 'gzip', 'HEAD');
    expect([status, raw.length, headers.vary]).toEqual([200, 0, 'Accept-Encoding']);
    // What it says of an encoding must go together.
    if (headers['content-encoding'] === undefined) expect(headers.etag).toBe('"abc"');
    else expect([headers.etag, headers['content-length']]).toEqual(['W/"abc"', undefined]);
  });
});

describe.each(['node:http', 'Fastify', 'Koa', 'Hono'])('a stream that pauses: %s', (name) => {
  let server: Server;
  beforeAll(async () => {
    server = await (servers[name] as () => Promise<Server>)();
  });
  afterAll(() => server.close());

  it('is sent as far as it goes, and ends with its client', async () => {
    for (const path of ['/pausing', '/pausing-small']) {
      const before = sources.length;
      const encoding = await new Promise<unknown>((resolve, reject) => {
        const asking = request({ port: server.port, host: '127.0.0.1', path, agent: false, headers: { 'accept-encoding': 'gzip' } }, (response) => {
          const plain = response.pipe(zlib.createGunzip());
          plain.on('error', () => undefined);
          plain.once('data', (part: Buffer) => {
            expect(part.toString()).toMatch(/^x+$/);
            asking.destroy();
            resolve(response.headers['content-encoding']);
          });
        });
        asking.on('error', reject).end();
        asking.on('close', () => undefined);
      });
      expect(encoding).toBe('gzip');
      const [source] = sources.slice(before);
      if (source?.destroyed === false) await new Promise((resolve) => source.once('close', resolve));
      expect(source?.destroyed).toBe(true);
    }
  });

  it('is sound where it is short and says that it is sent in chunks', async () => {
    const { status, text } = await fetchRaw(server.port, '/chunked', 'gzip');
    expect([status, text]).toEqual([200, 'abc']);
  });
});

describe('a response of node:http', () => {
  const compress = compression();
  let open: Server | undefined;
  const serve = async (answer: (response: ServerResponse, request: IncomingMessage) => void): Promise<number> => {
    open = await listen((incoming, response) => {
      compress(incoming, response);
      answer(response, incoming);
    });
    return open.port;
  };
  const closeServer = async (): Promise<void> => {
    await open?.close();
  };

  it('sends what was written so far when it is told to', async () => {
    let finish: (() => void) | undefined;
    const port = await serve((response) => {
      response.setHeader('Content-Type', 'text/plain');
      response.write('first');
      (response as FlushableResponse).flush();
      finish = () => response.end(' last');
    });
    const text = await new Promise<string>((resolve, reject) => {
      request({ port, host: '127.0.0.1', headers: { 'accept-encoding': 'gzip' } }, (response) => {
        expect(response.headers['content-encoding']).toBe('gzip');
        const parts: string[] = [];
        response
          .pipe(zlib.createGunzip())
          .on('data', (part: Buffer) => {
            parts.push(part.toString());
            if (parts.join('') === 'first') finish?.();
          })
          .on('end', () => resolve(parts.join('|')))
          .on('error', reject);
      })
        .on('error', reject)
        .end();
    });
    expect(text).toBe('first| last');
    await closeServer();
  });

  it('keeps no more than its buffers when the client reads slowly', async () => {
    const part = randomBytes(64 * 1024).toString('base64');
    const total = 400;
    let written = 0;
    const port = await serve((response) => {
      response.setHeader('Content-Type', 'text/plain');
      const more = (): void => {
        while (written < total) {
          written++;
          if (!response.write(part)) {
            response.once('drain', more);
            return;
          }
        }
        response.end();
      };
      more();
    });
    const response = await new Promise<IncomingMessage>((resolve) =>
      request({ port, host: '127.0.0.1', headers: { 'accept-encoding': 'gzip' } }, resolve).end(),
    );
    response.pause();
    let before = -1;
    // Nothing is read: the writer comes to a stop.
    while (before !== written) {
      before = written;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    expect(written).toBeLessThan(total);
    let length = 0;
    await new Promise<void>((resolve, reject) =>
      response
        .pipe(zlib.createGunzip())
        .on('data', (chunk: Buffer) => (length += chunk.length))
        .on('end', resolve)
        .on('error', reject),
    );
    expect(length).toBe(part.length * total);
    await closeServer();
  });

  it('ends with its client, and calls back', async () => {
    const events: string[] = [];
    let gone: (() => void) | undefined;
    const wasGone = new Promise<void>((resolve) => (gone = resolve));
    const port = await serve((response, incoming) => {
      response.setHeader('Content-Type', 'text/plain');
      response.on('close', () => {
        events.push('closed');
        gone?.();
      });
      if (incoming.url === '/abort') {
        const timer = setInterval(() => response.write(randomBytes(9000).toString('hex')), 1);
        response.on('close', () => clearInterval(timer));
        return;
      }
      expect(response.headersSent).toBe(false);
      response.write('a'.repeat(10), () => events.push('written'));
      expect([response.headersSent, response.writableEnded]).toEqual([true, false]);
      response.end('b'.repeat(2000), () => events.push('ended'));
      expect(response.writableEnded).toBe(true);
      response.on('error', (error: NodeJS.ErrnoException) => events.push(String(error.code)));
      response.end('again');
      response.end(() => events.push('not again'));
    });
    const { text } = await fetchRaw(port, '/', 'br');
    expect(text).toBe('a'.repeat(10) + 'b'.repeat(2000));
    await wasGone;
    expect(events.filter((event) => event !== 'closed').sort()).toEqual(['ERR_STREAM_WRITE_AFTER_END', 'ended', 'not again', 'written']);
    await new Promise<void>((resolve) => {
      const aborting: ClientRequest = request({ port, host: '127.0.0.1', path: '/abort', headers: { 'accept-encoding': 'gzip' } }, (response) =>
        response.once('data', () => {
          aborting.destroy();
          resolve();
        }),
      );
      aborting.on('error', () => undefined).end();
    });
    expect((await fetchRaw(port, '/', 'gzip')).status).toBe(200);
    await closeServer();
  });

  it.each([
    ['an object', { 'Content-Type': 'text/plain', 'X-A': '1' }],
    ['pairs', ['Content-Type', 'text/plain', 'X-A', '1']],
  ])('takes headers of writeHead as %s', async (_name, headers) => {
    const port = await serve((response) => {
      response.writeHead(201, 'Made', headers as never).end('x'.repeat(3000));
    });
    const received = await fetchRaw(port, '/', 'gzip');
    expect([received.status, received.headers['x-a'], received.headers['content-encoding'], received.text.length]).toEqual([201, '1', 'gzip', 3000]);
    await closeServer();
  });

  it('has the length that it said where it is plain, and none where it is encoded', async () => {
    const port = await serve((response) => {
      response.setHeader('Content-Type', 'text/plain');
      response.setHeader('Content-Length', 3000);
      response.setHeader('Accept-Ranges', 'bytes');
      response.write('x'.repeat(1000));
      response.end('y'.repeat(2000));
    });
    const [plain, encoded] = [await fetchRaw(port, '/', undefined), await fetchRaw(port, '/', 'gzip')];
    expect([plain.headers['content-length'], plain.text.length, plain.headers['accept-ranges']]).toEqual(['3000', 3000, 'bytes']);
    expect([encoded.headers['content-length'], encoded.text.length, encoded.headers['accept-ranges']]).toEqual([undefined, 3000, undefined]);
    await closeServer();
  });

  it('makes no more than is read, however slowly', async () => {
    const part = randomBytes(1024 * 1024).toString('latin1');
    let made = 0;
    const port = await serve((response) => {
      response.setHeader('Content-Type', 'text/plain');
      const source = new Readable({
        highWaterMark: 1,
        read() {
          made += part.length;
          this.push(part);
        },
      });
      response.on('close', () => source.destroy());
      source.pipe(response);
    });
    const response = await new Promise<IncomingMessage>((resolve) =>
      request({ port, host: '127.0.0.1', headers: { 'accept-encoding': 'gzip' } }, resolve).end(),
    );
    let read = 0;
    response.on('data', (chunk: Buffer) => {
      read += chunk.length;
      response.pause();
      setTimeout(() => response.resume(), 1);
    });
    for (let round = 0; round < 20; round++) await new Promise((resolve) => setTimeout(resolve, 50));
    // What is under way fits into the buffers of sockets and streams.
    expect(made - read).toBeLessThan(30 * part.length);
    response.destroy();
    await closeServer();
  });

  it('lets an error handler answer where nothing was sent', async () => {
    const port = await serve((response, incoming) => {
      response.setHeader('content-type', 'text/plain');
      try {
        if (incoming.url === '/status') response.statusCode = 1000;
        response.end(incoming.url === '/status' ? big : (123 as never));
      } catch {
        response.statusCode = 500;
        response.end('bad');
      }
    });
    for (const path of ['/', '/status']) expect(await fetchRaw(port, path, 'gzip')).toMatchObject({ status: 500, text: 'bad' });
    await closeServer();
  });

  it('has headers that cannot be changed once it has begun', async () => {
    const port = await serve((response) => {
      response.writeHead(200, null as never);
      response.write('x');
      expect(() => response.setHeader('content-length', 5)).toThrow('headers after they are sent');
      expect(() => response.writeHead(404)).toThrow('headers after they are sent');
      response.end();
    });
    expect(await fetchRaw(port, '/', 'gzip')).toMatchObject({ status: 200, text: 'x' });
    await closeServer();
  });

  it('refuses what is no chunk', async () => {
    const port = await serve((response) => {
      expect(() => response.write({})).toThrow('A chunk must be a text or bytes.');
      response.end();
    });
    expect((await fetchRaw(port, '/', 'gzip')).status).toBe(200);
    await closeServer();
  });
});

describe('beside other middleware', () => {
  const compress = compression();

  it('that has Node.js write the headers before it writes', async () => {
    const server = await listen((request, response) => {
      compress(request, response);
      const before = {
        write: response.write.bind(response) as (chunk: string) => boolean,
        end: response.end.bind(response) as unknown as (chunk: string) => never,
      };
      const implicit = (): void => {
        if (!response.headersSent || (response as unknown as { _header: unknown })._header === null)
          (response as unknown as { _implicitHeader: () => void })._implicitHeader();
      };
      response.write = ((chunk: string) => (implicit(), before.write(chunk))) as never;
      response.end = ((chunk: string) => (implicit(), before.end(chunk))) as never;
      response.setHeader('Content-Type', 'text/plain');
      response.write('a');
      response.end(big);
    });
    const { headers, text } = await fetchRaw(server.port, '/', 'gzip');
    expect([headers['content-encoding'], text]).toEqual(['gzip', `a${big}`]);
    await server.close();
  });

  it.each([
    ['a small body', big],
    ['a body that is encoded in another thread', big.repeat(20)],
  ])('that throws when the headers are written: %s', async (_name, body) => {
    const server = await listen((request, response) => {
      let isFirst = true;
      const { writeHead } = response as unknown as { writeHead: (this: ServerResponse, status: number) => ServerResponse };
      response.writeHead = (status: number) => {
        if (isFirst) {
          isFirst = false;
          throw new Error('no');
        }
        return writeHead.call(response, status);
      };
      compress(request, response);
      response.setHeader('Content-Type', 'text/plain');
      try {
        response.end(body);
      } catch {
        response.statusCode = 500;
        response.end('sorry');
      }
    });
    const { status, headers, text } = await fetchRaw(server.port, '/', 'gzip');
    expect([status, headers['content-encoding'], text]).toEqual([500, undefined, 'sorry']);
    await server.close();
  });

  it('what was ended stays as it was while it is encoded', async () => {
    const server = await listen((request, response) => {
      compress(request, response);
      response.setHeader('Content-Type', 'text/plain');
      response.end(big.repeat(20));
      expect([response.getHeader('Content-Encoding'), response.getHeader('Content-Length'), response.getHeader('Vary')]).toEqual([
        'gzip',
        undefined,
        'Accept-Encoding',
      ]);
      response.flushHeaders();
      response.statusCode = 404;
    });
    const { status, text } = await fetchRaw(server.port, '/', 'gzip');
    expect([status, text]).toEqual([200, big.repeat(20)]);
    await server.close();
  });

  it('responses of HTTP/2', async () => {
    const server = createHttp2Server((request, response) => {
      compress(request as never, response as never);
      response.setHeader('Content-Type', 'text/plain');
      if (request.url === '/whole') response.end(big);
      else {
        response.write(big.slice(0, 10));
        response.end(big.slice(10));
      }
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    for (const path of ['/whole', '/parts']) {
      const stream = session.request({ ':path': path, 'accept-encoding': 'gzip' });
      const chunks: Buffer[] = [];
      for await (const chunk of stream) chunks.push(chunk as Buffer);
      expect([path, zlib.gunzipSync(Buffer.concat(chunks)).toString()]).toEqual([path, big]);
    }
    session.close();
    await new Promise((resolve) => server.close(resolve));
  });
});

describe('in Express', () => {
  const text = 'x'.repeat(3000);
  const encodingOf = async (server: Server, path: string): Promise<string | undefined> =>
    (await fetchRaw(server.port, path, 'gzip, br')).headers['content-encoding'];

  it('only what comes after it is compressed', async () => {
    const inner = express();
    inner.use(compression());
    inner.get('/inside', (_request, response) => void response.type('text').send(text));
    const app = express();
    app.get('/before', (_request, response) => void response.type('text').send(text));
    app.get('/route', compression(), (_request, response) => void response.type('text').send(text));
    app.use(inner);
    app.get('/after', (_request, response) => {
      expect([response.headersSent, response.writableEnded]).toEqual([false, false]);
      response.type('text').removeHeader('X-Powered-By');
      response.appendHeader('X-More', 'a');
      response.flushHeaders();
      expect(response.headersSent).toBe(true);
      response.write(text.slice(1));
      response.end(text.slice(0, 1));
      expect(response.writableEnded).toBe(true);
    });
    const plain = express();
    plain.get('/plain', (_request, response) => void response.type('text').send(text));
    const [server, other] = [await listen(app), await listen(plain)];
    for (let time = 0; time < 2; time++) {
      // What an application is mounted in front of has passed through its middleware.
      const after = await fetchRaw(server.port, '/after', 'gzip, br');
      expect([after.headers['content-encoding'], after.headers['x-more'], after.text.length]).toEqual(['br', 'a', 3000]);
      expect(await encodingOf(server, '/before')).toBeUndefined();
      expect(await encodingOf(server, '/route')).toBe('br');
      expect(await encodingOf(server, '/before')).toBeUndefined();
      expect(await encodingOf(server, '/inside')).toBe('br');
      expect(await encodingOf(other, '/plain')).toBeUndefined();
    }
    await Promise.all([server.close(), other.close()]);
  });

  it('an application of another copy of Express, called by hand, is compressed, too', async () => {
    const inner = (express4 as typeof express)();
    inner.disable('x-powered-by');
    inner.get('/inside', (_request, response) => {
      response.write('from inside, ');
      response.end(text);
    });
    const app = express();
    app.use(compression());
    app.use((request, response, next) => {
      response.type('text').write('from outside, ');
      inner(request, response, next);
    });
    const server = await listen(app);
    const answer = await fetchRaw(server.port, '/inside', 'gzip');
    expect([answer.headers['content-encoding'], answer.text]).toEqual(['gzip', `from outside, from inside, ${text}`]);
    await server.close();
  });

  it('the inner settings count where it is used twice', async () => {
    const app = express();
    app.use(compression());
    app.get('/outer', (_request, response) => void response.type('text').send(text));
    app.get('/inner', compression({ encodings: ['gzip'] }), (_request, response) => void response.type('text').send(text));
    const server = await listen(app);
    expect(await encodingOf(server, '/outer')).toBe('br');
    expect(await encodingOf(server, '/inner')).toBe('gzip');
    expect((await fetchRaw(server.port, '/inner', 'gzip')).text).toBe(text);
    await server.close();
  });
});

describe('a fetch response', () => {
  const from = (body: Readable): Response => new Response(Readable.toWeb(body), { headers: { 'content-type': 'text/plain' } });
  const accepts = new Request('http://local/', { headers: { 'accept-encoding': 'gzip' } });

  it('fails as its body does, and lets its body go when nobody reads on', async () => {
    const failing = Readable.from(
      (function* () {
        yield 'x'.repeat(2000);
        throw new Error('no more');
      })(),
      { objectMode: false },
    );
    await expect((await compressResponse(accepts, from(failing))).arrayBuffer()).rejects.toThrow();
    const endless = new Readable({ read: () => endless.push(randomBytes(2000).toString('hex')) });
    const closed = new Promise((resolve) => endless.once('close', resolve));
    const { body } = await compressResponse(accepts, from(endless));
    await body?.cancel();
    await closed;
  });

  it('keeps status and headers', async () => {
    const response = await compressResponse(
      accepts,
      new Response(big, { status: 418, statusText: 'Tea', headers: { 'content-type': 'text/plain', 'set-cookie': 'a=1' } }),
    );
    expect([response.status, response.statusText, response.headers.get('set-cookie'), response.headers.get('content-encoding')]).toEqual([
      418,
      'Tea',
      'a=1',
      'gzip',
    ]);
  });
});

describe('options', () => {
  it('choose encodings, types and the threshold', async () => {
    const plain = { 'content-type': 'text/plain' };
    const accepts = (value: string): Request => new Request('http://local/', { headers: { 'accept-encoding': value } });
    const encodingOf = async (accepted: string, body: string, options: Parameters<typeof compressResponse>[2], type = plain): Promise<string | null> =>
      (await compressResponse(accepts(accepted), new Response(body, { headers: type }), options)).headers.get('content-encoding');
    expect(await encodingOf('gzip, br', big, { encodings: ['gzip', 'br'] })).toBe('gzip');
    expect(await encodingOf('gzip, br', small, { threshold: 1 })).toBe('br');
    expect(await encodingOf('br', big, { types: () => false })).toBeNull();
    expect(await encodingOf('br', big, { types: (type) => type === 'image/x' }, { 'content-type': 'image/x' })).toBe('br');
  });
});

describe('settings that make no sense are refused when the server starts', () => {
  const cases: [string, unknown, string][] = [
    ['a level that zlib does not have', { gzipLevel: 99 }, 'compression: gzipLevel must be a whole number from -1 to 9, not 99.'],
    ['half a level', { brotliQuality: 4.5 }, 'compression: brotliQuality must be a whole number from 0 to 11, not 4.5.'],
    ['a level that is no number', { zstdLevel: 'fast' }, 'compression: zstdLevel must be a whole number from 1 to 22, not fast.'],
    ['an encoding that nobody has', { encodings: ['gzip', 'lzma'] }, 'compression: encodings must be of zstd, br, gzip, not lzma.'],
    ['encodings that are no list', { encodings: 'gzip' }, 'compression: encodings must be an array, not gzip.'],
    ['a threshold below 0', { threshold: -1 }, 'compression: threshold must be a number of bytes of at least 0, not -1.'],
    ['a threshold that is no number', { threshold: Number.NaN }, 'compression: threshold must be a number of bytes of at least 0, not NaN.'],
    ['types that are no function', { types: ['text/html'] }, 'compression: types must be a function, not text/html.'],
  ];
  it.each(cases)('%s', async (_name, given, message) => {
    const options = given as CompressionOptions;
    const { default: Fastify } = await import('fastify');
    for (const middleware of [compression, koaCompression, honoCompression]) {
      expect(() => middleware(options)).toThrow(RangeError);
      expect(() => middleware(options)).toThrow(message);
    }
    await expect(compressResponse(new Request('http://localhost'), new Response(''), options)).rejects.toThrow(message);
    const app = Fastify();
    await expect(app.register(fastifyCompression, options)).rejects.toThrow(message);
    await app.close();
  });

  it('what this Node.js does not have is passed over', () => {
    expect(compression({ encodings: ['zstd', 'gzip'], gzipLevel: -1, brotliQuality: 0, zstdLevel: 22, threshold: Infinity })).toBeTypeOf('function');
  });
});

describe('values', () => {
  it('come back as they went', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 3000 }),
        fc.constantFrom('br' as const, 'gzip' as const),
        fc.nat(2000),
        async (value, encoding, threshold) => {
          const kept = await compressValue(value, { encoding, threshold });
          expect((await decompressValue(kept)).equals(Buffer.from(value))).toBe(true);
        },
      ),
    );
    expect((await compressValue(big)).length).toBeLessThan(big.length / 2);
    expect((await decompressValue(await compressValue(big))).toString()).toBe(big);
  });

  it('from before stay readable, and small ones stay readable by others', async () => {
    expect((await decompressValue(Buffer.from(big))).toString()).toBe(big);
    expect((await compressValue(small)).toString()).toBe(small);
    const looksCompressed = Buffer.concat([(await compressValue(big)).subarray(0, 4), Buffer.from('not so')]);
    expect((await decompressValue(await compressValue(looksCompressed))).equals(looksCompressed)).toBe(true);
  });

  it('that are a bomb, damaged or cut are refused', async () => {
    const bomb = await compressValue(Buffer.alloc(1_000_000));
    expect(bomb.length).toBeLessThan(1000);
    const codeOf = (run: Promise<unknown>): Promise<unknown> =>
      run.then(
        () => undefined,
        (error: unknown) => (error instanceof ValueError ? error.code : String(error)),
      );
    expect(await codeOf(decompressValue(bomb, { maxBytes: 10_000 }))).toBe('ERR_VALUE_TOO_LARGE');
    expect((await decompressValue(bomb, { maxBytes: Infinity })).length).toBe(1_000_000);
    for (const maxBytes of [0, -1, Number.NaN]) await expect(decompressValue(bomb, { maxBytes })).rejects.toThrow(RangeError);
    const kept = await compressValue(big);
    expect(await codeOf(decompressValue(kept.subarray(0, -20)))).toBe('ERR_VALUE_DAMAGED');
    expect(await codeOf(decompressValue(kept.subarray(0, 3)))).toBe('ERR_VALUE_DAMAGED');
    expect(await codeOf(decompressValue(Buffer.concat([kept.subarray(0, 3), Buffer.from([9]), kept.subarray(4)])))).toBe('ERR_VALUE_DAMAGED');
    expect(await codeOf(decompressValue(Buffer.concat([kept, Buffer.from([0])])))).toBe('ERR_VALUE_DAMAGED');
    // Six is a whole Brotli stream that is empty, whatever follows it.
    expect(await codeOf(decompressValue(Buffer.concat([kept.subarray(0, 8), Buffer.from([6]), randomBytes(100)])))).toBe('ERR_VALUE_DAMAGED');
    const alone = await compressValue(Buffer.concat([kept.subarray(0, 3), Buffer.from('short')]));
    for (const value of [kept, alone]) {
      for (let at = 3; at < value.length; at += 1) {
        const flipped = Buffer.from(value);
        flipped[at] = (flipped[at] ?? 0) ^ 1;
        expect(await codeOf(decompressValue(flipped)), `byte ${at}`).toMatch(/^ERR_VALUE_(DAMAGED|ENCODING)$/u);
      }
    }
    if (zstdCompressSync === undefined) {
      expect(await codeOf(compressValue(big, { encoding: 'zstd' }))).toBe('ERR_VALUE_ENCODING');
      expect(await codeOf(decompressValue(Buffer.concat([kept.subarray(0, 3), Buffer.from([3]), kept.subarray(4)])))).toBe('ERR_VALUE_ENCODING');
    } else expect((await decompressValue(await compressValue(big, { encoding: 'zstd' }))).toString()).toBe(big);
  });
});
