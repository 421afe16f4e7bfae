import type { TSESTree } from '@typescript-eslint/types';

import { isForgotten, isOrNothing, noPlaceBefore, placeBefore, statementBefore } from '../analysis/before-loop.ts';
import { findVariable } from '../analysis/binding.ts';
import { effectsOf } from '../analysis/effects.ts';
import { chainOfCall, notKeyed } from '../analysis/key-place.ts';
import type { Loop } from '../analysis/loop.ts';
import { type RemoteCall, findRemoteCall, kindOf } from '../analysis/remote-call.ts';
import type { RoundTripPerItem } from '../analysis/round-trip-per-item.ts';
import { contains, enclosingFunction, isFunction, nameOfKey, parentOf, unwrap } from '../analysis/syntax.ts';
import { mayInclude, onlyTableOf, tableOf } from '../analysis/table.ts';
import { isInTransaction } from '../analysis/transaction.ts';
import { type Turn, changesItsList, changesWhatItNames, isAssignedInLoop, isPure, turnNames, turnOf } from '../analysis/turn.ts';
import { type Code, hasWord, someChild, textOf } from '../project/code.ts';
import { hasRuntime, importNames, noRuntime, runtimePackage } from './import-name.ts';
import { handlesOwnError, isMappable, isWholeTurn, listOf, mayBeMissing } from './list-of-turns.ts';
import { refusals as ownValuesRefusals, ownValuesForm, setsOwnValues } from './own-values-form.ts';
import { rawInsertForm, rawRefusals } from './raw-insert-form.ts';
import { writeAndReturn } from './write-and-return.ts';
import { type Form, type Writer, refusals as formRefusals, insertForm, keyedForm, rowsText, writer } from './write-form.ts';
import {
  type Edit,
  type Refusal,
  type Rewrite,
  dropsComment,
  freshName,
  functionAround,
  indentOf,
  indentStep,
  refuse,
  rewriteOf,
  semicolonOf,
  textWith,
} from './rewrite.ts';

/** Why writes in a loop are not put together; beside what `findKeyPlace` and `placeBefore` answer. */
export const refusals = {
  ...formRefusals,
  ...rawRefusals,
  chain: 'the write stands in a function that the loop calls',
  runtime: noRuntime,
  list: 'the loop does not run over a list',
  counted: 'the loop changes its list or its counter',
  result: 'the result of a write is used',
  errors: 'each turn handles its own error',
  later: 'a later write of the turn may need it',
  read: 'the turn reads the table after it wrote to it',
  order: 'another write of the loop goes to the same table, and their order may matter',
  early: 'the loop can end the function early, before the rows are written',
  concurrent: 'the turns run at the same time, and do more than write',
  comment: 'a comment would be lost',
  name: 'a name that the rewrite needs is taken',
} as const;

/**
 * Writes the rows of all turns with one statement. A loop that does nothing else is replaced; any other collects the rows, and
 * the statement follows it.
 */
