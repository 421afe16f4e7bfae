import type { Condition } from './condition.ts';

/** A condition as MongoDB and MikroORM write it: `{ $and: [{ rank: { $gt: 3 } }, …] }`. */
export function written(condition: Condition): object {
  if ('all' in condition) return { $and: condition.all.map(written) };
  if ('any' in condition) return { $or: condition.any.map(written) };
  const { column, is } = condition;
  if (is === 'null' || is === 'not null') return { [column]: { [is === 'null' ? '$eq' : '$ne']: null } };
  return { [column]: { [`$${is}`]: condition.value } };
}
