import type { TSESTree } from '@typescript-eslint/types';

import { type Code, someChild } from '../project/code.ts';
import { findVariable } from './binding.ts';
import { importedLibrary } from './imported.ts';
import { findCalled } from './reach.ts';
import { evaluate } from './origin/evaluate.ts';
import { alternatives } from './origin/value.ts';
import { writesNested } from './nested-write.ts';
import { onlyReads } from './select-statement.ts';
import { type RemoteCall, findRemoteCall, isSqlText, kindOf } from './remote-call.ts';
import { namedTableOf, onlyTableOf } from './table.ts';
import { isPure } from './turn.ts';
import { contains, enclosingFunction, isFunction, nameOfKey, parentOf, rootOf, unwrap } from './syntax.ts';

/** What running a piece of code does, beside reading from a database or a service. */
export interface Effects {
  /** It writes to a database, cache or queue: to these tables; `undefined` where that is not known, or rows of others may go, too. */
  readonly writes: readonly (string | undefined)[];
  /** It reads from a database, cache or queue: from these tables. */
  readonly reads: readonly (string | undefined)[];
  /** It calls a function of which is not known what it does. */
  readonly calls: boolean;
  /** It changes something that lives on when an error leaves the function: an argument, a field, a variable outside. */
  readonly outside: boolean;
  /** It changes something that was made before the code ran, such as a list that every turn adds to. */
  readonly shared: boolean;
  /** It can end the loop or the function early. */
  readonly leaves: boolean;
}

/** What a piece of code does; `except` is left aside. */
export function effectsOf(code: Code, body: TSESTree.Node, except: TSESTree.Node): Effects {
  const effects: Found = { writes: [], reads: [], calls: false, outside: false, shared: false, leaves: false };
  const visit = (node: TSESTree.Node): void => {
    if (node === except) return;
    switch (node.type) {
      case 'CallExpression':
      case 'TaggedTemplateExpression':
      case 'NewExpression':
        judgeCall(code, node, body, effects);
        break;
      case 'AssignmentExpression':
        change(code, node.left, body, effects);
        break;
      case 'UpdateExpression':
        change(code, node.argument, body, effects);
        break;
      case 'UnaryExpression':
        if (node.operator === 'delete') change(code, node.argument, body, effects);
        break;
      case 'BreakStatement':
      case 'ThrowStatement':
        effects.leaves = true;
        break;
      case 'ContinueStatement':
        // With a label it may go on with an outer loop.
        if (node.label !== null) effects.leaves = true;
        break;
      case 'ReturnStatement':
        // In a callback it ends the turn, and no other.
        if (enclosingFunction(node) === enclosingFunction(body) && !isTurnOfArray(body)) effects.leaves = true;
        break;
      case 'AwaitExpression':
        // While something else is waited for, anything may happen.
        if (!/^(?:Call|TaggedTemplate)Expression$/.test(unwrap(node.argument).type)) effects.calls = true;
        break;
      case 'YieldExpression':
        effects.calls = true;
        break;
      default:
        break;
    }
    someChild(code, node, (child) => {
      visit(child);
      return false;
    });
  };
  visit(body);
  return effects;
}

/** The body of a callback that an array's own method calls for every item, whatever it gives. */
function isTurnOfArray({ parent: fn }: TSESTree.Node): boolean {
  const call = fn !== undefined && isFunction(fn) ? parentOf(fn) : undefined;
  if (call?.type !== 'CallExpression' || fn === undefined || unwrap(call.arguments[0] ?? fn) !== fn) return false;
  const callee = unwrap(call.callee);
  return callee.type === 'MemberExpression' && /^(?:map|flatMap|forEach)$/.test(nameOfKey(callee) ?? '');
}

interface Found {
  readonly writes: (string | undefined)[];
  readonly reads: (string | undefined)[];
  calls: boolean;
  outside: boolean;
  shared: boolean;
  leaves: boolean;
}

function change(code: Code, target: TSESTree.Node, body: TSESTree.Node, effects: Found): void {
  if (!isLocal(code, target, body)) effects.outside = true;
  if (!isMadeIn(code, target, body)) effects.shared = true;
}

