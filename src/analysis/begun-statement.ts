import type { TSESTree } from '@typescript-eslint/types';

import { type Code, someChild } from '../project/code.ts';
import { findVariable } from './binding.ts';
import { evaluate } from './origin/evaluate.ts';
import { callSitesOf } from './origin/parameters.ts';
import { isFunction, nameOfKey, parentOf, rootOf, unwrap } from './syntax.ts';

/** Whether a statement that a function gives back is built on and sent by those who call it. */
export function isBegunFor(code: Code, fn: TSESTree.Node | undefined, statement: TSESTree.Node): boolean {
  if (fn === undefined || !isFunction(fn) || fn.async || isFinished(statement)) return false;
  const owner = parentOf(fn);
  const name =
    owner?.type === 'MethodDefinition' || owner?.type === 'Property' ? nameOfKey(owner) : nameIn(owner?.type === 'VariableDeclarator' ? owner.id : fn.id);
  if ((owner?.type === 'MethodDefinition' || owner?.type === 'Property') && owner.kind === 'get') return !awaits(code, name ?? '');
  const sites = callSitesOf(code, fn);
  if (sites.some((call) => parentOf(call)?.type === 'AwaitExpression')) return false;
  return continuesGiven(code, fn, statement) || sites.some((call) => isBuiltOn(code, call)) || buildsByName.test(name ?? '');
}

/** `await users.list`, of a getter */
function awaits(code: Code, name: string): boolean {
  const isAwaited = (node: TSESTree.Node): boolean =>
    (node.type === 'AwaitExpression' && node.argument.type === 'MemberExpression' && nameOfKey(node.argument) === name) || someChild(code, node, isAwaited);
  return code.text.includes(name) && isAwaited(code.ast);
}

const nameIn = (node: TSESTree.Node | null | undefined): string | undefined => (node?.type === 'Identifier' ? node.name : undefined);

/** What functions are called that begin a statement, for those who do not call them in this file. */
const buildsByName = /^_?(?:base|build|compose|create|get|make|new|prepare)\w*(?:query|builder)$/i;

/** The last word on what the statement does: a row that is written, or the first of them. */
function isFinished(statement: TSESTree.Node): boolean {
  for (let at = unwrap(statement); at.type === 'CallExpression' && at.callee.type === 'MemberExpression'; at = unwrap(at.callee.object))
    if (/^(?:insert|upsert|update|patch|delete|del|first|findOne|findById|returning|execute)/.test(nameOfKey(at.callee) ?? '')) return true;
  return false;
}

/** `(query) => query.where(…)`: a step of a statement that somebody else began. */
function continuesGiven(code: Code, fn: TSESTree.Node, statement: TSESTree.Node): boolean {
  const root = rootOf(statement);
  if (root.type !== 'Identifier' || findVariable(code, root)?.defs[0]?.node !== fn) return false;
  const value = evaluate(code, root);
  return value.kind === 'object' && value.library.objects[value.type]?.builder !== undefined;
}

/** `base().limit(5)`, `let query = base(); query = query.limit(5);` */
function isBuiltOn(code: Code, node: TSESTree.Node): boolean {
  const parent = parentOf(node);
  if (parent?.type === 'VariableDeclarator' && parent.id.type === 'Identifier' && node.type === 'CallExpression')
    return findVariable(code, parent.id)?.references.some(({ identifier, init }) => init !== true && isBuiltOn(code, identifier)) === true;
  return parent?.type === 'MemberExpression' && parent.object === node && !/^(?:then|catch|finally)$/.test(nameOfKey(parent) ?? '');
}
