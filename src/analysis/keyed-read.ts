import type { TSESTree } from '@typescript-eslint/types';

import { compactTextOf, someChild, textOf, hasWord } from '../project/code.ts';
import type { RowsIn } from './answer-rows.ts';
import { filtersOf } from './batched.ts';
import { findColumn } from './column.ts';
import type { KeyPart } from './key-parts.ts';
import { type ChainCall, type Keyed, type NotKeyed, chainOfCall, comparesFrom, findKeyPlace, lastPart, notKeyed } from './key-place.ts';
import type { Loop } from './loop.ts';
import { evaluate, stepFacts } from './origin/evaluate.ts';
import { alternatives } from './origin/value.ts';
import { isReiterableHolder } from './reiterable.ts';
import type { RemoteCall } from './remote-call.ts';
import { calleeName, isFunction, nameOfKey, staticText, unwrap } from './syntax.ts';

/** A read that asks for the rows of one key of the turn. */
export interface KeyedRead extends Omit<Keyed, 'whole'> {
  /** The whole expression that is awaited. */
  readonly whole: TSESTree.CallExpression | TSESTree.TaggedTemplateExpression;
  readonly gives: 'one' | 'many' | 'count';
  /** How a count is asked for many keys. */
  readonly counting: { readonly call: string; readonly key: string; readonly count: string; readonly differs?: string } | undefined;
  /** The filter of a count. */
  readonly filter: TSESTree.Node | undefined;
  /** There is at most one row per key, as far as can be seen. */
  readonly unique: boolean;
  /** The read was cut to one row; for many keys the step is left out. */
  readonly cut: ChainCall | undefined;
  /** How the first row of each key is asked for, where the read takes the first of several. */
  readonly firstOfEach: readonly Addition[];
  /** The read takes whichever of several rows, or of rows that tie, comes first. */
  readonly takesAny: boolean;
  /** The primary key is taken to be the usual one. */
  readonly assumesPrimaryKey: boolean;
  /** The read throws where there is no row. */
  readonly throws: boolean;
  /** The answer is a row of counts, and this is the one of a key without rows: `{ total: 0 }`. */
  readonly zero: string | undefined;
  /** What takes references for many keys: the client, and the expression that makes one of a key. */
  readonly references: { readonly client: string; readonly reference: TSESTree.Node } | undefined;
  /** The columns are listed without some of the key's: where they are added to the list, and how. */
  readonly additions: readonly (Addition & { readonly column: string })[];
  /** The table, where a text of SQL names it. */
  readonly table: string | undefined;
  /** What else is to be said of it, in words. */
  readonly says: readonly string[];
  /** Where the answer keeps its rows: a member of it, or a place in a list; `undefined` where the answer is the rows. */
  readonly rowsIn: RowsIn | undefined;
}

/** A read of which nothing more is to be said. */
export const plain = {
  counting: undefined,
  filter: undefined,
  cut: undefined,
  firstOfEach: [],
  takesAny: false,
  assumesPrimaryKey: false,
  throws: false,
  zero: undefined,
  references: undefined,
  additions: [],
  table: undefined,
  says: [],
  rowsIn: undefined,
} as const;

/** A text to be put in at an offset. */
export interface Addition {
  readonly at: number;
  readonly text: string;
}

/** Why a read cannot be asked for many keys, beside `notKeyed`. */
export const notBatchable = {
  limit: 'each turn has its own limit',
  grouped: 'the rows are grouped, locked or streamed',
  ordered: 'the read takes the first of several rows in an order',
  column: 'the column of the key is not among those that are read',
  throws: 'the read throws by itself where there is no row, in a way that cannot be kept',
  step: 'the statement has a step that may change what it reads',
} as const;

export type NotBatchable = NotKeyed | (typeof notBatchable)[keyof typeof notBatchable];

/** Steps after which a read gives something else than the rows that match. */
const changingSteps =
  /^(?:offset|skip|pluck|distinct\w*|modif\w*|\$call|\$if|\$query|clone|returning|cursor|then|catch|scope|castTo|throwIfNotFound|run(?:Before|After)|onBuild\w*|onError|traverse\w*|resolve|reject)$/;

