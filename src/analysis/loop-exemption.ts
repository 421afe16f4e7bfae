import type { TSESTree } from '@typescript-eslint/types';

import { type Code, compactTextOf, someChild, textOf } from '../project/code.ts';
import { findVariable, isDeclaredOutside } from './binding.ts';
import { evaluate } from './origin/evaluate.ts';
import { alternatives } from './origin/value.ts';
import { namesItsTable, writesItsTable } from './own-table.ts';
import { isShortFixedList } from './short-list.ts';
import { contains, identifiersIn, isFunction, isNameOnly, nameOfKey, parentOf, staticText, unwrap, lastName, calleeName } from './syntax.ts';

/** Why a loop that makes a round trip per turn is right as it is. */
export type Exemption =
  | 'counts tries'
  | 'waits for a condition'
  | 'walks pages'
  | 'works in chunks'
  | 'reads a stream'
  | 'each turn needs the last answer'
  | 'stops at the first match'
  | 'runs at most once'
  | 'waits between turns'
  | 'short fixed list'
  | 'each turn asks another table'
  | 'runs when an item fails'
  | 'keeps answers in a map'
  | 'reads what a map lacks';

export type LoopStatement = TSESTree.ForOfStatement | TSESTree.ForInStatement | TSESTree.ForStatement | TSESTree.WhileStatement | TSESTree.DoWhileStatement;

const loopStatements = new Set<string>(['ForOfStatement', 'ForInStatement', 'ForStatement', 'WhileStatement', 'DoWhileStatement']);

export function isLoopStatement(node: TSESTree.Node): node is LoopStatement {
  return loopStatements.has(node.type);
}

/** The name that a pattern binds first, for messages. */
export function nameOfPattern(node: TSESTree.Node | undefined): string {
  return (node === undefined ? undefined : patternNames(node)[0]) ?? 'item';
}

/** Why a loop over the items of something is exempt. */
export function exemptOver(code: Code, loop: TSESTree.Node, iterated: TSESTree.Node, body: TSESTree.Node, call: TSESTree.Node): Exemption | undefined {
  if (isShortFixedList(code, iterated)) return 'short fixed list';
  if (loop.type === 'ForOfStatement' && loop.await && !isInMemory(code, iterated)) return 'reads a stream';
  if (isChunked(code, loop, iterated, body) && !isPerItemInside(loop, call)) return 'works in chunks';
  return exemptByBody(code, loop, body, call);
}

/** What holds for every kind of loop. */
function exemptByBody(code: Code, loop: TSESTree.Node, body: TSESTree.Node, call: TSESTree.Node): Exemption | undefined {
  if (waits(code, body)) return 'waits between turns';
  if (loop.type !== 'CallExpression') {
    if (runsOnce(loop, call)) return 'runs at most once';
    if (stopsAtFirstMatch(code, body, call)) return 'stops at the first match';
  }
  if (needsLastAnswer(code, loop, body, call)) return 'each turn needs the last answer';
  if (asksAnotherTable(code, loop, call)) return 'each turn asks another table';
  if (isForOneItem(loop, call)) return 'runs at most once';
  if (isInCatch(loop, call)) return 'runs when an item fails';
  if (keepsAnswers(code, body, call)) return 'keeps answers in a map';
  if (isMissingFromMap(code, body, call)) return 'reads what a map lacks';
  return undefined;
}

/** Why a counted loop is exempt. */
export function exemptCounted(code: Code, loop: TSESTree.ForStatement, counter: string | undefined, call: TSESTree.Node): Exemption | undefined {
  if (loop.test === null || loop.test === undefined) return 'walks pages';
  if (counter !== undefined && stepsBySize(loop, counter)) return 'works in chunks';
  const overLength = /\.(?:length|size)\b/.test(textOf(code, loop.test)) || /\.(?:length|size)\b/.test(loop.init === null ? '' : textOf(code, loop.init));
  if (!overLength && loop.test.type === 'BinaryExpression' && staticText(unwrap(loop.test.right)) !== undefined) return 'short fixed list';
  if (!overLength && !(counter !== undefined && indexes(code, loop.body, counter))) return 'counts tries';
  return exemptByBody(code, loop, loop.body, call);
}