export function writeTogether(code: Code, { call, loop, chain }: RoundTripPerItem): Rewrite | Refusal {
  if (chain.length > 0 || call.code !== code) return refuse(refusals.chain);
  const turn = turnOf(loop);
  if (turn === undefined || loop.byProject === true) return refuse(refusals.list);
  const built = chainOfCall(call);
  if (call.library.forMany === undefined || built === undefined) return refuse(refusals.library);
  const mappable = isMappable(code, loop, turn);
  if (mappable === false) return refuse(refusals.list);
  const forgotten = isForgotten(loop);
  const place = forgotten ? statementBefore(code, loop) : placeBefore(code, loop);
  if (typeof place === 'string') return refuse(place);
  const statement = statementOf(built.whole, loop);
  if (isAssignedInLoop(code, turn.list, loop) || isAssignedInLoop(code, turn.pattern, loop) || changesItsList(code, loop, turn))
    return refuse(refusals.counted);
  if (handlesOwnError(built.whole, loop)) return refuse(refusals.errors);
  if (statement === undefined) {
    if (namesItsFunction(code, built.whole, loop) || isAssignedInLoop(code, built.whole, loop) || changesWhatItNames(code, built.whole, loop))
      return refuse(refusals.result);
    return writeAndReturn(call, built, loop, turn) ?? refuse(refusals.result);
  }
  const only = isOnlyStatement(statement, loop) && !waitsInside(code, built.whole);
  const end = endOfTurn(code, loop, statement, built.whole);
  if (forgotten && !only && end?.isPromised !== false) return refuse(noPlaceBefore.promises);
  const shape: Shape = { code, loop, turn, place, statement, only, forgotten, mustBe: typeof mappable === 'string' ? mappable : undefined, end };
  if (loop.node.type === 'CallExpression' && (usesMoreThanItem(code, built.whole, loop, turn) || namesItsFunction(code, built.whole, loop)))
    return refuse(refusals.concurrent);
  const collected = call.library.forMany.collected;
  if (collected?.members.split(' ').includes(built.chain.at(-1)?.name ?? '') === true && built.chain.length === 1)
    return sendTogether(shape, call, built.whole);
  if (isAssignedInLoop(code, built.whole, loop) || changesWhatItNames(code, built.whole, loop)) return refuse(refusals.changes);

  const isEntity = call.library.forMany.writes?.[built.chain.at(-1)?.name ?? '']?.includes('chunk') === true;
  const isInsert = ['insert', 'upsert', 'publish'].includes(call.operation) || isEntity;
  const isRaw = call.library.forMany.placeholders !== undefined;
  const same = isRaw ? rawInsertForm(call, built, loop) : isInsert ? insertForm(call, built, loop) : keyedForm(call, loop, turn);
  const form = 'refused' in same && !isRaw ? ownValuesForm(call, built, loop, turn) : same;
  if ('refused' in form) {
    const isForKeys =
      'refused' in same && (same.refused !== notKeyed.several || (form.refused === ownValuesRefusals.library && !setsOwnValues(call, built, loop)));
    return isForKeys ? same : form;
  }
  if (form.mayBeNull && !shape.only && !(isPure(code, form.itemNode) && statement.parent?.type === 'BlockStatement')) return refuse(refusals.values);
  if (form.mayBeNull && !only && loop.node.type === 'CallExpression') return refuse(refusals.concurrent);
  const ordered = shape.only ? undefined : refusalOfCollecting(shape, call);
  if (ordered !== undefined) return refuse(ordered);
  if (!form.splits && !hasRuntime(code)) return refuse(refusals.runtime);
  const needed = [...(form.splits ? [] : [{ from: runtimePackage, name: 'inChunks' }]), ...(form.needs ?? [])];
  const imported = importNames(code, needed);
  if (imported === undefined) return refuse(refusals.name);
  const write = writer(code, form, form.splits ? undefined : imported.names[0], imported.names.slice(form.splits ? 0 : 1));
  const edits = shape.only
    ? insteadOfLoop(shape, form, write)
    : loop.node.type === 'CallExpression'
      ? givenByCallback(shape, form, write)
      : afterLoop(shape, form, write);
  if (edits === undefined) return refuse(refusals.comment);
  const verb = isInsert ? 'Write' : call.operation.startsWith('delete') ? 'Delete' : 'Update';
  const what = `${verb} all rows with one statement`;
  return rewriteOf(what, changesOf(shape, call, form), [...imported.edits, ...edits], functionAround(code, place));
}

interface Shape {
  readonly code: Code;
  readonly loop: Loop;
  readonly turn: Turn;
  readonly place: TSESTree.Node;
  /** What is replaced in the turn: the statement, or the promise that the turn gives. */
  readonly statement: TSESTree.Node;
  /** The turn does nothing else. */
  readonly only: boolean;
  /** Nobody waits for the turns. */
  readonly forgotten: boolean;
  /** What has to be so of the list, in words. */
  readonly mustBe: string | undefined;
  /** How a callback comes to the write, where that ends it. */
  readonly end: EndOfTurn | undefined;
}

/** `await write(…);`, or `=> write(…)` of a loop whose results nobody uses. */
function statementOf(whole: TSESTree.CallExpression, loop: Loop): TSESTree.Node | undefined {
  const parent = parentOf(whole);
  const awaited = parent?.type === 'AwaitExpression' ? parent : undefined;
  const holder = awaited === undefined ? parent : parentOf(awaited);
  if (awaited !== undefined && holder?.type === 'ExpressionStatement') return holder;
  if (loop.node.type !== 'CallExpression' || !isResultUnused(loop.node)) return undefined;
  const value = awaited ?? whole;
  if (unwrap(loop.body) === value) return value;
  return holder?.type === 'ReturnStatement' && holder.parent === loop.body ? holder : undefined;
}