/** How a read in a loop asks by a key of the turn. */
export function findKeyedRead(call: RemoteCall, loop: Loop): KeyedRead | NotBatchable {
  const { library } = call;
  const counting = call.operation === 'count' ? call.library.forMany?.counts?.[chainOfCall(call)?.chain.at(-1)?.name ?? ''] : undefined;
  if (!['read-many', 'read-one', 'read-by-key'].includes(call.operation) && counting === undefined) return notKeyed.library;
  if (Object.keys(library.forMany?.reads ?? {}).length === 0) return notKeyed.library;
  const keyed = findKeyPlace(call, loop, { several: counting === undefined });
  if (typeof keyed === 'string') return keyed;
  const { chain, forMany } = keyed;

  const last = chain.at(-1);
  if (counting !== undefined) return countOf(call, keyed, counting);
  if (keyed.parts.some(({ column }) => !/^[A-Za-z_$][\w$]*$/.test(column))) return notBatchable.column;
  const unique = isUnique(call, keyed) && !chain.some(({ name }) => /join/i.test(name));
  let cut: ChainCall | undefined;
  let ordered = false;
  let throws = false;
  let firstOfEach: readonly Addition[] = [];
  for (const each of chain) {
    if (/OrThrow$|OrFail$|^orFail$|^orThrow$/.test(each.name)) {
      // With arguments, it makes the error.
      const isReader = each === last && forMany.reads[each.name] !== undefined;
      if (!isReader || (call.steps.length > 0 && each.node.arguments.length > 0)) return notBatchable.throws;
      throws = true;
    }
    const facts = stepFacts(library, call.object, each.name);
    if (facts?.marks === 'limit') {
      if (!takesOne(each)) return notBatchable.limit;
      if (!unique) {
        const first = askFirstOfEach(call, keyed);
        if (first === undefined) return notBatchable.limit;
        firstOfEach = first;
      }
      cut = each;
    } else if (facts?.marks === 'group' || facts?.marks === 'aggregate' || facts?.marks === 'lock' || facts?.marks === 'stream') return notBatchable.grouped;
    else if (changingSteps.test(each.name)) return notBatchable.step;
    else if (/graph|eager/i.test(each.name) && each.node.arguments.some((argument) => !/^[\w.[\], *]+$/.test(staticText(argument) ?? '(')))
      return notBatchable.step;
    else if (/^(?:orderBy|sort|order)$/.test(each.name)) ordered = true;
    const isReader = each === last || facts?.becomes !== undefined || facts?.does !== undefined || each.name === 'first';
    if (isReader && call.steps.length === 0 && forMany.reads[each.name] === undefined) return notKeyed.library;
    if (forMany.reads[each.name] === '' && each.node.arguments.length > 0) return notBatchable.step;
  }
  const options = readOptions(call, chain);
  if (typeof options === 'string') return options;
  // A column that holds a whole row, or nothing, is no key.
  if (keyed.parts.some(({ column }) => [...options.populated, ...populatedBy(chain)].some((each) => hasWord(textOf(call.code, each), column))))
    return notBatchable.step;
  const grouped = countedRow(call, keyed);
  const gives = call.operation === 'read-many' ? 'many' : 'one';
  if (grouped !== undefined) return { ...keyed, ...plain, gives, unique: true, cut, firstOfEach, throws, ...grouped };
  if (gives === 'one' && !unique && (ordered || options.ordered)) {
    const first = keepFirstOfEach(call, keyed);
    if (first === undefined) return notBatchable.ordered;
    firstOfEach = [first];
  }
  const additions: (Addition & { column: string })[] = [];
  for (const part of keyed.parts) {
    const reads = readsColumn(call, chain, part, options.columns);
    if (reads === 'no' || reads === 'other') return notBatchable.column;
    if (reads !== 'yes') additions.push({ ...reads, column: part.column });
  }
  const references = referencesOf(call, keyed);
  if (forMany.references !== undefined && references === undefined) return notKeyed.built;
  const assumesPrimaryKey = forMany.usualKey === true && chain.some(({ name }) => forMany.keyed?.[name] !== undefined);
  const takesAny = firstOfEach.length > 0 && !isOrderedByUnique(call, chain);
  return { ...keyed, ...plain, gives, unique, cut, firstOfEach, takesAny, assumesPrimaryKey, throws, references, additions };
}

