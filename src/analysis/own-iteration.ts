import type { TSESTree } from '@typescript-eslint/types';

import { type Code, someChild } from '../project/code.ts';
import { untilChanged } from '../project/module.ts';
import { findVariable } from './binding.ts';
import { exemptCounted, exemptOver, counterOf, isLoopStatement } from './loop-exemption.ts';
import { evaluate } from './origin/evaluate.ts';
import { alternatives } from './origin/value.ts';
import { calleeName, isFunction, nameOfKey, parentOf, staticText, unwrap } from './syntax.ts';

/** A function of the project calls one of its parameters once per item of another: `asyncForEach(list, callback)`. */
export interface OwnIteration {
  /** The places of both among the arguments. */
  readonly list: number;
  readonly callback: number;
  /** It does not wait for one turn before it begins the next. */
  readonly concurrent: boolean;
}

const memoryOf = untilChanged(() => new Map<TSESTree.Node, OwnIteration | null>());

/** How the function that a call names runs one of its arguments once per item of another; `undefined` where it does not. */
export function findOwnIteration(code: Code, call: TSESTree.CallExpression): OwnIteration | undefined {
  if (call.arguments.length < 2 || !call.arguments.some(mayBeList)) return undefined;
  for (const value of alternatives(evaluate(code, call.callee))) {
    if (value.kind !== 'function' || !isFunction(value.node)) continue;
    const memory = memoryOf(value.code);
    let found = memory.get(value.node);
    if (found === undefined) memory.set(value.node, (found = iterationOf(value.code, value.node) ?? null));
    if (found !== null) return found;
  }
  return undefined;
}

/** No text, number, object or function that is written there. */
function mayBeList(argument: TSESTree.CallExpressionArgument): boolean {
  return /^(?:Identifier|MemberExpression|CallExpression|ArrayExpression|AwaitExpression)$/.test(unwrap(argument).type);
}

/** What is called is the callback of such a function: those who hand it over are told. */
export function isCallbackOfIteration(code: Code, named: TSESTree.Node): boolean {
  const callee = unwrap(named);
  const fn = callee.type === 'Identifier' ? (findVariable(code, callee)?.defs[0]?.node as TSESTree.Node | undefined) : undefined;
  if (fn === undefined || !isFunction(fn)) return false;
  const at = parameterAt(code, fn, callee);
  return at !== undefined && iterationOf(code, fn)?.callback === at;
}

type FunctionNode = TSESTree.FunctionDeclaration | TSESTree.FunctionExpression | TSESTree.ArrowFunctionExpression;

function iterationOf(code: Code, fn: FunctionNode): OwnIteration | undefined {
  if (fn.params.length < 2) return undefined;
  let found: OwnIteration | undefined;
  const visit = (node: TSESTree.Node): boolean => {
    if (node.type === 'CallExpression') found = directly(code, fn, node) ?? byName(code, fn, node);
    return found !== undefined || someChild(code, node, visit);
  };
  visit(fn.body);
  return found;
}

/** `for (const item of list) await callback(item)`, `list.map((item) => callback(item))` */
function directly(code: Code, fn: FunctionNode, call: TSESTree.CallExpression): OwnIteration | undefined {
  const callback = parameterAt(code, fn, call.callee);
  const [first] = call.arguments;
  if (callback === undefined || first === undefined || !runsOften(code, fn, call)) return undefined;
  const of = sourceOf(code, fn, first);
  const isAwaited = parentOf(call)?.type === 'AwaitExpression' && innermostLoop(fn, call)?.type !== 'CallExpression';
  return of?.depth === 1 ? { list: of.parameter, callback, concurrent: !isAwaited } : undefined;
}

/** `list.map(callback)`, `pMap(list, callback)` */
function byName(code: Code, fn: FunctionNode, call: TSESTree.CallExpression): OwnIteration | undefined {
  const name = calleeName(call) ?? '';
  const [first, second] = call.arguments;
  const callee = unwrap(call.callee);
  const isOfList = callee.type === 'MemberExpression' && eachOf.test(name);
  const given = isOfList && parameterAt(code, fn, first) !== undefined ? first : second;
  const list = given === first && callee.type === 'MemberExpression' ? callee.object : first;
  if (given === second && !/^(?:map|mapSeries|each|pMap|eachSeries|eachLimit|mapLimit)$/.test(name)) return undefined;
  const callback = parameterAt(code, fn, given);
  const of = callback === undefined || list === undefined ? undefined : sourceOf(code, fn, list);
  return callback !== undefined && of?.depth === 0 ? { list: of.parameter, callback, concurrent: true } : undefined;
}

const eachOf = /^(?:map|forEach|flatMap)$/;

/** Which parameter of the function a name stands for. */
function parameterAt(code: Code, fn: FunctionNode, node: TSESTree.Node | undefined): number | undefined {
  if (node?.type !== 'Identifier') return undefined;
  const definition = findVariable(code, node)?.defs[0];
  if (definition?.type !== ('Parameter' as never) || definition.node !== fn) return undefined;
  const at = fn.params.findIndex((each) => each === definition.name || (each.type === 'AssignmentPattern' && each.left === definition.name));
  return at === -1 ? undefined : at;
}

