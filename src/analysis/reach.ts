import type { TSESTree } from '@typescript-eslint/types';

import { type Code, childrenOf } from '../project/code.ts';
import { untilChanged } from '../project/module.ts';
import { judgeBatched } from './batched.ts';
import { findVariable, isDeclaredOutside } from './binding.ts';
import type { Exemption } from './loop-exemption.ts';
import { findLoop, runsInPlace } from './loop.ts';
import { evaluate } from './origin/evaluate.ts';
import { type Value, alternatives } from './origin/value.ts';
import { type RemoteCall, findRemoteCall, reads, writesOne } from './remote-call.ts';
import { isFunction, isWaitedFor, nameOfKey, unwrap } from './syntax.ts';

type FunctionValue = Extract<Value, { kind: 'function' }>;

/** One call on the way from a function to its round trip. */
export interface Link {
  readonly code: Code;
  readonly node: TSESTree.Node;
}

/** A round trip that calling a function makes. */
export interface Reached {
  readonly call: RemoteCall;
  /** The calls that lead there, outermost first; the last is the round trip itself. */
  readonly chain: readonly Link[];
}

/** A helper that walks pages or works in chunks handles many per round trip. */
const walks: ReadonlySet<Exemption> = new Set<Exemption>(['walks pages', 'works in chunks', 'waits between turns', 'waits for a condition', 'reads a stream']);

/** Longer chains, and functions with more calls, are not followed. */
const chainMax = 6;
const callsMax = 400;

const memoryOf = untilChanged(() => new Map<TSESTree.Node, readonly Reached[]>());
const inProgress = new Set<TSESTree.Node>();
let cut = false;

/** The round trips per call of the function, in the order in which they stand. */
export function findReached(fn: FunctionValue, depth = 0): readonly Reached[] {
  const { code, node } = fn;
  if (!isFunction(node) || node.body === null || depth >= chainMax) return [];
  const memory = memoryOf(code);
  const known = memory.get(node);
  if (known !== undefined) return known;
  if (inProgress.has(node)) {
    cut = true;
    return [];
  }
  inProgress.add(node);
  const outerCut = cut;
  cut = false;
  const found = isMemoised(code, node) ? [] : walk(fn, node, depth);
  inProgress.delete(node);
  // What a cycle cut short holds for the function that began it only.
  if (!cut || inProgress.size === 0) memory.set(node, found);
  cut = cut || outerCut;
  if (inProgress.size === 0) cut = false;
  return found;
}

function walk(
  fn: FunctionValue,
  root: TSESTree.FunctionDeclaration | TSESTree.FunctionExpression | TSESTree.ArrowFunctionExpression,
  depth: number,
): Reached[] {
  const { code } = fn;
  const found: Reached[] = [];
  let calls = 0;
  const visit = (node: TSESTree.Node): void => {
    if (calls > callsMax || found.length >= 8) return;
    if (node !== root && isFunction(node) && !runsInPlace(node)) return;
    // A catch block runs when something failed, not per call.
    if (node.type === 'ClassBody' || node.type === 'CatchClause') return;
    // Arguments and the receiver run before the call itself.
    for (const child of childrenOf(code, node)) visit(child);
    if (node.type !== 'CallExpression' && node.type !== 'TaggedTemplateExpression' && node.type !== 'AwaitExpression') return;
    calls++;
    const call = findRemoteCall(code, node);
    if (call !== undefined) {
      const loop = findLoop(code, node);
      const isOwnWalk = loop?.exempt !== undefined && walks.has(loop.exempt);
      if ((reads(call.operation) || writesOne(call.operation)) && !isOwnWalk && judgeBatched(call, loop) === undefined)
        found.push({ call, chain: [{ code, node }] });
    } else if (node.type === 'CallExpression' && isWaitedFor(node)) {
      for (const inner of findCalled(code, node, depth + 1)) found.push({ call: inner.call, chain: [{ code, node }, ...inner.chain] });
    }
  };
  visit(root.body);
  return found;
}

/** The round trips behind a call of a function of the project. */
export function findCalled(code: Code, call: TSESTree.CallExpression, depth = 0): readonly Reached[] {
  const callee = unwrap(call.callee);
  if (callee.type !== 'Identifier' && callee.type !== 'MemberExpression') return [];
  if (callee.type === 'MemberExpression' && ignoredMethods.has(nameOfKey(callee) ?? '')) return [];
  if (callee.type === 'Identifier' && isWrappedInMemo(code, callee)) return [];
  for (const value of alternatives(evaluate(code, callee))) {
    if (value.kind !== 'function') continue;
    const reached = findReached(value, depth);
    if (reached.length > 0) return reached;
  }
  return [];
}

const ignoredMethods = new Set([
  'push',
  'map',
  'filter',
  'forEach',
  'then',
  'catch',
  'log',
  'info',
  'error',
  'warn',
  'debug',
  'slice',
  'join',
  'includes',
  'has',
  'toString',
  'test',
  'replace',
  'split',
  'trim',
]);

/** `const getUser = cache(async (id) => …)`. */
function isWrappedInMemo(code: Code, callee: TSESTree.Identifier): boolean {
  const declarator = findVariable(code, callee)?.defs[0]?.node as TSESTree.Node | undefined;
  if (declarator?.type !== 'VariableDeclarator' || declarator.init?.type !== 'CallExpression') return false;
  const wrapper = unwrap(declarator.init.callee);
  if (alternatives(evaluate(code, wrapper)).some((value) => value.kind === 'export' && value.library.kind === 'memo')) return true;
  const name = wrapper.type === 'Identifier' ? wrapper.name : wrapper.type === 'MemberExpression' ? nameOfKey(wrapper) : undefined;
  return name !== undefined && /^(?:memo\w*|once|cached?|pMemoize|withCache)$/i.test(name);
}

/** The function looks into a map of its own module or class first, and fills it. */
function isMemoised(code: Code, fn: TSESTree.FunctionDeclaration | TSESTree.FunctionExpression | TSESTree.ArrowFunctionExpression): boolean {
  const looked = new Set<string>();
  const filled = new Set<string>();
  const visit = (node: TSESTree.Node): void => {
    if (node.type === 'CallExpression' && node.callee.type === 'MemberExpression') {
      const name = nameOfKey(node.callee);
      const owner = ownerName(code, fn, node.callee.object);
      if (owner !== undefined && (name === 'get' || name === 'has')) looked.add(owner);
      if (owner !== undefined && name === 'set') filled.add(owner);
    }
    for (const child of childrenOf(code, node)) visit(child);
  };
  visit(fn.body);
  return [...looked].some((name) => filled.has(name));
}

/** The name of a map in memory that outlives the call. */
function ownerName(code: Code, fn: TSESTree.Node, node: TSESTree.Node): string | undefined {
  if (node.type === 'Identifier') {
    const variable = findVariable(code, node);
    if (variable === undefined || !isDeclaredOutside(variable, fn)) return undefined;
    const declarator = variable.defs[0]?.node as TSESTree.Node | undefined;
    return declarator?.type === 'VariableDeclarator' && isMap(declarator.init) ? node.name : undefined;
  }
  if (node.type === 'MemberExpression' && node.object.type === 'ThisExpression') {
    const name = nameOfKey(node);
    return name !== undefined && /cache|memo|map|byid/i.test(name) && evaluate(code, node).kind !== 'object' ? `this.${name}` : undefined;
  }
  return undefined;
}

function isMap(init: TSESTree.Node | null): boolean {
  return init?.type === 'NewExpression' && init.callee.type === 'Identifier' && /Map$|Cache$/.test(init.callee.name);
}
