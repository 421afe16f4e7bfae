import type { Variable } from '@typescript-eslint/scope-manager';
import type { TSESTree } from '@typescript-eslint/types';

import { type Code, childrenOf, someChild } from '../project/code.ts';
import { untilChanged } from '../project/module.ts';
import { filterSteps, filtersOf, listSteps } from './batched.ts';
import { findVariable } from './binding.ts';
import type { Loop } from './loop.ts';
import { evaluate } from './origin/evaluate.ts';
import { alternatives } from './origin/value.ts';
import { namesItsTable, writesItsTable } from './own-table.ts';
import type { Link } from './reach.ts';
import type { RemoteCall } from './remote-call.ts';
import { contains, identifiersIn, isFunction, isNameOnly, nameOfKey, rootOf, unwrap } from './syntax.ts';
import { turnOf } from './turn.ts';

/** What a round trip takes of the turn that makes it. Only rows that it names can be asked for, or written, together. */
export type ItemUse = 'rows' | 'client' | 'table' | 'statement' | 'new value of one row' | 'nothing';

/** What is known in one function to differ from turn to turn. */
interface OfTurn {
  readonly has: (variable: Variable) => boolean;
  /** Of an object only these members come from the turn. */
  readonly membersOf: (variable: Variable) => ReadonlySet<string> | undefined;
  /** The variable holds the item itself, or a part of it as it stands there. */
  readonly isItem: (variable: Variable) => boolean;
  /** The object whose method runs comes from the turn. */
  readonly self: boolean;
}

/**
 * What the round trip of a loop takes of the turn, through the arguments of the calls that lead to it. What cannot be
 * followed counts as `rows`.
 */
export function useOfItem(code: Code, node: TSESTree.Node, loop: Loop, { call, chain }: { call: RemoteCall; chain: readonly Link[] }): ItemUse {
  const ofTurn = atTheEnd(code, node, loop, chain);
  return ofTurn === undefined ? 'rows' : judge(call, ofTurn);
}

/** Whether one of some arguments of a round trip has something of the turn, as far as the calls that lead to it can be followed. */
export function comesFromTurn(
  code: Code,
  node: TSESTree.Node,
  loop: Loop,
  { call, chain }: { call: RemoteCall; chain: readonly Link[] },
  values: readonly TSESTree.Node[],
): boolean {
  const ofTurn = atTheEnd(code, node, loop, chain);
  return ofTurn !== undefined && values.some((value) => isOf(call.code, value, ofTurn));
}

/** What differs from turn to turn in the function that makes the round trip. */
function atTheEnd(code: Code, node: TSESTree.Node, loop: Loop, chain: readonly Link[]): OfTurn | undefined {
  let ofTurn = ofLoop(loop);
  let at: Link = { code, node };
  for (const next of chain) {
    const inside = insideCalled(at, next, ofTurn);
    if (inside === undefined) return undefined;
    ofTurn = inside;
    at = next;
  }
  return ofTurn;
}

/** In the loop itself: what it declares, and what it assigns. */
function ofLoop(loop: Loop): OfTurn {
  const pattern = turnOf(loop)?.pattern;
  return {
    has: (variable) =>
      variable.defs.some(({ name }) => contains(loop.node, name)) ||
      variable.references.some((reference) => reference.isWrite() && contains(loop.node, reference.identifier)),
    membersOf: () => undefined,
    isItem: (variable) => pattern !== undefined && variable.defs.some(({ name }) => contains(pattern, name)),
    self: false,
  };
}

/** In the function that a call runs: the parameters that got something of the turn, and what is made of them. */
function insideCalled({ code, node }: Link, next: Link, ofTurn: OfTurn): OfTurn | undefined {
  if (node.type !== 'CallExpression') return undefined;
  const callee = unwrap(node.callee);
  const target = alternatives(evaluate(code, callee)).find((value) => value.kind === 'function' && contains(value.node, next.node) && value.code === next.code);
  // A function that was made in the turn may hold something of it.
  if (target?.kind !== 'function' || !isFunction(target.node) || (callee.type === 'Identifier' && isOf(code, callee, ofTurn))) return undefined;
  const self = callee.type === 'MemberExpression' && isOf(code, callee.object, ofTurn);
  // Of an object that a function made in the turn, its functions may name what that function was given.
  if (self && !/^(?:MethodDefinition|PropertyDefinition)$/.test(target.node.parent.type)) return undefined;
  const has = new Set<Variable>();
  const items = new Set<Variable>();
  const members = new Map<Variable, ReadonlySet<string>>();
  const take = (pattern: TSESTree.Node, given: TSESTree.Node): void => {
    const to = pattern.type === 'AssignmentPattern' ? pattern.left : pattern.type === 'TSParameterProperty' ? pattern.parameter : pattern;
    const value = unwrap(given);
    if (to.type === 'ObjectPattern' && value.type === 'ObjectExpression' && value.properties.every(({ type }) => type === 'Property')) {
      for (const property of to.properties) {
        const name = property.type === 'Property' ? nameOfKey(property) : undefined;
        const part = value.properties.find((each) => each.type === 'Property' && nameOfKey(each) === name);
        if (property.type === 'Property' && part?.type === 'Property') take(property.value, part.value);
        else if (property.type !== 'Property' && isOf(code, value, ofTurn)) add(has, next.code, property);
      }
    } else if (isOf(code, value, ofTurn)) {
      const own = to.type === 'Identifier' || to.type === 'ObjectPattern' ? membersIn(code, value, ofTurn) : undefined;
      if (own === undefined) add(has, next.code, to);
      else takeMembers(next.code, to, own, has, members);
      if (isItemItself(code, value, ofTurn)) add(items, next.code, to);
    }
  };
  const params = target.node.params.filter((param) => param.type !== 'Identifier' || param.name !== 'this');
  for (const [index, param] of params.entries()) {
    const given = node.arguments[index];
    const isAnyOf = param.type === 'RestElement' || node.arguments.slice(0, index + 1).some(({ type }) => type === 'SpreadElement');
    if (isAnyOf && node.arguments.some((argument) => isOf(code, argument, ofTurn))) add(has, next.code, param);
    else if (given !== undefined && given.type !== 'SpreadElement') take(param, given);
  }
  return madeOf(next.code, target.node, { has, members, items, self });
}

