import type { TSESTree } from '@typescript-eslint/types';

import type { Code } from '../project/code.ts';
import { findVariable } from './binding.ts';
import type { FunctionNode } from './origin/value.ts';
import { isFunction, nameOfKey, staticText, unwrap, lastName } from './syntax.ts';

/** What one call tells about a parameter of the function that it calls. */
export type Known =
  /** The same value in every such call; `undefined` for an argument that is left out. */
  | { readonly kind: 'constant'; readonly value: string | number | boolean | null | undefined }
  /** A list of exactly one item, `load([id])`, or one that was made of such lists. */
  | { readonly kind: 'one'; readonly exact: boolean }
  /** An object written out whole: a key that is not there is undefined. A key with `undefined` here is there, with a value unknown. */
  | { readonly kind: 'options'; readonly entries: ReadonlyMap<string, Known | undefined> };

/** A function, and what is known of its parameters, by their position. */
export interface KnownCall {
  readonly fn: FunctionNode;
  readonly known: readonly (Known | undefined)[];
}

const missing: Known = { kind: 'constant', value: undefined };
const deepest = 6;

/** What a call's arguments tell about the parameters of the function; `outer` is what is known where the call stands. */
export function readArguments(code: Code, call: TSESTree.CallExpression, fn: FunctionNode, outer: KnownCall | undefined): KnownCall {
  const known: (Known | undefined)[] = [];
  // TypeScript writes the type of `this` as a parameter, which takes no argument.
  const [first] = fn.params;
  if (first?.type === 'Identifier' && first.name === 'this') known.push(undefined);
  const before = known.length;
  for (const [index, parameter] of fn.params.slice(before).entries()) {
    if (parameter.type === 'RestElement') break;
    const argument = call.arguments[index];
    if (argument?.type === 'SpreadElement') break;
    known.push(argument === undefined ? missing : knownValue(code, argument, outer));
  }
  return { fn, known };
}

/** Tells two sets of known arguments apart. */
export function keyOfKnown({ known }: KnownCall): string {
  return known.map(describe).join();
}

function describe(known: Known | undefined): string {
  switch (known?.kind) {
    case undefined:
      return '?';
    case 'constant':
      return known.value === undefined ? '' : JSON.stringify(known.value);
    case 'one':
      return known.exact ? '[1]' : '[?]';
    case 'options':
      return `{${[...known.entries].map(([key, value]) => `${key}:${describe(value)}`).join()}}`;
  }
}

/** Whether a test holds in every such call; `undefined` where that depends on more. */
export function decideTest(code: Code, test: TSESTree.Node, call: KnownCall | undefined): boolean | undefined {
  if (call === undefined) return undefined;
  const known = knownValue(code, test, call);
  if (known === undefined) return undefined;
  return known.kind === 'constant' ? Boolean(known.value) : true;
}

/** What an expression of the function's body is in every such call. */
export function knownValue(code: Code, expression: TSESTree.Node, call: KnownCall | undefined, depth = 0): Known | undefined {
  const at = unwrap(expression);
  if (depth > deepest) return undefined;
  const read = (node: TSESTree.Node): Known | undefined => knownValue(code, node, call, depth + 1);
  switch (at.type) {
    case 'Literal':
      // Neither a regular expression nor a bigint.
      if (typeof at.value === 'bigint' || (typeof at.value === 'object' && at.value !== null)) return undefined;
      return { kind: 'constant', value: at.value };
    case 'TemplateLiteral': {
      const text = staticText(at);
      return text === undefined ? undefined : { kind: 'constant', value: text };
    }
    case 'Identifier':
      if (at.name === 'undefined') return missing;
      return call === undefined ? undefined : variableValue(code, at, call, depth);
    case 'ArrayExpression': {
      const [first] = at.elements;
      if (at.elements.length !== 1 || first === undefined || first === null) return undefined;
      return first.type === 'SpreadElement' ? listOnly(read(first.argument)) : { kind: 'one', exact: true };
    }
    case 'ObjectExpression':
      return optionsOf(at, read);
    case 'MemberExpression': {
      const key = nameOfKey(at);
      return key === undefined ? undefined : memberOf(read(at.object), key);
    }
    case 'UnaryExpression': {
      if (at.operator !== '!') return undefined;
      const decided = decideTest(code, at.argument, call);
      return decided === undefined ? undefined : { kind: 'constant', value: !decided };
    }
    case 'LogicalExpression': {
      const left = read(at.left);
      if (left === undefined) return undefined;
      const holds = left.kind !== 'constant' || (at.operator === '??' ? left.value !== undefined && left.value !== null : Boolean(left.value));
      return holds === (at.operator === '&&') ? read(at.right) : left;
    }
    case 'ConditionalExpression': {
      const decided = decideTest(code, at.test, call);
      return decided === undefined ? undefined : read(decided ? at.consequent : at.alternate);
    }
    case 'BinaryExpression':
      return compare(at.operator, read(at.left), read(at.right));
    case 'CallExpression':
      return callResult(at, read);
    case 'NewExpression': {
      const [first] = at.arguments;
      return at.callee.type === 'Identifier' && at.callee.name === 'Set' && first !== undefined ? listOnly(read(first)) : undefined;
    }
    default:
      return undefined;
  }
}

function optionsOf(node: TSESTree.ObjectExpression, read: (node: TSESTree.Node) => Known | undefined): Known | undefined {
  const entries = new Map<string, Known | undefined>();
  for (const property of node.properties) {
    const key = property.type === 'Property' ? nameOfKey(property) : undefined;
    if (key === undefined || property.type !== 'Property') return undefined;
    entries.set(key, isFunction(property.value) ? undefined : read(property.value));
  }
  return { kind: 'options', entries };
}

