import type { ConditionForms } from './condition.ts';

/** Conditions as MongoDB and MikroORM write them: `{ $and: [{ rank: { $gt: 3 } }, …] }`. */
export const dollarForms: ConditionForms<object> = {
  all: (parts) => ({ $and: parts }),
  any: (parts) => ({ $or: parts }),
  isNull: (column) => ({ [column]: { $eq: null } }),
  isNotNull: (column) => ({ [column]: { $ne: null } }),
  isIn: (column, values) => ({ [column]: { $in: values } }),
  compare: (column, is, value) => ({ [column]: { [`$${is}`]: value } }),
};
