import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import ts from 'typescript';
import { beforeAll, describe, expect, it } from 'vitest';

import { findLibrary, libraries, namesOf } from '../src/libraries/index.ts';
import type { Library } from '../src/libraries/library.ts';
import { samples, specifiers, unchecked } from './typings/samples.ts';

const folder = fileURLToPath(new URL('./typings/', import.meta.url));

/** Lines of one generated module; the errors of each are looked up by its key. */
const lines: string[] = [];
const keys: string[] = [];
function check(key: string, line: string): void {
  keys.push(key);
  lines.push(line);
}

for (const library of libraries) {
  for (const [object, facts] of Object.entries(library.objects)) {
    const sample = samples[library.name]?.[object];
    if (sample === undefined) continue;
    const types = typeof sample === 'string' ? [sample] : sample;
    for (const name of namesOf(facts.members)) {
      for (const type of types) check(`member ${library.name} ${object}.${name}`, `({} as ${type})[${JSON.stringify(name)}];`);
    }
  }
  for (const name of namesOf(library.exports)) {
    for (const specifier of specifiers[library.name] ?? library.packages) {
      const [head = name] = name.split('.');
      const local = `_${lines.length}`;
      const qualified = head === name ? '' : ` type ${local}q = ${local}${name.slice(head.length)};`;
      check(
        `export ${library.name} ${name}`,
        head === 'default' ? `import ${local} from '${specifier}';` : `import { ${head} as ${local} } from '${specifier}';${qualified}`,
      );
    }
  }
}

const failures = new Map<string, string[]>();
const passes = new Set<string>();

beforeAll(() => {
  const file = join(folder, 'check.ts');
  const text = `export {};\n${lines.join('\n')}\n`;
  const options: ts.CompilerOptions = {
    strict: false,
    noEmit: true,
    skipLibCheck: true,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    target: ts.ScriptTarget.ES2023,
    esModuleInterop: true,
    types: ['node'],
    noImplicitAny: true,
  };
  const host = ts.createCompilerHost(options);
  const real = { ...host };
  host.getSourceFile = (name, target) => (name === file ? ts.createSourceFile(name, text, target) : real.getSourceFile(name, target));
  host.fileExists = (name) => name === file || real.fileExists(name);
  host.readFile = (name) => (name === file ? text : real.readFile(name));
  host.getCurrentDirectory = () => dirname(file);
  const program = ts.createProgram([file], options, host);
  const source = program.getSourceFile(file);
  const bad = new Map<number, string>();
  for (const diagnostic of program.getSemanticDiagnostics(source)) {
    const line = source?.getLineAndCharacterOfPosition(diagnostic.start ?? 0).line ?? 0;
    bad.set(line - 1, ts.flattenDiagnosticMessageText(diagnostic.messageText, ' '));
  }
  for (const [index, key] of keys.entries()) {
    const error = bad.get(index);
    if (error === undefined) passes.add(key);
    else failures.set(key, [...(failures.get(key) ?? []), error]);
  }
}, 600_000);

describe('every described path exists in the package’s own typings', () => {
  for (const library of libraries) {
    it(library.title, () => {
      const missing = [...new Set(keys)]
        .filter(
          (key) =>
            key.split(' ')[1] === library.name &&
            !passes.has(key) &&
            unchecked[key.replace(/^\w+ /, '')] === undefined &&
            unchecked[key.split(' ')[1] ?? ''] === undefined,
        )
        .map((key) => `${key}: ${failures.get(key)?.[0] ?? 'not checked'}`);
      expect(missing).toEqual([]);
    });
  }

  it('catches a member that does not exist', () => {
    expect([...failures.keys()].some((key) => key.startsWith('member'))).toBe(true);
  });
});

describe('descriptions are whole', () => {
  const references = (library: Library): string[] =>
    [
      ...Object.values(library.exports),
      ...Object.values(library.objects).flatMap((object) => [...Object.values(object.members), object.call, object.new, object.tag, object.builder]),
    ]
      .flatMap((facts) =>
        facts === undefined ? [] : ['new', 'call', 'is', 'type', 'static', 'gives', 'yields'].map((key) => (facts as Record<string, unknown>)[key]),
      )
      .filter((reference): reference is string => typeof reference === 'string');

  it.each(libraries.map((library) => [library.title, library] as const))('%s refers to objects that it describes', (_title, library) => {
    const words = new Set(['self', 'argument', 'called', 'result', 'results', 'item']);
    const wrong = references(library)
      .map((reference) => reference.replace('[]', ''))
      .filter((reference) => {
        if (words.has(reference) || /^told(?:\.|$)/.test(reference)) return false;
        const [other, object] = reference.split(':');
        if (object === undefined) return library.objects[reference] === undefined;
        return libraries.find((each) => each.name === other)?.objects[object] === undefined;
      });
    expect(wrong).toEqual([]);
  });

  it.each(libraries.map((library) => [library.title, library] as const))('%s lists no name twice', (_title, library) => {
    for (const table of [library.exports, ...Object.values(library.objects).map((object) => object.members)]) {
      const listed = Object.keys(table).flatMap((each) => each.split(' '));
      expect(listed.filter((name, index) => listed.indexOf(name) !== index)).toEqual([]);
    }
  });

  it('every package belongs to one library', () => {
    const packages = libraries.flatMap((library) => library.packages);
    expect(packages.filter((name, index) => packages.indexOf(name) !== index)).toEqual([]);
  });

  it.each([
    ['redis', 'redis'],
    ['ioredis', 'ioredis'],
    ['pg', 'pg'],
    ['pg-promise', 'pg-promise'],
    ['pg-native', undefined],
    ['@aws-sdk/client-s3', 'aws'],
    ['drizzle-orm/pg-core', 'drizzle'],
    ['./redis', undefined],
    ['redis-mock', undefined],
  ])('%s is %s', (specifier, name) => {
    expect(findLibrary(specifier)?.name).toBe(name);
  });
});
