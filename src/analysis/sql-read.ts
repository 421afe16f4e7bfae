import type { TSESTree } from '@typescript-eslint/types';

import type { ForMany } from '../libraries/library.ts';
import { type Code, isTypeScript, someChild, textOf } from '../project/code.ts';
import { keysMark, marked, onePart } from './key-parts.ts';
import { type ChainCall, chainOfCall, notKeyed } from './key-place.ts';
import { type Addition, type KeyedRead, type NotBatchable, notBatchable, plain } from './keyed-read.ts';
import type { Loop } from './loop.ts';
import type { RemoteCall } from './remote-call.ts';
import { typeValue } from './origin/declared-type.ts';
import { type SelectStatement, notSelect, readSelect } from './select-statement.ts';
import { contains, enclosingFunction, nameOfKey, parentOf, unwrap } from './syntax.ts';
import { turnNames } from './turn.ts';

type SqlReads = NonNullable<ForMany['sqlReads']>;

export type NotSqlRead = NotBatchable | (typeof notSelect)[keyof typeof notSelect];

/** A statement whose text and values are written where it is asked. */
interface Asked {
  readonly whole: KeyedRead['whole'];
  readonly chain: readonly ChainCall[];
  readonly gives: 'many' | 'one' | 'one or error';
  /** The text, as long as it is written, with a parameter for each value; and where it starts in the file. */
  readonly text: string;
  readonly start: number;
  /** The value that is the turn's, and where its parameter stands in the text. */
  readonly key: TSESTree.Node;
  readonly offset: number;
  /** What holds the values; `undefined` where one stands alone, or in the text. */
  readonly list: TSESTree.ArrayExpression | undefined;
}

/** How a read in a loop that is written as SQL asks by a key of the turn; `undefined` where it is not written so. */
export function findSqlRead(call: RemoteCall, loop: Loop): KeyedRead | NotSqlRead | undefined {
  const { code, library, operation } = call;
  const { forMany } = library;
  const sqlReads = forMany?.sqlReads;
  if (forMany === undefined || sqlReads === undefined || !['read-many', 'read-one', 'count'].includes(operation)) return undefined;
  const asked = call.node.type === 'TaggedTemplateExpression' ? askedByTemplate(code, call.node, loop, sqlReads) : askedByCall(call, loop, sqlReads);
  if (typeof asked === 'string') return asked;
  const { whole, chain, gives, text, start, key, offset } = asked;
  if (turnNames(code, whole, loop).some((name) => !contains(key, name))) return notKeyed.several;
  if (hasOwn(code, enclosingFunction(loop.node) ?? code.ast, sqlReads.alsoHas?.split(' ') ?? [])) return notBatchable.step;
  const select = readSelect(text, offset, sqlReads.names);
  if (typeof select === 'string') return select;
  if (select.cast !== undefined && sqlReads.casts !== true) return notKeyed.equality;

  if (!/^[A-Za-z_$][\w$]*$/.test(select.column)) return notSelect.column;

  const isUnique = /^(?:\w+\.)?["`]?(?:id|uuid)["`]?$/i.test(select.written) && !select.joins;
  const takesOne = gives !== 'many' || select.limit !== undefined;
  // The single read throws where there are several rows.
  if (gives !== 'many' && (!isUnique || select.count !== undefined)) return notBatchable.limit;
  const firstOfEach = takesOne && !isUnique ? firstPerKey(select, sqlReads, asked) : [];
  if (firstOfEach === undefined) return notBatchable.limit;
  // A type of the rows says which columns they have.
  if (!isInType(code, whole, select, sqlReads)) return notBatchable.column;
  const first = firstOfEach.length > 0;
  return {
    ...plain,
    ...onePart({ column: select.column, key }),
    forMany,
    whole,
    chain,
    gives: gives === 'many' ? 'many' : 'one',
    node: { range: [start + select.compared[0], endOf(asked)] },
    text:
      whole.type === 'TaggedTemplateExpression' ? templateText(code, select, asked, whole, first, sqlReads) : listText(code, select, asked, first, sqlReads),
    unique: isUnique,
    firstOfEach,
    takesAny: first && !select.ordersByUnique,
    throws: gives === 'one or error',
    assumesPrimaryKey: takesOne && isUnique,
    zero: select.count === undefined ? undefined : `{ ${select.count.name}: ${select.count.isNumber ? '0' : "'0'"} }`,
    additions: select.adds ? [{ at: start + select.columnsEnd, text: `, ${select.written}`, column: select.column }] : [],
    table: /^[A-Za-z_$]/.test(select.table) ? select.table : 'rows',
    says: [
      ...(select.asksTime ? ['what else the query is made of is computed once'] : []),
      ...(select.count !== undefined && !select.count.isNumber ? ['a count must come back as a text'] : []),
      ...(sqlReads.names === 'keeps' && select.all && /[A-Z]/.test(select.column) ? [`the table must call it \`${select.column}\``] : []),
    ],
    rowsIn: sqlReads.rowsIn,
  };
}