/** Once per turn of a loop that does not end early, and is none of those that are right as they are. */
function runsOften(code: Code, fn: FunctionNode, call: TSESTree.CallExpression): boolean {
  const loop = innermostLoop(fn, call);
  switch (loop?.type) {
    case 'ForOfStatement':
      return !leaves(code, loop.body) && exemptOver(code, loop, loop.right, loop.body, call) === undefined;
    case 'ForStatement':
      return !leaves(code, loop.body) && exemptCounted(code, loop, counterOf(loop), call) === undefined;
    case 'WhileStatement':
      return !leaves(code, loop.body) && /\.(?:length|size)\b/.test(code.text.slice(...loop.test.range));
    default:
      return loop !== undefined;
  }
}

/** The loop, or the call of an array's method, whose turns run a node. */
function innermostLoop(fn: FunctionNode, node: TSESTree.Node): TSESTree.Node | undefined {
  for (let at = node.parent; at !== undefined && at !== null && at !== fn; at = at.parent) {
    if (isLoopStatement(at)) return at;
    if (isFunction(at)) {
      const call = parentOf(at);
      if (call?.type === 'CallExpression' && call.callee.type === 'MemberExpression' && eachOf.test(nameOfKey(call.callee) ?? '')) return call;
    }
  }
  return undefined;
}

/** A `return` or `break` of the loop itself: it looks for something. */
function leaves(code: Code, node: TSESTree.Node): boolean {
  if (node.type === 'ReturnStatement' || node.type === 'BreakStatement') return true;
  return !isFunction(node) && node.type !== 'CatchClause' && someChild(code, node, (child) => leaves(code, child));
}

interface Source {
  readonly parameter: number;
  /** 0 for the list itself, 1 for one of its items, -1 for a list of parts of it. */
  readonly depth: number;
}

const stepsMax = 6;

/** The parameter that an expression is, or is taken out of. */
function sourceOf(code: Code, fn: FunctionNode, node: TSESTree.Node | null | undefined, steps = 0): Source | undefined {
  if (node === null || node === undefined || steps > stepsMax) return undefined;
  const inside = (of: TSESTree.Node | null | undefined, by = 0): Source | undefined => {
    const found = sourceOf(code, fn, of, steps + 1);
    return found === undefined ? undefined : { ...found, depth: found.depth + by };
  };
  const at = unwrap(node);
  switch (at.type) {
    case 'Identifier': {
      const parameter = parameterAt(code, fn, at);
      return parameter === undefined ? sourceOfName(code, at, inside) : { parameter, depth: 0 };
    }
    case 'MemberExpression':
      return at.computed && staticText(at.property) === undefined ? inside(at.object, 1) : undefined;
    case 'AwaitExpression':
      return inside(at.argument);
    case 'LogicalExpression':
      return inside(at.left);
    case 'ArrayExpression':
      return at.elements.length === 1 && at.elements[0]?.type === 'SpreadElement' ? inside(at.elements[0].argument) : undefined;
    case 'NewExpression':
      return at.callee.type === 'Identifier' && at.callee.name === 'Set' ? inside(at.arguments[0]) : undefined;
    case 'CallExpression': {
      const name = calleeName(at) ?? '';
      if (/chunk|batch/i.test(name)) return inside(at.arguments[0], -1);
      if (at.callee.type !== 'MemberExpression') return undefined;
      if (at.callee.object.type === 'Identifier' && /^(?:Object|Array)$/.test(at.callee.object.name)) return inside(at.arguments[0]);
      if (/^(?:slice|splice|filter|sort|reverse|toSorted|toReversed|entries|values)$/.test(name)) return inside(at.callee.object);
      return /^(?:shift|pop|at)$/.test(name) ? inside(at.callee.object, 1) : undefined;
    }
    default:
      return undefined;
  }
}

/** A variable of a loop, the parameter of a callback, or a constant. */
function sourceOfName(
  code: Code,
  name: TSESTree.Identifier,
  inside: (of: TSESTree.Node | null | undefined, by?: number) => Source | undefined,
): Source | undefined {
  const definition = findVariable(code, name)?.defs[0];
  const node = definition?.node as TSESTree.Node | undefined;
  if (node?.type === 'VariableDeclarator') {
    const holder = node.parent.parent;
    return holder?.type === 'ForOfStatement' && holder.left === node.parent ? inside(holder.right, 1) : inside(node.init);
  }
  if (node === undefined || !isFunction(node) || node.params[0] !== definition?.name) return undefined;
  const call = parentOf(node);
  if (call?.type !== 'CallExpression' || call.callee.type !== 'MemberExpression' || !eachOf.test(nameOfKey(call.callee) ?? '')) return undefined;
  return inside(call.callee.object, 1);
}
