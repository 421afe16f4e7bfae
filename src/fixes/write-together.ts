import type { TSESTree } from '@typescript-eslint/types';

import { placeBefore } from '../analysis/before-loop.ts';
import { findVariable } from '../analysis/binding.ts';
import { effectsOf } from '../analysis/effects.ts';
import { type ChainCall, chainOfCall, findKeyPlace } from '../analysis/key-place.ts';
import { judgeKey } from '../analysis/key-value.ts';
import type { Loop } from '../analysis/loop.ts';
import { stepFacts } from '../analysis/origin/evaluate.ts';
import { type RemoteCall, findRemoteCall, kindOf } from '../analysis/remote-call.ts';
import type { RoundTripPerItem } from '../analysis/round-trip-per-item.ts';
import { contains, isFunction, nameOfKey, parentOf, unwrap } from '../analysis/syntax.ts';
import { tableOf } from '../analysis/table.ts';
import { isInTransaction } from '../analysis/transaction.ts';
import { type Turn, changesItsList, isAssignedInLoop, isPure, turnNames, turnOf } from '../analysis/turn.ts';
import { type Code, someChild, textOf } from '../project/code.ts';
import { hasRuntime, importNames, noRuntime, runtimePackage } from './import-name.ts';
import { guardsOf, listOf, mappedText, presentText } from './list-of-turns.ts';
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
  textWith,
} from './rewrite.ts';

/** Why writes in a loop are not put together; beside what `findKeyPlace` and `placeBefore` answer. */
export const refusals = {
  chain: 'the write stands in a function that the loop calls',
  runtime: noRuntime,
  library: 'the library has no form for many rows that does the same',
  list: 'the loop does not run over a list',
  counted: 'the loop changes its list or its counter',
  changes: 'the statement changes from turn to turn',
  result: 'the result of a write is used',
  errors: 'each turn handles its own error',
  row: 'the columns of a row cannot be seen, or differ from turn to turn',
  nested: 'the row writes to other tables, too',
  upsert: 'two turns may write the same row, which one statement may not',
  values: 'each turn makes a value of its own',
  relative: 'the update adds to what is there, and keys may repeat',
  options: 'the write has options that the form for many does not take',
  later: 'a later write of the turn may need it',
  order: 'another write of the loop goes to the same table, and their order may matter',
  early: 'the loop can end the function early, before the rows are written',
  concurrent: 'the turns run at the same time, and do more than write',
  comment: 'a comment would be lost',
  name: 'a name that the rewrite needs is taken',
} as const;

