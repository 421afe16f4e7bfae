import { and, asc, type Column, desc, eq, gt, gte, inArray, isNotNull, isNull, lt, lte, ne, or, sql, type SQL } from 'drizzle-orm';

import type { ConditionForms, Order } from './condition.ts';

const compared = { eq, ne, gt, gte, lt, lte };

/** Conditions as drizzle-orm writes them. */
export function drizzleForms(columnOf: (name: string) => Column): ConditionForms<SQL> {
  return {
    all: (parts) => and(...parts) as SQL,
    any: (parts) => or(...parts) as SQL,
    isNull: (column) => isNull(columnOf(column)),
    isNotNull: (column) => isNotNull(columnOf(column)),
    isIn: (column, values) => inArray(columnOf(column), [...values]),
    compare: (column, is, value) => compared[is](columnOf(column), value),
  };
}

/** What a list is ordered by. */
export function drizzleOrder(column: Column, { direction, nulls }: Order, isMySql: boolean): SQL[] {
  const by = direction === 'asc' ? asc(column) : desc(column);
  if (nulls === undefined) return [by];
  // MySQL knows no `nulls first`.
  if (isMySql) return [nulls === 'first' ? desc(isNull(column)) : asc(isNull(column)), by];
  return [nulls === 'first' ? sql`${by} nulls first` : sql`${by} nulls last`];
}

/** Drizzle's classes tell their kind by a symbol. */
export function isMySql(db: object): boolean {
  const kind: unknown = (db.constructor as unknown as Readonly<Record<symbol, unknown>>)[Symbol.for('drizzle:entityKind')];
  return typeof kind === 'string' && /mysql|singlestore|planetscale|tidb/i.test(kind);
}

/** Its tables keep their names under a symbol, too. */
export function tableName(table: object): string | undefined {
  const name = (table as Readonly<Record<symbol, unknown>>)[Symbol.for('drizzle:Name')];
  return typeof name === 'string' ? name : undefined;
}
