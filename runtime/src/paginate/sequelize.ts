import { type Condition, type ConditionForms, written } from './condition.ts';
import type { SequelizeModel } from './libraries.ts';
import { countOptions, given, type PageSource, type SourceOptions } from './pages.ts';

/** Sequelize's operators are symbols of the global registry: `Op.gt` is `Symbol.for('gt')`. */
const op = (name: string): symbol => Symbol.for(name);

/** A list of Sequelize's, page by page: `paginate(sequelizePages(User, { where: { active: true } }))`. */
export function sequelizePages<T>(model: SequelizeModel<T>, { key = ['id'], where: base, options = {} }: SourceOptions = {}): PageSource<T> {
  const { where: own, include } = options as { readonly where?: object; readonly include?: unknown };
  const alike = {
    ...countOptions(options, ['include', 'paranoid', 'transaction', 'logging', 'benchmark']),
    ...(include === undefined ? {} : { distinct: true }),
  };
  const filter = (where: Condition | undefined): object => ({ where: { [op('and')]: given(base, own, where && written(where, forms)) } });
  return {
    key,
    name: model.name,
    rows: ({ where, sort, offset, limit }) => {
      const order = sort.map(({ column, direction, nulls }) => [column, `${direction} ${nulls === undefined ? '' : `nulls ${nulls}`}`.trim().toUpperCase()]);
      return model.findAll({ ...options, ...filter(where), order, offset, limit } as never) as PromiseLike<T[]>;
    },
    count: (where) => model.count({ ...alike, ...filter(where) } as never) as PromiseLike<number>,
  };
}

const forms: ConditionForms<object> = {
  all: (parts) => ({ [op('and')]: parts }),
  any: (parts) => ({ [op('or')]: parts }),
  isNull: (column) => ({ [column]: { [op('is')]: null } }),
  isNotNull: (column) => ({ [column]: { [op('not')]: null } }),
  isIn: (column, values) => ({ [column]: { [op('in')]: values } }),
  compare: (column, is, value) => ({ [column]: { [op(is)]: value } }),
};
