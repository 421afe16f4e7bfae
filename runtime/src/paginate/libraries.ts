// What the adapters need of each library's objects.

/** A model of Prisma's client: `prisma.user`. */
export interface PrismaModel {
  findMany(args?: never): PromiseLike<readonly unknown[]>;
  count(args?: never): PromiseLike<unknown>;
}

/** A row as the model gives it where nothing is selected. */
export type PrismaRow<M extends PrismaModel> = Awaited<ReturnType<M['findMany']>>[number];

/** A model of Sequelize's. */
export type SequelizeModel<T> = (new (...args: never[]) => T) & {
  findAll(options?: never): PromiseLike<unknown>;
  count(options?: never): PromiseLike<unknown>;
};

/** A model of Mongoose's. */
export interface MongooseModel<T> {
  find(filter: never, projection: never, options: never): PromiseLike<T[]>;
  countDocuments(filter: never, options: never): PromiseLike<number>;
}

/** An entity manager of MikroORM's. Fork it per request: rows that it knows already are not read anew. */
export interface MikroormManager {
  find(entity: never, where: never, options: never): PromiseLike<unknown>;
  count(entity: never, where: never, options: never): PromiseLike<number>;
}

/** An entity of MikroORM's, as a class or a schema. */
export type MikroormEntity<T> = (abstract new (...args: never) => T) | object | string;

/** A database of drizzle-orm, of any dialect. */
export interface DrizzleDatabase {
  select(fields?: never): unknown;
}

export interface DrizzleList<R> extends PromiseLike<R> {
  from(table: object): this;
  where(where: object | undefined): this;
  orderBy(...order: readonly object[]): this;
  limit(limit: number): this;
  offset(offset: number): this;
}

/** A query builder of TypeORM's, with its alias. */
export interface TypeormStatement<T> {
  readonly alias: string;
  andWhere(where: string, parameters: Record<string, unknown>): this;
  addOrderBy(column: string, direction: 'ASC' | 'DESC', nulls?: 'NULLS FIRST' | 'NULLS LAST'): this;
  skip(offset: number): this;
  take(limit: number): this;
  orderBy(): this;
  readonly expressionMap: {
    wheres: unknown[];
    readonly mainAlias?: { readonly metadata?: { findColumnWithPropertyPath(path: string): { readonly transformer?: unknown } | undefined } };
  };
  getMany(): PromiseLike<T[]>;
  getCount(): PromiseLike<number>;
  getQuery(): string;
}

/** A statement of Knex's query builder. */
export interface KnexStatement {
  clearOrder(): unknown;
}

export interface KnexList extends PromiseLike<unknown> {
  where(build: KnexCondition): this;
  orderBy(order: readonly object[]): this;
  limit(limit: number): this;
  offset(offset: number): this;
  clearOrder(): this;
  clearWhere(): this;
  clearSelect(): this;
  toSQL(): { readonly sql: string };
  as(name: string): unknown;
  /** Its parts, which Knex has always kept so. */
  readonly _statements: { readonly grouping?: string }[];
  readonly client: { queryBuilder(): { count(columns: object): { from(list: unknown): PromiseLike<readonly unknown[]> } } };
}

interface KnexBuilder extends Pick<KnexList, '_statements'> {
  where(column: string, operator: string, value: unknown): unknown;
  where(build: KnexCondition): unknown;
  orWhere(build: KnexCondition): unknown;
  whereIn(column: string, values: readonly unknown[]): unknown;
  whereNull(column: string): unknown;
  whereNotNull(column: string): unknown;
}

export type KnexCondition = (builder: KnexBuilder) => void;

/** A select statement of Kysely's, with its columns. */
export interface KyselyStatement<T> {
  where(build: never): unknown;
  orderBy(column: never, order: never): unknown;
  execute(): PromiseLike<readonly T[]>;
}

export interface KyselyList<T> {
  where(build: KyselyCondition): KyselyList<T>;
  orderBy(column: string, order: (ordering: KyselyOrdering) => KyselyOrdering): KyselyList<T>;
  limit(limit: number): KyselyList<T>;
  offset(offset: number): KyselyList<T>;
  clearSelect(): KyselyList<T>;
  clearOrderBy(): KyselyList<T>;
  compile(): { readonly sql: string };
  select(build: KyselyCondition): KyselyList<{ readonly n: unknown }>;
  execute(): PromiseLike<readonly T[]>;
  toOperationNode(): { readonly groupBy?: object; readonly distinctOn?: readonly object[]; readonly frontModifiers?: readonly object[] };
}

export type KyselyCondition = (build: KyselyBuilder) => object;

interface KyselyBuilder {
  (column: string, operator: string, value: unknown): object;
  and(all: readonly object[]): object;
  or(any: readonly object[]): object;
  readonly fn: { countAll(): { as(name: string): object } };
}

export interface KyselyOrdering {
  asc(): KyselyOrdering;
  desc(): KyselyOrdering;
  nullsFirst(): KyselyOrdering;
  nullsLast(): KyselyOrdering;
}
