import { basename } from 'node:path';

import type { ScopeManager } from '@typescript-eslint/scope-manager';
import type { TSESTree } from '@typescript-eslint/types';

/** What the parser knows about types, when it offers it. `getTypeAtLocation` is typescript-eslint's. */
export interface TypeServices {
  readonly getTypeAtLocation: (node: TSESTree.Node) => unknown;
}

/**
 * One opened file: the one that ESLint lints, or one that was opened from disk because another file refers to it.
 * Every analysis takes a `Code` and a node of its tree, and works on both alike.
 */
export interface Code {
  /** Absolute path; a name that does not exist for text that has no file. */
  readonly path: string;
  readonly text: string;
  readonly ast: TSESTree.Program;
  readonly scopes: ScopeManager;
  readonly visitorKeys: Readonly<Record<string, readonly string[]>>;
  readonly types?: TypeServices | undefined;
  readonly settings: Settings;
  /** What a module that was opened from disk exports of other modules, known without its tree. */
  readonly handedOn?: HandedOn | undefined;
}

export interface HandedOn {
  /** Exported name → the module and its name there; `*` for all of it. */
  readonly named: ReadonlyMap<string, { readonly specifier: string; readonly name: string }>;
  /** Modules of `export * from`. */
  readonly stars: readonly string[];
  /** Whether the module exports nothing else. */
  readonly isAll: boolean;
}

/** `settings.latency` of the ESLint configuration. */
export interface Settings {
  /** Module (as imported, or a path from the project's root) → library, for clients that no analysis can see. */
  readonly clients: Readonly<Record<string, string>>;
  /** Who compresses response bodies. */
  readonly compressedBy: 'application' | 'proxy';
}

export const defaultSettings: Settings = { clients: {}, compressedBy: 'application' };

/** The line of an offset, from 1. */
function lineAt(code: Code, offset: number): number {
  let line = 1;
  for (let index = code.text.indexOf('\n'); index !== -1 && index < offset; index = code.text.indexOf('\n', index + 1)) line++;
  return line;
}

/** A place as messages show it: `orders.service.ts:45`. */
export function placeOf(code: Code, node: TSESTree.Node): string {
  return `${basename(code.path)}:${lineAt(code, node.range[0])}`;
}

export function textOf(code: Code, node: TSESTree.Node): string {
  return code.text.slice(node.range[0], node.range[1]);
}

/** A node as it is written, without any space but that between words: `new Query`. */
export function compactTextOf(code: Code, node: TSESTree.Node): string {
  return textOf(code, node)
    .replace(/\s+/g, ' ')
    .replace(/(?<!\w) | (?!\w)/g, '');
}

/** Whether a text has a name as a word of its own. */
export function hasWord(text: string, name: string): boolean {
  return new RegExp(`(?<![\\w$])${name.replaceAll('$', '\\$')}(?![\\w$])`).test(text);
}

/** The direct child nodes, in source order. */
export function childrenOf(code: Pick<Code, 'visitorKeys'>, node: TSESTree.Node): TSESTree.Node[] {
  const children: TSESTree.Node[] = [];
  someChild(code, node, (child) => {
    children.push(child);
    return false;
  });
  return children;
}

/** Whether the test holds for a direct child node; asked in source order until it does. */
export function someChild(code: Pick<Code, 'visitorKeys'>, node: TSESTree.Node, test: (child: TSESTree.Node) => boolean): boolean {
  const keys = code.visitorKeys[node.type];
  if (keys === undefined) return false;
  // Counted loops: this runs for every node of every tree, and an iterator makes an object per step.
  for (let index = 0; index < keys.length; index++) {
    const child = (node as unknown as Record<string, unknown>)[keys[index] ?? ''];
    if (Array.isArray(child)) {
      for (let at = 0; at < child.length; at++) {
        const each: unknown = child[at];
        if (isNode(each) && test(each)) return true;
      }
    } else if (isNode(child) && test(child)) return true;
  }
  return false;
}

function isNode(value: unknown): value is TSESTree.Node {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
}

/** Whether types can be written in a file. */
export function isTypeScript(code: Code): boolean {
  return /\.[cm]?tsx?$/.test(code.path);
}