/** `db.collection('users').doc(id)` of `db.collection('users').doc(id).get()`, and the `db` that takes a list of them. */
function referencesOf({ code, library }: RemoteCall, { forMany, chain, whole, key }: Keyed): KeyedRead['references'] {
  const { references } = forMany;
  const callee = unwrap(whole.callee);
  const made = chain.at(-2);
  const [id] = made?.node.arguments ?? [];
  if (references === undefined || callee.type !== 'MemberExpression' || made?.name !== references.step || whole.arguments.length > 0 || id !== key)
    return undefined;
  const holders = chain.map(({ node }) => unwrap(node.callee)).flatMap((each) => (each.type === 'MemberExpression' ? [each.object] : []));
  const isA = (node: TSESTree.Node, type: string): boolean =>
    alternatives(evaluate(code, node)).every((value) => value.kind === 'object' && value.library === library && value.type === type);
  const client = holders.find((each) => isA(each, references.client));
  const [first] = holders;
  const holder = holders.at(-2);
  // Of a client, the step takes a path and not an id.
  if (holder === undefined || first === undefined || holder === client) return undefined;
  if (client !== undefined) return { client: textOf(code, client), reference: callee.object };
  return isReiterableHolder(first) ? { client: `${textOf(code, first)}.${references.clientIn}`, reference: callee.object } : undefined;
}

/** A count by a filter and nothing else. */
function countOf(call: RemoteCall, keyed: Keyed, counting: NonNullable<KeyedRead['counting']>): KeyedRead | NotBatchable {
  const { chain, whole } = keyed;
  const [filter, ...more] = filtersOf({ ...call, args: whole.arguments, facts: stepFacts(call.library, call.object, chain.at(-1)?.name ?? '') ?? call.facts });
  const [only, ...rest] = whole.arguments;
  const object = only === undefined ? undefined : unwrap(only);
  const isFilterOnly = object?.type === 'ObjectExpression' && (object === filter || object.properties.length === 1);
  if (filter === undefined || more.length > 0 || rest.length > 0 || !isFilterOnly) return notBatchable.step;
  return {
    ...keyed,
    ...plain,
    counting,
    filter,
    gives: 'count',
    unique: false,
  };
}

/** At most one row has the key: the call asks for it, the table says so, or the column is an id. */
function isUnique(call: RemoteCall, { chain, parts }: Keyed): boolean {
  if (call.operation === 'read-by-key' || chain.some(({ name }) => call.library.forMany?.keyed?.[name] !== undefined)) return true;
  return parts.some(({ column, named }) => (named === undefined ? undefined : findColumn(call.code, named))?.unique ?? /^(?:id|_id|uuid)$/.test(column));
}

/** `selectDistinctOn([orders.userId])` in place of `select()`, and an order that begins with the key. */
function askFirstOfEach(call: RemoteCall, { chain, parts, named: column }: Keyed): Addition[] | undefined {
  const first = call.library.forMany?.firstOfEach;
  if (first === undefined || column === undefined || parts.length > 1 || findColumn(call.code, column)?.dialect !== first.dialect) return undefined;
  if (chain.some(({ name }) => /join|^distinct|^for$|^with$/i.test(name))) return undefined;
  const additions: Addition[] = [];
  const written = textOf(call.code, column);
  const before = (each: ChainCall, text: string): Addition => {
    const [argument] = each.node.arguments;
    return argument === undefined ? { at: each.node.range[1] - 1, text } : { at: argument.range[0], text: `${text}, ` };
  };
  for (const each of chain) {
    const callee = unwrap(each.node.callee);
    if (each.name === first.select && callee.type === 'MemberExpression')
      additions.push({ at: callee.property.range[1], text: first.suffix }, before(each, `[${written}]`));
    if (each.name !== first.order) continue;
    // A callback takes the place of the whole order.
    if (each.node.arguments.some((argument) => isFunction(unwrap(argument)))) return undefined;
    additions.push(before(each, written));
  }
  return additions.length < 2 ? undefined : additions;
}

