import type { TSESTree } from '@typescript-eslint/types';

import { awaitsIn, statementBefore, whyNotAwaited } from '../analysis/before-loop.ts';
import { findVariable } from '../analysis/binding.ts';
import { effectsOf, isMadeAnew } from '../analysis/effects.ts';
import { type KeyValue, isKnownValue, judgeKey } from '../analysis/key-value.ts';
import { type KeyedRead, findKeyedRead, notBatchable } from '../analysis/keyed-read.ts';
import { keysMark } from '../analysis/key-parts.ts';
import type { Loop } from '../analysis/loop.ts';
import { type QueryHelper, findQueryHelper, noHelper } from '../analysis/query-helper.ts';
import type { RemoteCall } from '../analysis/remote-call.ts';
import type { RoundTripPerItem } from '../analysis/round-trip-per-item.ts';
import { findSqlRead } from '../analysis/sql-read.ts';
import { calleeName, isFunction, nameOfKey, parentOf, unwrap } from '../analysis/syntax.ts';
import { mayInclude, onlyTableOf, tableOf } from '../analysis/table.ts';
import {
  type Turn,
  changesItsList,
  changesWhatItNames,
  changesMembersOf,
  inTermsOfItem,
  isAssignedInLoop,
  namesCopy,
  turnNames,
  turnOf,
} from '../analysis/turn.ts';
import { type Usage, usageOf } from '../analysis/usage.ts';
import { type Code, someChild, textOf, isTypeScript } from '../project/code.ts';
import { hasRuntime, importNames, noRuntime, runtimePackage } from './import-name.ts';
import { type Guards, guardsOf, handlesOwnError, isGivenToCall, isMappable, listOf, mappedText } from './list-of-turns.ts';
import { type RowsOfAnswer, rowsOfAnswer } from './rows-of-answer.ts';
import {
  type Edit,
  type Refusal,
  type Rewrite,
  dropsComment,
  freshIn,
  freshName,
  functionAround,
  indentOf,
  indentStep,
  refuse,
  rewriteOf,
  semicolonOf,
  startsStatement,
  textWith,
} from './rewrite.ts';

/** Why a read in a loop is not put before it; beside what `findKeyedRead`, `findQueryHelper` and `placeBefore` answer. */
export const refusals = {
  runtime: noRuntime,
  list: 'the loop does not run over a list',
  counted: 'the loop changes its list or its counter',
  key: 'the key is known only inside the turn',
  guard: 'a test in the turn decides whether there is a key, and the key is computed',
  changes: 'the query changes from turn to turn',
  same: 'every turn asks the same',
  awaited: 'the query is not awaited where it stands',
  answer: 'more of the answer than its rows is used, or may be',
  mutated: 'the row that a turn changes may be another turn’s row, too',
  comment: 'a comment would be lost',
  name: 'a name that the rewrite needs is taken',
} as const;

const helpers = { one: 'findByKeys', many: 'groupByKeys', count: 'countByKeys' } as const;

/**
 * Reads the rows of all keys before the loop, and leaves the loop as it is: the awaited call becomes a look into a map.
 * `const user = await read(post.authorId)` becomes `const user = userById.get(post.authorId)`.
 */
