import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

import type { Condition, Order } from './condition.ts';
import { PageError } from './error.ts';

/** A position in a sorted list. */
export interface Position {
  /** The values of the sort columns, in their order. */
  readonly values: readonly unknown[];
  /** Which way the page lies from there. */
  readonly towards: 'next' | 'previous';
  /** The row that has the values belongs to the page. */
  readonly inclusive?: boolean;
}

/** What a cursor belongs to. */
export interface CursorScope {
  readonly sort: readonly Order[];
  readonly where?: Condition | undefined;
  /** Tells lists apart that have the same order and filters. */
  readonly name?: string | undefined;
  /** Signs cursors, so that clients cannot make their own. All processes of a service need the same. */
  readonly secret?: string | undefined;
}

const sealBytes = 12;

/**
 * A position as an opaque text for a URL: base64url. It is bound to the order and the filters, and signed with the secret
 * where one is given; without one, a damaged or foreign cursor is found all the same, a forged one is not.
 *
 * @throws TypeError for a value that no cursor can hold: a plain object, a function.
 */
export function encodeCursor({ values, towards, inclusive = false }: Position, scope: CursorScope): string {
  const body = Buffer.from(JSON.stringify([(towards === 'next' ? 1 : 0) + (inclusive ? 2 : 0), ...values.map(tagged)]));
  return Buffer.concat([seal(body, scope), body]).toString('base64url');
}

/**
 * The position that a cursor stands for.
 *
 * @throws PageError ERR_PAGE_CURSOR when the cursor is damaged, or belongs to another order or other filters.
 */
export function decodeCursor(cursor: string, scope: CursorScope): Position {
  const bytes = Buffer.from(typeof cursor === 'string' ? cursor : '', 'base64url');
  const body = bytes.subarray(sealBytes);
  // What Buffer leaves out of a text that is no base64url would go unseen.
  if (bytes.toString('base64url') !== cursor || body.length === 0 || !timingSafeEqual(bytes.subarray(0, sealBytes), seal(body, scope))) throw refused();
  // Without a secret anyone can seal what they like.
  let parts: unknown;
  try {
    parts = JSON.parse(body.toString());
  } catch {
    throw refused();
  }
  const [way, ...values] = Array.isArray(parts) ? (parts as unknown[]) : [];
  if (typeof way !== 'number' || ![0, 1, 2, 3].includes(way) || values.length !== scope.sort.length) throw refused();
  const position = values.map(plain);
  if (position.some((value, index) => value === null && scope.sort[index]?.nulls === undefined)) throw refused();
  return { towards: way % 2 === 1 ? 'next' : 'previous', values: position, ...(way >= 2 ? { inclusive: true } : {}) };
}

function refused(): PageError {
  return new PageError('ERR_PAGE_CURSOR', 'The cursor is damaged, or belongs to a list with another order or other filters.');
}

function seal(body: Buffer, { sort, where, secret, name = '' }: CursorScope): Buffer {
  const hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret);
  const order = sort.map(({ column, direction, nulls }) => [column, direction, nulls ?? null]);
  return hash
    .update(JSON.stringify([name, order, where === undefined ? null : scopeOf(where)]))
    .update(body)
    .digest()
    .subarray(0, sealBytes);
}

function scopeOf(condition: Condition): unknown {
  if ('all' in condition) return ['all', condition.all.map(scopeOf)];
  if ('any' in condition) return ['any', condition.any.map(scopeOf)];
  const value = 'value' in condition ? (condition.is === 'in' ? condition.value.map(tagged) : tagged(condition.value)) : null;
  return [condition.column, condition.is, value];
}

type Tagged = string | number | boolean | null | readonly [tag: 'bigint' | 'date' | 'bytes' | 'number', text: string];

/** A value as JSON can hold it, with its kind where JSON has none. */
function tagged(value: unknown): Tagged {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : ['number', String(value)];
  if (typeof value === 'bigint') return ['bigint', value.toString()];
  if (value instanceof Date) return ['date', value.toISOString()];
  if (value instanceof Uint8Array) return ['bytes', Buffer.from(value).toString('base64')];
  // ObjectId, Decimal and their like are compared by their text.
  // MongoDB's Binary has a text that loses bytes.
  const isBinary = (value as { readonly _bsontype?: unknown })._bsontype === 'Binary';
  const hasText = !isBinary && typeof value === 'object' && !Array.isArray(value) && value.toString !== Object.prototype.toString;
  if (!hasText) throw new TypeError(`A cursor cannot hold ${Array.isArray(value) ? 'an array' : `a value of type ${typeof value}`}.`);
  return (value as { toString(): string }).toString();
}

/** @throws PageError for what no cursor of ours holds. */
function plain(value: unknown): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number') return value;
  const [tag, text, ...more] = Array.isArray(value) ? (value as unknown[]) : [];
  if (typeof text !== 'string' || more.length > 0) throw refused();
  switch (tag) {
    case 'bigint':
      if (/^-?\d+$/.test(text)) return BigInt(text);
      break;
    case 'date': {
      const date = new Date(text);
      if (!Number.isNaN(date.getTime())) return date;
      break;
    }
    case 'bytes':
      return Buffer.from(text, 'base64');
    case 'number':
      return Number(text);
  }
  throw refused();
}
