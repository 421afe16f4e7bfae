import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import type { Code } from './code.ts';
import { manifestsAbove } from './manifest.ts';
import { perFile } from './text.ts';

interface ClassHead {
  readonly name: string;
  /** Names under `extends` and `implements`, without type arguments. */
  readonly parents: readonly string[];
}

interface Scanned {
  readonly heads: readonly ClassHead[];
  /** Modules and namespaces that the file adds to: `declare module 'fastify'`, `namespace Express`. */
  readonly augments: readonly string[];
}

/** Files by a name that is looked for in them. */
type Files = ReadonlyMap<string, ReadonlySet<string>>;

interface PackageIndex {
  readonly subclasses: Files;
  readonly augmentations: Files;
}

const indexes = new Map<string, PackageIndex>();
/** A package with more source files has no index. */
const filesMax = 8000;
const charactersMax = 1_000_000;
const skippedFolders =
  /^(?:\..*|node_modules|dist|build|coverage|public|static|assets|docs|tests?|__tests__|__mocks__|mocks?|fakes?|fixtures|e2e|migrations?)$/;
const skippedFiles = /[.-](?:test|spec|e2e|stories|mock|fake)\.[cm]?[jt]sx?$/;
const sourceFiles = /\.[cm]?[jt]s$/;

/** Files of the package around a file whose classes name this class or interface as a parent. Stand-ins for tests are left out. */
export function findSubclassFiles(code: Code, parent: string): readonly string[] {
  return [...(indexAround(code)?.subclasses.get(parent) ?? [])];
}

/** Files of the package around a file that add declarations to a module or namespace. */
export function findAugmentationFiles(code: Code, module: string): readonly string[] {
  return [...(indexAround(code)?.augmentations.get(module) ?? [])];
}

/** Forgets what stands in which file; files whose time and size are the same are not read again. */
export function forgetIndexes(): void {
  indexes.clear();
}

function indexAround(code: Code): PackageIndex | undefined {
  const [manifest] = manifestsAbove(code.path);
  if (manifest === undefined) return undefined;
  let index = indexes.get(manifest.directory);
  if (index === undefined) indexes.set(manifest.directory, (index = indexPackage(manifest.directory)));
  return index;
}

function indexPackage(root: string): PackageIndex {
  const subclasses = new Map<string, Set<string>>();
  const augmentations = new Map<string, Set<string>>();
  const add = (to: Map<string, Set<string>>, name: string, path: string): void => {
    const paths = to.get(name);
    if (paths === undefined) to.set(name, new Set([path]));
    else paths.add(path);
  };
  const paths = listSources(root, sourceFiles);
  if (paths === undefined) return { subclasses, augmentations };
  for (const path of paths) {
    const { heads, augments } = scan(path);
    for (const { name, parents } of heads) if (!standIns.test(name)) for (const parent of parents) add(subclasses, parent, path);
    for (const module of augments) add(augmentations, module, path);
  }
  return { subclasses, augmentations };
}

/** Files of a package, without its tests, by their names; `undefined` where there are too many. */
export function listSources(root: string, names: RegExp, skipped = skippedFolders): string[] | undefined {
  const paths: string[] = [];
  const visit = (folder: string): void => {
    for (const entry of listFolder(folder)) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (!skipped.test(entry.name)) visit(path);
      } else if (names.test(entry.name) && !skippedFiles.test(entry.name) && paths.length <= filesMax) paths.push(path);
    }
  };
  visit(root);
  return paths.length > filesMax ? undefined : paths;
}

const standIns = /^(?:Fake|Mock|Stub|Dummy|Noop|Null|Test|InMemory)/;

function listFolder(folder: string): { readonly name: string; isDirectory: () => boolean }[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

const scan = perFile((path): Scanned => {
  const text = readSource(path);
  return { heads: path.endsWith('.d.ts') ? [] : headsIn(text), augments: augmentsIn(text) };
});

/** A file's text; empty for one that is unreadable or too large. */
export function readSource(path: string): string {
  try {
    const text = readFileSync(path, 'utf8');
    return text.length > charactersMax ? '' : text;
  } catch {
    return '';
  }
}

function augmentsIn(text: string): string[] {
  if (!text.includes('declare ')) return [];
  return [...text.matchAll(/\bdeclare\s+module\s+['"]([^'"]+)['"]|\bnamespace\s+(\w+)/g)].map(([, module, namespace = '']) => module ?? namespace);
}

function headsIn(text: string): ClassHead[] {
  if (!text.includes('class ')) return [];
  return [...text.matchAll(/\bclass\s+(\w+)([^{]*)\{/g)].flatMap(([, name = '', rest = '']) => {
    const heritage = withoutTypeArguments(rest);
    const parents = [...heritage.matchAll(/\b(?:extends|implements)\s+([\w\s.,$]+)/g)].flatMap(([, list = '']) =>
      list.split(/,|\bimplements\b/).map((each) => each.trim().split('.').at(-1) ?? ''),
    );
    return parents.length === 0 ? [] : [{ name, parents: parents.filter((parent) => parent !== '') }];
  });
}

function withoutTypeArguments(text: string): string {
  let kept = '';
  let depth = 0;
  for (const character of text) {
    if (character === '<') depth++;
    else if (character === '>') depth = Math.max(0, depth - 1);
    else if (depth === 0) kept += character;
  }
  return kept;
}
