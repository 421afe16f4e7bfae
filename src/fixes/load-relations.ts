import type { TSESTree } from '@typescript-eslint/types';

import { placeBefore } from '../analysis/before-loop.ts';
import { findVariable } from '../analysis/binding.ts';
import { effectsOf } from '../analysis/effects.ts';
import { chainOfCall } from '../analysis/key-place.ts';
import { rowsOf } from '../analysis/key-value.ts';
import type { Loop } from '../analysis/loop.ts';
import { isArray, isReiterableHolder } from '../analysis/reiterable.ts';
import type { RemoteCall } from '../analysis/remote-call.ts';
import type { RoundTripPerItem } from '../analysis/round-trip-per-item.ts';
import { nameOfKey, parentOf, staticText, unwrap } from '../analysis/syntax.ts';
import { type Turn, changesItsList, inTermsOfItem, isAssignedInLoop, turnNames, turnOf } from '../analysis/turn.ts';
import { type Code, textOf } from '../project/code.ts';
import { guardsOf, handlesOwnError, isMappable, listOf } from './list-of-turns.ts';
import { type Edit, type Refusal, type Rewrite, dropsComment, indentOf, refuse, rewriteOf, semicolonOf } from './rewrite.ts';

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
  given: 'what the call gives is used, and that of the call for many is something else',
  earlier: 'the turn may change the item before',
  comment: 'a comment would be lost',
} as const;

