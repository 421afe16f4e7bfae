import { resolve } from 'node:path';

import type { TSESTree } from '@typescript-eslint/types';

import { type Code, childrenOf, defaultSettings } from '../src/project/code.ts';
import { parseText } from '../src/project/module.ts';

/** A text as an opened file of a server. */
export function parse(text: string, path = '/server/src/service.ts'): Code {
  const code = parseText(resolve(path), text, defaultSettings);
  if (code === undefined) throw new Error(`does not parse: ${text}`);
  return code;
}

/** The node whose text is given: the largest, and the last where it occurs several times. */
export function find(code: Code, text: string): TSESTree.Node {
  let found: TSESTree.Node | undefined;
  const visit = (node: TSESTree.Node): void => {
    if (code.text.slice(node.range[0], node.range[1]) === text && (found === undefined || node.range[0] !== found.range[0])) found = node;
    for (const child of childrenOf(code, node)) visit(child);
  };
  visit(code.ast);
  if (found === undefined) throw new Error(`no node reads ${text}`);
  return found;
}