/** A `while` runs until something is so: only one that empties or indexes a list in memory runs once per item. */
export function exemptWhile(code: Code, loop: TSESTree.WhileStatement | TSESTree.DoWhileStatement, call: TSESTree.Node): Exemption | undefined {
  const test = textOf(code, loop.test);
  const counted = /^\s*(\w+)\s*<=?\s*[\w.]+\.(?:length|size)\b/.exec(test)?.[1];
  if (counted !== undefined && indexes(code, loop.body, counted)) return exemptByBody(code, loop, loop.body, call);
  if (waits(code, loop.body)) return 'waits for a condition';
  if (/\btrue\b|\b1\b/.test(test)) return 'walks pages';
  return 'each turn needs the last answer';
}

export function counterOf(loop: TSESTree.ForStatement): string | undefined {
  if (loop.init?.type !== 'VariableDeclaration') return undefined;
  const [first] = loop.init.declarations;
  return first?.id.type === 'Identifier' ? first.id.name : undefined;
}

/** `i += size`. */
function stepsBySize(loop: TSESTree.ForStatement, counter: string): boolean {
  const { update } = loop;
  if (update?.type !== 'AssignmentExpression' || update.left.type !== 'Identifier' || update.left.name !== counter) return false;
  return update.operator === '+='
    ? staticText(update.right) !== '1'
    : update.operator === '=' && update.right.type === 'BinaryExpression' && staticText(update.right.right) !== '1';
}

/** `list[counter]` somewhere in the body. */
function indexes(code: Code, body: TSESTree.Node, counter: string): boolean {
  return some(
    code,
    body,
    (node) => node.type === 'MemberExpression' && node.computed && some(code, node.property, (inner) => inner.type === 'Identifier' && inner.name === counter),
  );
}

/** `for await` over values that are all there already. */
function isInMemory(code: Code, node: TSESTree.Node): boolean {
  const at = unwrap(node);
  if (at.type === 'ArrayExpression') return true;
  if (at.type === 'MemberExpression' && !at.computed)
    return (
      alternatives(evaluate(code, at)).some((value) => value.kind === 'list') ||
      (at.object.type !== 'ThisExpression' && evaluate(code, at).kind === 'unknown' && evaluate(code, at.object).kind !== 'object' && isLikeList(nameOfKey(at)))
    );
  return alternatives(evaluate(code, at)).some((value) => value.kind === 'list');
}

/** Whether a property's name is a plural: the items of an object, not a stream. */
function isLikeList(name: string | undefined): boolean {
  return name !== undefined && /[a-z]s$/i.test(name) && !/stream|iter|chunks|lines|events|messages/i.test(name);
}

const chunkNames = /chunk|batch(?!es$)|groupsof|partition|splitevery|paginat/i;

/** The list holds lists: what runs per turn already handles many. */
function isChunked(code: Code, loop: TSESTree.Node, iterated: TSESTree.Node, body: TSESTree.Node): boolean {
  const at = unwrap(iterated);
  const made = at.type === 'CallExpression' ? calleeName(at) : at.type === 'Identifier' ? initialCallName(code, at) : undefined;
  if (made !== undefined && chunkNames.test(made)) return true;
  const name = lastName(at);
  if (name !== undefined && /(?:chunks|batches|pages)$/i.test(name)) return true;
  const item = loop.type === 'ForOfStatement' && loop.left.type === 'VariableDeclaration' ? nameOfPattern(loop.left.declarations[0]?.id) : undefined;
  if (item !== undefined && /^(?:chunk|batch|page)$|(?:Chunk|Batch)$/.test(item)) return true;
  const lists = alternatives(evaluate(code, at)).filter((value) => value.kind === 'list');
  return lists.length > 0 && lists.every(({ of }) => of.kind === 'list') && isUsedAsList(code, loop, body);
}

/** Nothing but an array's own members is asked of the item: `id` of an item shows that it is no list. */
function isUsedAsList(code: Code, loop: TSESTree.Node, body: TSESTree.Node): boolean {
  const item = itemPattern(loop);
  if (item?.type !== 'Identifier') return false;
  return !some(
    code,
    body,
    (node) =>
      node.type === 'MemberExpression' &&
      node.object.type === 'Identifier' &&
      node.object.name === item.name &&
      !((nameOfKey(node) ?? 'at') in Array.prototype),
  );
}

