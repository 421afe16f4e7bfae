import type { TSESTree } from '@typescript-eslint/types';

import type { Code } from '../project/code.ts';
import { untilChanged } from '../project/module.ts';
import { judgeBatched } from './batched.ts';
import { isClaim } from './claim.ts';
import { fillsEmptyTable } from './first-filling.ts';
import { type ItemUse, useOfItem } from './item-use.ts';
import { type Loop, findLoop, findNamedCallback } from './loop.ts';
import { evaluate } from './origin/evaluate.ts';
import { type Value, alternatives } from './origin/value.ts';
import { isCallbackOfIteration } from './own-iteration.ts';
import { type Link, type Reached, findCalled, findCalledByName } from './reach.ts';
import { type RemoteCall, findRemoteCall, isUnseen, kindOf } from './remote-call.ts';
import { isFunction, isWaitedFor, lastName, nameOfKey, parentOf, unwrap } from './syntax.ts';
import { turnNames } from './turn.ts';

/** A round trip that is made once per item of a loop. */
export interface RoundTripPerItem {
  readonly does: 'read' | 'write';
  readonly call: RemoteCall;
  readonly loop: Loop;
  /** The calls from the loop to the round trip; empty when the round trip stands in the loop itself. */
  readonly chain: readonly Link[];
  /** What the round trip takes of the turn. */
  readonly use: ItemUse;
  /** How many round trips differ from turn to turn behind the one call: of a helper that reads and then writes, two. */
  readonly count: number;
  readonly range: readonly [number, number];
  /** What stands in the loop: the round trip, or the call that leads to it. */
  readonly node: TSESTree.Node;
}

const memoryOf = untilChanged(() => new Map<TSESTree.Node, RoundTripPerItem | null>());

/** The round trip that a node makes once per item, by itself or through functions. */
export function findRoundTripPerItem(
  code: Code,
  node: TSESTree.CallExpression | TSESTree.TaggedTemplateExpression | TSESTree.AwaitExpression,
): RoundTripPerItem | undefined {
  const memory = memoryOf(code);
  const known = memory.get(node);
  if (known !== undefined) return known ?? undefined;
  const found = find(code, node);
  memory.set(node, found ?? null);
  return found;
}

function find(code: Code, node: TSESTree.CallExpression | TSESTree.TaggedTemplateExpression | TSESTree.AwaitExpression): RoundTripPerItem | undefined {
  const handed = node.type === 'CallExpression' ? byName(code, node) : undefined;
  if (handed !== undefined) return handed;
  const loop = findLoop(code, node);
  if (loop === undefined) return undefined;
  const found = perItem(code, node, loop);
  return found === undefined || fillsEmptyTable(code, loop.node) ? undefined : found;
}

function perItem(
  code: Code,
  node: TSESTree.CallExpression | TSESTree.TaggedTemplateExpression | TSESTree.AwaitExpression,
  loop: Loop,
): RoundTripPerItem | undefined {
  const call = findRemoteCall(code, node);
  if (call !== undefined) {
    const does = kindOf(call);
    if (does === undefined || loop.exempt !== undefined || judgeBatched(call, loop) !== undefined) return undefined;
    const use = useOfItem(code, node, loop, { call, chain: [] });
    return isForItsOwn(use) || isClaim(code, call, loop) ? undefined : { does, call, loop, chain: [], use, count: 1, range: call.range, node };
  }
  if (node.type !== 'CallExpression' || !mayBePromise(node, loop) || loop.exempt !== undefined || isServiceOfItsOwn(code, node, loop)) return undefined;
  if (isCallbackOfIteration(code, node.callee)) return undefined;
  const first = differingOf(code, node, loop);
  if (first === undefined) return undefined;
  const callee = unwrap(node.callee);
  const does = isUnseen(first.call) && writesByName(callee) ? 'write' : first.does;
  return { does, call: first.call, loop, chain: first.chain, use: first.use, count: first.count, range: [callee.range[0], callee.range[1]], node };
}

/** `insert('rows').given(row).execute(pool)`, `saveRow(row)`: of a statement that nobody sees, what is called tells by its name what it does. */
function writesByName(callee: TSESTree.Node): boolean {
  const at = unwrap(callee);
  if (/^(?:insert|upsert|update|delete|del|remove|save|create|add)(?![a-z])/.test(lastName(at) ?? '')) return true;
  const before = at.type === 'MemberExpression' ? unwrap(at.object) : undefined;
  return before?.type === 'CallExpression' && writesByName(before.callee);
}

/** `links.forEach(removeLink)`: the function is called with the item and nothing else. */
function byName(code: Code, node: TSESTree.CallExpression): RoundTripPerItem | undefined {
  const callback = findNamedCallback(code, node);
  if (callback === undefined || parentOf(node)?.type === 'JSXExpressionContainer') return undefined;
  const { named, loop } = callback;
  if (isCallbackOfIteration(code, named)) return undefined;
  const first = findCalledByName(code, named).find(({ conditions }) => conditions <= conditionsMax);
  if (first === undefined || loop.exempt !== undefined) return undefined;
  return { does: first.does, call: first.call, loop, chain: first.chain, use: 'rows', count: 1, range: named.range, node: named };
}

const conditionsMax = 1;

