import type { TSESTree } from '@typescript-eslint/types';

import { type Code, textOf } from '../project/code.ts';
import { type Edit, textWith } from './rewrite.ts';

/**
 * A row's text as it stands in a list. TypeScript takes `{ role: 'ADMIN' }` in a list for a row with any text; the column of an
 * enum, or of a union, does not. Texts that may name such a value keep their type.
 */
export function rowText(code: Code, row: TSESTree.Node): string {
  return /\.[cm]?tsx?$/.test(code.path) ? textWith(code, row.range, literalsOf(row)) : textOf(code, row);
}

function literalsOf(node: TSESTree.Node): Edit[] {
  switch (node.type) {
    case 'Literal':
      return typeof node.value === 'string' && /^[\w.:-]+$/.test(node.value) ? [{ range: [node.range[1], node.range[1]], text: ' as const' }] : [];
    case 'ObjectExpression':
      return node.properties.flatMap((property) => (property.type === 'Property' ? literalsOf(property.value) : []));
    case 'ArrayExpression':
      return node.elements.flatMap((element) => (element === null ? [] : literalsOf(element)));
    case 'ConditionalExpression':
      return [...literalsOf(node.consequent), ...literalsOf(node.alternate)];
    case 'LogicalExpression':
      return literalsOf(node.right);
    default:
      return [];
  }
}
