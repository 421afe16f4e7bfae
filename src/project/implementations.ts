import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import type { Code } from './code.ts';
import { manifestsAbove } from './manifest.ts';
import { stampOf } from './text.ts';

interface ClassHead {
  readonly name: string;
  /** Names under `extends` and `implements`, without type arguments. */
  readonly parents: readonly string[];
}

interface Scanned {
  readonly stamp: string;
  readonly heads: readonly ClassHead[];
}

const scanned = new Map<string, Scanned>();
const indexes = new Map<string, ReadonlyMap<string, ReadonlySet<string>>>();
/** In a package with more source files, classes are not looked for. */
const filesMax = 8000;
const bytesMax = 1_000_000;
const skippedFolders =
  /^(?:\..*|node_modules|dist|build|coverage|public|static|assets|docs|tests?|__tests__|__mocks__|mocks?|fakes?|fixtures|e2e|migrations?)$/;
const skippedFiles = /\.d\.[cm]?ts$|[.-](?:test|spec|e2e|stories|mock|fake)\.[cm]?[jt]sx?$/;
const sourceFiles = /\.[cm]?[jt]s$/;

/** Files of the package around a file whose classes name this class or interface as a parent. Stand-ins for tests are left out. */
export function findSubclassFiles(code: Code, parent: string): readonly string[] {
  const [manifest] = manifestsAbove(code.path);
  if (manifest === undefined) return [];
  let index = indexes.get(manifest.directory);
  if (index === undefined) indexes.set(manifest.directory, (index = indexPackage(manifest.directory)));
  return [...(index.get(parent) ?? [])];
}

/** Forgets which classes there are; files whose time and size are the same are not read again. */
export function forgetImplementations(): void {
  indexes.clear();
}

function indexPackage(root: string): ReadonlyMap<string, ReadonlySet<string>> {
  const index = new Map<string, Set<string>>();
  let files = 0;
  const visit = (folder: string): void => {
    for (const entry of listFolder(folder)) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (!skippedFolders.test(entry.name)) visit(path);
      } else if (sourceFiles.test(entry.name) && !skippedFiles.test(entry.name) && ++files <= filesMax) {
        for (const { name, parents } of headsOf(path)) {
          if (/^(?:Fake|Mock|Stub|Dummy|Noop|Null|Test|InMemory)/.test(name)) continue;
          for (const parent of parents) {
            const paths = index.get(parent);
            if (paths === undefined) index.set(parent, new Set([path]));
            else paths.add(path);
          }
        }
      }
    }
  };
  visit(root);
  return files > filesMax ? new Map() : index;
}

function listFolder(folder: string): { readonly name: string; isDirectory: () => boolean }[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function headsOf(path: string): readonly ClassHead[] {
  const stamp = stampOf(path);
  const known = scanned.get(path);
  if (known?.stamp === stamp) return known.heads;
  const heads = readHeads(path);
  scanned.set(path, { stamp, heads });
  return heads;
}

function readHeads(path: string): ClassHead[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return [];
  }
  if (text.length > bytesMax || !text.includes('class ')) return [];
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
