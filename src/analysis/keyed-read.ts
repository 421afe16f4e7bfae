import type { TSESTree } from '@typescript-eslint/types';

import type { ForMany } from '../libraries/library.ts';
import { type Code, compactTextOf, textOf } from '../project/code.ts';
import { filtersOf } from './batched.ts';
import { importedLibrary } from './imported.ts';
import type { Loop } from './loop.ts';
import { stepFacts } from './origin/evaluate.ts';
import type { RemoteCall } from './remote-call.ts';
import { findColumn } from './column.ts';
import { turnNames } from './turn.ts';
import { contains, nameOfKey, parentOf, staticText, unwrap } from './syntax.ts';

/** One call in the chain that makes up a statement: `.where(…)`. */
export interface ChainCall {
  readonly name: string;
  readonly node: TSESTree.CallExpression;
}

/** Where the key of a read stands, and how its place is written for many keys. */
export interface KeyPlace {
  /** The property of a row that holds the key. */
  readonly column: string;
  readonly key: TSESTree.Node;
  /** What is replaced, by a text in which `KEYS` stands for the list of keys. */
  readonly node: TSESTree.Node | { readonly range: readonly [number, number] };
  readonly text: string;
  /** A name that the text needs from the library's package. */
  readonly needs?: string;
}

/** A read that asks for the rows of one key of the turn. */
export interface KeyedRead extends KeyPlace {
  readonly forMany: ForMany;
  /** The whole expression that is awaited. */
  readonly whole: TSESTree.CallExpression;
  readonly chain: readonly ChainCall[];
  readonly gives: 'one' | 'many';
  /** There is at most one row per key, as far as can be seen. */
  readonly unique: boolean;
  /** The read was cut to one row; for many keys the step is left out. */
  readonly cut: ChainCall | undefined;
  /** The primary key is taken to be the usual one. */
  readonly assumesPrimaryKey: boolean;
  /** An object that lists the columns and must list the key's, too. */
  readonly columns: TSESTree.ObjectExpression | undefined;
}

/** Why a read cannot be asked for many keys. */
export type NotKeyed =
  | 'the library has no form for many keys that gives the same'
  | 'the statement is built in several places'
  | 'each turn asks by more than one value'
  | 'the key is not compared for equality'
  | 'each turn has its own limit'
  | 'the rows are grouped, locked or streamed'
  | 'the read takes the first of several rows in an order'
  | 'the column of the key is not among those that are read'
  | 'the read throws by itself where there is no row'
  | 'the statement has a step that may change what it reads';

/** How a read in a loop asks by a key of the turn. */
export function findKeyedRead(call: RemoteCall, loop: Loop): KeyedRead | NotKeyed {
  const { library, code } = call;
  const { forMany } = library;
  if (forMany === undefined || !['read-many', 'read-one', 'read-by-key'].includes(call.operation))
    return 'the library has no form for many keys that gives the same';
  const whole = wholeOf(call.node);
  const chain = whole === undefined ? [] : chainOf(whole);
  if (whole === undefined || chain.length === 0 || call.steps.some((step) => step.code !== code || !contains(whole, step.node)))
    return 'the statement is built in several places';
  const place = findPlace(call, chain, forMany, loop);
  if (typeof place === 'string') return place;
  const outside = turnNames(code, whole, loop).filter((name) => !contains(place.key, name));
  if (outside.length > 0) return 'each turn asks by more than one value';

  const last = chain.at(-1);
  const unique = isUnique(call, chain, place);
  let cut: ChainCall | undefined;
  let ordered = false;
  for (const each of chain) {
    if (/OrThrow$|OrFail$|^orFail$|^orThrow$/.test(each.name)) return 'the read throws by itself where there is no row';
    const facts = stepFacts(library, call.object, each.name);
    if (facts?.marks === 'limit') {
      if (!takesOne(each) || !unique) return 'each turn has its own limit';
      cut = each;
    } else if (facts?.marks === 'group' || facts?.marks === 'aggregate' || facts?.marks === 'lock' || facts?.marks === 'stream')
      return 'the rows are grouped, locked or streamed';
    else if (/^(?:offset|skip|pluck|distinct\w*|modify|\$call|\$if|clone|returning|cursor|then|catch|scope)$/.test(each.name))
      return 'the statement has a step that may change what it reads';
    else if (/^(?:orderBy|sort|order)$/.test(each.name)) ordered = true;
    const isReader = each === last || facts?.becomes !== undefined || facts?.does !== undefined || each.name === 'first';
    if (isReader && call.steps.length === 0 && forMany.reads[each.name] === undefined) return 'the library has no form for many keys that gives the same';
    if (forMany.reads[each.name] === '' && each.node.arguments.length > 0) return 'the statement has a step that may change what it reads';
  }
  const options = readOptions(call, chain);
  if (typeof options === 'string') return options;
  const gives = call.operation === 'read-many' ? 'many' : 'one';
  if (gives === 'one' && !unique && (ordered || options.ordered)) return 'the read takes the first of several rows in an order';
  const columns = readsColumn(call, chain, place.column, options.columns);
  if (columns === 'no') return 'the column of the key is not among those that are read';
  const assumesPrimaryKey = forMany.usualKey === true && chain.some(({ name }) => forMany.keyed?.[name] !== undefined);
  return { ...place, forMany, whole, chain, gives, unique, cut, assumesPrimaryKey, columns: columns === 'yes' ? undefined : columns };
}

