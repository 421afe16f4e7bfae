import type { TSESTree } from '@typescript-eslint/types';

import { placeBefore } from '../analysis/before-loop.ts';
import { findNamed, findVariable, isReassigned } from '../analysis/binding.ts';
import { effectsOf } from '../analysis/effects.ts';
import { chainOfCall } from '../analysis/key-place.ts';
import { rowsOf } from '../analysis/key-value.ts';
import type { Loop } from '../analysis/loop.ts';
import { evaluate } from '../analysis/origin/evaluate.ts';
import { alternatives } from '../analysis/origin/value.ts';
import { isArray, isOtherThanArray, isReiterableHolder } from '../analysis/reiterable.ts';
import type { RemoteCall } from '../analysis/remote-call.ts';
import type { RoundTripPerItem } from '../analysis/round-trip-per-item.ts';
import { enclosingFunction, nameOfKey, parentOf, rootOf, staticText, unwrap } from '../analysis/syntax.ts';
import { type Turn, changesItsList, inTermsOfItem, isAssignedInLoop, turnNames, turnOf } from '../analysis/turn.ts';
import { type Code, someChild, textOf } from '../project/code.ts';
import { guardsOf, handlesOwnError, isMappable, isWholeTurn, listOf } from './list-of-turns.ts';
import { forgetsRows } from './read-by-keys.ts';
import { type Refusal, type Rewrite, dropsComment, indentOf, refuse, removalOf, rewriteOf, semicolonOf } from './rewrite.ts';

/** Why what belongs to the items is not loaded before the loop; beside what `placeBefore` answers. */
export const refusals = {
  library: 'the library has no call that loads what belongs to many items',
  chain: 'the query stands in a function that the loop calls',
  list: 'the loop does not run over a list',
  counted: 'the loop changes its list or its counter',
  item: 'it is not loaded for the item itself',
  model: 'the model of the items is not known',
  options: 'a limit or an order of what is loaded would be one for all items together',
  changes: 'the query changes from turn to turn',
  guard: 'not every turn loads it',
  errors: 'each turn handles its own error',
  awaited: 'the query is not awaited where it stands',
  session: 'the items may belong to a session or a transaction',
  given: 'what the call gives is used, and that of the call for many is something else',
  earlier: 'the turn may change the item before',
  comment: 'a comment would be lost',
} as const;

