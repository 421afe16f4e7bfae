import { afterCondition, checkCondition, type Condition, type Order, reversed } from './condition.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';

/** Some rows of a list: where they begin, and how many. */
export interface RowsRequest {
  readonly where: Condition | undefined;
  readonly sort: readonly Order[];
  readonly offset: number;
  readonly limit: number;
}

/** A list that is read page by page; each library's adapter makes one. */
export interface PageSource<T> {
  readonly rows: (request: RowsRequest) => PromiseLike<readonly T[]>;
  readonly count: (where: Condition | undefined) => PromiseLike<number>;
  /** Columns that together are unique and never null; every order ends with them. */
  readonly key: readonly string[];
  /** Tells its cursors from those of other lists, where `keyset` is not given a name: the table, the model, or the statement. */
  readonly name?: string | (() => string) | undefined;
  /** A row's value of a column. Default: along the path that its name is, or by the name's last part. */
  readonly readValue?: (row: T, column: string) => unknown;
  /** The database always puts null before every value, and knows no other order of nulls. */
  readonly nullsAreSmallest?: boolean;
}

function nameOf({ name }: Pick<PageSource<never>, 'name'>): string | undefined {
  if (typeof name !== 'function') return name;
  // The same statement has other values for another reader, and lists of them may be longer.
  return name()
    .replaceAll(/[$:@][\w.]+/g, '?')
    .replaceAll(/\?(?:\s*,\s*\?)+/g, '?');
}

/** What an adapter is told of its list. */
export interface SourceKey {
  /** Columns, by the names that rows have them under, that together are unique and never null. Default: `['id']`; Mongoose: `['_id']`. */
  readonly key?: readonly string[];
}
export interface SourceOptions extends SourceKey {
  /** A condition as the library takes it. */
  readonly where?: object | undefined;
  /** Further options of the library's read: which columns, which relations. The columns that are sorted by must be read. */
  readonly options?: object;
}

/** Conditions that must all be met, of which some may not be there. */
export function given(...conditions: readonly (object | undefined)[]): object[] {
  return conditions.filter((each) => each !== undefined);
}

/** Those of a read's options that decide which rows there are, and with it how many. */
export function countOptions(options: object, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(options).filter(([name]) => names.includes(name)));
}

export interface ListOptions {
  readonly sort?: readonly Order[];
  readonly where?: Condition | undefined;
}

export interface PageOptions extends ListOptions {
  /** From 1. Default: 1. */
  readonly page?: number;
  /** Default: 20. */
  readonly pageSize?: number;
}

export interface Page<T> {
  readonly items: T[];
  /** Rows of the whole list. */
  readonly total: number;
  /** The page that was read: the last one where a later one was asked for. */
  readonly page: number;
  readonly pageSize: number;
  readonly totalPages: number;
}

/**
 * One page by its number, with the total. A page that is not full tells the total by itself: nothing is counted. A page after
 * the last is the last. Rows that are inserted or deleted between two pages move what follows: where that matters, use `keyset`.
 *
 * @throws RangeError when `page` or `pageSize` is no whole number of at least 1. What the library throws is passed on.
 */
export async function paginate<T>(source: PageSource<T>, { page = 1, pageSize = 20, sort = [], where }: PageOptions = {}): Promise<Page<T>> {
  atLeastOne({ page, pageSize });
  checkCondition(where);
  const order = orderOf(source, sort);
  const read = async (number: number): Promise<T[]> => [...(await source.rows({ where, sort: order, offset: (number - 1) * pageSize, limit: pageSize }))];
  // The first page is often the only one; for a later one the count is needed as a rule.
  const [items, counted] = page === 1 ? [await read(1), undefined] : await Promise.all([read(page), source.count(where)]);
  const seen = (page - 1) * pageSize + items.length;
  if (items.length > 0 && items.length < pageSize) return pageOf(items, seen, page, pageSize);
  if (items.length === 0 && page === 1) return pageOf(items, 0, 1, pageSize);
  const total = counted ?? (await source.count(where));
  if (items.length > 0) return pageOf(items, Math.max(total, seen), page, pageSize);
  const last = Math.min(Math.max(Math.ceil(total / pageSize), 1), page);
  return last === page ? pageOf(items, total, page, pageSize) : pageOf(await read(last), total, last, pageSize);
}

function pageOf<T>(items: T[], total: number, page: number, pageSize: number): Page<T> {
  return { items, total, page, pageSize, totalPages: Math.ceil(total / pageSize) };
}

export interface KeysetOptions extends ListOptions {
  /** `next` or `previous` of another page. Default: the first page. */
  readonly cursor?: string | undefined;
  /** Default: 20. */
  readonly pageSize?: number;
  /** Tells lists apart that have the same order and filters: their cursors are not taken for one another. Default: the source's. */
  readonly name?: string | undefined;
  /** Signs the cursors; see `encodeCursor`. */
  readonly secret?: string | undefined;
}

export interface KeysetPage<T> {
  readonly items: T[];
  /** The cursor of the following page; null at the end. */
  readonly next: string | null;
  /** The cursor of the page before; null at the start. */
  readonly previous: string | null;
}

/**
 * One page by its place in the order. Rows that are inserted or deleted between two pages move nothing: no row comes twice,
 * none is left out. The cursor holds values, not a row: it serves when its row is deleted.
 *
 * A column of times must not be finer than a `Date`: milliseconds. (`timestamp(3)` in PostgreSQL.)
 *
 * @throws PageError ERR_PAGE_CURSOR for a cursor that is damaged or of another list; RangeError for `pageSize`; TypeError
 * where a row does not have a column that it is sorted by.
 */
