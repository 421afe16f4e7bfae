import type { TSESTree } from '@typescript-eslint/types';

import { findRequestQuery } from '../analysis/handler.ts';
import { type ChainCall, chainOfCall } from '../analysis/key-place.ts';
import type { RemoteCall } from '../analysis/remote-call.ts';
import { nameOfKey, parentOf, staticText, unwrap } from '../analysis/syntax.ts';
import { type Code, textOf } from '../project/code.ts';
import { hasRuntime, importNames, noRuntime, runtimePackage } from './import-name.ts';
import { type Edit, type Refusal, type Rewrite, dropsComment, refuse, rewriteOf, textWith } from './rewrite.ts';

/** Why a list is not read page by page. */
export const refusals = {
  library: 'latency-runtime has no pages for the statement',
  request: 'no request in sight says which page',
  awaited: 'the list is not awaited where it is read',
  order: 'the order is not written as columns and directions',
  options: 'its options are not written where it is called',
  comment: 'a comment would be lost',
  runtime: noRuntime,
  name: 'a name that the rewrite needs is taken',
} as const;

/** A list of which a request names the page: `(await paginate(prismaPages(prisma.user), parsePage(req.query))).items`. */
export function readByPage(code: Code, call: RemoteCall): Rewrite | Refusal {
  const { pages } = call.library;
  const built = chainOfCall(call);
  if (pages === undefined || built === undefined || call.code !== code) return refuse(refusals.library);
  const awaited = parentOf(built.whole);
  if (awaited?.type !== 'AwaitExpression') return refuse(refusals.awaited);
  const query = findRequestQuery(code, awaited);
  if (query === undefined) return refuse(refusals.request);
  if (!hasRuntime(code)) return refuse(refusals.runtime);
  const list = pages.by === 'options' ? ofOptions(call, built) : pages.by === 'table' ? ofTable(call, built) : ofStatement(call, built);
  if ('refused' in list) return list;
  if (dropsComment(code, awaited.range, list.kept)) return refuse(refusals.comment);
  const from = `${runtimePackage}/paginate`;
  const imported = importNames(code, [
    { from, name: 'paginate' },
    { from, name: 'parsePage' },
    { from: `${from}/${pages.entry}`, name: pages.name },
  ]);
  const [paginate, parsePage, adapter] = imported?.names ?? [];
  if (imported === undefined || adapter === undefined) return refuse(refusals.name);
  const page = list.sort === undefined ? `${parsePage}(${query})` : `{ ...${parsePage}(${query}), sort: ${list.sort} }`;
  const text = `(await ${paginate}(${adapter}(${list.arguments}), ${page})).items`;
  return rewriteOf(
    'Read the page that `?page=` names',
    ['further rows are on further pages', 'it takes `id` for the key'],
    [...imported.edits, { range: awaited.range, text }],
  );
}

interface List {
  /** What the adapter is given. */
  readonly arguments: string;
  readonly sort: string | undefined;
  /** What is written again. */
  readonly kept: readonly (readonly [number, number])[];
}

interface Built {
  readonly whole: TSESTree.CallExpression;
  readonly chain: readonly ChainCall[];
}

/** `prisma.user.findMany({ where, orderBy, select })` */
function ofOptions({ code, library, node }: RemoteCall, { whole, chain }: Built): List | Refusal {
  const callee = unwrap(whole.callee);
  const [given, ...more] = whole.arguments;
  const object = given === undefined ? undefined : unwrap(given);
  if (chain.length !== 1 || whole !== node || callee.type !== 'MemberExpression' || more.length > 0) return refuse(refusals.library);
  if (object !== undefined && object.type !== 'ObjectExpression') return refuse(refusals.options);
  let where = '';
  let sort: string | undefined;
  const others: string[] = [];
  for (const property of object?.properties ?? []) {
    const name = property.type === 'Property' ? nameOfKey(property) : undefined;
    if (property.type !== 'Property' || name === undefined || /^(?:take|skip|cursor|distinct)$/.test(name)) return refuse(refusals.options);
    if (library.options?.filter.includes(name) === true) where = textOf(code, property);
    else if (name !== 'orderBy') others.push(textOf(code, property));
    else {
      sort = sortOfObjects(code, property.value);
      if (sort === undefined) return refuse(refusals.order);
    }
  }
  const options = [...(where === '' ? [] : [where]), ...(others.length === 0 ? [] : [`options: { ${others.join(', ')} }`])];
  const model = textOf(code, callee.object);
  return { arguments: options.length === 0 ? model : `${model}, { ${options.join(', ')} }`, sort, kept: [whole.range] };
}

