import type { TSESTree } from '@typescript-eslint/types';

import { type Code, someChild } from '../project/code.ts';
import { findVariable, isReassigned } from './binding.ts';
import { nameOfKey } from './syntax.ts';

const nestedWrites = /^(?:create|connect|connectOrCreate|createMany|set|disconnect|update|updateMany|upsert|delete|deleteMany)$/;

/**
 * A row that holds rows of other tables, or names them: `{ author: { connect: { id } } }`, also behind a condition or a constant.
 */
export function writesNested(code: Code, node: TSESTree.Node, is: 'row' | 'options'): boolean {
  return someObject(code, node, is === 'row' ? 0 : -1, new Set());
}

/** `depth` counts the objects around: the row's own properties, which are columns, stand at 0. */
function someObject(code: Code, node: TSESTree.Node, depth: number, seen: Set<TSESTree.Node>): boolean {
  if (seen.has(node)) return false;
  seen.add(node);
  if (node.type === 'Property' && !node.computed && node.key !== node.value) {
    if (depth > 0 && nestedWrites.test(nameOfKey(node) ?? '') && couldBeRows(node.value)) return true;
    return someObject(code, node.value, depth + 1, seen);
  }
  if (node.type === 'Identifier') {
    const variable = findVariable(code, node);
    const [definition] = variable?.defs ?? [];
    const declarator = definition?.node as TSESTree.Node | undefined;
    if (variable === undefined || declarator?.type !== 'VariableDeclarator' || declarator.id.type !== 'Identifier' || isReassigned(variable)) return false;
    return declarator.init !== null && someObject(code, declarator.init, depth, seen);
  }
  return someChild(code, node, (child) => someObject(code, child, depth, seen));
}

const couldBeRows = (value: TSESTree.Node): boolean => value.type !== 'Literal' && value.type !== 'TemplateLiteral';
