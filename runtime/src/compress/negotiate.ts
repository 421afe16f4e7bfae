import compressible from 'compressible';
import { createLRU } from 'lru.min';
import Negotiator from 'negotiator';

import { type Encoding, encodings } from './encoder.ts';

export interface CompressionOptions {
  /** Bodies that are known to be smaller are left alone. Bytes. Default: 1024. */
  readonly threshold?: number;
  /** What is offered; of those that the client likes as well, the first. Default: zstd where Node.js has it, br, gzip. */
  readonly encodings?: readonly Encoding[];
  /** Which content types are compressed. Default: those that `compressible` names, but never a stream of events. */
  readonly types?: (contentType: string) => boolean;
  /** 0 to 11. Default: 4, about as fast as gzip. Node.js' own default, 11, takes a hundred times as long. */
  readonly brotliQuality?: number;
  /** 0 to 9. Default: 6. */
  readonly gzipLevel?: number;
  /** 1 to 22. Default: 3. */
  readonly zstdLevel?: number;
}

const levels = { brotliQuality: [0, 11], gzipLevel: [-1, 9], zstdLevel: [1, 22] } as const;

/**
 * Said when the server starts: at the first body it would be too late, as the page that tells of the error is a body, too.
 *
 * @throws RangeError for settings that make no sense.
 */
export function checkCompression(options: CompressionOptions): void {
  const { threshold, encodings: offered, types } = options;
  if (threshold !== undefined && !(typeof threshold === 'number' && threshold >= 0)) {
    throw new RangeError(`compression: threshold must be a number of bytes of at least 0, not ${String(threshold)}.`);
  }
  if (types !== undefined && typeof types !== 'function') throw new RangeError(`compression: types must be a function, not ${String(types)}.`);
  if (offered !== undefined && !Array.isArray(offered)) throw new RangeError(`compression: encodings must be an array, not ${String(offered)}.`);
  for (const each of offered ?? []) {
    if (!known.has(each)) throw new RangeError(`compression: encodings must be of ${[...known].join(', ')}, not ${String(each)}.`);
  }
  for (const [name, [least, most]] of Object.entries(levels) as [keyof typeof levels, readonly [number, number]][]) {
    const value = options[name];
    if (value === undefined || (Number.isInteger(value) && value >= least && value <= most)) continue;
    throw new RangeError(`compression: ${name} must be a whole number from ${least} to ${most}, not ${String(value)}.`);
  }
}

/** Also those that this Node.js does not have: they are passed over. */
const known: ReadonlySet<unknown> = new Set<Encoding>(['zstd', 'br', 'gzip']);

/** The headers of one message, whatever framework keeps them. */
export interface Headers {
  get(name: string): string | undefined;
}

export interface ChangeableHeaders extends Headers {
  set(name: string, value: string): void;
  remove(name: string): void;
}

export interface Exchange {
  readonly method: string;
  readonly request: Headers;
  readonly status: number;
  readonly response: Headers;
}

/**
 * `left alone`: not to be touched. `plain`: another client might get it encoded. `encoded before`: there is no body, and what
 * the client has of it was encoded.
 */
export type Decision = 'left alone' | 'plain' | 'encoded before' | Encoding;

export function isEncoding(decision: Decision): decision is Encoding {
  return decision !== 'left alone' && decision !== 'plain' && decision !== 'encoded before';
}

