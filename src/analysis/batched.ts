import type { TSESTree } from '@typescript-eslint/types';

import { type Code, childrenOf, someChild } from '../project/code.ts';
import { findVariable } from './binding.ts';
import type { Loop } from './loop.ts';
import { nameOfCondition } from './key-parts.ts';
import { evaluate, stepFacts } from './origin/evaluate.ts';
import { type RemoteCall, argumentsOf, reads } from './remote-call.ts';
import { sqlText } from './sql.ts';
import { contains, isFunction, nameOfKey, parentOf, staticText, unwrap, calleeName } from './syntax.ts';

/** Why a call that stands in a loop does not cost one round trip per item. */
export type Batched = 'handles many at once' | 'merged within one tick' | 'answers from memory' | 'in process' | 'sends nothing by itself';

/** Whether a call already handles many items, or is put together with others by its library. */
export function judgeBatched(call: RemoteCall, loop: Loop | undefined): Batched | undefined {
  if (call.library.inProcess === true) return 'in process';
  if (call.facts.remembers === true) return 'answers from memory';
  if (['insert-many', 'upsert-many', 'publish-many', 'cursor', 'transaction', 'request'].includes(call.operation)) return 'handles many at once';
  if ((hasInList(call) && !(loop !== undefined && asksForRowsOfThisTurn(call, loop))) || takesList(call)) return 'handles many at once';
  if (call.facts.mergesInOneTick === true && loop !== undefined && isMerged(call, loop)) return 'merged within one tick';
  return undefined;
}

