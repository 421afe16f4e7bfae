import type { Condition } from './condition.ts';
import type { PageSource } from './pages.ts';

/** A model of Sequelize's. */
export interface SequelizeModel<T> {
  findAll(options: never): PromiseLike<T[]>;
  count(options: never): PromiseLike<number>;
}

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
export function sequelizePages<T>(model: SequelizeModel<T>, { key = ['id'], where: base, options }: SequelizePagesOptions = {}): PageSource<T> {
  const filter = (where: Condition | undefined): object => ({
    where: { [op('and')]: [...(base === undefined ? [] : [base]), ...(where === undefined ? [] : [written(where)])] },
  });
  return {
    key,
    rows: ({ where, sort, offset, limit }) => {
      const order = sort.map(({ column, direction, nulls }) => [
        column,
        `${direction.toUpperCase()}${nulls === undefined ? '' : ` NULLS ${nulls.toUpperCase()}`}`,
      ]);
      return model.findAll({ ...options, ...filter(where), order, offset, limit } as never);
    },
    count: (where) => model.count(filter(where) as never),
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
