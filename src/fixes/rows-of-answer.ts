import type { TSESTree } from '@typescript-eslint/types';

import { type RowsIn, isRowsOf, rowsInPattern } from '../analysis/answer-rows.ts';
import { findVariable, isReassigned } from '../analysis/binding.ts';
import { nameOfKey, parentOf, unwrap } from '../analysis/syntax.ts';
import { type Usage, usageOf, usageOfPattern, worst } from '../analysis/usage.ts';
import { type Code, textOf } from '../project/code.ts';
import type { Edit } from './rewrite.ts';

/** Where a list of rows takes the place of an answer that keeps them in a member: `{ rows }`, `[rows]`. */
export interface RowsOfAnswer {
  readonly range: readonly [number, number];
  readonly write: (rows: string) => string;
  readonly edits: readonly Edit[];
  /** What is written again, comments included. */
  readonly kept: readonly (readonly [number, number])[];
  readonly usage: Usage;
  /** The rows stand where only an operand may. */
  readonly operand: TSESTree.Node | undefined;
}

/** What takes the place of an awaited answer, where nothing but its rows is used. */
export function rowsOfAnswer(code: Code, answer: TSESTree.Node, rowsIn: RowsIn): RowsOfAnswer | undefined {
  if (answer.type !== 'AwaitExpression') return undefined;
  const parent = parentOf(answer);
  if (parent?.type === 'MemberExpression')
    return isRowsOf(parent, (object) => object === answer, rowsIn)
      ? { range: parent.range, write: (rows) => rows, edits: [], kept: [], usage: usageOf(code, parent), operand: parent }
      : undefined;
  if (parent?.type !== 'VariableDeclarator' || parent.init !== answer || parent.id.typeAnnotation !== undefined) return undefined;
  const range = [parent.id.range[0], answer.range[1]] as const;
  if (parent.id.type === 'Identifier') return rowsOfNamed(code, parent.id, answer, rowsIn);
  const pattern = rowsInPattern(parent.id, rowsIn);
  if (pattern === undefined) return undefined;
  const name = textOf(code, pattern);
  return { range, write: (rows) => `${name} = ${rows}`, edits: [], kept: [pattern.range], usage: usageOfPattern(code, pattern), operand: undefined };
}

/** `const result = await …`, of which each use is `result.rows`; `result.rowCount` becomes their number. */
function rowsOfNamed(code: Code, name: TSESTree.Identifier, answer: TSESTree.Node, rowsIn: RowsIn): RowsOfAnswer | undefined {
  const variable = findVariable(code, name);
  if (variable === undefined || isReassigned(variable)) return undefined;
  const edits: Edit[] = [];
  const usages: Usage[] = [];
  for (const reference of variable.references) {
    if (!reference.isRead()) continue;
    const identifier = reference.identifier as TSESTree.Identifier;
    const member = parentOf(identifier);
    if (member?.type !== 'MemberExpression' || unwrap(member.object) !== identifier) return undefined;
    if (isRowsOf(member, (object) => object === identifier, rowsIn)) {
      const usage = usageOf(code, member);
      const target = parentOf(member);
      // Another list takes the place of the rows.
      if (target?.type === 'AssignmentExpression' && unwrap(target.left) === member) return undefined;
      usages.push(usage);
    } else if (rowsIn === 'rows' && !member.computed && nameOfKey(member) === 'rowCount') edits.push({ range: member.property.range, text: 'rows.length' });
    else return undefined;
  }
  const usage = worst(usages);
  // Their number would be another one then.
  if (edits.length > 0 && usage === 'changed') return undefined;
  return { range: answer.range, write: (rows) => (rowsIn === 'rows' ? `{ rows: ${rows} }` : `[${rows}]`), edits, kept: [], usage, operand: undefined };
}
