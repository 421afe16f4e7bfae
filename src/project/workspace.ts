import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { type Manifest, packageNameOf, readManifest } from './manifest.ts';

export interface WorkspacePackage {
  readonly directory: string;
  /** What follows the package's name in the specifier. */
  readonly subpath: string;
  /** Files that its package.json names for that subpath, relative to its folder. */
  readonly targets: readonly string[];
}

const packagesByRoot = new Map<string, Map<string, string>>();
const roots = new Map<string, string | undefined>();

/** The package of the same repository that a specifier names. */
export function findWorkspacePackage(from: string, specifier: string): WorkspacePackage | undefined {
  const root = findRoot(from);
  if (root === undefined) return undefined;
  const name = packageNameOf(specifier);
  const directory = listPackages(root).get(name);
  if (directory === undefined) return undefined;
  const subpath = specifier.slice(name.length + 1);
  return { directory, subpath, targets: targetsOf(directory, subpath) };
}

/** Whether another package of the repository lists this one. */
export function isUsedByOtherPackages({ name, directory }: Manifest): boolean {
  const root = findRoot(directory);
  if (name === undefined || root === undefined || root === directory) return false;
  return [...listPackages(root).values()].some((other) => other !== directory && readManifest(other)?.dependencies.has(name) === true);
}

/** The repository's root: the nearest folder that is one by its files, or the highest with a package.json. */
function findRoot(from: string): string | undefined {
  if (roots.has(from)) return roots.get(from);
  let root: string | undefined;
  for (let at = from; ; at = dirname(at)) {
    const manifest = readManifest(at);
    if (manifest !== undefined) root = at;
    if (manifest?.workspaces === true || existsSync(join(at, 'pnpm-workspace.yaml')) || existsSync(join(at, '.git'))) {
      root = at;
      break;
    }
    if (dirname(at) === at) break;
  }
  roots.set(from, root);
  return root;
}

const skipped = new Set(['node_modules', 'dist', 'build', 'coverage', 'public', 'static', 'assets', 'docs', 'test', 'tests']);
const deepest = 4;
const foldersMax = 4000;

function listPackages(root: string): Map<string, string> {
  const known = packagesByRoot.get(root);
  if (known !== undefined) return known;
  const packages = new Map<string, string>();
  packagesByRoot.set(root, packages);
  let visited = 0;
  const visit = (directory: string, depth: number): void => {
    if (++visited > foldersMax) return;
    const name = readManifest(directory)?.name;
    if (name !== undefined && !packages.has(name)) packages.set(name, directory);
    if (depth === deepest) return;
    for (const entry of listFolders(directory)) visit(join(directory, entry), depth + 1);
  };
  visit(root, 0);
  return packages;
}

function listFolders(directory: string): string[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && !skipped.has(entry.name))
      .map((entry) => entry.name);
  } catch {
    return [];
  }
}

function targetsOf(directory: string, subpath: string): string[] {
  const manifest = readManifest(directory);
  if (manifest === undefined) return [];
  const targets: string[] = [];
  const exports = manifest.exports;
  const wanted = subpath === '' ? '.' : `./${subpath}`;
  if (typeof exports === 'string' && subpath === '') targets.push(exports);
  else if (typeof exports === 'object' && exports !== null) {
    const table = exports as Record<string, unknown>;
    if (wanted in table) collect(table[wanted], targets);
    else if (subpath === '' && !Object.keys(table).some((key) => key.startsWith('.'))) collect(table, targets);
    else {
      for (const [pattern, value] of Object.entries(table)) {
        const star = pattern.indexOf('*');
        if (star === -1 || !wanted.startsWith(pattern.slice(0, star))) continue;
        const after = pattern.slice(star + 1);
        if (!wanted.endsWith(after)) continue;
        const rest = wanted.slice(star, wanted.length - after.length);
        const found: string[] = [];
        collect(value, found);
        targets.push(...found.map((target) => target.replace('*', rest)));
      }
    }
  }
  if (subpath === '') targets.push(...manifest.entries);
  return targets;
}

function collect(value: unknown, into: string[]): void {
  if (typeof value === 'string') into.push(value);
  else if (Array.isArray(value)) value.forEach((each) => collect(each, into));
  else if (typeof value === 'object' && value !== null) Object.values(value).forEach((each) => collect(each, into));
}
