import type { Comparison, Condition, Order } from './condition.ts';
import { PageError } from './error.ts';

export type FilterOperator = Comparison | 'in';

/** A column that clients may filter by. */
export interface FilterRule {
  /** Default: the public name. */
  readonly column?: string;
  /** Default: `eq` and `in`. */
  readonly operators?: readonly FilterOperator[];
  /** Makes the value that the column has of the text of the query. Throwing, or giving NaN, an invalid date or undefined, refuses the request. */
  readonly parse?: (text: string) => unknown;
}

/** A column that clients may sort by. */
export interface SortRule {
  readonly column?: string;
  /** Given for a column that may be null: where those rows stand. */
  readonly nulls?: 'first' | 'last';
}

export interface PageRules {
  /** What clients may sort by: names, or public names with their columns. Anything else is refused. */
  readonly sort?: readonly string[] | Readonly<Record<string, string | SortRule>>;
  /** What clients may filter by. Anything else is refused. */
  readonly filter?: readonly string[] | Readonly<Record<string, string | FilterRule>>;
  /** The order where the request names none, written as in a request: `-createdAt,name`. */
  readonly defaultSort?: string;
  /** Rows per page where the request says nothing. Default: 20. */
  readonly pageSize?: number;
  /** More are never given. Default: 100. */
  readonly maxPageSize?: number;
}

/** A request for a page, checked. */
export interface PageRequest {
  /** From 1. */
  readonly page: number;
  readonly pageSize: number;
  readonly sort: readonly Order[];
  readonly where: Condition | undefined;
  readonly cursor: string | undefined;
}

/** Prisma and some drivers take an offset of 32 bits. */
const offsetMax = 2 ** 31 - 1;

/**
 * Reads `page`, `pageSize`, `sort`, `filter` and `cursor` of a query string: `?page=2&pageSize=50&sort=-createdAt,name&filter[status]=open&filter[total][gte]=10`.
 * Takes what Express, Fastify and their like have parsed, nested or flat, or a `URLSearchParams`. Numbers are clamped to what is
 * allowed; columns come from the rules alone.
 *
 * @throws PageError ERR_PAGE_NUMBER, ERR_PAGE_SORT or ERR_PAGE_FILTER for what the rules do not offer. RangeError for rules
 * that make no sense.
 */
export function parsePage(query: unknown, rules: PageRules = {}): PageRequest {
  const { pageSize: usual = 20, maxPageSize = 100 } = rules;
  for (const [name, value] of Object.entries({ pageSize: usual, maxPageSize }))
    if (!Number.isInteger(value) || value < 1) throw new RangeError(`parsePage: ${name} must be a whole number of at least 1, not ${String(value)}.`);
  const given = query instanceof URLSearchParams ? recordOf(query) : isRecord(query) ? query : {};
  const pageSize = Math.min(Math.max(wholeNumber(given, 'pageSize') ?? usual, 1), maxPageSize);
  const page = Math.min(Math.max(wholeNumber(given, 'page') ?? 1, 1), Math.floor(offsetMax / pageSize));
  return { page, pageSize, sort: sortOf(given, rules), where: whereOf(given, rules), cursor: textOf(given, 'cursor', 'ERR_PAGE_CURSOR') };
}

/** Frameworks that have parsed nothing give nothing. */
function isRecord(query: unknown): query is Readonly<Record<string, unknown>> {
  return typeof query === 'object' && query !== null;
}

/** A name that is given more than once becomes a list. */
function recordOf(parameters: URLSearchParams): Record<string, unknown> {
  const record = Object.create(null) as Record<string, unknown>;
  for (const name of new Set(parameters.keys())) {
    const all = parameters.getAll(name);
    record[name] = all.length === 1 ? all[0] : all;
  }
  return record;
}

function textOf(given: Readonly<Record<string, unknown>>, name: string, code: PageError['code']): string | undefined {
  const value = Object.hasOwn(given, name) ? given[name] : undefined;
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string' && typeof value !== 'number') throw new PageError(code, `\`${name}\` must be given once.`);
  return String(value);
}

function wholeNumber(given: Readonly<Record<string, unknown>>, name: string): number | undefined {
  const text = textOf(given, name, 'ERR_PAGE_NUMBER');
  if (text === undefined) return undefined;
  if (!/^[+-]?\d+$/.test(text)) throw new PageError('ERR_PAGE_NUMBER', `\`${name}\` must be a whole number.`);
  return Number(text);
}

/** The rules by public name. */
function named<R extends object>(rules: readonly string[] | Readonly<Record<string, string | R>> | undefined): Map<string, R & { readonly column: string }> {
  const entries: readonly (readonly [string, string | R])[] = Array.isArray(rules)
    ? rules.map((name: string) => [name, name] as const)
    : Object.entries((rules ?? {}) as Readonly<Record<string, string | R>>);
  return new Map(entries.map(([name, rule]) => [name, typeof rule === 'string' ? ({ column: rule } as R & { column: string }) : { column: name, ...rule }]));
}

