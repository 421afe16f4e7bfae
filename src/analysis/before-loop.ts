import type { TSESTree } from '@typescript-eslint/types';

import { type Code, someChild, textOf } from '../project/code.ts';
import { findVariable } from './binding.ts';
import type { Loop } from './loop.ts';
import { enclosingFunction, isFunction, nameOfKey, parentOf, unwrap } from './syntax.ts';

/** Why no statement can be put before a loop. */
export const noPlaceBefore = {
  conditional: 'the loop stands in an expression that may not run',
  block: 'there is no block to put a statement into',
  order: 'other calls of the same statement run before the loop',
  beside: 'other calls of the same statement run at the same time',
  synchronous: 'the function around the loop is not async',
  promises: 'the promises of the loop are not awaited together',
} as const;

export type NoPlace = (typeof noPlaceBefore)[keyof typeof noPlaceBefore];

/** The statement before which something can be awaited once, with nothing else happening between. */
export function placeBefore(code: Code, loop: Loop): TSESTree.Node | NoPlace {
  return whyNotAwaited(code, loop) ?? statementBefore(code, loop);
}

/** Why nothing can be awaited before a loop, though there may be a place for a statement. */
export function whyNotAwaited(code: Code, loop: Loop): NoPlace | undefined {
  if (loop.node.type === 'CallExpression' && !isAwaitedTogether(code, loop.node)) return noPlaceBefore.promises;
  const fn = enclosingFunction(loop.node);
  if (fn === undefined ? !isAwaitAllowedOutside(code) : !fn.async || fn.generator) return noPlaceBefore.synchronous;
  return loop.node.type === 'CallExpression' && isReturnedFromTry(loop.node) ? noPlaceBefore.promises : undefined;
}

/** The statement before which something can be declared. */
export function statementBefore(code: Code, loop: Loop): TSESTree.Node | NoPlace {
  let below = loop.node;
  for (let at = loop.node.parent; at !== undefined && at !== null; below = at, at = at.parent) {
    if (at.type === 'BlockStatement' || at.type === 'Program' || at.type === 'SwitchCase' || at.type === 'StaticBlock')
      return callsBefore(code, below, loop.node) ? noPlaceBefore.order : callsBeside(code, below, loop.node) ? noPlaceBefore.beside : below;
    if (isFunction(at) || at.type === 'ClassBody') return noPlaceBefore.block;
    if (at.type.endsWith('Statement') && !/^(?:Expression|Return|Throw)Statement$/.test(at.type)) return noPlaceBefore.block;
    if ((at.type === 'ConditionalExpression' && below !== at.test) || (at.type === 'LogicalExpression' && below !== at.left)) return noPlaceBefore.conditional;
  }
  return noPlaceBefore.block;
}

/** `try { return Promise.all(…) } catch …`: what is not awaited there is not caught there, and `finally` does not wait for it. */
function isReturnedFromTry(node: TSESTree.Node): boolean {
  let awaited = false;
  for (let at = node.parent; at !== undefined && at !== null && !isFunction(at); at = at.parent) {
    awaited ||= at.type === 'AwaitExpression';
    if (at.type === 'TryStatement') return !awaited;
  }
  return false;
}

/** Modules may await at their top. */
function isAwaitAllowedOutside(code: Code): boolean {
  return code.ast.sourceType === 'module' && /\bawait\b/.test(code.text);
}

/** `await Promise.all(list.map(…))`, `return Promise.all(…)`, `await pMap(list, …)`; or its promises, by the next statement. */
function isAwaitedTogether(code: Code, node: TSESTree.CallExpression): boolean {
  let at: TSESTree.Node = node;
  let together = node.callee.type !== 'MemberExpression';
  for (let above: TSESTree.Node | null | undefined = at.parent; above !== undefined && above !== null; at = above, above = above.parent) {
    if (above.type === 'CallExpression' && above.callee !== at) {
      const callee = unwrap(above.callee);
      if (callee.type !== 'MemberExpression' || callee.object.type !== 'Identifier' || callee.object.name !== 'Promise') return false;
      // `allSettled` gives each turn's own error.
      if (nameOfKey(callee) !== 'all') return false;
      together = true;
    } else if (above.type === 'AwaitExpression' || above.type === 'ReturnStatement') return together;
    else if (above.type === 'VariableDeclarator') return !together && at === node && isAwaitedNext(code, above);
    else if (!(isWrapping(above) || isOrNothing(above, at))) return false;
  }
  return false;
}

