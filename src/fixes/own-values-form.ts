import type { TSESTree } from '@typescript-eslint/types';

import { findColumn } from '../analysis/column.ts';
import { keysMark } from '../analysis/key-parts.ts';
import { findKeyPlace } from '../analysis/key-place.ts';
import { isKnownValue, judgeKey } from '../analysis/key-value.ts';
import type { Loop } from '../analysis/loop.ts';
import type { RemoteCall } from '../analysis/remote-call.ts';
import { nameOfKey, unwrap } from '../analysis/syntax.ts';
import { type Turn, isPure, turnNames } from '../analysis/turn.ts';
import { textOf } from '../project/code.ts';
import { type Edit, type Refusal, freshIn, refuse, textWith } from './rewrite.ts';
import { rowText } from './row-text.ts';
import type { Built, Form } from './write-form.ts';

/** Why writes with values of their own are not put together; beside what `findKeyPlace` answers. */
export const refusals = {
  library: 'the library has no form for rows with values of their own that does the same',
  values: 'a value of the update is computed, or may be undefined, which means something else there',
  type: 'the type of a column cannot be seen, or its values are not sent as they are',
  condition: 'the update has a condition beside its key, and keys may repeat',
  options: 'the write has options that the form for many does not take',
} as const;

/** A write that gives each row a value of its own. */
export function ownValuesForm(call: RemoteCall, built: Built, loop: Loop, turn: Turn): Form | Refusal {
  if (call.library.forMany?.listed !== undefined) return listedForm(call, built, loop);
  return casesForm(call, built, loop, turn);
}

/** Whether what differs from turn to turn beside the key is what an update sets. */
export function setsOwnValues(call: RemoteCall, { chain }: Built, loop: Loop): boolean {
  if (!call.operation.startsWith('update')) return false;
  const set = chain.flatMap(({ node }) => node.arguments.flatMap((each) => [each, ...valuesIn(unwrap(each))]));
  return set.some((aside) => typeof findKeyPlace(call, loop, { aside }) !== 'string');
}

function valuesIn(node: TSESTree.Node): TSESTree.Node[] {
  return node.type === 'ObjectExpression' ? node.properties.flatMap((each) => (each.type === 'Property' ? [each.value] : [])) : [];
}

/** `bulkWrite([{ updateOne: { filter, update } }, …])` */
function listedForm(call: RemoteCall, { whole, chain }: Built, loop: Loop): Form | Refusal {
  const { code, library } = call;
  const listed = library.forMany?.listed;
  const [only, ...more] = chain.filter(({ name }) => name !== 'exec');
  const callee = only === undefined ? undefined : unwrap(only.node.callee);
  if (listed === undefined || only === undefined || more.length > 0 || callee?.type !== 'MemberExpression') return refuse(refusals.library);
  const [, as] = Object.entries(listed.writes).find(([members]) => members.split(' ').includes(only.name)) ?? [];
  if (as === undefined) return refuse(refusals.library);
  if (turnNames(code, callee.object, loop).length > 0) return refuse(refusals.library);
  const { arguments: args } = only.node;
  const [filter, second, third] = args;
  const isUpdate = as.startsWith('update');
  const options = isUpdate ? third : second;
  if (filter === undefined || (isUpdate && second === undefined) || args.some(({ type }) => type === 'SpreadElement')) return refuse(refusals.options);
  const byId = only.name.startsWith('findById');
  const parts = [`filter: ${byId ? `{ ${listed.key}: ${textOf(code, filter)} }` : rowText(code, filter)}`];
  if (isUpdate && second !== undefined) parts.push(`update: ${rowText(code, second)}`);
  let session = '';
  const object = options === undefined ? undefined : unwrap(options);
  if (object !== undefined && object.type !== 'ObjectExpression') return refuse(refusals.options);
  for (const each of object?.properties ?? []) {
    const name = each.type === 'Property' ? (nameOfKey(each) ?? '') : '';
    if (name === 'session' && turnNames(code, each, loop).length === 0) session = `, { ${textOf(code, each)} }`;
    else if (takenOptions.test(name)) parts.push(textOf(code, each));
    else if (!answerOptions.test(name)) return refuse(refusals.options);
  }
  const write = (list: string): string =>
    textWith(code, whole.range, [{ range: [callee.property.range[0], whole.range[1]], text: `${listed.by}(${list}${session})` }]);
  const item = `{ ${as}: { ${parts.join(', ')} } }`;
  return { ...common(whole), item, itemNode: whole, write, columns: 32, changes: [listed.changes], stops: true };
}

/** Options of a single write that a listed one takes. */
const takenOptions = /^(?:upsert|arrayFilters|collation|hint)$/;
/** Options that only tell what the single write gives back. */
const answerOptions = /^(?:new|returnDocument|returnOriginal)$/;