interface Given {
  readonly has: Set<Variable>;
  readonly members: Map<Variable, ReadonlySet<string>>;
  readonly items: ReadonlySet<Variable>;
  readonly self: boolean;
}

const memoryOf = untilChanged(() => new Map<TSESTree.Node, Map<string, OfTurn>>());

/** In a function that got something of the turn, with all that it makes of it. */
function madeOf(code: Code, fn: TSESTree.Node, { has, members, items, self }: Given): OfTurn {
  const key = [...has]
    .map((variable) => `${variable.name}:${items.has(variable) ? 'item' : ''}:${members.has(variable) ? [...(members.get(variable) ?? [])].join('.') : '*'}`)
    .join();
  const memory = memoryOf(code);
  let known = memory.get(fn);
  if (known === undefined) memory.set(fn, (known = new Map<string, OfTurn>()));
  let inside = known.get(`${String(self)} ${key}`);
  if (inside === undefined) {
    inside = { has: (variable) => has.has(variable), membersOf: (variable) => members.get(variable), isItem: (variable) => items.has(variable), self };
    spread(code, fn, inside, has, members);
    known.set(`${String(self)} ${key}`, inside);
  }
  return inside;
}

/** Which members of an object come from the turn, where that can be told. */
function membersIn(code: Code, value: TSESTree.Node, ofTurn: OfTurn): ReadonlySet<string> | undefined {
  if (value.type === 'Identifier') {
    const variable = findVariable(code, value);
    return variable === undefined ? undefined : ofTurn.membersOf(variable);
  }
  if (value.type !== 'ObjectExpression') return undefined;
  const names = new Set<string>();
  for (const property of value.properties) {
    const name = property.type === 'Property' ? nameOfKey(property) : undefined;
    if (property.type !== 'Property' || name === undefined) return undefined;
    if (isOf(code, property.value, ofTurn)) names.add(name);
  }
  return names;
}

/** A pattern takes an object of which some members come from the turn. */
function takeMembers(code: Code, to: TSESTree.Node, own: ReadonlySet<string>, has: Set<Variable>, members: Map<Variable, ReadonlySet<string>>): void {
  if (to.type === 'ObjectPattern') {
    for (const property of to.properties) {
      const name = property.type === 'Property' ? nameOfKey(property) : undefined;
      if (name === undefined || own.has(name)) add(has, code, property.type === 'Property' ? property.value : property);
    }
    return;
  }
  const variable = to.type === 'Identifier' ? findVariable(code, to) : undefined;
  if (variable === undefined || has.has(variable)) return;
  has.add(variable);
  members.set(variable, own);
}

function add(to: Set<Variable>, code: Code, pattern: TSESTree.Node): void {
  for (const identifier of identifiersIn(pattern)) {
    const variable = findVariable(code, identifier);
    if (variable !== undefined) to.add(variable);
  }
}

