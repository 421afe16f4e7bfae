import type { TSESTree } from '@typescript-eslint/types';

import type { Code } from '../project/code.ts';
import { findVariable } from './binding.ts';
import { nameOfKey, parentOf, unwrap } from './syntax.ts';

/** Whether nothing but the length of a list is looked at that a call gives: `(await find()).length`. */
export function isOnlyCounted(code: Code, call: TSESTree.Node): boolean {
  let list = call;
  // The steps of a statement, and its `await`.
  for (let at = parentOf(list); at !== undefined; at = parentOf(list)) {
    const isStep = at.type === 'MemberExpression' && unwrap(at.object) === list && parentOf(at)?.type === 'CallExpression';
    if (at.type !== 'AwaitExpression' && !isStep && !(at.type === 'CallExpression' && unwrap(at.callee) === list)) break;
    list = at;
  }
  const parent = parentOf(list);
  if (parent?.type === 'MemberExpression') return isLengthOf(parent, list);
  if (parent?.type !== 'VariableDeclarator' || parent.init === null || unwrap(parent.init) !== list || parent.id.type !== 'Identifier') return false;
  const reads = (findVariable(code, parent.id)?.references ?? []).filter(({ init }) => init !== true).map(({ identifier }) => identifier as TSESTree.Node);
  return reads.length > 0 && reads.every((each) => each.parent?.type === 'MemberExpression' && isLengthOf(each.parent, each));
}

function isLengthOf(member: TSESTree.MemberExpression, list: TSESTree.Node): boolean {
  return unwrap(member.object) === list && nameOfKey(member) === 'length';
}
