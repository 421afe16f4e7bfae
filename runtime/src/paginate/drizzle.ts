import { and, type Column, sql, type SQL } from 'drizzle-orm';

import { type Condition, written } from './condition.ts';
import { drizzleForms, drizzleOrder, isMySql, tableName } from './drizzle-sql.ts';
import type { DrizzleDatabase, DrizzleList } from './libraries.ts';
import type { PageSource, SourceKey } from './pages.ts';

export interface DrizzlePagesOptions extends SourceKey {
  /** A condition of drizzle-orm's: `eq(users.active, true)`. */
  readonly where?: object | undefined;
  /** The columns that are read: `{ id: users.id, name: users.name }`. Default: all. */
  readonly columns?: Readonly<Record<string, object>>;
}

/** A table of Drizzle's, page by page: `paginate(drizzlePages(db, users))`. */
export function drizzlePages<T extends { readonly $inferSelect: unknown }>(
  db: DrizzleDatabase,
  table: T,
  { key = ['id'], where: base, columns }: DrizzlePagesOptions = {},
): PageSource<T['$inferSelect']> {
  const columnOf = (name: string): Column => (table as unknown as Readonly<Record<string, Column>>)[name] ?? missing(name);
  const select = <R>(fields?: object): DrizzleList<R> => (db.select as (fields?: object) => DrizzleList<R>)(fields).from(table);
  const filter = (where: Condition | undefined): SQL | undefined => and(base && sql`(${base as SQL})`, where && written(where, drizzleForms(columnOf)));
  const rows: PageSource<T['$inferSelect']>['rows'] = ({ where, sort, offset, limit }) => {
    const order = sort.flatMap((each) => drizzleOrder(columnOf(each.column), each, isMySql(db)));
    return select<T['$inferSelect'][]>(columns)
      .where(filter(where))
      .orderBy(...order)
      .limit(limit)
      .offset(offset);
  };
  const count = async (where: Condition | undefined): Promise<number> =>
    Number((await select<{ n: unknown }[]>({ n: sql`count(*)` }).where(filter(where)))[0]?.n ?? 0);
  return { key, name: tableName(table), rows, count };
}

function missing(name: string): never {
  throw new TypeError(`The table has no column \`${name}\`.`);
}
