import type { TSESTree } from '@typescript-eslint/types';

import { findLibrary } from '../libraries/index.ts';
import type { ForMany } from '../libraries/library.ts';
import { type Code, textOf } from '../project/code.ts';
import { openImport } from '../project/module.ts';
import { filtersOf } from './batched.ts';
import { importedSpecifier } from './imported.ts';
import {
  type KeyPart,
  type KeyPlace,
  type PropertyPlace,
  isAlternative,
  keysMark,
  marked,
  onePart,
  rowOf,
  severalComparisons,
  severalProperties,
  severalText,
} from './key-parts.ts';
import type { Loop } from './loop.ts';
import { stepFacts } from './origin/evaluate.ts';
import { findExportTarget, starSpecifiers } from './origin/exports.ts';
import type { RemoteCall } from './remote-call.ts';
import { contains, nameOfKey, parentOf, staticText, unwrap } from './syntax.ts';
import { turnNames } from './turn.ts';

/** One call in the chain that makes up a statement: `.where(…)`. */
export interface ChainCall {
  readonly name: string;
  readonly node: TSESTree.CallExpression;
}

/** A call that names one key of the turn. */
export interface Keyed extends KeyPlace {
  readonly forMany: ForMany;
  /** The whole expression that is awaited. */
  readonly whole: TSESTree.CallExpression;
  readonly chain: readonly ChainCall[];
}

/** Why a call does not name one key that a list of keys could stand for. */
export const notKeyed = {
  library: 'the library has no form for many keys that gives the same',
  built: 'the statement is built in several places',
  several: 'each turn asks by more than one value',
  equality: 'the key is not compared for equality',
} as const;

export type NotKeyed = (typeof notKeyed)[keyof typeof notKeyed];

/** The chain of calls that a round trip is made of, where it stands in one expression. */
export function chainOfCall(call: RemoteCall): { readonly whole: TSESTree.CallExpression; readonly chain: readonly ChainCall[] } | undefined {
  const whole = wholeOf(call.node);
  const chain = whole === undefined ? [] : chainOf(whole);
  if (whole === undefined || chain.length === 0 || call.steps.some((step) => step.code !== call.code || !contains(whole, step.node))) return undefined;
  return { whole, chain };
}

/** What a key may be. */
interface Allowed {
  /** An argument that may name other values of the turn. */
  readonly aside?: TSESTree.Node | undefined;
  /** A key may have several parts. */
  readonly several?: boolean;
}

/** Where a call in a loop names the key of the turn. */
export function findKeyPlace(call: RemoteCall, loop: Loop, { aside, several = false }: Allowed = {}): Keyed | NotKeyed {
  const { library, code } = call;
  const { forMany } = library;
  if (forMany === undefined) return notKeyed.library;
  const built = chainOfCall(call);
  if (built === undefined) return notKeyed.built;
  const { whole, chain } = built;
  // What else the statement finds belongs to every key.
  if (chain.some(({ name }) => /^(?:or[A-Z]|or$|union|intersect|except|having)/.test(name))) return notKeyed.equality;
  const place = findPlace(call, chain, forMany, loop, aside);
  if (typeof place === 'string') return place;
  if (place.parts.length > 1 && !several) return notKeyed.several;
  const known = [...place.parts.map(({ key }) => key), ...(aside === undefined ? [] : [aside])];
  if (turnNames(code, whole, loop).some((name) => !known.some((each) => contains(each, name)))) return notKeyed.several;
  return { ...place, forMany, whole, chain };
}