function initialCallName(code: Code, identifier: TSESTree.Identifier): string | undefined {
  const declarator = findVariable(code, identifier)?.defs[0]?.node as TSESTree.Node | undefined;
  const init = declarator?.type === 'VariableDeclarator' && declarator.init !== null ? unwrap(declarator.init) : undefined;
  return init?.type === 'CallExpression' ? calleeName(init) : undefined;
}

function isPerItemInside(loop: TSESTree.Node, call: TSESTree.Node): boolean {
  for (let at = call.parent; at !== undefined && at !== null && at !== loop; at = at.parent) {
    if (isLoopStatement(at)) return true;
  }
  return false;
}

const waiting = /^(?:sleep|delay|wait|pause|setTimeout|timeout|throttle|backoff|waitFor|waitUntil|rateLimit\w*|sleepFor|waitMs|sleepMs)$/i;

/** A pause of its own in the body, outside of nested functions other than a promise's. */
function waits(code: Code, body: TSESTree.Node): boolean {
  let answer = waitingBodies.get(body);
  if (answer === undefined) waitingBodies.set(body, (answer = some(code, body, (node) => isPause(code, node), true)));
  return answer;
}
const waitingBodies = new WeakMap<TSESTree.Node, boolean>();

function isPause(code: Code, node: TSESTree.Node): boolean {
  if (node.type !== 'AwaitExpression') return false;
  const of = unwrap(node.argument);
  if (of.type === 'CallExpression') return waiting.test(calleeName(of) ?? '');
  return of.type === 'NewExpression' && /\bsetTimeout\b/.test(textOf(code, of)) && of.callee.type === 'Identifier' && of.callee.name === 'Promise';
}

/** Every way from the call leads out of the loop: `return await save(x)`, or an exit right behind it. */
function runsOnce(loop: TSESTree.Node, call: TSESTree.Node): boolean {
  for (let at: TSESTree.Node = call; at !== loop;) {
    const parent = at.parent;
    if (parent === undefined || parent === null || isFunction(at)) return false;
    if (at.type === 'ReturnStatement') return true;
    if (parent.type === 'BlockStatement' || parent.type === 'SwitchCase') {
      const body: readonly TSESTree.Node[] = parent.type === 'BlockStatement' ? parent.body : parent.consequent;
      for (const statement of body.slice(body.indexOf(at) + 1)) {
        if (statement.type === 'ReturnStatement' || (statement.type === 'BreakStatement' && parent.type === 'BlockStatement')) return true;
      }
    }
    at = parent;
  }
  return false;
}

/** `for (const key in changes) { if (key === 'state') … }`: only one of the keys is meant. */
function isForOneItem(loop: TSESTree.Node, call: TSESTree.Node): boolean {
  const pattern = itemPattern(loop);
  if (pattern?.type !== 'Identifier') return false;
  const isItem = (node: TSESTree.Node): boolean => node.type === 'Identifier' && node.name === pattern.name;
  for (let at: TSESTree.Node = call; at !== loop;) {
    const parent: TSESTree.Node | null | undefined = at.parent;
    if (parent === null || parent === undefined) return false;
    if (parent.type === 'SwitchCase' && parent.parent.type === 'SwitchStatement' && isItem(parent.parent.discriminant) && staticText(parent.test) !== undefined)
      return true;
    if (parent.type === 'IfStatement' && parent.consequent === at) {
      const { test } = parent;
      if (test.type === 'BinaryExpression' && test.operator === '===' && isItem(test.left) && staticText(unwrap(test.right)) !== undefined) return true;
    }
    at = parent;
  }
  return false;
}

/** `const found = await find(x); if (found) return found;` */
function stopsAtFirstMatch(code: Code, body: TSESTree.Node, call: TSESTree.Node): boolean {
  const names = resultNames(call);
  const leaves = (node: TSESTree.Node): boolean => {
    if (node.type !== 'IfStatement') return false;
    const asks = contains(node.test, call) || (names.size > 0 && node.range[0] > call.range[0] && mentions(code, node.test, names));
    if (!asks || !exits(node.consequent)) return false;
    return isNegative(node.test) ? givesOwnName(code, body, node.consequent) : !tellsFailure(code, node);
  };
  // A `return` of a nested function does not leave the loop.
  return some(code, body, leaves, true);
}