/** SQL that cannot be read, or that calls a function of which is not known what it does. */
function mayWrite(call: RemoteCall): boolean {
  return call.operation === 'raw' || (isSqlText(call) && (call.statement === undefined || !onlyReads(call.sql ?? '')));
}

/** Rows of other tables are written with it: `{ data: { posts: { create: … } } }`. */
function writesOthers({ code, args }: RemoteCall): boolean {
  return args.some((each) => writesNested(code, each, 'options'));
}

/** What is changed belongs to a variable of the code itself. */
function isMadeIn(code: Code, target: TSESTree.Node, body: TSESTree.Node): boolean {
  const root = rootOf(target);
  const definition = root.type === 'Identifier' ? findVariable(code, root)?.defs[0] : undefined;
  return definition !== undefined && contains(body, definition.name);
}

const pureGlobals = new Set([
  'String',
  'Number',
  'BigInt',
  'Boolean',
  'Math',
  'JSON',
  'Object',
  'Array',
  'Promise',
  'parseInt',
  'parseFloat',
  'structuredClone',
]);
const pureClasses = new Set(['Map', 'Set', 'Date', 'Error', 'TypeError', 'RangeError', 'URL', 'RegExp', 'Array']);
const pureMethods = new Set(
  'map filter find findIndex findLast some every includes indexOf join slice concat flat flatMap reduce at keys values entries get has toString toISOString getTime toFixed trim split replace replaceAll toLowerCase toUpperCase startsWith endsWith padStart padEnd localeCompare toSorted toReversed forEach charAt match test'.split(
    ' ',
  ),
);
const changingMethods = new Set(['push', 'unshift', 'set', 'add', 'splice', 'pop', 'shift', 'sort', 'reverse', 'delete', 'clear', 'fill']);

function judgeCall(
  code: Code,
  node: TSESTree.CallExpression | TSESTree.TaggedTemplateExpression | TSESTree.NewExpression,
  body: TSESTree.Node,
  effects: Found,
): void {
  if (node.type === 'NewExpression') {
    if (node.callee.type !== 'Identifier' || !pureClasses.has(node.callee.name)) effects.calls = true;
    return;
  }
  const remote = findRemoteCall(code, node);
  if (remote !== undefined) {
    if (kindOf(remote) === 'read' && !mayWrite(remote)) effects.reads.push(onlyTableOf(remote));
    // Rows of other tables may go with a deleted one.
    else effects.writes.push(remote.operation.startsWith('delete') || isSqlText(remote) || writesOthers(remote) ? undefined : namedTableOf(remote));
    return;
  }
  if (node.type === 'TaggedTemplateExpression') {
    effects.calls = true;
    return;
  }
  const callee = unwrap(node.callee);
  if (isFunction(callee)) return;
  if (isPartOfRemote(code, node)) return;
  const isAwaited = parentOf(node)?.type === 'AwaitExpression';
  if (callee.type === 'Identifier') {
    if (pureGlobals.has(callee.name) && (findVariable(code, callee)?.defs.length ?? 0) === 0) return;
  } else if (callee.type === 'MemberExpression') {
    const name = nameOfKey(callee) ?? '';
    if (callee.object.type === 'Identifier' && pureGlobals.has(callee.object.name) && (findVariable(code, callee.object)?.defs.length ?? 0) === 0) {
      // Object.assign changes its first argument.
      const [first] = node.arguments;
      if (name === 'assign' && first !== undefined) change(code, first, body, effects);
      return;
    }
    if (callee.object.type === 'Identifier' && callee.object.name === 'console') {
      effects.outside = true;
      return;
    }
    if (!isAwaited && changingMethods.has(name)) {
      if (isUnknownReceiver(code, callee.object)) effects.calls = true;
      change(code, callee.object, body, effects);
      return;
    }
    if (!isAwaited && pureMethods.has(name) && !isUnknownReceiver(code, callee.object)) return;
  }
  const reached = findCalled(code, node);
  for (const { does, call } of reached) {
    if (does === 'write') effects.writes.push(undefined);
    else effects.reads.push(onlyTableOf(call));
  }
  effects.calls = true;
}

