import type { Comparison, Condition } from './condition.ts';
import type { PageSource } from './pages.ts';

/** A select statement of Kysely's, with its columns. */
export interface KyselyStatement<T> {
  where(build: never): unknown;
  orderBy(column: never, order: never): unknown;
  execute(): PromiseLike<readonly T[]>;
}

type Expression = object;
interface Build {
  (column: string, operator: string, value: unknown): Expression;
  and(all: readonly Expression[]): Expression;
  or(any: readonly Expression[]): Expression;
  readonly fn: { countAll(): { as(name: string): Expression } };
}
interface Ordering {
  asc(): Ordering;
  desc(): Ordering;
  nullsFirst(): Ordering;
  nullsLast(): Ordering;
}
interface Statement<T> {
  where(build: (build: Build) => Expression): Statement<T>;
  orderBy(column: string, order: (ordering: Ordering) => Ordering): Statement<T>;
  limit(limit: number): Statement<T>;
  offset(offset: number): Statement<T>;
  clearSelect(): Statement<T>;
  clearOrderBy(): Statement<T>;
  select(build: (build: Build) => Expression): Statement<{ readonly n: unknown }>;
  execute(): PromiseLike<readonly T[]>;
  toOperationNode(): { readonly groupBy?: object; readonly distinctOn?: readonly object[]; readonly frontModifiers?: readonly object[] };
}

const operators: Readonly<Record<Comparison | 'in', string>> = { eq: '=', ne: '!=', gt: '>', gte: '>=', lt: '<', lte: '<=', in: 'in' };

/**
 * A list of Kysely's, page by page: `paginate(kyselyPages(() => db.selectFrom('users').selectAll()))`. An order of the statement
 * itself is left out: `sort` says it. Needs Kysely 0.28.
 *
 * @throws TypeError where rows that are grouped or distinct are to be counted: select from the statement, `db.selectFrom(statement.as('page'))`.
 */
export function kyselyPages<T>(statement: () => KyselyStatement<T>, { key = ['id'] }: { readonly key?: readonly string[] } = {}): PageSource<T> {
  const filtered = (where: Condition | undefined): Statement<T> => {
    const all = (statement() as unknown as Statement<T>).clearOrderBy();
    return where === undefined ? all : all.where((build) => written(build, where));
  };
  return {
    key,
    rows: ({ where, sort, offset, limit }) =>
      sort
        .reduce((list, { column, direction, nulls }) => {
          const order = (by: Ordering): Ordering => (direction === 'asc' ? by.asc() : by.desc());
          return list.orderBy(column, (by) => (nulls === undefined ? order(by) : nulls === 'first' ? order(by).nullsFirst() : order(by).nullsLast()));
        }, filtered(where))
        .limit(limit)
        .offset(offset)
        .execute(),
    count: async (where) => {
      const all = filtered(where);
      const { groupBy, distinctOn, frontModifiers } = all.toOperationNode();
      if ((groupBy ?? distinctOn ?? frontModifiers) !== undefined)
        throw new TypeError("Rows that are grouped or distinct cannot be counted so. Select from them: db.selectFrom(statement.as('page')).selectAll().");
      const [row] = await all
        .clearSelect()
        .select((build) => build.fn.countAll().as('n'))
        .execute();
      return Number(row?.n ?? 0);
    },
  };
}

function written(build: Build, condition: Condition): Expression {
  if ('all' in condition) return build.and(condition.all.map((each) => written(build, each)));
  if ('any' in condition) return build.or(condition.any.map((each) => written(build, each)));
  if (condition.is === 'null') return build(condition.column, 'is', null);
  if (condition.is === 'not null') return build(condition.column, 'is not', null);
  // `in ()` is no SQL.
  if (condition.is === 'in' && condition.value.length === 0) return build.or([]);
  return build(condition.column, operators[condition.is], condition.value);
}
