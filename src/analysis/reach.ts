import type { TSESTree } from '@typescript-eslint/types';

import { type Code, childrenOf, someChild, textOf } from '../project/code.ts';
import { untilChanged } from '../project/module.ts';
import { judgeBatched } from './batched.ts';
import { findVariable, isDeclaredOutside } from './binding.ts';
import { type KnownCall, decideTest, keyOfKnown, knownValue, readArguments } from './known-arguments.ts';
import type { Exemption } from './loop-exemption.ts';
import { type Loop, findLoop, runsInPlace } from './loop.ts';
import { evaluate } from './origin/evaluate.ts';
import { type Environment, type FunctionNode, type Value, alternatives } from './origin/value.ts';
import { type RemoteCall, argumentsOf, findRemoteCall, isUnseen, kindOf, withText } from './remote-call.ts';
import { sqlText } from './sql.ts';
import { contains, enclosingFunction, isFunction, isNameOnly, isWaitedFor, lastName, nameOfKey, unwrap } from './syntax.ts';

type FunctionValue = Extract<Value, { kind: 'function' }>;

/** One call on the way from a function to its round trip. */
export interface Link {
  readonly code: Code;
  readonly node: TSESTree.Node;
}

/** A round trip that calling a function makes. */
export interface Reached {
  readonly call: RemoteCall;
  readonly does: 'read' | 'write';
  /** Conditions that the call's arguments do not decide, between the function's start and the round trip. */
  readonly conditions: number;
  /** The calls that lead there, outermost first; the last is the round trip itself. */
  readonly chain: readonly Link[];
}

/** A helper that walks pages or works in chunks handles many per round trip. */
const walks: ReadonlySet<Exemption> = new Set<Exemption>(['walks pages', 'works in chunks', 'waits between turns', 'waits for a condition', 'reads a stream']);

/** Longer chains, and functions with more calls, are not followed. */
const chainMax = 6;
const callsMax = 400;
/** Of a function with more round trips, the first are kept. */
const reachedMax = 8;

const memoryOf = untilChanged(() => new Map<TSESTree.Node, Map<string, readonly Reached[]>>());
const inProgress = new Set<TSESTree.Node>();
let cut = false;

/** The round trips per call of the function, in the order in which they stand. `given` is what the call tells about its parameters. */
function findReached(fn: FunctionValue, given: KnownCall, depth: number): readonly Reached[] {
  const { code, node } = fn;
  if (!isFunction(node) || node.body === null || depth >= chainMax) return [];
  const memory = memoryOf(code);
  let byArguments = memory.get(node);
  if (byArguments === undefined) memory.set(node, (byArguments = new Map<string, readonly Reached[]>()));
  const key = keyOfKnown(given) + (fn.environment === undefined ? '' : ` in ${numberOf(fn.environment)}`);
  const known = byArguments.get(key);
  if (known !== undefined) return known;
  if (inProgress.has(node)) {
    cut = true;
    return [];
  }
  inProgress.add(node);
  const outerCut = cut;
  cut = false;
  const found = isMemoised(code, node) || neverReturns(node.returnType?.typeAnnotation) ? [] : walk(fn, node, given, depth);
  inProgress.delete(node);
  // What a cycle cut short holds for the function that began it only.
  if (!cut || inProgress.size === 0) byArguments.set(key, found);
  cut = cut || outerCut;
  if (inProgress.size === 0) cut = false;
  return found;
}

const numbers = new WeakMap<Environment, number>();
let lastNumber = 0;

/** A function that another one made calls what that one was given. */
function numberOf(environment: Environment): number {
  let number = numbers.get(environment);
  if (number === undefined) numbers.set(environment, (number = ++lastNumber));
  return number;
}