/**
 * A query names what may not be the same whenever it is made: it calls a function of which that is not known, or makes an
 * object. `except` is left aside.
 */
export function isMadeAnew(code: Code, whole: TSESTree.Node, except: readonly TSESTree.Node[] = []): boolean {
  const visit = (node: TSESTree.Node): boolean => {
    if (except.includes(node)) return false;
    if (node.type === 'NewExpression' || node.type === 'AwaitExpression' || node.type === 'UpdateExpression' || node.type === 'AssignmentExpression')
      return true;
    if (node.type === 'CallExpression' && !isPure(code, node)) {
      const callee = unwrap(node.callee);
      const isOwn = alternatives(evaluate(code, callee)).some(({ kind }) => kind === 'function');
      // Steps of the statement, and what the library builds conditions with, say the same every time.
      if (isOwn || (!isStepOf(whole, node) && importedLibrary(code, callee) === undefined && !isInCallback(node, whole))) return true;
    }
    return someChild(code, node, visit);
  };
  return visit(whole);
}

/** The call is the statement itself, or what one of its steps is called on. */
function isStepOf(whole: TSESTree.Node, node: TSESTree.Node): boolean {
  for (let at: TSESTree.Node | undefined = unwrap(whole); at?.type === 'CallExpression';) {
    if (at === node) return true;
    const callee: TSESTree.Node = unwrap(at.callee);
    at = callee.type === 'MemberExpression' ? unwrap(callee.object) : undefined;
  }
  return false;
}

/** `(build) => build.or([…])`: what a callback of the statement calls is its parameter's. */
function isInCallback(node: TSESTree.CallExpression, whole: TSESTree.Node): boolean {
  const fn = enclosingFunction(node);
  const root = rootOf(node.callee);
  return (
    fn !== undefined && contains(whole, fn) && root.type === 'Identifier' && fn.params.some((param) => param.type === 'Identifier' && param.name === root.name)
  );
}

/** A step of a statement that is being built: `.where(…)`, and `eq(…)` of the same library inside of it. */
function isPartOfRemote(code: Code, node: TSESTree.CallExpression): boolean {
  const library = importedLibrary(code, node.callee);
  let below: TSESTree.Node = node;
  let inChain = true;
  for (let at: TSESTree.Node | undefined = node.parent; at !== undefined && at !== null; below = at, at = at.parent) {
    if (isFunction(at) || at.type.endsWith('Statement')) return false;
    inChain &&= at.type === 'MemberExpression' ? at.object === below : at.type !== 'CallExpression' || at.callee === below;
    const remote = at.type === 'CallExpression' ? findRemoteCall(code, at) : undefined;
    if (remote !== undefined) return inChain || (library !== undefined && library === remote.library);
  }
  return false;
}

/** An object of another module, a field, or an argument: its `delete` may be a service's. */
function isUnknownReceiver(code: Code, receiver: TSESTree.Node): boolean {
  const root = rootOf(receiver);
  if (root.type === 'ThisExpression') return true;
  if (root.type !== 'Identifier') return false;
  const type = findVariable(code, root)?.defs[0]?.type as string | undefined;
  return type === 'ImportBinding';
}

/** What is changed was made in the same function, and nothing outside can see it when an error leaves the function. */
function isLocal(code: Code, target: TSESTree.Node, body: TSESTree.Node): boolean {
  if (target.type === 'ArrayPattern' || target.type === 'ObjectPattern') return true;
  const root = rootOf(target);
  if (root.type !== 'Identifier') return false;
  const definition = findVariable(code, root)?.defs[0];
  const declarator = definition?.node as TSESTree.Node | undefined;
  if (declarator?.type !== 'VariableDeclarator') return false;
  if (enclosingFunction(declarator) !== enclosingFunction(body) && !contains(body, declarator)) return false;
  if (target.type === 'Identifier') return true;
  // A member is changed: of an object that was made here.
  const init = declarator.init === null ? undefined : unwrap(declarator.init);
  return (
    init !== undefined &&
    declarator.id.type === 'Identifier' &&
    (init.type === 'ArrayExpression' || init.type === 'ObjectExpression' || (init.type === 'NewExpression' && init.callee.type === 'Identifier'))
  );
}