/** `if (!taken) return name;`, of a name that the turn made: the first that is free. */
function givesOwnName(code: Code, body: TSESTree.Node, statement: TSESTree.Node): boolean {
  if (statement.type === 'BlockStatement') return statement.body.some((each) => givesOwnName(code, body, each));
  const given = statement.type === 'ReturnStatement' && statement.argument !== null ? unwrap(statement.argument) : undefined;
  const declared = given?.type === 'Identifier' ? findVariable(code, given)?.defs[0]?.name : undefined;
  return (
    declared !== undefined && contains(parentOf(body) ?? body, declared) && given?.type === 'Identifier' && !/err|fail|messag|result|response/i.test(given.name)
  );
}

/** `if (result.isFailed()) return Result.fail(…)`: the others were asked, and the loop ends where one fails. */
function tellsFailure(code: Code, { test, consequent }: TSESTree.IfStatement): boolean {
  const failing = /^(?:is)?(?:fail|err|invalid|denied|reject|unsuccess)/i;
  if (some(code, test, (node) => node.type === 'Identifier' && failing.test(node.name))) return true;
  return some(
    code,
    consequent,
    (node) => node.type === 'CallExpression' && (/^(?:fail|failure|err|left|reject)$/.test(calleeName(node) ?? '') || answersWithError(node)),
    true,
  );
}

/** `res.status(404)`, `res.sendStatus(400)` */
function answersWithError(node: TSESTree.CallExpression): boolean {
  return /^(?:status|sendStatus|code)$/.test(calleeName(node) ?? '') && /^[45]\d\d$/.test(staticText(node.arguments[0]) ?? '');
}

/** Names that the call's result is bound to. */
function resultNames(call: TSESTree.Node): ReadonlySet<string> {
  for (let at: TSESTree.Node | null | undefined = call; at !== null && at !== undefined && !isFunction(at); at = at.parent) {
    if (at.type === 'VariableDeclarator') return new Set(patternNames(at.id));
    if (at.type === 'AssignmentExpression') return new Set(at.left.type === 'Identifier' ? [at.left.name] : []);
    if (at.type === 'ExpressionStatement' || at.type === 'BlockStatement') return new Set();
  }
  return new Set();
}

function patternNames(pattern: TSESTree.Node): string[] {
  return identifiersIn(pattern).map(({ name }) => name);
}

/** The test holds when nothing was found: leaving then is no first match. */
function isNegative(test: TSESTree.Node): boolean {
  const at = unwrap(test);
  if (at.type === 'UnaryExpression') return at.operator === '!';
  if (at.type === 'LogicalExpression') return isNegative(at.left);
  if (at.type !== 'BinaryExpression') return false;
  const right = unwrap(at.right);
  const nothing =
    (right.type === 'Literal' && (right.value === null || right.value === 0 || right.value === false)) ||
    (right.type === 'Identifier' && right.name === 'undefined');
  return nothing && (at.operator === '==' || at.operator === '===' || at.operator === '<' || at.operator === '<=');
}

/** Leaves the loop with success: a `throw` is a failure. */
function exits(statement: TSESTree.Node): boolean {
  if (statement.type === 'BlockStatement') return statement.body.some(exits);
  return statement.type === 'ReturnStatement' || statement.type === 'BreakStatement';
}

/** The call asks with a variable that an earlier turn's answer was assigned to. */
function needsLastAnswer(code: Code, loop: TSESTree.Node, body: TSESTree.Node, call: TSESTree.Node): boolean {
  const assigned = new Set<string>();
  let names: ReadonlySet<string> | undefined;
  const isFromCall = (value: TSESTree.Node): boolean => contains(value, call) || mentions(code, value, (names ??= namesMadeOf(code, body, resultNames(call))));
  some(code, body, (node) => {
    if (node.type === 'AssignmentExpression' && node.operator === '=' && node.left.type === 'Identifier') {
      const variable = findVariable(code, node.left);
      if (variable !== undefined && isDeclaredOutside(variable, loop) && isFromCall(node.right)) assigned.add(node.left.name);
    }
    return false;
  });
  if (assigned.size === 0) return false;
  const args = call.type === 'CallExpression' ? call.arguments : [];
  const callee = call.type === 'CallExpression' ? [call.callee] : [];
  const asked = namesMadeOf(code, body, assigned);
  return [...args, ...callee].some((part) => mentions(code, part, asked));
}