/** How a write says what it writes, and how the same is written for a list. */
interface Form {
  /** The row or the key that a turn adds to the list. */
  readonly item: string;
  readonly itemNode: TSESTree.Node;
  readonly collects: 'rows' | 'keys';
  readonly whole: TSESTree.CallExpression;
  readonly chain: readonly ChainCall[];
  /** The statement for a list of that name. */
  readonly write: (list: string, importedName: string | undefined) => string;
  readonly needs?: { readonly from: string; readonly name: string };
  /** Columns of one row; 1 for keys. */
  readonly columns: number;
  readonly changes: readonly string[];
  /** An item may be null or undefined, and is left out then. */
  readonly mayBeNull: boolean;
  /** The library splits the list itself: no helper is called. */
  readonly splits: boolean;
}

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
  if (statement === undefined) return refuse(refusals.result);
  if (isAssignedInLoop(code, turn.list, loop) || isAssignedInLoop(code, turn.pattern, loop) || changesItsList(code, loop, turn))
    return refuse(refusals.counted);
  if (guardsOf(code, built.whole, loop, turn) === 'own errors') return refuse(refusals.errors);
  const only = isOnlyStatement(statement, loop) && !waitsInside(code, built.whole);
  const shape: Shape = { code, loop, turn, place, statement, only };
  if (loop.node.type === 'CallExpression' && usesMoreThanItem(code, built.whole, loop, turn)) return refuse(refusals.concurrent);
  const collected = call.library.forMany.collected;
  if (collected?.members.split(' ').includes(built.chain.at(-1)?.name ?? '') === true && built.chain.length === 1)
    return sendTogether(shape, call, built.whole);
  if (isAssignedInLoop(code, built.whole, loop)) return refuse(refusals.changes);

  const isEntity = call.library.forMany.writes?.[built.chain.at(-1)?.name ?? '']?.includes('chunk') === true;
  const isInsert = ['insert', 'upsert', 'publish'].includes(call.operation) || isEntity;
  const form = isInsert ? insertForm(call, built, loop) : keyedForm(call, loop, turn);
  if ('refused' in form) return form;
  if (form.mayBeNull && !shape.only && !(isPure(code, form.itemNode) && statement.parent?.type === 'BlockStatement')) return refuse(refusals.values);
  const ordered = shape.only ? undefined : refusalOfCollecting(shape, call);
  if (ordered !== undefined) return refuse(ordered);
  if (!form.splits && !hasRuntime(code)) return refuse(refusals.runtime);
  const needed = [...(form.splits ? [] : [{ from: runtimePackage, name: 'inChunks' }]), ...(form.needs === undefined ? [] : [form.needs])];
  const imported = importNames(code, needed);
  if (imported === undefined) return refuse(refusals.name);
  const write = writer(code, form, form.splits ? undefined : imported.names[0], imported.names.at(-1));
  const edits = shape.only
    ? insteadOfLoop(shape, form, write)
    : loop.node.type === 'CallExpression'
      ? givenByCallback(shape, form, write)
      : afterLoop(shape, form, write);
  if (edits === undefined) return refuse(refusals.comment);
  const what =
    form.collects === 'rows' ? 'Write all rows with one statement' : `${call.operation.startsWith('delete') ? 'Delete' : 'Update'} all rows with one statement`;
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

