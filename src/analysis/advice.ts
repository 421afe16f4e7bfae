import type { TSESTree } from '@typescript-eslint/types';

import { type Code, compactTextOf, placeOf, textOf } from '../project/code.ts';
import { filterSteps, filtersOf } from './batched.ts';
import { findVariable } from './binding.ts';
import { comesFromTurn } from './item-use.ts';
import type { Loop } from './loop.ts';
import { writesNested } from './nested-write.ts';
import { stepFacts } from './origin/evaluate.ts';
import type { Link } from './reach.ts';
import { type RemoteCall, isUnseen } from './remote-call.ts';
import type { RoundTripPerItem } from './round-trip-per-item.ts';
import { nameOfKey, parentOf, rootOf, unwrap } from './syntax.ts';
import { turnNames, turnOf } from './turn.ts';

/** What a report about a round trip says. */
export interface Wording {
  readonly call: string;
  readonly item: string;
  /** What to do instead. */
  readonly advice: string;
  readonly chain: string;
  /** How many round trips there are for N items: one more where the list was read, too. */
  readonly trips: 'N' | '1 + N';
}

/** Words for a report: `advise` makes the advice of the batch form, where the library has one. */
export function wordingOf(code: Code, found: RoundTripPerItem, advise: (batch: string | undefined) => string): Wording {
  const { call, chain, loop } = found;
  const advice = adviceFor(code, found) ?? advise(batchOf(found));
  const item = describeItem(code, loop);
  const trips = isListRead(code, loop) ? '1 + N' : 'N';
  if (chain.length > 0) return { call: describeCallee(code, found.node), item, advice, chain: describeChain(chain), trips };
  return { call: call.text, item, advice, chain: '', trips };
}

/** `const users = await …; for (const user of users)` */
function isListRead(code: Code, loop: Loop): boolean {
  const list = turnOf(loop)?.list ?? loop.iterated;
  const root = list === undefined ? undefined : rootOf(list);
  if (root?.type !== 'Identifier') return root?.type === 'AwaitExpression';
  const declarator = findVariable(code, root)?.defs[0]?.node as TSESTree.Node | undefined;
  return declarator?.type === 'VariableDeclarator' && declarator.init !== null && rootOf(declarator.init).type === 'AwaitExpression';
}

/** The item's name; of a counted loop, what the counter stands for. */
function describeItem(code: Code, loop: Loop): string {
  const turn = turnOf(loop);
  const list = turn !== undefined && turn.gets !== 'item' && turn.list.type === 'Identifier' ? textOf(code, turn.list) : undefined;
  return list === undefined ? loop.item : `${list}[${loop.item}]`;
}

/** The batch form that can take the place of the call. */
function batchOf({ call, chain, loop }: RoundTripPerItem): string | undefined {
  const { batch, facts, args } = call;
  if (call.sql !== undefined && call.operation === 'insert') return 'one `insert` of many rows';
  if (facts.batchNested !== undefined && args.some((each) => writesNested(call.code, each, 'options'))) return facts.batchNested;
  return facts.batchGiving !== undefined && isResultUsed(call.node, chain.length === 0 ? loop : undefined) ? facts.batchGiving : batch;
}

/** Whether what a call gives goes anywhere but into `await …;`; a helper may give it back. */
function isResultUsed(call: TSESTree.Node, loop: Loop | undefined): boolean {
  let at = parentOf(call);
  if (at?.type === 'AwaitExpression') at = parentOf(at);
  if (at?.type === 'ExpressionStatement') return false;
  if (loop === undefined) return at?.type !== 'ArrowFunctionExpression' && at?.type !== 'ReturnStatement';
  const isGivenByTurn = at?.type === 'ArrowFunctionExpression' || (at?.type === 'ReturnStatement' && parentOf(at) === loop.body);
  if (!isGivenByTurn || loop.node.type !== 'CallExpression') return true;
  // `await Promise.all(list.map((item) => create(item)));`
  let all = parentOf(loop.node);
  while (all?.type === 'CallExpression' || all?.type === 'AwaitExpression') all = parentOf(all);
  return all?.type !== 'ExpressionStatement';
}

function adviceFor(code: Code, found: RoundTripPerItem): string | undefined {
  const { call, does, use } = found;
  if (found.count > 1) return 'Give it a form for many items: it makes several round trips for each.';
  if (does === 'read' && use === 'nothing')
    return isSameCall(code, found)
      ? 'It asks the same each time: ask once and keep the answer.'
      : `\`${call.text}\` asks the same there each time: ask once and hand on the answer.`;
  if (isUnseen(call)) return 'Send all of them in one statement.';
  if (does === 'read' && limitsPerKey(call)) return 'Load all in one query, with `row_number() over (partition by …)` for the limit.';
  if (does === 'read' && asksBySeveral(code, found)) return 'Ask for all in one query that holds the conditions of each.';
  if (!givesOwnValues(code, found)) return undefined;
  const { by } = found.call.library.forMany?.listed ?? {};
  return by === undefined ? ownValuesAdvice : `Each gets its own values: send all in one \`${by}\`.`;
}

/** What the loop calls is given nothing of the turn. */
function isSameCall(code: Code, { chain, loop, node }: RoundTripPerItem): boolean {
  return chain.length === 0 || turnNames(code, node, loop).length === 0;
}