function isInCatch(loop: TSESTree.Node, call: TSESTree.Node): boolean {
  for (let at: TSESTree.Node | null | undefined = call; at !== loop && at !== null && at !== undefined; at = at.parent)
    if (at.type === 'CatchClause') return true;
  return false;
}

/** `let x = known.get(key); if (!x) { x = await ask(key); known.set(key, x); }`: once per key, not once per item. */
function keepsAnswers(code: Code, body: TSESTree.Node, call: TSESTree.Node): boolean {
  const calls = (names: RegExp): Map<string, TSESTree.CallExpression> => {
    const found = new Map<string, TSESTree.CallExpression>();
    some(code, body, (node) => {
      if (node.type === 'CallExpression' && node.callee.type === 'MemberExpression' && names.test(nameOfKey(node.callee) ?? ''))
        found.set(textOf(code, node.callee.object), node);
      return false;
    });
    return found;
  };
  const filled = calls(/^set$/);
  if (filled.size === 0) return false;
  for (const [owner, looked] of calls(/^(?:get|has)$/)) {
    const stored = filled.get(owner);
    if (
      stored !== undefined &&
      looked.range[0] < call.range[0] &&
      (contains(stored, call) || (stored.range[0] > call.range[0] && isAskedFor(code, body, call, looked)))
    )
      return true;
  }
  return false;
}

/** `usersById.get(id) ?? (await read(id))`, of a map that was filled before: most turns find theirs. */
function isMissingFromMap(code: Code, body: TSESTree.Node, call: TSESTree.Node): boolean {
  const callee = call.type === 'CallExpression' ? unwrap(call.callee) : undefined;
  if (callee?.type === 'MemberExpression' && /^(?:create|insert|save|update|upsert|delete|remove|add|set|destroy)/.test(nameOfKey(callee) ?? '')) return false;
  for (let at: TSESTree.Node | null | undefined = call; at !== body && at?.parent != null; at = at.parent) {
    const { parent }: { parent?: TSESTree.Node } = at;
    if (parent?.type !== 'LogicalExpression' || parent.operator !== '??' || parent.right !== at) continue;
    const left = unwrap(parent.left);
    if (left.type !== 'CallExpression' || left.callee.type !== 'MemberExpression' || nameOfKey(left.callee) !== 'get') continue;
    const [key] = left.arguments;
    if (key !== undefined && compactTextOf(code, call).includes(compactTextOf(code, key)) && isFilledBefore(code, left.callee.object, body)) return true;
  }
  return false;
}

/** `await findByKeys(…)`, `new Map(users.map(…))`, or a map into which something was put before the loop; or what `lazy` gives. */
function isFilledBefore(code: Code, map: TSESTree.Node, body: TSESTree.Node): boolean {
  const lazy = lazyOf(code, unwrap(map));
  const holder = lazy ?? unwrap(map);
  const variable = holder.type === 'Identifier' ? findVariable(code, holder) : undefined;
  const declarator = variable?.defs[0]?.node as TSESTree.Node | undefined;
  if (declarator?.type !== 'VariableDeclarator' || declarator.init === null || contains(body, declarator)) return false;
  const init = unwrap(declarator.init);
  const made = init.type === 'AwaitExpression' ? unwrap(init.argument) : init;
  if (made.type === 'CallExpression') {
    const is = lazy === undefined ? /^(?:find|group|count)ByKeys$/ : /^lazy$/;
    return made.callee.type === 'Identifier' && is.test(made.callee.name);
  }
  if (made.type !== 'NewExpression' || made.callee.type !== 'Identifier' || made.callee.name !== 'Map') return false;
  const isPut = ({ identifier }: { readonly identifier: TSESTree.Node }): boolean =>
    identifier.range[0] < body.range[0] && identifier.parent?.type === 'MemberExpression' && nameOfKey(identifier.parent) === 'set';
  return made.arguments.length > 0 || variable?.references.some(isPut) === true;
}