/** `await post.populate('author')` in each turn becomes `await Post.populate(posts, 'author')` before the loop. */
export function loadRelations(code: Code, { call, loop, chain }: RoundTripPerItem): Rewrite | Refusal {
  const loader = loaderOf(call);
  if (loader === undefined) return refuse(refusals.library);
  if (chain.length > 0 || call.code !== code) return refuse(refusals.chain);
  if (loop.byProject === true) return refuse(refusals.list);
  const turn = turnOf(loop);
  const mappable = turn === undefined ? false : isMappable(code, loop, turn);
  if (turn === undefined || mappable === false || turn.gets === 'name') return refuse(refusals.list);
  const { item, options, whole } = loader;
  if (loader.on !== undefined && isOtherThanArray(code, turn.list)) return refuse(refusals.list);
  if (inTermsOfItem(code, item, loop, turn) !== itemText(code, turn)) return refuse(refusals.item);
  if (options.some((each) => turnNames(code, each, loop).length > 0 || isAssignedInLoop(code, each, loop))) return refuse(refusals.changes);
  if (options.length !== 1 || !options.every(meansTheSame)) return refuse(refusals.options);
  if (isAssignedInLoop(code, turn.list, loop) || isAssignedInLoop(code, turn.pattern, loop) || changesItsList(code, loop, turn))
    return refuse(refusals.counted);
  const place = placeBefore(code, loop);
  if (typeof place === 'string') return refuse(place);
  const replaced = parentOf(whole)?.type === 'AwaitExpression' ? whole.parent : unwrap(loop.body) === whole ? whole : undefined;
  if (replaced === undefined) return refuse(refusals.awaited);
  if (handlesOwnError(replaced, loop)) return refuse(refusals.errors);
  if (guardsOf(code, replaced, loop, turn) !== 'none') return refuse(refusals.guard);
  if (happensBefore(code, loop.body, replaced)) return refuse(refusals.earlier);
  if (call.library.forMany?.sharesRows === true && forgetsRows(code, loop.body)) return refuse(refusals.changes);
  const rows = rowsOf(code, turn.list);
  if (rows?.steps.some(({ name, node }) => /session|transac/i.test(name + textOf(rows.code, node))) === true || /\bsession\b/.test(textOf(code, turn.list)))
    return refuse(refusals.session);
  const holder = loader.on ?? modelOf(code, rows, loop);
  if (holder === undefined) return refuse(refusals.model);
  const statement = parentOf(replaced)?.type === 'ExpressionStatement' ? parentOf(replaced) : undefined;
  if (statement === undefined && (parentOf(replaced)?.type === 'SequenceExpression' || whole.typeArguments !== undefined)) return refuse(refusals.given);
  const list = listOf(code, loop, turn);
  const load = `await ${holder}.${loader.by}(${[list.text, ...options.map((each) => textOf(code, each))].join(', ')})`;
  const changes = [
    ...(typeof mappable === 'string' ? [mappable] : []),
    ...(loader.on !== undefined && !isArray(code, turn.list) && list.statements.length === 0 ? [`\`${textOf(code, turn.list)}\` must be an array`] : []),
    ...(loader.on !== undefined && rows === undefined && call.library.forMany?.sharesRows === true ? ['all must be of one class'] : []),
    ...changesOf(code, call, loop, replaced),
  ];
  const title = `Load what belongs to all of \`${textOf(code, turn.list)}\` at once`;
  const isTurn = unwrap(loop.body) === replaced;
  const all = isTurn || (statement !== undefined && isWholeTurn(statement, loop)) ? insteadOf(loop) : undefined;
  const isWhole = all !== undefined && /Statement$/.test(all.type);
  // What the turns give is the items only where each gives its own.
  const instead = isWhole || (isTurn && list.statements.length === 0) ? all : undefined;
  // What the call for many gives is no item.
  if (statement === undefined && !isWhole && loader.on !== undefined) return refuse(refusals.given);
  if (dropsComment(code, (instead ?? replaced).range, [])) return refuse(refusals.comment);
  if (isWhole) {
    const text = [...list.statements, `${load}${semicolonOf(code, code.text.slice(all.range[1]))}`].join(`\n${indentOf(code, place)}`);
    return rewriteOf(title, changes, [{ range: all.range, text }]);
  }
  const before = [...list.statements, `${load}${semicolonOf(code, `\n${textOf(code, place)}`)}`].map((line) => `${line}\n${indentOf(code, place)}`).join('');
  return rewriteOf(title, changes, [
    { range: [place.range[0], place.range[0]], text: before },
    ...list.edits,
    instead !== undefined
      ? { range: instead.range, text: `[...${list.text}]` }
      : statement === undefined
        ? { range: replaced.range, text: textOf(code, item) }
        : removalOf(code, statement),
  ]);
}

interface Loader {
  readonly whole: TSESTree.CallExpression;
  /** The member that loads for many. */
  readonly by: string;
  /** What it is called on, where that is known from the call: its receiver. */
  readonly on: string | undefined;
  readonly item: TSESTree.Node;
  readonly options: readonly TSESTree.CallExpressionArgument[];
}

/** `post.populate('author')`, `Post.populate(post, 'author')` */
function loaderOf(call: RemoteCall): Loader | undefined {
  const built = chainOfCall(call);
  const callee = built === undefined ? undefined : unwrap(built.whole.callee);
  if (built === undefined || callee?.type !== 'MemberExpression' || callee.optional || call.steps.length > 0 || built.whole !== call.node) return undefined;
  const { whole } = built;
  const name = nameOfKey(callee) ?? '';
  const by = call.library.forMany?.relations?.[call.object]?.[name];
  if (by !== undefined) return { whole, by, on: undefined, item: callee.object, options: whole.arguments };
  const [item, ...options] = whole.arguments;
  const takesMany = call.facts.items === 0 && call.operation.startsWith('read') && call.library.forMany?.relations !== undefined;
  if (!takesMany || item === undefined || item.type === 'SpreadElement' || !isReiterableHolder(callee.object)) return undefined;
  return { whole, by: name, on: textOf(call.code, callee.object), item, options };
}

/** `post`, or `posts[i]` of a counted loop. */
function itemText(code: Code, { gets, list, pattern }: Turn): string {
  return gets === 'position' ? `${textOf(code, list)}[${textOf(code, pattern)}]` : pattern.type === 'Identifier' ? pattern.name : '';
}

