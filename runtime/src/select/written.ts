import type { Fields } from './fields.ts';

type Nested<V> = { [column: string]: V | Nested<V> };

const relations = (fields: Fields): [string, Fields][] => Object.entries(fields).filter((entry): entry is [string, Fields] => entry[1] !== true);
const columns = (fields: Fields): string[] => Object.keys(fields).filter((name) => fields[name] === true);

/** `prisma.post.findMany({ select: prismaSelect(fields) })` */
export function prismaSelect(fields: Fields): Nested<true | { select: object }> {
  return Object.fromEntries(Object.entries(fields).map(([name, inside]) => [name, inside === true ? true : { select: prismaSelect(inside) }]));
}

/** A column of a table of Drizzle's. */
type ColumnOf<T> = Extract<T[keyof T], { readonly columnType: string }>;

/**
 * `db.select(drizzleColumns(posts, fields)).from(posts)`; relations are left out.
 *
 * @throws TypeError for a column that the table does not have, or where no column is left.
 */
export function drizzleColumns<T extends object>(table: T, fields: Fields): Record<string, ColumnOf<T>> {
  atLeastOne(columns(fields));
  return Object.fromEntries(columns(fields).map((name) => [name, (table as Readonly<Record<string, unknown>>)[name] ?? missing(name)])) as Record<
    string,
    ColumnOf<T>
  >;
}

/** `db.query.posts.findMany(drizzleQuery(fields))` */
export function drizzleQuery(fields: Fields): { columns: Record<string, true>; with?: Record<string, object> } {
  const nested = relations(fields).map(([name, inside]) => [name, drizzleQuery(inside)] as const);
  return {
    columns: Object.fromEntries(columns(fields).map((name) => [name, true as const])),
    ...(nested.length === 0 ? {} : { with: Object.fromEntries(nested) }),
  };
}

/**
 * `posts.find(typeormSelect(fields))`. TypeORM needs the key of every entity that it reads: without it rows are lost, and without
 * any column all of them are read, also those that are not allowed. `key`: the columns of the key, the same for all entities.
 *
 * @throws TypeError where an entity has no column left to read.
 */
export function typeormSelect(fields: Fields, { key = ['id'] }: { readonly key?: readonly string[] } = {}): { select: Fields; relations?: object } {
  const joined = joinedOf(fields);
  return { select: withKeys(fields, key), ...(Object.keys(joined).length === 0 ? {} : { relations: joined }) };
}

function withKeys(fields: Fields, key: readonly string[]): Fields {
  atLeastOne([...columns(fields), ...key]);
  const nested = relations(fields).map(([name, inside]) => [name, withKeys(inside, key)] as const);
  return { ...Object.fromEntries([...key, ...columns(fields)].map((name) => [name, true as const])), ...Object.fromEntries(nested) };
}

function joinedOf(fields: Fields): Record<string, true | object> {
  return Object.fromEntries(relations(fields).map(([name, inside]) => [name, Object.keys(joinedOf(inside)).length === 0 ? true : joinedOf(inside)]));
}

/** `Post.findAll(sequelizeSelect(fields))`; relations are named by their aliases. */
export function sequelizeSelect(fields: Fields): { attributes: string[]; include?: object[] } {
  const nested = relations(fields).map(([association, inside]) => ({ association, ...sequelizeSelect(inside) }));
  return { attributes: columns(fields), ...(nested.length === 0 ? {} : { include: nested }) };
}

/** `Post.find({}, mongooseProjection(fields))`; relations are embedded documents. */
export function mongooseProjection(fields: Fields): Record<string, 0 | 1> {
  const paths = pathsOf(fields);
  // An empty projection reads everything.
  if (paths.length === 0) return { _id: 1 };
  return { ...Object.fromEntries(paths.map((path) => [path, 1 as const])), ...(paths.includes('_id') ? {} : { _id: 0 as const }) };
}

/** `em.find(Post, {}, { fields: mikroormFields(fields) })`; typed so that `find` takes it: which fields there are is not known before. */
export function mikroormFields(fields: Fields): never[] {
  return pathsOf(fields) as never[];
}

/**
 * `db('posts').select(columnList(fields, 'posts'))` for Knex, `db.selectFrom('posts').select(columnList<keyof Post>(fields))` for
 * Kysely; relations are left out.
 *
 * @throws TypeError where no column is left, which would read all of them: name one in `always`.
 */
export function columnList<C extends string = string>(fields: Fields, table?: string): C[] {
  return atLeastOne(columns(fields)).map((name) => (table === undefined ? name : `${table}.${name}`)) as C[];
}

function atLeastOne(names: string[]): string[] {
  if (names.length === 0) throw new TypeError('No column is left to read. Name one in `always`, such as the key.');
  return names;
}

function pathsOf(fields: Fields, above = ''): string[] {
  return Object.entries(fields).flatMap(([name, inside]) => (inside === true ? [`${above}${name}`] : pathsOf(inside, `${above}${name}.`)));
}

function missing(name: string): never {
  throw new TypeError(`The table has no column \`${name}\`.`);
}