/** `await Promise.all(…);` as a statement, or the one that follows `const turns = list.map(…);`, which `placeBefore` has seen. */
function awaitingOf(loop: TSESTree.CallExpression): TSESTree.Node | undefined {
  let all = parentOf(loop);
  // The loop whose turns nobody waits for.
  if (all?.type === 'ExpressionStatement') return all;
  if (all !== undefined && isOrNothing(all, loop.parent.type === 'ChainExpression' ? loop.parent : loop)) all = parentOf(all);
  if (all?.type === 'VariableDeclarator') {
    const block = all.parent.parent;
    const next = block.type === 'BlockStatement' || block.type === 'Program' ? block.body[block.body.indexOf(all.parent) + 1] : undefined;
    return next?.type === 'ExpressionStatement' ? next : undefined;
  }
  const awaited = all?.type === 'CallExpression' ? parentOf(all) : all;
  const statement = awaited?.type === 'AwaitExpression' ? parentOf(awaited) : undefined;
  return statement?.type === 'ExpressionStatement' ? statement : undefined;
}

function isResultUnused(loop: TSESTree.CallExpression): boolean {
  return awaitingOf(loop) !== undefined;
}

/** From the loop's first statement to its last. */
function rangeOf({ loop, place }: Shape): [number, number] {
  const last = loop.node.type === 'CallExpression' ? awaitingOf(loop.node) : undefined;
  return [place.range[0], (last ?? place).range[1]];
}

function isOnlyStatement(statement: TSESTree.Node, loop: Loop): boolean {
  return isWholeTurn(statement, loop) && (loop.node.type !== 'CallExpression' || isResultUnused(loop.node));
}

/** Something is awaited for a row. */
function waitsInside(code: Code, whole: TSESTree.Node): boolean {
  const visit = (node: TSESTree.Node): boolean => node.type === 'AwaitExpression' || node.type === 'YieldExpression' || someChild(code, node, visit);
  return visit(whole);
}

/** `this` or `arguments` of a callback that is no arrow function. */
function namesItsFunction(code: Code, whole: TSESTree.Node, loop: Loop): boolean {
  return loop.body.parent?.type === 'FunctionExpression' && ['this', 'arguments'].some((name) => hasWord(textOf(code, whole), name));
}

/** A callback's write names its index, or the list that it is given. */
function usesMoreThanItem(code: Code, whole: TSESTree.Node, loop: Loop, turn: Turn): boolean {
  const fn = loop.body.parent;
  const others = fn !== undefined && isFunction(fn) ? fn.params.filter((param) => param !== turn.pattern) : [];
  return turnNames(code, whole, loop).some((name) => {
    const definition = findVariable(code, name)?.defs[0]?.name;
    return definition !== undefined && others.some((param) => contains(param, definition));
  });
}

/** Why the rows cannot be kept until after the loop. */
function refusalOfCollecting({ code, loop, statement, end }: Shape, call: RemoteCall): string | undefined {
  if (loop.node.type === 'CallExpression') {
    if (end === undefined) return refusals.concurrent;
    const needed = end.at === 'middle' ? neededLater(code, loop, statement, call) : undefined;
    if (needed !== undefined) return needed;
    return mayInclude(effectsOf(code, loop.body, statement).writes, tableOf(call)) ? refusals.order : undefined;
  }
  const returns = (node: TSESTree.Node): boolean =>
    node !== statement && (node.type === 'ReturnStatement' || (!isFunction(node) && someChild(code, node, returns)));
  if (returns(loop.body)) return refusals.early;
  const needed = neededLater(code, loop, statement, call);
  if (needed !== undefined) return needed;
  if (mayInclude(effectsOf(code, loop.body, statement).writes, tableOf(call))) return refusals.order;
  return undefined;
}

/** After the write, the turn reads what it wrote, writes something else, or waits for what is not known. */
function neededLater(code: Code, loop: Loop, statement: TSESTree.Node, call: RemoteCall): string | undefined {
  let needed: string | undefined;
  const visit = (node: TSESTree.Node): boolean => {
    if (node === statement) return false;
    if (node.range[0] >= statement.range[1] && (node.type === 'CallExpression' || node.type === 'AwaitExpression')) {
      const remote = findRemoteCall(code, node);
      if (remote !== undefined && remote.node !== call.node && kindOf(remote) !== 'read') needed = refusals.later;
      else if (remote !== undefined && kindOf(remote) === 'read' && mayInclude([onlyTableOf(remote)], tableOf(call))) needed = refusals.read;
      else if (node.type === 'AwaitExpression' && remote === undefined && findRemoteCall(code, unwrap(node.argument)) === undefined) needed = refusals.later;
      if (needed !== undefined) return true;
    }
    return !isFunction(node) && someChild(code, node, visit);
  };
  visit(loop.body);
  return needed;
}

