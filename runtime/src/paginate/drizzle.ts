import { and, asc, type Column, desc, eq, gt, gte, inArray, isNotNull, isNull, lt, lte, ne, or, sql, type SQL, type Table } from 'drizzle-orm';

import type { Comparison, Condition } from './condition.ts';
import type { PageSource } from './pages.ts';

/** A database of drizzle-orm, of any dialect. */
export interface DrizzleDatabase {
  select(fields?: never): unknown;
}

export interface DrizzlePagesOptions {
  /** Columns, by the table's property names, that together are unique and never null. Default: `['id']`. */
  readonly key?: readonly string[];
  /** A condition of drizzle-orm's: `eq(users.active, true)`. */
  readonly where?: object | undefined;
  /** The columns that are read: `{ id: users.id, name: users.name }`. Default: all. */
  readonly columns?: Readonly<Record<string, object>>;
}

interface Statement<R> extends PromiseLike<R> {
  from(table: Table): this;
  where(where: SQL | undefined): this;
  orderBy(...order: readonly SQL[]): this;
  limit(limit: number): this;
  offset(offset: number): this;
}

const compared: Readonly<Record<Comparison, (column: Column, value: unknown) => SQL>> = { eq, ne, gt, gte, lt, lte };

/** A table of Drizzle's, page by page: `paginate(drizzlePages(db, users))`. */
export function drizzlePages<T extends { readonly $inferSelect: unknown }>(
  db: DrizzleDatabase,
  table: T,
  options: DrizzlePagesOptions = {},
): PageSource<T['$inferSelect']> {
  const { key = ['id'], where: base, columns } = options;
  const columnOf = (name: string): Column => (table as unknown as Readonly<Record<string, Column>>)[name] ?? missing(name);
  const written = (condition: Condition): SQL => {
    if ('all' in condition) return and(...condition.all.map(written)) as SQL;
    if ('any' in condition) return or(...condition.any.map(written)) as SQL;
    const column = columnOf(condition.column);
    if (condition.is === 'null') return isNull(column);
    if (condition.is === 'not null') return isNotNull(column);
    return condition.is === 'in' ? inArray(column, [...condition.value]) : compared[condition.is](column, condition.value);
  };
  const select = <R>(fields?: object): Statement<R> => (db.select as (fields?: object) => Statement<R>)(fields).from(table as unknown as Table);
  const filter = (where: Condition | undefined): SQL | undefined =>
    and(base === undefined ? undefined : sql`(${base as SQL})`, where === undefined ? undefined : written(where));
  return {
    key,
    rows: ({ where, sort, offset, limit }) => {
      const order = sort.flatMap(({ column: name, direction, nulls }) => {
        const column = columnOf(name);
        const by = direction === 'asc' ? asc(column) : desc(column);
        if (nulls === undefined) return [by];
        // MySQL knows no `nulls first`.
        if (isMySql(db)) return [nulls === 'first' ? desc(isNull(column)) : asc(isNull(column)), by];
        return [nulls === 'first' ? sql`${by} nulls first` : sql`${by} nulls last`];
      });
      return select<T['$inferSelect'][]>(columns)
        .where(filter(where))
        .orderBy(...order)
        .limit(limit)
        .offset(offset);
    },
    count: async (where) => Number((await select<{ n: unknown }[]>({ n: sql`count(*)` }).where(filter(where)))[0]?.n ?? 0),
  };
}

function missing(name: string): never {
  throw new TypeError(`The table has no column \`${name}\`.`);
}

/** Drizzle's classes tell their kind by a symbol. */
function isMySql(db: DrizzleDatabase): boolean {
  const kind: unknown = (db.constructor as unknown as Readonly<Record<symbol, unknown>>)[Symbol.for('drizzle:entityKind')];
  return typeof kind === 'string' && /mysql|singlestore|planetscale|tidb/i.test(kind);
}