/** `{ createdAt: 'desc' }`, or a list of such: columns with their directions. */
function sortOfObjects(code: Code, node: TSESTree.Node): string | undefined {
  const at = unwrap(node);
  const objects = at.type === 'ArrayExpression' ? at.elements.map((element) => (element === null ? undefined : unwrap(element))) : [at];
  const orders: string[] = [];
  for (const object of objects) {
    if (object?.type !== 'ObjectExpression') return undefined;
    for (const property of object.properties) {
      const column = property.type === 'Property' && !property.computed ? nameOfKey(property) : undefined;
      const direction = property.type === 'Property' ? staticText(property.value) : undefined;
      if (column === undefined || (direction !== 'asc' && direction !== 'desc')) return undefined;
      orders.push(`{ column: '${column}', direction: '${direction}' }`);
    }
  }
  return `[${orders.join(', ')}]`;
}

/** `db.select().from(users).where(…).orderBy(desc(users.createdAt))` */
function ofTable({ code }: RemoteCall, { whole, chain }: Built): List | Refusal {
  const [select, from, ...steps] = chain;
  const callee = select === undefined ? undefined : unwrap(select.node.callee);
  const table = from?.node.arguments[0];
  if (callee?.type !== 'MemberExpression' || select?.name !== 'select' || from?.name !== 'from' || table === undefined) return refuse(refusals.library);
  if (steps.some(({ name }) => name !== 'where' && name !== 'orderBy')) return refuse(refusals.library);
  const [columns, ...more] = select.node.arguments;
  if (more.length > 0) return refuse(refusals.options);
  const where = steps.find(({ name }) => name === 'where')?.node.arguments[0];
  const orderBy = steps.find(({ name }) => name === 'orderBy');
  const options = [...(where === undefined ? [] : [`where: ${textOf(code, where)}`]), ...(columns === undefined ? [] : [`columns: ${textOf(code, columns)}`])];
  const orders = orderBy?.node.arguments.map((argument) => orderOfColumn(argument, textOf(code, table), code)) ?? [];
  if (orders.includes(undefined)) return refuse(refusals.order);
  const list = `${textOf(code, callee.object)}, ${textOf(code, table)}`;
  const kept = [callee.object, table, ...(where === undefined ? [] : [where]), ...(columns === undefined ? [] : [columns])].map(({ range }) => range);
  const sort = orderBy === undefined ? undefined : `[${orders.join(', ')}]`;
  return { arguments: options.length === 0 ? list : `${list}, { ${options.join(', ')} }`, sort, kept: [...kept, [whole.range[1], whole.range[1]]] };
}

/** `desc(users.createdAt)`, `users.name` */
function orderOfColumn(node: TSESTree.Node, table: string, code: Code): string | undefined {
  const at = unwrap(node);
  const named = at.type === 'CallExpression' && at.callee.type === 'Identifier' ? at.callee.name : 'asc';
  const column = at.type === 'CallExpression' ? at.arguments[0] : at;
  if ((named !== 'asc' && named !== 'desc') || column?.type !== 'MemberExpression' || column.computed || textOf(code, column.object) !== table)
    return undefined;
  return `{ column: '${nameOfKey(column) ?? ''}', direction: '${named}' }`;
}

/** `db('users').where(…).orderBy('name', 'desc')`: the order is said to the list, and left out of the statement. */
function ofStatement({ code, library }: RemoteCall, { whole, chain }: Built): List | Refusal {
  const last = chain.at(-1);
  const ends = library.pages?.ends;
  const callee = unwrap(whole.callee);
  if (ends !== undefined && (last?.name !== ends || callee.type !== 'MemberExpression' || whole.arguments.length > 0)) return refuse(refusals.library);
  if (chain.some(({ name }) => /join|^(?:first|limit|offset|pluck|distinct\w*|groupBy|union\w*|with|having|returning|stream|then|orderByRaw)$/i.test(name)))
    return refuse(refusals.library);
  const statement = ends === undefined || callee.type !== 'MemberExpression' ? whole : callee.object;
  const orders: string[] = [];
  const cuts: Edit[] = [];
  for (const { name, node } of chain) {
    if (name !== 'orderBy') continue;
    const [column, direction, ...more] = node.arguments.map((argument) => staticText(argument));
    const step = unwrap(node.callee);
    if (column === undefined || more.length > 0 || step.type !== 'MemberExpression') return refuse(refusals.order);
    const towards = node.arguments.length === 1 ? 'asc' : direction?.toLowerCase();
    if (towards !== 'asc' && towards !== 'desc') return refuse(refusals.order);
    orders.push(`{ column: '${column}', direction: '${towards}' }`);
    cuts.push({ range: [step.object.range[1], node.range[1]], text: '' });
  }
  const text = textWith(code, statement.range, cuts);
  const kept = [...cuts.map(({ range }) => range), statement.range];
  if (cuts.some(({ range }) => dropsComment(code, range, []))) return refuse(refusals.comment);
  return { arguments: `() => ${text}`, sort: orders.length === 0 ? undefined : `[${orders.join(', ')}]`, kept };
}
