import { readdirSync } from 'node:fs';

import { type AnalyzeOptions, type ScopeManager, analyze } from '@typescript-eslint/scope-manager';
import type { TSESTree } from '@typescript-eslint/types';
import { visitorKeys } from '@typescript-eslint/visitor-keys';
import { type ParseResult, parseSync } from 'oxc-parser';

import { type Code, type HandedOn, type Settings, someChild } from './code.ts';
import { forgetImporters } from './importers.ts';
import { forgetNaming } from './member-names.ts';
import { forgetManifests } from './manifest.ts';
import { forgetIndexes } from './package-index.ts';
import { forgetResolutions, resolveModule } from './resolve.ts';
import { type FileText, currentLint, readText, stampOf } from './text.ts';

interface Entry {
  readonly stamp: string;
  readonly code: Code | undefined;
  /** The lint in which the file was last compared with the disk. */
  checked: number;
  /** Modules that were opened on behalf of this one. */
  readonly opened: Set<string>;
}

/** Modules are kept opened up to this many characters together; a tree takes about fifty times its text. */
const openedMax = 2_000_000;
const entries = new Map<string, Entry>();
/** How the files of closed modules were: what rests on them may be remembered still. */
const closedStamps = new Map<string, string>();
let openedCharacters = 0;
const openedByLinted = new WeakMap<Code, Set<string>>();
/** Counts how often conclusions were dropped: because a file was found changed, or modules were closed. */
let currentGeneration = 0;

/**
 * What is remembered about a file, made anew when another file was found changed: conclusions may rest on that one.
 */
export function untilChanged<Memory extends object>(create: () => Memory): (code: Code) => Memory {
  let memories = new WeakMap<Code, Memory>();
  let generation = currentGeneration;
  return (code) => {
    if (generation !== currentGeneration) {
      // All at once: what is remembered about one file holds on to others.
      memories = new WeakMap();
      generation = currentGeneration;
    }
    let memory = memories.get(code);
    if (memory === undefined) memories.set(code, (memory = create()));
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
  const file = readImport(code, specifier);
  return file !== undefined && (file.reexports || file.text.includes(name));
}

/** The text of the module that a specifier names, without parsing it. */
export function readImport(code: Code, specifier: string): FileText | undefined {
  const path = resolveModule(code.path, specifier);
  return path === undefined ? undefined : readText(path);
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
  if (known !== undefined) {
    close(path);
    forgetConclusions();
  }
  const entry: Entry = { stamp: stampOf(path), code: parse(path, code.settings), checked: currentLint(), opened: new Set() };
  entries.set(path, entry);
  openedCharacters += entry.code?.text.length ?? 0;
  if (openedCharacters > openedMax) closeOldest(path);
  return entry.code;
}

function close(path: string): void {
  openedCharacters -= entries.get(path)?.code?.text.length ?? 0;
  entries.delete(path);
}

/** Closes the modules that were not asked for longest, down to three quarters of what may be kept. */
function closeOldest(except: string): void {
  for (const path of entries.keys()) {
    if (openedCharacters <= openedMax * 0.75) break;
    if (path === except) continue;
    closedStamps.set(path, entries.get(path)?.stamp ?? '');
    close(path);
  }
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
  forgetImporters();
  forgetNaming();
}

function openedFrom(code: Code): Set<string> {
  const entry = entries.get(code.path);
  if (entry?.code === code) return entry.opened;
  let opened = openedByLinted.get(code);
  if (opened === undefined) openedByLinted.set(code, (opened = new Set()));
  return opened;
}

function isClosedAndChanged(path: string): boolean {
  const stamp = closedStamps.get(path);
  if (stamp === undefined || stamp === stampOf(path)) return false;
  closedStamps.delete(path);
  return true;
}

/** Compares a module, and those that it led to, with the disk, at most once per lint. */
function isCurrent(path: string, entry: Entry): boolean {
  if (entry.checked === currentLint()) return true;
  entry.checked = currentLint();
  if (stampOf(path) !== entry.stamp) return false;
  for (const opened of entry.opened) {
    const other = entries.get(opened);
    if (other === undefined ? isClosedAndChanged(opened) : !isCurrent(opened, other)) {
      close(opened);
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
  const handedOn = handedOnBy(result, text);
  let ast: TSESTree.Program | undefined;
  // Let go once the tree is there: it holds comments and more.
  let unread: ParseResult | undefined = result;
  let scopes: ScopeManager | undefined;
  return {
    path,
    text,
    // Barrels are opened without a look into them, files of types without a look at a name in them.
    get ast() {
      if (unread !== undefined) ast = linked(unread);
      unread = undefined;
      return ast as TSESTree.Program;
    },
    get scopes() {
      return (scopes ??= bind(this.ast));
    },
    visitorKeys: every.visitorKeys,
    settings,
    handedOn,
  };
}

function handedOnBy({ module }: ParseResult, text: string): HandedOn {
  const named = new Map<string, { specifier: string; name: string }>();
  const stars: string[] = [];
  let isAll = module.hasModuleSyntax;
  for (const { moduleRequest, exportName, importName } of module.staticExports.flatMap(({ entries }) => entries)) {
    const name = exportName.kind === 'Default' ? 'default' : exportName.name;
    if (moduleRequest === null) isAll = false;
    else if (name === null) stars.push(moduleRequest.value);
    else named.set(name, { specifier: moduleRequest.value, name: importName.kind === 'All' ? '*' : (importName.name ?? 'default') });
  }
  return { named, stars, isAll: isAll && !/\bexports\b|\bexport\s*(?:=|import\b)/.test(text) };
}

function linked(result: ParseResult): TSESTree.Program {
  const ast = result.program as unknown as TSESTree.Program;
  link(ast);
  return ast;
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
