import type { TSESTree } from '@typescript-eslint/types';

import { awaitsIn } from '../analysis/before-loop.ts';
import { findVariable } from '../analysis/binding.ts';
import { keysMark } from '../analysis/key-parts.ts';
import { type ChainCall, findKeyPlace } from '../analysis/key-place.ts';
import { isKnownValue, judgeKey } from '../analysis/key-value.ts';
import type { Loop } from '../analysis/loop.ts';
import { writesNested } from '../analysis/nested-write.ts';
import { evaluate, stepFacts } from '../analysis/origin/evaluate.ts';
import { alternatives } from '../analysis/origin/value.ts';
import type { RemoteCall } from '../analysis/remote-call.ts';
import { contains, isFunction, nameOfKey, lastName, staticText, unwrap, calleeName } from '../analysis/syntax.ts';
import { type Turn, isPure, turnNames } from '../analysis/turn.ts';
import { type Code, someChild, textOf } from '../project/code.ts';
import { listText, mappedText, presentText } from './list-of-turns.ts';
import { type Edit, type Refusal, dropsComment, freshIn, indentStep, refuse, textWith } from './rewrite.ts';
import { rowText } from './row-text.ts';

/** Why a write has no form for a list; beside what `findKeyPlace` answers. */
export const refusals = {
  library: 'the library has no form for many rows that does the same',
  changes: 'the statement changes from turn to turn',
  row: 'the columns of a row cannot be seen, or differ from turn to turn',
  nested: 'the row writes to other tables, too',
  asked: 'a value of the row is asked of the database, which may give each turn another',
  upsert: 'two turns may write the same row, which one statement may not',
  values: 'each turn makes a value of its own',
  relative: 'the update adds to what is there, and keys may repeat',
  options: 'the write has options that the form for many does not take',
} as const;

/** How a write says what it writes, and how the same is written for a list. */
export interface Form {
  /** The row or the key that a turn adds to the list. */
  readonly item: string;
  readonly itemNode: TSESTree.Node;
  readonly collects: 'rows' | 'keys';
  readonly whole: TSESTree.CallExpression;
  /** What of the call stays, with its comments. */
  readonly keeps: readonly [number, number];
  /** The statement for a list of that name. */
  readonly write: (list: string, imported: readonly string[]) => string;
  /** Names that the statement needs; `write` is given what the file calls them. */
  readonly needs?: readonly { readonly from: string; readonly name: string }[];
  /** Rows that the library's form takes at once, where the number of parameters is not what bounds it. */
  readonly rowsMax?: number | undefined;
  /** Columns of one row; 1 for keys. */
  readonly columns: number;
  readonly changes: readonly string[];
  /** An item may be null or undefined, and is left out then. */
  readonly mayBeNull: boolean;
  /** The library splits the list itself: no helper is called. */
  readonly splits: boolean;
  /** What stands before the write that fails is written. */
  readonly stops?: true;
}

/** A call as it is written: `db.insert(users).values(row)`, with its members from the first. */
export interface Built {
  readonly whole: TSESTree.CallExpression;
  readonly chain: readonly ChainCall[];
}

