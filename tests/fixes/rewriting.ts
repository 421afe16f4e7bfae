import { fileURLToPath } from 'node:url';

import * as parser from '@typescript-eslint/parser';
import { Linter } from 'eslint';

import { openLinted } from '../../src/analysis/linted.ts';
import { type RoundTripPerItem, findRoundTripPerItem } from '../../src/analysis/round-trip-per-item.ts';
import { loadRelations } from '../../src/fixes/load-relations.ts';
import { readByKeys } from '../../src/fixes/read-by-keys.ts';
import type { Refusal, Rewrite } from '../../src/fixes/rewrite.ts';
import { writeTogether } from '../../src/fixes/write-together.ts';
import type { Code } from '../../src/project/code.ts';
import plugin from '../../src/index.ts';

/** A file of a project that lists latency-runtime. */
export const projectFile = fileURLToPath(new URL('../../fixtures/fixes/project/src/service.ts', import.meta.url));

const linter = new Linter({ cwd: '/' });
const common = { files: ['**/*.{ts,js,cjs}'], languageOptions: { parser } };

/** What the loops of a module are rewritten to, or why they are not. */
export function rewritesOf(text: string, filename = projectFile): (Rewrite | Refusal)[] {
  return judged(text, filename, (code, trip) => (trip.does === 'read' ? readByKeys(code, trip) : writeTogether(code, trip)));
}

/** The same, for what belongs to the items. */
export function relationRewritesOf(text: string, filename = projectFile): (Rewrite | Refusal)[] {
  return judged(text, filename, loadRelations);
}

function judged(text: string, filename: string, judge: (code: Code, trip: RoundTripPerItem) => Rewrite | Refusal): (Rewrite | Refusal)[] {
  const found: (Rewrite | Refusal)[] = [];
  const rule = {
    create(context: { sourceCode: never; physicalFilename: string }) {
      const code = openLinted(context.sourceCode, context.physicalFilename, {});
      const visit = (node: never): void => {
        const trip = findRoundTripPerItem(code, node);
        if (trip !== undefined) found.push(judge(code, trip));
      };
      return { CallExpression: visit, TaggedTemplateExpression: visit, AwaitExpression: visit };
    },
  };
  const messages = linter.verify(text, [{ ...common, plugins: { test: { rules: { rewrites: rule } } }, rules: { 'test/rewrites': 'error' } }] as never, {
    filename,
  });
  if (messages.length > 0) throw new Error(messages[0]?.message);
  return found;
}

interface Applied {
  readonly text: string;
  readonly titles: readonly string[];
}

/** A module with every fix and every first suggestion applied, until nothing changes. */
export function applyAll(text: string, { only, filename = projectFile }: { only?: 'fixes'; filename?: string } = {}): Applied {
  const titles: string[] = [];
  let current = text;
  for (let pass = 0; pass < 12; pass++) {
    const messages = linter.verify(current, [common, { ...common, ...plugin.configs['recommended'] }] as never, { filename });
    const broken = messages.find(({ fatal }) => fatal === true);
    if (broken !== undefined) throw new Error(`${broken.message}\n${current}`);
    const [change] = messages.flatMap(({ fix, suggestions }) => {
      const [suggestion] = only === 'fixes' ? [] : (suggestions ?? []);
      return fix !== undefined ? [{ fix, title: 'fix' }] : suggestion === undefined ? [] : [{ fix: suggestion.fix, title: suggestion.desc }];
    });
    if (change === undefined) return { text: current, titles };
    titles.push(change.title);
    current = current.slice(0, change.fix.range[0]) + change.fix.text + current.slice(change.fix.range[1]);
  }
  throw new Error(`the rewrites do not come to an end:\n${current}`);
}

/** The titles of all suggestions for a module. */
export function suggestionsOf(text: string, filename = projectFile): string[] {
  const messages = linter.verify(text, [common, { ...common, ...plugin.configs['recommended'] }] as never, { filename });
  return messages.flatMap(({ suggestions }) => (suggestions ?? []).map(({ desc }) => desc));
}
