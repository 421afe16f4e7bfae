import type { RemoteCall } from '../analysis/remote-call.ts';
import type { Loop } from '../analysis/loop.ts';
import { unwrap } from '../analysis/syntax.ts';
import { turnNames } from '../analysis/turn.ts';
import { textOf } from '../project/code.ts';
import { type Refusal, refuse, textWith } from './rewrite.ts';
import { type Built, type Form, refusals } from './write-form.ts';

/** Why an INSERT that is written as SQL has no form for many rows; beside what every write refuses. */
export const rawRefusals = {
  text: 'the statement is more than an INSERT of one row of parameters',
  answers: 'the statement gives back rows, or changes those that are there',
} as const;

/** `insert into posts (author, title) values ($1, $2)`: what comes before the row, and the row. */
const insert = /^(\s*insert\s+into\s+[^()]+?(?:\([^()]*\)\s*)?\bvalues\s*)(\((?:[^()]|\(\))*\))(\s+on\s+conflict\s+do\s+nothing)?\s*;?\s*$/i;

/** An INSERT of one row, written as SQL, for a list of rows. */
export function rawInsertForm(call: RemoteCall, { whole, chain }: Built, loop: Loop): Form | Refusal {
  const { code, library } = call;
  const placeholders = library.forMany?.placeholders;
  const [text, values, ...more] = whole.arguments;
  if (placeholders === undefined || call.operation !== 'insert' || !placeholders.members.includes(chain.at(-1)?.name ?? '')) return refuse(refusals.library);
  const list = values === undefined ? undefined : unwrap(values);
  if (text === undefined || list?.type !== 'ArrayExpression' || more.length > 0) return refuse(refusals.options);
  const literal = unwrap(text);
  if (literal.type !== 'Literal' && (literal.type !== 'TemplateLiteral' || literal.expressions.length > 0)) return refuse(rawRefusals.text);
  const raw = textOf(code, literal).slice(1, -1);
  const [, before, row, after = ''] = insert.exec(raw) ?? [];
  const isNumbered = placeholders.are === 'numbered';
  if (before === undefined || row === undefined)
    return refuse(/\breturning\b|\bon\s+(?:conflict|duplicate)\b/i.test(raw) ? rawRefusals.answers : rawRefusals.text);
  // The text of many rows is a template.
  if (raw.includes('\\') || (isNumbered && /`|\$\{/.test(raw))) return refuse(rawRefusals.text);
  const columns = list.elements.length;
  if (columns === 0 || list.elements.some((each) => each === null || each.type === 'SpreadElement')) return refuse(refusals.row);
  if (turnNames(code, whole, loop).some((name) => name.range[0] < list.range[0] || name.range[1] > list.range[1])) return refuse(refusals.changes);
  const asList = isNumbered ? numbered(row, columns) : nested(row, columns);
  if (asList === undefined) return refuse(rawRefusals.text);
  return {
    item: textOf(code, list),
    itemNode: list,
    collects: 'rows',
    whole,
    keeps: whole.range,
    write: (rows) => {
      const { statement, parameters } = asList(rows, before, after);
      return textWith(code, whole.range, [
        { range: literal.range, text: statement(textOf(code, literal)[0] ?? "'") },
        { range: list.range, text: parameters },
      ]);
    },
    columns,
    changes: [],
    mayBeNull: false,
    splits: false,
  };
}

/** What stands in place of the text and of its parameters, for rows of that name. */
type AsList = (rows: string, before: string, after: string) => { readonly statement: (quote: string) => string; readonly parameters: string };

/** `$1`: the numbers go on from row to row. */
function numbered(row: string, columns: number): AsList | undefined {
  const used = new Set([...row.matchAll(/\$(\d+)/g)].map(([, number]) => Number(number)));
  // Within quotes it is no parameter.
  if (used.size !== columns || Math.max(...used) !== columns || /\?|'[^']*\$\d/.test(row)) return undefined;
  const each = row.replaceAll(/\$(\d+)/g, (_, number: string) => `$\${at * ${columns} + ${number}}`);
  return (rows, before, after) => ({
    statement: () => `\`${before}\${${rows}.map((_, at) => \`${each}\`).join(', ')}${after}\``,
    parameters: `${rows}.flat()`,
  });
}

/** `?`: a list of lists stands for the rows. */
function nested(row: string, columns: number): AsList | undefined {
  // One alone may stand for a whole row: `values (?)` with `[[a, b]]`.
  if (columns < 2 || !/^\(\s*\?(?:\s*,\s*\?)*\s*\)$/.test(row) || row.split('?').length - 1 !== columns) return undefined;
  return (rows, before, after) => ({ statement: (quote) => `${quote}${before.trimEnd()} ?${after}${quote}`, parameters: `[${rows}]` });
}
