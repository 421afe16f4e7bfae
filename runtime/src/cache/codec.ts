import { compressValue, decompressValue } from '../compress/values.ts';

/** A value as it rests in the second layer. */
export interface Stored {
  readonly value: unknown;
  /** Milliseconds since 1970 until when it is fresh, and until when it may serve while it is read anew. */
  readonly freshUntil: number;
  readonly staleUntil: number;
  readonly tags: readonly string[];
}

const mark = 'lr1:';

/** A value as bytes: JSON, with a mark on what JSON has no form for, compressed above a size. */
export function encodeStored({ value, freshUntil, staleUntil, tags }: Stored, compressAbove: number): Promise<Buffer> {
  return compressValue(`${mark}${JSON.stringify([freshUntil, staleUntil, tags, marked(value, [])])}`, { threshold: compressAbove });
}

/**
 * What was stored; `undefined` freshness for a value that another program put there as plain JSON.
 *
 * @throws ValueError or SyntaxError for bytes that are damaged.
 */
export async function decodeStored(bytes: Uint8Array): Promise<Stored | { readonly value: unknown; readonly freshUntil?: undefined }> {
  const text = (await decompressValue(bytes)).toString();
  if (!text.startsWith(mark)) return { value: JSON.parse(text) as unknown };
  const parsed = JSON.parse(text.slice(mark.length)) as unknown;
  const [freshUntil, staleUntil, tags, value] = Array.isArray(parsed) ? (parsed as unknown[]) : [];
  if (typeof freshUntil !== 'number' || typeof staleUntil !== 'number' || !Array.isArray(tags)) throw new SyntaxError('The stored value is damaged.');
  return { freshUntil, staleUntil, tags: tags as string[], value: unmarked(value) };
}

const sign = '$lr';

/** What JSON would make nothing, or something else, of. */
const opaque = [
  RegExp,
  Error,
  ArrayBuffer,
  DataView,
  Promise,
  WeakMap,
  WeakSet,
  URLSearchParams,
  Number,
  String,
  Boolean,
  Object.getPrototypeOf(Uint8Array) as typeof Uint8Array,
];

/** What JSON has no form for, as `{ $lr: [kind, …] }`. */
function marked(value: unknown, within: readonly object[]): unknown {
  if (value === undefined) return { [sign]: ['undefined'] };
  if (typeof value === 'bigint') return { [sign]: ['bigint', value.toString()] };
  if (typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0)))
    return { [sign]: ['number', Object.is(value, -0) ? '-0' : String(value)] };
  if (typeof value === 'function' || typeof value === 'symbol') throw new TypeError(`A ${typeof value} cannot be cached outside of the process.`);
  if (typeof value !== 'object' || value === null) return value;
  if (within.includes(value)) throw new TypeError('An object that holds itself cannot be cached outside of the process.');
  const inside = [...within, value];
  if (Array.isArray(value)) return Array.from(value, (each) => marked(each, inside));
  // An invalid date has no number that JSON can hold.
  if (value instanceof Date) return { [sign]: ['date', Number.isNaN(value.getTime()) ? null : value.getTime()] };
  if (value instanceof Map) return { [sign]: ['map', Array.from(value, ([key, each]) => [marked(key, inside), marked(each, inside)])] };
  if (value instanceof Set) return { [sign]: ['set', Array.from(value, (each) => marked(each, inside))] };
  if (value instanceof Uint8Array) return { [sign]: ['bytes', Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')] };
  if (opaque.some((kind) => value instanceof kind)) throw new TypeError(`A ${value.constructor.name} cannot be cached outside of the process.`);
  const { toJSON } = value as { toJSON?: () => unknown };
  if (typeof toJSON === 'function') return marked(toJSON.call(value), inside);
  const entries = Object.entries(value).map(([name, each]) => [name, marked(each, inside)] as const);
  const object = Object.fromEntries(entries);
  return sign in object ? { [sign]: ['object', entries] } : object;
}

function unmarked(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(unmarked);
  const special = (value as Readonly<Record<string, unknown>>)[sign];
  if (!Array.isArray(special)) return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, unmarked(each)]));
  const [kind, content] = special as [string, never];
  switch (kind) {
    case 'undefined':
      return undefined;
    case 'bigint':
      return BigInt(content);
    case 'number':
      return Number(content);
    case 'date':
      return new Date(content ?? Number.NaN);
    case 'map':
      return new Map((content as [unknown, unknown][]).map(([key, each]) => [unmarked(key), unmarked(each)]));
    case 'set':
      return new Set((content as unknown[]).map(unmarked));
    case 'bytes':
      return Buffer.from(content, 'base64');
    case 'object':
      return Object.fromEntries((content as [string, unknown][]).map(([name, each]) => [name, unmarked(each)]));
    default:
      throw new SyntaxError('The stored value is damaged.');
  }
}
