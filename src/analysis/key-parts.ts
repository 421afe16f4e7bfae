import type { TSESTree } from '@typescript-eslint/types';

import type { ForMany } from '../libraries/library.ts';
import { type Code, hasWord, textOf } from '../project/code.ts';
import { awaitsIn } from './before-loop.ts';
import { nameOfKey } from './syntax.ts';

/** Stands for the list of keys in the text of a place: no code has it. */
export const keysMark = '\0';

/** A library's text, ready for code to be put into it. */
export function marked(text: string): string {
  return text.replaceAll('KEYS', keysMark);
}

/** One value of the turn by which a call asks. */
export interface KeyPart {
  /** The property of a row that holds it. */
  readonly column: string;
  readonly key: TSESTree.Node;
  /** What names the column in the call, where that is no property: `users.id`, `'users.id'`. */
  readonly named?: TSESTree.Node;
}

/** Where the key of a read stands, and how its place is written for many keys. */
export interface KeyPlace extends KeyPart {
  /** Of a key with several parts, all; the first is the one above. */
  readonly parts: readonly KeyPart[];
  /** What is replaced, by a text in which `keysMark` stands for the list of keys. */
  readonly node: TSESTree.Node | { readonly range: readonly [number, number] };
  readonly text: string;
  /** Values that the single call demands: for many keys, `undefined` would be no condition. */
  readonly unlikeNothing?: readonly TSESTree.Node[];
  /** A name that the text needs, and where it is imported from. */
  readonly needs?: string;
  readonly from?: string | undefined;
}

export function onePart(part: KeyPart): Pick<KeyPlace, 'column' | 'key' | 'named' | 'parts'> {
  return { ...part, parts: [part] };
}

/** A place that is a property of a filter. */
export type PropertyPlace = KeyPlace & { readonly node: TSESTree.Property };

/** What a property of a filter is called: `or` of `[Op.or]`. */
export function nameOfCondition(property: TSESTree.Property): string | undefined {
  return property.computed && property.key.type === 'MemberExpression' ? nameOfKey(property.key) : nameOfKey(property);
}

/** `OR`, `$or`, `[Op.or]` */
export function isAlternative(property: TSESTree.ObjectLiteralElement): boolean {
  return property.type === 'Property' && /^\$?or$/i.test(nameOfCondition(property) ?? '');
}

/** Several properties of one filter as one key with several parts. */
export function severalProperties(code: Code, object: TSESTree.ObjectExpression, own: readonly PropertyPlace[], forMany: ForMany): KeyPlace | undefined {
  const [first] = own;
  const last = own.at(-1);
  if (first === undefined || last === undefined || first === last) return undefined;
  const part = ({ node, column }: PropertyPlace): string => partText(textOf(code, node.key), column);
  if (forMany.several?.whole === true) {
    const all = object.properties.map((each) => own.find(({ node }) => node === each) ?? each);
    const row = `{ ${all.map((each) => ('node' in each ? part(each) : textOf(code, each))).join(', ')} }`;
    // The names of the parts would stand for those of the rest.
    const others = object.properties.filter((each) => !own.some(({ node }) => node === each)).map((each) => textOf(code, each));
    const together = own.some(({ column }) => others.some((each) => hasWord(each, column))) ? undefined : severalText(forMany, own, row);
    return together === undefined || awaitsIn(code, object) ? undefined : { ...together, node: object };
  }
  const together = severalText(forMany, own, `{ ${own.map(part).join(', ')} }`);
  const isTaken = object.properties.some(isAlternative);
  if (together === undefined || isTaken || object.properties.some(({ type }) => type !== 'Property')) return undefined;
  const range = [first.node.range[0], last.node.range[1]] as const;
  const between = object.properties.filter((each) => each.range[0] > range[0] && each.range[1] < range[1] && !own.some(({ node }) => node === each));
  return { ...together, node: { range }, text: [together.text, ...between.map((each) => textOf(code, each))].join(', ') };
}

function partText(written: string, column: string): string {
  return written === column ? column : `${written}: ${column}`;
}

/** An object of several columns, each with the part of its name. */
export function rowOf(parts: readonly { readonly column: string; readonly name: string }[]): string {
  return `{ ${parts.map(({ column, name }) => partText(column === name ? name : `'${name}'`, column)).join(', ')} }`;
}

/** `and(eq(members.userId, …), eq(members.teamId, …))`: the comparisons of one `and` as one key with several parts. */
export function severalComparisons(
  code: Code,
  and: TSESTree.CallExpression,
  own: readonly KeyPlace[],
  forMany: ForMany,
  fromOf: (needed: string) => string | undefined,
): KeyPlace | undefined {
  const nodes = and.arguments.filter((argument) => own.some(({ node }) => node === argument));
  const [first] = own;
  const last = nodes.at(-1);
  if (first === undefined || last === undefined || own.length < 2 || nodes.length !== own.length) return undefined;
  const rows = own.map(
    ({ node, named, column }) => `${textOf(code, (node as TSESTree.CallExpression).callee)}(${named === undefined ? '' : textOf(code, named)}, ${column})`,
  );
  const together = severalText(forMany, own, `${textOf(code, and.callee)}(${rows.join(', ')})`);
  const from = together?.needs === undefined ? undefined : fromOf(together.needs);
  // A part must not stand for what the comparisons name.
  const functions = [and.callee, ...own.map(({ node }) => (node as TSESTree.CallExpression).callee)].map((each) => textOf(code, each));
  const tables = own.map(({ named }) => (named === undefined ? '' : (textOf(code, named).split(/[.?[]/)[0] ?? '')));
  if (together === undefined || from === undefined || own.some(({ column }) => functions.includes(column) || tables.includes(column))) return undefined;
  const range = [first.node.range[0], last.range[1]] as const;
  const between = and.arguments.filter((each) => each.range[0] > range[0] && each.range[1] < range[1] && !nodes.includes(each));
  return { ...together, from, node: { range }, text: [together.text, ...between.map((each) => textOf(code, each))].join(', ') };
}

const reserved =
  /^(?:arguments|await|break|case|catch|class|const|continue|debugger|default|delete|do|else|enum|eval|export|extends|false|finally|for|function|if|implements|import|in|instanceof|interface|let|new|null|package|private|protected|public|return|static|super|switch|this|throw|true|try|typeof|var|void|while|with|yield)$/;

/** What stands for several parts, each under the name of its column; nothing where that is no name. */
export function severalText({ several }: ForMany, parts: readonly KeyPart[], row: string): Omit<KeyPlace, 'node'> | undefined {
  const names = parts.map(({ column }) => column);
  const [first] = parts;
  if (several === undefined || first === undefined || new Set(names).size < names.length) return undefined;
  const { text, needs, from } = several;
  const taken: readonly string[] = text.match(/\w+/g) ?? [];
  if (names.some((name) => !/^[A-Za-z_$][\w$]*$/.test(name) || reserved.test(name) || taken.includes(name))) return undefined;
  const written = marked(text).replaceAll(/PARTS|ROW/g, (word) => (word === 'ROW' ? row : `[${names.join(', ')}]`));
  return { column: first.column, key: first.key, parts, text: written, ...(needs === undefined ? {} : { needs, from }) };
}
