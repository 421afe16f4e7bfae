import { type Condition, sqlOperators, written } from './condition.ts';
import type { TypeormStatement } from './libraries.ts';

interface Transformer {
  to(value: unknown): unknown;
}

/** A condition as TypeORM takes it: its text, and its parameters as the columns' transformers write them. */
export function typeormText({ alias, expressionMap }: TypeormStatement<unknown>, where: Condition): [text: string, parameters: Record<string, unknown>] {
  const parameters: Record<string, unknown> = {};
  const named = (value: unknown): string => {
    const name = `page${Object.keys(parameters).length}`;
    parameters[name] = value;
    return name;
  };
  const stored = (column: string, value: unknown): unknown => {
    const { transformer = [] } = expressionMap.mainAlias?.metadata?.findColumnWithPropertyPath(column) ?? {};
    return ([transformer].flat() as Transformer[]).reduceRight((at, each) => each.to(at), value);
  };
  const text = written<string>(where, {
    all: (parts) => `(${parts.join(' AND ')})`,
    any: (parts) => `(${parts.join(' OR ')})`,
    isNull: (column) => `${alias}.${column} IS NULL`,
    isNotNull: (column) => `${alias}.${column} IS NOT NULL`,
    isIn: (column, values) => (values.length === 0 ? '1 = 0' : `${alias}.${column} IN (:...${named(values.map((value) => stored(column, value)))})`),
    compare: (column, is, value) => `${alias}.${column} ${sqlOperators[is]} :${named(stored(column, value))}`,
  });
  return [text, parameters];
}