/** Paths and columns, as text or in an object; limits and orders would be of all rows together. */
function meansTheSame(node: TSESTree.Node): boolean {
  const at = unwrap(node);
  if (at.type === 'ArrayExpression') return at.elements.every((each) => each !== null && meansTheSame(each));
  if (at.type === 'ObjectExpression')
    return at.properties.every((each) => {
      if (each.type !== 'Property' || !/^(?:path|select|model|strictPopulate|populate|skipFetched|transaction)$/.test(nameOfKey(each) ?? '')) return false;
      return nameOfKey(each) !== 'populate' || meansTheSame(each.value);
    });
  const text = staticText(at);
  // `children(oldestFirst)` names a function that may limit them.
  return text !== undefined && !text.includes('(');
}

/** The model that the list was read with, where its name means the same at the loop. */
function modelOf(code: Code, rows: RemoteCall | undefined, loop: Loop): string | undefined {
  const first = rows === undefined ? undefined : chainOfCall(rows)?.chain[0];
  const callee = first === undefined ? undefined : unwrap(first.node.callee);
  if (rows?.code !== code || callee?.type !== 'MemberExpression' || !isReiterableHolder(callee.object)) return undefined;
  if (rows.library.forMany?.relations === undefined || /^relatedQuery$/.test(first?.name ?? '')) return undefined;
  const isModel = alternatives(evaluate(code, callee.object)).some((value) => value.kind === 'class' || (value.kind === 'object' && value.type === 'model'));
  const root = rootOf(callee.object);
  if (!isModel) return undefined;
  if (root.type === 'ThisExpression') return thisOf(root) === thisOf(loop.node) ? textOf(code, callee.object) : undefined;
  const variable = root.type === 'Identifier' ? findVariable(code, root) : undefined;
  if (root.type !== 'Identifier' || variable === undefined || isReassigned(variable) || findNamed(code, loop.node, root.name) !== variable) return undefined;
  return textOf(code, callee.object);
}

/** The function whose `this` is meant. */
function thisOf(node: TSESTree.Node): TSESTree.Node | undefined {
  let fn = enclosingFunction(node);
  while (fn?.type === 'ArrowFunctionExpression') fn = enclosingFunction(fn);
  return fn;
}

/** Something happens in the turn before: it may change the item, or what is loaded for it. */
function happensBefore(code: Code, body: TSESTree.Node, replaced: TSESTree.Node): boolean {
  const visit = (node: TSESTree.Node): boolean => {
    if (node === replaced || node.range[0] >= replaced.range[0]) return false;
    if (/^(?:Call|New|Await|Assignment|Update|Yield|TaggedTemplate)Expression$/.test(node.type) && node.range[1] <= replaced.range[0]) return true;
    if (node.type === 'UnaryExpression' && node.operator === 'delete') return true;
    return someChild(code, node, visit);
  };
  return visit(body);
}

/** What may change, for the suggestion's title. */
function changesOf(code: Code, { library }: RemoteCall, loop: Loop, replaced: TSESTree.Node): string[] {
  const effects = effectsOf(code, loop.body, replaced);
  const changes: string[] = [];
  if (effects.writes.length > 0) changes.push('a turn no longer sees what an earlier turn wrote');
  else if (effects.calls) changes.push('it reads before the other calls of the loop run');
  if (effects.leaves) changes.push('it also reads for turns that an early end would have left out');
  if (effects.outside || effects.writes.length > 0) changes.push('no turn has run yet if the query fails');
  if (loop.concurrent && effects.shared) changes.push('turns no longer overlap');
  if (library.forMany?.sharesRows !== true) changes.push('what belongs to several of them is one object', 'a limit of the relation itself is one for all');
  return changes;
}

/** What the one call, or the list, takes the place of: the loop, the statement that awaits its turns, or what these give. */
function insteadOf({ node }: Loop): TSESTree.Node | undefined {
  if (node.type !== 'CallExpression') return node;
  const all = parentOf(node);
  if (all?.type !== 'CallExpression') return undefined;
  const awaited = parentOf(all);
  if (awaited?.type !== 'AwaitExpression') return all;
  const statement = parentOf(awaited);
  return statement?.type === 'ExpressionStatement' ? statement : awaited;
}