/** `(await rows()).get(key)`, `rows().then((found) => found.get(key))`: the name of the function that is asked. */
function lazyOf(code: Code, map: TSESTree.Node): TSESTree.Identifier | undefined {
  let asked: TSESTree.Node | undefined;
  if (map.type === 'AwaitExpression') asked = unwrap(map.argument);
  else if (map.type === 'Identifier') {
    const parameter = findVariable(code, map)?.defs[0]?.name;
    const fn = parameter?.parent;
    const then = fn !== undefined && isFunction(fn) ? parentOf(fn) : undefined;
    const isThen = then?.type === 'CallExpression' && then.callee.type === 'MemberExpression' && nameOfKey(then.callee) === 'then';
    asked = isThen ? unwrap((then.callee as TSESTree.MemberExpression).object) : undefined;
  }
  return asked?.type === 'CallExpression' && asked.callee.type === 'Identifier' ? asked.callee : undefined;
}

/** The call stands in a branch that the look-up decides. */
function isAskedFor(code: Code, body: TSESTree.Node, call: TSESTree.Node, looked: TSESTree.Node): boolean {
  const names = resultNames(looked);
  const decides = (test: TSESTree.Node): boolean => contains(test, looked) || mentions(code, test, names);
  for (let at: TSESTree.Node = call; at !== body;) {
    const parent: TSESTree.Node | null | undefined = at.parent;
    if (parent === null || parent === undefined) return false;
    if (parent.type === 'IfStatement' && parent.consequent === at && isNegative(parent.test) && decides(parent.test)) return true;
    if (parent.type === 'LogicalExpression' && parent.right === at && decides(parent.left)) return true;
    at = parent;
  }
  return false;
}

/** `getRepository(field.entity).findOne(…)`: the item says which table is asked. */
function asksAnotherTable(code: Code, loop: TSESTree.Node, call: TSESTree.Node): boolean {
  const pattern = itemPattern(loop);
  if (pattern === undefined) return false;
  const names = new Set(patternNames(pattern));
  let made: ReadonlySet<string> | undefined;
  const isOfTurn = (node: TSESTree.Node): boolean => mentions(code, node, (made ??= namesMadeOf(code, loop, names)));
  return namesItsTable(code, call, isOfTurn) || writesItsTable(code, call, isOfTurn);
}

/** Names, and those that are declared in a part of a loop and made of them. */
function namesMadeOf(code: Code, part: TSESTree.Node, of: ReadonlySet<string>): ReadonlySet<string> {
  if (of.size === 0) return of;
  const names = new Set(of);
  const visit = (node: TSESTree.Node): boolean => {
    if (node.type === 'VariableDeclarator' && node.init !== null && mentions(code, node.init, names)) for (const name of patternNames(node.id)) names.add(name);
    return someChild(code, node, visit);
  };
  visit(part);
  return names;
}

function itemPattern(loop: TSESTree.Node): TSESTree.Node | undefined {
  if (loop.type === 'ForOfStatement' || loop.type === 'ForInStatement')
    return loop.left.type === 'VariableDeclaration' ? loop.left.declarations[0]?.id : loop.left;
  if (loop.type !== 'CallExpression') return undefined;
  const callback = loop.arguments.map((argument) => unwrap(argument)).find(isFunction);
  return callback?.params[0];
}

/** Whether a call's arguments mention a name. */
export function usesName(code: Code, node: TSESTree.Node, name: string): boolean {
  return node.type === 'CallExpression' && node.arguments.some((argument) => mentions(code, argument, new Set([name])));
}

function mentions(code: Code, node: TSESTree.Node, names: ReadonlySet<string>): boolean {
  return names.size > 0 && some(code, node, (each) => each.type === 'Identifier' && names.has(each.name) && !isNameOnly(each));
}

/** Whether the test holds for the node or one below it, nested functions left out if asked. */
function some(code: Code, node: TSESTree.Node, test: (node: TSESTree.Node) => boolean, outsideFunctions = false): boolean {
  if (test(node)) return true;
  if (outsideFunctions && isFunction(node)) return false;
  return someChild(code, node, (child) => some(code, child, test, outsideFunctions));
}
