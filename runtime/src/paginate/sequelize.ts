import type { Condition } from './condition.ts';
import { countOptions } from './count-options.ts';
import type { PageSource } from './pages.ts';

/** A model of Sequelize's. */
export type SequelizeModel<T> = (new (...args: never[]) => T) & {
  findAll(options?: never): PromiseLike<unknown>;
  count(options?: never): PromiseLike<unknown>;
};

export interface SequelizePagesOptions {
  /** Attributes that together are unique and never null. Default: `['id']`. */
  readonly key?: readonly string[];
  readonly where?: object;
  /** Further options of `findAll`: `attributes`, `include`, `raw`. The attributes that are sorted by must be read. */
  readonly options?: object;
}

/** Sequelize's operators are symbols of the global registry: `Op.gt` is `Symbol.for('gt')`. */
const op = (name: string): symbol => Symbol.for(name);

/** A list of Sequelize's, page by page: `paginate(sequelizePages(User, { where: { active: true } }))`. */
export function sequelizePages<T>(model: SequelizeModel<T>, { key = ['id'], where: base, options = {} }: SequelizePagesOptions = {}): PageSource<T> {
  const given = options as { readonly [option: string]: unknown };
  const alike = countOptions(options, ['include', 'paranoid', 'transaction', 'logging', 'benchmark']);
  const filter = (where: Condition | undefined): object => ({
    where: { [op('and')]: [base, given['where'], where === undefined ? undefined : written(where)].filter((each) => each !== undefined) },
  });
  return {
    key,
    rows: ({ where, sort, offset, limit }) => {
      const order = sort.map(({ column, direction, nulls }) => [
        column,
        `${direction.toUpperCase()}${nulls === undefined ? '' : ` NULLS ${nulls.toUpperCase()}`}`,
      ]);
      return model.findAll({ ...options, ...filter(where), order, offset, limit } as never) as PromiseLike<T[]>;
    },
    count: (where) =>
      model.count({ ...alike, ...(given['include'] === undefined ? {} : { distinct: true }), ...filter(where) } as never) as PromiseLike<number>,
  };
}

function written(condition: Condition): object {
  if ('all' in condition) return { [op('and')]: condition.all.map(written) };
  if ('any' in condition) return { [op('or')]: condition.any.map(written) };
  const { column, is } = condition;
  if (is === 'null') return { [column]: { [op('is')]: null } };
  if (is === 'not null') return { [column]: { [op('not')]: null } };
  return { [column]: { [op(is)]: condition.value } };
}
