import { Readable } from 'node:stream';

import { createEncoder, encode, type Encoder, type Encoding } from './encoder.ts';
import { type CompressionOptions, decide, type Decision, type Exchange, isEncoding, lengthOf } from './negotiate.ts';

/** A body as it is sent. */
export interface Encoded {
  readonly decision: Decision;
  /** `undefined`: the body as it was. */
  readonly body: Buffer | Readable | undefined;
}

/** Milliseconds that a stream may pause before what there is of it is sent. */
export const patience = 20;

/**
 * Encodes a body where its response's headers and its length say so. Of a stream whose length is not known so much is read
 * first that it can be told whether it is worth it, unless it pauses. What is written before a pause is sent. A stream that
 * stays as it is is not asked for.
 */
export function encodeBody(given: Uint8Array | (() => Readable) | undefined, exchange: Exchange, options: CompressionOptions): Encoded | Promise<Encoded> {
  const isWhole = given instanceof Uint8Array;
  const known = isWhole && exchange.method !== 'HEAD' ? given.byteLength : lengthOf(exchange.response);
  const decision = decide(exchange, known, options);
  if (!isEncoding(decision) || given === undefined || exchange.method === 'HEAD') {
    // Without a body only the answer to HEAD tells of an encoding.
    return { decision: given === undefined && exchange.method !== 'HEAD' && isEncoding(decision) ? 'plain' : decision, body: undefined };
  }
  return isWhole ? encodeWhole(given, decision, options) : encodeStream(given(), known, decision, exchange, options);
}

function encodeWhole(bytes: Uint8Array, decision: Encoding, options: CompressionOptions): Encoded | Promise<Encoded> {
  const body = encode(bytes, decision, options);
  return body instanceof Promise ? body.then((encoded) => ({ decision, body: encoded })) : { decision, body };
}

async function encodeStream(body: Readable, known: number | undefined, decision: Encoding, exchange: Exchange, options: CompressionOptions): Promise<Encoded> {
  const iterator = body[Symbol.asyncIterator]() as AsyncIterator<unknown>;
  const start = await peek(iterator, known === undefined ? (options.threshold ?? 1024) : 0);
  if (start.ended) {
    const bytes = Buffer.concat(start.chunks);
    const small = decide(exchange, bytes.byteLength, options);
    return isEncoding(small) ? encodeWhole(bytes, small, options) : { decision: small, body: bytes };
  }
  const encoder = createEncoder(decision, options);
  // Whoever reads no further lets the source go at once.
  encoder.on('close', () => body.destroy());
  void pump(iterator, start, encoder).catch((error: unknown) => encoder.destroy(error instanceof Error ? error : new Error(String(error))));
  return { decision, body: encoder };
}

/** The start of a body whose length is not known. */
interface Start {
  readonly chunks: Uint8Array[];
  readonly ended: boolean;
  /** What was asked for when the stream paused. */
  readonly next: Promise<IteratorResult<unknown>> | undefined;
}

async function peek(iterator: AsyncIterator<unknown>, length: number): Promise<Start> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  while (size < length) {
    const next = iterator.next();
    const answer = await inTime(next);
    if (answer === undefined) return { chunks, ended: false, next };
    if (answer.done === true) return { chunks, ended: true, next: undefined };
    const chunk = bytesOf(answer.value);
    chunks.push(chunk);
    size += chunk.byteLength;
  }
  return { chunks, ended: false, next: undefined };
}

/** Writes a body into its encoder no faster than it is read there. */
async function pump(iterator: AsyncIterator<unknown>, { chunks, next }: Start, encoder: Encoder): Promise<void> {
  for (const chunk of chunks) await write(encoder, chunk);
  for (let asked = next ?? iterator.next(); ; asked = iterator.next()) {
    let answer = await inTime(asked);
    if (answer === undefined) {
      if (!encoder.destroyed) encoder.flush();
      answer = await asked;
    }
    if (encoder.destroyed) return;
    if (answer.done === true) {
      encoder.end();
      return;
    }
    await write(encoder, bytesOf(answer.value));
  }
}

async function write(encoder: Encoder, chunk: Uint8Array): Promise<void> {
  if (encoder.destroyed || encoder.write(chunk)) return;
  await new Promise<void>((resolve) => {
    const go = (): void => {
      encoder.off('drain', go);
      encoder.off('close', go);
      resolve();
    };
    encoder.on('drain', go);
    encoder.on('close', go);
  });
}

/** What is awaited, or `undefined` where it does not come soon. */
async function inTime<T>(awaited: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), patience);
  });
  awaited.catch(() => undefined);
  try {
    return await Promise.race([awaited, late]);
  } finally {
    clearTimeout(timer);
  }
}

export function bytesOf(chunk: unknown): Uint8Array {
  return chunk instanceof Uint8Array ? chunk : Buffer.from(String(chunk));
}