function isWrapping({ type }: TSESTree.Node): boolean {
  return type === 'ArrayExpression' || type === 'SpreadElement' || type === 'TSAsExpression' || type === 'ChainExpression';
}

/** `list.forEach(async (item) => …);`: nobody waits for the turns, and something can be awaited in their place. */
export function isForgotten({ node }: Loop): boolean {
  const fn = enclosingFunction(node);
  const isEach = node.type === 'CallExpression' && node.callee.type === 'MemberExpression' && nameOfKey(node.callee) === 'forEach';
  const callback = isEach ? node.arguments[0] : undefined;
  const isAsync = callback !== undefined && isFunction(callback) && callback.async;
  return isAsync && parentOf(node)?.type === 'ExpressionStatement' && fn?.async === true && !fn.generator;
}

/** `list?.map(…) ?? []` */
export function isOrNothing(node: TSESTree.Node, left: TSESTree.Node): boolean {
  if (node.type !== 'LogicalExpression' || node.left !== left || node.operator === '&&') return false;
  return node.right.type === 'ArrayExpression' && node.right.elements.length === 0;
}

/** `const turns = list.map(…);` and then `await Promise.all(turns);`, with nothing between, and no other use of them. */
function isAwaitedNext(code: Code, { id, parent: declaration }: TSESTree.VariableDeclarator): boolean {
  const { parent: block } = declaration;
  if (id.type !== 'Identifier' || id.typeAnnotation !== undefined || declaration.kind !== 'const' || declaration.declarations.length > 1) return false;
  if (block.type !== 'BlockStatement' && block.type !== 'Program') return false;
  const next = block.body[block.body.indexOf(declaration) + 1];
  const [use, ...more] = findVariable(code, id)?.references.filter(({ init }) => init !== true) ?? [];
  const all = use?.identifier.parent;
  if (next === undefined || more.length > 0 || all?.type !== 'CallExpression' || all.arguments[0] !== use?.identifier) return false;
  const given = next.type === 'ReturnStatement' ? next.argument : next.type === 'ExpressionStatement' ? next.expression : undefined;
  const value = next.type === 'VariableDeclaration' && next.declarations.length === 1 ? next.declarations[0]?.init : given;
  const isAwaited = value?.type === 'AwaitExpression' && value.argument === all;
  return /^Promise\s*\.\s*all$/.test(textOf(code, all.callee)) && (isAwaited || (next.type === 'ReturnStatement' && value === all));
}

/** Something is called in the statement before the loop is reached. */
function callsBefore(code: Code, statement: TSESTree.Node, loop: TSESTree.Node): boolean {
  if (statement === loop) return false;
  let found = false;
  const visit = (node: TSESTree.Node): void => {
    if (found || node === loop || node.range[0] >= loop.range[0] || isFunction(node)) return;
    // A call that holds the loop among its arguments runs after it.
    const holds = node.range[0] <= loop.range[0] && loop.range[1] <= node.range[1];
    if (!holds && /^(?:Call|New|Await|Yield|TaggedTemplate|Assignment|Update)Expression$/.test(node.type)) found = true;
    someChild(code, node, (child) => {
      visit(child);
      return found;
    });
  };
  visit(statement);
  return found;
}

/** `Promise.all([...list.map(…), save()])`: what stands after the loop in a list does not wait for its turns. */
function callsBeside(code: Code, statement: TSESTree.Node, loop: TSESTree.Node): boolean {
  const calls = (node: TSESTree.Node): boolean =>
    !isFunction(node) && (/^(?:Call|New|Await|TaggedTemplate)Expression$/.test(node.type) || someChild(code, node, calls));
  for (let at: TSESTree.Node = loop; at !== statement && at.parent !== undefined && at.parent !== null; at = at.parent) {
    const { parent } = at;
    if (parent.type === 'ArrayExpression' && parent.elements.some((each) => each !== null && each.range[0] >= at.range[1] && calls(each))) return true;
  }
  return false;
}

/** Something in a node is awaited; what `except` names is not looked into. */
export function awaitsIn(code: Code, node: TSESTree.Node, except: readonly TSESTree.Node[] = []): boolean {
  return !except.includes(node) && (node.type === 'AwaitExpression' || someChild(code, node, (child) => awaitsIn(code, child, except)));
}