/** `pool.query('… where id = $1', [order.userId])` */
function askedByCall(call: RemoteCall, loop: Loop, { parameters, alone, members, object }: SqlReads): Asked | NotSqlRead {
  const { code } = call;
  const built = chainOfCall(call);
  const member = built?.chain.at(-1);
  const gives = member === undefined ? undefined : members[member.name];
  if (built === undefined || member === undefined || gives === undefined || parameters === 'template') return notKeyed.built;
  const [statement, values, ...more] = writtenApart(member.node.arguments, object);
  const literal = statement === undefined ? undefined : unwrap(statement);
  const given = values === undefined ? undefined : unwrap(values);
  if (literal === undefined || given === undefined || more.length > 0 || given.type === 'SpreadElement') return notKeyed.built;
  const isText = (literal.type === 'Literal' && typeof literal.value === 'string') || (literal.type === 'TemplateLiteral' && literal.expressions.length === 0);
  if (!isText) return notKeyed.built;
  const list = given.type === 'ArrayExpression' ? given : undefined;
  if (list === undefined && (alone !== true || !isPlainValue(given))) return notKeyed.built;
  const elements = list === undefined ? [given] : list.elements;
  const own = elements.flatMap((each, index) => (each !== null && turnNames(code, each, loop).length > 0 ? [{ key: each, index }] : []));
  const [only, ...others] = own;
  if (only === undefined) return notKeyed.equality;
  if (others.length > 0 || elements.some((each) => each === null || each.type === 'SpreadElement')) return notKeyed.several;
  const text = textOf(code, literal).slice(1, -1);
  const places = [...text.matchAll(parameters === 'numbered' ? /\$(\d+)/g : /\?/g)];
  const place = parameters === 'numbered' ? places.find(([, number]) => Number(number) === only.index + 1) : places[only.index];
  // A text within quotes may hold one, too.
  if (place === undefined || (parameters === 'in order' && places.length !== elements.length)) return notKeyed.equality;
  return { whole: built.whole, chain: [member], gives, text, start: literal.range[0] + 1, key: only.key, offset: place.index, list };
}

/** The text and the values of `query({ text: 'select …', values: [id] })`, in this order and with nothing beside them. */
function writtenApart(args: readonly TSESTree.CallExpressionArgument[], object: SqlReads['object']): readonly TSESTree.Node[] {
  const [only, ...others] = args;
  if (object === undefined || others.length > 0 || only?.type !== 'ObjectExpression' || only.properties.length !== 2) return args;
  const parts = only.properties.map((each, index) => (each.type === 'Property' && !each.method && nameOfKey(each) === object[index] ? each.value : undefined));
  return parts.every((part) => part !== undefined) ? parts : args;
}

/** A list that stands alone would be the list of values. */
function isPlainValue(node: TSESTree.Node): boolean {
  return node.type === 'MemberExpression' || node.type === 'Identifier';
}

/** `` sql`… where id = ${order.userId}` `` */
function askedByTemplate(code: Code, whole: TSESTree.TaggedTemplateExpression, loop: Loop, { parameters }: SqlReads): Asked | NotSqlRead {
  const { quasi } = whole;
  if (parameters !== 'template' || parentOf(whole)?.type === 'MemberExpression') return notKeyed.built;
  const start = quasi.range[0] + 1;
  let text = textOf(code, quasi).slice(1, -1);
  const places: { readonly value: TSESTree.Node; readonly offset: number }[] = [];
  for (const [index, value] of quasi.expressions.entries()) {
    // From `${` to `}`.
    const from = (quasi.quasis[index]?.range[1] ?? 0) - 2 - start;
    const to = (quasi.quasis[index + 1]?.range[0] ?? 0) + 1 - start;
    text = `${text.slice(0, from)}$${String(index + 1).padStart(to - from - 1, '0')}${text.slice(to)}`;
    places.push({ value, offset: from });
  }
  // What is no value may be a piece of the statement.
  if ([...text.matchAll(/(\S*\s*)\$\d/g)].some(([, before = '']) => !/(?:[=<>]|\b(?:i?like|limit|offset))\s*$/i.test(before))) return notSelect.form;
  const [only, ...others] = places.filter(({ value }) => turnNames(code, value, loop).length > 0);
  if (only === undefined) return notKeyed.equality;
  if (others.length > 0) return notKeyed.several;
  return { whole, chain: [], gives: 'many', text, start, key: only.value, offset: only.offset, list: undefined };
}

