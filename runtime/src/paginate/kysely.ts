import { type Condition, written } from './condition.ts';
import { kyselyForms, kyselyOrder } from './kysely-expressions.ts';
import type { KyselyList, KyselyStatement } from './libraries.ts';
import type { PageSource, SourceKey } from './pages.ts';

/**
 * A list of Kysely's, page by page: `paginate(kyselyPages(() => db.selectFrom('users').selectAll()))`. An order of the statement
 * itself is left out: `sort` says it. Needs Kysely 0.28.
 *
 * @throws TypeError where rows that are grouped or distinct are to be counted: select from the statement, `db.selectFrom(statement.as('page'))`.
 */
export function kyselyPages<T>(statement: () => KyselyStatement<T>, { key = ['id'] }: SourceKey = {}): PageSource<T> {
  const filtered = (where: Condition | undefined): KyselyList<T> => {
    const all = (statement() as unknown as KyselyList<T>).clearOrderBy();
    return where === undefined ? all : all.where(written(where, kyselyForms));
  };
  const rows: PageSource<T>['rows'] = ({ where, sort, offset, limit }) => {
    let list = filtered(where).limit(limit).offset(offset);
    for (const order of sort) list = list.orderBy(order.column, kyselyOrder(order));
    return list.execute();
  };
  const count = async (where: Condition | undefined): Promise<number> => {
    const all = filtered(where);
    const { groupBy, distinctOn, frontModifiers } = all.toOperationNode();
    if ((groupBy ?? distinctOn ?? frontModifiers) !== undefined)
      throw new TypeError("Rows that are grouped or distinct cannot be counted so. Select from them: db.selectFrom(statement.as('page')).selectAll().");
    const counted = all.clearSelect().select((build) => build.fn.countAll().as('n'));
    return Number((await counted.execute())[0]?.n ?? 0);
  };
  return { key, name: () => filtered(undefined).clearSelect().compile().sql, rows, count };
}
