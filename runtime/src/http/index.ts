/** One HTTP client for the whole process, on undici, with limits and an end. */
import {
  Agent,
  type Dispatcher,
  fetch as undiciFetch,
  Headers,
  interceptors,
  request as undiciRequest,
  type RequestInfo,
  type RequestInit,
  type Response,
} from 'undici';

import { shared } from '../shared.ts';
import { type SocketCounts, Sockets } from './sockets.ts';

export interface HttpClientOptions {
  /** Calls with the same name share one client, also across hot reloads. Default: `default`. */
  readonly name?: string;
  /** Sockets over all origins. Default: 100. */
  readonly maxConnections?: number;
  /** Sockets to one origin. Default: 30. */
  readonly maxPerOrigin?: number;
  /** Milliseconds for a connection with its TLS handshake. Default: 10 000. */
  readonly connectTimeout?: number;
  /** Milliseconds for a request with its body, waiting included. Default: 30 000. `Infinity`: none. */
  readonly timeout?: number;
  /** Milliseconds that a socket without a request is kept. Default: 4000. */
  readonly keepAliveTimeout?: number;
  /** Milliseconds that addresses are kept. Default: 0, each connection asks: it pays only where connections are short. */
  readonly dnsTtl?: number;
  /** Default: `latency-runtime`. */
  readonly userAgent?: string;
}

export type HttpRequestOptions = Omit<Dispatcher.RequestOptions, 'origin' | 'path' | 'method'> & {
  readonly method?: Dispatcher.HttpMethod;
  readonly timeout?: number;
};

export interface HttpClientStats extends SocketCounts {
  /** Requests that were begun. */
  readonly requests: number;
  /** Requests whose answer has not begun. */
  readonly pending: number;
}

/** The client is closed. */
export class HttpClientError extends Error {
  override readonly name = 'HttpClientError';
  readonly code = 'ERR_HTTP_CLIENT_CLOSED';
}

export interface HttpClient {
  /** As the global `fetch`, over this client's connections. A timeout rejects with a `TimeoutError`. */
  fetch(input: RequestInfo, init?: RequestInit & { readonly timeout?: number }): Promise<Response>;
  /** As `request` of undici: cheaper than `fetch`. The body must be read, or dumped. */
  request(url: string | URL, options?: HttpRequestOptions): Promise<Dispatcher.ResponseData>;
  stats(): HttpClientStats;
  /** Takes no more requests, and waits for those that are not done. */
  close(): Promise<void>;
  /** For other users of undici: `fetch(url, { dispatcher })`. */
  readonly dispatcher: Dispatcher;
}

/**
 * An HTTP client whose connections are limited, over all origins as well, and end. It is kept by `shared`: `closeAll` closes it,
 * after clients of lower order. Needs undici 7.
 *
 * @throws RangeError for limits that make no sense.
 */
export function createHttpClient(options: HttpClientOptions = {}): HttpClient {
  return shared(`latency-runtime.http:${options.name ?? 'default'}`, () => buildHttpClient(options), { order: 10 });
}

function buildHttpClient(options: HttpClientOptions): HttpClient {
  const {
    maxConnections = 100,
    maxPerOrigin = 30,
    connectTimeout = 10_000,
    timeout = 30_000,
    keepAliveTimeout = 4000,
    dnsTtl = 0,
    userAgent = 'latency-runtime',
  } = options;
  for (const [name, value] of Object.entries({ maxConnections, maxPerOrigin }))
    if (!Number.isInteger(value) || value < 1) throw new RangeError(`createHttpClient: ${name} must be a whole number of at least 1, not ${String(value)}.`);
  for (const [name, value] of Object.entries({ connectTimeout, timeout, keepAliveTimeout }))
    if (!(value > 0)) throw new RangeError(`createHttpClient: ${name} must be more than 0, not ${String(value)}.`);
  if (!(dnsTtl >= 0)) throw new RangeError(`createHttpClient: dnsTtl must be at least 0, not ${String(dnsTtl)}.`);
  const sockets = new Sockets(maxConnections, connectTimeout);
  const agent = new Agent({ connections: Math.min(maxPerOrigin, maxConnections), keepAliveTimeout, pipelining: 1, connect: sockets.connect });
  const dispatcher = dnsTtl > 0 ? agent.compose(interceptors.dns({ maxTTL: dnsTtl })) : agent;
  let requests = 0;
  let pending = 0;
  let isClosed = false;

  const begin = (): void => {
    if (isClosed) throw new HttpClientError('The HTTP client is closed.');
    requests++;
    pending++;
  };
  const signalOf = (given: unknown, time: number): AbortSignal | undefined => {
    const signals = [...(given instanceof AbortSignal ? [given] : []), ...(Number.isFinite(time) ? [AbortSignal.timeout(time)] : [])];
    return signals.length === 0 ? undefined : AbortSignal.any(signals);
  };
  const done = (): void => {
    pending--;
  };

  return {
    dispatcher,
    fetch: async (input, init = {}) => {
      begin();
      try {
        const { timeout: time = timeout, ...rest } = init;
        const signal = signalOf(rest.signal ?? (input instanceof Object && 'signal' in input ? input.signal : undefined), time);
        const headers = new Headers(rest.headers ?? (input instanceof Object && 'headers' in input ? input.headers : undefined));
        if (!headers.has('user-agent')) headers.set('user-agent', userAgent);
        return await undiciFetch(input, {
          ...rest,
          headers,
          dispatcher,
          ...(signal === undefined ? {} : { signal }),
        });
      } finally {
        done();
      }
    },
    request: async (url, { timeout: time = timeout, ...rest } = {}) => {
      begin();
      try {
        const signal = signalOf(rest.signal, time);
        return await undiciRequest(url, { ...rest, headers: withUserAgent(rest.headers, userAgent), dispatcher, ...(signal === undefined ? {} : { signal }) });
      } finally {
        done();
      }
    },
    stats: () => ({ ...sockets.counts(), requests, pending }),
    close: async () => {
      isClosed = true;
      await agent.close();
    },
  };
}

type RequestHeaders = NonNullable<HttpRequestOptions['headers']>;

/** Headers as undici takes them: a flat list, an object, or pairs. */
function withUserAgent(headers: HttpRequestOptions['headers'], userAgent: string): RequestHeaders {
  if (headers === null || headers === undefined) return { 'user-agent': userAgent };
  if (Array.isArray(headers)) {
    const names = headers.filter((_each, index) => index % 2 === 0);
    return names.some((name) => name.toLowerCase() === 'user-agent') ? headers : [...headers, 'user-agent', userAgent];
  }
  const pairs = Symbol.iterator in headers ? [...(headers as Iterable<[string, string | string[] | undefined]>)] : Object.entries(headers);
  if (!pairs.some(([name]) => name.toLowerCase() === 'user-agent')) pairs.push(['user-agent', userAgent]);
  return Object.fromEntries(pairs);
}