/** `distinct: ['userId']` among the options of an ordered read. */
function keepFirstOfEach(call: RemoteCall, { parts, column }: Keyed): Addition | undefined {
  const option = call.library.forMany?.firstByOption;
  const object = optionsOf(call);
  if (option === undefined || object === undefined || parts.length > 1) return undefined;
  const space = /^\{(\s*)/.exec(textOf(call.code, object))?.[1] ?? ' ';
  return { at: object.range[0] + 1, text: `${space.includes('\n') ? space : ' '}${option.replace('COLUMN', column)},` };
}

/** `select({ total: count() })` of the rows of one key: grouped by the key, with the key's column beside. */
function countedRow(call: RemoteCall, { chain, parts, column, named }: Keyed): Pick<KeyedRead, 'zero' | 'additions'> | undefined {
  const { code, library } = call;
  const grouped = library.forMany?.grouped;
  const where = chain.find(({ name }) => name === 'where');
  const select = chain.find(({ name }) => name === 'select');
  const [listed, ...more] = select?.node.arguments ?? [];
  if (grouped === undefined || named === undefined || where === undefined || listed?.type !== 'ObjectExpression' || parts.length + more.length > 1)
    return undefined;
  if (chain.slice(chain.indexOf(where) + 1).some(({ name }) => library.forMany?.reads[name] === undefined)) return undefined;
  const names = listed.properties.map((property) => {
    const counts =
      property.type === 'Property' &&
      property.value.type === 'CallExpression' &&
      calleeName(property.value) === grouped.count &&
      comparesFrom(call, property.value.callee, grouped.count) !== undefined;
    return property.type === 'Property' && counts ? nameOfKey(property) : undefined;
  });
  if (names.length === 0 || names.some((name) => name === undefined || name === column || !/^[A-Za-z_$][\w$]*$/.test(name))) return undefined;
  const written = textOf(code, named);
  const columnOfKey = { at: listed.range[0] + 1, text: ` ${column}: ${written},`, column };
  return {
    zero: `{ ${names.map((name) => `${name ?? ''}: 0`).join(', ')} }`,
    additions: [columnOfKey, { at: where.node.range[1], text: `.${grouped.by}(${written})`, column }],
  };
}

/** `orderBy(desc(orders.id))`: no two rows tie. */
function isOrderedByUnique(call: RemoteCall, chain: readonly ChainCall[]): boolean {
  if (call.library.forMany?.firstByOption !== undefined) return isOrderedById(call);
  const order = chain.find(({ name }) => name === call.library.forMany?.firstOfEach?.order);
  return (
    order?.node.arguments.some((argument) => {
      const at = unwrap(argument);
      const column = at.type === 'CallExpression' ? at.arguments[0] : at;
      return column !== undefined && findColumn(call.code, column)?.unique === true;
    }) === true
  );
}

/** The options of a read, where they are written as an object. */
function optionsOf({ args, facts }: RemoteCall): TSESTree.ObjectExpression | undefined {
  const options = args[facts.options ?? 0];
  const object = options === undefined ? undefined : unwrap(options);
  return object?.type === 'ObjectExpression' ? object : undefined;
}

/** `{ orderBy: { id: 'desc' } }` */
function isOrderedById(call: RemoteCall): boolean {
  const order = optionsOf(call)?.properties.find((each) => each.type === 'Property' && nameOfKey(each) === 'orderBy');
  const columns = order?.type === 'Property' ? unwrap(order.value) : undefined;
  return columns?.type === 'ObjectExpression' && columns.properties.some((each) => each.type === 'Property' && /^(?:_?id|uuid)$/.test(nameOfKey(each) ?? ''));
}

/** `.limit(1)` */
function takesOne({ node }: ChainCall): boolean {
  return node.arguments.length === 1 && staticText(node.arguments[0]) === '1';
}

/** `.populate('author')` */
function populatedBy(chain: readonly ChainCall[]): TSESTree.Node[] {
  return chain.flatMap(({ name, node }) => (name === 'populate' ? node.arguments : []));
}

/** `null`, `undefined`, `{}` */
function isNothing(node: TSESTree.Node): boolean {
  const at = unwrap(node);
  if (at.type === 'ObjectExpression') return at.properties.length === 0;
  return (at.type === 'Literal' && at.value === null) || (at.type === 'Identifier' && at.name === 'undefined');
}

interface Options {
  /** What is read into columns that hold keys. */
  readonly populated: readonly TSESTree.Node[];
  readonly ordered: boolean;
  readonly columns: TSESTree.Node | undefined;
}

const harmless = new Set(['include', 'relations', 'with', 'populate', 'transaction', 'raw', 'lean', 'session', 'extras', 'loadEagerRelations', 'paranoid']);

/** What stands beside the filter in an options object. */
function readOptions(call: RemoteCall, chain: readonly ChainCall[]): Options | NotBatchable {
  let ordered = false;
  let columns: TSESTree.Node | undefined;
  const populated: TSESTree.Node[] = [];
  for (const each of chain) {
    const facts = call.steps.length === 0 ? (each === chain.at(-1) ? call.facts : undefined) : stepFacts(call.library, call.object, each.name);
    const listed = facts?.columnsAt === undefined ? undefined : each.node.arguments[facts.columnsAt];
    if (listed !== undefined && !isNothing(listed)) columns = listed;
    const at = facts?.options;
    const node = at === undefined ? undefined : each.node.arguments[at];
    if (node === undefined) continue;
    const object = unwrap(node);
    if (object.type !== 'ObjectExpression') return notBatchable.step;
    for (const property of object.properties) {
      const name = property.type === 'Property' ? (nameOfKey(property) ?? '') : '';
      if (name === 'populate') populated.push(property);
      if (call.library.options?.filter.includes(name) === true || harmless.has(name) || at === call.facts.filterAt) continue;
      if (/^(?:orderBy|order|sort)$/.test(name)) ordered = true;
      else if (/^(?:select|columns|attributes|fields)$/.test(name) && property.type === 'Property') columns = property.value;
      else return notBatchable.step;
    }
  }
  return { populated, ordered, columns };
}

/** Whether a row has a column of the key: `no`, `yes`, or how it is added to those that are listed. */
function readsColumn(
  call: RemoteCall,
  chain: readonly ChainCall[],
  { column, named }: KeyPart,
  columns: TSESTree.Node | undefined,
): 'yes' | 'no' | 'other' | Addition {
  const written = named === undefined ? undefined : (staticText(named) ?? textOf(call.code, named));
  if (columns !== undefined) return listsColumn(call, unwrap(columns), column, 'true', written);
  const joins = chain.some(({ name }) => /join/i.test(name));
  const selecting = chain.filter(({ name }) => /^(?:select(?:All|Distinct)?|column|columns|distinct)$/.test(name));
  if (selecting.length === 0) return joins ? 'no' : 'yes';
  let addition: Addition | undefined;
  for (const { name, node } of selecting) {
    // What is computed over rows is computed over those of all keys.
    if (node.arguments.some((argument) => computes(call, argument))) return 'no';
    if (node.arguments.length === 0 || name === 'selectAll') return joins ? 'no' : 'yes';
    for (const argument of node.arguments) {
      const listed = listsInArgument(call, unwrap(argument), column, written);
      if (listed === 'other') return 'no';
      if (listed === 'yes') return joins && !isQualified(call, argument, written) ? 'no' : 'yes';
      if (listed !== 'no') addition = listed;
    }
  }
  return joins ? 'no' : (addition ?? 'no');
}

/** A column that is not simply read: `` sql`sum(…) over ()` ``, `count()`, a callback. */
function computes(call: RemoteCall, node: TSESTree.Node): boolean {
  if (node.type === 'TaggedTemplateExpression' || node.type === 'CallExpression' || isFunction(node)) return true;
  return someChild(call.code, node, (child) => computes(call, child));
}

/** Where tables are joined, the list names the table, too. */
function isQualified(call: RemoteCall, argument: TSESTree.Node, written: string | undefined): boolean {
  return written !== undefined && /\./.test(written) && textOf(call.code, argument).includes(written);
}

/** `other`: the name of the key's column stands for another column. */
function listsInArgument(call: RemoteCall, at: TSESTree.Node, column: string, written: string | undefined): 'yes' | 'no' | 'other' | Addition {
  if (at.type === 'ObjectExpression') return listsColumn(call, at, column, written, written);
  const isWordList = call.library.forMany?.alwaysReads !== undefined;
  const elements = at.type === 'ArrayExpression' ? at.elements : [at];
  const texts = elements.map((element) => staticText(element));
  if (texts.includes(undefined)) return 'no';
  const names = texts.flatMap((text) => (isWordList ? (text ?? '').trim().split(/\s+/) : [text ?? '']));
  if (isWordList && column === call.library.forMany?.alwaysReads && !names.includes(`-${column}`)) return 'yes';
  // `-password`: all but these.
  if (isWordList && names.every((each) => each.startsWith('-'))) return names.includes(`-${column}`) ? 'no' : 'yes';
  for (const each of names) {
    const [source = each, alias] = each.split(/\s+as\s+/i);
    if ((alias ?? lastPart(source)) !== column && each !== '*') continue;
    return each === '*' || lastPart(source) === column ? 'yes' : 'other';
  }
  // `.select('name email')` of Mongoose; `.select('name', 'email')` of the others.
  if (at.type !== 'ArrayExpression' && !isWordList && call.library.forMany?.listsArguments !== true) return 'no';
  const last = elements.at(-1);
  if (last?.type !== 'Literal' || names.some((each) => each.startsWith('-') || /[(]/.test(each))) return 'no';
  const quote = textOf(call.code, last)[0] ?? "'";
  return isWordList ? { at: last.range[1] - 1, text: ` ${column}` } : { at: last.range[1], text: `, ${quote}${column}${quote}` };
}

/** `{ name: true }`, `{ name: users.name }`, `['name']`; `value` is what stands for the column in an object. */
function listsColumn(
  call: RemoteCall,
  node: TSESTree.Node,
  column: string,
  value: string | undefined,
  written: string | undefined,
): 'yes' | 'no' | 'other' | Addition {
  const { code, library } = call;
  // MongoDB's: `'name email'`, `{ name: 1 }`, `{ password: 0 }`.
  const isProjection = library.forMany?.alwaysReads !== undefined;
  if (node.type === 'ArrayExpression' || (isProjection && staticText(node) !== undefined)) return listsInArgument(call, node, column, written);
  if (node.type !== 'ObjectExpression') return 'no';
  const own = node.properties.find((property) => property.type === 'Property' && nameOfKey(property) === column);
  const values = node.properties.map((property) => (property.type === 'Property' ? textOf(code, property.value) : ''));
  if (isProjection && values.every((each) => each === '0' || each === 'false')) return own === undefined ? 'yes' : 'no';
  if (own === undefined) {
    const canList = library.forMany?.listsColumns === true && value !== undefined && node.properties.every(({ type }) => type === 'Property');
    // An aggregate needs every other column grouped.
    const counts = /\b(?:count|sum|avg|min|max|sql)\b/.test(textOf(code, node));
    return canList && !counts ? { at: node.range[0] + 1, text: ` ${column}: ${value},` } : 'no';
  }
  if (own.type !== 'Property') return 'no';
  const text = compactTextOf(code, own.value);
  return text === 'true' || (text === '1' && isProjection) || (written !== undefined && text === written.replaceAll(/\s/g, '')) ? 'yes' : 'other';
}
