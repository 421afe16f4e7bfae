import type { Fields } from './fields.ts';

type Nested<V> = { [column: string]: V | Nested<V> };

const relations = (fields: Fields): [string, Fields][] => Object.entries(fields).filter((entry): entry is [string, Fields] => entry[1] !== true);
const columns = (fields: Fields): string[] => Object.keys(fields).filter((name) => fields[name] === true);

/** `prisma.post.findMany({ select: prismaSelect(fields) })` */
export function prismaSelect(fields: Fields): Nested<true | { select: object }> {
  return Object.fromEntries(Object.entries(fields).map(([name, inside]) => [name, inside === true ? true : { select: prismaSelect(inside) }]));
}

/** `db.select(drizzleColumns(posts, fields)).from(posts)`; relations are left out. */
export function drizzleColumns<T extends object>(table: T, fields: Fields): Partial<T> {
  return Object.fromEntries(columns(fields).map((name) => [name, (table as Readonly<Record<string, unknown>>)[name] ?? missing(name)])) as Partial<T>;
}

/** `db.query.posts.findMany(drizzleQuery(fields))` */
export function drizzleQuery(fields: Fields): { columns: Record<string, true>; with?: Record<string, object> } {
  const nested = relations(fields).map(([name, inside]) => [name, drizzleQuery(inside)] as const);
  return {
    columns: Object.fromEntries(columns(fields).map((name) => [name, true as const])),
    ...(nested.length === 0 ? {} : { with: Object.fromEntries(nested) }),
  };
}

/** `posts.find(typeormSelect(fields))` */
export function typeormSelect(fields: Fields): { select: Fields; relations?: object } {
  const joined = joinedOf(fields);
  return { select: fields, ...(Object.keys(joined).length === 0 ? {} : { relations: joined }) };
}

function joinedOf(fields: Fields): Record<string, true | object> {
  return Object.fromEntries(relations(fields).map(([name, inside]) => [name, Object.keys(joinedOf(inside)).length === 0 ? true : joinedOf(inside)]));
}

/** `Post.findAll(sequelizeSelect(fields))`; relations are named by their aliases. */
export function sequelizeSelect(fields: Fields): { attributes: string[]; include?: object[] } {
  const nested = relations(fields).map(([association, inside]) => ({ association, ...sequelizeSelect(inside) }));
  return { attributes: columns(fields), ...(nested.length === 0 ? {} : { include: nested }) };
}

/** `Post.find({}, mongooseProjection(fields))` */
export function mongooseProjection(fields: Fields): Record<string, 0 | 1> {
  const paths = pathsOf(fields);
  return { ...Object.fromEntries(paths.map((path) => [path, 1 as const])), ...(paths.includes('_id') ? {} : { _id: 0 as const }) };
}

/** `em.find(Post, {}, { fields: mikroormFields(fields) })` */
export function mikroormFields(fields: Fields): string[] {
  return pathsOf(fields);
}

/** `db('posts').select(columnList(fields, 'posts'))`, `db.selectFrom('posts').select(columnList(fields))`: Knex, Kysely; relations are left out. */
export function columnList(fields: Fields, table?: string): string[] {
  return columns(fields).map((name) => (table === undefined ? name : `${table}.${name}`));
}

function pathsOf(fields: Fields, above = ''): string[] {
  return Object.entries(fields).flatMap(([name, inside]) => (inside === true ? [`${above}${name}`] : pathsOf(inside, `${above}${name}.`)));
}

function missing(name: string): never {
  throw new TypeError(`The table has no column \`${name}\`.`);
}
