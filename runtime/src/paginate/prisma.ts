import type { Condition } from './condition.ts';
import type { PageSource } from './pages.ts';

/** A model of Prisma's client: `prisma.user`. */
export interface PrismaModel {
  findMany(args?: never): PromiseLike<readonly unknown[]>;
  count(args?: never): PromiseLike<unknown>;
}

/** A row as the model gives it where nothing is selected. */
export type PrismaRow<M extends PrismaModel> = Awaited<ReturnType<M['findMany']>>[number];

export interface PrismaPagesOptions {
  /** Columns that together are unique and never null. Default: `['id']`. */
  readonly key?: readonly string[];
  readonly where?: object;
  /** Further options of `findMany`: `select`, `include`, `omit`. The columns that are sorted by must be read. */
  readonly options?: object;
}

/** A list of Prisma's, page by page: `paginate(prismaPages(prisma.user, { where: { active: true } }))`. */
export function prismaPages<M extends PrismaModel, T = PrismaRow<M>>(
  model: M,
  { key = ['id'], where: base, options = {} }: PrismaPagesOptions = {},
): PageSource<T> {
  const filter = (where: Condition | undefined): object => ({
    where: {
      AND: [base, (options as { readonly where?: unknown }).where, where === undefined ? undefined : written(where)].filter((each) => each !== undefined),
    },
  });
  return {
    key,
    rows: ({ where, sort, offset, limit }) => {
      const orderBy = sort.map(({ column, direction, nulls }) => ({ [column]: nulls === undefined ? direction : { sort: direction, nulls } }));
      return model.findMany({ ...options, ...filter(where), orderBy, skip: offset, take: limit } as never) as PromiseLike<T[]>;
    },
    count: (where) => model.count(filter(where) as never) as PromiseLike<number>,
  };
}

function written(condition: Condition): object {
  if ('all' in condition) return { AND: condition.all.map(written) };
  if ('any' in condition) return { OR: condition.any.map(written) };
  const { column, is } = condition;
  if (is === 'null') return { [column]: null };
  if (is === 'not null') return { NOT: { [column]: null } };
  return { [column]: { [is === 'eq' ? 'equals' : is === 'ne' ? 'not' : is]: condition.value } };
}