export async function keyset<T>(
  source: PageSource<T>,
  { cursor, pageSize = 20, sort = [], where, secret, name = nameOf(source) }: KeysetOptions = {},
): Promise<KeysetPage<T>> {
  atLeastOne({ pageSize });
  checkCondition(where);
  const order = orderOf(source, sort);
  const scope = { sort: order, where, secret, name };
  const position = cursor === undefined ? undefined : decodeCursor(cursor, scope);
  const backwards = position?.towards === 'previous';
  const towards = backwards ? reversed(order) : order;
  const beyond = position === undefined ? undefined : afterCondition(towards, position.values, position.inclusive);
  const rows = await source.rows({ where: both(where, beyond), sort: towards, offset: 0, limit: pageSize + 1 });
  const values = rows.map((row) => valuesOf(source, row, order));
  if (position !== undefined && position.inclusive !== true) checkPrecision(order, values[0], position.values);
  const more = rows.length > pageSize;
  const items = rows.slice(0, pageSize);
  const ends = values.slice(0, pageSize);
  if (backwards) {
    items.reverse();
    ends.reverse();
  }
  const at = (end: readonly unknown[] | undefined, way: 'next' | 'previous'): string | null => {
    if (end !== undefined) return encodeCursor({ values: end, towards: way }, scope);
    // All rows of the page are gone: the way back begins where the cursor stood.
    return position === undefined || position.towards === way ? null : encodeCursor({ values: position.values, towards: way, inclusive: true }, scope);
  };
  return {
    items,
    next: backwards || more ? at(ends.at(-1), 'next') : null,
    previous: position === undefined || (backwards && !more) ? null : at(ends[0], 'previous'),
  };
}

export interface EachPageOptions extends ListOptions {
  /** Rows that are held at the same time. Default: 500. */
  readonly pageSize?: number;
  /** Ends the walk with its reason before the next page is read. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * All rows, page by page, each read by where the one before ended: memory for one page, however long the list, and no offset
 * that grows. Rows that are inserted behind the place of the walk come, too.
 *
 * @throws As `keyset`; the signal's reason when it is aborted.
 */
export async function* eachPage<T>(
  source: PageSource<T>,
  { pageSize = 500, sort = [], where, signal }: EachPageOptions = {},
): AsyncGenerator<T[], void, undefined> {
  atLeastOne({ pageSize });
  checkCondition(where);
  const order = orderOf(source, sort);
  let last: readonly unknown[] | undefined;
  for (;;) {
    signal?.throwIfAborted();
    const beyond = last === undefined ? undefined : afterCondition(order, last);
    const rows = await source.rows({ where: both(where, beyond), sort: order, offset: 0, limit: pageSize + 1 });
    const values = rows.map((row) => valuesOf(source, row, order));
    if (last !== undefined) checkPrecision(order, values[0], last);
    if (rows.length > 0) yield rows.slice(0, pageSize);
    if (rows.length <= pageSize) return;
    last = values[pageSize - 1];
  }
}

/** A column that is finer than what the driver gives of it: the row that was the last stands behind itself. */
function checkPrecision(order: readonly Order[], first: readonly unknown[] | undefined, last: readonly unknown[]): void {
  if (first === undefined || !first.every((value, index) => String(value) === String(last[index]))) return;
  const columns = order.filter((_each, index) => last[index] instanceof Date).map(({ column }) => column);
  throw new TypeError(
    `A row came twice: ${columns.length === 0 ? 'a column that it is sorted by' : `\`${columns.join('`, `')}\``} is finer than its values here. Use timestamp(3).`,
  );
}

/** The order that was asked for, ended by the key: no two rows tie. */
function orderOf({ key, nullsAreSmallest }: Pick<PageSource<unknown>, 'key' | 'nullsAreSmallest'>, sort: readonly Order[]): Order[] {
  if (key.length === 0) throw new TypeError('A list that is read page by page needs a key: the columns that are unique.');
  const order: Order[] = [
    ...sort,
    ...key.filter((column) => !sort.some((each) => each.column === column)).map((column) => ({ column, direction: 'asc' as const })),
  ];
  if (nullsAreSmallest !== true) return order;
  return order.map((each) => (each.nulls === undefined ? each : { ...each, nulls: each.direction === 'asc' ? 'first' : 'last' }));
}

function both(one: Condition | undefined, other: Condition | undefined): Condition | undefined {
  return one === undefined ? other : other === undefined ? one : { all: [one, other] };
}

function valuesOf<T>({ readValue }: PageSource<T>, row: T, order: readonly Order[]): unknown[] {
  return order.map(({ column, nulls }) => {
    const value = readValue === undefined ? atPath(row, column) : readValue(row, column);
    // MongoDB leaves out what is not there.
    if (value === undefined && nulls !== undefined) return null;
    if (value === undefined) throw new TypeError(`The rows do not have \`${column}\`, which they are sorted by: it must be read, too.`);
    if (value === null && nulls === undefined)
      throw new TypeError(`\`${column}\` is null in a row. Say where such rows stand: { column: '${column}', nulls: 'last' }.`);
    return value;
  });
}

/** `profile.name` of an embedded document; `name` of `users.name`. */
function atPath(row: unknown, column: string): unknown {
  const parts = column.split('.');
  let at: unknown = row;
  for (const part of parts) at = typeof at === 'object' && at !== null ? (at as Readonly<Record<string, unknown>>)[part] : undefined;
  return at === undefined ? (row as Readonly<Record<string, unknown>>)[parts.at(-1) ?? column] : at;
}

function atLeastOne(numbers: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(numbers))
    if (!Number.isInteger(value) || value < 1) throw new RangeError(`${name} must be a whole number of at least 1, not ${String(value)}.`);
}
