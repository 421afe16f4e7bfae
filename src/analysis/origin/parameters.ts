import type { TSESTree } from '@typescript-eslint/types';

import { findExport, findMember } from '../../libraries/index.ts';
import type { Callback, Library } from '../../libraries/library.ts';
import { type Code, childrenOf } from '../../project/code.ts';
import { findNamed, findVariable } from '../binding.ts';
import { contains, isFunction, nameOfKey, parentOf, unwrap } from '../syntax.ts';
import { typeValue } from './declared-type.ts';
import { depthLimit } from './depth-limit.ts';
import { evaluate, patternValue, referenceValue, settled } from './evaluate.ts';
import { handedIn } from './handed-in.ts';
import { mixedInto } from './mixin.ts';
import { type Environment, type FunctionNode, type Value, alternatives, elementOf, unionOf, unknown } from './value.ts';

/** Call sites that are looked at for what a parameter without a type stands for. */
const callSitesMax = 6;

/** Helpers that hand a function on to each other. */
const limited = depthLimit(5);

/** What a name among a function's parameters stands for. */
export function parameterValue(code: Code, fn: FunctionNode, name: TSESTree.Node, environment: Environment | undefined): Value {
  const index = fn.params.findIndex((parameter) => contains(parameter, name));
  const parameter = fn.params[index];
  if (parameter === undefined) return unknown;
  const pattern = parameter.type === 'TSParameterProperty' ? parameter.parameter : parameter;
  const whole = wholeParameter(code, fn, index, pattern, name, environment);
  const given = patternValue(code, pattern.type === 'AssignmentPattern' && pattern.left === name ? name : pattern, name, whole, environment);
  if (given.kind === 'unknown' && pattern.type === 'AssignmentPattern' && pattern.left === name) return evaluate(code, pattern.right, environment);
  return given;
}

function wholeParameter(code: Code, fn: FunctionNode, index: number, pattern: TSESTree.Node, name: TSESTree.Node, environment: Environment | undefined): Value {
  const annotated = pattern.type === 'AssignmentPattern' ? pattern.left : pattern;
  const annotation = (annotated as { typeAnnotation?: TSESTree.TSTypeAnnotation }).typeAnnotation;
  if (annotation !== undefined && annotation !== null) {
    const declared = typeValue(code, annotation.typeAnnotation);
    if (declared.kind !== 'unknown') return declared;
  }
  for (let at = environment; at !== undefined; at = at.outer) if (at.of === fn) return at.args[index] ?? unknown;
  const byCallee = argumentOfCallee(code, fn, index, environment);
  if (byCallee.kind !== 'unknown') return byCallee;
  if (annotation !== undefined && annotation !== null && annotation.typeAnnotation.type !== 'TSAnyKeyword') return unknown;
  const mixed = mixedInto(code, fn, index);
  if (mixed.kind !== 'unknown') return mixed;
  const here = fromCallSites(code, fn, index);
  return here.kind === 'unknown' ? handedIn(code, fn, index, name) : here;
}

/** A function that stands as an argument: what its callee calls it with. */
function argumentOfCallee(code: Code, fn: FunctionNode, index: number, environment: Environment | undefined): Value {
  const call = parentOf(fn);
  if (call?.type !== 'CallExpression' && call?.type !== 'NewExpression') return unknown;
  const at = call.arguments.findIndex((argument) => unwrap(argument) === fn);
  if (at === -1) return unknown;
  const callee = unwrap(call.callee);
  if (callee.type === 'MemberExpression' && call.type === 'CallExpression') {
    const name = nameOfKey(callee);
    if (name !== undefined && at === 0 && (perItem.has(name) || name === 'then')) {
      const receiver = evaluate(code, callee.object, environment);
      if (name === 'then') return index === 0 ? settled(receiver) : unknown;
      if (receiver.kind === 'list' || receiver.kind === 'union') return index === (name === 'reduce' ? 1 : 0) ? elementOf(receiver) : unknown;
    }
  }
  return unionOf(alternatives(evaluate(code, callee, environment)).map((each) => argumentFrom(code, call, each, at, index)));
}

/** Array methods that call a function once per item. */
const perItem = new Set(['map', 'forEach', 'flatMap', 'filter', 'some', 'every', 'find', 'findIndex', 'reduce']);

function argumentFrom(code: Code, call: TSESTree.CallExpression | TSESTree.NewExpression, callee: Value, at: number, index: number): Value {
  switch (callee.kind) {
    case 'method':
      return fromCallback(findMember(callee.library, callee.type, callee.name)?.callback, callee.library, callee.receiver, call, at, index);
    case 'export':
      return fromCallback(findExport(callee.library, callee.name)?.callback, callee.library, unknown, call, at, index);
    case 'function':
      return callee.code === code && contains(callee.node, call) ? unknown : limited(() => passedOn(callee, at, index));
    default:
      return unknown;
  }
}

function fromCallback(
  callback: Callback | undefined,
  library: Library,
  receiver: Value,
  call: TSESTree.CallExpression | TSESTree.NewExpression,
  at: number,
  index: number,
): Value {
  if (callback === undefined) return unknown;
  const stands = callback.at === 'any' || callback.at === at || (callback.at === 'last' && at === call.arguments.length - 1);
  const reference = stands ? callback.takes[index] : undefined;
  return reference === undefined ? unknown : referenceValue(library, reference, receiver);
}

