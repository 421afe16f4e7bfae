import type { TSESTree } from '@typescript-eslint/types';

import { findVariable } from './binding.ts';
import { chainOfCall } from './key-place.ts';
import type { RemoteCall } from './remote-call.ts';
import { nameOfKey, parentOf, unwrap } from './syntax.ts';

/** Whether nothing but the length of the list is looked at that a read gives: `(await find()).length`. */
export function isOnlyCounted(call: RemoteCall): boolean {
  const sent = chainOfCall(call)?.whole ?? call.node;
  const awaited = parentOf(sent);
  const list = awaited?.type === 'AwaitExpression' ? awaited : sent;
  const parent = parentOf(list);
  if (parent?.type !== 'VariableDeclarator') return isLengthOf(parent, list);
  if (parent.init === null || unwrap(parent.init) !== list || parent.id.type !== 'Identifier') return false;
  const reads = (findVariable(call.code, parent.id)?.references ?? []).filter(({ init }) => init !== true).map(({ identifier }) => identifier as TSESTree.Node);
  return reads.length > 0 && reads.every((each) => isLengthOf(each.parent, each));
}

function isLengthOf(member: TSESTree.Node | undefined, list: TSESTree.Node): boolean {
  return member?.type === 'MemberExpression' && unwrap(member.object) === list && nameOfKey(member) === 'length';
}