/** An insert of one row; where its answer is kept, by the members that give back the rows. */
export function insertForm(call: RemoteCall, { whole, chain }: Built, loop: Loop, answer: 'dropped' | 'kept' = 'dropped'): Form | Refusal {
  const { code, library } = call;
  const { forMany } = library;
  const last = chain.at(-1);
  if (forMany === undefined || last === undefined) return refuse(refusals.library);
  const isBuilder = call.steps.length > 0;
  const gives = answer === 'kept' ? forMany.gives : undefined;
  const { writes } = gives ?? forMany;
  const by = writes?.[isBuilder ? (chain.find(({ name }) => writes[name] !== undefined)?.name ?? '') : last.name];
  if (writes === undefined || (!isBuilder && by === undefined)) return refuse(refusals.library);
  // A row that is left alone is not given back.
  if (gives !== undefined && chain.some(({ name }) => /ignore|replace|duplicate/i.test(name))) return refuse(refusals.upsert);
  if (call.operation === 'upsert' && !(by?.includes('(') === true) && (gives !== undefined || !leavesExisting(call, chain))) return refuse(refusals.upsert);
  // The step that takes the row, or the call itself.
  const isStep = isBuilder && by === undefined;
  const writing = isStep ? chain.filter(({ name, node }) => holdsRow(call, name) && node.arguments.length > 0).at(-1) : last;
  if (writing === undefined) return refuse(refusals.library);
  const { arguments: args } = writing.node;
  const callee = unwrap(writing.node.callee);
  if (callee.type !== 'MemberExpression' || args.some(({ type }) => type === 'SpreadElement')) return refuse(refusals.library);

  let row: TSESTree.Node | undefined = args[isStep ? (stepFacts(library, call.object, writing.name)?.items ?? 0) : (call.facts.items ?? 0)];
  let item: string;
  let others = '';
  let write: (list: string) => string;
  if (forMany.rowOf !== undefined) {
    item = `{ ${args.map((argument, index) => `${forMany.rowOf?.[index] ?? ''}: ${textOf(code, argument)}`).join(', ')} }`;
    write = (list) => textWith(code, whole.range, [{ range: [callee.property.range[0], writing.node.range[1]], text: `${by ?? ''}(${list})` }]);
  } else if (forMany.rowIn !== undefined) {
    const [options] = args;
    const object = options === undefined ? undefined : unwrap(options);
    const [data, ...more] = object?.type === 'ObjectExpression' ? object.properties : [];
    const taken = more.filter(
      (each) => gives?.takes !== undefined && each.type === 'Property' && nameOfKey(each) === gives.takes && isListOfColumns(each.value),
    );
    if (data?.type !== 'Property' || nameOfKey(data) !== forMany.rowIn || more.length > taken.length) return refuse(refusals.options);
    others = taken.map((each) => `, ${textOf(code, each)}`).join('');
    row = data.value;
    item = rowText(code, row);
    write = (list) =>
      textWith(code, whole.range, [
        { range: [callee.property.range[0], writing.node.range[1]], text: `${by ?? ''}({ ${forMany.rowIn ?? ''}: ${list}${others} })` },
      ]);
  } else {
    if (row === undefined) return refuse(refusals.row);
    item = rowText(code, row);
    const { range } = row;
    if (by?.includes('(') === true) {
      if (args.length > 1 && !by.includes('validate')) return refuse(refusals.options);
      const options = args[1] === undefined ? undefined : unwrap(args[1]);
      if (options !== undefined && (options.type !== 'ObjectExpression' || turnNames(code, options, loop).length > 0 || !areForMany(code, options)))
        return refuse(refusals.options);
      const inside =
        options === undefined
          ? ''
          : code.text
              .slice(options.range[0] + 1, options.range[1] - 1)
              .trim()
              .replace(/,$/, '');
      const text = inside === '' ? by : by.replace(' })', () => `, ${inside} })`);
      write = (list) => textWith(code, whole.range, [{ range: [callee.property.range[0], writing.node.range[1]], text: text.replace('ROWS', () => list) }]);
    } else {
      const renamed: Edit[] = by === undefined || by === writing.name ? [] : [{ range: callee.property.range, text: by }];
      const all = gives === undefined ? undefined : forMany.reads[last.name];
      const sending = unwrap(last.node.callee);
      if (all !== undefined && all !== last.name && last.node.arguments.length > 0) return refuse(refusals.options);
      if (all !== undefined && last !== writing && sending.type === 'MemberExpression') renamed.push({ range: sending.property.range, text: all });
      write = (list) => textWith(code, whole.range, [...renamed, { range, text: list }]);
    }
  }
  if (row === undefined || mayBeList(code, literalOf(code, row, loop))) return refuse(refusals.row);
  if (forMany.rowsAsArguments === true && args.length > 1) return refuse(refusals.options);
  if (isAsked(code, row)) return refuse(refusals.asked);
  const columns = forMany.rowOf !== undefined ? 1 : columnsOfRow(code, row, loop, forMany.columnsMayDiffer === true || by?.includes('chunk') === true);
  if (columns === undefined) return refuse(refusals.row);
  if (forMany.rowIn !== undefined && writesNested(code, row, 'row')) return refuse(refusals.nested);
  const outside = turnNames(code, whole, loop).filter(
    (name) => !(forMany.rowOf === undefined ? contains(row, name) : args.some((each) => contains(each, name))),
  );
  if (outside.length > 0) return refuse(refusals.changes);
  const changes = call.operation === 'insert' && forMany.insertDiffers !== undefined ? [forMany.insertDiffers] : [];
  if (by?.startsWith('save(') === true) changes.push('all are written in one transaction', 'no two rows may have the same primary key');
  else if (forMany.hooks === true) changes.push('hooks of the single write do not run');
  if (others !== '') changes.push('`select` must name columns only');
  return {
    item,
    itemNode: row,
    collects: 'rows',
    whole,
    keeps: forMany.rowIn === undefined ? whole.range : row.range,
    write,
    columns: Math.max(1, columns),
    rowsMax: forMany.rowsMax,
    changes,
    mayBeNull: false,
    splits: by?.includes('chunk') === true,
  };
}

