import { readFileSync, statSync } from 'node:fs';

/** A file's text, as it was when it was last compared with the disk. */
export interface FileText {
  readonly text: string;
  /** Whether it hands on exports of another module: `export * from`, `export { x } from`. */
  readonly reexports: boolean;
}

interface Entry {
  readonly stamp: string;
  readonly file: FileText | undefined;
}

/** Files larger than this are generated or data. */
const bytesMax = 1_000_000;
/** Texts are kept up to this many characters together. */
const charactersMax = 16_000_000;
const entries = new Map<string, Entry>();
let characters = 0;
let lint = 0;
/** How files were in this lint. */
const states = new Map<string, State>();

/** A lint of one file begins: files are compared with the disk again, once each. */
export function beginLint(): void {
  lint++;
  states.clear();
}

/** Which lint it is, counted in this process. */
export function currentLint(): number {
  return lint;
}

/** A file's text; `undefined` for one that is unreadable or too large. */
export function readText(path: string): FileText | undefined {
  const known = entries.get(path);
  const { stamp, size } = stateOf(path);
  if (known?.stamp === stamp) return known.file;
  if (characters > charactersMax) {
    entries.clear();
    characters = 0;
  }
  const file = size > bytesMax ? undefined : read(path);
  characters += (file?.text.length ?? 0) - (entries.get(path)?.file?.text.length ?? 0);
  entries.set(path, { stamp, file });
  return file;
}

function read(path: string): FileText | undefined {
  try {
    // As ESLint hands a file on: without a byte order mark.
    const text = readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
    return { text, reexports: handsOn(text) };
  } catch {
    return undefined;
  }
}

/** Whether a text has `export * from` or `export { x } from`. */
export function handsOn(text: string): boolean {
  return /\bexport\s*(?:\*|(?:type\s*)?\{[^}]*\}\s*from\b)/.test(text);
}

/** What a module imports or requires, by its text. */
export function importedSpecifiers(path: string): readonly string[] {
  const file = readText(path);
  return file === undefined ? [] : specifiersIn(file.text);
}

/** The specifiers of a text's imports and requires. Comments are not told apart. */
export function specifiersIn(text: string): string[] {
  return [...text.matchAll(/(?:\bfrom|\bimport\s*\(?|\brequire\s*\()\s*['"]([^'"\n]+)['"]/g)].map(([, specifier = '']) => specifier);
}

/** What is found in files, kept for each as long as its time and size are the same. */
export function perFile<Found>(find: (path: string) => Found): (path: string) => Found {
  const kept = new Map<string, { readonly stamp: string; readonly found: Found }>();
  return (path) => {
    const stamp = stampOf(path);
    const known = kept.get(path);
    if (known?.stamp === stamp) return known.found;
    const found = find(path);
    kept.set(path, { stamp, found });
    return found;
  };
}

/** Tells two states of a file apart, by time and size. */
export function stampOf(path: string): string {
  return stateOf(path).stamp;
}

interface State {
  readonly stamp: string;
  /** In bytes; endless for a file that is not there. */
  readonly size: number;
}

const gone: State = { stamp: 'none', size: Infinity };

function stateOf(path: string): State {
  let state = states.get(path);
  if (state === undefined) states.set(path, (state = askState(path)));
  return state;
}

function askState(path: string): State {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats === undefined ? gone : { stamp: `${stats.mtimeMs}:${stats.size}`, size: stats.size };
  } catch {
    return gone;
  }
}
