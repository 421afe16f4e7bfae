import type { Comparison, Condition } from './condition.ts';
import type { PageSource } from './pages.ts';

/** A query builder of TypeORM's, with its alias. */
export interface TypeormStatement<T> {
  readonly alias: string;
  andWhere(where: string, parameters: Record<string, unknown>): this;
  addOrderBy(column: string, direction: 'ASC' | 'DESC', nulls?: 'NULLS FIRST' | 'NULLS LAST'): this;
  skip(offset: number): this;
  take(limit: number): this;
  orderBy(): this;
  readonly expressionMap: {
    wheres: unknown[];
    readonly mainAlias?: { readonly metadata?: { findColumnWithPropertyPath(path: string): { readonly transformer?: unknown } | undefined } };
  };
  getMany(): PromiseLike<T[]>;
  getCount(): PromiseLike<number>;
}

const operators: Readonly<Record<Comparison, string>> = { eq: '=', ne: '<>', gt: '>', gte: '>=', lt: '<', lte: '<=' };

/**
 * A list of TypeORM's, page by page: `paginate(typeormPages(() => users.createQueryBuilder('user')))`. An order of the statement
 * itself is left out: `sort` says it.
 */
export function typeormPages<T>(statement: () => TypeormStatement<T>, { key = ['id'] }: { readonly key?: readonly string[] } = {}): PageSource<T> {
  const filtered = (where: Condition | undefined): TypeormStatement<T> => {
    // An order of the statement itself is left out, and an `or` among its conditions must not reach what is added.
    const all = statement().orderBy();
    const own = all.expressionMap.wheres;
    if (own.length > 1) all.expressionMap.wheres = [{ type: 'simple', condition: { operator: 'brackets', condition: own } }];
    const parameters: Record<string, unknown> = {};
    return where === undefined ? all : all.andWhere(written(all, where, parameters), parameters);
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

function written(list: TypeormStatement<unknown>, condition: Condition, parameters: Record<string, unknown>): string {
  if ('all' in condition) return `(${condition.all.map((each) => written(list, each, parameters)).join(' AND ')})`;
  if ('any' in condition) return `(${condition.any.map((each) => written(list, each, parameters)).join(' OR ')})`;
  const column = `${list.alias}.${condition.column}`;
  if (condition.is === 'null') return `${column} IS NULL`;
  if (condition.is === 'not null') return `${column} IS NOT NULL`;
  if (condition.is === 'in' && condition.value.length === 0) return '1 = 0';
  const name = `page${Object.keys(parameters).length}`;
  parameters[name] = inDatabase(list, condition);
  return condition.is === 'in' ? `${column} IN (:...${name})` : `${column} ${operators[condition.is]} :${name}`;
}

interface Transformer {
  to(value: unknown): unknown;
}

/** A value as the column's transformers write it. */
function inDatabase({ expressionMap }: TypeormStatement<unknown>, { column, is, value }: Extract<Condition, { readonly value: unknown }>): unknown {
  const { transformer } = expressionMap.mainAlias?.metadata?.findColumnWithPropertyPath(column) ?? {};
  const transformers = (Array.isArray(transformer) ? transformer : transformer === undefined ? [] : [transformer]) as Transformer[];
  const one = (each: unknown): unknown => transformers.reduceRight((at, transformer) => transformer.to(at), each);
  return is === 'in' ? value.map(one) : one(value);
}