/** `await post.populate('author')` in each turn becomes `await Post.populate(posts, 'author')` before the loop. */
export function loadRelations(code: Code, { call, loop, chain }: RoundTripPerItem): Rewrite | Refusal {
  const loader = loaderOf(call);
  if (loader === undefined) return refuse(refusals.library);
  if (chain.length > 0 || call.code !== code) return refuse(refusals.chain);
  const turn = turnOf(loop);
  const mappable = turn === undefined ? false : isMappable(code, loop, turn);
  if (turn === undefined || mappable === false || turn.gets === 'name') return refuse(refusals.list);
  const { item, options, whole } = loader;
  if (inTermsOfItem(code, item, loop, turn) !== itemText(code, turn)) return refuse(refusals.item);
  if (options.some((each) => turnNames(code, each, loop).length > 0 || isAssignedInLoop(code, each, loop))) return refuse(refusals.changes);
  if (!options.every(meansTheSame)) return refuse(refusals.options);
  if (isAssignedInLoop(code, turn.list, loop) || isAssignedInLoop(code, turn.pattern, loop) || changesItsList(code, loop, turn))
    return refuse(refusals.counted);
  const place = placeBefore(code, loop);
  if (typeof place === 'string') return refuse(place);
  const replaced = parentOf(whole)?.type === 'AwaitExpression' ? whole.parent : unwrap(loop.body) === whole ? whole : undefined;
  if (replaced === undefined) return refuse(refusals.awaited);
  if (handlesOwnError(replaced, loop)) return refuse(refusals.errors);
  if (guardsOf(code, replaced, loop, turn) !== 'none') return refuse(refusals.guard);
  if (mayChangeBefore(code, item, replaced)) return refuse(refusals.earlier);
  const holder = loader.on ?? modelOf(code, turn);
  if (holder === undefined) return refuse(refusals.model);
  const statement = parentOf(replaced)?.type === 'ExpressionStatement' ? parentOf(replaced) : undefined;
  const list = listOf(code, loop, turn);
  const load = `await ${holder}.${loader.by}(${[list.text, ...options.map((each) => textOf(code, each))].join(', ')})`;
  const changes = [
    ...(typeof mappable === 'string' ? [mappable] : []),
    ...(loader.on !== undefined && !isArray(code, turn.list) ? [`\`${textOf(code, turn.list)}\` must be an array`] : []),
    ...changesOf(code, call, loop, replaced),
  ];
  const title = `Load what belongs to all of \`${textOf(code, turn.list)}\` at once`;
  const isAll = unwrap(loop.body) === replaced || (statement !== undefined && isOnlyStatement(statement, loop));
  const instead = isAll && list.statements.length === 0 ? insteadOf(loop) : undefined;
  const isWhole = instead !== undefined && /Statement$/.test(instead.type);
  // What the call for many gives is no item.
  if (statement === undefined && !isWhole && loader.on !== undefined) return refuse(refusals.given);
  if (dropsComment(code, (instead ?? replaced).range, [])) return refuse(refusals.comment);
  if (isWhole) return rewriteOf(title, changes, [{ range: instead.range, text: `${load}${semicolonOf(code, code.text.slice(instead.range[1]))}` }]);
  const before = [...list.statements, `${load}${semicolonOf(code, `\n${textOf(code, place)}`)}`].map((line) => `${line}\n${indentOf(code, place)}`).join('');
  return rewriteOf(title, changes, [
    { range: [place.range[0], place.range[0]], text: before },
    ...list.edits,
    instead !== undefined
      ? { range: instead.range, text: `[...${list.text}]` }
      : statement === undefined
        ? { range: replaced.range, text: textOf(code, item) }
        : removal(code, statement),
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
  if (built === undefined || callee?.type !== 'MemberExpression' || call.steps.length > 0 || built.whole !== call.node) return undefined;
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

/** The model that the list was read with. */
function modelOf(code: Code, { list }: Turn): string | undefined {
  const rows = rowsOf(code, list);
  const first = rows === undefined ? undefined : chainOfCall(rows)?.chain[0]?.node;
  const callee = first === undefined ? undefined : unwrap(first.callee);
  if (rows?.code !== code || callee?.type !== 'MemberExpression' || !isReiterableHolder(callee.object)) return undefined;
  return rows.library.forMany?.relations === undefined ? undefined : textOf(code, callee.object);
}

/** Before, the turn does more with the item than look at its members. */
function mayChangeBefore(code: Code, item: TSESTree.Node, replaced: TSESTree.Node): boolean {
  const root = item.type === 'MemberExpression' ? unwrap(item.object) : item;
  const variable = root.type === 'Identifier' ? findVariable(code, root) : undefined;
  const declared = variable?.defs[0]?.name;
  return (
    variable?.references.some(({ identifier }) => {
      const use = identifier as TSESTree.Node;
      if (use.range[0] >= replaced.range[0] || (declared !== undefined && use.range[0] <= declared.range[0])) return false;
      const member = parentOf(use);
      const above = member === undefined ? undefined : parentOf(member);
      if (member?.type !== 'MemberExpression' || member.object !== use) return item === root;
      return above?.type === 'AssignmentExpression' || above?.type === 'UpdateExpression' || (above?.type === 'CallExpression' && above.callee === member);
    }) === true
  );
}

/** What may change, for the suggestion's title. */
function changesOf(code: Code, { library }: RemoteCall, loop: Loop, replaced: TSESTree.Node): string[] {
  const effects = effectsOf(code, loop.body, replaced);
  const changes: string[] = [];
  if (effects.writes.length > 0) changes.push('a turn no longer sees what an earlier turn wrote');
  else if (effects.calls) changes.push('it reads before the other calls of the loop run');
  if (effects.leaves) changes.push('it also reads for turns that an early end would have left out');
  if (effects.outside || effects.writes.length > 0) changes.push('no turn has run yet if the query fails');
  if (library.forMany?.sharesRows !== true) changes.push('what belongs to several of them is one object');
  return changes;
}

/** The statement is all that a turn does. */
function isOnlyStatement(statement: TSESTree.Node, { body }: Loop): boolean {
  return statement === body || (body.type === 'BlockStatement' && body.body.length === 1 && body.body[0] === statement);
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

/** A statement goes with its line. */
function removal(code: Code, { range: [start, end] }: TSESTree.Node): Edit {
  const lineStart = code.text.lastIndexOf('\n', start - 1) + 1;
  const lineEnd = code.text.indexOf('\n', end);
  const isAlone = code.text.slice(lineStart, start).trim() === '' && lineEnd !== -1 && code.text.slice(end, lineEnd).trim() === '';
  return { range: isAlone ? [lineStart, lineEnd + 1] : [start, end], text: '' };
}
