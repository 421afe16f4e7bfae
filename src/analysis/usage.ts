import type { TSESTree } from '@typescript-eslint/types';

import type { Code } from '../project/code.ts';
import { findVariable } from './binding.ts';
import { evaluate } from './origin/evaluate.ts';
import { alternatives } from './origin/value.ts';
import { contains, nameOfKey, parentOf, unwrap } from './syntax.ts';

/** What becomes of a value: only looked at, handed on to code that cannot be seen, or changed. */
export type Usage = 'read' | 'escapes' | 'changed';

/** What becomes of a row, or a list of rows, that an expression gives. */
export function usageOf(code: Code, node: TSESTree.Node): Usage {
  const parent = parentOf(node);
  switch (parent?.type) {
    case 'AwaitExpression':
      return usageOf(code, parent);
    case 'VariableDeclarator':
      return parent.init !== null && contains(parent.init, node) ? usageOfPattern(code, parent.id) : 'read';
    case 'ExpressionStatement':
    case 'UnaryExpression':
      return 'read';
    case 'BinaryExpression':
      return 'read';
    case 'IfStatement':
    case 'WhileStatement':
      return 'read';
    case 'ConditionalExpression':
      return parent.test === node || unwrap(parent.test) === node ? 'read' : usageOf(code, parent);
    case 'LogicalExpression':
      // The left side of `&&` is given on only when it is nothing.
      return parent.operator === '&&' && unwrap(parent.left) === node ? 'read' : usageOf(code, parent);
    case 'MemberExpression':
      return unwrap(parent.object) === node ? usageOfMember(code, parent) : 'read';
    case 'CallExpression':
      return isChangedBy(code, parent, node) ? 'changed' : 'escapes';
    default:
      return 'escapes';
  }
}

const followed = new Set<TSESTree.Node>();

/** Whether a function of the project changes what it is given: `normalise(user.settings)`, `Object.assign(user, change)`. */
function isChangedBy(code: Code, call: TSESTree.CallExpression, given: TSESTree.Node): boolean {
  const index = call.arguments.findIndex((argument) => unwrap(argument) === unwrap(given));
  if (index === -1) return false;
  const callee = unwrap(call.callee);
  if (callee.type === 'MemberExpression' && callee.object.type === 'Identifier' && callee.object.name === 'Object')
    return index === 0 && /^(?:assign|freeze|seal|definePropert(?:y|ies)|setPrototypeOf)$/.test(nameOfKey(callee) ?? '');
  if (callee.type !== 'Identifier' && callee.type !== 'MemberExpression') return false;
  return alternatives(evaluate(code, callee)).some((value) => {
    const parameter = value.kind === 'function' ? value.node.params[index] : undefined;
    if (value.kind !== 'function' || parameter === undefined || followed.has(parameter)) return false;
    followed.add(parameter);
    try {
      return usageOfPattern(value.code, parameter) === 'changed';
    } finally {
      followed.delete(parameter);
    }
  });
}

/** What becomes of a row, or a list of rows, that a pattern takes apart. */
export function usageOfPattern(code: Code, pattern: TSESTree.Node): Usage {
  switch (pattern.type) {
    case 'Identifier': {
      const references = findVariable(code, pattern)?.references ?? [];
      return worst(references.filter((reference) => reference.isRead()).map(({ identifier }) => usageOf(code, identifier as TSESTree.Node)));
    }
    case 'ObjectPattern':
      // The parts are values of columns, or rows of a relation: handed on is a value, changed is a row.
      return worst(pattern.properties.map((property) => (property.type === 'RestElement' ? 'escapes' : isChanged(usageOfPattern(code, property.value)))));
    case 'ArrayPattern':
      return worst(pattern.elements.map((element) => (element === null ? 'read' : usageOfPattern(code, element))));
    case 'AssignmentPattern':
      return usageOfPattern(code, pattern.left);
    default:
      return 'escapes';
  }
}

const looking = new Set(['map', 'filter', 'some', 'every', 'find', 'forEach', 'flatMap', 'reduce', 'findIndex']);

/** Methods that change a list, a map or a loaded row. */
const changing = new Set(
  'push unshift splice sort reverse pop shift set add delete clear fill copyWithin save update destroy remove assign increment decrement reload populate'.split(
    ' ',
  ),
);

function usageOfMember(code: Code, member: TSESTree.MemberExpression): Usage {
  const parent = parentOf(member);
  if (parent?.type === 'AssignmentExpression' && unwrap(parent.left) === member) return 'changed';
  if (parent?.type === 'UpdateExpression' || (parent?.type === 'UnaryExpression' && parent.operator === 'delete')) return 'changed';
  if (parent?.type === 'CallExpression' && unwrap(parent.callee) === member) {
    const name = nameOfKey(member) ?? '';
    if (changing.has(name)) return 'changed';
    if (/^(?:join|includes|toString|toISOString|getTime|toJSON|localeCompare|startsWith|endsWith|trim|toFixed|keys|has)$/.test(name)) return 'read';
    // Some of the rows, or one of them.
    if (/^(?:slice|at|concat|flat|toSorted|toReversed|values|entries|get)$/.test(name)) return usageOf(code, parent);
    const [callback] = parent.arguments;
    const fn = callback === undefined ? undefined : unwrap(callback);
    if (looking.has(name) && (fn?.type === 'ArrowFunctionExpression' || fn?.type === 'FunctionExpression')) {
      const seen = worst(fn.params.slice(name === 'reduce' ? 1 : 0, name === 'reduce' ? 2 : 1).map((param) => usageOfPattern(code, param)));
      // `filter` and `find` give rows on.
      return name === 'filter' || name === 'find' ? worst([seen, usageOf(code, parent)]) : seen;
    }
    return 'escapes';
  }
  // An element of a list is a row as well.
  if (member.computed) return usageOf(code, member);
  // What stands deeper may be changed: `row.tags.push(…)`, `row.address.city = …`.
  for (let at: TSESTree.Node = member; ;) {
    const above = parentOf(at);
    if (above?.type === 'MemberExpression' && unwrap(above.object) === at) {
      at = above;
      continue;
    }
    if (above?.type === 'AssignmentExpression' && unwrap(above.left) === at) return 'changed';
    if (above?.type === 'VariableDeclarator' || above?.type === 'AssignmentExpression') return isChanged(usageOf(code, at));
    if (above?.type === 'CallExpression' && unwrap(above.callee) === at && at.type === 'MemberExpression')
      return changing.has(nameOfKey(at) ?? '') ? 'changed' : 'read';
    if (above?.type === 'CallExpression') return isChangedBy(code, above, at) ? 'changed' : 'read';
    return 'read';
  }
}

function isChanged(usage: Usage): Usage {
  return usage === 'changed' ? 'changed' : 'read';
}

export function worst(usages: readonly Usage[]): Usage {
  if (usages.includes('changed')) return 'changed';
  return usages.includes('escapes') ? 'escapes' : 'read';
}
