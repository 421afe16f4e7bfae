import type { TSESTree } from '@typescript-eslint/types';

import { nameOfKey } from '../analysis/syntax.ts';
import { type Code, textOf, isTypeScript } from '../project/code.ts';
import { type Edit, textWith } from './rewrite.ts';

/**
 * A row's text as it stands in a list. TypeScript takes `{ role: 'ADMIN' }` in a list for a row with any text; the column of an
 * enum, or of a union, does not. Texts that may name such a value keep their type.
 */
export function rowText(code: Code, row: TSESTree.Node): string {
  return isTypeScript(code) ? textWith(code, row.range, literalsOf(row)) : textOf(code, row);
}

/** Longer texts are prose. */
const nameMax = 40;

function isName(value: unknown): boolean {
  return typeof value === 'string' && value !== '' && value.length <= nameMax;
}

/** `isOperand`: below a key such as `$unset`, whose types are lists of what is allowed. */
function literalsOf(node: TSESTree.Node, isOperand = false): Edit[] {
  switch (node.type) {
    case 'Literal':
      return isName(node.value) || isOperand ? [{ range: [node.range[1], node.range[1]], text: ' as const' }] : [];
    case 'UnaryExpression':
      return isOperand && node.argument.type === 'Literal' ? [{ range: [node.range[1], node.range[1]], text: ' as const' }] : [];
    case 'ObjectExpression':
      return node.properties.flatMap((property) =>
        property.type === 'Property' ? literalsOf(property.value, isOperand || nameOfKey(property)?.startsWith('$') === true) : [],
      );
    case 'ArrayExpression':
      return node.elements.flatMap((element) => (element === null ? [] : literalsOf(element, isOperand)));
    case 'ConditionalExpression':
      return [...literalsOf(node.consequent, isOperand), ...literalsOf(node.alternate, isOperand)];
    case 'LogicalExpression':
      return literalsOf(node.right, isOperand);
    default:
      return [];
  }
}
