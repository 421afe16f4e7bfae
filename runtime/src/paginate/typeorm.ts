import type { Comparison, Condition } from './condition.ts';
import type { PageSource } from './pages.ts';

/** A query builder of TypeORM's, with its alias. */
export interface TypeormStatement<T> {
  readonly alias: string;
  clone(): this;
  andWhere(where: string, parameters: Record<string, unknown>): this;
  addOrderBy(column: string, direction: 'ASC' | 'DESC', nulls?: 'NULLS FIRST' | 'NULLS LAST'): this;
  skip(offset: number): this;
  take(limit: number): this;
  getMany(): PromiseLike<T[]>;
  getCount(): PromiseLike<number>;
}

const operators: Readonly<Record<Comparison, string>> = { eq: '=', ne: '<>', gt: '>', gte: '>=', lt: '<', lte: '<=' };

/** A list of TypeORM's, page by page: `paginate(typeormPages(() => users.createQueryBuilder('user')))`. */
export function typeormPages<T>(statement: () => TypeormStatement<T>, { key = ['id'] }: { readonly key?: readonly string[] } = {}): PageSource<T> {
  const filtered = (where: Condition | undefined): TypeormStatement<T> => {
    const all = statement();
    const parameters: Record<string, unknown> = {};
    return where === undefined ? all : all.andWhere(written(all.alias, where, parameters), parameters);
  };
  return {
    key,
    rows: ({ where, sort, offset, limit }) => {
      const list = filtered(where);
      for (const { column, direction, nulls } of sort)
        list.addOrderBy(
          `${list.alias}.${column}`,
          direction === 'asc' ? 'ASC' : 'DESC',
          nulls === undefined ? undefined : nulls === 'first' ? 'NULLS FIRST' : 'NULLS LAST',
        );
      return list.skip(offset).take(limit).getMany();
    },
    count: (where) => filtered(where).getCount(),
  };
}

function written(alias: string, condition: Condition, parameters: Record<string, unknown>): string {
  if ('all' in condition) return `(${condition.all.map((each) => written(alias, each, parameters)).join(' AND ')})`;
  if ('any' in condition) return `(${condition.any.map((each) => written(alias, each, parameters)).join(' OR ')})`;
  const column = `${alias}.${condition.column}`;
  if (condition.is === 'null') return `${column} IS NULL`;
  if (condition.is === 'not null') return `${column} IS NOT NULL`;
  if (condition.is === 'in' && condition.value.length === 0) return '1 = 0';
  const name = `page${Object.keys(parameters).length}`;
  parameters[name] = condition.value;
  return condition.is === 'in' ? `${column} IN (:...${name})` : `${column} ${operators[condition.is]} :${name}`;
}
