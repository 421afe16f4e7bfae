import type { TSESTree } from '@typescript-eslint/types';

import { type Code, someChild } from '../project/code.ts';
import { nameOfKey } from './syntax.ts';

const nestedWrites = /^(?:create|connect|connectOrCreate|createMany|set|disconnect)$/;

/** A row that holds rows of other tables, or names them: `{ author: { connect: { id } } }`. */
export function writesNested(code: Code, node: TSESTree.Node): boolean {
  if (
    node.type === 'Property' &&
    node.value.type === 'ObjectExpression' &&
    node.value.properties.some((each) => each.type === 'Property' && nestedWrites.test(nameOfKey(each) ?? ''))
  )
    return true;
  return someChild(code, node, (child) => writesNested(code, child));
}
