import type { TSESTree } from '@typescript-eslint/types';

import { placeBefore } from '../analysis/before-loop.ts';
import { findVariable } from '../analysis/binding.ts';
import { effectsOf } from '../analysis/effects.ts';
import { chainOfCall, notKeyed } from '../analysis/key-place.ts';
import type { Loop } from '../analysis/loop.ts';
import { type RemoteCall, findRemoteCall, kindOf } from '../analysis/remote-call.ts';
import type { RoundTripPerItem } from '../analysis/round-trip-per-item.ts';
import { contains, isFunction, nameOfKey, parentOf, unwrap } from '../analysis/syntax.ts';
import { mayInclude, tableOf } from '../analysis/table.ts';
import { isInTransaction } from '../analysis/transaction.ts';
import { type Turn, changesItsList, changesWhatItNames, isAssignedInLoop, isPure, turnNames, turnOf } from '../analysis/turn.ts';
import { type Code, hasWord, someChild, textOf } from '../project/code.ts';
import { hasRuntime, importNames, noRuntime, runtimePackage } from './import-name.ts';
import { handlesOwnError, listOf } from './list-of-turns.ts';
import { refusals as ownValuesRefusals, ownValuesForm, setsOwnValues } from './own-values-form.ts';
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
  refuse,
  rewriteOf,
  semicolonOf,
  textWith,
} from './rewrite.ts';

/** Why writes in a loop are not put together; beside what `findKeyPlace` and `placeBefore` answer. */
export const refusals = {
  ...formRefusals,
  chain: 'the write stands in a function that the loop calls',
  runtime: noRuntime,
  list: 'the loop does not run over a list',
  counted: 'the loop changes its list or its counter',
  result: 'the result of a write is used',
  errors: 'each turn handles its own error',
  later: 'a later write of the turn may need it',
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
  if (turn === undefined) return refuse(refusals.list);
  const built = chainOfCall(call);
  if (call.library.forMany === undefined || built === undefined) return refuse(refusals.library);
  const place = placeBefore(code, loop);
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
  const shape: Shape = { code, loop, turn, place, statement, only, end: endOfTurn(code, loop, statement, built.whole) };
  if (loop.node.type === 'CallExpression' && (usesMoreThanItem(code, built.whole, loop, turn) || namesItsFunction(code, built.whole, loop)))
    return refuse(refusals.concurrent);
  const collected = call.library.forMany.collected;
  if (collected?.members.split(' ').includes(built.chain.at(-1)?.name ?? '') === true && built.chain.length === 1)
    return sendTogether(shape, call, built.whole);
  if (isAssignedInLoop(code, built.whole, loop) || changesWhatItNames(code, built.whole, loop)) return refuse(refusals.changes);

  const isEntity = call.library.forMany.writes?.[built.chain.at(-1)?.name ?? '']?.includes('chunk') === true;
  const isInsert = ['insert', 'upsert', 'publish'].includes(call.operation) || isEntity;
  const same = isInsert ? insertForm(call, built, loop) : keyedForm(call, loop, turn);
  const form = 'refused' in same ? ownValuesForm(call, built, loop, turn) : same;
  if ('refused' in form) {
    const isForKeys =
      'refused' in same && (same.refused !== notKeyed.several || (form.refused === ownValuesRefusals.library && !setsOwnValues(call, built, loop)));
    return isForKeys ? same : form;
  }
  if (form.mayBeNull && !shape.only && !(isPure(code, form.itemNode) && statement.parent?.type === 'BlockStatement')) return refuse(refusals.values);
  if (form.mayBeNull && !shape.only && loop.node.type === 'CallExpression') return refuse(refusals.concurrent);
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
  const all = parentOf(loop);
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
  const { body } = loop;
  const isWhole = body === statement || unwrap(body) === statement || (body.type === 'BlockStatement' && body.body.length === 1 && body.body[0] === statement);
  return isWhole && (loop.node.type !== 'CallExpression' || isResultUnused(loop.node));
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
    return mayInclude(effectsOf(code, loop.body, statement).writes, tableOf(call)) ? refusals.order : undefined;
  }
  let later = false;
  let early = false;
  const visit = (node: TSESTree.Node): void => {
    if (node === statement) return;
    if (node.type === 'ReturnStatement') early = true;
    if (node.range[0] >= statement.range[1] && (node.type === 'CallExpression' || node.type === 'AwaitExpression')) {
      const remote = findRemoteCall(code, node);
      if (remote !== undefined && remote.node !== call.node && kindOf(remote) !== 'read') later = true;
      else if (node.type === 'AwaitExpression' && remote === undefined && findRemoteCall(code, unwrap(node.argument)) === undefined) later = true;
    }
    if (isFunction(node)) return;
    someChild(code, node, (child) => {
      visit(child);
      return false;
    });
  };
  visit(loop.body);
  if (early) return refusals.early;
  if (later) return refusals.later;
  if (mayInclude(effectsOf(code, loop.body, statement).writes, tableOf(call))) return refusals.order;
  return undefined;
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
  /** `return;` of turns that write nothing. */
  readonly returns: readonly TSESTree.ReturnStatement[];
}

