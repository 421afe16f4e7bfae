import { type Condition, type ConditionForms, written } from './condition.ts';
import type { PrismaModel, PrismaRow } from './libraries.ts';
import { given, type PageSource, type SourceOptions } from './pages.ts';

/** A list of Prisma's, page by page: `paginate(prismaPages(prisma.user, { where: { active: true } }))`. */
export function prismaPages<M extends PrismaModel, T = PrismaRow<M>>(model: M, { key = ['id'], where: base, options = {} }: SourceOptions = {}): PageSource<T> {
  const own = (options as { readonly where?: object }).where;
  const filter = (where: Condition | undefined): object => ({ where: { AND: given(base, own, where && written(where, forms)) } });
  return {
    key,
    name: (model as { readonly $name?: string }).$name,
    rows: ({ where, sort, offset, limit }) => {
      const orderBy = sort.map(({ column, direction, nulls }) => ({ [column]: nulls === undefined ? direction : { sort: direction, nulls } }));
      return model.findMany({ ...options, ...filter(where), orderBy, skip: offset, take: limit } as never) as PromiseLike<T[]>;
    },
    count: (where) => model.count(filter(where) as never) as PromiseLike<number>,
  };
}

const forms: ConditionForms<object> = {
  all: (parts) => ({ AND: parts }),
  any: (parts) => ({ OR: parts }),
  isNull: (column) => ({ [column]: null }),
  isNotNull: (column) => ({ NOT: { [column]: null } }),
  isIn: (column, values) => ({ [column]: { in: values } }),
  compare: (column, is, value) => ({ [column]: { [is === 'eq' ? 'equals' : is === 'ne' ? 'not' : is]: value } }),
};