function walk(
  fn: FunctionValue,
  root: TSESTree.FunctionDeclaration | TSESTree.FunctionExpression | TSESTree.ArrowFunctionExpression,
  given: KnownCall,
  depth: number,
): Reached[] {
  const { code } = fn;
  const found: Reached[] = [];
  let calls = 0;
  let conditions = 0;
  /** Visits what runs; gives true when nothing behind the node does. */
  const visit = (node: TSESTree.Node): boolean => {
    if (calls > callsMax || found.length >= reachedMax) return true;
    if (node !== root && isFunction(node) && !runsInPlace(node)) return false;
    // A catch block runs when something failed, not per call.
    if (node.type === 'ClassBody' || node.type === 'CatchClause') return false;
    if (node.type === 'LogicalExpression' && node.operator === '??') {
      visit(node.left);
      conditions++;
      visit(node.right);
      conditions--;
      return false;
    }
    if (fillsOnce(code, root, node)) return false;
    const branches = branchesOf(node);
    if (branches !== undefined) {
      visit(branches.test);
      const decided = decideTest(code, branches.test, given);
      if (decided === undefined) {
        conditions++;
        for (const branch of [branches.whenTrue, branches.whenFalse]) if (branch !== undefined) visit(branch);
        conditions--;
        return false;
      }
      const taken = decided ? branches.whenTrue : branches.whenFalse;
      return taken !== undefined && visit(taken);
    }
    if (node.type === 'BlockStatement') return node.body.some(visit);
    // Arguments and the receiver run before the call itself.
    for (const child of childrenOf(code, node)) visit(child);
    if (node.type === 'ReturnStatement' || node.type === 'ThrowStatement') return true;
    if (node.type !== 'CallExpression' && node.type !== 'TaggedTemplateExpression' && node.type !== 'AwaitExpression') return false;
    calls++;
    const call = findRemoteCall(code, node);
    if (call !== undefined) {
      const does = perCall(call, findLoop(code, node), given);
      if (does !== undefined) found.push({ call, does, conditions, chain: [{ code, node }] });
    } else if (node.type === 'CallExpression' && isWaitedFor(node)) {
      for (const inner of findCalled(code, node, given, depth + 1, fn.environment))
        found.push({ ...inner, conditions: conditions + inner.conditions, chain: [{ code, node }, ...inner.chain] });
    }
    return false;
  };
  visit(root.body);
  return found;
}

/** A helper that sends the text it is given does what the text says: `run('begin')` neither reads nor writes. */
function toldBy(code: Code, { arguments: args }: TSESTree.CallExpression, reached: Reached): Reached | undefined {
  if (!isUnseen(reached.call)) return reached;
  for (const index of handedOn(reached)) {
    const argument = args.slice(0, index + 1).some(({ type }) => type === 'SpreadElement') ? undefined : args[index];
    const call = withText(reached.call, sqlText(code, argument));
    if (isUnseen(call)) continue;
    const does = kindOf(call);
    return does === undefined || call.statement?.inList === true ? undefined : { ...reached, call, does };
  }
  return reached;
}

/** The places of the arguments that reach the statement's text, through the calls that lead to it. */
function handedOn({ call, chain }: Reached): readonly number[] {
  let places = [call.facts.sqlAt ?? 0];
  for (const { code, node } of [...chain].reverse()) {
    const args = node.type === 'CallExpression' ? node.arguments : [];
    const fn = enclosingFunction(node);
    places = places.flatMap((place) => (args[place] === undefined || fn === undefined ? [] : parametersIn(code, args[place], fn, 0)));
  }
  return places;
}

/** The places of a function's parameters of which an expression is made. */
function parametersIn(code: Code, node: TSESTree.Node, fn: TSESTree.Node, depth: number): number[] {
  if (depth > 3 || !isFunction(fn)) return [];
  if (node.type !== 'Identifier') return childrenOf(code, node).flatMap((child) => parametersIn(code, child, fn, depth));
  if (isNameOnly(node)) return [];
  const definition = findVariable(code, node)?.defs[0];
  const declared = definition?.node as TSESTree.Node | undefined;
  if (declared === fn) return fn.params.flatMap((parameter, index) => (definition !== undefined && contains(parameter, definition.name) ? [index] : []));
  return declared?.type === 'VariableDeclarator' && declared.init !== null ? parametersIn(code, declared.init, fn, depth + 1) : [];
}

/** What a round trip of a helper does for the one item that it is called for; `undefined` when it does its work for many. */
function perCall(call: RemoteCall, loop: Loop | undefined, given: KnownCall): 'read' | 'write' | undefined {
  if (loop?.exempt !== undefined && walks.has(loop.exempt)) return undefined;
  const does = kindOf(call);
  if (does === undefined) return undefined;
  const batched = judgeBatched(call, loop);
  return batched === undefined || (batched === 'handles many at once' && asksForOne(call, given)) ? does : undefined;
}

/** The list that is asked for holds one item in this call: `getMany([id])`. */
function asksForOne(call: RemoteCall, given: KnownCall): boolean {
  if (given.known.length === 0) return false;
  return argumentsOf(call).some((argument) => holdsOne(call.code, argument, given));
}

function holdsOne(code: Code, node: TSESTree.Node, given: KnownCall): boolean {
  if (node.type === 'Identifier') return knownValue(code, node, given)?.kind === 'one';
  return someChild(code, node, (child) => holdsOne(code, child, given));
}

interface Branches {
  readonly test: TSESTree.Node;
  readonly whenTrue: TSESTree.Node | undefined;
  readonly whenFalse: TSESTree.Node | undefined;
}

