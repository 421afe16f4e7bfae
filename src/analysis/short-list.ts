import type { TSESTree } from '@typescript-eslint/types';

import type { Code } from '../project/code.ts';
import { findVariable, isReassigned } from './binding.ts';
import { evaluate } from './origin/evaluate.ts';
import { alternatives } from './origin/value.ts';
import { calleeName, enclosingClass, nameOfKey, unwrap } from './syntax.ts';

const shortest = 10;

/** An array literal, or a constant that is one; an enumeration's values. */
export function isShortFixedList(code: Code, node: TSESTree.Node, depth = 0): boolean {
  const at = unwrap(node);
  if (at.type === 'ArrayExpression')
    return (
      at.elements.length <= shortest &&
      at.elements.every((element) => element !== null && (element.type !== 'SpreadElement' || (depth < 4 && isShortSet(code, element.argument, depth))))
    );
  if (depth > 4) return false;
  if (at.type === 'ConditionalExpression') return isShortFixedList(code, at.consequent, depth + 1) && isShortFixedList(code, at.alternate, depth + 1);
  if (isShortSet(code, at, depth)) return true;
  if (at.type === 'CallExpression') {
    const callee = unwrap(at.callee);
    const [given] = at.arguments;
    // `uniq(compact([a, b]))`: no longer than what it is made of.
    if (given !== undefined && /^(?:uniq|compact|sortBy|shuffle)$/.test(calleeName(at) ?? '')) return isShortFixedList(code, given, depth + 1);
    if (callee.type !== 'MemberExpression') return false;
    const name = nameOfKey(callee);
    if (name === 'slice' && isShortCut(code, at.arguments)) return true;
    if (callee.object.type === 'Identifier' && callee.object.name === 'Object' && (name === 'keys' || name === 'values' || name === 'entries')) {
      const [of] = at.arguments;
      return of !== undefined && (isEnumeration(code, of) || isFixedRecord(code, of));
    }
    return /^(?:filter|map|entries|keys|values|slice|toSorted|reverse)$/.test(name ?? '') && isShortFixedList(code, callee.object, depth + 1);
  }
  if (at.type === 'MemberExpression') return isShortField(code, at, depth);
  if (at.type !== 'Identifier') return false;
  const variable = findVariable(code, at);
  const definition = variable?.defs[0];
  const declarator = definition?.node as TSESTree.Node | undefined;
  if (variable === undefined || declarator?.type !== 'VariableDeclarator' || declarator.init === null || declarator.id.type !== 'Identifier') return false;
  if (isReassigned(variable)) return false;
  if (variable.references.some(({ identifier }) => isGrown(identifier))) return false;
  return isShortFixedList(code, declarator.init, depth + 1);
}

/** A cut of as many is short, whatever the list. */
const shortCutMax = 5;

/** `list.slice(0, 3)`, `list.slice(-MOST)`; `slice(0, -1)` is all but the last. */
function isShortCut(code: Code, [from, to]: readonly TSESTree.CallExpressionArgument[]): boolean {
  const start = constantOf(code, from);
  if (start === undefined) return false;
  if (to === undefined) return start < 0 && start >= -shortCutMax;
  const end = constantOf(code, to);
  return end !== undefined && start < 0 === end < 0 && end - start <= shortCutMax;
}

/** A number that is written there, or as a constant. */
function constantOf(code: Code, node: TSESTree.Node | undefined): number | undefined {
  const at = node === undefined ? undefined : unwrap(node);
  if (at?.type === 'UnaryExpression' && at.operator === '-') {
    const value = at.argument.type === 'Literal' ? at.argument.value : constantOf(code, at.argument.type === 'Identifier' ? at.argument : undefined);
    return typeof value === 'number' ? -value : undefined;
  }
  if (at?.type === 'Literal') return typeof at.value === 'number' ? at.value : undefined;
  if (at?.type !== 'Identifier') return undefined;
  const variable = findVariable(code, at);
  const declarator = variable?.defs[0]?.node as TSESTree.Node | undefined;
  if (variable === undefined || isReassigned(variable) || declarator?.type !== 'VariableDeclarator' || declarator.id.type !== 'Identifier') return undefined;
  return declarator.init?.type === 'Literal' ? constantOf(code, declarator.init) : undefined;
}

/** `this.kinds` of `private readonly kinds = new Map([…])` */
function isShortField(code: Code, { object, property }: TSESTree.MemberExpression, depth: number): boolean {
  if (object.type !== 'ThisExpression' || property.type !== 'Identifier') return false;
  const field = enclosingClass(object)?.body.body.find((member) => member.type === 'PropertyDefinition' && nameOfKey(member) === property.name);
  if (field?.type !== 'PropertyDefinition' || !field.readonly || field.value === null) return false;
  // What is read-only may still be filled.
  return isShortFixedList(code, field.value, depth + 1) && !growing.some((each) => code.text.includes(`.${property.name}.${each}(`));
}

/** `new Set([a, b])`, `new Map([[a, b]])` */
function isShortSet(code: Code, node: TSESTree.Node, depth: number): boolean {
  const at = unwrap(node);
  if (at.type !== 'NewExpression' || at.callee.type !== 'Identifier' || !/^(?:Set|Map)$/.test(at.callee.name)) return false;
  const [first] = at.arguments;
  return first !== undefined && isShortFixedList(code, first, depth + 1);
}

/** Methods that put something into a list, a set or a map. */
const growing = ['push', 'unshift', 'splice', 'add', 'set'];

function isGrown(identifier: TSESTree.Node): boolean {
  const member = identifier.parent;
  if (member?.type !== 'MemberExpression' || member.object !== identifier) return false;
  return growing.includes(nameOfKey(member) ?? '') && member.parent.type === 'CallExpression';
}

function isEnumeration(code: Code, node: TSESTree.Node): boolean {
  if (node.type !== 'Identifier') return false;
  return findVariable(code, node)?.defs.some((definition) => definition.node.type === ('TSEnumDeclaration' as never)) === true;
}

function isFixedRecord(code: Code, node: TSESTree.Node): boolean {
  const record = node.type === 'Identifier' ? alternatives(evaluate(code, node))[0] : undefined;
  if (record?.kind !== 'record' || node.type !== 'Identifier') return false;
  const { properties } = record.node;
  if (properties.length === 0 || properties.length > shortest || properties.some((property) => property.type === 'SpreadElement' || property.computed))
    return false;
  return findVariable(code, node)?.references.every(({ identifier }) => !isAssignedInto(identifier)) === true;
}

function isAssignedInto(identifier: TSESTree.Node): boolean {
  const member = identifier.parent;
  return member?.type === 'MemberExpression' && member.object === identifier && member.parent.type === 'AssignmentExpression' && member.parent.left === member;
}
