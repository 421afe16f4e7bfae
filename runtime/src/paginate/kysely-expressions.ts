import { type ConditionForms, type Order, sqlOperators } from './condition.ts';
import type { KyselyCondition, KyselyOrdering } from './libraries.ts';

/** Conditions as Kysely's expression builder writes them. */
export const kyselyForms: ConditionForms<KyselyCondition> = {
  all: (parts) => (build) => build.and(parts.map((part) => part(build))),
  any: (parts) => (build) => build.or(parts.map((part) => part(build))),
  isNull: (column) => (build) => build(column, 'is', null),
  isNotNull: (column) => (build) => build(column, 'is not', null),
  // `in ()` is no SQL.
  isIn: (column, values) => (build) => (values.length === 0 ? build.or([]) : build(column, 'in', values)),
  compare: (column, is, value) => (build) => build(column, sqlOperators[is], value),
};

/** What a list is ordered by. */
export function kyselyOrder({ direction, nulls }: Order): (by: KyselyOrdering) => KyselyOrdering {
  return (by) => {
    const order = direction === 'asc' ? by.asc() : by.desc();
    return nulls === undefined ? order : nulls === 'first' ? order.nullsFirst() : order.nullsLast();
  };
}
