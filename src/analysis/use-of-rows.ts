import type { TSESTree } from '@typescript-eslint/types';

import { type Code, someChild } from '../project/code.ts';
import { findVariable } from './binding.ts';
import { chainOfCall } from './key-place.ts';
import type { RemoteCall } from './remote-call.ts';
import { calleeName, identifiersIn, isFunction, nameOfKey, parentOf, staticText, unwrap } from './syntax.ts';

/** What becomes of the rows of a list: a limit fits where they are shown, and nowhere else. */
export type UseOfRows = 'worked through' | 'looked up' | 'added up' | 'handed on';

/** What the function that reads a list does with its rows; `handed on` where others decide, or where it cannot be told. */
export function useOfRows(call: RemoteCall): UseOfRows {
  const uses = placesOf(call).flatMap((place) => useOf(call.code, place) ?? []);
  if (uses.length === 0 || uses.includes('handed on')) return 'handed on';
  // What works through all of them needs them all.
  return uses.find((use) => use === 'worked through') ?? uses[0] ?? 'handed on';
}

/** Where the rows stand: the read itself, or the names that they get. */
function placesOf(call: RemoteCall): readonly TSESTree.Node[] {
  const sent = call.node.type === 'AwaitExpression' ? call.node : (chainOfCall(call)?.whole ?? call.node);
  const above = parentOf(sent);
  const list = above?.type === 'AwaitExpression' ? above : sent;
  const holder = parentOf(list);
  if (holder?.type !== 'VariableDeclarator') return [list];
  // `const [rows, count] = …`, `const { data } = …`
  const [name] = identifiersIn(holder.id);
  const references = name === undefined ? [] : (findVariable(call.code, name)?.references ?? []);
  return references.flatMap(({ identifier, init }) => (init === true ? [] : [identifier as TSESTree.Node]));
}

/** `undefined` for what says nothing: `rows.length`, `rows[0]`. */
function useOf(code: Code, rows: TSESTree.Node): UseOfRows | undefined {
  const parent = parentOf(rows);
  switch (parent?.type) {
    case 'MemberExpression':
      return parent.object === rows || unwrap(parent.object) === rows ? useOfMember(code, parent) : undefined;
    case 'ForOfStatement':
      return parent.right === rows || unwrap(parent.right) === rows ? useInBody(code, parent.body) : 'handed on';
    case 'CallExpression':
      return /^(?:keyBy|groupBy|indexBy|fromEntries|has|includes)$/.test(calleeName(parent) ?? '') ? 'looked up' : 'handed on';
    case 'NewExpression':
      return parent.callee.type === 'Identifier' && /^(?:Map|Set)$/.test(parent.callee.name) ? 'looked up' : 'handed on';
    case 'UnaryExpression':
    case 'IfStatement':
    case 'LogicalExpression':
      return parent.type === 'LogicalExpression' && parent.right !== rows && parent.operator !== '&&' ? useOf(code, parent) : undefined;
    default:
      return 'handed on';
  }
}

function useOfMember(code: Code, member: TSESTree.MemberExpression): UseOfRows | undefined {
  const call = parentOf(member);
  const isCalled = call?.type === 'CallExpression' && unwrap(call.callee) === member;
  if (!isCalled && /^(?:rows|docs|data)$/.test(nameOfKey(member) ?? '')) return useOf(code, member);
  if (!isCalled) return member.computed || nameOfKey(member) === 'length' ? undefined : 'handed on';
  const name = nameOfKey(member) ?? '';
  const [first, second] = call.arguments;
  if (/^(?:find|some|every|includes|findIndex|filter|indexOf)$/.test(name)) return 'looked up';
  if (name === 'reduce') {
    const start = second === undefined ? undefined : unwrap(second);
    return start?.type === 'Literal' && typeof start.value === 'number'
      ? 'added up'
      : start?.type === 'NewExpression' || start?.type === 'ObjectExpression'
        ? 'looked up'
        : 'handed on';
  }
  if (name === 'forEach') return first !== undefined && isFunction(first) ? useInBody(code, first.body) : 'worked through';
  if (name !== 'map' && name !== 'flatMap') return 'handed on';
  const taker = parentOf(call);
  if (taker?.type === 'CallExpression' && /^(?:all|allSettled)$/.test(calleeName(taker) ?? ''))
    return parentOf(parentOf(taker) ?? taker)?.type === 'ExpressionStatement' ? 'worked through' : 'handed on';
  return useOf(code, call);
}

/** What a turn over the rows does: it keeps each by a key, adds to a number, makes something of it, or sends something off. */
function useInBody(code: Code, body: TSESTree.Node): UseOfRows {
  let keeps = false;
  let adds = false;
  let collects = false;
  let waits = false;
  const visit = (node: TSESTree.Node): boolean => {
    if (node.type === 'AwaitExpression') waits = true;
    if (node.type === 'YieldExpression' || node.type === 'ReturnStatement') collects = true;
    if (node.type === 'CallExpression' && node.callee.type === 'MemberExpression') {
      const name = nameOfKey(node.callee) ?? '';
      if (name === 'set' || name === 'add') keeps = true;
      if (name === 'push' || name === 'unshift' || name === 'append' || name === 'write') collects = true;
    }
    if (node.type === 'AssignmentExpression' && node.operator === '=' && node.left.type === 'MemberExpression' && node.left.computed)
      keeps ||= staticText(node.left.property) === undefined;
    if ((node.type === 'AssignmentExpression' && node.operator === '+=') || node.type === 'UpdateExpression') adds = true;
    return someChild(code, node, visit);
  };
  visit(body);
  if (waits) return 'worked through';
  if (collects) return 'handed on';
  return keeps ? 'looked up' : adds ? 'added up' : 'worked through';
}