/** Options of one insert that mean the same for many; comments among them would end what is added. */
function areForMany(code: Code, { properties, range }: TSESTree.ObjectExpression): boolean {
  const isTaken = properties.every(
    (each) => each.type === 'Property' && /^(?:transaction|fields|hooks|silent|logging|benchmark|searchPath)$/.test(nameOfKey(each) ?? ''),
  );
  return isTaken && !dropsComment(code, range, []);
}

/** Several rows in the place of one: a literal list, a value that is known to be one, or a name in the plural. */
function mayBeList(code: Code, row: TSESTree.Node): boolean {
  if (row.type === 'ArrayExpression') return true;
  if (row.type === 'ObjectExpression' || row.type === 'NewExpression') return false;
  const name = row.type === 'CallExpression' ? calleeName(row) : lastName(row);
  if (name !== undefined && /(?:[^s]s|list|data)$/i.test(name)) return true;
  return alternatives(evaluate(code, row)).some((value) => value.kind === 'list');
}

/** The rows or keys of all turns, made of the loop's list. */
export function rowsText(code: Code, form: Form, loop: Loop, turn: Turn): string {
  const item = /^\s*\{/.test(form.item) ? `(${form.item})` : form.item;
  const list = listText(code, loop, turn);
  if (form.mayBeNull) return presentText(code, list, loop, turn, item);
  const rows = mappedText(code, list, loop, turn, item);
  // The library's own splitting takes an array, and may keep it.
  return form.splits && rows === list ? `[...${list}]` : rows;
}

/** `{ id: true, name: true }` */
function isListOfColumns(node: TSESTree.Node): boolean {
  const at = unwrap(node);
  if (at.type !== 'ObjectExpression') return false;
  return at.properties.every(
    (each) =>
      each.type === 'Property' &&
      !each.computed &&
      each.value.type === 'Literal' &&
      each.value.value === true &&
      !each.shorthand &&
      nameOfKey(each) !== '_count',
  );
}

/** `.onConflictDoNothing()`, `.onConflict('id').ignore()`, `.onConflict((oc) => oc.column('id').doNothing())` */
function leavesExisting({ library }: RemoteCall, chain: readonly ChainCall[]): boolean {
  const leaves = library.forMany?.leaves;
  if (leaves === undefined || chain.some(({ name }) => /^(?:merge|onConflictDoUpdate|onDuplicateKeyUpdate)$/.test(name))) return false;
  return chain.some(({ name, node }) => name === leaves || (name === 'onConflict' && node.arguments.some((each) => endsWith(each, leaves))));
}

/** `(oc) => oc.column('id').doNothing()` */
function endsWith(node: TSESTree.Node, name: string): boolean {
  const body = isFunction(node) && node.body !== null ? unwrap(node.body) : undefined;
  const callee = body?.type === 'CallExpression' ? unwrap(body.callee) : undefined;
  return callee?.type === 'MemberExpression' && nameOfKey(callee) === name;
}

/** A value of the row is asked of the database: of rows of one statement none sees the others. */
function isAsked(code: Code, node: TSESTree.Node): boolean {
  if (node.type === 'TaggedTemplateExpression') return /\bselect\b/i.test(textOf(code, node.quasi));
  if (node.type === 'CallExpression') {
    const name = calleeName(node);
    if (/^(?:select|selectFrom|selectDistinct|count|max|min|sum)$/.test(name ?? '')) return true;
    if (/^(?:raw|literal)$/.test(name ?? '')) {
      const [text] = node.arguments;
      const written = text === undefined ? undefined : staticText(text);
      return written === undefined || /\bselect\b/i.test(written);
    }
  }
  return someChild(code, node, (child) => isAsked(code, child));
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

/** An update or delete by one key, whose values are the same in every turn. */
export function keyedForm(call: RemoteCall, loop: Loop, turn: Turn): Form | Refusal {
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
    if (/^(?:returning|returningAll|output|limit|orderBy|throwIfNotFound|run(?:Before|After)|onBuild\w*|onError)$/.test(each.name))
      return refuse(refusals.options);
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
    if (writesNested(code, object, 'options')) return refuse(refusals.nested);
  }
  if (forMany.throwsWithoutRow === true && !call.operation.endsWith('-many')) changes.push('a row that is missing is no error');
  for (const each of keyed.unlikeNothing ?? []) if (!isKnownValue(code, each, turn)) changes.push(`\`${textOf(code, each)}\` must not be undefined`);
  if (forMany.hooks === true) changes.push('hooks of the single write do not run');
  if (forMany.usualKey === true && chain.some(({ name }) => forMany.keyed?.[name] !== undefined))
    changes.push(`it takes \`${keyed.column}\` for the primary key`);
  const { known, distinct } = judgeKey(code, key, loop, turn);
  if (!distinct && chain.some((each) => isRelative(code, each, key))) return refuse(refusals.relative);
  if (forMany.nullKey === 'means something else' && !known) changes.push('a key that is null or undefined changes nothing');
  const write = (list: string, [imported]: readonly string[]): string => {
    const text = keyed.needs === undefined || imported === undefined ? keyed.text : keyed.text.replace(keyed.needs, imported);
    const edits: Edit[] = [{ range: keyed.node.range, text: text.replaceAll(keysMark, list) }];
    const callee = writer === undefined ? undefined : unwrap(writer.node.callee);
    const by = forMany.writes?.[writer?.name ?? ''];
    if (by !== undefined && by !== writer?.name && callee?.type === 'MemberExpression') edits.push({ range: callee.property.range, text: by });
    return textWith(code, whole.range, edits);
  };
  const needs = keyed.needs === undefined || keyed.from === undefined ? {} : { needs: [{ from: keyed.from, name: keyed.needs }] };
  return {
    item: textOf(code, key),
    itemNode: key,
    collects: 'keys',
    whole,
    keeps: whole.range,
    write,
    columns: 1,
    changes,
    mayBeNull: !known,
    splits: false,
    ...needs,
  };
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

/** The call that writes a list of that name, at an indent. */
export type Writer = (list: string, indent: string) => string;

const lineMax = 100;

/** The call that writes a list: in chunks, unless the library splits it. */
export function writer(code: Code, form: Form, inChunks: string | undefined, imported: readonly string[]): Writer {
  const size = Math.min(form.rowsMax ?? 1000, Math.floor(32_000 / form.columns));
  const awaits = awaitsIn(code, form.whole, [form.itemNode]);
  return (list, indent) => {
    const part = freshIn(`${textOf(code, form.whole)} ${form.item}`, /^(?:rows|keys)\d*(?:\.|$)/.test(list) ? 'part' : form.collects);
    if (inChunks === undefined) return form.write(list, imported);
    const parts = [list, String(size), `${awaits ? 'async ' : ''}(${part}) => ${form.write(part, imported)}`];
    const line = `${inChunks}(${parts.join(', ')})`;
    if (indent.length + line.length < lineMax || parts.some((each) => each.includes('\n'))) return line;
    const step = indentStep(code);
    return `${inChunks}(\n${parts.map((each) => `${indent}${step}${each},\n`).join('')}${indent})`;
  };
}