/** The end of the chain that a call belongs to. */
function wholeOf(node: TSESTree.Node): TSESTree.CallExpression | undefined {
  if (node.type !== 'CallExpression') return undefined;
  let at = node;
  for (;;) {
    const member = parentOf(at);
    const outer = member === undefined ? undefined : parentOf(member);
    if (member?.type !== 'MemberExpression' || unwrap(member.object) !== at || outer?.type !== 'CallExpression' || unwrap(outer.callee) !== member) return at;
    // What follows belongs to the promise, not to the statement.
    if (/^(?:then|catch|finally)$/.test(nameOfKey(member) ?? '')) return at;
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
function findPlace(call: RemoteCall, chain: readonly ChainCall[], forMany: ForMany, loop: Loop, aside: TSESTree.Node | undefined): KeyPlace | NotKeyed {
  const { code } = call;
  const isOfTurn = (node: TSESTree.Node): boolean => turnNames(code, node, loop).length > 0;
  const places: KeyPlace[] = [];
  const steps: StepPlace[] = [];
  let other = false;
  const inProperties = (object: TSESTree.Node): void => {
    if (object.type !== 'ObjectExpression') {
      other ||= isOfTurn(object);
      return;
    }
    const own: PropertyPlace[] = [];
    for (const property of object.properties) {
      if (!isOfTurn(property)) continue;
      const compound = forMany.compound === true ? compoundPlace(code, property, forMany, isOfTurn) : undefined;
      const plain = compound === undefined ? propertyPlace(code, property, forMany) : undefined;
      if (compound !== undefined) places.push(compound);
      else if (plain !== undefined) own.push(plain);
      else other = true;
    }
    const together = severalProperties(code, object, own, forMany);
    places.push(...(together === undefined ? own : [together]));
  };
  const inComparison = (node: TSESTree.Node): void => {
    const at = unwrap(node);
    if (at.type !== 'CallExpression' || forMany.compares === undefined) {
      other ||= isOfTurn(at);
      return;
    }
    const name = at.callee.type === 'Identifier' ? at.callee.name : undefined;
    if (name === 'and') {
      const before = places.length;
      for (const argument of at.arguments) inComparison(argument);
      const together = severalComparisons(code, at, places.slice(before), forMany, (needed) => comparesFrom(call, at.callee, needed));
      if (together !== undefined) places.splice(before, places.length, together);
    } else if (name === forMany.compares[0] && isOfTurn(at)) {
      const [column, key] = at.arguments;
      const property = column?.type === 'MemberExpression' ? nameOfKey(column) : undefined;
      const from = comparesFrom(call, at.callee, forMany.compares[1]);
      if (column === undefined || key === undefined || property === undefined || isOfTurn(column) || from === undefined) other = true;
      else
        places.push({
          ...onePart({ column: property, key, named: column }),
          node: at,
          text: `${forMany.compares[1]}(${textOf(code, column)}, ${keysMark})`,
          ...importOf(forMany, forMany.compares[1]),
          from,
        });
    } else other ||= isOfTurn(at);
  };

  for (const each of chain) {
    const args = each.node.arguments.filter((argument) => argument !== aside);
    if (!args.some(isOfTurn)) continue;
    const keyed = forMany.keyed?.[each.name];
    const facts = stepFacts(call.library, call.object, each.name);
    const [key] = args;
    if (keyed !== undefined && key !== undefined && unwrap(key).type !== 'ObjectExpression') {
      if (key.type !== 'SpreadElement' && isOfTurn(key)) places.push(argumentPlace(code, each, keyed[0], marked(keyed[1]), key));
      other ||= args.slice(1).some(isOfTurn);
    } else if (facts?.marks === 'filter' && forMany.compares !== undefined) for (const argument of args) inComparison(argument);
    else if (facts?.marks === 'filter' && forMany.step !== undefined) {
      const place = stepPlace(call, each, forMany, isOfTurn);
      if (place === undefined) other = true;
      else steps.push({ ...place, step: each });
    } else if (call.steps.length === 0 || facts?.filterAt !== undefined || facts?.options !== undefined) {
      const filters = filtersOf({ ...call, args, facts: facts ?? call.facts }).map(unwrap);
      const kept = aside === undefined ? filters : [...filters, aside];
      other ||= args.some((argument) => turnNames(code, argument, loop).some((name) => !kept.some((each) => contains(each, name))));
      for (const filter of filters) {
        if (forMany.compares === undefined) inProperties(filter);
        else inComparison(filter);
      }
    } else other = true;
  }
  const together = severalSteps(code, chain, steps, forMany);
  places.push(...(together === undefined ? steps : [together]));
  const [place, ...more] = places;
  if (more.length > 0) return notKeyed.several;
  if (place === undefined) return notKeyed.equality;
  if (other) return notKeyed.several;
  return place;
}

/** `{ authorId: post.authorId }` */
function propertyPlace(code: Code, property: TSESTree.ObjectLiteralElement, forMany: ForMany): PropertyPlace | undefined {
  const column = property.type === 'Property' && !property.computed ? nameOfKey(property) : undefined;
  if (property.type !== 'Property' || column === undefined || forMany.property === undefined) return undefined;
  const key = equalTo(property.value);
  // A unique key of several columns, whose values cannot be seen.
  if (forMany.compound === true && /_/.test(column) && /[A-Z]/.test(column) && /[a-z]/.test(column)) return undefined;
  if (key === undefined || /^(?:AND|OR|NOT|\$and|\$or|\$nor)$/.test(column)) return undefined;
  return {
    ...onePart({ column, key }),
    node: property,
    text: `${textOf(code, property.key)}: ${marked(forMany.property)}`,
    ...importOf(forMany, forMany.property),
  };
}

/** `{ userId_postId: { userId: 1, postId: post.id } }` as `userId: 1, postId: { in: KEYS }`. */
function compoundPlace(
  code: Code,
  property: TSESTree.ObjectLiteralElement,
  forMany: ForMany,
  isOfTurn: (node: TSESTree.Node) => boolean,
): KeyPlace | undefined {
  if (property.type !== 'Property' || property.computed || property.value.type !== 'ObjectExpression') return undefined;
  const inside = property.value.properties;
  const names = inside.map((each) => (each.type === 'Property' && !each.computed ? nameOfKey(each) : undefined));
  // The parts may stand in any order.
  const inOrder = [...names].sort().join('_') === nameOfKey(property)?.split('_').sort().join('_');
  if (inside.length < 2 || !inOrder) return undefined;
  // What else the filter says of these columns would be said twice.
  const { parent } = property;
  const others = parent.type === 'ObjectExpression' ? parent.properties.filter((each) => each !== property) : [];
  if (others.some((each) => each.type !== 'Property' || isAlternative(each) || names.includes(nameOfKey(each)))) return undefined;
  const own = inside.filter(isOfTurn);
  const parts = own.map((each) => propertyPlace(code, each, forMany)).filter((each) => each !== undefined);
  const [first] = parts;
  if (first === undefined || parts.length < own.length) return undefined;
  const place = parts.length === 1 ? first : severalText(forMany, parts, `{ ${parts.map(({ column }) => column).join(', ')} }`);
  if (place === undefined) return undefined;
  const constant = inside.filter((each) => !isOfTurn(each));
  const unlikeNothing = constant.flatMap((each) => (each.type === 'Property' ? [each.value] : []));
  return { ...place, unlikeNothing, node: property, text: [...constant.map((each) => textOf(code, each)), place.text].join(', ') };
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
    return { ...onePart({ column, key }), node: { range: [key.range[0], options?.range[1] ?? key.range[1]] }, text };
  }
  return { ...onePart({ column, key }), node: key, text: argument };
}

/** The line break and indent before an object's brace. */
function closingOf(code: Code, object: TSESTree.ObjectExpression): string {
  const before = code.text.slice(0, object.range[1] - 1);
  return `${/\s*$/.exec(before)?.[0] ?? ' '}}`;
}

/** A key that a step of a statement names. */
interface StepPlace extends KeyPlace {
  readonly step: ChainCall;
}

/** `where('id', key)`, `where('id', '=', key)`, `where({ id: key })`. */
function stepPlace(call: RemoteCall, each: ChainCall, forMany: ForMany, isOfTurn: (node: TSESTree.Node) => boolean): KeyPlace | undefined {
  const { code } = call;
  if (each.name !== 'where' && each.name !== 'andWhere') return undefined;
  const { arguments: args } = each.node;
  const callee = unwrap(each.node.callee);
  if (callee.type !== 'MemberExpression') return undefined;
  const node = { range: [callee.property.range[0], each.node.range[1]] as const };
  const write = (column: TSESTree.Node | string): string =>
    marked(forMany.step ?? '').replace('COLUMN', () => (typeof column === 'string' ? column : textOf(code, column)));
  const [first] = args;
  if (first === undefined) return undefined;
  const object = unwrap(first);
  if (object.type === 'ObjectExpression') {
    const own = object.properties.filter(isOfTurn).map((property) => columnOf(property));
    const [part, ...more] = own.filter((column) => column !== undefined);
    if (args.length > 1 || part === undefined || own.length !== more.length + 1) return undefined;
    const others = object.properties.filter((property) => !isOfTurn(property)).map((property) => textOf(code, property));
    const before = others.length === 0 ? '' : `${each.name}({ ${others.join(', ')} }).`;
    if (more.length === 0) return { ...onePart(part), node, text: before + write(`'${part.name}'`) };
    const parts = [part, ...more];
    const together = severalText(forMany, parts, rowOf(parts));
    return together === undefined ? undefined : { ...together, node, text: before + together.text };
  }
  const column = staticText(object);
  const operator = args.length === 3 ? staticText(args[1]) : '=';
  const key = args.at(-1);
  if (column === undefined || operator !== '=' || args.length < 2 || args.length > 3 || key === undefined || key.type === 'SpreadElement') return undefined;
  return { ...onePart({ column: lastPart(column), key, named: object }), node, text: write(object) };
}

/** A part of a key that a property holds, with the property's name. */
function columnOf(property: TSESTree.ObjectLiteralElement): (KeyPart & { readonly name: string }) | undefined {
  const name = property.type === 'Property' && !property.computed ? nameOfKey(property) : undefined;
  return property.type !== 'Property' || name === undefined ? undefined : { column: lastPart(name), key: property.value, name };
}

/** `.where('userId', …).where('teamId', …)`: steps that follow one another as one key with several parts. */
function severalSteps(code: Code, chain: readonly ChainCall[], own: readonly StepPlace[], forMany: ForMany): KeyPlace | undefined {
  const [first] = own;
  const last = own.at(-1);
  if (first === undefined || last === undefined || own.length < 2) return undefined;
  const at = chain.indexOf(first.step);
  const isPlain = own.every(({ parts, step }, index) => parts.length === 1 && chain[at + index] === step && step.node.arguments.length > 1);
  if (!isPlain) return undefined;
  const parts = own.map((each) => ({ ...each, name: (each.named === undefined ? undefined : staticText(each.named)) ?? each.column }));
  const again = own.map(({ named, column }) => `.where(${named === undefined ? '' : textOf(code, named)}, ${column})`).join('');
  const isAgain = forMany.several?.stepsAgain === true;
  const together =
    isAgain && own.some(({ column }) => column === 'one') ? undefined : severalText(forMany, parts, isAgain ? `(one) => one${again}` : rowOf(parts));
  return together === undefined ? undefined : { ...together, node: { range: [first.node.range[0], last.node.range[1]] } };
}

export function lastPart(column: string): string {
  return column.split('.').at(-1) ?? column;
}

/** Where the comparison for many is imported from: the library, or the module of the project that re-exports it. */
export function comparesFrom({ code, library }: RemoteCall, compare: TSESTree.Node, many: string): string | undefined {
  const specifier = importedSpecifier(code, compare);
  if (specifier === undefined || findLibrary(specifier) === library) return specifier === undefined ? undefined : library.forMany?.imports;
  const module = openImport(code, specifier);
  if (module === undefined) return undefined;
  const isExported = findExportTarget(module, many) !== undefined || starSpecifiers(module).some((each) => findLibrary(each) === library);
  return isExported ? specifier : undefined;
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

function importOf(forMany: ForMany, text: string): { readonly needs?: string; readonly from?: string } {
  const name = /^[A-Za-z]\w*/.exec(text)?.[0];
  return forMany.imports === undefined || name === undefined || name === 'KEYS' ? {} : { needs: name, from: forMany.imports };
}