export function readByKeys(code: Code, found: RoundTripPerItem): Rewrite | Refusal {
  const { call, loop, chain } = found;
  const helper = chain.length === 0 && call.code === code ? undefined : findQueryHelper(code, found);
  if (typeof helper === 'string') return refuse(helper);
  const turn = loop.byProject === true ? undefined : turnOf(loop);
  if (turn === undefined || ((turn.gets === 'name' || isGivenToCall(loop, turn)) && isMappable(code, loop, turn) === false)) return refuse(refusals.list);
  const turns = helper?.turns ?? loop;
  const read = findSqlRead(call, turns) ?? findKeyedRead(call, turns);
  if (typeof read === 'string') return refuse(read);
  // The function may be left out, and then nothing throws.
  if (read.throws && helper !== undefined) return refuse(notBatchable.throws);
  // `[0]` of a row, not of a list of them.
  if (helper?.givesFirst === true && read.gives !== 'many') return refuse(noHelper.more);
  const place = statementBefore(code, loop);
  if (typeof place === 'string') return refuse(place);
  const called = helper?.called ?? read.whole;
  const asked = read.parts.map((part) => (helper === undefined ? part.key : argumentFor(helper, part.key)));
  const askedKeys = asked.filter((each) => each !== undefined);
  if (askedKeys.length < asked.length) return refuse(noHelper.more);
  if (askedKeys.every((each) => turnNames(code, each, loop).length === 0)) return refuse(refusals.same);
  const caught = caughtPromise(called);
  const replaced = caught === undefined ? replacedNode(called, loop) : called;
  if (replaced === undefined) return refuse(refusals.awaited);
  const later = asksLater(code, caught ?? replaced, loop, turn, caught !== undefined);
  if (typeof later === 'string') return refuse(later);
  if ([read.whole, called].some((each) => isAssignedInLoop(code, each, loop) || changesWhatItNames(code, each, loop))) return refuse(refusals.changes);
  if (isAssignedInLoop(code, turn.list, loop) || isAssignedInLoop(code, turn.pattern, loop) || changesItsList(code, loop, turn))
    return refuse(refusals.counted);
  if (askedKeys.some((each) => changesMembersOf(code, each, loop))) return refuse(refusals.changes);
  const guards = guardsOf(code, replaced, loop, turn);
  // What is asserted after a test is not there before it.
  const inItem = askedKeys.map((each) => inTermsOfItem(code, each, loop, turn)?.replaceAll(guards === 'none' ? /$^/g : /!(?=[.[])/g, ''));
  const keys = inItem.filter((each) => each !== undefined);
  if (keys.length < inItem.length) return refuse(refusals.key);
  if (guards !== 'none' && keys.some((each) => !/^[\w$]+(?:\??\.[\w$]+)*$/.test(each))) return refuse(refusals.guard);
  const kept: [number, number][] = askedKeys.map(({ range }) => [...range]);
  const taken =
    read.rowsIn === undefined || helper !== undefined
      ? takenWhole(code, replaced, caught)
      : caught === undefined
        ? rowsOfAnswer(code, replaced, read.rowsIn)
        : undefined;
  if (taken === undefined) return refuse(refusals.answer);
  if (dropsComment(code, taken.range, [...(helper === undefined ? keptRanges(read) : []), ...kept, ...taken.kept])) return refuse(refusals.comment);
  // Rows of SQL have another type than what a name may have been declared with.
  if (read.table !== undefined && hasOwnType(replaced)) return refuse(refusals.answer);
  const { usage } = taken;
  const value = judgeKeys(askedKeys.map((each) => judgeKey(code, each, loop, turn)));
  if (usage === 'changed' && !value.distinct && !isSharedAnyway(code, read, loop)) return refuse(refusals.mutated);
  if (!hasRuntime(code)) return refuse(refusals.runtime);

  const loader = helpers[read.zero === undefined ? read.gives : 'one'];
  const needed = [
    { from: runtimePackage, name: loader },
    ...(later ? [{ from: runtimePackage, name: 'lazy' }] : []),
    ...(read.needs === undefined ? [] : [{ from: read.from ?? '', name: read.needs }]),
  ];
  const imported = importNames(code, needed);
  if (imported === undefined) return refuse(refusals.name);
  const [loaderName = loader, lazyName, compareName] = later ? imported.names : [imported.names[0], undefined, imported.names[1]];

  const list = listOf(code, loop, turn, later ? 'later' : undefined);
  const keysName = freshIn(textOf(code, read.whole), 'keys');
  const table = read.table ?? tableOf(call) ?? 'rows';
  const rows = freshName(code, place, nameOfRows(table, read));
  const load = loadText(code, read, keysName, compareName);
  const indent = indentOf(code, place);
  const step = indentStep(code);
  // In a list, TypeScript would forget which part is which.
  const asTuple = keys.length > 1 && isTypeScript(code) ? ' as const' : '';
  const listed = keyText(guards === 'none' ? keys : keys.map((each) => withOptionalChain(each, guards))) + asTuple;
  const declaration = [
    ...list.statements,
    `const ${rows} = ${lazyName === undefined ? 'await ' : `${lazyName}(() => `}${loaderName}(`,
    `${step}${mappedText(code, list.text, loop, turn, listed)},`,
    `${step}${load},`,
    `${step}(row) => ${keyText(read.parts.map(({ column }) => `row.${read.counting?.key.replace('COLUMN', column) ?? column}`))},`,
    ...(read.counting === undefined ? [] : [`${step}(row) => row.${read.counting.count},`]),
    `${later ? '))' : ')'}${semicolonOf(code, `\n${textOf(code, place)}`)}`,
  ].join(`\n${indent}`);
  const unused = helper === undefined ? [] : withoutHelper(code, helper);
  const around = functionAround(code, place);
  const edits: Edit[] = [
    ...imported.edits,
    { range: [place.range[0], place.range[0]], text: `${declaration}\n${indent}` },
    ...list.edits,
    {
      range: taken.range,
      text: taken.write(
        lookup(code, taken.operand, rows, read, {
          answer: replaced,
          key: keyText(askedKeys.map((each, at) => (namesCopy(code, each, loop) ? (keys[at] ?? '') : textOf(code, each)))),
          first: helper?.givesFirst === true,
          later,
        }),
      ),
    },
    ...taken.edits,
    ...unused,
  ];
  return rewriteOf(
    read.gives === 'count' || read.zero !== undefined ? `Count all of \`${table}\` with one query` : `Load all of \`${table}\` with one query`,
    changesOf(code, { call, loop, turn, read, replaced: caught ?? replaced, guards, usage, value, later }),
    edits,
    [Math.min(around[0], ...unused.map(({ range }) => range[0])), Math.max(around[1], ...unused.map(({ range }) => range[1]))],
  );
}

/**
 * Whether the rows are asked for by the first turn that needs them, and not before the loop: where each turn handles its own
 * error, or nobody waits for the turns. Or why that cannot be.
 */
function asksLater(code: Code, asked: TSESTree.Node, loop: Loop, turn: Turn, isCaught: boolean): boolean | string {
  const notAwaited = whyNotAwaited(code, loop);
  if (notAwaited === undefined) return isCaught || handlesOwnError(asked, loop);
  // A query that nobody awaits yet may be a part of another one.
  const isPromised = asked.type === 'AwaitExpression' || isAsyncTurn(loop) || isSettled(loop);
  return !isPromised || isMappable(code, loop, turn) === false || awaitsBefore(code, loop.body, asked) ? notAwaited : true;
}

function isAsyncTurn({ body }: Loop): boolean {
  const fn = body.parent;
  return fn !== undefined && isFunction(fn) && fn.async;
}

/** `Promise.allSettled(list.map(…))`: the turns are awaited as promises. */
function isSettled({ node }: Loop): boolean {
  const all = parentOf(node);
  return all?.type === 'CallExpression' && /^(?:allSettled|race|any)$/.test(calleeName(all) ?? '');
}

/** Something else may have happened before the turn gets there. */
function awaitsBefore(code: Code, body: TSESTree.Node, node: TSESTree.Node): boolean {
  if (body === node || body.range[0] >= node.range[1]) return false;
  if (body.type === 'AwaitExpression' || /^(?:For|While|DoWhile)/.test(body.type)) return true;
  return someChild(code, body, (child) => awaitsBefore(code, child, node));
}

/** A key, or an array of its parts. */
function keyText(keys: readonly string[]): string {
  return keys.length === 1 ? (keys[0] ?? '') : `[${keys.join(', ')}]`;
}

/** All parts are known, or one of them differs from turn to turn. */
function judgeKeys(parts: readonly KeyValue[]): KeyValue {
  return { known: parts.every(({ known }) => known), distinct: parts.some(({ distinct }) => distinct) };
}

/** What the loop gives for the parameter that is the key. */
function argumentFor({ fn, called }: QueryHelper, key: TSESTree.Node): TSESTree.Node | undefined {
  const name = unwrap(key);
  // `this` is no argument.
  const params = fn.params.filter((param) => param.type !== 'Identifier' || param.name !== 'this');
  const at = name.type === 'Identifier' ? params.findIndex((param) => param.type === 'Identifier' && param.name === name.name) : -1;
  return called.arguments[at];
}

/** A function that nothing else calls goes with its call. */
function withoutHelper(code: Code, { fn, called }: QueryHelper): Edit[] {
  if (fn.type !== 'FunctionDeclaration' || fn.id === null || fn.parent.type !== 'Program' || dropsComment(code, fn.range, [])) return [];
  const references = findVariable(code, fn.id)?.references ?? [];
  if (references.some(({ identifier }) => identifier !== unwrap(called.callee))) return [];
  const before = /(?:\r?\n[\t ]*)*$/.exec(code.text.slice(0, fn.range[0]))?.[0] ?? '';
  // A comment above speaks of the function.
  if (/(?:\*\/|\/\/[^\n]*)$/.test(code.text.slice(0, fn.range[0] - before.length))) return [];
  // Without semicolons, what comes before would go on with what comes after.
  if (semicolonOf(code) === '' && /^\s*[[(`+\-*/]/.test(code.text.slice(fn.range[1]))) return [];
  return [{ range: [fn.range[0] - before.length, fn.range[1]], text: '' }];
}

/** `await read(key).catch(…)`: what is awaited. */
function caughtPromise(whole: KeyedRead['whole']): TSESTree.AwaitExpression | undefined {
  const member = parentOf(whole);
  const handled = member === undefined ? undefined : parentOf(member);
  if (member?.type !== 'MemberExpression' || nameOfKey(member) !== 'catch' || handled?.type !== 'CallExpression' || handled.callee !== member) return undefined;
  const awaited = parentOf(handled);
  return awaited?.type === 'AwaitExpression' ? awaited : undefined;
}

/** What the value of the read replaces: the `await`, or the promise that the turn gives. */
function replacedNode(whole: KeyedRead['whole'], loop: Loop): TSESTree.Node | undefined {
  const parent = parentOf(whole);
  if (parent?.type === 'AwaitExpression') return parent;
  const fn = loop.body.parent;
  // A callback that says that it gives a promise gives a value afterwards.
  if (loop.node.type !== 'CallExpression' || (fn !== undefined && isFunction(fn) && fn.returnType !== undefined)) return undefined;
  const isTurnsValue = whole === loop.body || unwrap(loop.body) === whole || (parent?.type === 'ReturnStatement' && parent.parent === loop.body);
  return isTurnsValue ? whole : undefined;
}

/** `item.owner.id` as `item.owner?.id`, for turns that would have stopped before. */
function withOptionalChain(key: string, guards: Guards): string {
  const [first = '', ...rest] = key.split(/\??\./);
  if (rest.length === 0 || !/^[\w$.?]+$/.test(key)) return key;
  const [second = '', ...deeper] = rest;
  return [`${first}${guards === 'tests of the item' ? '?.' : '.'}${second}`, ...deeper].join('?.');
}

/** What is written again, comments included. */
function keptRanges({ whole, chain, forMany, cut, node }: KeyedRead): [number, number][] {
  const dropped = chain.filter((each) => each === cut || forMany.reads[each.name] === '').map(linkRange);
  const pieces = [...dropped, [...node.range] as [number, number]].sort((a, b) => a[0] - b[0]);
  const kept: [number, number][] = [];
  let [at] = whole.range;
  for (const [start, end] of pieces) {
    kept.push([at, start]);
    at = end;
  }
  return [...kept, [at, whole.range[1]]];
}

/** `.limit(1)`: from the end of what it is called on. */
function linkRange({ node }: { readonly node: TSESTree.CallExpression }): [number, number] {
  const callee = unwrap(node.callee);
  return [callee.type === 'MemberExpression' ? callee.object.range[1] : node.range[0], node.range[1]];
}

/** The function that loads the rows of some keys. */
function loadText(code: Code, read: KeyedRead, keys: string, compare: string | undefined): string {
  const batch = batchText(code, read, keys, compare);
  if (read.rowsIn !== undefined) return `async (${keys}) => (await ${batch})${read.rowsIn === 0 ? '[0]' : `.${read.rowsIn}`}`;
  if (read.forMany.inOrder !== true) {
    const keyNodes = read.parts.map(({ key }) => key);
    return `${awaitsIn(code, read.whole, keyNodes) ? 'async ' : ''}(${keys}) => ${batch}`;
  }
  return `async (${keys}) => (await ${batch}).map((value, at) => ({ ${read.column}: ${keys}[at], value }))`;
}

/** The statement as it is written for many keys. */
function batchText(code: Code, read: KeyedRead, keys: string, compare: string | undefined): string {
  if (read.references !== undefined) {
    const { client, reference } = read.references;
    const key = freshIn(textOf(code, reference), 'key');
    return `${client}.${read.forMany.references?.by ?? ''}(...${keys}.map((${key}) => ${textWith(code, reference.range, [{ range: read.key.range, text: key }])}))`;
  }
  const place = read.needs === undefined || compare === undefined ? read.text : read.text.replace(read.needs, compare);
  const edits: Edit[] = [{ range: read.node.range, text: place.replaceAll(keysMark, keys) }];
  for (const each of read.chain) {
    const by = read.forMany.reads[each.name];
    const callee = unwrap(each.node.callee);
    if (each === read.cut || by === '') edits.push({ range: linkRange(each), text: '' });
    else if (by !== undefined && by !== each.name && callee.type === 'MemberExpression') edits.push({ range: callee.property.range, text: by });
  }
  for (const { at, text } of [...read.firstOfEach, ...read.additions]) edits.push({ range: [at, at], text });
  if (read.counting !== undefined && read.filter !== undefined && read.whole.type === 'CallExpression') {
    const where = textWith(code, read.filter.range, [edits[0] as Edit]);
    const callee = unwrap(read.whole.callee);
    const call = read.counting.call.replace('WHERE', where).replace('COLUMN', read.column);
    return callee.type === 'MemberExpression'
      ? textWith(code, read.whole.range, [{ range: [callee.property.range[0], read.whole.range[1]], text: call }])
      : call;
  }
  return textWith(code, read.whole.range, edits);
}

/** `const items: Item[] = await …` */
function hasOwnType(replaced: TSESTree.Node): boolean {
  const parent = parentOf(replaced);
  return parent?.type === 'VariableDeclarator' && parent.id.typeAnnotation !== undefined;
}

/** The answer is the row, or the list of rows. */
function takenWhole(code: Code, replaced: TSESTree.Node, caught: TSESTree.Node | undefined): RowsOfAnswer {
  return {
    range: replaced.range,
    write: (text) => atStart(code, replaced, text),
    edits: [],
    kept: [],
    usage: usageOf(code, caught ?? replaced),
    operand: replaced,
  };
}

interface Asked {
  /** What is replaced: the awaited read, or its promise. */
  readonly answer: TSESTree.Node;
  readonly key: string;
  /** The first of a list is taken. */
  readonly first: boolean;
  /** The rows are asked for by the first turn that needs them. */
  readonly later: boolean;
}

/** What takes the place of the read; `operand` is the node in whose place it stands by itself. */
function lookup(code: Code, operand: TSESTree.Node | undefined, rows: string, read: KeyedRead, { answer, key, first, later }: Asked): string {
  const isPromise = later && answer.type !== 'AwaitExpression';
  const found = isPromise ? freshIn(key, 'found') : later ? `(await ${rows}())` : rows;
  const otherwise = otherwiseText(code, answer, read);
  // Every key has an answer, and the map's type does not know.
  const sure = read.forMany.answersAll === true && isTypeScript(code) ? '!' : '';
  const got = `${found}.get(${key})${read.forMany.inOrder === true ? '?.value' : ''}${sure}`;
  const either = otherwise === '' ? got : `${got} ?? ${otherwise}`;
  const isList = read.gives === 'many' && (read.zero === undefined ? first : !first);
  // Written as the function wrote it: the first of a list, whatever its type says of an empty one. Or a list of the row of counts.
  const text = !isList ? either : read.zero === undefined ? `(${either})[0]` : `[${either}]`;
  if (isPromise) return `${rows}().then((${found}) => ${text})`;
  return isList || otherwise === '' || operand === undefined ? text : bracketed(code, operand, text);
}

/** Without semicolons, a statement that begins with a bracket would go on with the one before. */
function atStart(code: Code, replaced: TSESTree.Node, text: string): string {
  return startsStatement(replaced) && /^[([`]/.test(text) && semicolonOf(code) === '' ? `;${text}` : text;
}

/** In brackets, where the operator needs them. */
function bracketed(code: Code, replaced: TSESTree.Node, text: string): string {
  const { parent } = replaced;
  const isBracketed = code.text[replaced.range[0] - 1] === '(' && code.text[replaced.range[1]] === ')';
  const isSafe =
    parent !== undefined &&
    /^(?:VariableDeclarator|AssignmentExpression|ReturnStatement|ArrowFunctionExpression|CallExpression|Property|ArrayExpression|ExpressionStatement|IfStatement|TemplateLiteral|ObjectExpression)$/.test(
      parent.type,
    );
  return isBracketed || isSafe ? text : `(${text})`;
}

/** What the read gives where there is no row. */
function otherwiseText(code: Code, replaced: TSESTree.Node, read: KeyedRead): string {
  // The read itself is asked, and throws what it throws.
  if (read.throws) return replaced.type === 'AwaitExpression' ? `(${textOf(code, replaced)})` : textOf(code, replaced);
  if (read.zero !== undefined) return read.zero;
  if (read.gives === 'count') return '0';
  if (read.gives === 'many') return '[]';
  return read.forMany.missing === 'null' ? 'null' : '';
}

/** `usersById`: what the statement reads, and by which column. */
function nameOfRows(table: string, read: KeyedRead): string {
  const columns = read.parts.map(({ column }) => {
    const name = column.replace(/^_+/, '').replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
    return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  });
  return `${table}By${columns.join('And')}`;
}

interface Facts {
  readonly call: RemoteCall;
  readonly loop: Loop;
  readonly turn: Turn;
  readonly read: KeyedRead;
  readonly replaced: TSESTree.Node;
  readonly guards: Guards;
  readonly usage: Usage;
  readonly value: KeyValue;
  readonly later: boolean;
}

/** A read of the turn ends the loop where it finds nothing. */
function throwsInside(code: Code, node: TSESTree.Node): boolean {
  if (node.type === 'MemberExpression' && /OrThrow$|OrFail$/.test(nameOfKey(node) ?? '')) return true;
  return someChild(code, node, (child) => throwsInside(code, child));
}

/** `em.clear()`: what was read is not looked after any more. */
export function forgetsRows(code: Code, node: TSESTree.Node): boolean {
  if (node.type === 'CallExpression' && /^(?:clear|refresh|rollback)$/.test(calleeName(node) ?? '')) return true;
  return someChild(code, node, (child) => forgetsRows(code, child));
}

/** The library gives one object for one row. */
function isSharedAnyway(code: Code, { forMany, gives }: KeyedRead, loop: Loop): boolean {
  return forMany.sharesRows === true && gives === 'one' && !forgetsRows(code, loop.body);
}

/** What may change, for the suggestion's title; nothing for a fix. */
function changesOf(code: Code, { call, loop, turn, read, replaced, guards, usage, value, later }: Facts): string[] {
  const effects = effectsOf(code, loop.body, replaced);
  const { forMany } = read;
  const changes: string[] = [];
  if (mayInclude(effects.writes, onlyTableOf(call))) changes.push('a turn no longer sees what an earlier turn wrote');
  else if (effects.calls) changes.push('it reads before the other calls of the loop run');
  if (guards !== 'none') changes.push('it also reads for turns that would have asked nothing');
  else if (effects.leaves || read.throws || throwsInside(code, loop.body)) changes.push('it also reads for turns that an early end would have left out');
  if (loop.concurrent && effects.shared) changes.push(later ? 'turns may overlap otherwise' : 'turns no longer overlap');
  const mappable = isMappable(code, loop, turn);
  if (typeof mappable === 'string') changes.push(mappable);
  if (later) changes.push('if the query fails, it fails in every turn');
  else if ((effects.outside || effects.writes.length > 0) && !value.known) changes.push('no turn has run yet if the query fails');
  if (forMany.nullKey === 'means something else' && !value.known && !read.throws) changes.push('a key that is null or undefined finds nothing');
  for (const each of read.unlikeNothing ?? []) if (!isKnownValue(code, each, turn)) changes.push(`\`${textOf(code, each)}\` must not be undefined`);
  if (forMany.hooks === true) changes.push('hooks of the single read do not run');
  for (const differs of [forMany.differs, forMany.references?.demands, read.counting?.differs]) if (differs !== undefined) changes.push(differs);
  if (usage !== 'read' && !value.distinct && forMany.inOrder !== true && !isSharedAnyway(code, read, loop) && read.gives !== 'count')
    changes.push('turns with the same key share one object');
  if (read.gives === 'one' && !read.unique) changes.push('it reads every row of each key');
  for (const { column } of forMany.alwaysReads === undefined ? [] : read.parts)
    if (column !== forMany.alwaysReads) changes.push(`\`${column}\` must not hold a list`);
  if (read.assumesPrimaryKey) changes.push(`it takes \`${read.column}\` for the primary key`);
  if (
    isMadeAnew(
      code,
      read.whole,
      read.parts.map(({ key }) => key),
    )
  )
    changes.push('what else the query is made of is computed once');
  changes.push(...read.says);
  if (read.table !== undefined && !value.known) changes.push('keys must be texts or numbers');
  if (read.takesAny) changes.push('which of several rows is taken may differ');
  if (usage !== 'read') for (const column of new Set(read.additions.map((each) => each.column))) changes.push(`the rows have \`${column}\`, too`);
  return changes;
}