function branchesOf(node: TSESTree.Node): Branches | undefined {
  if (node.type === 'IfStatement' || node.type === 'ConditionalExpression')
    return { test: node.test, whenTrue: node.consequent, whenFalse: node.alternate ?? undefined };
  if (node.type !== 'LogicalExpression' || node.operator === '??') return undefined;
  return node.operator === '&&'
    ? { test: node.left, whenTrue: node.right, whenFalse: undefined }
    : { test: node.left, whenTrue: undefined, whenFalse: node.right };
}

/** The round trips behind a call of a function of the project; `outer` is what is known where the call stands. */
export function findCalled(code: Code, call: TSESTree.CallExpression, outer?: KnownCall, depth = 0, environment?: Environment): readonly Reached[] {
  const callee = unwrap(call.callee);
  if (callee.type !== 'Identifier' && callee.type !== 'MemberExpression') return [];
  if (callee.type === 'MemberExpression' && ignoredMethods.has(nameOfKey(callee) ?? '')) return [];
  if (callee.type === 'Identifier' && isWrappedInMemo(code, callee)) return [];
  const reached = reachedThrough(evaluate(code, callee, environment), (fn) => readArguments(code, call, fn, outer), depth);
  return reached.some((each) => isUnseen(each.call)) ? reached.flatMap((each) => toldBy(code, call, each) ?? []) : reached;
}

/** The round trips behind a function of the project that is handed over by its name. */
export function findCalledByName(code: Code, named: TSESTree.Node): readonly Reached[] {
  return reachedThrough(evaluate(code, named), (fn) => ({ fn, known: [] }), 0);
}

/** Those of the first that makes any; of the implementations of an interface all have to, since which one runs is not known here. */
function reachedThrough(called: Value, givenTo: (fn: FunctionNode) => KnownCall, depth: number): readonly Reached[] {
  const isAnyOf = called.kind === 'union' && called.implementations === true;
  let first: readonly Reached[] = [];
  for (const value of alternatives(called)) {
    const reached = value.kind !== 'function' || value.memoised === true ? [] : findReached(value, givenTo(value.node), depth);
    if (isAnyOf && reached.length === 0) return [];
    if (!isAnyOf && reached.length > 0) return reached;
    if (first.length === 0) first = reached;
  }
  return first;
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

/** `const getUser = once(async (id) => …)`, by a wrapper of the project whose name says it. */
function isWrappedInMemo(code: Code, callee: TSESTree.Identifier): boolean {
  const declarator = findVariable(code, callee)?.defs[0]?.node as TSESTree.Node | undefined;
  if (declarator?.type !== 'VariableDeclarator' || declarator.init?.type !== 'CallExpression') return false;
  const wrapper = unwrap(declarator.init.callee);
  const name = lastName(wrapper);
  return name !== undefined && /^(?:memo\w*|once|cached?|pMemoize|withCache)$/i.test(name);
}

/** `Promise<never>`: a function that always throws ends the loop that calls it. */
function neverReturns(type: TSESTree.Node | undefined): boolean {
  if (type?.type === 'TSNeverKeyword') return true;
  return type?.type === 'TSTypeReference' && neverReturns(type.typeArguments?.params[0]);
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

/** `if (!settings) settings = await read();`, where the variable is the module's: it asks once per process. */
function fillsOnce(code: Code, fn: TSESTree.Node, node: TSESTree.Node): boolean {
  if (node.type === 'AssignmentExpression') return node.operator === '??=' && isKept(code, fn, node.left, node);
  if (node.type !== 'IfStatement' || node.alternate !== null) return false;
  const { test } = node;
  const isMissing = test.type === 'BinaryExpression' && /^===?$/.test(test.operator) && /^(?:null|undefined)$/.test(textOf(code, test.right));
  const missing = test.type === 'UnaryExpression' && test.operator === '!' ? test.argument : isMissing ? test.left : undefined;
  return missing !== undefined && isKept(code, fn, missing, node.consequent);
}

/** A variable of the module, to which the function assigns nothing but what it waits for there. */
function isKept(code: Code, fn: TSESTree.Node, holder: TSESTree.Node, filled: TSESTree.Node): boolean {
  const variable = holder.type === 'Identifier' ? findVariable(code, holder) : undefined;
  if (variable === undefined || variable.scope.type !== ('module' as never)) return false;
  const writes = variable.references.filter((reference) => reference.isWrite() && contains(fn, reference.identifier));
  return (
    writes.length > 0 &&
    writes.every(({ identifier, writeExpr }) => contains(filled, identifier) && /^(?:AwaitExpression|CallExpression)$/.test(writeExpr?.type ?? ''))
  );
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