/** `Promise.all<void>(list.map<Promise<void>>(…))` */
function givesTypes(loop: TSESTree.CallExpression): boolean {
  const all = parentOf(loop);
  return loop.typeArguments !== undefined || (all?.type === 'CallExpression' && all.typeArguments !== undefined);
}

/** How a turn comes to the write that ends it. */
interface EndOfTurn {
  /** It awaits something else, or can end before: its promise is needed still. */
  readonly isPromised: boolean;
  /** Some turns write nothing. */
  readonly mayEnd: boolean;
  /** Where the write stands: at the end of the turn, at the end of one of its branches, or before something else. */
  readonly at: 'end' | 'branch' | 'middle';
  /** `return;` of turns that write nothing. */
  readonly returns: readonly TSESTree.ReturnStatement[];
}

/** A turn that ends with the write can give the row instead. */
function endOfTurn(code: Code, loop: Loop, statement: TSESTree.Node, whole: TSESTree.Node): EndOfTurn | undefined {
  if (loop.node.type !== 'CallExpression' || loop.body.type !== 'BlockStatement' || !isResultUnused(loop.node)) return undefined;
  const at = loop.body.body.at(-1) === statement ? 'end' : endsTurn(statement, loop.body) ? 'branch' : 'middle';
  if (loop.node.callee.type !== 'MemberExpression' || !/^(?:map|forEach)$/.test(nameOfKey(loop.node.callee) ?? '')) return undefined;
  const fn = loop.body.parent;
  if (fn === undefined || !isFunction(fn) || fn.returnType !== undefined || givesTypes(loop.node) || enclosingFunction(statement) !== fn) return undefined;
  let waits = waitsInside(code, whole);
  const returns: TSESTree.ReturnStatement[] = [];
  const visit = (node: TSESTree.Node): boolean => {
    if (node === statement || (isFunction(node) && node !== loop.body.parent)) return false;
    if (node.type === 'AwaitExpression' || (node.type === 'ForOfStatement' && node.await)) waits = true;
    if (node.type === 'VariableDeclaration' && node.kind === 'await using') waits = true;
    if (node.type === 'ReturnStatement') returns.push(node);
    return someChild(code, node, visit);
  };
  visit(loop.body);
  const mayEnd = returns.length > 0 || at !== 'end';
  return returns.every(({ argument }) => argument === null) ? { isPromised: waits || mayEnd, mayEnd, at, returns } : undefined;
}

/** `if (isNew) { …; await write(row); }` at the end of a turn: nothing follows the write. */
function endsTurn(statement: TSESTree.Node, body: TSESTree.Node): boolean {
  for (let at = statement, above = at.parent; above !== undefined; at = above, above = above.parent) {
    if (above.type === 'BlockStatement' && above.body.at(-1) !== at) return false;
    if (above === body) return true;
    if (above.type !== 'BlockStatement' && above.type !== 'IfStatement') return false;
  }
  return false;
}

/**
 * `await Promise.all(list.map(async (item) => { …; await write(row); }))` becomes `await write(list.map((item) => { …; return row; }))`,
 * or where a turn waits for something else `const rows = await Promise.all(…); await write(rows);`.
 */
