import { type Condition, written } from './condition.ts';
import { dollarForms } from './dollars.ts';
import type { MikroormEntity, MikroormManager } from './libraries.ts';
import { countOptions, given, type PageSource, type SourceOptions } from './pages.ts';

/**
 * A list of MikroORM's, page by page: `paginate(mikroormPages(em, User))`. Of a schema the type is given: `mikroormPages<User>(em, schema)`.
 * For a walk over many pages fork the manager for each, or give `options: { disableIdentityMap: true }`: it keeps what it reads.
 */
export function mikroormPages<T>(
  em: MikroormManager,
  entity: MikroormEntity<T>,
  { key = ['id'], where: base, options = {} }: SourceOptions = {},
): PageSource<T> {
  const alike = countOptions(options, ['filters', 'schema', 'populate', 'populateWhere', 'ctx']);
  const filter = (where: Condition | undefined): object => ({ $and: given(base, where && written(where, dollarForms)) });
  return {
    key,
    name: typeof entity === 'string' ? entity : (entity as { readonly name?: string }).name,
    rows: ({ where, sort, offset, limit }) => {
      const orderBy = sort.map(({ column, direction, nulls }) => ({ [column]: `${direction}${nulls === undefined ? '' : ` nulls ${nulls}`}` }));
      return em.find(entity as never, filter(where) as never, { ...options, orderBy, offset, limit } as never) as PromiseLike<T[]>;
    },
    count: (where) => em.count(entity as never, filter(where) as never, alike as never),
  };
}