/** Some rows of each key: a list of keys with one limit gives others. */
function limitsPerKey({ args, facts, library, operation, statement, sql, steps, object }: RemoteCall): boolean {
  if (operation !== 'read-many' || library.bindLimit === undefined) return false;
  const isMany = (node: TSESTree.Node | undefined): boolean => node !== undefined && !(node.type === 'Literal' && node.value === 1);
  if (statement !== undefined) return /(?<!\.)\blimit\s+(?!1\b)(?:\d|[$?:@])/i.test(sql ?? '');
  if (steps.some(({ name, node }) => stepFacts(library, object, name)?.marks === 'limit' && node.type === 'CallExpression' && isMany(node.arguments[0])))
    return true;
  const options = facts.options === undefined ? undefined : args[facts.options];
  if (options?.type !== 'ObjectExpression') return false;
  const words = library.options?.limit ?? [];
  return options.properties.some((each) => each.type === 'Property' && words.includes(nameOfKey(each) ?? '') && isMany(unwrap(each.value)));
}

/** More than one condition of the filter differs from turn to turn: a list of one key cannot stand for both. */
function asksBySeveral(code: Code, { call, chain, loop, node }: RoundTripPerItem): boolean {
  const parts = conditionsOf(call);
  return parts.length > 1 && parts.filter((part) => comesFromTurn(code, node, loop, { call, chain }, [part])).length > 1;
}

/** The values, or comparisons, of which a filter asks that all hold. */
function conditionsOf(call: RemoteCall): TSESTree.Node[] {
  // `where(column, operator, value)`: the value stands last.
  const filters = call.steps.length === 0 ? filtersOf(call) : filterSteps(call).flatMap(({ name, args }) => (/^or/.test(name) ? [] : args.slice(-1)));
  return filters.flatMap((filter) => conditionsIn(unwrap(filter)));
}

function conditionsIn(filter: TSESTree.Node): TSESTree.Node[] {
  if (filter.type === 'ObjectExpression')
    return filter.properties.flatMap((each) =>
      each.type !== 'Property' ? [each] : /^\$?and$/i.test(nameOfKey(each) ?? '') ? conditionsIn(unwrap(each.value)) : [each.value],
    );
  if (filter.type === 'ArrayExpression') return filter.elements.flatMap((each) => (each === null ? [] : conditionsIn(unwrap(each))));
  if (filter.type === 'CallExpression' && filter.callee.type === 'Identifier' && filter.callee.name === 'and')
    return filter.arguments.flatMap((each) => conditionsIn(each));
  return [filter];
}

const ownValuesAdvice = 'Each gets its own values: send all in one statement, such as `update … from (values …)`.';

/** An update whose new values come from the item: one statement with an id list cannot replace it. */
function givesOwnValues(code: Code, { call, chain, loop, node }: RoundTripPerItem): boolean {
  if (call.sql !== undefined && call.operation === 'update') return comesFromTurn(code, node, loop, { call, chain }, valuesSet(call));
  if (!/^one `(?:update|patch)/.test(call.batch ?? '')) return false;
  const given =
    call.steps.length > 0
      ? call.steps
          .filter((step) => !/where/i.test(step.name))
          .flatMap((step) => (step.node.type === 'CallExpression' ? step.node.arguments.slice(asksFirst(call, step.name) ? 1 : 0) : []))
      : call.args;
  // The filter names the item, of course.
  const filters = new Set(filtersOf(call).map(unwrap));
  const values = given.flatMap((each) => {
    const at = unwrap(each);
    if (filters.has(at)) return [];
    return at.type === 'ObjectExpression' ? at.properties.filter((property) => property.type !== 'Property' || nameOfKey(property) !== 'where') : [at];
  });
  return comesFromTurn(code, node, loop, { call, chain }, values);
}

/** What an UPDATE written as SQL sets: of `$1`, the first value; of a template, what stands before its WHERE; else all values. */
function valuesSet({ sql = '', node, args }: RemoteCall): readonly TSESTree.Node[] {
  const set = /\bset\b([\s\S]*?)(?:\bwhere\b|\bfrom\b|$)/i.exec(sql)?.[1] ?? '';
  const template = node.type === 'TaggedTemplateExpression' ? node.quasi : args.find((each) => each.type === 'TemplateLiteral');
  if (template?.type === 'TemplateLiteral' && template.expressions.length > 0) {
    const where = template.quasis.findIndex(({ value }) => /\bwhere\b/i.test(value.raw));
    return where === -1 ? template.expressions : template.expressions.slice(0, where);
  }
  const values =
    args
      .map(unwrap)
      .find((each) => each.type === 'ArrayExpression')
      ?.elements.filter((each) => each !== null) ?? args.slice(1);
  if (!/\$\d/.test(sql)) return /\?|:\w/.test(set) ? values.slice(0, set.split('?').length - 1 || undefined) : [];
  return [...set.matchAll(/\$(\d+)/g)].flatMap(([, at]) => values[Number(at) - 1] ?? []);
}

/** `updateMany(filter, change)`, `findByIdAndUpdate(id, change)`: what is asked for stands before what is written. */
function asksFirst({ library }: RemoteCall, step: string): boolean {
  return /ById/.test(step) || (library.forMany?.listed !== undefined && /^(?:update|replace|findOneAnd)/.test(step));
}

const linksMax = 3;

/** The chain as a message shows it: `orders.service.ts:45 → orders.repo.ts:12`. */
function describeChain(chain: readonly Link[]): string {
  const shown = chain.map(({ code, node }) => placeOf(code, node));
  if (shown.length <= linksMax) return shown.join(' → ');
  return [...shown.slice(0, linksMax - 1), '…', shown.at(-1)].join(' → ');
}

/** A helper's call as a message shows it. */
function describeCallee(code: Code, node: TSESTree.Node): string {
  const callee = node.type === 'CallExpression' ? unwrap(node.callee) : node;
  const text = compactTextOf(code, callee).replace(/\(.*\)/, '()');
  return text.length > 40 ? `…${text.slice(-38)}` : text;
}
