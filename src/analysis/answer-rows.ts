import type { TSESTree } from '@typescript-eslint/types';

import { nameOfKey, unwrap } from './syntax.ts';

/** Where an answer keeps its rows: `result.rows`, or `result[0]`. */
export type RowsIn = 'rows' | 0;

/** Whether a member of an answer is its rows: `answer.rows`, `answer[0]`. */
export function isRowsOf(member: TSESTree.Node, isAnswer: (object: TSESTree.Node) => boolean, rowsIn: RowsIn): boolean {
  if (member.type !== 'MemberExpression' || member.optional || !isAnswer(unwrap(member.object))) return false;
  return rowsIn === 'rows' ? nameOfKey(member) === 'rows' : member.computed && member.property.type === 'Literal' && member.property.value === rowsIn;
}

/** What a pattern calls the rows, where it takes nothing else of an answer: `{ rows: users }`, `[users]`. */
export function rowsInPattern(pattern: TSESTree.Node, rowsIn: RowsIn): TSESTree.Node | undefined {
  const [only, ...more] = pattern.type === 'ArrayPattern' ? pattern.elements : pattern.type === 'ObjectPattern' ? pattern.properties : [];
  if (only === null || only === undefined || more.length > 0 || only.type === 'RestElement' || only.type === 'AssignmentPattern') return undefined;
  if (rowsIn === 0) return pattern.type === 'ArrayPattern' ? only : undefined;
  if (only.type !== 'Property' || only.computed || nameOfKey(only) !== rowsIn || only.value.type === 'AssignmentPattern') return undefined;
  return only.value;
}
