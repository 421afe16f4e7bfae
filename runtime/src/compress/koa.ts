import { Readable } from 'node:stream';

import { bytesOf, encodeBody } from './body.ts';
import { applyDecision, type ChangeableHeaders, checkCompression, type CompressionOptions, isEncoding } from './negotiate.ts';

/** What the middleware needs of Koa's context. */
export interface KoaContext {
  readonly method: string;
  readonly headerSent: boolean;
  respond?: boolean;
  status: number;
  body: unknown;
  get(name: string): string;
  set(name: string, value: string): void;
  remove(name: string): void;
  readonly response: { get(name: string): string };
}

/**
 * Middleware for Koa: `app.use(koaCompression())` before what sets bodies.
 *
 * @throws RangeError for options that make no sense.
 */
export function koaCompression(options: CompressionOptions = {}): (context: KoaContext, next: () => Promise<unknown>) => Promise<void> {
  checkCompression(options);
  return async (context, next) => {
    await next();
    if (context.headerSent || context.respond === false) return;
    const headers: ChangeableHeaders = {
      get: (name) => context.response.get(name) || undefined,
      set: (name, value) => context.set(name, value),
      remove: (name) => context.remove(name),
    };
    const request = { get: (name: string) => context.get(name) || undefined };
    const given = context.body;
    const exchange = { method: context.method, request, status: context.status, response: headers };
    const { decision, body } = await encodeBody(given instanceof Readable ? () => given : wholeOf(given), exchange, options);
    // Koa says the length of the body that HEAD leaves out: the plain one's.
    applyDecision(context.method === 'HEAD' && isEncoding(decision) ? 'plain' : decision, headers, Buffer.isBuffer(body));
    if (body !== undefined) context.body = body;
  };
}

/** A body that is there as a whole; objects are sent as JSON. */
function wholeOf(body: unknown): Uint8Array | undefined {
  if (typeof body === 'string' || body instanceof Uint8Array) return bytesOf(body);
  if (typeof body !== 'object' || body === null) return undefined;
  const prototype: unknown = Object.getPrototypeOf(body);
  const isPlain = prototype === Object.prototype || prototype === null || Array.isArray(body) || typeof (body as { toJSON?: unknown }).toJSON === 'function';
  return isPlain ? Buffer.from(JSON.stringify(body)) : undefined;
}
