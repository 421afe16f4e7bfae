import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

import type { Condition, Order } from './condition.ts';
import { PageError } from './error.ts';

/** A position in a sorted list. */
export interface Position {
  /** The values of the sort columns, in their order. */
  readonly values: readonly unknown[];
  /** Which way the page lies from there. */
  readonly towards: 'next' | 'previous';
}

/** What a cursor belongs to. */
export interface CursorScope {
  readonly sort: readonly Order[];
  readonly where?: Condition | undefined;
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
export function encodeCursor({ values, towards }: Position, scope: CursorScope): string {
  const body = Buffer.from(JSON.stringify([towards === 'next' ? 1 : 0, ...values.map(tagged)]));
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
  if (bytes.toString('base64url') !== cursor || body.length === 0 || !timingSafeEqual(bytes.subarray(0, sealBytes), seal(body, scope)))
    throw new PageError('ERR_PAGE_CURSOR', 'The cursor is damaged, or belongs to a list with another order or other filters.');
  const [towards, ...values] = JSON.parse(body.toString()) as [number, ...Tagged[]];
  return { towards: towards === 1 ? 'next' : 'previous', values: values.map(plain) };
}

function seal(body: Buffer, { sort, where, secret }: CursorScope): Buffer {
  const hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret);
  const order = sort.map(({ column, direction, nulls }) => [column, direction, nulls ?? null]);
  return hash
    .update(JSON.stringify([order, where === undefined ? null : scopeOf(where)]))
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
  const hasText = typeof value === 'object' && !Array.isArray(value) && value.toString !== Object.prototype.toString;
  if (!hasText) throw new TypeError(`A cursor cannot hold ${Array.isArray(value) ? 'an array' : `a value of type ${typeof value}`}.`);
  return (value as { toString(): string }).toString();
}

function plain(value: Tagged): unknown {
  if (!Array.isArray(value)) return value;
  const [tag, text] = value as readonly [string, string];
  if (tag === 'bigint') return BigInt(text);
  if (tag === 'date') return new Date(text);
  return tag === 'bytes' ? Buffer.from(text, 'base64') : Number(text);
}
