import type { Condition } from './condition.ts';
import { written } from './dollars.ts';
import { countOptions } from './count-options.ts';
import type { PageSource } from './pages.ts';

/** An entity manager of MikroORM's. Fork it per request: rows that it knows already are not read anew. */
export interface MikroormManager {
  find(entity: never, where: never, options: never): PromiseLike<unknown>;
  count(entity: never, where: never, options: never): PromiseLike<number>;
}

export interface MikroormPagesOptions {
  /** Properties that together are unique and never null. Default: `['id']`. */
  readonly key?: readonly string[];
  readonly where?: object;
  /** Further options of `find`: `fields`, `populate`. The properties that are sorted by must be read. */
  readonly options?: object;
}

/** An entity, as a class or a schema. */
type EntityOf<T> = (abstract new (...args: never) => T) | object | string;

/**
 * A list of MikroORM's, page by page: `paginate(mikroormPages(em, User))`. Of a schema the type is given: `mikroormPages<User>(em, schema)`.
 * For a walk over many pages fork the manager for each, or give `options: { disableIdentityMap: true }`: it keeps what it reads.
 */
export function mikroormPages<T>(
  em: MikroormManager,
  entity: EntityOf<T>,
  { key = ['id'], where: base, options = {} }: MikroormPagesOptions = {},
): PageSource<T> {
  const alike = countOptions(options, ['filters', 'schema', 'populate', 'populateWhere', 'ctx']);
  const filter = (where: Condition | undefined): object => ({
    $and: [...(base === undefined ? [] : [base]), ...(where === undefined ? [] : [written(where)])],
  });
  return {
    key,
    rows: ({ where, sort, offset, limit }) => {
      const orderBy = sort.map(({ column, direction, nulls }) => ({ [column]: `${direction}${nulls === undefined ? '' : ` nulls ${nulls}`}` }));
      return em.find(entity as never, filter(where) as never, { ...options, orderBy, offset, limit } as never) as PromiseLike<T[]>;
    },
    count: (where) => em.count(entity as never, filter(where) as never, alike as never),
  };
}