/** Of the round trips behind a call, the first that differs from turn to turn; else one that asks the same each time. */
function differingOf(code: Code, node: TSESTree.CallExpression, loop: Loop): (Differing & { readonly count: number }) | undefined {
  const differing: Differing[] = [];
  let same: Differing | undefined;
  let vague: Differing | undefined;
  let setsOneRow = false;
  for (const each of [...findCalled(code, node)].sort((a, b) => a.conditions - b.conditions)) {
    // What only some turns do, under conditions within conditions, is no cost per item.
    if (each.conditions > conditionsMax || isMergedHere(each.call, code, node, loop) || isOnlyBuilt(each.call, node)) continue;
    const use = useOfItem(code, node, loop, each);
    if (use === 'rows') differing.push({ ...each, use });
    if (use === 'nothing') {
      // What it asks cannot be seen, but that nothing of the turn is handed over can.
      if (isUnseen(each.call)) vague ??= { ...each, use: turnNames(code, node, loop).length === 0 ? 'nothing' : 'rows' };
      else same ??= { ...each, use };
    }
    setsOneRow ||= use === 'new value of one row';
  }
  const [first] = differing;
  if (first !== undefined) return { ...first, count: togetherWith(first, differing) };
  const other = same ?? vague;
  // It reads the one row that it then sets.
  return setsOneRow || other === undefined ? undefined : { ...other, count: 1 };
}

/** Those that run in the same turn as the first: what stands before it, or beside it in a branch or a `switch`, may run in its place. */
function togetherWith(first: Differing, differing: readonly Differing[]): number {
  const standsLater = ({ chain: [own] }: Differing): boolean => (own?.node.range[0] ?? 0) > (first.chain[0]?.node.range[0] ?? 0);
  const mayJoin = (each: Differing): boolean => first.conditions === 0 || each.conditions === 0;
  return differing.filter((each) => each === first || (standsLater(each) && mayJoin(each) && !each.chain.some(({ node }) => isCase(node)))).length;
}

function isCase(node: TSESTree.Node): boolean {
  for (let at: TSESTree.Node | null | undefined = node; at !== null && at !== undefined && !isFunction(at); at = at.parent)
    if (at.type === 'SwitchCase') return true;
  return false;
}

type Differing = Reached & { readonly use: ItemUse };

/** `this.addColumn(field);` gives a statement, which nobody awaits here. */
function isOnlyBuilt({ node: sender, library, object }: RemoteCall, node: TSESTree.Node): boolean {
  if (parentOf(node)?.type !== 'ExpressionStatement' || library.objects[object]?.builder?.sent !== 'on await') return false;
  const given = parentOf(sender);
  return sender.type !== 'AwaitExpression' && (given?.type === 'ReturnStatement' || given?.type === 'ArrowFunctionExpression');
}

/** The library puts the calls of the turns together, where the loop calls what makes them. */
function isMergedHere(call: RemoteCall, code: Code, node: TSESTree.CallExpression, loop: Loop): boolean {
  return call.facts.mergesInOneTick === true && judgeBatched({ ...call, code, node }, loop) !== undefined;
}

/** A statement that no other turn's can be put together with. */
function isForItsOwn(use: ItemUse): boolean {
  return use === 'client' || use === 'table' || use === 'statement' || use === 'new value of one row';
}

const synchronous = new Set(['filter', 'some', 'every', 'find', 'findIndex', 'reduce', 'reduceRight']);

/** Whether a helper's answer is used as a promise: most calls in loops are not, and need no look. */
function mayBePromise(node: TSESTree.CallExpression, loop: Loop): boolean {
  const parent = parentOf(node);
  // `.map` and `.andThen` of what neverthrow gives for a promise.
  if (parent?.type === 'MemberExpression' && !/^(?:then|catch|finally|map|andThen|match|mapErr|orElse|asyncMap|unwrapOr)$/.test(nameOfKey(parent) ?? ''))
    return false;
  if (parent?.type === 'ReturnStatement' || parent?.type === 'ArrowFunctionExpression') return isPromised(loop);
  return isWaitedFor(node);
}

/** What the callback gives is waited for somewhere: `Promise.all(list.map(load))`, not `list.filter(isOpen)`. */
function isPromised(loop: Loop): boolean {
  const { node } = loop;
  if (node.type !== 'CallExpression' || loop.concurrent) return true;
  const method = node.callee.type === 'MemberExpression' ? nameOfKey(node.callee) : undefined;
  if (method !== undefined && synchronous.has(method)) return false;
  const parent = parentOf(node);
  return parent?.type !== 'JSXExpressionContainer' && parent?.type !== 'MemberExpression';
}

/** A loop over functions, or over services, each asked once: `for (const queue of this.queues) await queue.count()`. */
function isServiceOfItsOwn(code: Code, node: TSESTree.CallExpression, loop: Loop): boolean {
  const callee = unwrap(node.callee);
  // `for (const task of tasks) await task();`
  if (callee.type === 'Identifier') return callee.name === loop.item;
  if (callee.type !== 'MemberExpression' || callee.object.type !== 'Identifier' || callee.object.name !== loop.item) return false;
  return alternatives(evaluate(code, callee.object)).some(
    (value) => (value.kind === 'instance' && value.of.kind === 'class' && !extendsLibrary(value.of)) || (value.kind === 'shape' && isImplemented(code, callee)),
  );
}

/** An interface's method, which classes implement: the items are objects that do something, not data. */
function isImplemented(code: Code, callee: TSESTree.MemberExpression): boolean {
  return alternatives(evaluate(code, callee)).some((value) => value.kind === 'function' && value.node.parent?.type === 'MethodDefinition');
}

function extendsLibrary(value: Value): boolean {
  if (value.kind !== 'class') return value.kind === 'export' || value.kind === 'object';
  const { superClass } = value.node;
  return superClass !== null && superClass !== undefined && alternatives(evaluate(value.code, superClass)).some(extendsLibrary);
}
