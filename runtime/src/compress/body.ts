import { Readable } from 'node:stream';

import { createEncoder, encode } from './encoder.ts';
import { type CompressionOptions, decide, type Decision, type Exchange, lengthOf } from './negotiate.ts';

/** A body as it is sent. */
export interface Encoded {
  readonly decision: Decision;
  /** `undefined`: the body as it was. */
  readonly body: Buffer | Readable | undefined;
}

/**
 * Encodes a body where its response's headers and its length say so. Of a stream whose length is not known so much is read
 * first that it can be told whether it is worth it.
 */
export async function encodeBody(body: Uint8Array | AsyncIterable<unknown> | undefined, exchange: Exchange, options: CompressionOptions): Promise<Encoded> {
  const isWhole = body instanceof Uint8Array;
  const known = isWhole && exchange.method !== 'HEAD' ? body.byteLength : lengthOf(exchange.response);
  const decision = decide(exchange, known, options);
  if (decision === 'left alone' || decision === 'plain' || body === undefined || exchange.method === 'HEAD') {
    // Without a body only the answer to HEAD tells of an encoding.
    return { decision: body === undefined && exchange.method !== 'HEAD' && decision !== 'left alone' ? 'plain' : decision, body: undefined };
  }
  if (isWhole) return { decision, body: await encode(body, decision, options) };
  const peeked = await peek(body, known === undefined ? (options.threshold ?? 1024) : 0);
  if (peeked.rest === undefined) {
    const small = decide(exchange, peeked.start.byteLength, options);
    if (small === 'left alone' || small === 'plain') return { decision: small, body: Buffer.from(peeked.start) };
  }
  const source = Readable.from(joined(peeked), { objectMode: false });
  const encoder = createEncoder(decision, options);
  source.on('error', (error) => encoder.destroy(error));
  encoder.on('close', () => source.destroy());
  return { decision, body: source.pipe(encoder) };
}

/** The start of a body whose length is not known. */
interface Peeked {
  /** At least as long as asked for, unless the body ended. */
  readonly start: Uint8Array;
  /** What follows; `undefined` when the body ended. */
  readonly rest: AsyncIterator<Uint8Array> | undefined;
}

/** Reads so much of a body that it can be told whether it is worth encoding. */
async function peek(body: AsyncIterable<unknown>, length: number): Promise<Peeked> {
  const iterator = body[Symbol.asyncIterator]();
  const chunks: Uint8Array[] = [];
  let size = 0;
  while (size < length) {
    const next = await iterator.next();
    if (next.done === true) return { start: Buffer.concat(chunks), rest: undefined };
    const chunk = bytesOf(next.value);
    chunks.push(chunk);
    size += chunk.byteLength;
  }
  return { start: Buffer.concat(chunks), rest: iterator as AsyncIterator<Uint8Array> };
}

/** All of a body that was peeked into. */
async function* joined({ start, rest }: Peeked): AsyncGenerator<Uint8Array, void, undefined> {
  let ended = rest === undefined;
  try {
    if (start.byteLength > 0) yield start;
    while (rest !== undefined) {
      const next = await rest.next();
      if (next.done === true) {
        ended = true;
        return;
      }
      yield bytesOf(next.value);
    }
  } finally {
    // Whoever reads no further lets the source go, too.
    if (!ended) await rest?.return?.();
  }
}

export function bytesOf(chunk: unknown): Uint8Array {
  return chunk instanceof Uint8Array ? chunk : Buffer.from(String(chunk));
}