/** At most one row has the key: the call asks for it, the table says so, or the column is an id. */
function isUnique(call: RemoteCall, chain: readonly ChainCall[], place: KeyPlace): boolean {
  if (call.operation === 'read-by-key' || chain.some(({ name }) => call.library.forMany?.keyed?.[name] !== undefined)) return true;
  const column = 'type' in place.node && place.node.type === 'CallExpression' ? place.node.arguments[0] : undefined;
  const declared = column === undefined ? undefined : findColumn(call.code, column);
  return declared?.unique ?? /^(?:id|_id|uuid)$/.test(place.column);
}

/** The end of the chain that a call belongs to. */
function wholeOf(node: TSESTree.Node): TSESTree.CallExpression | undefined {
  if (node.type !== 'CallExpression') return undefined;
  let at = node;
  for (;;) {
    const member = parentOf(at);
    const outer = member === undefined ? undefined : parentOf(member);
    if (member?.type !== 'MemberExpression' || unwrap(member.object) !== at || outer?.type !== 'CallExpression' || unwrap(outer.callee) !== member) return at;
    at = outer;
  }
}

/** The calls of a chain, first to last. */
function chainOf(whole: TSESTree.CallExpression): ChainCall[] {
  const chain: ChainCall[] = [];
  for (let at: TSESTree.Node = whole; at.type === 'CallExpression';) {
    const callee: TSESTree.Node = unwrap(at.callee);
    if (callee.type !== 'MemberExpression') {
      chain.unshift({ name: '', node: at });
      break;
    }
    chain.unshift({ name: nameOfKey(callee) ?? '', node: at });
    at = unwrap(callee.object);
  }
  return chain;
}

/** The one place that holds a value of the turn. */
function findPlace(call: RemoteCall, chain: readonly ChainCall[], forMany: ForMany, loop: Loop): KeyPlace | NotKeyed {
  const { code } = call;
  const isOfTurn = (node: TSESTree.Node): boolean => turnNames(code, node, loop).length > 0;
  const places: KeyPlace[] = [];
  let other = false;
  const inProperties = (object: TSESTree.Node): void => {
    if (object.type !== 'ObjectExpression') {
      other ||= isOfTurn(object);
      return;
    }
    for (const property of object.properties) {
      if (!isOfTurn(property)) continue;
      const column = property.type === 'Property' && !property.computed ? nameOfKey(property) : undefined;
      if (property.type !== 'Property' || column === undefined || forMany.property === undefined) {
        other = true;
        continue;
      }
      const key = equalTo(property.value);
      if (key === undefined || /^(?:AND|OR|NOT|\$and|\$or|\$nor)$/.test(column)) other = true;
      else places.push({ column, key, node: property, text: `${textOf(code, property.key)}: ${forMany.property}`, ...importOf(forMany, forMany.property) });
    }
  };
  const inComparison = (node: TSESTree.Node): void => {
    const at = unwrap(node);
    if (at.type !== 'CallExpression' || forMany.compares === undefined) {
      other ||= isOfTurn(at);
      return;
    }
    const name = at.callee.type === 'Identifier' ? at.callee.name : undefined;
    if (name === 'and') for (const argument of at.arguments) inComparison(argument);
    else if (name === forMany.compares[0] && isOfTurn(at)) {
      const [column, key] = at.arguments;
      const property = column?.type === 'MemberExpression' ? nameOfKey(column) : undefined;
      if (column === undefined || key === undefined || property === undefined || isOfTurn(column) || importedLibrary(code, at.callee) !== call.library)
        other = true;
      else
        places.push({
          column: property,
          key,
          node: at,
          text: `${forMany.compares[1]}(${textOf(code, column)}, KEYS)`,
          ...importOf(forMany, forMany.compares[1]),
        });
    } else other ||= isOfTurn(at);
  };

  for (const each of chain) {
    const { arguments: args } = each.node;
    if (!args.some(isOfTurn)) continue;
    const keyed = forMany.keyed?.[each.name];
    const facts = stepFacts(call.library, call.object, each.name);
    if (keyed !== undefined && forMany.argument !== undefined) {
      const [key] = args;
      if (key !== undefined && key.type !== 'SpreadElement' && isOfTurn(key)) places.push(argumentPlace(code, each, keyed, forMany.argument, key));
      other ||= args.slice(1).some(isOfTurn);
    } else if (facts?.marks === 'filter' && forMany.compares !== undefined) for (const argument of args) inComparison(argument);
    else if (facts?.marks === 'filter' && forMany.step !== undefined) {
      const place = stepPlace(call, each, forMany.step);
      if (place === undefined) other = true;
      else places.push(place);
    } else if (call.steps.length === 0 || facts?.filterAt !== undefined || facts?.options !== undefined) {
      const filters = filtersOf({ ...call, args, facts: facts ?? call.facts }).map(unwrap);
      other ||= args.some((argument) => turnNames(code, argument, loop).some((name) => !filters.some((filter) => contains(filter, name))));
      for (const filter of filters) {
        if (forMany.compares === undefined) inProperties(filter);
        else inComparison(filter);
      }
    } else other = true;
  }
  const [place, ...more] = places;
  if (more.length > 0) return 'each turn asks by more than one value';
  if (place === undefined || other) return 'the key is not compared for equality';
  return place;
}

