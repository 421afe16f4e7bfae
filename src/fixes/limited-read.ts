import type { TSESTree } from '@typescript-eslint/types';

import { chainOfCall } from '../analysis/key-place.ts';
import { stepFacts } from '../analysis/origin/evaluate.ts';
import type { RemoteCall } from '../analysis/remote-call.ts';
import { nameOfKey, unwrap } from '../analysis/syntax.ts';
import { type Code, textOf } from '../project/code.ts';
import { isListed } from '../project/manifest.ts';
import { type Edit, type Refusal, type Rewrite, refuse, rewriteOf } from './rewrite.ts';

/** Why a read is not limited. */
export const refusals = {
  built: 'the statement is built in several places',
  options: 'its options are not written where it is called',
  word: 'the library has no limit that can be added here',
  dialect: 'SQL Server has another word for a limit',
} as const;

/** A read that takes the first row sends a limit of one. Without an order, which row is first was open before, too. */
export function limitToOne(code: Code, call: RemoteCall): Rewrite | Refusal {
  const { oneRow } = call.library;
  if (oneRow === undefined) return refuse(refusals.word);
  if (isListed(code.path, ['tedious', 'mssql'])) return refuse(refusals.dialect);
  const edit = stepBeforeSending(call, oneRow, true);
  return edit === undefined ? refuse(refusals.built) : rewriteOf('Limit it to 1', [], [edit]);
}

/** A list is read up to a limit. */
export function limitTo(code: Code, call: RemoteCall, limit: number): Rewrite | Refusal {
  const changes = ['further rows are left out'];
  const title = `Read at most ${limit}`;
  const word = call.library.options?.limit[0];
  const built = chainOfCall(call);
  if (built === undefined || call.code !== code) return refuse(refusals.built);
  const isBuilder = call.steps.length > 0;
  if (!isBuilder) {
    if (word === undefined || call.facts.options === undefined) return refuse(refusals.word);
    const edit = optionAdded(code, call, built.whole, word, limit);
    return edit === undefined ? refuse(refusals.options) : rewriteOf(title, changes, [edit]);
  }
  const step = ['limit', 'take'].find((name) => stepFacts(call.library, call.object, name)?.marks === 'limit');
  const edit = step === undefined ? undefined : stepBeforeSending(call, `${step}(${limit})`, false);
  return edit === undefined ? refuse(refusals.word) : rewriteOf(title, changes, [edit]);
}

/** A step at the end of the chain, before the call that sends it. */
function stepBeforeSending(call: RemoteCall, step: string, needsSender: boolean): Edit | undefined {
  const built = chainOfCall(call);
  if (built === undefined) return undefined;
  const { whole, chain } = built;
  const sender = chain.find(({ name }) => {
    const facts = stepFacts(call.library, call.object, name);
    return facts?.sends === true || facts?.forgetsLimit === true;
  });
  const callee = sender === undefined ? undefined : unwrap(sender.node.callee);
  if (callee?.type === 'MemberExpression') {
    const at = callee.object.range[1];
    return { range: [at, at], text: `${lineBreakBefore(call.code, callee)}.${step}` };
  }
  if (needsSender) return undefined;
  const last = unwrap(whole.callee);
  return { range: [whole.range[1], whole.range[1]], text: `${last.type === 'MemberExpression' ? lineBreakBefore(call.code, last) : ''}.${step}` };
}

/** The white space that stands before the member's dot: chains over several lines keep their shape. */
function lineBreakBefore(code: Code, member: TSESTree.MemberExpression): string {
  const between = code.text.slice(member.object.range[1], member.property.range[0]);
  return /^\s*(?=\.)/.exec(between)?.[0] ?? '';
}

/** `findMany({ where })` becomes `findMany({ where, take: 100 })`. */
function optionAdded(code: Code, call: RemoteCall, whole: TSESTree.CallExpression, word: string, limit: number): Edit | undefined {
  const at = call.facts.options ?? 0;
  const { arguments: args } = whole;
  const given = args[at];
  if (given === undefined) {
    if (args.length !== at) return undefined;
    const end = whole.range[1] - 1;
    return { range: [end, end], text: `${at > 0 ? ', ' : ''}{ ${word}: ${limit} }` };
  }
  const object = unwrap(given);
  if (object.type !== 'ObjectExpression' || call.facts.filterAt === at) return undefined;
  const last = object.properties.at(-1);
  if (last === undefined) return { range: [...object.range], text: `{ ${word}: ${limit} }` };
  if (object.properties.some((property) => property.type === 'Property' && nameOfKey(property) === word)) return undefined;
  const before = textOf(code, object).slice(0, last.range[0] - object.range[0]);
  const separator = /\n\s*$/.exec(before)?.[0] ?? ' ';
  return { range: [last.range[1], last.range[1]], text: `,${separator}${word}: ${limit}` };
}