function memberOf(object: Known | undefined, key: string): Known | undefined {
  if (object?.kind === 'options') return object.entries.has(key) ? object.entries.get(key) : missing;
  if (object?.kind === 'one') return key === 'length' && object.exact ? { kind: 'constant', value: 1 } : undefined;
  // `options?.flag` of options that were left out.
  return object?.kind === 'constant' && (object.value === undefined || object.value === null) ? missing : undefined;
}

function listOnly(known: Known | undefined): Extract<Known, { kind: 'one' }> | undefined {
  return known?.kind === 'one' ? known : undefined;
}

/** `keys.map(…)` of one key is one, `keys.filter(…)` one at most; `Array.isArray`. */
function callResult(call: TSESTree.CallExpression, read: (node: TSESTree.Node) => Known | undefined): Known | undefined {
  const callee = unwrap(call.callee);
  const name = lastName(callee);
  const [first] = call.arguments;
  if (name === undefined) return undefined;
  if (callee.type === 'MemberExpression' && callee.object.type === 'Identifier' && callee.object.name === 'Array') {
    const known = first === undefined ? undefined : read(first);
    if (known === undefined || name !== 'isArray') return name === 'from' ? listOnly(known) : undefined;
    return { kind: 'constant', value: known.kind === 'one' };
  }
  if (callee.type === 'MemberExpression' && (name === 'map' || name === 'slice' || name === 'filter')) {
    const list = listOnly(read(callee.object));
    if (list !== undefined) return name === 'map' ? list : { kind: 'one', exact: false };
  }
  if (callee.type === 'MemberExpression' && name === 'concat' && [callee.object, ...call.arguments].every((part) => listOnly(read(part)) !== undefined))
    return { kind: 'one', exact: false };
  // Of lodash, Ramda and others.
  return /^(?:uniq|compact)/i.test(name) && first !== undefined && listOnly(read(first)) !== undefined ? { kind: 'one', exact: false } : undefined;
}

function compare(operator: string, left: Known | undefined, right: Known | undefined): Known | undefined {
  if (left === undefined || right === undefined) return undefined;
  const answer = (value: boolean): Known => ({ kind: 'constant', value });
  if (left.kind !== 'constant' || right.kind !== 'constant') {
    // An object or a list is never equal to a constant.
    if (left.kind === right.kind) return undefined;
    if (operator === '===' || operator === '==') return answer(false);
    return operator === '!==' || operator === '!=' ? answer(true) : undefined;
  }
  const [a, b] = [left.value, right.value];
  const bothNothing = (a === undefined || a === null) && (b === undefined || b === null);
  switch (operator) {
    case '===':
      return answer(a === b);
    case '!==':
      return answer(a !== b);
    case '==':
      return answer(a === b || bothNothing);
    case '!=':
      return answer(!(a === b || bothNothing));
    default:
      break;
  }
  if (typeof a !== 'number' || typeof b !== 'number') return undefined;
  switch (operator) {
    case '>':
      return answer(a > b);
    case '>=':
      return answer(a >= b);
    case '<':
      return answer(a < b);
    case '<=':
      return answer(a <= b);
    default:
      return undefined;
  }
}

/** A parameter that is never assigned, or a constant that is made of one. */
function variableValue(code: Code, identifier: TSESTree.Identifier, call: KnownCall, depth: number): Known | undefined {
  const variable = findVariable(code, identifier);
  const definition = variable?.defs[0];
  if (variable === undefined || definition === undefined || variable.defs.length > 1) return undefined;
  const writes = variable.references.filter((reference) => reference.isWrite() && reference.init !== true);
  // `keys = keys.map(…)` stays as long as it was.
  if (!writes.every(({ writeExpr }) => isMapped(writeExpr, identifier.name))) return undefined;
  const node = definition.node as TSESTree.Node;
  if (node === call.fn) {
    const index = call.fn.params.findIndex((parameter) => parameter.range[0] <= definition.name.range[0] && definition.name.range[1] <= parameter.range[1]);
    const parameter = call.fn.params[index];
    // `known` ends where a spread makes the rest unknown.
    if (parameter === undefined || index >= call.known.length) return undefined;
    const given = partOf(code, parameter.type === 'TSParameterProperty' ? parameter.parameter : parameter, definition.name, call.known[index], call, depth);
    return writes.length === 0 ? given : listOnly(given);
  }
  if (node.type !== 'VariableDeclarator' || node.init === null || writes.length > 0) return undefined;
  return partOf(code, node.id, definition.name, knownValue(code, node.init, call, depth + 1), call, depth);
}

function isMapped(expression: TSESTree.Node | null | undefined, name: string): boolean {
  if (expression?.type !== 'CallExpression' || expression.callee.type !== 'MemberExpression') return false;
  const { object } = expression.callee;
  return nameOfKey(expression.callee) === 'map' && object.type === 'Identifier' && object.name === name;
}

/** The part of a known value that a name in a pattern takes. */
function partOf(code: Code, pattern: TSESTree.Node, name: TSESTree.Node, known: Known | undefined, call: KnownCall, depth: number): Known | undefined {
  if (pattern === name) return known;
  if (pattern.type === 'AssignmentPattern') {
    const given = known?.kind === 'constant' && known.value === undefined ? knownValue(code, pattern.right, call, depth + 1) : known;
    return partOf(code, pattern.left, name, given, call, depth);
  }
  if (pattern.type !== 'ObjectPattern') return undefined;
  for (const property of pattern.properties) {
    if (property.type === 'RestElement' || property.range[0] > name.range[0] || name.range[1] > property.range[1]) continue;
    const key = nameOfKey(property);
    return key === undefined ? undefined : partOf(code, property.value, name, memberOf(known, key), call, depth);
  }
  return undefined;
}
