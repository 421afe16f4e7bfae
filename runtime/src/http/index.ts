/** One HTTP client for the whole process, on undici, with limits and an end. */
import {
  Agent,
  type Dispatcher,
  fetch as undiciFetch,
  FormData,
  Headers,
  interceptors,
  request as undiciRequest,
  type RequestInfo,
  type RequestInit,
  type Response,
} from 'undici';

import { forget, shared } from '../shared.ts';
import { Limiter } from './limiter.ts';
import { Sockets } from './sockets.ts';
import { current, limited, Task } from './task.ts';

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

export interface HttpClientStats {
  /** Sockets that are open, or being opened. */
  readonly open: number;
  /** Sockets without a request. */
  readonly idle: number;
  /** Requests that wait for their turn. */
  readonly waiting: number;
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
  const { name = 'default' } = options;
  const client = shared(registered(name), () => buildHttpClient(options), { order: 10 });
  if (!builtWith.has(client)) builtWith.set(client, options);
  const first = builtWith.get(client);
  const differs = ([option, value]: [string, unknown]): boolean =>
    value !== undefined && option !== 'name' && value !== first?.[option as keyof HttpClientOptions];
  if (first !== undefined && Object.entries(options).some(differs)) {
    builtWith.set(client, undefined);
    process.emitWarning(`createHttpClient: the client "${name}" stands already, with other options, and keeps them. Name this one differently.`, {
      code: 'LATENCY_HTTP_OPTIONS',
    });
  }
  return client;
}

/** What each was built with; nothing where it was told already that others were given. */
const builtWith = new WeakMap<HttpClient, HttpClientOptions | undefined>();

function buildHttpClient(options: HttpClientOptions): HttpClient {
  const {
    name = 'default',
    maxConnections = 100,
    maxPerOrigin = 30,
    connectTimeout = 10_000,
    timeout = 30_000,
    keepAliveTimeout = 4000,
    dnsTtl = 0,
    userAgent = 'latency-runtime',
  } = options;
  for (const [option, value] of Object.entries({ maxConnections, maxPerOrigin }))
    if (!Number.isInteger(value) || value < 1) throw new RangeError(`createHttpClient: ${option} must be a whole number of at least 1, not ${String(value)}.`);
  for (const [option, value] of Object.entries({ connectTimeout, timeout, keepAliveTimeout }))
    if (!(value > 0)) throw new RangeError(`createHttpClient: ${option} must be more than 0, not ${String(value)}.`);
  if (!(dnsTtl >= 0)) throw new RangeError(`createHttpClient: dnsTtl must be at least 0, not ${String(dnsTtl)}.`);
  const sockets = new Sockets(maxConnections, connectTimeout);
  const limiter = new Limiter(maxConnections, maxPerOrigin);
  const agent = new Agent({ connections: maxPerOrigin, keepAliveTimeout, pipelining: 1, connect: sockets.connect });
  const dispatcher = (dnsTtl > 0 ? agent.compose(interceptors.dns({ maxTTL: dnsTtl })) : agent).compose(limited(limiter));
  let requests = 0;
  let pending = 0;
  let closing: Promise<void> | undefined;

  /** Runs a call under a time limit that ends when its body does. */
  const run = async <T>(given: unknown, time: number, call: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    if (closing !== undefined) throw new HttpClientError('The HTTP client is closed.');
    requests++;
    pending++;
    const task = new Task(given instanceof AbortSignal ? given : undefined, time);
    try {
      return await current.run(task, () => task.before(call(task.signal)));
    } finally {
      pending--;
      task.settle();
    }
  };
  const close = async (): Promise<void> => {
    // The next call by the name builds anew.
    forget(registered(name), client);
    // A redirect begins another request.
    do {
      await limiter.idle();
      await new Promise((resolve) => setImmediate(resolve));
    } while (pending > 0 || limiter.running > 0);
    await agent.close();
  };

  const client: HttpClient = {
    dispatcher,
    fetch: async (input, { timeout: time = timeout, ...init } = {}) => {
      const { url, ...given } = partsOf(input);
      const all = { ...given, ...init };
      const headers = new Headers(all.headers);
      if (!headers.has('user-agent')) headers.set('user-agent', userAgent);
      const form = ofUndici(all.body);
      return run(all.signal, time, (signal) => undiciFetch(url, { ...all, ...(form === undefined ? {} : { body: form }), headers, dispatcher, signal }));
    },
    request: async (url, { timeout: time = timeout, ...rest } = {}) =>
      run(rest.signal, time, (signal) => undiciRequest(url, { ...rest, headers: withUserAgent(rest.headers, userAgent), dispatcher, signal })),
    stats: () => ({ open: sockets.open, idle: sockets.idle, waiting: limiter.waiting, requests, pending }),
    close: () => (closing ??= close()),
  };
  return client;
}

const registered = (name: string): string => `latency-runtime.http:${name}`;

/** The address of a request, and what else a `Request` says; also one of the global `fetch`, which undici does not know. */
function partsOf(input: RequestInfo): { readonly url: string | URL } & RequestInit {
  if (typeof input === 'string' || input instanceof URL) return { url: input };
  const { url, method, headers, body, signal, redirect } = input;
  return {
    url,
    method,
    headers: [...headers],
    signal,
    redirect,
    ...(body === null ? {} : { body: body as NonNullable<RequestInit['body']>, duplex: 'half' as const }),
  };
}

/** A form of the global `FormData` as one of undici. */
function ofUndici(body: unknown): FormData | undefined {
  if (!(body instanceof globalThis.FormData)) return undefined;
  const form = new FormData();
  for (const [name, value] of body) form.append(name, value);
  return form;
}

type RequestHeaders = NonNullable<HttpRequestOptions['headers']>;

/** Headers as undici takes them: a flat list, an object, or pairs. */
function withUserAgent(headers: HttpRequestOptions['headers'], userAgent: string): RequestHeaders {
  if (headers === null || headers === undefined) return { 'user-agent': userAgent };
  const isAgent = (name: unknown): boolean => String(name).toLowerCase() === 'user-agent';
  if (Array.isArray(headers)) return headers.some((each, index) => index % 2 === 0 && isAgent(each)) ? headers : [...headers, 'user-agent', userAgent];
  if (!(Symbol.iterator in headers)) return Object.keys(headers).some(isAgent) ? headers : { ...headers, 'user-agent': userAgent };
  const pairs = [...(headers as Iterable<[string, string | string[] | undefined]>)];
  const flat = pairs.flatMap(([name, value]) => (Array.isArray(value) ? value : [value]).flatMap((each) => (each === undefined ? [] : [name, each])));
  return pairs.some(([name]) => isAgent(name)) ? flat : [...flat, 'user-agent', userAgent];
}
