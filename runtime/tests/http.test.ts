import { createHook } from 'node:async_hooks';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createConnections, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import express from 'express';
import Fastify from 'fastify';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { createHttpClient, HttpClientError } from '../src/http/index.ts';
import { closeAll, shared } from '../src/index.ts';

interface Origin {
  readonly url: string;
  readonly sockets: Set<Socket>;
  most: number;
}

const servers: Server[] = [];
async function open(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<Origin> {
  const origin: { url: string; sockets: Set<Socket>; most: number } = { url: '', sockets: new Set(), most: 0 };
  const server = createServer(answer);
  server.keepAliveTimeout = 60_000;
  server.on('connection', (socket) => {
    origin.sockets.add(socket);
    origin.most = Math.max(origin.most, origin.sockets.size);
    socket.on('close', () => origin.sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  servers.push(server);
  return origin;
}

afterEach(async () => {
  await closeAll();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

const quick = (_request: IncomingMessage, response: ServerResponse): void => void response.end('ok');
const slow = (_request: IncomingMessage, response: ServerResponse): void => void setTimeout(() => response.end('ok'), 20);

describe('an HTTP client', () => {
  it('is one for each name', () => {
    expect(createHttpClient()).toBe(createHttpClient({ name: 'default' }));
    expect(createHttpClient({ name: 'a' })).toBe(createHttpClient({ name: 'a' }));
    expect(createHttpClient({ name: 'a' })).not.toBe(createHttpClient());
  });

  it('warns once of options that it does not take', () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    createHttpClient({ name: 'told', maxPerOrigin: 3, timeout: 50 });
    createHttpClient({ name: 'told', maxPerOrigin: 3 });
    createHttpClient({ name: 'told' });
    expect(warned).not.toHaveBeenCalled();
    for (let call = 0; call < 2; call++) createHttpClient({ name: 'told', maxPerOrigin: 4 });
    expect(warned.mock.calls).toEqual([
      ['createHttpClient: the client "told" stands already, with other options, and keeps them. Name this one differently.', { code: 'LATENCY_HTTP_OPTIONS' }],
    ]);
    warned.mockRestore();
  });

  it('uses connections again, and says who it is', async () => {
    const agents: unknown[] = [];
    const origin = await open((request, response) => {
      agents.push(request.headers['user-agent']);
      response.end('ok');
    });
    const client = createHttpClient({ userAgent: 'shop/1' });
    for (let number = 0; number < 5; number++) expect(await (await client.fetch(origin.url)).text()).toBe('ok');
    expect(await (await client.request(origin.url)).body.text()).toBe('ok');
    await (await client.fetch(origin.url, { headers: { 'User-Agent': 'own' } })).text();
    await (await client.request(origin.url, { headers: ['User-Agent', 'flat'] })).body.text();
    await (await client.request(origin.url, { headers: { 'x-a': '1' } })).body.text();
    expect(agents).toEqual([...Array.from({ length: 6 }, () => 'shop/1'), 'own', 'flat', 'shop/1']);
    // undici frees a connection a moment after the body's end: the next request may meet a second one.
    expect(origin.most).toBeLessThanOrEqual(2);
    expect(client.stats()).toMatchObject({ open: origin.sockets.size, requests: 9, pending: 0, waiting: 0 });
  });

  it('opens so many connections to one origin, and so many over all', async () => {
    const origins = await Promise.all([open(slow), open(slow), open(slow)]);
    const client = createHttpClient({ maxConnections: 4, maxPerOrigin: 3 });
    let most = 0;
    const watching = setInterval(
      () =>
        (most = Math.max(
          most,
          origins.reduce((sum, { sockets }) => sum + sockets.size, 0),
        )),
      1,
    );
    const texts = await Promise.all(Array.from({ length: 60 }, async (_each, index) => (await client.fetch(origins[index % 3]?.url ?? '')).text()));
    clearInterval(watching);
    expect(new Set(texts)).toEqual(new Set(['ok']));
    for (const origin of origins) expect(origin.most).toBeLessThanOrEqual(3);
    // A socket that closes may be seen for a moment longer on the server's side.
    expect(most).toBeLessThanOrEqual(5);
    expect(client.stats().open).toBeLessThanOrEqual(4);
  });

  it('lets an idle connection make room for another origin', async () => {
    const origins = await Promise.all([open(quick), open(quick), open(quick)]);
    const client = createHttpClient({ maxConnections: 1, keepAliveTimeout: 60_000 });
    for (let round = 0; round < 3; round++) for (const origin of origins) expect(await (await client.fetch(origin.url)).text()).toBe('ok');
    expect(client.stats().open).toBe(1);
  });

  it('ends a request in time, its body included', async () => {
    const silent = await open(() => undefined);
    const endless = await open((_request, response) => void response.write('begun'));
    const client = createHttpClient({ timeout: 100 });
    await expect(client.fetch(silent.url)).rejects.toMatchObject({ name: 'TimeoutError' });
    await expect((await client.fetch(endless.url)).text()).rejects.toMatchObject({ name: 'TimeoutError' });
    await expect(client.request(silent.url, { timeout: 50 })).rejects.toMatchObject({ name: 'TimeoutError' });
    await expect((await client.request(endless.url)).body.text()).rejects.toMatchObject({ name: 'TimeoutError' });
    const stop = new AbortController();
    const asked = client.fetch(silent.url, { signal: stop.signal, timeout: Infinity });
    stop.abort(new Error('not needed'));
    await expect(asked).rejects.toThrow('not needed');
    expect(client.stats().pending).toBe(0);
  });

  it('fails where nothing listens, and goes on', async () => {
    const origin = await open(quick);
    const client = createHttpClient({ maxConnections: 1 });
    await expect(client.fetch('http://127.0.0.1:1/')).rejects.toThrow();
    expect(await (await client.fetch(origin.url)).text()).toBe('ok');
  });

  it('waits for what is not done when it is closed, and takes no more', async () => {
    const origin = await open(slow);
    const client = createHttpClient();
    const asked = client.fetch(origin.url).then((response) => response.text());
    await sleep(5);
    const closing = closeAll();
    await sleep(1);
    await expect(client.fetch(origin.url)).rejects.toThrow(HttpClientError);
    await expect(client.request(origin.url)).rejects.toMatchObject({ code: 'ERR_HTTP_CLIENT_CLOSED' });
    expect(await asked).toBe('ok');
    await closing;
    // The next call builds a new one.
    expect(await (await createHttpClient().fetch(origin.url)).text()).toBe('ok');
  });

  it('is kept by a reload of the module', async () => {
    const client = createHttpClient();
    vi.resetModules();
    const copy = (await import('../src/http/index.ts')) as { createHttpClient: typeof createHttpClient };
    expect(copy.createHttpClient).not.toBe(createHttpClient);
    expect(copy.createHttpClient()).toBe(client);
  });

  it('lets a waiting request go when it is ended, and serves the next', async () => {
    const silent = await open(() => undefined);
    const origin = await open(quick);
    const client = createHttpClient({ maxConnections: 1, timeout: 60_000 });
    const stop = new AbortController();
    const first = client.fetch(silent.url, { signal: stop.signal });
    await sleep(20);
    const waiting = [client.request(origin.url, { timeout: 50 }), client.fetch(origin.url, { timeout: 50 }), client.fetch(silent.url, { timeout: 50 })];
    expect(client.stats().waiting).toBe(3);
    for (const each of waiting) await expect(each).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(client.stats().waiting).toBe(0);
    const last = client.fetch(origin.url);
    stop.abort(new Error('enough'));
    await expect(first).rejects.toThrow('enough');
    expect(await (await last).text()).toBe('ok');
  });

  it('serves many origins over one connection, whatever they say of keeping it', async () => {
    const origins = await Promise.all([open(quick), open(quick), open(quick), open(quick)]);
    const client = createHttpClient({ maxConnections: 1, keepAliveTimeout: 60_000, timeout: 5000 });
    for (let round = 0; round < 3; round++)
      expect(await Promise.all(origins.map(async ({ url }) => (await client.fetch(url)).text()))).toEqual(['ok', 'ok', 'ok', 'ok']);
  });

  it('keeps its limits where origins close each connection', async () => {
    let running = 0;
    let most = 0;
    const origin = await open((_request, response) => {
      most = Math.max(most, ++running);
      response.setHeader('Connection', 'close');
      setTimeout(() => {
        running--;
        response.end('ok');
      }, 10);
    });
    const client = createHttpClient({ maxPerOrigin: 2 });
    const asked = Array.from({ length: 20 }, async () => (await client.fetch(origin.url)).text());
    await sleep(15);
    const closing = client.close();
    expect(await Promise.all(asked)).toEqual(Array.from({ length: 20 }, () => 'ok'));
    await closing;
    expect(most).toBe(2);
  });

  it('closes once, however often it is told to, after a redirect as well', async () => {
    const origin = await open((request, response) => {
      if (request.url === '/done') setTimeout(() => response.end('there'), 20);
      else setTimeout(() => response.writeHead(302, { Location: '/done' }).end(), 20);
    });
    const client = createHttpClient();
    const asked = client.fetch(origin.url);
    await sleep(5);
    const closing = client.close();
    expect(client.close()).toBe(closing);
    expect(await (await asked).text()).toBe('there');
    await closing;
    expect(createHttpClient()).not.toBe(client);
    await closeAll();
  });

  it('takes requests and forms of the global fetch', async () => {
    const seen: string[] = [];
    const origin = await open((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        seen.push(`${request.method ?? ''} ${String(request.headers['x-a'])} ${Buffer.concat(chunks).toString()}`);
        response.end('ok');
      });
    });
    const client = createHttpClient();
    await (await client.fetch(new Request(origin.url, { method: 'POST', headers: { 'x-a': '1' }, body: 'text' }) as never)).text();
    const form = new FormData();
    form.append('field', 'value');
    await (await client.fetch(origin.url, { method: 'POST', body: form as never })).text();
    expect(seen[0]).toBe('POST 1 text');
    expect(seen[1]).toContain('name="field"');
  });

  it('ends in time although memory is cleared meanwhile', async () => {
    const silent = await open(() => undefined);
    const client = createHttpClient({ timeout: 300 });
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const asked = client.fetch(silent.url);
    asked.catch(() => undefined);
    for (let round = 0; round < 5; round++) {
      await sleep(20);
      collect();
    }
    await expect(asked).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  it('gives up a connection that does not come about in its time', async () => {
    const heldSockets: Socket[] = [];
    const silent = createConnections((socket) => heldSockets.push(socket.on('error', () => undefined)));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    const client = createHttpClient({ connectTimeout: 100, timeout: 60_000 });
    // TLS is part of connecting, and this server never answers it.
    await expect(client.request(`https://127.0.0.1:${port}`)).rejects.toMatchObject({ code: 'UND_ERR_CONNECT_TIMEOUT' });
    await client.close();
    for (const socket of heldSockets.splice(0)) socket.destroy();
    await new Promise((resolve) => silent.close(resolve));
  });

  it('asks for an address once while it is kept', async () => {
    const origin = await open((_request, response) => response.setHeader('connection', 'close').end('ok'));
    let asked = 0;
    const hook = createHook({ init: (_id, type) => void (asked += type === 'GETADDRINFOREQWRAP' ? 1 : 0) }).enable();
    const url = origin.url.replace('127.0.0.1', 'localhost');
    const ask = async (name: string, dnsTtl: number): Promise<number> => {
      asked = 0;
      const client = createHttpClient({ name, dnsTtl });
      for (let call = 0; call < 3; call++) expect(await (await client.fetch(url)).text()).toBe('ok');
      await client.close();
      return asked;
    };
    expect(await ask('keeps', 60_000)).toBe(1);
    expect(await ask('keeps none', 0)).toBe(3);
    hook.disable();
  });

  it('refuses limits that make no sense', () => {
    for (const options of [
      { maxConnections: 0 },
      { maxPerOrigin: 1.5 },
      { timeout: 0 },
      { connectTimeout: -1 },
      { dnsTtl: -1 },
      { keepAliveTimeout: Number.NaN },
    ])
      expect(() => createHttpClient({ name: JSON.stringify(options), ...options })).toThrow(RangeError);
  });
});

describe('at the end of a server', () => {
  /** What a request needs is there until it is answered; then it is closed. */
  const withClient = (): { ask: () => Promise<string>; closed: () => boolean } => {
    let isClosed = false;
    shared('database', () => ({ close: () => (isClosed = true) }));
    return { ask: async () => (await sleep(30), isClosed ? 'closed too early' : 'answered'), closed: () => isClosed };
  };

  it('Fastify: onClose', async () => {
    const app = Fastify();
    const { ask, closed } = withClient();
    app.addHook('onClose', () => closeAll());
    app.get('/', ask);
    await app.listen({ port: 0, host: '127.0.0.1' });
    const asked = fetch(`http://127.0.0.1:${(app.server.address() as AddressInfo).port}/`, { headers: { connection: 'close' } });
    await sleep(10);
    await app.close();
    expect(await (await asked).text()).toBe('answered');
    expect(closed()).toBe(true);
  });

  it('Express, and every server of node:http', async () => {
    const app = express();
    const { ask, closed } = withClient();
    app.get('/', (_request, response, next) => {
      ask().then((text) => response.send(text), next);
    });
    const server = await new Promise<Server>((resolve) => {
      const listening = app.listen(0, '127.0.0.1', () => resolve(listening));
    });
    const asked = fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, { headers: { connection: 'close' } });
    await sleep(10);
    await new Promise((resolve) => server.close(resolve));
    await closeAll();
    expect(await (await asked).text()).toBe('answered');
    expect(closed()).toBe(true);
  });
});