/** A helper of the project that takes a function: what it calls that function with. */
function passedOn(callee: Extract<Value, { kind: 'function' }>, at: number, index: number): Value {
  const { code, node } = callee;
  const parameter = node.params[at];
  if (parameter === undefined) return unknown;
  const annotation = (parameter as { typeAnnotation?: TSESTree.TSTypeAnnotation }).typeAnnotation;
  if (annotation !== undefined && annotation !== null) {
    const type = typeValue(code, annotation.typeAnnotation);
    if (type.kind === 'function' && type.node.params[index] !== undefined) {
      const declared = parameterValue(type.code, type.node, type.node.params[index], undefined);
      if (declared.kind !== 'unknown') return declared;
    }
  }
  if (parameter.type !== 'Identifier' || !isFunction(node)) return unknown;
  const variable = findVariable(code, parameter);
  const values: Value[] = [];
  for (const { identifier } of variable?.references ?? []) {
    const use = identifier.parent;
    if (use?.type === 'CallExpression' && use.callee === identifier) {
      const argument = use.arguments[index];
      if (argument !== undefined && argument.type !== 'SpreadElement') values.push(evaluate(code, argument, callee.environment));
    } else if (use?.type === 'CallExpression') {
      const position = use.arguments.indexOf(identifier as never);
      if (position !== -1) values.push(...alternatives(evaluate(code, use.callee)).map((each) => argumentFrom(code, use, each, position, index)));
    }
  }
  return unionOf(values);
}

/** A function of this file whose parameter has no type: what it is called with here. */
function fromCallSites(code: Code, fn: FunctionNode, index: number): Value {
  if (!isFunction(fn)) return unknown;
  const values: Value[] = [];
  for (const call of [...callSitesOf(code, fn), ...constructionsBy(code, fn)].slice(0, callSitesMax)) {
    const argument = call.arguments[index];
    if (argument !== undefined && argument.type !== 'SpreadElement' && !contains(fn, call)) values.push(evaluate(code, argument));
  }
  return unionOf(values);
}

/** `new Repo(…)` in the file of the class, of its constructor. */
function constructionsBy(code: Code, fn: FunctionNode): TSESTree.NewExpression[] {
  if (fn.parent?.type !== 'MethodDefinition' || fn.parent.kind !== 'constructor') return [];
  const owner = fn.parent.parent.parent;
  const name = owner.type === 'ClassDeclaration' ? owner.id : owner.parent.type === 'VariableDeclarator' ? owner.parent.id : undefined;
  // A class has its name in its own scope, too.
  const variable = name?.type === 'Identifier' ? findNamed(code, owner.parent, name.name) : undefined;
  return (variable?.references ?? []).flatMap(({ identifier }) => {
    const use = identifier.parent;
    return use?.type === 'NewExpression' && use.callee === identifier ? [use] : [];
  });
}

/** Calls of a function by its name, in its own file. */
export function callSitesOf(code: Code, fn: FunctionNode): TSESTree.CallExpression[] {
  const name = nameOfFunction(fn);
  if (name === undefined) return [];
  if (name.type === 'method') return methodCallsOf(code, name.owner, name.name);
  const variable = findVariable(code, name.id);
  const calls: TSESTree.CallExpression[] = [];
  for (const { identifier } of variable?.references ?? []) {
    const use = identifier.parent;
    if (use?.type === 'CallExpression' && use.callee === identifier) calls.push(use);
  }
  return calls;
}

type FunctionName = { type: 'variable'; id: TSESTree.Identifier } | { type: 'method'; owner: TSESTree.Node; name: string };

function nameOfFunction(fn: FunctionNode): FunctionName | undefined {
  if (fn.type === 'FunctionDeclaration') return fn.id === null ? undefined : { type: 'variable', id: fn.id };
  const parent = fn.parent;
  if (parent === undefined || parent === null) return undefined;
  if (parent.type === 'VariableDeclarator' && parent.id.type === 'Identifier') return { type: 'variable', id: parent.id };
  if (parent.type === 'MethodDefinition' || parent.type === 'PropertyDefinition') {
    const name = nameOfKey(parent);
    return name === undefined ? undefined : { type: 'method', owner: parent.parent, name };
  }
  return undefined;
}

const methodCalls = new WeakMap<TSESTree.Node, Map<string, TSESTree.CallExpression[]>>();

/** `this.name(…)` within a class body. */
function methodCallsOf(code: Code, body: TSESTree.Node, name: string): TSESTree.CallExpression[] {
  let map = methodCalls.get(body);
  if (map === undefined) {
    map = new Map();
    methodCalls.set(body, map);
    const found = map;
    const visit = (node: TSESTree.Node): void => {
      if (node.type === 'CallExpression' && node.callee.type === 'MemberExpression' && node.callee.object.type === 'ThisExpression') {
        const key = nameOfKey(node.callee);
        if (key !== undefined) found.set(key, [...(found.get(key) ?? []), node]);
      }
      for (const child of childrenOf(code, node)) visit(child);
    };
    visit(body);
  }
  return map.get(name) ?? [];
}
