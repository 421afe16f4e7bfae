import { Readable } from 'node:stream';

import { bytesOf, encodeBody } from './body.ts';
import { applyDecision, type ChangeableHeaders, type CompressionOptions } from './negotiate.ts';

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
/** What the plugin needs of a Fastify instance. */
export interface FastifyInstanceOf {
  addHook(name: 'onSend', hook: (request: FastifyRequestOf, reply: FastifyReplyOf, payload: unknown) => Promise<unknown>): unknown;
}

/** A plugin for Fastify: `await app.register(fastifyCompression)`, for all routes that are registered after it. */
export function fastifyCompression(app: FastifyInstanceOf, options: CompressionOptions, done: () => void): void {
  app.addHook('onSend', (request, reply, payload) => compressPayload(request, reply, payload, options));
  done();
}

// Fastify: the hook belongs to the instance that registers the plugin, not to one of its own.
Object.assign(fastifyCompression, { [Symbol.for('skip-override')]: true });

async function compressPayload(request: FastifyRequestOf, reply: FastifyReplyOf, payload: unknown, options: CompressionOptions): Promise<unknown> {
  const text = (value: number | string | string[] | undefined): string | undefined =>
    value === undefined ? undefined : Array.isArray(value) ? value.join(', ') : String(value);
  const headers: ChangeableHeaders = {
    get: (name) => text(reply.getHeader(name)),
    set: (name, value) => void reply.header(name, value),
    remove: (name) => void reply.removeHeader(name),
  };
  const exchange = { method: request.method, request: { get: (name: string) => text(request.headers[name]) }, status: reply.statusCode, response: headers };
  const { decision, body } = await encodeBody(bodyOf(payload), exchange, options);
  applyDecision(decision, headers, Buffer.isBuffer(body));
  return body ?? payload;
}

function bodyOf(payload: unknown): Uint8Array | (() => Readable) | undefined {
  if (typeof payload === 'string' || payload instanceof Uint8Array) return bytesOf(payload);
  if (payload instanceof ReadableStream) return () => Readable.fromWeb(payload as never);
  return payload instanceof Readable ? () => payload : undefined;
}