function givenByCallback(shape: Shape, form: Form, write: Writer): Edit[] | undefined {
  const { code, loop, place, statement, end } = shape;
  const fn = loop.body.parent;
  const awaiting = loop.node.type === 'CallExpression' ? awaitingOf(loop.node) : undefined;
  if (fn === undefined || !isFunction(fn) || !fn.async || end === undefined || awaiting === undefined) return undefined;
  if (dropsComment(code, statement.range, [form.keeps])) return undefined;
  if (end.isPromised) {
    const name = freshName(code, place, form.collects);
    // Turns that end before give no row.
    const { mayEnd } = end;
    const indent = indentOf(code, place);
    const closing = loop.body.range[1] - 1;
    const own = end.at === 'middle' ? freshName(code, statement, name === 'rows' ? 'own' : 'ownKeys') : undefined;
    const semicolon = semicolonOf(code);
    const inTurn: Edit[] =
      own === undefined
        ? [{ range: statement.range, text: `return ${mayEnd ? `[${form.item}]` : form.item}${semicolon}` }]
        : [
            { range: [loop.body.range[0] + 1, loop.body.range[0] + 1], text: atStartOfBlock(code, loop.body, `const ${own} = []`) },
            { range: statement.range, text: `${own}.push(${form.item})${semicolon}` },
          ];
    const given = (after: TSESTree.Node | undefined): string => (own === undefined || (after !== undefined && !follows(after, statement)) ? '[]' : own);
    return [
      { range: [awaiting.range[0], awaiting.range[0]], text: `const ${name} = ` },
      ...end.returns.map((each) => ({ range: [each.range[0], each.range[0] + 'return'.length] as const, text: `return ${given(each)}` })),
      ...inTurn,
      ...(end.at === 'end' ? [] : [{ range: [closing, closing] as const, text: atEndOfBlock(code, closing, `return ${given(undefined)}${semicolon}`) }]),
      {
        range: [awaiting.range[1], awaiting.range[1]],
        text: `\n${indent}await ${write(mayEnd ? `${name}.flat()` : name, indent)}${semicolonOf(code, code.text.slice(awaiting.range[1]))}`,
      },
    ];
  }
  const range = rangeOf(shape);
  if (dropsComment(code, range, [loop.node.range])) return undefined;
  const asyncAt: [number, number] = [fn.range[0], fn.range[0] + (/^async\b\s*/.exec(code.text.slice(fn.range[0]))?.[0].length ?? 0)];
  const callee = unwrap((loop.node as TSESTree.CallExpression).callee);
  const given = textWith(code, loop.node.range, [
    { range: asyncAt, text: '' },
    ...(shape.forgotten && callee.type === 'MemberExpression' ? [{ range: callee.property.range, text: 'map' }] : []),
    { range: statement.range, text: `return ${form.item}${semicolonOf(code)}` },
  ]);
  const rows = mayBeMissing(loop) ? `${given} ?? []` : given;
  return [{ range, text: `await ${write(rows, indentOf(code, place))}${semicolonOf(code, code.text.slice(range[1]))}` }];
}

/** A statement is reached after another one, and not in its place. */
function follows(after: TSESTree.Node, statement: TSESTree.Node): boolean {
  let below = after;
  for (let at = after.parent; at !== undefined; below = at, at = at.parent) {
    if (!contains(at, statement)) continue;
    return (at.type === 'BlockStatement' || at.type === 'TryStatement') && below.range[0] > statement.range[0];
  }
  return false;
}

/** A statement after a block's opening brace. */
function atStartOfBlock(code: Code, block: TSESTree.Node, statement: string): string {
  const following = code.text.slice(block.range[0] + 1);
  const after = /^[\t ]*\r?\n([\t ]*)/.exec(following);
  const ended = `${statement}${semicolonOf(code, following)}`;
  return after === null ? ` ${ended}` : `\n${after[1] ?? ''}${ended}`;
}

/** A statement before a block's closing brace. */
function atEndOfBlock(code: Code, closing: number, statement: string): string {
  const before = code.text.slice(code.text.lastIndexOf('\n', closing) + 1, closing);
  return before.trim() === '' ? `${indentStep(code)}${statement}\n${before}` : `${statement} `;
}

/** A loop that only writes is replaced by the write. */
function insteadOfLoop(shape: Shape, form: Form, write: Writer): Edit[] | undefined {
  const { code, loop, turn, place } = shape;
  const replaced = loop.node.type === 'CallExpression' ? place : loop.node;
  const range = loop.node.type === 'CallExpression' ? rangeOf(shape) : loop.node.range;
  if (dropsComment(code, range, [form.keeps, turn.list.range, turn.pattern.range])) return undefined;
  return [{ range, text: `await ${write(rowsText(code, form, loop, turn), indentOf(code, replaced))}${semicolonOf(code, code.text.slice(range[1]))}` }];
}

/** The loop collects, and the write follows it. */
function afterLoop({ code, loop, place, statement }: Shape, form: Form, write: Writer): Edit[] | undefined {
  if (dropsComment(code, statement.range, [form.keeps])) return undefined;
  const name = freshName(code, place, form.collects);
  const indent = indentOf(code, place);
  const end = semicolonOf(code);
  return [
    { range: [place.range[0], place.range[0]], text: `const ${name} = []${end}\n${indent}` },
    { range: statement.range, text: `${form.mayBeNull ? `if (${form.item} != null) ` : ''}${name}.push(${form.item})${end}` },
    {
      range: [loop.node.range[1], loop.node.range[1]],
      text: `\n${indent}await ${write(name, indent)}${semicolonOf(code, code.text.slice(loop.node.range[1]))}`,
    },
  ];
}