/** `await Promise.all(…);` as a statement. */
function isResultUnused(loop: TSESTree.CallExpression): boolean {
  const all = parentOf(loop);
  const awaited = all?.type === 'CallExpression' ? parentOf(all) : all;
  return awaited?.type === 'AwaitExpression' && parentOf(awaited)?.type === 'ExpressionStatement';
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
function refusalOfCollecting({ code, loop, statement }: Shape, call: RemoteCall): string | undefined {
  if (loop.node.type === 'CallExpression') return endsWithWrite(code, loop, statement) ? undefined : refusals.concurrent;
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
  const table = tableOf(call);
  if (effectsOf(code, loop.body, statement).writes.some((other) => other === undefined || table === undefined || other === table)) return refusals.order;
  return undefined;
}

/** A turn that waits for nothing else, and ends with the write, can give the row instead. */
function endsWithWrite(code: Code, loop: Loop, statement: TSESTree.Node): boolean {
  if (loop.node.type !== 'CallExpression' || loop.body.type !== 'BlockStatement' || loop.body.body.at(-1) !== statement || !isResultUnused(loop.node))
    return false;
  if (loop.node.callee.type !== 'MemberExpression' || nameOfKey(loop.node.callee) !== 'map') return false;
  const fn = loop.body.parent;
  if (fn === undefined || !isFunction(fn) || fn.returnType !== undefined) return false;
  let waits = false;
  const visit = (node: TSESTree.Node): boolean => {
    if (node === statement || (isFunction(node) && node !== loop.body.parent)) return false;
    if (node.type === 'AwaitExpression' || node.type === 'ReturnStatement' || (node.type === 'ForOfStatement' && node.await)) waits = true;
    return someChild(code, node, visit);
  };
  visit(loop.body);
  return !waits;
}

/** `await Promise.all(list.map(async (item) => { …; await write(row); }))` becomes `await write(list.map((item) => { …; return row; }))`. */
function givenByCallback({ code, loop, place, statement }: Shape, form: Form, write: Writer): Edit[] | undefined {
  const fn = loop.body.parent;
  if (fn === undefined || !isFunction(fn) || !fn.async || dropsComment(code, place.range, [loop.node.range])) return undefined;
  if (dropsComment(code, statement.range, [form.whole.range])) return undefined;
  const asyncAt: [number, number] = [fn.range[0], fn.range[0] + (/^async\s+/.exec(code.text.slice(fn.range[0]))?.[0].length ?? 0)];
  const rows = textWith(code, loop.node.range, [
    { range: asyncAt, text: '' },
    { range: statement.range, text: `return ${form.item}${semicolonOf(code)}` },
  ]);
  return [{ range: place.range, text: `await ${write(rows, indentOf(code, place))}${semicolonOf(code)}` }];
}

/** A loop that only writes is replaced by the write. */
function insteadOfLoop(shape: Shape, form: Form, write: Writer): Edit[] | undefined {
  const { code, loop, turn, place } = shape;
  const replaced = loop.node.type === 'CallExpression' ? place : loop.node;
  if (dropsComment(code, replaced.range, [form.whole.range, turn.list.range, turn.pattern.range])) return undefined;
  const item = /^\s*\{/.test(form.item) ? `(${form.item})` : form.item;
  const list = textOf(code, turn.list);
  const rows = form.mayBeNull ? presentText(code, list, loop, turn, item) : mappedText(code, list, loop, turn, item);
  return [{ range: replaced.range, text: `await ${write(rows, indentOf(code, replaced))}${semicolonOf(code)}` }];
}

/** The loop collects, and the write follows it. */
function afterLoop({ code, loop, place, statement }: Shape, form: Form, write: Writer): Edit[] | undefined {
  if (dropsComment(code, statement.range, [form.whole.range])) return undefined;
  const name = freshName(code, place, form.collects);
  const indent = indentOf(code, place);
  const end = semicolonOf(code);
  return [
    { range: [place.range[0], place.range[0]], text: `const ${name} = []${end}\n${indent}` },
    { range: statement.range, text: `${form.mayBeNull ? `if (${form.item} != null) ` : ''}${name}.push(${form.item})${end}` },
    { range: [loop.node.range[1], loop.node.range[1]], text: `\n${indent}await ${write(name, indent)}${end}` },
  ];
}

type Writer = (list: string, indent: string) => string;

const lineMax = 100;

/** The call that writes a list: in chunks, unless the library splits it. */
function writer(code: Code, form: Form, inChunks: string | undefined, imported: string | undefined): Writer {
  const size = Math.min(1000, Math.floor(32_000 / form.columns));
  return (list, indent) => {
    const part = freshIn(`${textOf(code, form.whole)} ${form.item}`, /^(?:rows|keys)\d*$/.test(list) ? 'part' : form.collects);
    if (inChunks === undefined) return form.write(list, imported);
    const parts = [list, String(size), `(${part}) => ${form.write(part, imported)}`];
    const line = `${inChunks}(${parts.join(', ')})`;
    if (indent.length + line.length < lineMax || parts.some((each) => each.includes('\n'))) return line;
    const step = indentStep(code);
    return `${inChunks}(\n${parts.map((each) => `${indent}${step}${each},\n`).join('')}${indent})`;
  };
}

/** An insert of one row. */
function insertForm(call: RemoteCall, { whole, chain }: { whole: TSESTree.CallExpression; chain: readonly ChainCall[] }, loop: Loop): Form | Refusal {
  const { code, library } = call;
  const { forMany } = library;
  const last = chain.at(-1);
  if (forMany === undefined || last === undefined) return refuse(refusals.library);
  const isBuilder = call.steps.length > 0;
  const by = forMany.writes?.[isBuilder ? (chain.find(({ name }) => forMany.writes?.[name] !== undefined)?.name ?? '') : last.name];
  if (forMany.writes === undefined || (!isBuilder && by === undefined)) return refuse(refusals.library);
  if (call.operation === 'upsert' && !(by?.includes('(') === true)) return refuse(refusals.upsert);
  const holder =
    isBuilder && by === undefined ? chain.find(({ name }) => stepFacts(library, call.object, name)?.items !== undefined || name === 'insert') : last;
  const writing = isBuilder && by === undefined ? chain.filter(({ name, node }) => holdsRow(call, name) && node.arguments.length > 0).at(-1) : holder;
  if (writing === undefined) return refuse(refusals.library);
  const { arguments: args } = writing.node;
  const callee = unwrap(writing.node.callee);
  if (callee.type !== 'MemberExpression' || args.some(({ type }) => type === 'SpreadElement')) return refuse(refusals.library);

  let row: TSESTree.Node | undefined =
    args[isBuilder && by === undefined ? (stepFacts(library, call.object, writing.name)?.items ?? 0) : (call.facts.items ?? 0)];
  let item: string;
  let write: (list: string) => string;
  if (forMany.rowOf !== undefined) {
    item = `{ ${args.map((argument, index) => `${forMany.rowOf?.[index] ?? ''}: ${textOf(code, argument)}`).join(', ')} }`;
    write = (list) => textWith(code, whole.range, [{ range: [callee.property.range[0], writing.node.range[1]], text: `${by ?? ''}(${list})` }]);
  } else if (forMany.rowIn !== undefined) {
    const [options] = args;
    const object = options === undefined ? undefined : unwrap(options);
    const [data, ...more] = object?.type === 'ObjectExpression' ? object.properties : [];
    if (data?.type !== 'Property' || nameOfKey(data) !== forMany.rowIn || more.length > 0) return refuse(refusals.options);
    row = data.value;
    item = textOf(code, row);
    write = (list) =>
      textWith(code, whole.range, [{ range: [callee.property.range[0], writing.node.range[1]], text: `${by ?? ''}({ ${forMany.rowIn ?? ''}: ${list} })` }]);
  } else {
    if (row === undefined) return refuse(refusals.row);
    item = textOf(code, row);
    const { range } = row;
    if (by?.includes('(') === true) {
      if (args.length > 1 && !by.includes('validate')) return refuse(refusals.options);
      const options = args[1] === undefined ? undefined : unwrap(args[1]);
      if (options !== undefined && (options.type !== 'ObjectExpression' || turnNames(code, options, loop).length > 0)) return refuse(refusals.options);
      const inside =
        options === undefined
          ? ''
          : code.text
              .slice(options.range[0] + 1, options.range[1] - 1)
              .trim()
              .replace(/,$/, '');
      const text = inside === '' ? by : by.replace(' })', `, ${inside} })`);
      write = (list) => textWith(code, whole.range, [{ range: [callee.property.range[0], writing.node.range[1]], text: text.replace('ROWS', list) }]);
    } else {
      const renamed: Edit[] = by === undefined || by === writing.name ? [] : [{ range: callee.property.range, text: by }];
      write = (list) => textWith(code, whole.range, [...renamed, { range, text: list }]);
    }
  }
  if (row === undefined) return refuse(refusals.row);
  const columns = forMany.rowOf !== undefined ? 1 : columnsOfRow(code, row, loop, forMany.columnsMayDiffer === true || by?.includes('chunk') === true);
  if (columns === undefined) return refuse(refusals.row);
  if (forMany.rowIn !== undefined && writesNested(code, row)) return refuse(refusals.nested);
  const outside = turnNames(code, whole, loop).filter(
    (name) => !(forMany.rowOf === undefined ? contains(row, name) : args.some((each) => contains(each, name))),
  );
  if (outside.length > 0) return refuse(refusals.changes);
  const changes =
    by?.startsWith('save(') === true ? ['all are written in one transaction'] : forMany.hooks === true ? ['hooks of the single write do not run'] : [];
  return {
    item,
    itemNode: row,
    collects: 'rows',
    whole,
    chain,
    write,
    columns: Math.max(1, columns),
    changes,
    mayBeNull: false,
    splits: by?.includes('chunk') === true,
  };
}

function holdsRow(call: RemoteCall, name: string): boolean {
  return stepFacts(call.library, call.object, name)?.items !== undefined;
}

/** How many columns a row literal has; `undefined` where they cannot be counted on. */
function columnsOfRow(code: Code, row: TSESTree.Node, loop: Loop, mayDiffer: boolean): number | undefined {
  const at = literalOf(code, row, loop);
  if (at.type === 'ObjectExpression') {
    const spreads = at.properties.some((property) => property.type === 'SpreadElement' || property.computed);
    return spreads ? (mayDiffer ? 32 : undefined) : at.properties.length;
  }
  return mayDiffer && turnNames(code, at, loop).length > 0 ? 32 : undefined;
}

/** The row itself, or the literal of the turn that a constant holds. */
function literalOf(code: Code, row: TSESTree.Node, loop: Loop): TSESTree.Node {
  const at = unwrap(row);
  if (at.type !== 'Identifier') return at;
  const variable = findVariable(code, at);
  const declarator = variable?.defs[0]?.node as TSESTree.Node | undefined;
  if (declarator?.type !== 'VariableDeclarator' || declarator.init === null || declarator.parent.kind !== 'const' || !contains(loop.body, declarator))
    return at;
  // A literal that nothing else touches has the same keys every time.
  return (variable?.references.length ?? 0) === 2 && declarator.id === variable?.defs[0]?.name ? unwrap(declarator.init) : at;
}

const nestedWrites = /^(?:create|connect|connectOrCreate|createMany|set|disconnect)$/;

function writesNested(code: Code, node: TSESTree.Node): boolean {
  if (
    node.type === 'Property' &&
    node.value.type === 'ObjectExpression' &&
    node.value.properties.some((each) => each.type === 'Property' && nestedWrites.test(nameOfKey(each) ?? ''))
  )
    return true;
  return someChild(code, node, (child) => writesNested(code, child));
}

/** An update or delete by one key, whose values are the same in every turn. */
function keyedForm(call: RemoteCall, loop: Loop, turn: Turn): Form | Refusal {
  const { code, library } = call;
  const keyed = findKeyPlace(call, loop);
  if (typeof keyed === 'string') return refuse(keyed);
  const { forMany, chain, whole, key } = keyed;
  const last = chain.at(-1);
  const isBuilder = call.steps.length > 0;
  const writer = chain.find(({ name }) => forMany.writes?.[name] !== undefined);
  if (
    forMany.writes === undefined ||
    last === undefined ||
    (writer === undefined && (!isBuilder || library.forMany?.step === undefined) && forMany.compares === undefined)
  )
    return refuse(refusals.library);
  const changes: string[] = [];
  for (const each of chain) {
    if (/^(?:returning|returningAll|output|limit|orderBy)$/.test(each.name)) return refuse(refusals.options);
    for (const argument of each.node.arguments) {
      if (contains(argument, key) || ('range' in keyed.node && keyed.node.range[0] <= argument.range[0] && argument.range[1] <= keyed.node.range[1])) continue;
      const made = madeAnew(code, argument);
      if (made === 'a time') changes.push('all rows get the same time');
      else if (made !== undefined) return refuse(refusals.values);
    }
  }
  if (forMany.rowIn !== undefined && (call.operation === 'update' || call.operation === 'delete')) {
    const [options] = last.node.arguments;
    const object = options === undefined ? undefined : unwrap(options);
    if (object?.type !== 'ObjectExpression' || object.properties.some((each) => each.type !== 'Property' || !/^(?:where|data)$/.test(nameOfKey(each) ?? '')))
      return refuse(refusals.options);
    if (writesNested(code, object)) return refuse(refusals.nested);
  }
  if (forMany.throwsWithoutRow === true && !call.operation.endsWith('-many')) changes.push('a row that is missing is no error');
  if (forMany.hooks === true) changes.push('hooks of the single write do not run');
  if (forMany.usualKey === true && chain.some(({ name }) => forMany.keyed?.[name] !== undefined))
    changes.push(`it takes \`${keyed.column}\` for the primary key`);
  const { known, distinct } = judgeKey(code, key, loop, turn);
  if (!distinct && chain.some((each) => isRelative(code, each, key))) return refuse(refusals.relative);
  if (forMany.nullKey === 'means something else' && !known) changes.push('a key that is null or undefined changes nothing');
  const write = (list: string, imported: string | undefined): string => {
    const text = keyed.needs === undefined || imported === undefined ? keyed.text : keyed.text.replace(keyed.needs, imported);
    const edits: Edit[] = [{ range: keyed.node.range, text: text.replaceAll('KEYS', list) }];
    const callee = writer === undefined ? undefined : unwrap(writer.node.callee);
    const by = forMany.writes?.[writer?.name ?? ''];
    if (by !== undefined && by !== writer?.name && callee?.type === 'MemberExpression') edits.push({ range: callee.property.range, text: by });
    return textWith(code, whole.range, edits);
  };
  const needs = keyed.needs === undefined || keyed.from === undefined ? {} : { needs: { from: keyed.from, name: keyed.needs } };
  return { item: textOf(code, key), itemNode: key, collects: 'keys', whole, chain, write, columns: 1, changes, mayBeNull: !known, splits: false, ...needs };
}

/** `{ increment: 1 }`, `sql`…``: written twice for one key, it gives something else than once. */
function isRelative(code: Code, { name, node }: ChainCall, key: TSESTree.Node): boolean {
  if (/^(?:increment|decrement)$/.test(name)) return true;
  const visit = (at: TSESTree.Node): boolean => {
    if (at === key) return false;
    if (at.type === 'TaggedTemplateExpression') return true;
    if (at.type === 'Property' && /^\$?(?:increment|decrement|multiply|divide|push|inc|mul|concat|append|pull|pop)$/.test(nameOfKey(at) ?? '')) return true;
    if (at.type === 'CallExpression' && /(?:^|\.)(?:raw|literal|sql|fn|eb)$/.test(textOf(code, at.callee))) return true;
    return someChild(code, at, visit);
  };
  return node.arguments.some(visit);
}

/** A value that every turn makes anew. */
function madeAnew(code: Code, node: TSESTree.Node): 'a time' | 'something' | undefined {
  const at = unwrap(node);
  if (at.type === 'NewExpression') return at.callee.type === 'Identifier' && at.callee.name === 'Date' && at.arguments.length === 0 ? 'a time' : 'something';
  if (at.type === 'CallExpression') {
    if (/^Date\s*\.\s*now$/.test(textOf(code, at.callee))) return 'a time';
    const isComparison =
      at.callee.type === 'Identifier' && /^(?:eq|and|or|ne|gt|gte|lt|lte|not|inArray|isNull|isNotNull|like|ilike|between|In|Not)$/.test(at.callee.name);
    if (!isComparison && !isPure(code, at)) return 'something';
  }
  if (isFunction(at)) return 'something';
  let found: 'a time' | 'something' | undefined;
  someChild(code, at, (child) => {
    const made = madeAnew(code, child);
    found = made === 'something' ? made : (found ?? made);
    return found === 'something';
  });
  return found;
}

/** What may change, for the suggestion's title; nothing for a fix. */
function changesOf({ code, loop, statement, only }: Shape, call: RemoteCall, form: Form): string[] {
  const changes = [...form.changes];
  if (!only) {
    changes.push('it is written after the loop');
    const effects = effectsOf(code, loop.body, statement);
    if (effects.calls || effects.writes.length > 0) changes.push('other calls of the loop run before');
    const table = tableOf(call);
    if (effects.reads.some((other) => other === undefined || table === undefined || other === table)) changes.push('reads of the loop no longer see it');
  }
  if (!isInTransaction(code, form.whole)) changes.push('if one fails, none is written');
  return call.library.kind === 'queue' ? changes.map((change) => change.replace('written', 'added')) : changes;
}

/** Commands that are collected by the client and sent at once: a Redis pipeline, a unit of work. */
function sendTogether({ code, loop, turn, place, statement, only }: Shape, call: RemoteCall, whole: TSESTree.CallExpression): Rewrite | Refusal {
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
  const after = `await ${collector}.${collected.sends}${end}`;
  const changes = [collected.changes];
  if (loop.node.type === 'CallExpression') {
    if (!only) return refuse(refusals.concurrent);
    if (dropsComment(code, place.range, [whole.range, turn.list.range, turn.pattern.range])) return refuse(refusals.comment);
    const list = listOf(code, loop, turn);
    const text = [...before, ...list.statements, `for (const ${patternWithoutType(code, turn.pattern)} of ${list.text}) ${command}${end}`, after].join(
      `\n${indent}`,
    );
    return rewriteOf('Send all commands together', changes, [{ range: place.range, text }]);
  }
  const ordered = only ? undefined : refusalOfCollecting({ code, loop, turn, place, statement, only }, call);
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