/** What a response is encoded with, as far as its headers say; `length` is the body's in bytes, where it is known. */
export function decide({ method, request, status, response }: Exchange, length: number | undefined, options: CompressionOptions): Decision {
  const { threshold = 1024, types = isCompressible } = options;
  if (status < 200 || status === 204 || status === 205 || status === 206) return 'left alone';
  if (method === 'CONNECT' || response.get('content-range') !== undefined) return 'left alone';
  const encoded = response.get('content-encoding');
  if (encoded !== undefined && encoded.toLowerCase() !== 'identity') return 'left alone';
  const type = response.get('content-type');
  // 304 answers for a body that is not there, and says what its headers would have said.
  if (status === 304 && type !== undefined && !types(type)) return 'left alone';
  if (status === 304) return asksForWeak(request, response) ? 'encoded before' : 'plain';
  if (type === undefined || !types(type)) return 'left alone';
  if (/(?:^|,)\s*no-transform\s*(?:,|$)/i.test(response.get('cache-control') ?? '')) return 'left alone';
  // The answer to HEAD has no body whose length could tell.
  if (length === undefined ? method === 'HEAD' : length < threshold) return 'plain';
  return negotiate(request.get('accept-encoding'), options);
}

/** Whether the tag that the client has is the weak one of this response's. */
function asksForWeak(request: Headers, response: Headers): boolean {
  const etag = response.get('etag');
  return etag !== undefined && (request.get('if-none-match') ?? '').split(',').some((each) => each.trim() === `W/${etag}`);
}

/** Servers say the same types again and again. */
const typesKnown = createLRU<string, boolean>({ max: 100 });

function isCompressible(contentType: string): boolean {
  let answer = typesKnown.get(contentType);
  if (answer === undefined) {
    answer = !/^text\/event-stream\b/i.test(contentType) && compressible(contentType) === true;
    typesKnown.set(contentType, answer);
  }
  return answer;
}

/** negotiator 1.1, of which the types know only 0.6. */
interface EncodingNegotiator {
  encodings(available: readonly string[], options: { readonly preferred: readonly string[] }): string[];
}

/** Clients say the same again and again: what came of it, for each list of what is offered. */
const answers = new WeakMap<readonly Encoding[], ReturnType<typeof createLRU<string, Encoding | 'plain'>>>();

/** What the client likes best of what is offered. */
function negotiate(accepted: string | undefined, { encodings: offered = encodings }: CompressionOptions): Encoding | 'plain' {
  if (accepted === undefined) return 'plain';
  let known = answers.get(offered);
  if (known === undefined) answers.set(offered, (known = createLRU({ max: 100 })));
  let answer = known.get(accepted);
  if (answer === undefined) {
    const possible = offered.filter((each) => encodings.includes(each));
    const negotiator = new Negotiator({ headers: { 'accept-encoding': accepted } }) as unknown as EncodingNegotiator;
    const [best] = negotiator.encodings([...possible, 'identity'], { preferred: possible });
    answer = possible.find((each) => each === best) ?? 'plain';
    known.set(accepted, answer);
  }
  return answer;
}

/**
 * Sets the headers that belong to a decision. Caches are told that answers differ, also for the plain one. `isWhole`: the body
 * has become one piece, whose length the framework says.
 */
export function applyDecision(decision: Decision, headers: ChangeableHeaders, isWhole = false): void {
  if (isWhole) drop(headers, 'Transfer-Encoding');
  if (decision === 'left alone') return;
  const vary = headers.get('vary');
  if (vary === undefined || vary.trim() === '') headers.set('Vary', 'Accept-Encoding');
  else if (!/(?:^|,)\s*(?:\*|accept-encoding)\s*(?:,|$)/i.test(vary)) headers.set('Vary', `${vary}, Accept-Encoding`);
  if (decision === 'plain') return;
  if (isEncoding(decision)) {
    headers.set('Content-Encoding', decision);
    drop(headers, 'Content-Length');
    // Ranges of the plain body are no ranges of this one.
    drop(headers, 'Accept-Ranges');
  }
  const etag = headers.get('etag');
  // A strong tag names bytes, and these are others.
  if (etag !== undefined && /^"/.test(etag)) headers.set('ETag', `W/${etag}`);
}

/** Removing what is not there costs more than looking. */
function drop(headers: ChangeableHeaders, name: string): void {
  if (headers.get(name) !== undefined) headers.remove(name);
}

/** The length that a response's header says. */
export function lengthOf(headers: Headers): number | undefined {
  const text = headers.get('content-length');
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}