/** `set({ price: case id when … then … end })`, for the rows of all keys. */
function casesForm(call: RemoteCall, { whole, chain }: Built, loop: Loop, turn: Turn): Form | Refusal {
  const { code, library } = call;
  const own = library.forMany?.ownValues;
  const set = own === undefined ? undefined : chain.find(({ name }) => name === own.set);
  const values = set?.node.arguments[0] === undefined ? undefined : unwrap(set.node.arguments[0]);
  if (own === undefined || set === undefined || call.operation !== 'update' || chain.length !== 3) return refuse(refusals.library);
  if (values?.type !== 'ObjectExpression') return refuse(refusals.values);
  const keyed = findKeyPlace(call, loop, { aside: set.node.arguments[0] });
  if (typeof keyed === 'string') return refuse(keyed);
  const column = 'type' in keyed.node && keyed.node.type === 'CallExpression' ? keyed.node.arguments[0] : undefined;
  if (column?.type !== 'MemberExpression' || findColumn(code, column)?.dialect !== own.dialect) return refuse(refusals.type);
  const table = textOf(code, column.object);
  const { known, distinct } = judgeKey(code, keyed.key, loop, turn);
  if (!known) return refuse(refusals.values);
  const where = chain.find(({ name }) => name === 'where')?.node.arguments[0];
  if (!distinct && where !== undefined && unwrap(where) !== keyed.node) return refuse(refusals.condition);
  const keyColumn = findColumn(code, column);
  if (keyColumn?.isBuiltIn !== true || (own.casts[keyColumn.type] === undefined && !/^(?:small|big)?serial$/.test(keyColumn.type)))
    return refuse(refusals.type);
  const keyName = keyed.column;
  const fields = [`${keyName}: ${textOf(code, keyed.key)}`];
  const cases: { readonly range: readonly [number, number]; readonly member: string; readonly cast: string; readonly shorthand: string }[] = [];
  for (const property of values.properties) {
    const name = property.type === 'Property' && !property.computed ? nameOfKey(property) : undefined;
    if (property.type !== 'Property' || name === undefined) return refuse(refusals.values);
    if (turnNames(code, property.value, loop).length === 0) {
      if (!isPure(code, property.value)) return refuse(refusals.values);
      continue;
    }
    if (!isPure(code, property.value) || !isKnownValue(code, property.value, turn)) return refuse(refusals.values);
    const member = { type: 'MemberExpression', object: column.object, property: { type: 'Identifier', name }, computed: false } as unknown as TSESTree.Node;
    const written = findColumn(code, member);
    const cast = written?.isBuiltIn === true ? own.casts[written.type] : undefined;
    if (cast === undefined || name === keyName) return refuse(refusals.type);
    fields.push(property.shorthand ? name : `${name}: ${textOf(code, property.value)}`);
    cases.push({ range: property.value.range, member: name, cast, shorthand: property.shorthand ? `${name}: ` : '' });
  }
  if (cases.length === 0) return refuse(refusals.library);
  const row = freshIn(textOf(code, whole), 'row');
  const write = (list: string, imported: readonly string[]): string => {
    const [sql = own.needs, many = keyed.needs ?? ''] = imported;
    // Of rows with the same key the last stays; the first case that fits is taken.
    const rows = distinct ? list : `[...${list}].reverse()`;
    const text = own.value.replaceAll(/\brow\b/g, row).replaceAll(/\bsql\b/g, sql);
    const edits: Edit[] = cases.map(({ range, member, cast, shorthand }) => ({
      range,
      text:
        shorthand +
        text.replace(
          /\b(?:COLUMN|ROWS|KEY|VALUE|CAST)\b/g,
          (word) => ({ COLUMN: `${table}.${keyName}`, ROWS: rows, KEY: keyName, VALUE: member, CAST: cast })[word] ?? word,
        ),
    }));
    const keys = keyed.text.replace(keyed.needs ?? '', many).replaceAll(keysMark, `${list}.map((${row}) => ${row}.${keyName})`);
    return textWith(code, whole.range, [...edits, { range: keyed.node.range, text: keys }]);
  };
  const from = keyed.from ?? library.forMany?.imports ?? '';
  return {
    ...common(whole),
    item: `{ ${fields.join(', ')} }`,
    itemNode: keyed.key,
    write,
    needs: [{ from, name: own.needs }, ...(keyed.needs === undefined ? [] : [{ from, name: keyed.needs }])],
    columns: 2 * cases.length + 1,
    changes: ['values of a unique column cannot move from row to row'],
  };
}

function common(whole: TSESTree.CallExpression): Pick<Form, 'collects' | 'whole' | 'keeps' | 'mayBeNull' | 'splits'> {
  return { collects: 'rows', whole, keeps: whole.range, mayBeNull: false, splits: false };
}
