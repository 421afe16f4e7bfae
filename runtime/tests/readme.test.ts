import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import ts from 'typescript';
import { afterAll, describe, expect, it } from 'vitest';

const folder = fileURLToPath(new URL('./readme-examples/', import.meta.url));
const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const entries = new URL('../src/', import.meta.url);

/** Each example, under the heading that it stands below. */
const examples = [...readme.matchAll(/^## (.+)$|^```ts\n([^]*?)^```$/gm)].reduce<{ heading: string; found: [string, string, number][] }>(
  ({ heading, found }, [, title, code]) =>
    title === undefined ? { heading, found: [...found, [heading, code ?? '', found.length]] } : { heading: title, found },
  { heading: '', found: [] },
).found;

const { exports } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { exports: Record<string, { default?: string }> };
/** The source of what a program imports. */
const sourceOf = (entry: string): string => {
  const built = exports[entry.replace('latency-runtime', '.')]?.default;
  if (built === undefined) throw new Error(`${entry} is no entry of the package`);
  return new URL(built.replace('./dist/', '').replace(/\.js$/, '.ts'), entries).pathname;
};

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the examples of the README', () => {
  it('are there for each part', () => {
    expect(examples.length).toBeGreaterThanOrEqual(9);
  });

  it.each(examples)('%s', async (heading, code, number) => {
    const seen: [unknown, unknown][] = [];
    let claims = 0;
    // `value; // → expected` becomes a comparison.
    const checked = code.replaceAll(/^(.*?); \/\/ → (.*)$/gm, (_line, value: string, expected: string) => {
      claims++;
      return `__seen.push([${value}, ${expected}]);`;
    });
    expect(claims).toBeGreaterThan(0);
    const atHome = checked.replaceAll(/'(latency-runtime[\w/]*)'/g, (_all, entry: string) => JSON.stringify(sourceOf(entry)));
    const text = `const __seen: unknown[][] = (globalThis as never as { __seen: unknown[][] }).__seen;\n${atHome}`;
    mkdirSync(folder, { recursive: true });
    const file = join(folder, `${number}-${heading.replaceAll(/\W+/g, '-')}.ts`);
    writeFileSync(file, text);

    const program = ts.createProgram([file], {
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      allowImportingTsExtensions: true,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      target: ts.ScriptTarget.ES2023,
      types: ['node'],
    });
    const errors = ts.getPreEmitDiagnostics(program, program.getSourceFile(file));
    expect(errors.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))).toEqual([]);

    Object.assign(globalThis, { __seen: seen });
    await import(/* @vite-ignore */ file);
    expect(seen).toHaveLength(claims);
    for (const [value, expected] of seen) expect(value).toEqual(expected);
  });
});

it('every code of an error is told', () => {
  const sources = readdirSync(entries, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));
  const declared = sources
    .flatMap((path) => [...readFileSync(new URL(path, entries), 'utf8').matchAll(/^(?:export type \w+Code =|\s+readonly code =).*$/gm)])
    .flatMap(([line]) => line.match(/ERR_\w+/g) ?? []);
  const told = [...readme.matchAll(/^\| `(ERR_\w+)` \|/gm)].map(([, code]) => code);
  expect(told.length).toBeGreaterThan(5);
  expect([...new Set(declared)].sort()).toEqual([...told].sort());
});

it('every helper of every entry is told, and all but adapters are called in an example', async () => {
  const called = examples.map(([, code]) => code).join('\n');
  const missing: string[] = [];
  for (const entry of Object.keys(exports).filter((each) => !each.endsWith('.json'))) {
    const all = (await import(/* @vite-ignore */ sourceOf(entry.replace('.', 'latency-runtime')))) as Record<string, unknown>;
    for (const name of Object.keys(all)) {
      const isClass = /^[A-Z]/.test(name);
      if (!new RegExp(`\`(?:await )?${name}\\b`).test(readme) && !new RegExp(`\\b${name}[(,]`).test(readme)) missing.push(`${entry}: ${name} is not told`);
      if (!isClass && !/^\.\/paginate\/./.test(entry) && !new RegExp(`\\b${name}\\b.*?\\b${name}\\b`, 's').test(called))
        missing.push(`${entry}: ${name} is not called`);
    }
  }
  expect(missing).toEqual([]);
});
