import type { Code } from './code.ts';
import { manifestsAbove } from './manifest.ts';
import { listCallingFiles } from './importers.ts';
import { readSource } from './package-index.ts';
import { perFile } from './text.ts';
import { isUsedByOtherPackages } from './workspace.ts';

/** The files that name a member, up to a few; `undefined` for one that many name. */
type Naming = ReadonlyMap<string, readonly string[] | undefined>;

const indexes = new Map<string, Naming | undefined>();
/** A member that more files name is everybody's. */
const namingMax = 24;

/**
 * The files of its package that name a member: `.list`, or `'list'`, by which it can be taken, too. `undefined` where there are many,
 * or where there can be others: another package of the workspace depends on this one, or it is too large.
 */
export function findNaming(code: Code, name: string): readonly string[] | undefined {
  const [manifest] = manifestsAbove(code.path);
  if (manifest === undefined || isUsedByOtherPackages(manifest)) return undefined;
  if (!indexes.has(manifest.directory)) indexes.set(manifest.directory, indexOf(manifest.directory));
  const index = indexes.get(manifest.directory);
  if (index === undefined) return undefined;
  return index.has(name) ? index.get(name) : [];
}

/** Forgets what stands in which file; files whose time and size are the same are not read again. */
export function forgetNaming(): void {
  indexes.clear();
}

function indexOf(directory: string): Naming | undefined {
  const paths = listCallingFiles(directory);
  if (paths === undefined) return undefined;
  const index = new Map<string, string[] | undefined>();
  for (const path of paths) {
    for (const name of scan(path).split(' ')) {
      const known = index.get(name);
      if (known === undefined) {
        if (!index.has(name)) index.set(name, [path]);
      } else if (known.length < namingMax) known.push(path);
      else index.set(name, undefined);
    }
  }
  return index;
}

/** One text, since most names are never asked for. */
const scan = perFile((path): string => {
  const names = new Set<string>();
  const text = readSource(path);
  // `const { list } = users`
  for (const [, taken = ''] of text.matchAll(/\b(?:const|let|var)\s*\{([^{}=]*)\}\s*=/g))
    for (const [name] of taken.matchAll(/[A-Za-z_$][\w$]*/g)) names.add(name);
  for (const [, member, quoted] of text.matchAll(/\.\s*([A-Za-z_$][\w$]*)|['"`]([A-Za-z_$][\w$]*)['"`]/g)) names.add(member ?? quoted ?? '');
  return [...names].join(' ');
});
