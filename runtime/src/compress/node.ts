import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';

import { patience } from './body.ts';
import { createEncoder, encode, type Encoder, type Encoding } from './encoder.ts';
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
 * A body whose length is not known waits until it is worth encoding, ends or pauses; `response.flush()` sends what there is.
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
  const end = response.end.bind(response) as (chunk?: Uint8Array) => ServerResponse;
  const emit = response.emit.bind(response) as (event: string, ...args: unknown[]) => boolean;
  const flushHeaders = response.flushHeaders.bind(response);
  const headers = responseHeaders(response);
  const accepts: Headers = { get: (name) => textOf(request.headers[name]) };

  let decision: Decision | undefined;
  let encoder: Encoder | undefined;
  let waiting: Waiting[] = [];
  let size = 0;
  let begun = false;
  let ended = false;
  /** Node.js calls what stands below itself. */
  let passing = false;
  let pause: NodeJS.Timeout | undefined;

  const pass = <T>(call: () => T): T => {
    const before = passing;
    passing = true;
    try {
      return call();
    } finally {
      passing = before;
    }
  };
  const judge = (length: number | undefined): Decision =>
    decide({ method: request.method ?? 'GET', request: accepts, status: response.statusCode, response: headers }, length, options);
  /** Decides where the headers alone do. */
  const settleEarly = (): void => {
    if (decision !== undefined) return;
    const length = lengthOf(headers);
    const early = judge(length);
    if (early === 'left alone' || early === 'plain' || length !== undefined) settle(early);
  };
  const settle = (next: Decision): void => {
    decision = next;
    pass(() => applyDecision(next, headers));
    const chunks = waiting;
    waiting = [];
    if (next !== 'left alone' && next !== 'plain' && request.method !== 'HEAD') encoder = begin(createEncoder(next, options));
    for (const { chunk, done } of chunks) {
      if (encoder === undefined) pass(() => write(chunk, done));
      else encoder.write(chunk, done);
    }
  };
  const begin = (stream: Encoder): Encoder => {
    stream.on('data', (chunk: Buffer) => {
      if (!pass(() => write(chunk))) stream.pause();
    });
    stream.on('drain', () => emit('drain'));
    stream.on('end', () => pass(() => end()));
    stream.on('error', (error) => response.destroy(error));
    response.on('close', () => stream.destroy());
    return stream;
  };
  /** What was written is sent when nothing follows soon. */
  const flushSoon = (): void => {
    if (pause === undefined) {
      pause = setTimeout(() => {
        if (!ended && !response.destroyed) (response as FlushableResponse).flush();
      }, patience);
      pause.unref();
      response.on('close', () => clearTimeout(pause));
    } else pause.refresh();
  };

  // The socket has room: that is the encoder's affair. The application writes on when the encoder has room.
  response.emit = ((event: string, ...args: unknown[]) => {
    if (event !== 'drain' || encoder === undefined) return emit(event, ...args);
    encoder.resume();
    return true;
  }) as ServerResponse['emit'];

  for (const name of ['setHeader', 'appendHeader', 'removeHeader'] as const) {
    const change = response[name].bind(response) as (...args: unknown[]) => unknown;
    response[name] = ((...args: unknown[]) => {
      // What waits here is as good as sent.
      if (begun && !passing) throw errorOf('ERR_HTTP_HEADERS_SENT', 'Cannot change headers after they are sent to the client');
      return change(...args);
    }) as never;
  }

  response.writeHead = (status: number, ...more: unknown[]) => {
    if (passing) return writeHead(response.statusCode);
    if (begun) throw errorOf('ERR_HTTP_HEADERS_SENT', 'Cannot write headers after they are sent to the client');
    checkStatus(status);
    const [reason] = more;
    setHeaders(response, more.at(-1) as OutgoingHttpHeaders | readonly unknown[] | string | null | undefined);
    response.statusCode = status;
    if (typeof reason === 'string') response.statusMessage = reason;
    begun = true;
    settleEarly();
    if (decision !== undefined) pass(() => writeHead(status));
    return response;
  };

  response.write = ((chunk: unknown, encoding?: unknown, done?: unknown) => {
    const callback = callbackOf(encoding, done);
    const bytes = chunkOf(chunk, encoding);
    if (ended) return afterEnd(callback, 'write after end');
    begun = true;
    settleEarly();
    if (decision === undefined) {
      waiting.push({ chunk: bytes, done: callback });
      size += bytes.byteLength;
      if (size >= threshold) settle(judge(size));
      flushSoon();
      return true;
    }
    if (encoder === undefined) return pass(() => write(bytes, callback));
    flushSoon();
    return encoder.write(bytes, callback);
  }) as ServerResponse['write'];

  response.end = ((chunk?: unknown, encoding?: unknown, done?: unknown) => {
    const callback = callbackOf(chunk, encoding, done);
    const bytes = chunk === undefined || chunk === null || typeof chunk === 'function' ? undefined : chunkOf(chunk, encoding);
    if (ended) {
      if (bytes !== undefined) afterEnd(callback, 'write after end');
      else if (callback !== undefined) process.nextTick(callback, errorOf('ERR_STREAM_ALREADY_FINISHED', 'Cannot call end after a stream was finished'));
      return response;
    }
    checkStatus(response.statusCode);
    const before = begun;
    ended = begun = true;
    clearTimeout(pause);
    try {
      finish(bytes);
    } catch (error) {
      // Nothing was sent: an error handler may answer.
      ended = false;
      begun = before;
      decision = undefined;
      throw error;
    }
    if (callback !== undefined) response.once('finish', () => callback());
    return response;
  }) as ServerResponse['end'];

  /** A body that came in one piece is encoded, and sent, in one. */
  const sendWhole = (encoding: Encoding, bytes: Buffer): void => {
    const encoded = encode(bytes, encoding, options);
    decision = encoding;
    pass(() => applyDecision(encoding, headers));
    if (!(encoded instanceof Promise)) {
      pass(() => end(encoded));
      return;
    }
    encoded.then(
      (body) => {
        if (!response.destroyed) pass(() => end(body));
      },
      (error: unknown) => response.destroy(error instanceof Error ? error : new Error(String(error))),
    );
  };
  const finish = (bytes: Buffer | undefined): void => {
    if (decision === undefined) {
      const all = [...waiting.map((each) => each.chunk), ...(bytes === undefined ? [] : [bytes])];
      const next = judge(request.method === 'HEAD' ? lengthOf(headers) : all.reduce((sum, each) => sum + each.byteLength, 0));
      if (next === 'left alone' || next === 'plain' || request.method === 'HEAD') {
        const done = waiting.flatMap((each) => each.done ?? []);
        decision = next;
        pass(() => {
          applyDecision(next, headers);
          // One piece: Node.js tells its length.
          if (all.length > 0) end(all.length === 1 ? all[0] : Buffer.concat(all));
          else end();
        });
        waiting = [];
        for (const each of done) each();
        return;
      }
      if (waiting.length === 0) {
        sendWhole(next, bytes ?? Buffer.alloc(0));
        return;
      }
      settle(next);
    }
    if (encoder === undefined) pass(() => (bytes === undefined ? end() : end(bytes)));
    else if (bytes === undefined) encoder.end();
    else encoder.end(bytes);
  };
  const afterEnd = (callback: Callback | undefined, message: string): false => {
    const error = errorOf('ERR_STREAM_WRITE_AFTER_END', message);
    process.nextTick(() => {
      callback?.(error);
      if (!response.destroyed) emit('error', error);
    });
    return false;
  };

  response.flushHeaders = () => {
    begun = true;
    if (decision === undefined) settle(judge(lengthOf(headers)));
    pass(flushHeaders);
  };
  (response as FlushableResponse).flush = () => {
    if (decision === undefined && begun) settle(judge(lengthOf(headers)));
    encoder?.flush();
  };
  tells(response, 'headersSent', () => begun);
  tells(response, 'writableEnded', () => ended);
}

function checkStatus(status: number): void {
  if (!Number.isInteger(status) || status < 100 || status > 999) throw errorOf('ERR_HTTP_INVALID_STATUS_CODE', `Invalid status code: ${status}`, RangeError);
}

function errorOf(code: string, message: string, Kind: ErrorConstructor = Error): Error {
  return Object.assign(new Kind(message), { code });
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
function setHeaders(response: ServerResponse, given: OutgoingHttpHeaders | readonly unknown[] | string | null | undefined): void {
  if (given === undefined || given === null || typeof given === 'string') return;
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
