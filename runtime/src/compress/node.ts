import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';

import { createEncoder, type Encoder } from './encoder.ts';
import { applyDecision, type ChangeableHeaders, type CompressionOptions, decide, type Decision, type Headers, lengthOf } from './negotiate.ts';

/** A response whose `flush()` sends what was written so far. */
export type FlushableResponse = ServerResponse & { flush(): void };

type Callback = (error?: Error | null) => void;
interface Waiting {
  readonly chunk: Buffer;
  readonly done: Callback | undefined;
}

/**
 * Compresses the bodies of a node:http server, Express 4 and 5, or Connect: `app.use(compression())` before the routes, or
 * `compression()(request, response)` at the start of a request listener.
 *
 * A body whose length is not known waits until it is worth encoding, or ends; `response.flush()` sends what there is.
 */
export function compression(options: CompressionOptions = {}): (request: IncomingMessage, response: ServerResponse, next?: () => void) => void {
  return (request, response, next) => {
    compressNode(request, response, options);
    next?.();
  };
}

function compressNode(request: IncomingMessage, response: ServerResponse, options: CompressionOptions): void {
  const { threshold = 1024 } = options;
  const writeHead: (status: number) => ServerResponse = response.writeHead.bind(response);
  const write: (chunk: Uint8Array, done?: Callback) => boolean = response.write.bind(response);
  const end = response.end.bind(response) as (chunk?: Uint8Array, done?: () => void) => ServerResponse;
  const flushHeaders = response.flushHeaders.bind(response);
  const headers = responseHeaders(response);
  const accepts: Headers = { get: (name) => textOf(request.headers[name]) };

  let decision: Decision | undefined;
  let encoder: Encoder | undefined;
  let waiting: Waiting[] = [];
  let size = 0;
  let begun = false;
  let ended = false;

  const judge = (length: number | undefined): Decision =>
    decide({ method: request.method ?? 'GET', request: accepts, status: response.statusCode, response: headers }, length, options);
  const settle = (next: Decision): void => {
    decision = next;
    applyDecision(next, headers);
    if (next === 'left alone' || next === 'plain') {
      for (const { chunk, done } of waiting) write(chunk, done);
    } else if (request.method !== 'HEAD') {
      encoder = begin(createEncoder(next, options));
      for (const { chunk, done } of waiting) encoder.write(chunk, done);
    }
    waiting = [];
  };
  const begin = (stream: Encoder): Encoder => {
    stream.on('data', (chunk: Buffer) => {
      if (!write(chunk)) stream.pause();
    });
    response.on('drain', () => stream.resume());
    stream.on('drain', () => response.emit('drain'));
    stream.on('end', () => end());
    stream.on('error', (error) => response.destroy(error));
    response.on('close', () => stream.destroy());
    return stream;
  };

  response.writeHead = (status: number, ...more: unknown[]) => {
    begun = true;
    response.statusCode = status;
    const [reason] = more;
    if (typeof reason === 'string') response.statusMessage = reason;
    setHeaders(response, more.at(-1) as OutgoingHttpHeaders | readonly unknown[] | string | undefined);
    // Nothing that follows can change the decision, unless it waits for the body's length.
    const early = judge(lengthOf(headers));
    if (decision === undefined && (early === 'left alone' || early === 'plain' || lengthOf(headers) !== undefined)) settle(early);
    if (decision !== undefined) writeHead(response.statusCode);
    return response;
  };

  response.write = ((chunk: unknown, encoding?: unknown, done?: unknown) => {
    begun = true;
    const callback = callbackOf(encoding, done);
    const bytes = chunkOf(chunk, encoding);
    if (decision === undefined) {
      const early = judge(lengthOf(headers));
      if (early === 'left alone' || early === 'plain' || lengthOf(headers) !== undefined) settle(early);
    }
    if (decision === undefined) {
      waiting.push({ chunk: bytes, done: callback });
      size += bytes.byteLength;
      if (size >= threshold) settle(judge(size));
      return true;
    }
    return encoder === undefined ? write(bytes, callback) : encoder.write(bytes, callback);
  }) as ServerResponse['write'];

  response.end = ((chunk?: unknown, encoding?: unknown, done?: unknown) => {
    if (ended) return response;
    ended = begun = true;
    const callback = [chunk, encoding, done].find((each) => typeof each === 'function') as (() => void) | undefined;
    const bytes = chunk === undefined || chunk === null || typeof chunk === 'function' ? undefined : chunkOf(chunk, encoding);
    if (callback !== undefined) response.once('finish', callback);
    if (decision === undefined) {
      const all = [...waiting.map((each) => each.chunk), ...(bytes === undefined ? [] : [bytes])];
      const length = request.method === 'HEAD' ? lengthOf(headers) : all.reduce((sum, each) => sum + each.byteLength, 0);
      const next = judge(length);
      if (next === 'left alone' || next === 'plain' || request.method === 'HEAD') {
        const done = waiting.flatMap((each) => each.done ?? []);
        waiting = [];
        settle(next);
        // One piece: Node.js tells its length.
        if (all.length > 0) end(all.length === 1 ? all[0] : Buffer.concat(all));
        else end();
        for (const each of done) each();
        return response;
      }
      settle(next);
    }
    if (encoder === undefined) return bytes === undefined ? end() : end(bytes);
    if (bytes === undefined) encoder.end();
    else encoder.end(bytes);
    return response;
  }) as ServerResponse['end'];

  response.flushHeaders = () => {
    begun = true;
    if (decision === undefined) settle(judge(lengthOf(headers)));
    flushHeaders();
  };
  (response as FlushableResponse).flush = () => {
    if (decision === undefined && begun) settle(judge(lengthOf(headers)));
    encoder?.flush();
  };
  tells(response, 'headersSent', () => begun);
  tells(response, 'writableEnded', () => ended);
}

