import type { Condition } from './condition.ts';
import type { TypeormStatement } from './libraries.ts';
import type { PageSource, SourceKey } from './pages.ts';
import { typeormText } from './typeorm-text.ts';

/**
 * A list of TypeORM's, page by page: `paginate(typeormPages(() => users.createQueryBuilder('user')))`. An order of the statement
 * itself is left out: `sort` says it.
 */
export function typeormPages<T>(statement: () => TypeormStatement<T>, { key = ['id'] }: SourceKey = {}): PageSource<T> {
  const filtered = (where: Condition | undefined): TypeormStatement<T> => {
    const all = statement().orderBy();
    const own = all.expressionMap.wheres;
    // An `or` among its conditions must not reach what is added.
    if (own.length > 1) all.expressionMap.wheres = [{ type: 'simple', condition: { operator: 'brackets', condition: own } }];
    return where === undefined ? all : all.andWhere(...typeormText(all, where));
  };
  const rows: PageSource<T>['rows'] = ({ where, sort, offset, limit }) => {
    const list = filtered(where).skip(offset).take(limit);
    for (const { column, direction, nulls } of sort)
      list.addOrderBy(
        `${list.alias}.${column}`,
        direction === 'asc' ? 'ASC' : 'DESC',
        nulls === undefined ? nulls : nulls === 'first' ? 'NULLS FIRST' : 'NULLS LAST',
      );
    return list.getMany();
  };
  return { key, name: () => filtered(undefined).getQuery(), rows, count: (where) => filtered(where).getCount() };
}
