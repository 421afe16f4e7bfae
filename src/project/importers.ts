import { builtinModules } from 'node:module';
import { basename, dirname, extname } from 'node:path';

import type { Code } from './code.ts';
import { type Manifest, manifestsAbove, packageNameOf } from './manifest.ts';
import { listSources, readSource } from './package-index.ts';
import { resolveModule } from './resolve.ts';
import { handsOn, perFile, specifiersIn } from './text.ts';
import { isUsedByOtherPackages } from './workspace.ts';

interface Imports {
  readonly specifiers: readonly string[];
  readonly reexports: boolean;
}

/** Every source file of a package, with what it imports. */
type Index = ReadonlyMap<string, Imports>;

const indexes = new Map<string, Index | undefined>();
const files = /\.(?:[cm]?[jt]sx?|vue|svelte|astro)$/;
/** Folders whose files call nothing on a server: packages, what was built, tests. */
const outsideOfSources = /^(?:\..*|node_modules|dist|coverage|tests?|__tests__|__mocks__|fixtures|e2e)$/;
/** More files than these are not followed. */
const importersMax = 40;

/**
 * The files of its package that import a file, or what exports it again. `undefined` where there can be others: another package
 * of the workspace depends on this one, or it is too large.
 */
export function findImporters(code: Code): readonly string[] | undefined {
  const [manifest] = manifestsAbove(code.path);
  if (manifest === undefined || isUsedByOtherPackages(manifest)) return undefined;
  const index = indexOf(manifest);
  if (index === undefined) return undefined;
  const found = new Set<string>();
  const wanted = [code.path];
  for (const target of wanted) {
    for (const path of importersOf(target, index, manifest)) {
      if (found.has(path) || path === code.path) continue;
      if (found.size >= importersMax) return undefined;
      found.add(path);
      if (index.get(path)?.reexports === true) wanted.push(path);
    }
  }
  return [...found];
}

/** Files of the same package that import a file: at most as many as asked for. */
export function findSomeImporters(code: Code, count: number): readonly string[] {
  const [manifest] = manifestsAbove(code.path);
  const index = manifest === undefined ? undefined : indexOf(manifest);
  if (manifest === undefined || index === undefined) return [];
  return importersOf(code.path, index, manifest)
    .filter((path) => path !== code.path)
    .slice(0, count);
}

/** The files of a package that may call something of it, also components; `undefined` where there are too many. */
export function listCallingFiles(directory: string): string[] | undefined {
  return listSources(directory, files, outsideOfSources);
}

/** Forgets who imports what; files whose time and size are the same are not read again. */
export function forgetImporters(): void {
  indexes.clear();
}

function indexOf(manifest: Manifest): Index | undefined {
  if (indexes.has(manifest.directory)) return indexes.get(manifest.directory);
  const paths = listCallingFiles(manifest.directory);
  const index = paths === undefined ? undefined : new Map(paths.map((path) => [path, scan(path)]));
  indexes.set(manifest.directory, index);
  return index;
}

const scan = perFile((path): Imports => {
  const text = readSource(path);
  return { specifiers: [...new Set(specifiersIn(text))], reexports: handsOn(text) };
});

function importersOf(target: string, index: Index, manifest: Manifest): string[] {
  const names = namesOf(target);
  const aliases = new Map<string, boolean>();
  const leadsHere = (path: string, specifier: string): boolean => {
    if (specifier.startsWith('.')) return names.has(lastOf(specifier)) && resolveModule(path, specifier) === target;
    if (isPackage(specifier, manifest)) return false;
    // An alias of a tsconfig is the same in every file.
    let answer = aliases.get(specifier);
    if (answer === undefined) aliases.set(specifier, (answer = resolveModule(path, specifier) === target));
    return answer;
  };
  return [...index].filter(([path, { specifiers }]) => specifiers.some((specifier) => leadsHere(path, specifier))).map(([path]) => path);
}

const builtin = new Set(builtinModules);

function isPackage(specifier: string, manifest: Manifest): boolean {
  const name = packageNameOf(specifier);
  return specifier.startsWith('node:') || builtin.has(name) || manifest.dependencies.has(name);
}

/** How a relative specifier of a file can end. */
function namesOf(path: string): ReadonlySet<string> {
  const stem = basename(path, extname(path));
  return new Set(stem === 'index' ? [stem, basename(dirname(path)), '', '.', '..'] : [stem]);
}

function lastOf(specifier: string): string {
  const last = specifier.slice(specifier.lastIndexOf('/') + 1);
  return last === '.' || last === '..' ? last : last.replace(/\.[cm]?[jt]sx?$/, '');
}
