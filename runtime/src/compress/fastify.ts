import { Readable } from 'node:stream';

import { bytesOf, encodeBody, type Encoded } from './body.ts';
import { applyDecision, type ChangeableHeaders, checkCompression, type CompressionOptions } from './negotiate.ts';

interface FastifyRequestOf {
  readonly method: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}
interface FastifyReplyOf {
  readonly statusCode: number;
  getHeader(name: string): number | string | string[] | undefined;
  header(name: string, value: string): unknown;
  removeHeader(name: string): unknown;
}
type Done = (error: Error | null, payload?: unknown) => void;
/** What the plugin needs of a Fastify instance. */
export interface FastifyInstanceOf {
  addHook(name: 'onSend', hook: (request: FastifyRequestOf, reply: FastifyReplyOf, payload: unknown, done: Done) => void): unknown;
}

/**
 * A plugin for Fastify: `await app.register(fastifyCompression)`, for all routes that are registered after it. Fastify passes
 * on the RangeError for options that make no sense.
 */
export function fastifyCompression(app: FastifyInstanceOf, options: CompressionOptions, done: (error?: Error) => void): void {
  try {
    checkCompression(options);
  } catch (error) {
    done(error as Error);
    return;
  }
  app.addHook('onSend', (request, reply, payload, sent) => compressPayload(request, reply, payload, options, sent));
  done();
}

// Fastify: the hook belongs to the instance that registers the plugin, not to one of its own.
Object.assign(fastifyCompression, { [Symbol.for('skip-override')]: true });

function compressPayload(request: FastifyRequestOf, reply: FastifyReplyOf, payload: unknown, options: CompressionOptions, done: Done): void {
  const text = (value: number | string | string[] | undefined): string | undefined =>
    value === undefined ? undefined : Array.isArray(value) ? value.join(', ') : String(value);
  const headers: ChangeableHeaders = {
    get: (name) => text(reply.getHeader(name)),
    set: (name, value) => void reply.header(name, value),
    remove: (name) => void reply.removeHeader(name),
  };
  const exchange = { method: request.method, request: { get: (name: string) => text(request.headers[name]) }, status: reply.statusCode, response: headers };
  const send = ({ decision, body }: Encoded): void => {
    applyDecision(decision, headers, Buffer.isBuffer(body));
    done(null, body ?? payload);
  };
  let encoded: Encoded | Promise<Encoded>;
  try {
    encoded = encodeBody(bodyOf(payload), exchange, options);
  } catch (error) {
    done(error as Error);
    return;
  }
  // Where nothing is waited for, Fastify goes on at once.
  if (encoded instanceof Promise) encoded.then(send, done);
  else send(encoded);
}

function bodyOf(payload: unknown): Uint8Array | (() => Readable) | undefined {
  if (typeof payload === 'string' || payload instanceof Uint8Array) return bytesOf(payload);
  if (payload instanceof ReadableStream) return () => Readable.fromWeb(payload as never);
  return payload instanceof Readable ? () => payload : undefined;
}
