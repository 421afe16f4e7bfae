import type { Comparison, Condition } from './condition.ts';
import type { PageSource } from './pages.ts';

/** A statement of Knex's query builder. */
export interface KnexStatement {
  clearOrder(): unknown;
}

interface Statement extends PromiseLike<unknown> {
  where(build: (builder: Builder) => void): this;
  orderBy(order: readonly object[]): this;
  limit(limit: number): this;
  offset(offset: number): this;
  clearOrder(): this;
  clearWhere(): this;
  as(name: string): unknown;
  /** Its parts, which Knex has always kept so. */
  readonly _statements: { readonly grouping?: string }[];
  readonly client: { queryBuilder(): { count(columns: object): { from(list: unknown): PromiseLike<readonly unknown[]> } } };
}

interface Builder {
  where(column: string, operator: string, value: unknown): unknown;
  whereIn(column: string, values: readonly unknown[]): unknown;
  whereNull(column: string): unknown;
  whereNotNull(column: string): unknown;
  where(build: (builder: Builder) => void): unknown;
  orWhere(build: (builder: Builder) => void): unknown;
}

const operators: Readonly<Record<Comparison, string>> = { eq: '=', ne: '<>', gt: '>', gte: '>=', lt: '<', lte: '<=' };

/**
 * A list of Knex's, page by page: `paginate(knexPages<User>(() => db('users').where({ active: true })))`. An order of the
 * statement itself is left out: `sort` says it.
 */
export function knexPages<T>(
  statement: () => KnexStatement & PromiseLike<readonly T[]>,
  { key = ['id'] }: { readonly key?: readonly string[] } = {},
): PageSource<T> {
  const filtered = (where: Condition | undefined): Statement => {
    const all = grouped(statement() as unknown as Statement).clearOrder();
    return where === undefined ? all : all.where((builder) => write(builder, where));
  };
  return {
    key,
    rows: ({ where, sort, offset, limit }) => {
      const order = sort.map(({ column, direction, nulls }) => ({ column, order: direction, ...(nulls === undefined ? {} : { nulls }) }));
      return filtered(where).orderBy(order).limit(limit).offset(offset) as PromiseLike<unknown> as PromiseLike<readonly T[]>;
    },
    count: async (where) => {
      // Grouped and distinct rows are counted as they come.
      const all = filtered(where);
      const [row] = (await all.client.queryBuilder().count({ n: '*' }).from(all.as('page'))) as { n?: unknown }[];
      return Number(row?.n ?? 0);
    },
  };
}

/** The statement with its own conditions in brackets: an `or` among them must not reach what is added. */
function grouped(statement: Statement): Statement {
  const own = statement._statements.filter(({ grouping }) => grouping === 'where');
  if (own.length < 2) return statement;
  return statement.clearWhere().where((builder) => void (builder as unknown as Statement)._statements.push(...own));
}

function write(builder: Builder, condition: Condition): void {
  if ('all' in condition) for (const each of condition.all) builder.where((inner) => write(inner, each));
  else if ('any' in condition) {
    for (const each of condition.any) builder.orWhere((inner) => write(inner, each));
  } else if (condition.is === 'null') builder.whereNull(condition.column);
  else if (condition.is === 'not null') builder.whereNotNull(condition.column);
  else if (condition.is === 'in') builder.whereIn(condition.column, condition.value);
  else builder.where(condition.column, operators[condition.is], condition.value);
}