function sortOf(given: Readonly<Record<string, unknown>>, rules: PageRules): Order[] {
  const value = Object.hasOwn(given, 'sort') ? given['sort'] : undefined;
  if (value !== undefined && value !== '') return ordersOf(Array.isArray(value) ? value : [value], rules);
  if (rules.defaultSort === undefined) return [];
  try {
    return ordersOf([rules.defaultSort], rules);
  } catch (error) {
    // That is no fault of the client.
    throw new RangeError(`parsePage: defaultSort: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function ordersOf(texts: readonly unknown[], { sort }: PageRules): Order[] {
  const rules = named<SortRule>(sort);
  const orders: Order[] = [];
  for (const text of texts) {
    if (typeof text !== 'string') throw new PageError('ERR_PAGE_SORT', '`sort` must be a list of columns: `-createdAt,name`.');
    for (const each of text.split(',')) {
      const [, sign = '', name = ''] = /^([+-]?)(.*)$/s.exec(each.trim()) ?? [];
      const rule = rules.get(name);
      if (rule === undefined) throw new PageError('ERR_PAGE_SORT', `Cannot sort by ${quoted(name)}.${offered(rules)}`);
      if (orders.some(({ column }) => column === rule.column)) throw new PageError('ERR_PAGE_SORT', `\`sort\` names ${quoted(name)} twice.`);
      orders.push({ column: rule.column, direction: sign === '-' ? 'desc' : 'asc', ...(rule.nulls === undefined ? {} : { nulls: rule.nulls }) });
    }
  }
  return orders;
}

function whereOf(given: Readonly<Record<string, unknown>>, { filter }: PageRules): Condition | undefined {
  const rules = named<FilterRule>(filter);
  const conditions: Condition[] = [];
  for (const [name, operator, value] of filtersOf(given)) {
    const rule = rules.get(name);
    if (rule === undefined) throw new PageError('ERR_PAGE_FILTER', `Cannot filter by ${quoted(name)}.${offered(rules)}`);
    const { column, operators = ['eq', 'in'], parse = (text: string) => text } = rule;
    const is = operators.find((each) => each === operator);
    if (is === undefined) throw new PageError('ERR_PAGE_FILTER', `Cannot filter ${quoted(name)} by ${quoted(operator)}.`);
    const read = (text: unknown): unknown => {
      try {
        const parsed = typeof text === 'string' ? parse(text) : undefined;
        if (parsed !== undefined && !Number.isNaN(parsed instanceof Date ? parsed.getTime() : parsed)) return parsed;
      } catch {
        // Told below.
      }
      throw new PageError('ERR_PAGE_FILTER', `The value for ${quoted(name)} is not valid.`);
    };
    if (is === 'in') conditions.push({ column, is, value: (typeof value === 'string' ? value.split(',') : Array.isArray(value) ? value : [value]).map(read) });
    else conditions.push({ column, is, value: read(value) });
  }
  const [first, ...more] = conditions;
  return more.length === 0 ? first : { all: conditions };
}

/** `filter: { status: 'open', total: { gte: '10' } }`, or `'filter[total][gte]': '10'`. */
function filtersOf(given: Readonly<Record<string, unknown>>): [name: string, operator: string, value: unknown][] {
  const found: [string, string, unknown][] = [];
  const add = (name: string, value: unknown): void => {
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      for (const [operator, each] of Object.entries(value)) found.push([name, operator, each]);
    else found.push([name, Array.isArray(value) ? 'in' : 'eq', value]);
  };
  const nested = Object.hasOwn(given, 'filter') ? given['filter'] : undefined;
  if (nested !== undefined && (typeof nested !== 'object' || nested === null || Array.isArray(nested)))
    throw new PageError('ERR_PAGE_FILTER', '`filter` names its columns: `filter[status]=open`.');
  for (const [name, value] of Object.entries(nested ?? {})) add(name, value);
  for (const [key, value] of Object.entries(given)) {
    const [, name, operator] = /^filter\[([^[\]]*)\](?:\[([^[\]]*)\])?$/.exec(key) ?? [];
    if (name === undefined) continue;
    if (operator === undefined) add(name, value);
    else found.push([name, operator, value]);
  }
  return found;
}

function quoted(name: string): string {
  return `"${name.length > 40 ? `${name.slice(0, 40)}…` : name}"`;
}

function offered(rules: ReadonlyMap<string, unknown>): string {
  return rules.size === 0 ? '' : ` Possible: ${[...rules.keys()].join(', ')}.`;
}
