import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';

import { patience } from './body.ts';
import { createEncoder, encode, type Encoder, type Encoding } from './encoder.ts';
import {
  applyDecision,
  type ChangeableHeaders,
  checkCompression,
  type CompressionOptions,
  decide,
  type Decision,
  type Headers,
  isEncoding,
  lengthOf,
} from './negotiate.ts';

/** A response whose `flush()` sends what was written so far. */
export type FlushableResponse = ServerResponse & { flush(): void };

type Callback = (error?: Error | null) => void;
interface Waiting {
  readonly chunk: Buffer;
  readonly done: Callback | undefined;
}

/**
 * Compresses the bodies of a node:http server, Express 4 and 5, or Connect: `app.use(compression())` before the routes, or
 * `compression()(request, response)` at the start of a request listener. Where it is used twice, the inner settings count.
 *
 * A body whose length is not known waits until it is worth encoding, ends or pauses; `response.flush()` sends what there is.
 *
 * @throws RangeError for options that make no sense.
 */
export function compression(options: CompressionOptions = {}): (request: IncomingMessage, response: ServerResponse, next?: () => void) => void {
  checkCompression(options);
  return (request, response, next) => {
    compressNode(request, response, options);
    next?.();
  };
}

function compressNode(request: IncomingMessage, response: CompressedResponse, options: CompressionOptions): void {
  const before = response[body];
  if (before !== undefined) {
    before.options = options;
    return;
  }
  response[body] = new ResponseBody(request, response, options);
  // Each costs some µs with Express, where Node.js makes a shape for each response: what only a body that waits needs is put
  // there when it waits.
  response.writeHead = writeHead;
  response.write = write as ServerResponse['write'];
  response.end = end as ServerResponse['end'];
  response.flushHeaders = flushHeaders;
  Object.assign(response, { flush });
}

const body = Symbol('body');
type CompressedResponse = ServerResponse & { [body]?: ResponseBody };
type Compressed = ServerResponse & { [body]: ResponseBody };

// All responses share these: functions of its own would give each another shape.

function writeHead(this: Compressed, status: number, ...more: unknown[]): Compressed {
  this[body].writeHead(status, more);
  return this;
}

function write(this: Compressed, chunk: unknown, encoding?: unknown, done?: unknown): boolean {
  return this[body].write(chunk, encoding, done);
}

function end(this: Compressed, chunk?: unknown, encoding?: unknown, done?: unknown): Compressed {
  this[body].end(chunk, encoding, done);
  return this;
}

function flushHeaders(this: Compressed): void {
  this[body].flushHeaders();
}

function flush(this: Compressed): void {
  this[body].flush();
}

// What has been called counts, also while it waits here.

const headersSent: PropertyDescriptor & ThisType<Compressed> = {
  configurable: true,
  get() {
    return this[body].begun || Reflect.get(Object.getPrototypeOf(this) as object, 'headersSent', this) === true;
  },
};
const writableEnded: PropertyDescriptor & ThisType<Compressed> = {
  configurable: true,
  get() {
    return this[body].ended || Reflect.get(Object.getPrototypeOf(this) as object, 'writableEnded', this) === true;
  },
};

const headerMethods = ['setHeader', 'appendHeader', 'removeHeader'] as const;
/** The headers that `applyDecision` changes. */
const decidedHeaders = ['Vary', 'Content-Encoding', 'Content-Length', 'Accept-Ranges', 'ETag'] as const;
type Method = (this: ServerResponse, ...given: unknown[]) => unknown;

/** The body of one response. */
class ResponseBody implements ChangeableHeaders {
  options: CompressionOptions;
  begun = false;
  ended = false;
  /** What the response could do before. */
  readonly #original: Readonly<Record<'writeHead' | 'write' | 'end' | 'flushHeaders', Method>>;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  #decision: Decision | undefined;
  #encoder: Encoder | undefined;
  #waiting: Waiting[] = [];
  #size = 0;
  /** Node.js calls what stands below itself. */
  #passing = false;
  #pause: NodeJS.Timeout | undefined;

  constructor(request: IncomingMessage, response: ServerResponse, options: CompressionOptions) {
    this.#request = request;
    this.#response = response;
    this.options = options;
    const { writeHead, write, end, flushHeaders } = response as unknown as Record<'writeHead' | 'write' | 'end' | 'flushHeaders', Method>;
    this.#original = { writeHead, write, end, flushHeaders };
  }

