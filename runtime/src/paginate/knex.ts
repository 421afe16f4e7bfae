import { type Condition, type ConditionForms, sqlOperators, written } from './condition.ts';
import type { KnexCondition, KnexList, KnexStatement } from './libraries.ts';
import type { PageSource, SourceKey } from './pages.ts';

/**
 * A list of Knex's, page by page: `paginate(knexPages<User>(() => db('users').where({ active: true })))`. An order of the
 * statement itself is left out: `sort` says it.
 */
export function knexPages<T>(statement: () => KnexStatement & PromiseLike<readonly T[]>, { key = ['id'] }: SourceKey = {}): PageSource<T> {
  const filtered = (where: Condition | undefined): KnexList => {
    const all = grouped(statement() as unknown as KnexList).clearOrder();
    return where === undefined ? all : all.where(written(where, forms));
  };
  const rows: PageSource<T>['rows'] = ({ where, sort, offset, limit }) => {
    const order = sort.map(({ column, direction, nulls }) => ({ column, order: direction, ...(nulls === undefined ? {} : { nulls }) }));
    return filtered(where).orderBy(order).limit(limit).offset(offset) as PromiseLike<unknown> as PromiseLike<readonly T[]>;
  };
  const count = async (where: Condition | undefined): Promise<number> => {
    // Grouped and distinct rows are counted as they come.
    const all = filtered(where);
    const [row] = (await all.client.queryBuilder().count({ n: '*' }).from(all.as('page'))) as { n?: unknown }[];
    return Number(row?.n ?? 0);
  };
  return { key, name: () => filtered(undefined).clearSelect().toSQL().sql, rows, count };
}

/** The statement with its own conditions in brackets: an `or` among them must not reach what is added. */
function grouped(statement: KnexList): KnexList {
  const own = statement._statements.filter(({ grouping }) => grouping === 'where');
  return own.length < 2 ? statement : statement.clearWhere().where((builder) => void builder._statements.push(...own));
}

const forms: ConditionForms<KnexCondition> = {
  all: (parts) => (builder) => parts.forEach((part) => builder.where(part)),
  any: (parts) => (builder) => parts.forEach((part) => builder.orWhere(part)),
  isNull: (column) => (builder) => builder.whereNull(column),
  isNotNull: (column) => (builder) => builder.whereNotNull(column),
  isIn: (column, values) => (builder) => builder.whereIn(column, values),
  compare: (column, is, value) => (builder) => builder.where(column, sqlOperators[is], value),
};