/** The filter asks for a list of keys. */
export function hasInList(call: RemoteCall): boolean {
  if (call.statement?.inList === true || call.facts.marks === 'in-list') return true;
  const words = call.library.options?.inList ?? [];
  for (const step of call.steps) {
    const marks = stepFacts(call.library, call.object, step.name)?.marks;
    if (marks === 'in-list') return true;
    const args = step.node.type === 'CallExpression' ? step.node.arguments : [];
    if (
      marks === 'filter' &&
      args.some((argument) => staticText(argument)?.toLowerCase() === 'in' || /\bin\s*[(?]|\bany\s*\(/i.test(sqlText(step.code, argument) ?? ''))
    )
      return true;
    if (args.some((argument) => mentionsList(step.code, argument, words))) return true;
    if (marks === 'filter' && args.some((argument) => mentionsCases(step.code, argument))) return true;
  }
  if (call.steps.length > 0) return false;
  const filters = filtersOf(call);
  if (filters.some((filter) => isListOfCases(call.code, filter) || mentionsCases(call.code, filter))) return true;
  return filters.some((filter) => mentionsList(call.code, filter, words) || (call.library.options?.arrayMeansIn === true && holdsArray(call.code, filter)));
}

/**
 * The list of keys was itself read in this turn: `rows = await readRows(item); await read({ in: rows.map(…) })`. Such a
 * call is one more round trip per item.
 */
function asksForRowsOfThisTurn(call: RemoteCall, loop: Loop): boolean {
  if (call.operation === 'update-many' || call.operation === 'delete-many' || !reads(call.operation)) return false;
  return argumentsOf(call).some((node) => namesIn(call.code, node).some((identifier) => isReadInside(call.code, identifier, loop, 0)));
}

function isReadInside(code: Code, identifier: TSESTree.Identifier, loop: Loop, depth: number): boolean {
  const declarator = findVariable(code, identifier)?.defs[0]?.node as TSESTree.Node | undefined;
  if (depth > 3 || declarator?.type !== 'VariableDeclarator' || declarator.init === null || !contains(loop.body, declarator)) return false;
  const init = unwrap(declarator.init);
  if (init.type === 'AwaitExpression') return true;
  return namesIn(code, init).some((name) => isReadInside(code, name, loop, depth + 1));
}

function namesIn(code: Code, node: TSESTree.Node): TSESTree.Identifier[] {
  if (node.type === 'Identifier') return [node];
  return childrenOf(code, node).flatMap((child) => namesIn(code, child));
}

/** The nodes that hold the filter of a call with an options object. */
export function filtersOf(call: RemoteCall): TSESTree.Node[] {
  const words = call.library.options;
  const nodes: TSESTree.Node[] = [];
  if (call.facts.filterAt !== undefined) {
    const filter = call.args[call.facts.filterAt];
    if (filter !== undefined) nodes.push(filter);
  }
  const options = call.facts.options === undefined ? undefined : call.args[call.facts.options];
  const object = options === undefined ? undefined : unwrap(options);
  if (object?.type === 'ObjectExpression') {
    for (const property of object.properties)
      if (property.type === 'Property' && words?.filter.includes(nameOfKey(property) ?? '') === true) nodes.push(property.value);
  }
  return nodes;
}

/** The arguments of each step of a built statement that filters. */
export function filterSteps({ library, object, steps }: RemoteCall): readonly { readonly name: string; readonly args: readonly TSESTree.Node[] }[] {
  return steps.flatMap(({ name, node }) =>
    stepFacts(library, object, name)?.marks === 'filter' && node.type === 'CallExpression' ? [{ name, args: node.arguments }] : [],
  );
}

/** The steps that ask for a list of keys: `whereIn('id', ids)`. */
export function listSteps({ library, object, steps }: RemoteCall): readonly { readonly args: readonly TSESTree.Node[] }[] {
  return steps.flatMap(({ name, node }) =>
    stepFacts(library, object, name)?.marks === 'in-list' && node.type === 'CallExpression' ? [{ args: node.arguments }] : [],
  );
}

function mentionsList(code: Code, node: TSESTree.Node, words: readonly string[]): boolean {
  if (node.type === 'Property') {
    const name =
      nameOfKey(node) ??
      (node.computed && node.key.type === 'MemberExpression' && node.key.object.type === 'Identifier'
        ? `${node.key.object.name}.${nameOfKey(node.key) ?? ''}`
        : undefined);
    if (name !== undefined && words.includes(name)) return true;
    // All but a few.
    if (name !== undefined && /^(?:Op\.)?\$?(?:not|nor)$/i.test(name)) return false;
  }
  if (node.type === 'CallExpression' && node.callee.type === 'Identifier') {
    if (words.includes(node.callee.name)) return true;
    if (node.callee.name === 'not') return false;
  }
  if (isFunction(node)) return false;
  return someChild(code, node, (child) => mentionsList(code, child, words));
}

/**
 * `OR: pairs.map(…)`, `or(...pairs.map(…))`, `pairs.forEach((pair) => query.orWhere(…))`: a condition for each of a list, which
 * every row must meet: not below `NOT`, nor beside another way to meet it.
 */
function mentionsCases(code: Code, node: TSESTree.Node): boolean {
  const at = unwrap(node);
  if (at.type === 'ObjectExpression') {
    return at.properties.some((property) => {
      if (property.type !== 'Property') return false;
      const name = nameOfCondition(property) ?? '';
      if (/^\$?or$/i.test(name)) return isListOfCases(code, property.value);
      return /^(?:\$?and|where)$/i.test(name) && mentionsCases(code, property.value);
    });
  }
  if (at.type === 'ArrayExpression') return at.elements.some((each) => each !== null && mentionsCases(code, each));
  if (isFunction(at)) {
    const given = givenBy(at);
    return given !== undefined && mentionsCases(code, given);
  }
  if (at.type !== 'CallExpression') return false;
  const name = calleeName(at);
  if (name === 'and') return at.arguments.some((argument) => mentionsCases(code, argument));
  if (name === 'or')
    return at.arguments.length > 0 && at.arguments.every((argument) => isListOfCases(code, argument.type === 'SpreadElement' ? argument.argument : argument));
  return name === 'forEach' && isForEachCase(code, at.arguments[0]);
}

/** `pairs.map(([userId, teamId]) => ({ userId, teamId }))`; what a text is searched in, `{ contains: text }`, is no case. */
function isListOfCases(code: Code, node: TSESTree.Node): boolean {
  const at = unwrap(node);
  if (at.type !== 'CallExpression' || calleeName(at) !== 'map') return false;
  const [each] = at.arguments;
  const given = givenBy(each);
  return each !== undefined && given !== undefined && isCase(given) && namesItem(code, each, given);
}

/** `([userId, teamId]) => query.orWhere({ userId, teamId })` */
function isForEachCase(code: Code, each: TSESTree.Node | undefined): boolean {
  const given = givenBy(each);
  return (
    each !== undefined &&
    given?.type === 'CallExpression' &&
    calleeName(given) === 'orWhere' &&
    given.arguments.some((argument) => isCase(givenBy(argument) ?? argument)) &&
    namesItem(code, each, given)
  );
}

/** A case is of the list's item. */
function namesItem(code: Code, fn: TSESTree.Node, given: TSESTree.Node): boolean {
  if (!isFunction(fn)) return false;
  const names = fn.params.flatMap((param) => namesIn(code, param)).map(({ name }) => name);
  return namesIn(code, given).some(({ name }) => names.includes(name));
}

/** Compares for equality, and nothing else. */
function isCase(node: TSESTree.Node): boolean {
  const at = unwrap(node);
  if (at.type === 'CallExpression') {
    const name = calleeName(at);
    if (name === 'where') {
      const callee = unwrap(at.callee);
      const before = callee.type === 'MemberExpression' ? unwrap(callee.object) : undefined;
      return at.arguments.length === 2 && before !== undefined && (before.type === 'Identifier' || isCase(before));
    }
    return name === 'eq' || (name === 'and' && at.arguments.length > 0 && at.arguments.every(isCase));
  }
  if (at.type !== 'ObjectExpression' || at.properties.length === 0) return false;
  return at.properties.every((property) => {
    if (property.type !== 'Property' || property.computed) return false;
    return /^(?:Identifier|MemberExpression|Literal|TemplateLiteral)$/.test(unwrap(property.value).type);
  });
}

/** What a function gives, where it does nothing else. */
function givenBy(node: TSESTree.Node | undefined): TSESTree.Node | undefined {
  const at = node === undefined ? undefined : unwrap(node);
  if (at?.type !== 'ArrowFunctionExpression' && at?.type !== 'FunctionExpression') return undefined;
  if (at.body.type !== 'BlockStatement') return unwrap(at.body);
  const [only, ...more] = at.body.body;
  return more.length === 0 && only?.type === 'ReturnStatement' && only.argument !== null ? unwrap(only.argument) : undefined;
}

/** A property of the filter is a list. */
function holdsArray(code: Code, filter: TSESTree.Node): boolean {
  const object = unwrap(filter);
  if (object.type !== 'ObjectExpression') return false;
  return object.properties.some(
    (property) => property.type === 'Property' && !property.computed && !/^\$?(?:and|or)$/i.test(nameOfKey(property) ?? '') && isList(code, property.value),
  );
}

function isList(code: Code, node: TSESTree.Node): boolean {
  const at = unwrap(node);
  if (at.type === 'ArrayExpression') return true;
  if (at.type === 'CallExpression' && at.callee.type === 'MemberExpression')
    return ['map', 'filter', 'flatMap', 'keys', 'values', 'from'].includes(nameOfKey(at.callee) ?? '');
  if (at.type === 'Identifier' && /(?:ids|keys|list)$/i.test(at.name)) return true;
  return evaluate(code, at).kind === 'list';
}

/** The items argument is an array. */
function takesList(call: RemoteCall): boolean {
  const steps = call.steps.map((step) => ({
    facts: stepFacts(call.library, call.object, step.name),
    args: step.node.type === 'CallExpression' ? step.node.arguments : [],
    code: step.code,
  }));
  for (const { facts, args, code } of [{ facts: call.facts, args: call.args, code: call.code }, ...steps]) {
    if (facts?.items === undefined) continue;
    const argument = args[facts.items];
    if (argument === undefined) continue;
    if (argument.type === 'SpreadElement') return true;
    const at = unwrap(argument);
    if (at.type === 'ArrayExpression') return at.elements.length > 1 || at.elements.some((element) => element?.type === 'SpreadElement');
    if (
      at.type === 'CallExpression' &&
      at.callee.type === 'MemberExpression' &&
      ['map', 'filter', 'flatMap', 'slice', 'splice'].includes(nameOfKey(at.callee) ?? '')
    )
      return true;
    if (at.type === 'Identifier' && /(?:batch|chunk|rows|records|entities|docs|keys|ids|items)$/i.test(at.name)) return true;
    if (evaluate(code, at).kind === 'list') return true;
  }
  return false;
}

/** All turns ask within one tick: nothing is awaited in the callback before this call. */
function isMerged(call: RemoteCall, loop: Loop): boolean {
  if (loop.node.type !== 'CallExpression' || (loop.byProject === true && !loop.concurrent)) return false;
  if (!(loop.concurrent || isReturned(loop, call.node))) return false;
  if (call.library.kind === 'cache') return true;
  let earlier = false;
  const visit = (node: TSESTree.Node): void => {
    if (earlier || node.range[0] >= call.node.range[0]) return;
    if (node.type === 'AwaitExpression' && node.range[1] <= call.node.range[0]) earlier = true;
    for (const child of childrenOf(call.code, node)) visit(child);
  };
  visit(loop.body);
  return !earlier;
}

/** `ids.map((id) => findUnique(…))`: the callback's body is the call. */
function isReturned(loop: Loop, node: TSESTree.Node): boolean {
  for (let at: TSESTree.Node | undefined = node; at !== undefined && at !== loop.node; at = parentOf(at)) {
    if (at === loop.body) return true;
    if (at.type === 'ReturnStatement') return true;
  }
  return false;
}
