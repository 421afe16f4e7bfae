/** Lists that are read page by page: by number with a total, by place in the order, or to the end. */
export { type Comparison, type Condition, type Order } from './condition.ts';
export { type CursorScope, decodeCursor, encodeCursor, type Position } from './cursor.ts';
export { PageError, type PageErrorCode } from './error.ts';
export {
  type DrizzleDatabase,
  type KnexStatement,
  type KyselyStatement,
  type MikroormEntity,
  type MikroormManager,
  type MongooseModel,
  type PrismaModel,
  type PrismaRow,
  type SequelizeModel,
  type TypeormStatement,
} from './libraries.ts';
export {
  eachPage,
  type EachPageOptions,
  keyset,
  type KeysetOptions,
  type KeysetPage,
  type ListOptions,
  type Page,
  type PageOptions,
  type PageSource,
  paginate,
  type RowsRequest,
  type SourceKey,
  type SourceOptions,
} from './pages.ts';
export { type FilterOperator, type FilterRule, type PageRequest, type PageRules, parsePage, type SortRule } from './request.ts';
