import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import ts from 'typescript';
import { afterAll, describe, expect, it } from 'vitest';

const folder = fileURLToPath(new URL('./readme-examples/', import.meta.url));
const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const entries = new URL('../src/', import.meta.url);

/** Each example, under the heading that it stands below. */
const examples = [...readme.matchAll(/^## (.+)$|^```ts\n([^]*?)^```$/gm)].reduce<{ heading: string; found: [string, string][] }>(
  ({ heading, found }, [, title, code]) => (title === undefined ? { heading, found: [...found, [heading, code ?? '']] } : { heading: title, found }),
  { heading: '', found: [] },
).found;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the examples of the README', () => {
  it('are there for each part', () => {
    expect(examples.length).toBeGreaterThanOrEqual(9);
  });

  it.each(examples)('%s', async (heading, code) => {
    const seen: [unknown, unknown][] = [];
    let claims = 0;
    // `value; // → expected` becomes a comparison.
    const checked = code.replaceAll(/^(.*?); \/\/ → (.*)$/gm, (_line, value: string, expected: string) => {
      claims++;
      return `__seen.push([${value}, ${expected}]);`;
    });
    expect(claims).toBeGreaterThan(0);
    const atHome = checked.replaceAll(/'latency-runtime(\/\w+)?'/g, (_all, entry: string | undefined) =>
      JSON.stringify(new URL(`.${entry ?? ''}/index.ts`, entries).pathname),
    );
    const text = `const __seen: unknown[][] = (globalThis as never as { __seen: unknown[][] }).__seen;\n${atHome}`;
    mkdirSync(folder, { recursive: true });
    const file = join(folder, `${heading.replaceAll(/\W+/g, '-')}.ts`);
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
