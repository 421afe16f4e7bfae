import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect } from 'vitest';

import { dialects } from './dialects.ts';
import { type Outcome, observe } from './outcome.ts';
import { generatePrograms, prelude } from './programs.ts';
import { rewrite } from './rewriting.ts';

const folder = fileURLToPath(new URL('./programs/', import.meta.url));

/** What a suggestion may say and still give the same result and rows where no statement fails. */
const sameWithoutErrors =
  /^(?:it reads before the other calls of the loop run|it also reads for turns that (?:would have asked nothing|an early end would have left out)|no turn has run yet if the query fails|if the query fails, it fails in every turn|turns with the same key share one object|it reads every row of each key|it takes `id` for the primary key|hooks of the single (?:read|write) do not run|it is written after the loop|other calls of the loop run before|if one fails, none is written|if one or a turn fails, none is written|all are written in one transaction|the rows come back in the order in which the database gives them|not on MySQL|on PostgreSQL and SQL Server only|an invalid row throws an AggregateError|no two rows may have the same primary key|`select` must name columns only|on PostgreSQL, CockroachDB and SQLite only|what the database fills in does not come back on MySQL|a row that is missing is no error|it asks for an empty list, too|it asks even where no turn would have|all turns share one object|values of a unique column cannot move from row to row|the rows come in the order of the list|`\w+` must not hold a list|the key must not be a relation, and entities that were changed may be sent at another time|values of the filter are not cast to the types of the schema|hooks and validators of the single write do not run|if one is empty or cannot be cast, none is written|the client must not rename columns|keys must be texts or numbers|a count must come back as a text|a write that fails ends it with a MongoBulkWriteError)$/;

/** Turns at the same time wrote their rows in the order in which they got there. */
const givesRowsTogether = /const \w+ = await Promise\.all\(/;

interface Item {
  id: number;
  ref: number | null;
  skip: boolean;
  owner: { id: number };
}

/** Duplicate keys, keys without a row, null keys; and nothing at all. */
const lists: readonly (() => Item[])[] = [
  () => [],
  () =>
    [3, 1, 3, 9, 2, 4, 5].map((id, index) => ({
      id,
      ref: index % 3 === 1 ? null : (id % 5) + 1,
      skip: index === 4,
      owner: { id: index + 1 },
    })),
];

type Module = Readonly<Record<string, (items: Item[], trace: unknown[]) => Promise<unknown>>>;

export interface Report {
  readonly programs: number;
  readonly fixes: number;
  readonly suggestions: number;
  /** Programs that were rewritten, and run. */
  readonly rewritten: number;
  readonly statementsBefore: number;
  readonly statementsAfter: number;
}

/**
 * Generates programs for a library, rewrites them, and runs both versions on equal databases. With `fixes`, only fixes are
 * applied and everything must be the same; with `suggestions`, also what their titles leave the same.
 */
export async function compareGenerated(library: string, count: number, seed: number, applies: 'fixes' | 'suggestions'): Promise<Report> {
  const dialect = dialects[library];
  if (dialect === undefined) throw new Error(`no dialect for ${library}`);
  const { begin } = (await import(`./databases/${library}.ts`)) as { begin?: () => void };
  const { countStatements, dump, reset } = await (dialect.kept === undefined ? import('./databases/server.ts') : import('./databases/documents.ts'));
  const programs = generatePrograms(dialect, count, seed);
  const text = `${dialect.imports}\n\n${prelude}\n${dialect.functions}\n\n${programs.map((program) => program.text).join('\n\n')}\n`;
  mkdirSync(folder, { recursive: true });
  const paths = { original: join(folder, `${library}.${applies}.original.ts`), fixed: join(folder, `${library}.${applies}.fixed.ts`) };
  writeFileSync(paths.original, text);
  const titles = new Set<string>();
  const wanted = (title: string): boolean => {
    const changes = title.split(' — ')[1]?.split('; ') ?? [];
    const wants = applies === 'suggestions' && changes.every((change) => sameWithoutErrors.test(change));
    titles.add(title);
    return wants;
  };
  const { text: fixed, applied } = rewrite(text, paths.original, wanted);
  writeFileSync(paths.fixed, fixed);
  const original = (await import(/* @vite-ignore */ paths.original)) as Module;
  const rewritten = (await import(/* @vite-ignore */ paths.fixed)) as Module;

  const report = { programs: count, fixes: applied.filter((title) => title === 'fix').length, suggestions: applied.filter((title) => title !== 'fix').length };
  const totals = { rewritten: 0, statementsBefore: 0, statementsAfter: 0 };
  const bodies = bodiesOf(fixed);
  for (const program of programs) {
    if (bodies.get(program.name) === program.text) continue;
    totals.rewritten++;
    for (const [index, list] of lists.entries()) {
      const run = async (module: Module): Promise<Outcome> => {
        if (program.writes || index === 0) await reset();
        begin?.();
        const trace: unknown[] = [];
        const items = list();
        const rows = (): Promise<unknown> => dump({ ordered: !givesRowsTogether.test(bodies.get(program.name) ?? '') });
        return observe(() => module[program.name]?.(items, trace) ?? Promise.reject(new Error('no such program')), trace, countStatements, rows);
      };
      const [before, after] = [await run(original), await run(rewritten)];
      const seen = ({ value, trace, rows }: Outcome): object => ({ value, trace, rows });
      const said = `${program.text}\n\nbecame\n\n${bodies.get(program.name) ?? ''}`;
      if (isExempt(applies, library, program.text, before)) continue;
      expect(seen(after), said).toEqual(seen(before));
      totals.statementsBefore += before.statements;
      totals.statementsAfter += after.statements;
    }
  }
  return { ...report, ...totals };
}

/** Suggestions promise nothing where a statement fails, nor of when a manager sends what was changed. */
function isExempt(applies: 'fixes' | 'suggestions', library: string, body: string, before: Outcome): boolean {
  const changesEntities = library === 'mikroorm' && /\.name \+=/.test(body);
  return applies === 'suggestions' && (before.value.startsWith('throws') || changesEntities);
}

/** The text of each exported function. */
function bodiesOf(text: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const part of text.split(/\n(?=export async function )/)) {
    const name = /^export async function (\w+)/.exec(part)?.[1];
    if (name !== undefined) found.set(name, part.trimEnd());
  }
  return found;
}
