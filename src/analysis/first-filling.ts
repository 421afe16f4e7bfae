import type { TSESTree } from '@typescript-eslint/types';

import type { Code } from '../project/code.ts';
import { findVariable } from './binding.ts';
import { calleeName, enclosingFunction, unwrap } from './syntax.ts';

/** Whether a node runs only while a table is empty: `if ((await users.count()) > 0) return;` stands before it. */
export function fillsEmptyTable(code: Code, node: TSESTree.Node): boolean {
  for (let fn = enclosingFunction(node); fn !== undefined; fn = enclosingFunction(fn)) {
    if (fn.body?.type !== 'BlockStatement') continue;
    for (const statement of fn.body.body) {
      if (statement.range[1] > node.range[0]) {
        // `if (count === 0) { … }`
        if (statement.type === 'IfStatement' && statement.consequent.range[0] < node.range[0] && isNone(code, statement.test)) return true;
        break;
      }
      if (statement.type === 'IfStatement' && leaves(statement.consequent) && isSome(code, statement.test)) return true;
    }
  }
  return false;
}

function leaves(statement: TSESTree.Statement): boolean {
  return statement.type === 'ReturnStatement' || (statement.type === 'BlockStatement' && statement.body.at(-1)?.type === 'ReturnStatement');
}

/** `count > 0`, `count !== 0`, `count` */
function isSome(code: Code, test: TSESTree.Node): boolean {
  const at = unwrap(test);
  if (at.type !== 'BinaryExpression') return isCount(code, at);
  return /^(?:>|!==?|>=)$/.test(at.operator) && isCount(code, at.left) && isNumber(at.right);
}

/** `count === 0`, `!count` */
function isNone(code: Code, test: TSESTree.Node): boolean {
  const at = unwrap(test);
  if (at.type === 'UnaryExpression') return at.operator === '!' && isCount(code, at.argument);
  return at.type === 'BinaryExpression' && /^===?$/.test(at.operator) && isCount(code, at.left) && isNumber(at.right);
}

const isNumber = (node: TSESTree.Node): boolean => node.type === 'Literal' && (node.value === 0 || node.value === 1);

/** `await users.count()` of the whole table, or a constant that it was given to. */
function isCount(code: Code, node: TSESTree.Node): boolean {
  const at = unwrap(node);
  if (at.type === 'AwaitExpression') {
    const call = unwrap(at.argument);
    return call.type === 'CallExpression' && call.arguments.length === 0 && /^(?:count|countDocuments|estimatedDocumentCount)$/.test(calleeName(call) ?? '');
  }
  const declarator = at.type === 'Identifier' ? (findVariable(code, at)?.defs[0]?.node as TSESTree.Node | undefined) : undefined;
  return (
    declarator?.type === 'VariableDeclarator' &&
    declarator.init !== null &&
    unwrap(declarator.init).type === 'AwaitExpression' &&
    isCount(code, declarator.init)
  );
}