/** What has been called counts, also while it waits here. */
function tells(response: ServerResponse, name: 'headersSent' | 'writableEnded', isSo: () => boolean): void {
  const own = Object.getOwnPropertyDescriptor(response, name) ?? inherited(response, name);
  Object.defineProperty(response, name, { configurable: true, get: () => isSo() || own?.get?.call(response) === true });
}

function inherited(response: ServerResponse, name: string): PropertyDescriptor | undefined {
  for (let at: unknown = Object.getPrototypeOf(response); at !== null && at !== undefined; at = Object.getPrototypeOf(at)) {
    const found = Object.getOwnPropertyDescriptor(at, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function responseHeaders(response: ServerResponse): ChangeableHeaders {
  return {
    get: (name) => textOf(response.getHeader(name)),
    set: (name, value) => void response.setHeader(name, value),
    remove: (name) => response.removeHeader(name),
  };
}

function textOf(value: number | string | readonly string[] | undefined): string | undefined {
  return value === undefined ? undefined : Array.isArray(value) ? value.join(', ') : String(value);
}

/** Headers as `writeHead` takes them: an object, pairs, or a flat list. */
function setHeaders(response: ServerResponse, given: OutgoingHttpHeaders | readonly unknown[] | string | undefined): void {
  if (given === undefined || typeof given === 'string') return;
  const pairs: [unknown, unknown][] = [];
  if (!Array.isArray(given)) pairs.push(...Object.entries(given));
  else if (given.every((each) => Array.isArray(each))) pairs.push(...(given as [unknown, unknown][]));
  else for (let at = 0; at + 1 < given.length; at += 2) pairs.push([given[at], given[at + 1]]);
  const seen = new Set<string>();
  for (const [name, value] of pairs) {
    if (value === undefined) continue;
    const key = String(name).toLowerCase();
    // A name that comes twice has two values.
    if (seen.has(key)) response.appendHeader(String(name), value as string);
    else response.setHeader(String(name), value as string);
    seen.add(key);
  }
}

function chunkOf(chunk: unknown, encoding: unknown): Buffer {
  if (typeof chunk === 'string') return Buffer.from(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8');
  if (chunk instanceof Uint8Array) return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  throw Object.assign(new TypeError('A chunk must be a text or bytes.'), { code: 'ERR_INVALID_ARG_TYPE' });
}

function callbackOf(...given: readonly unknown[]): Callback | undefined {
  return given.find((each): each is Callback => typeof each === 'function');
}
