import type { TSESTree } from '@typescript-eslint/types';

import { type Code, compactTextOf, textOf } from '../project/code.ts';
import { findCalled } from './reach.ts';
import type { RemoteCall } from './remote-call.ts';
import { sqlText } from './sql.ts';
import { enclosingFunction, unwrap } from './syntax.ts';

/** A SELECT whose text is handed to a function of the project, which sends it and gives what comes back: `query('select …')`. */
export function findHandedSelect(code: Code, node: TSESTree.Node): RemoteCall | undefined {
  if (node.type !== 'CallExpression') return undefined;
  const sql = node.arguments.map((argument) => selectIn(code, argument)).find((text) => text !== undefined);
  if (sql === undefined) return undefined;
  const found = findCalled(code, node).find(({ call }) => call.sql === sql);
  if (found === undefined || found.conditions > 0 || found.chain.some((link) => givesFirst(link))) return undefined;
  const { range } = unwrap(node.callee);
  return { ...found.call, code, node, range, text: compactTextOf(code, unwrap(node.callee)).replace(/<.*$/, ''), args: node.arguments, steps: [] };
}

function selectIn(code: Code, argument: TSESTree.Node): string | undefined {
  if (!/^(?:Literal|TemplateLiteral|ObjectExpression|BinaryExpression)$/.test(argument.type)) return undefined;
  const text = sqlText(code, argument);
  return text !== undefined && /^\s*(?:select|with)\b/i.test(text) ? text : undefined;
}

/** `const one = async (text) => (await pool.query(text)).rows[0]` */
function givesFirst({ code, node }: { readonly code: Code; readonly node: TSESTree.Node }): boolean {
  const fn = enclosingFunction(node);
  return fn !== undefined && /\[0\]|\.at\(0\)|\bcursor\b/i.test(textOf(code, fn));
}
