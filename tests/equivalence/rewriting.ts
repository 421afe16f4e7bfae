import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

import * as parser from '@typescript-eslint/parser';
import { Linter } from 'eslint';
import { afterAll } from 'vitest';

import plugin from '../../src/index.ts';

/** Programs are linted as files of a project of their own: what stands among tests is left alone. */
const folder = fileURLToPath(new URL('.', import.meta.url));
const project = mkdtempSync(join(tmpdir(), 'programs-'));
for (const entry of ['package.json', 'node_modules', 'databases', 'generated']) symlinkSync(join(folder, entry), join(project, entry));
afterAll(() => rmSync(project, { recursive: true, force: true }));

const linter = new Linter({ cwd: '/' });

export interface Rewritten {
  readonly text: string;
  /** Titles of what was applied; `fix` for fixes. */
  readonly applied: readonly string[];
  readonly passes: number;
}

interface Change {
  readonly range: readonly [number, number];
  readonly text: string;
  readonly title: string;
}

/** Applies every fix, and the suggestions that are wanted, until nothing changes. */
export function rewrite(text: string, filename: string, wants: (title: string) => boolean): Rewritten {
  const applied: string[] = [];
  let current = text;
  for (let passes = 1; passes <= 20; passes++) {
    const messages = linter.verify(
      current,
      [
        { files: ['**/*.ts'], languageOptions: { parser } },
        { files: ['**/*.ts'], ...plugin.configs['recommended'] },
      ] as never,
      { filename: join(project, relative(folder, filename)) },
    );
    const broken = messages.find(({ fatal }) => fatal === true);
    if (broken !== undefined) throw new Error(`does not parse: ${broken.message} at ${broken.line}: ${current.split('\n')[broken.line - 1] ?? ''}`);
    const changes: Change[] = messages.flatMap((message) => {
      const wanted = message.suggestions?.find(({ desc }) => wants(desc));
      const change = message.fix ?? wanted?.fix;
      return change === undefined ? [] : [{ ...change, title: message.fix === undefined ? (wanted?.desc ?? '') : 'fix' }];
    });
    if (changes.length === 0) return { text: current, applied, passes };
    let end = Infinity;
    for (const { range, text: by, title } of changes.sort((a, b) => b.range[1] - a.range[1])) {
      if (range[1] >= end) continue;
      current = current.slice(0, range[0]) + by + current.slice(range[1]);
      [end] = range;
      applied.push(title);
    }
  }
  throw new Error('the rewrites do not come to an end');
}
