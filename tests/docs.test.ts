import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import * as parser from '@typescript-eslint/parser';
import { Linter } from 'eslint';
import { describe, expect, it } from 'vitest';

import { noPlaceBefore } from '../src/analysis/before-loop.ts';
import { clientHindrances } from '../src/analysis/client-use.ts';
import { notKeyed } from '../src/analysis/key-place.ts';
import { notBatchable } from '../src/analysis/keyed-read.ts';
import { noHelper } from '../src/analysis/query-helper.ts';
import { notSelect } from '../src/analysis/select-statement.ts';
import { refusals as compressionRefusals } from '../src/fixes/compressed-app.ts';
import { refusals as relationRefusals } from '../src/fixes/load-relations.ts';
import { refusals as limitRefusals } from '../src/fixes/limited-read.ts';
import { refusals as ownValuesRefusals } from '../src/fixes/own-values-form.ts';
import { refusals as pagedRefusals } from '../src/fixes/paged-read.ts';
import { refusals as readRefusals } from '../src/fixes/read-by-keys.ts';
import { refusals as onceRefusals } from '../src/fixes/read-once.ts';
import { refusals as clientRefusals } from '../src/fixes/shared-client.ts';
import { refusals as returnRefusals } from '../src/fixes/write-and-return.ts';
import { refusals as writeRefusals } from '../src/fixes/write-together.ts';
import plugin from '../src/index.ts';
import { defaultSettings } from '../src/project/code.ts';
import { rules } from '../src/rules/index.ts';

const folder = fileURLToPath(new URL('../rules-docs/', import.meta.url));
const linter = new Linter({ cwd: '/server' });

function lint(rule: string, code: string): string[] {
  const messages = linter.verify(
    code,
    [{ files: ['**/*.ts'], languageOptions: { parser }, plugins: { latency: plugin }, rules: { [`latency/${rule}`]: 'error' } }] as never,
    {
      filename: '/server/src/example.ts',
    },
  );
  return messages.map((message) => (message.fatal === true ? `does not parse: ${message.message}` : (message.ruleId ?? '')));
}

const headings = ['## Why it is slow', '## Examples', '## What stays silent', '## Fix safety', '## When not to use it', '## Limits'];

for (const [name, rule] of Object.entries(rules)) {
  const page = readFileSync(`${folder}${name}.md`, 'utf8');
  const examples = [...page.matchAll(/```ts (incorrect|correct)\n([\s\S]*?)```/g)].map(([, kind = '', code = '']) => ({ kind, code }));

  describe(name, () => {
    it('has every section, in order', () => {
      const places = headings.map((heading) => page.indexOf(`\n${heading}\n`));
      expect(places).not.toContain(-1);
      expect([...places].sort((a, b) => a - b)).toEqual(places);
    });

    it('has a heading for each option', () => {
      const [schema] = rule.meta.schema as readonly { properties?: Record<string, { description?: string }> }[];
      for (const [option, { description }] of Object.entries(schema?.properties ?? {})) {
        expect(page).toContain(`\n### ${option}\n`);
        expect(description).toMatch(/\.$/);
      }
    });

    it('has examples of both kinds', () => {
      expect(examples.filter(({ kind }) => kind === 'incorrect').length).toBeGreaterThan(0);
      expect(examples.filter(({ kind }) => kind === 'correct').length).toBeGreaterThan(0);
    });

    for (const [index, { kind, code }] of examples.entries()) {
      it(`example ${index + 1} is ${kind}`, () => {
        const found = lint(name, code);
        if (kind === 'correct') expect(found).toEqual([]);
        else {
          expect(found.length).toBeGreaterThan(0);
          expect(new Set(found)).toEqual(new Set([`latency/${name}`]));
        }
      });
    }
  });
}

describe('fix safety', () => {
  const loops = [notKeyed, noPlaceBefore];
  it.each([
    ['no-query-in-loop', [...loops, notBatchable, notSelect, noHelper, readRefusals, onceRefusals, relationRefusals]],
    ['no-write-in-loop', [...loops, writeRefusals, ownValuesRefusals, returnRefusals]],
    ['no-client-per-request', [clientHindrances, clientRefusals]],
    ['no-unbounded-query', [limitRefusals, pagedRefusals]],
    ['require-compression', [compressionRefusals]],
  ] as [string, Readonly<Record<string, string>>[]][])('%s lists every reason not to rewrite', (name, tables) => {
    const page = readFileSync(`${folder}${name}.md`, 'utf8');
    const section = page.slice(page.indexOf('## Fix safety'), page.indexOf('## When not to use it'));
    for (const reason of tables.flatMap((table) => Object.values(table))) expect(section).toContain(`- ${reason}`);
  });
});

describe('how-it-sees.md', () => {
  const page = readFileSync(`${folder}how-it-sees.md`, 'utf8');
  it.each([
    ['Size of a module that is opened, in bytes', 'project/text.ts', 'bytesMax'],
    ['Characters of the modules that are kept opened in one process', 'project/module.ts', 'openedMax'],
    ['References that lead from one to the next', 'analysis/origin/evaluate.ts', 'depthMax'],
    ['Steps to answer one question', 'analysis/origin/evaluate.ts', 'stepsMax'],
    ['Functions in a chain', 'analysis/reach.ts', 'chainMax'],
    ['Calls that are looked at in one function', 'analysis/reach.ts', 'callsMax'],
    ['Source files of a package in which implementations are looked for', 'project/package-index.ts', 'filesMax'],
    ['Classes that name an interface as theirs', 'analysis/origin/implementation.ts', 'candidatesMax'],
    ['Files that import a module, or what exports it again', 'project/importers.ts', 'importersMax'],
    ['Callers from one to the next', 'analysis/reached.ts', 'hopsMax'],
    ['Files that name a method', 'project/member-names.ts', 'namingMax'],
  ])('the limit "%s" is the one in the code', (words, file, constant) => {
    const source = readFileSync(new URL(`../src/${file}`, import.meta.url), 'utf8');
    const value = new RegExp(`const ${constant} = ([\\d_]+);`).exec(source)?.[1]?.replaceAll('_', '');
    expect(value).toBeDefined();
    expect(page).toMatch(new RegExp(`\\| ${words}\\s+\\|\\s+${value ?? ''} \\|`));
  });

  it('names every setting', () => {
    for (const setting of Object.keys(defaultSettings)) expect(page).toContain(`${setting}:`);
  });
});

describe('pages', () => {
  it('there is one per rule', () => {
    const pages = readdirSync(folder).filter((file) => file.endsWith('.md') && file !== 'how-it-sees.md');
    expect(pages.map((file) => file.replace('.md', '')).sort()).toEqual(Object.keys(rules).sort());
  });
});