/** A turn that ends with the write can give the row instead. */
function endOfTurn(code: Code, loop: Loop, statement: TSESTree.Node, whole: TSESTree.Node): EndOfTurn | undefined {
  if (loop.node.type !== 'CallExpression' || loop.body.type !== 'BlockStatement' || loop.body.body.at(-1) !== statement || !isResultUnused(loop.node))
    return undefined;
  if (loop.node.callee.type !== 'MemberExpression' || nameOfKey(loop.node.callee) !== 'map') return undefined;
  const fn = loop.body.parent;
  if (fn === undefined || !isFunction(fn) || fn.returnType !== undefined || givesTypes(loop.node)) return undefined;
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
  return returns.every(({ argument }) => argument === null) ? { isPromised: waits || returns.length > 0, returns } : undefined;
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
    const mayEnd = end.returns.length > 0;
    const indent = indentOf(code, place);
    return [
      { range: [awaiting.range[0], awaiting.range[0]], text: `const ${name} = ` },
      ...end.returns.map(({ range }) => ({ range: [range[0], range[0] + 'return'.length] as const, text: 'return []' })),
      { range: statement.range, text: `return ${mayEnd ? `[${form.item}]` : form.item}${semicolonOf(code)}` },
      {
        range: [awaiting.range[1], awaiting.range[1]],
        text: `\n${indent}await ${write(mayEnd ? `${name}.flat()` : name, indent)}${semicolonOf(code, code.text.slice(awaiting.range[1]))}`,
      },
    ];
  }
  const range = rangeOf(shape);
  if (dropsComment(code, range, [loop.node.range])) return undefined;
  const asyncAt: [number, number] = [fn.range[0], fn.range[0] + (/^async\b\s*/.exec(code.text.slice(fn.range[0]))?.[0].length ?? 0)];
  const rows = textWith(code, loop.node.range, [
    { range: asyncAt, text: '' },
    { range: statement.range, text: `return ${form.item}${semicolonOf(code)}` },
  ]);
  return [{ range, text: `await ${write(rows, indentOf(code, place))}${semicolonOf(code, code.text.slice(range[1]))}` }];
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

/** What may change, for the suggestion's title; nothing for a fix. */
function changesOf({ code, loop, statement, only, end }: Shape, call: RemoteCall, form: Form): string[] {
  const changes = [...form.changes];
  if (!only) {
    changes.push('it is written after the loop');
    const effects = effectsOf(code, loop.body, statement);
    if (effects.calls || effects.writes.length > 0) changes.push('other calls of the loop run before');
    if (mayInclude(effects.reads, tableOf(call))) changes.push('reads of the loop no longer see it');
  }
  if ((call.operation === 'insert' || call.operation === 'upsert') && end?.isPromised === true) changes.push('the rows come in the order of the list');
  if (form.stops !== true && !isInTransaction(code, form.whole)) changes.push('if one fails, none is written');
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
  const changes = [collected.changes];
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
