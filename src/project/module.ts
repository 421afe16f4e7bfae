import { readdirSync } from 'node:fs';

import { type AnalyzeOptions, type ScopeManager, analyze } from '@typescript-eslint/scope-manager';
import type { TSESTree } from '@typescript-eslint/types';
import { visitorKeys } from '@typescript-eslint/visitor-keys';
import { parseSync } from 'oxc-parser';

import { type Code, type Settings, someChild } from './code.ts';
import { forgetManifests } from './manifest.ts';
import { forgetIndexes } from './package-index.ts';
import { forgetResolutions, resolveModule } from './resolve.ts';
import { currentLint, readText, stampOf } from './text.ts';

interface Entry {
  readonly stamp: string;
  readonly code: Code | undefined;
  /** The lint in which the file was last compared with the disk. */
  checked: number;
  /** Modules that were opened on behalf of this one. */
  readonly opened: Set<string>;
}

const entriesMax = 2000;
const entries = new Map<string, Entry>();
const openedByLinted = new WeakMap<Code, Set<string>>();
/** Counts how often a file was found changed. */
let currentGeneration = 0;

/**
 * What is remembered about a file, made anew when another file was found changed: conclusions may rest on that one.
 */
export function untilChanged<Memory>(create: () => Memory): (code: Code) => Memory {
  const memories = new WeakMap<Code, { readonly generation: number; readonly memory: Memory }>();
  return (code) => {
    const known = memories.get(code);
    if (known !== undefined && known.generation === currentGeneration) return known.memory;
    const memory = create();
    memories.set(code, { generation: currentGeneration, memory });
    return memory;
  };
}

/** The module that a specifier names, seen from `code`; `undefined` where it cannot be known. */
export function openImport(code: Code, specifier: string): Code | undefined {
  const path = resolveModule(code.path, specifier);
  return path === undefined || path === code.path ? undefined : openModule(code, path);
}

/**
 * Cheap look, without parsing: whether the module that a specifier names may export a name. Barrels re-export many modules,
 * of which one has the name.
 */
export function mayExport(code: Code, specifier: string, name: string): boolean {
  const path = resolveModule(code.path, specifier);
  if (path === undefined) return false;
  if (entries.get(path)?.code !== undefined) return true;
  const file = readText(path);
  return file !== undefined && (file.reexports || file.text.includes(name));
}

/** A file of the project, parsed and bound. `undefined` for a file that is unreadable, too large, minified or broken. */
export function openModule(code: Code, path: string): Code | undefined {
  openedFrom(code).add(path);
  const known = entries.get(path);
  if (known !== undefined && isCurrent(path, known)) {
    // Keeps the order of use, so that the oldest goes first.
    entries.delete(path);
    entries.set(path, known);
    return known.code;
  }
  if (known !== undefined) forgetConclusions();
  const entry: Entry = { stamp: stampOf(path), code: parse(path, code.settings), checked: currentLint(), opened: new Set() };
  entries.set(path, entry);
  if (entries.size > entriesMax) {
    const [oldest] = entries.keys();
    if (oldest !== undefined) entries.delete(oldest);
  }
  return entry.code;
}

/** The names of the modules in a folder. */
export function listModules(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.[cm]?[jt]s$/.test(entry.name) && !entry.name.endsWith('.d.ts'))
      .map((entry) => entry.name);
  } catch {
    return [];
  }
}

function forgetConclusions(): void {
  currentGeneration++;
  forgetResolutions();
  forgetManifests();
  forgetIndexes();
}

function openedFrom(code: Code): Set<string> {
  const entry = entries.get(code.path);
  if (entry?.code === code) return entry.opened;
  let opened = openedByLinted.get(code);
  if (opened === undefined) openedByLinted.set(code, (opened = new Set()));
  return opened;
}

/** Compares a module, and those that it led to, with the disk, at most once per lint. */
function isCurrent(path: string, entry: Entry): boolean {
  if (entry.checked === currentLint()) return true;
  entry.checked = currentLint();
  if (stampOf(path) !== entry.stamp) return false;
  for (const opened of entry.opened) {
    const other = entries.get(opened);
    if (other !== undefined && !isCurrent(opened, other)) {
      entries.delete(opened);
      forgetConclusions();
    }
  }
  return true;
}

function parse(path: string, settings: Settings): Code | undefined {
  try {
    const text = readText(path)?.text;
    return text === undefined || isMinified(text) ? undefined : parseText(path, text, settings);
  } catch {
    return undefined;
  }
}

function isMinified(text: string): boolean {
  return text.length > 20_000 && text.length / (text.split('\n', 2000).length || 1) > 500;
}

/** Parses and binds a text as a module of that path. `undefined` when it has syntax errors. */
export function parseText(path: string, text: string, settings: Settings): Code | undefined {
  const lang = /\.[cm]?ts$/.test(path) ? 'ts' : path.endsWith('.tsx') ? 'tsx' : 'jsx';
  const result = parseSync(path, text, {
    astType: 'ts',
    preserveParens: false,
    lang,
    sourceType: path.endsWith('.cjs') ? 'script' : 'unambiguous',
  });
  if (result.errors.some((error) => error.severity === 'Error') && result.program.body.length === 0) return undefined;
  const ast = result.program as unknown as TSESTree.Program;
  link(ast);
  let scopes: ScopeManager | undefined;
  return {
    path,
    text,
    ast,
    // Barrels and files of types are often opened without a look at a name in them.
    get scopes() {
      return (scopes ??= bind(ast));
    },
    visitorKeys: every.visitorKeys,
    settings,
  };
}

function bind(ast: TSESTree.Program): ScopeManager {
  const options: AnalyzeOptions = { sourceType: 'module', childVisitorKeys: visitorKeys, lib: [] };
  try {
    return analyze(ast, options);
  } catch {
    // What the parser has recovered from can lack parts: no name in it is known.
    return analyze({ ...ast, body: [] }, options);
  }
}

/** Gives `range` from `start` and `end`: an array in every node would make a tree half as large again. */
const ranged = {
  get range(): [number, number] {
    const { start, end } = this as unknown as { readonly start: number; readonly end: number };
    return [start, end];
  },
};

const every = { visitorKeys: visitorKeys as Code['visitorKeys'] };

/** Gives every node its parent and its range. */
function link(root: TSESTree.Program): void {
  Object.setPrototypeOf(root, ranged);
  const stack: TSESTree.Node[] = [root];
  let parent: TSESTree.Node = root;
  const adopt = (child: TSESTree.Node): boolean => {
    (child as { parent: TSESTree.Node }).parent = parent;
    // After the parent: the other way round each node is copied into a slower form and back.
    Object.setPrototypeOf(child, ranged);
    stack.push(child);
    return false;
  };
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    parent = node;
    someChild(every, node, adopt);
  }
}