/** `findById(id, …rest)` */
function argumentPlace(code: Code, each: ChainCall, column: string, argument: string, key: TSESTree.Node): KeyPlace {
  const options = each.node.arguments[1];
  const object = options === undefined ? undefined : unwrap(options);
  // One object holds filter and options: `findByPk(id, { transaction })` becomes `findAll({ where: …, transaction })`.
  if (/^\{ where:/.test(argument) && object?.type === 'ObjectExpression') {
    const inside = code.text.slice(object.range[0] + 1, object.range[1] - 1).replace(/,\s*$/, '');
    const rest = inside.trim() === '' ? '' : `,${inside.startsWith('\n') ? inside : ` ${inside.trim()}`}`;
    const text = `${argument.slice(0, -2)}${rest}${inside.startsWith('\n') ? closingOf(code, object) : ' }'}`;
    return { column, key, node: { range: [key.range[0], options?.range[1] ?? key.range[1]] }, text };
  }
  return { column, key, node: key, text: argument };
}

/** The line break and indent before an object's brace. */
function closingOf(code: Code, object: TSESTree.ObjectExpression): string {
  const before = code.text.slice(0, object.range[1] - 1);
  return `${/\s*$/.exec(before)?.[0] ?? ' '}}`;
}

/** `where('id', key)`, `where('id', '=', key)`, `where({ id: key })`. */
function stepPlace(call: RemoteCall, each: ChainCall, step: string): KeyPlace | undefined {
  const { code } = call;
  if (each.name !== 'where' && each.name !== 'andWhere') return undefined;
  const { arguments: args } = each.node;
  const callee = unwrap(each.node.callee);
  if (callee.type !== 'MemberExpression') return undefined;
  const start = callee.property.range[0];
  const write = (column: TSESTree.Node | string): string => step.replace('COLUMN', typeof column === 'string' ? column : textOf(code, column));
  const [first] = args;
  if (first === undefined) return undefined;
  const object = unwrap(first);
  if (object.type === 'ObjectExpression') {
    const [only, ...more] = object.properties;
    if (args.length > 1 || more.length > 0 || only?.type !== 'Property' || only.computed) return undefined;
    const column = nameOfKey(only);
    if (column === undefined) return undefined;
    return { column: lastPart(column), key: only.value, node: { range: [start, each.node.range[1]] }, text: write(`'${column}'`) };
  }
  const column = staticText(object);
  const operator = args.length === 3 ? staticText(args[1]) : '=';
  const key = args.at(-1);
  if (column === undefined || operator !== '=' || args.length < 2 || args.length > 3 || key === undefined || key.type === 'SpreadElement') return undefined;
  return { column: lastPart(column), key, node: { range: [start, each.node.range[1]] }, text: write(object) };
}

function lastPart(column: string): string {
  return column.split('.').at(-1) ?? column;
}

/** The value itself, or what `{ equals: value }` compares with. */
function equalTo(node: TSESTree.Node): TSESTree.Node | undefined {
  const at = unwrap(node);
  if (at.type === 'ObjectExpression') {
    const [only, ...more] = at.properties;
    const isEqual = only?.type === 'Property' && /^(?:equals|\$eq)$/.test(nameOfKey(only) ?? '') && more.length === 0;
    return isEqual ? only.value : undefined;
  }
  return at.type === 'ArrayExpression' || at.type === 'NewExpression' || (at.type === 'CallExpression' && /^[A-Z]/.test(nameOfCalled(at))) ? undefined : at;
}

function nameOfCalled(node: TSESTree.CallExpression): string {
  return node.callee.type === 'Identifier' && node.callee.name !== 'String' && node.callee.name !== 'Number' ? node.callee.name : '';
}

function importOf(forMany: ForMany, text: string): { readonly needs?: string } {
  const name = /^[A-Za-z]\w*/.exec(text)?.[0];
  return forMany.imports === undefined || name === undefined || name === 'KEYS' ? {} : { needs: name };
}

/** `.limit(1)` */
function takesOne({ node }: ChainCall): boolean {
  return node.arguments.length === 1 && staticText(node.arguments[0]) === '1';
}

interface Options {
  readonly ordered: boolean;
  readonly columns: TSESTree.Node | undefined;
}

const harmless = new Set(['include', 'relations', 'with', 'populate', 'transaction', 'raw', 'lean', 'session', 'extras', 'loadEagerRelations', 'paranoid']);

/** What stands beside the filter in an options object. */
function readOptions(call: RemoteCall, chain: readonly ChainCall[]): Options | NotKeyed {
  let ordered = false;
  let columns: TSESTree.Node | undefined;
  for (const each of chain) {
    const at = call.steps.length === 0 ? call.facts.options : stepFacts(call.library, call.object, each.name)?.options;
    const node = at === undefined ? undefined : each.node.arguments[at];
    if (node === undefined) continue;
    const object = unwrap(node);
    if (object.type !== 'ObjectExpression') return 'the statement has a step that may change what it reads';
    for (const property of object.properties) {
      const name = property.type === 'Property' ? (nameOfKey(property) ?? '') : '';
      if (call.library.options?.filter.includes(name) === true || harmless.has(name) || at === call.facts.filterAt) continue;
      if (/^(?:orderBy|order|sort)$/.test(name)) ordered = true;
      else if (/^(?:select|columns|attributes|fields)$/.test(name) && property.type === 'Property') columns = property.value;
      else return 'the statement has a step that may change what it reads';
    }
  }
  return { ordered, columns };
}

/** Whether a row has the key's column: `no`, `yes`, or the object of columns to which it must be added. */
function readsColumn(
  call: RemoteCall,
  chain: readonly ChainCall[],
  column: string,
  columns: TSESTree.Node | undefined,
): 'yes' | 'no' | TSESTree.ObjectExpression {
  if (columns !== undefined) return listsColumn(call, unwrap(columns), column);
  const joins = chain.some(({ name }) => /join/i.test(name));
  const selecting = chain.filter(({ name }) => /^(?:select(?:All|Distinct)?|column|columns|distinct)$/.test(name));
  if (selecting.length === 0) return joins ? 'no' : 'yes';
  for (const { name, node } of selecting) {
    if (node.arguments.length === 0 || name === 'selectAll') return joins ? 'no' : 'yes';
    for (const argument of node.arguments) {
      const at = unwrap(argument);
      if (at.type === 'ObjectExpression') {
        const own = at.properties.find((property) => property.type === 'Property' && nameOfKey(property) === column);
        if (own?.type === 'Property' && own.value.type === 'MemberExpression' && nameOfKey(own.value) === column) return 'yes';
        continue;
      }
      const texts = at.type === 'ArrayExpression' ? at.elements.map((element) => staticText(element)) : (staticText(at) ?? '').split(/\s+/);
      if (column === call.library.forMany?.alwaysReads && !texts.includes(`-${column}`)) return 'yes';
      if (texts.some((text) => text === '*' || (text !== undefined && lastPart(text) === column))) return 'yes';
    }
  }
  return 'no';
}

/** `{ name: true }`, `['name']`. */
function listsColumn({ code, library }: RemoteCall, node: TSESTree.Node, column: string): 'yes' | 'no' | TSESTree.ObjectExpression {
  if (node.type === 'ArrayExpression') return node.elements.some((element) => staticText(element) === column) ? 'yes' : 'no';
  if (node.type !== 'ObjectExpression') return 'no';
  const own = node.properties.find((property) => property.type === 'Property' && nameOfKey(property) === column);
  if (own === undefined) return library.forMany?.listsColumns === true && node.properties.every(({ type }) => type === 'Property') ? node : 'no';
  return own.type === 'Property' && compactTextOf(code, own.value) === 'true' ? 'yes' : 'no';
}