const waitsNow = 'the function waits for it, and fails with it';

/** What may change, for the suggestion's title; nothing for a fix. */
function changesOf({ code, loop, statement, only, forgotten, mustBe, end }: Shape, call: RemoteCall, form: Form): string[] {
  const changes = [...form.changes];
  if (forgotten) changes.push(waitsNow);
  if (mustBe !== undefined) changes.push(mustBe);
  if (!only) {
    changes.push('it is written after the loop');
    const effects = effectsOf(code, loop.body, statement);
    if (effects.calls || effects.writes.length > 0) changes.push('other calls of the loop run before');
    if (mayInclude(effects.reads, tableOf(call))) changes.push('reads of the loop no longer see it');
    // What follows the write in a turn is reached earlier.
    if (end?.at === 'middle' && effects.shared) changes.push('turns may overlap otherwise');
  }
  if ((call.operation === 'insert' || call.operation === 'upsert') && end?.isPromised === true) changes.push('the rows come in the order of the list');
  if (form.stops !== true && !isInTransaction(code, form.whole))
    changes.push(only ? 'if one fails, none is written' : 'if one or a turn fails, none is written');
  return call.library.kind === 'queue' ? changes.map((change) => change.replace('written', 'added')) : changes;
}

/** Commands that are collected by the client and sent at once: a Redis pipeline, a unit of work. */
function sendTogether(shape: Shape, call: RemoteCall, whole: TSESTree.CallExpression): Rewrite | Refusal {
  const { code, loop, turn, place, statement, only } = shape;
  const collected = call.library.forMany?.collected;
  const callee = unwrap(whole.callee);
  if (collected === undefined || callee.type !== 'MemberExpression') return refuse(refusals.library);
  if (turnNames(code, callee.object, loop).length > 0 || isAssignedInLoop(code, callee.object, loop)) return refuse(refusals.changes);
  const name = nameOfKey(callee) ?? '';
  const client = textOf(code, callee.object);
  const collector = collected.by === undefined ? client : freshName(code, place, collected.by.replace(/\(.*$/, ''));
  const command = textWith(code, whole.range, [
    { range: callee.object.range, text: collector },
    { range: callee.property.range, text: collected.as?.[name] ?? name },
  ]);
  const end = semicolonOf(code);
  const indent = indentOf(code, place);
  const before = collected.by === undefined ? [] : [`const ${collector} = ${client}.${collected.by}${end}`];
  const after = `await ${collector}.${collected.sends}${semicolonOf(code, code.text.slice(only ? rangeOf(shape)[1] : loop.node.range[1]))}`;
  const changes = [collected.changes, ...(shape.forgotten ? [waitsNow] : []), ...(shape.mustBe === undefined ? [] : [shape.mustBe])];
  if (loop.node.type === 'CallExpression') {
    if (!only) return refuse(refusals.concurrent);
    const range = rangeOf(shape);
    if (dropsComment(code, range, [whole.range, turn.list.range, turn.pattern.range])) return refuse(refusals.comment);
    const list = listOf(code, loop, turn);
    const text = [...before, ...list.statements, `for (const ${patternWithoutType(code, turn.pattern)} of ${list.text}) ${command}${end}`, after].join(
      `\n${indent}`,
    );
    return rewriteOf('Send all commands together', changes, [{ range, text }]);
  }
  const ordered = only ? undefined : refusalOfCollecting(shape, call);
  if (ordered !== undefined) return refuse(ordered);
  if (dropsComment(code, statement.range, [whole.range])) return refuse(refusals.comment);
  return rewriteOf('Send all commands together', changes, [
    ...(before.length === 0 ? [] : [{ range: [place.range[0], place.range[0]] as const, text: `${before.join('')}\n${indent}` }]),
    { range: statement.range, text: `${command}${end}` },
    { range: [loop.node.range[1], loop.node.range[1]], text: `\n${indent}${after}` },
  ]);
}

/** A pattern as a `for` takes it. */
function patternWithoutType(code: Code, pattern: TSESTree.Node): string {
  const annotation = 'typeAnnotation' in pattern ? (pattern.typeAnnotation as TSESTree.Node | undefined) : undefined;
  return annotation === undefined ? textOf(code, pattern) : code.text.slice(pattern.range[0], annotation.range[0]);
}
