import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import * as parser from '@typescript-eslint/parser';
import { Linter } from 'eslint';
import { beforeEach, describe, expect, it, vi } from 'vitest';

const root = fileURLToPath(new URL('../../fixtures/projects/', import.meta.url));
const projects = readdirSync(root, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));

function listFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? listFiles(join(folder, entry.name)) : [join(folder, entry.name)]))
    .filter((path) => /\.[cm]?[jt]sx?$/.test(path))
    .sort();
}

interface Finding {
  readonly at: string;
  /** The chain in the message, or the one that the fixture's comment names. */
  readonly chain: string;
}

/** A line's comment says what is found there: `// latency/no-query-in-loop users.ts:6`. */
function expectedIn(project: string): Finding[] {
  return listFiles(join(root, project)).flatMap((path) =>
    readFileSync(path, 'utf8')
      .split('\n')
      .flatMap((line, index) => {
        const comment = /\/\/ (latency\/[\w-]+)(?: (.+))?$/.exec(line);
        return comment === null ? [] : [{ at: `${path.slice(root.length)}:${index + 1} ${comment[1] ?? ''}`, chain: comment[2] ?? '' }];
      }),
  );
}

/** A plugin that has opened nothing yet. */
async function freshPlugin(): Promise<typeof import('../../src/index.ts').default> {
  vi.resetModules();
  return (await import('../../src/index.ts')).default;
}

function lintAll(plugin: Awaited<ReturnType<typeof freshPlugin>>, files: readonly string[]): Finding[] {
  return files.flatMap((path) => {
    const linter = new Linter({ cwd: root });
    const config = [
      { files: ['**/*.{ts,tsx,js,mjs,cjs}'], languageOptions: { parser, parserOptions: { ecmaFeatures: { jsx: true } } }, ...plugin.configs.recommended },
    ];
    return linter.verify(readFileSync(path, 'utf8'), config as never, { filename: path }).map(({ line, ruleId, message }) => ({
      at: `${path.slice(root.length)}:${line} ${ruleId ?? message}`,
      chain: /\((\S+:\d+(?: → \S+)*)\)/.exec(message)?.[1] ?? '',
    }));
  });
}

const sorted = (findings: readonly Finding[]): Finding[] => [...findings].sort((a, b) => (a.at < b.at ? -1 : 1));

let plugin: Awaited<ReturnType<typeof freshPlugin>>;
beforeEach(async () => {
  plugin = await freshPlugin();
});

describe('projects of several files', () => {
  it.each(projects)('%s', (project) => {
    expect(sorted(lintAll(plugin, listFiles(join(root, project))))).toEqual(sorted(expectedIn(project)));
  });

  it('every project shows something that is found', () => {
    expect(projects.filter((project) => expectedIn(project).length === 0)).toEqual([]);
  });
});

describe('the order in which files are linted', () => {
  const files = projects.flatMap((project) => listFiles(join(root, project)));
  it.each<[string, readonly string[]]>([
    ['backwards', [...files].reverse()],
    ['by the length of their names', [...files].sort((a, b) => a.length - b.length)],
    ['twice', [...files, ...files]],
  ])('%s changes nothing', (_name, order) => {
    const findings = lintAll(plugin, order);
    const expected = projects.flatMap(expectedIn);
    expect(sorted(findings)).toEqual(sorted(order.length > files.length ? [...expected, ...expected] : expected));
  });
});