/** `pool.query<User>(…)`: the type has to have the column, since the rows of all keys are told apart by it. */
function isInType(code: Code, { typeArguments }: KeyedRead['whole'], { adds, column }: SelectStatement, { needsType }: SqlReads): boolean {
  const type = typeArguments?.params[0];
  if (type === undefined) return needsType !== true || !isTypeScript(code);
  if (type.type === 'TSAnyKeyword') return needsType !== true;
  const row = type.type === 'TSArrayType' ? type.elementType : type;
  if (row.type === 'TSAnyKeyword') return true;
  const shape = typeValue(code, row);
  if (adds || shape.kind !== 'shape') return false;
  const members = shape.node.type === 'TSTypeLiteral' ? shape.node.members : shape.node.body.body;
  return members.some((member) => (member.type === 'TSPropertySignature' ? nameOfKey(member) : undefined) === column);
}

/** `rows.count`, `const { count } = …` */
function hasOwn(code: Code, node: TSESTree.Node, names: readonly string[]): boolean {
  if (names.length === 0) return false;
  if (node.type === 'MemberExpression' && names.includes(nameOfKey(node) ?? '')) return true;
  if (node.type === 'Property' && node.parent.type === 'ObjectPattern' && names.includes(nameOfKey(node) ?? '')) return true;
  return someChild(code, node, (child) => hasOwn(code, child, names));
}

/** `distinct on (author)`, for which the order has to begin with the key. */
function firstPerKey({ written, columnsStart, count }: SelectStatement, { distinctOn }: SqlReads, { text, start }: Asked): Addition[] | undefined {
  return distinctOn === true && count === undefined ? [{ at: start + columnsStart, text: `${like(text, 'distinct on')} (${written}) ` }] : undefined;
}

/** Where the last place ends that changes for a list of keys. */
function endOf({ whole, key, list }: Asked): number {
  if (whole.type === 'TaggedTemplateExpression') return whole.quasi.range[1] - 1;
  return (list ?? key).range[1];
}

/** What stands from the comparison to the parameters. */
function listText(code: Code, select: SelectStatement, asked: Asked, first: boolean, { oneOf }: SqlReads): string {
  const { text, start, key, list } = asked;
  const parameter = select.parameter + (select.cast === undefined ? '' : `::${select.cast}[]`);
  const after = code.text.slice(start + text.length, (list ?? key).range[0]);
  const values = list === undefined ? `[${keysMark}]` : code.text.slice(list.range[0], key.range[0]) + keysMark + code.text.slice(key.range[1], list.range[1]);
  const comparison = oneOf.replace('PARAM', () => parameter);
  return ` ${like(text, comparison)}${restOf(code, select, asked, first)}${after}${values}`;
}

/** What stands from the comparison to the template's end. */
function templateText(
  code: Code,
  select: SelectStatement,
  asked: Asked,
  { tag }: TSESTree.TaggedTemplateExpression,
  first: boolean,
  { oneOf }: SqlReads,
): string {
  return (
    ` ${like(
      asked.text,
      marked(oneOf).replace('TAG', () => textOf(code, tag)),
    )}` + restOf(code, select, asked, first)
  );
}

/** The statement after its comparison: grouped for counts, ordered for firsts, and without its limit. */
function restOf(code: Code, { written, compared, whereEnd, orderStart, limit, count }: SelectStatement, { text, start }: Asked, first: boolean): string {
  const sql = (from: number, to: number): string => code.text.slice(start + from, start + to);
  const [limitStart, limitEnd] = limit ?? [text.length, text.length];
  return [
    sql(compared[1], whereEnd),
    count === undefined ? '' : ` ${like(text, 'group by')} ${written}`,
    sql(whereEnd, orderStart ?? whereEnd),
    first && orderStart !== undefined ? `${written}, ` : '',
    sql(orderStart ?? whereEnd, limitStart),
    sql(limitEnd, text.length),
  ].join('');
}

/** Words of SQL in large letters, where the statement has them so. */
function like(text: string, words: string): string {
  return /\bSELECT\b/.test(text) ? words.replaceAll(/\b(?:any|in|group by|distinct on)\b/g, (word) => word.toUpperCase()) : words;
}