/** Adds the variables of a function that are made of what came from the turn. */
function spread(code: Code, fn: TSESTree.Node, inside: OfTurn, has: Set<Variable>, members: Map<Variable, ReadonlySet<string>>): void {
  const assign = (target: TSESTree.Node, from: TSESTree.Node): void => {
    if (!isOf(code, from, inside)) return;
    const own = target.type === 'Identifier' || target.type === 'ObjectPattern' ? membersIn(code, unwrap(from), inside) : undefined;
    if (own !== undefined) {
      takeMembers(code, target, own, has, members);
      return;
    }
    const whole = target.type === 'MemberExpression' ? rootOf(target) : target;
    add(has, code, whole);
    // Any member may be the one that was assigned.
    for (const variable of identifiersIn(whole).map((each) => findVariable(code, each))) if (variable !== undefined) members.delete(variable);
  };
  const isLocal = (holder: TSESTree.Node): boolean => {
    const root = rootOf(holder);
    return root.type === 'Identifier' && findVariable(code, root)?.defs.some(({ name }) => contains(fn, name)) === true;
  };
  const visit = (node: TSESTree.Node): void => {
    if (node.type === 'VariableDeclarator' && node.init !== null) assign(node.id, node.init);
    if (node.type === 'AssignmentExpression') assign(node.left, node.right);
    if (node.type === 'ForOfStatement' || node.type === 'ForInStatement')
      assign(node.left.type === 'VariableDeclaration' ? (node.left.declarations[0]?.id ?? node.left) : node.left, node.right);
    if (node.type === 'CallExpression') {
      const callee = unwrap(node.callee);
      for (const argument of node.arguments) {
        // `rows.push(item)`, `rows.map((row) => …)`
        if (callee.type === 'MemberExpression' && growing.has(nameOfKey(callee) ?? '') && isLocal(callee.object)) assign(callee, argument);
        const callback = unwrap(argument);
        if (isFunction(callback) && isOf(code, callee, inside)) for (const param of callback.params) add(has, code, param);
      }
    }
    for (const child of childrenOf(code, node)) visit(child);
  };
  for (let size = -1; size < has.size - members.size;) {
    size = has.size - members.size;
    visit(fn);
  }
}

const growing = new Set(['push', 'unshift', 'splice', 'add', 'set', 'append', 'fill']);

/** Something in a node comes from the turn. */
function isOf(code: Code, node: TSESTree.Node, ofTurn: OfTurn): boolean {
  if (node.type === 'ThisExpression' || node.type === 'Super') return ofTurn.self;
  if (node.type === 'Identifier') {
    const variable = isNameOnly(node) ? undefined : findVariable(code, node);
    if (variable === undefined || !ofTurn.has(variable)) return false;
    const members = ofTurn.membersOf(variable);
    const { parent } = node;
    if (members === undefined || parent?.type !== 'MemberExpression' || parent.object !== node) return true;
    const name = nameOfKey(parent);
    return name === undefined || members.has(name);
  }
  return someChild(code, node, (child) => isOf(code, child, ofTurn));
}

/** `sql`, `statement.text`: the item as it stands in the list, or a member of it. */
function isItemItself(code: Code, node: TSESTree.Node, ofTurn: OfTurn): boolean {
  let at = unwrap(node);
  while (at.type === 'MemberExpression') at = unwrap(at.object);
  const variable = at.type === 'Identifier' ? findVariable(code, at) : undefined;
  return variable !== undefined && ofTurn.isItem(variable);
}

function judge(call: RemoteCall, ofTurn: OfTurn): ItemUse {
  const { code } = call;
  const isOfTurn = (node: TSESTree.Node): boolean => isOf(code, node, ofTurn);
  if (call.steps.some((step) => step.code !== code)) return 'rows';
  const [first] = call.args;
  if (call.facts.sqlAt === 0 && first !== undefined && isItemItself(code, first, ofTurn)) return 'statement';
  if (isItemsClient(call, ofTurn)) return 'client';
  if (namesItsTable(code, call.node, isOfTurn) || writesItsTable(code, call.node, isOfTurn)) return 'table';
  if (![call.node, ...call.steps.map(({ node }) => node)].some(isOfTurn)) return 'nothing';
  return setsOneRow(call, isOfTurn) ? 'new value of one row' : 'rows';
}

/** `for (const queue of queues) await queue.getJobs()`: the item is a client, each of another queue or database. */
function isItemsClient({ code, library, object, node }: RemoteCall, ofTurn: OfTurn): boolean {
  const callee = node.type === 'CallExpression' ? unwrap(node.callee) : undefined;
  const isClient = Object.values(library.exports).some((each) => each.opens !== undefined && (each.new === object || each.call === object));
  return isClient && callee?.type === 'MemberExpression' && isItemItself(code, callee.object, ofTurn);
}

/** An update whose filter names nothing of the turn, or a value of one key: a mark of how far the loop is. */
function setsOneRow(call: RemoteCall, isOfTurn: (node: TSESTree.Node) => boolean): boolean {
  const [first] = call.args;
  if (call.facts.overwrites === true) return first !== undefined && !isOfTurn(first);
  if (call.operation !== 'update') return false;
  const keys = call.steps.length === 0 ? filtersOf(call) : [...filterSteps(call), ...listSteps(call)].flatMap(({ args }) => args);
  return (
    keys.length > 0 && !keys.some(isOfTurn) && !(call.steps.some(({ name }) => /^(?:in|de)crement$/.test(name)) || changesWhatIsThere(call.code, call.node))
  );
}

const changing = /^\$?(?:inc|mul|push|pushAll|addToSet|pull|bit|increment|decrement|multiply|divide|connect|create|createMany|delete|deleteMany|disconnect)$/;

/** `{ count: { increment: n } }`, `` sql`${count} + 1` ``, `{ items: { create: item } }`: it adds to the row. */
function changesWhatIsThere(code: Code, node: TSESTree.Node): boolean {
  if (node.type === 'TaggedTemplateExpression') return true;
  if (node.type === 'Property' && changing.test(nameOfKey(node) ?? '')) return true;
  return someChild(code, node, (child) => changesWhatIsThere(code, child));
}
