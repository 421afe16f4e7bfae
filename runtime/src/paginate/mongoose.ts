import { type Condition, written } from './condition.ts';
import { dollarForms } from './dollars.ts';
import type { MongooseModel } from './libraries.ts';
import { countOptions, given, type PageSource, type SourceOptions } from './pages.ts';

export interface MongoosePagesOptions extends SourceOptions {
  /** The fields that are read, as `find` takes them. Those that are sorted by must be among them. Default: all. */
  readonly projection?: object | string;
}

/**
 * A list of Mongoose's, page by page: `paginate(mongoosePages(User, { options: { lean: true } }))`. MongoDB always puts null, and
 * fields that are missing, before every value.
 */
export function mongoosePages<T>(model: MongooseModel<T>, { key = ['_id'], where: base, projection, options = {} }: MongoosePagesOptions = {}): PageSource<T> {
  const alike = countOptions(options, ['session', 'collation', 'hint', 'readPreference']);
  const filter = (where: Condition | undefined): object => {
    const all = given(base, where && written(where, dollarForms));
    return all.length === 0 ? {} : { $and: all };
  };
  return {
    key,
    name: (model as { readonly modelName?: string }).modelName,
    nullsAreSmallest: true,
    rows: ({ where, sort: order, offset, limit }) => {
      const sort = Object.fromEntries(order.map(({ column, direction }) => [column, direction === 'asc' ? 1 : -1]));
      return model.find(filter(where) as never, projection as never, { ...options, sort, skip: offset, limit } as never);
    },
    count: (where) => model.countDocuments(filter(where) as never, alike as never),
  };
}
