import type { Condition } from './condition.ts';
import { written } from './dollars.ts';
import { countOptions } from './count-options.ts';
import type { PageSource } from './pages.ts';

/** A model of Mongoose's. */
export interface MongooseModel<T> {
  find(filter: never, projection: never, options: never): PromiseLike<T[]>;
  countDocuments(filter: never, options: never): PromiseLike<number>;
}

export interface MongoosePagesOptions {
  /** Fields that together are unique and never null. Default: `['_id']`. */
  readonly key?: readonly string[];
  readonly where?: object;
  /** The fields that are read, as `find` takes them. Those that are sorted by must be among them. Default: all. */
  readonly projection?: object | string;
  /** Further options of `find`: `lean`, `session`, `populate`. */
  readonly options?: object;
}

/**
 * A list of Mongoose's, page by page: `paginate(mongoosePages(User, { options: { lean: true } }))`. MongoDB always puts null, and
 * fields that are missing, before every value.
 */
export function mongoosePages<T>(model: MongooseModel<T>, { key = ['_id'], where: base, projection, options = {} }: MongoosePagesOptions = {}): PageSource<T> {
  const alike = countOptions(options, ['session', 'collation', 'hint', 'readPreference']);
  const filter = (where: Condition | undefined): object => {
    const all = [...(base === undefined ? [] : [base]), ...(where === undefined ? [] : [written(where)])];
    return all.length === 0 ? {} : { $and: all };
  };
  return {
    key,
    nullsAreSmallest: true,
    rows: ({ where, sort, offset, limit }) =>
      model.find(
        filter(where) as never,
        projection as never,
        { ...options, sort: Object.fromEntries(sort.map(({ column, direction }) => [column, direction === 'asc' ? 1 : -1])), skip: offset, limit } as never,
      ),
    count: (where) => model.countDocuments(filter(where) as never, alike as never),
  };
}
