import { placeBefore } from '../analysis/before-loop.ts';
import { effectsOf, isMadeAnew } from '../analysis/effects.ts';
import { chainOfCall } from '../analysis/key-place.ts';
import { isSqlText } from '../analysis/remote-call.ts';
import type { RoundTripPerItem } from '../analysis/round-trip-per-item.ts';
import { parentOf } from '../analysis/syntax.ts';
import { mayInclude, onlyTableOf, tableOf } from '../analysis/table.ts';
import { isAssignedInLoop, turnNames, turnOf } from '../analysis/turn.ts';
import { usageOf } from '../analysis/usage.ts';
import { type Code, textOf } from '../project/code.ts';
import { guardsOf, handlesOwnError } from './list-of-turns.ts';
import { type Refusal, type Rewrite, dropsComment, freshName, indentOf, refuse, rewriteOf, semicolonOf } from './rewrite.ts';

/** Why a read that asks the same in every turn is not put before the loop; beside what `placeBefore` answers. */
export const refusals = {
  chain: 'the query stands in a function that the loop calls',
  list: 'the loop does not run over a list',
  built: 'the statement is built in several places',
  changes: 'the query changes from turn to turn',
  awaited: 'the query is not awaited where it stands',
  errors: 'each turn handles its own error',
  mutated: 'the row that a turn changes may be another turn’s row, too',
  written: 'the loop writes to what it reads',
  values: 'each turn makes a value of its own',
  comment: 'a comment would be lost',
} as const;

/** Functions of SQL that give something else each time. */
const changing = /\b(?:nextval|random\w*|rand|newid|gen_random_uuid|uuid\w*|clock_timestamp|\w*add\w*|\w*next\w*)\s*\(/i;

/** A read that names nothing of the turn is made once, before the loop. */
export function readOnce(code: Code, { call, loop, chain }: RoundTripPerItem): Rewrite | Refusal {
  if (chain.length > 0 || call.code !== code) return refuse(refusals.chain);
  const turn = turnOf(loop);
  const whole = chainOfCall(call)?.whole;
  if (turn === undefined || loop.byProject === true) return refuse(refusals.list);
  if (whole === undefined) return refuse(refusals.built);
  if (turnNames(code, whole, loop).length > 0 || isAssignedInLoop(code, whole, loop)) return refuse(refusals.changes);
  const place = placeBefore(code, loop);
  if (typeof place === 'string') return refuse(place);
  const awaited = parentOf(whole);
  if (awaited?.type !== 'AwaitExpression') return refuse(refusals.awaited);
  if (isMadeAnew(code, whole)) return refuse(refusals.values);
  if (handlesOwnError(awaited, loop)) return refuse(refusals.errors);
  if (isSqlText(call) && (call.statement === undefined || changing.test(call.sql ?? ''))) return refuse(refusals.values);
  const guards = guardsOf(code, awaited, loop, turn);
  const usage = usageOf(code, awaited);
  if (usage === 'changed') return refuse(refusals.mutated);
  if (dropsComment(code, awaited.range, [whole.range])) return refuse(refusals.comment);
  const effects = effectsOf(code, loop.body, awaited);
  const table = tableOf(call);
  if (mayInclude(effects.writes, onlyTableOf(call))) return refuse(refusals.written);

  const name = freshName(code, place, `${table ?? 'row'}Once`);
  const changes = [guards === 'none' ? 'it asks for an empty list, too' : 'it asks even where no turn would have'];
  if (effects.calls) changes.push('it reads before the other calls of the loop run');
  if (loop.concurrent && effects.shared) changes.push('turns no longer overlap');
  if (usage !== 'read') changes.push('all turns share one object');
  return rewriteOf('Ask once, before the loop', changes, [
    {
      range: [place.range[0], place.range[0]],
      text: `const ${name} = await ${textOf(code, whole)}${semicolonOf(code, `\n${textOf(code, place)}`)}\n${indentOf(code, place)}`,
    },
    { range: awaited.range, text: name },
  ]);
}