  get(name: string): string | undefined {
    return textOf(this.#response.getHeader(name));
  }

  set(name: string, value: string): void {
    this.#response.setHeader(name, value);
  }

  remove(name: string): void {
    this.#response.removeHeader(name);
  }

  writeHead(status: number, more: readonly unknown[]): void {
    const response = this.#response;
    if (this.#passing) {
      this.#original.writeHead.call(response, response.statusCode);
      return;
    }
    // Middleware that writes has Node.js write the headers before, also where it did so before.
    if (this.begun && !this.#isSent() && more.length === 0 && status === response.statusCode) return;
    if (this.begun) throw errorOf('ERR_HTTP_HEADERS_SENT', 'Cannot write headers after they are sent to the client');
    checkStatus(status);
    const [reason] = more;
    setHeaders(response, more.at(-1) as OutgoingHttpHeaders | readonly unknown[] | string | null | undefined);
    response.statusCode = status;
    if (typeof reason === 'string') response.statusMessage = reason;
    this.begun = true;
    this.#settleEarly();
    if (this.#decision !== undefined) this.#pass(() => this.#original.writeHead.call(response, status));
    this.#hold();
  }

  write(chunk: unknown, encoding: unknown, done: unknown): boolean {
    // `end` of HTTP/2 writes.
    if (this.#passing) return this.#original.write.call(this.#response, chunk, encoding, done) === true;
    const callback = callbackOf(encoding, done);
    const bytes = chunkOf(chunk, encoding);
    if (this.ended) return this.#afterEnd(callback, 'write after end');
    this.begun = true;
    this.#settleEarly();
    this.#hold();
    if (this.#decision === undefined) {
      this.#waiting.push({ chunk: bytes, done: callback });
      this.#size += bytes.byteLength;
      if (this.#size >= (this.options.threshold ?? 1024)) this.#settle(this.#judge(this.#size));
      this.#flushSoon();
      return true;
    }
    if (this.#encoder === undefined) return this.#send(bytes, callback);
    this.#flushSoon();
    return this.#encoder.write(bytes, callback);
  }

  end(chunk: unknown, encoding: unknown, done: unknown): void {
    const callback = callbackOf(chunk, encoding, done);
    const bytes = chunk === undefined || chunk === null || typeof chunk === 'function' ? undefined : chunkOf(chunk, encoding);
    const response = this.#response;
    if (this.ended) {
      if (bytes !== undefined) this.#afterEnd(callback, 'write after end');
      else if (callback !== undefined) process.nextTick(callback, errorOf('ERR_STREAM_ALREADY_FINISHED', 'Cannot call end after a stream was finished'));
      return;
    }
    checkStatus(response.statusCode);
    const before = this.begun;
    this.ended = this.begun = true;
    clearTimeout(this.#pause);
    try {
      this.#finish(bytes);
    } catch (error) {
      // Nothing was sent: an error handler may answer.
      this.ended = false;
      this.begun = before;
      this.#decision = undefined;
      throw error;
    }
    this.#hold();
    if (callback !== undefined) response.once('finish', () => callback());
  }

  flushHeaders(): void {
    this.begun = true;
    if (this.#decision === undefined) this.#settle(this.#judge(lengthOf(this)));
    this.#pass(() => this.#original.flushHeaders.call(this.#response));
    this.#hold();
  }

  flush(): void {
    if (this.#decision === undefined && this.begun) this.#settle(this.#judge(lengthOf(this)));
    this.#encoder?.flush();
  }

  /** What waits here counts as sent, and what is ended as ended, where Node.js does not know of it. */
  #hold(): void {
    const response = this.#response;
    if (!response.headersSent) {
      for (const name of headerMethods) {
        const change = response[name].bind(response) as (...given: unknown[]) => unknown;
        response[name] = ((...given: unknown[]) => {
          if (this.begun && !this.#passing) throw errorOf('ERR_HTTP_HEADERS_SENT', 'Cannot change headers after they are sent to the client');
          return change(...given);
        }) as never;
      }
      Object.defineProperty(response, 'headersSent', headersSent);
    }
    if (this.ended && !response.writableEnded) Object.defineProperty(response, 'writableEnded', writableEnded);
  }

  /** Node.js has made the headers. */
  #isSent(): boolean {
    return Reflect.get(Object.getPrototypeOf(this.#response) as object, 'headersSent', this.#response) === true;
  }

  #pass<T>(call: () => T): T {
    const before = this.#passing;
    this.#passing = true;
    try {
      return call();
    } finally {
      this.#passing = before;
    }
  }

  #send(chunk: Uint8Array, done?: Callback): boolean {
    return this.#pass(() => this.#original.write.call(this.#response, chunk, done)) === true;
  }

  /** Sets the headers that belong to a decision, and lets Node.js make them, or send them with the body. */
  #decide(decision: Decision, send: () => void): void {
    const response = this.#response;
    const before = decidedHeaders.map((name) => response.getHeader(name));
    this.#decision = decision;
    this.#pass(() => {
      try {
        applyDecision(decision, this);
        send();
      } catch (error) {
        // What an error handler answers is not encoded.
        if (!this.#isSent())
          for (const [index, name] of decidedHeaders.entries()) {
            const value = before[index];
            if (value === undefined) response.removeHeader(name);
            else response.setHeader(name, value);
          }
        throw error;
      }
    });
  }

  #judge(length: number | undefined): Decision {
    const { headers, method = 'GET' } = this.#request;
    const request: Headers = { get: (name) => textOf(headers?.[name]) };
    return decide({ method, request, status: this.#response.statusCode, response: this }, length, this.options);
  }

  /** Decides where the headers alone do. */
  #settleEarly(): void {
    if (this.#decision !== undefined) return;
    const length = lengthOf(this);
    const early = this.#judge(length);
    if (!isEncoding(early) || length !== undefined) this.#settle(early);
  }

  #settle(next: Decision): void {
    this.#decision = next;
    this.#pass(() => applyDecision(next, this));
    const chunks = this.#waiting;
    this.#waiting = [];
    if (isEncoding(next) && this.#request.method !== 'HEAD') this.#encoder = this.#begin(createEncoder(next, this.options));
    for (const { chunk, done } of chunks) {
      if (this.#encoder === undefined) this.#send(chunk, done);
      else this.#encoder.write(chunk, done);
    }
  }

  #begin(stream: Encoder): Encoder {
    const response = this.#response;
    stream.on('data', (chunk: Buffer) => {
      if (!this.#send(chunk)) stream.pause();
    });
    const emit = response.emit.bind(response) as (event: string, ...more: unknown[]) => boolean;
    stream.on('drain', () => emit('drain'));
    stream.on('end', () => this.#pass(() => this.#original.end.call(response)));
    stream.on('error', (error) => response.destroy(error));
    response.on('close', () => stream.destroy());
    // The socket has room: that is the encoder's affair. The application writes on when the encoder has room.
    response.emit = ((event: string, ...more: unknown[]) => {
      if (event !== 'drain') return emit(event, ...more);
      stream.resume();
      return true;
    }) as ServerResponse['emit'];
    return stream;
  }

  /** What was written is sent when nothing follows soon. */
  #flushSoon(): void {
    if (this.#pause !== undefined) {
      this.#pause.refresh();
      return;
    }
    const pause = setTimeout(() => {
      if (!this.ended && !this.#response.destroyed) this.flush();
    }, patience);
    pause.unref();
    this.#response.on('close', () => clearTimeout(pause));
    this.#pause = pause;
  }

  #finish(bytes: Buffer | undefined): void {
    if (this.#decision === undefined) {
      const isHead = this.#request.method === 'HEAD';
      const waiting = this.#waiting;
      const size = this.#size + (bytes?.byteLength ?? 0);
      const next = this.#judge(isHead ? lengthOf(this) : size);
      if (!isEncoding(next) || isHead) {
        const all = [...waiting.map((each) => each.chunk), ...(bytes === undefined ? [] : [bytes])];
        // One piece: Node.js tells its length.
        this.#decide(next, () => this.#original.end.call(this.#response, all.length > 1 ? Buffer.concat(all) : all[0]));
        this.#waiting = [];
        for (const { done } of waiting) done?.();
        return;
      }
      if (waiting.length === 0) {
        this.#sendWhole(next, bytes ?? Buffer.alloc(0));
        return;
      }
      this.#settle(next);
    }
    if (this.#encoder === undefined) this.#pass(() => this.#original.end.call(this.#response, bytes));
    else if (bytes === undefined) this.#encoder.end();
    else this.#encoder.end(bytes);
  }

  /** A body that came in one piece is encoded, and sent, in one. */
  #sendWhole(encoding: Encoding, bytes: Buffer): void {
    const response = this.#response;
    const encoded = encode(bytes, encoding, this.options);
    if (!(encoded instanceof Promise)) {
      this.#decide(encoding, () => this.#original.end.call(response, encoded));
      return;
    }
    // Middleware that the headers pass may throw.
    encoded.catch(() => undefined);
    this.#decide(encoding, () => {
      if (!response.headersSent) this.#original.writeHead.call(response, response.statusCode);
    });
    encoded
      .then((whole) => {
        if (!response.destroyed) this.#pass(() => this.#original.end.call(response, whole));
      })
      .catch((error: unknown) => response.destroy(error instanceof Error ? error : new Error(String(error))));
  }

  #afterEnd(callback: Callback | undefined, message: string): false {
    const error = errorOf('ERR_STREAM_WRITE_AFTER_END', message);
    process.nextTick(() => {
      callback?.(error);
      if (!this.#response.destroyed) this.#response.emit('error', error);
    });
    return false;
  }
}

function checkStatus(status: number): void {
  if (!Number.isInteger(status) || status < 100 || status > 999) throw errorOf('ERR_HTTP_INVALID_STATUS_CODE', `Invalid status code: ${status}`, RangeError);
}

function errorOf(code: string, message: string, Kind: ErrorConstructor = Error): Error {
  return Object.assign(new Kind(message), { code });
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
