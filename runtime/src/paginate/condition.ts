/** A column to sort by. `nulls` is given for columns that may be null, and says where those rows stand. */
export interface Order {
  readonly column: string;
  readonly direction: 'asc' | 'desc';
  readonly nulls?: 'first' | 'last';
}

export type Comparison = 'eq' | 'ne' | 'gt' | 'gte' | 'lt' | 'lte';

/** What rows must meet, in a form that every adapter writes in its library's own. `all` and `any` are not empty. */
export type Condition =
  | { readonly column: string; readonly is: Comparison; readonly value: unknown }
  | { readonly column: string; readonly is: 'in'; readonly value: readonly unknown[] }
  | { readonly column: string; readonly is: 'null' }
  | { readonly column: string; readonly is: 'not null' }
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] };

/** How a library writes a condition, part by part. */
export interface ConditionForms<W> {
  readonly all: (parts: W[]) => W;
  readonly any: (parts: W[]) => W;
  readonly isNull: (column: string) => W;
  readonly isNotNull: (column: string) => W;
  readonly isIn: (column: string, values: readonly unknown[]) => W;
  readonly compare: (column: string, is: Comparison, value: unknown) => W;
}

/** A condition in a library's own form. */
export function written<W>(condition: Condition, forms: ConditionForms<W>): W {
  if ('all' in condition) return forms.all(condition.all.map((each) => written(each, forms)));
  if ('any' in condition) return forms.any(condition.any.map((each) => written(each, forms)));
  if (condition.is === 'null') return forms.isNull(condition.column);
  if (condition.is === 'not null') return forms.isNotNull(condition.column);
  return condition.is === 'in' ? forms.isIn(condition.column, condition.value) : forms.compare(condition.column, condition.is, condition.value);
}

/** The operators of SQL. */
export const sqlOperators: Readonly<Record<Comparison, string>> = { eq: '=', ne: '<>', gt: '>', gte: '>=', lt: '<', lte: '<=' };

/** The rows that stand after the one with these values, in an order whose last column is unique; `inclusive`: and that one. */
export function afterCondition(sort: readonly Order[], values: readonly unknown[], inclusive = false): Condition {
  const alternatives: Condition[] = [];
  const same: Condition[] = [];
  for (const [index, order] of sort.entries()) {
    const value = values[index] ?? null;
    const after = afterOne(order, value);
    if (after !== undefined) alternatives.push(same.length === 0 ? after : { all: [...same, after] });
    same.push(value === null ? { column: order.column, is: 'null' } : { column: order.column, is: 'eq', value });
  }
  if (inclusive) alternatives.push({ all: same });
  const [first, ...more] = alternatives;
  return first !== undefined && more.length === 0 ? first : { any: alternatives };
}

/** What stands after a value in one column; `undefined` where nothing does. */
function afterOne({ column, direction, nulls }: Order, value: unknown): Condition | undefined {
  if (value === null) return nulls === 'first' ? { column, is: 'not null' } : undefined;
  // Prisma knows no order of booleans; there is one value after false, and none after true.
  const isLastBoolean = typeof value === 'boolean' && value === (direction === 'asc');
  if (isLastBoolean) return nulls === 'last' ? { column, is: 'null' } : undefined;
  const beyond: Condition = typeof value === 'boolean' ? { column, is: 'eq', value: !value } : { column, is: direction === 'asc' ? 'gt' : 'lt', value };
  return nulls === 'last' ? { any: [beyond, { column, is: 'null' }] } : beyond;
}

/** The same order from its other end. */
export function reversed(sort: readonly Order[]): Order[] {
  return sort.map(({ column, direction, nulls }) => ({
    column,
    direction: direction === 'asc' ? 'desc' : 'asc',
    ...(nulls === undefined ? {} : { nulls: nulls === 'first' ? ('last' as const) : ('first' as const) }),
  }));
}

/** @throws TypeError for an `all` or `any` that is empty: libraries do not agree on what it means. */
export function checkCondition(condition: Condition | undefined): void {
  const parts = condition === undefined ? undefined : 'all' in condition ? condition.all : 'any' in condition ? condition.any : undefined;
  if (parts?.length === 0) throw new TypeError('A condition with `all` or `any` must have at least one part.');
  for (const part of parts ?? []) checkCondition(part);
}
