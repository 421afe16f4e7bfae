import type { TSESTree } from '@typescript-eslint/types';

import type { Code } from '../project/code.ts';
import { findVariable } from './binding.ts';
import { findRemoteCall } from './remote-call.ts';
import { contains, isFunction, parentOf, rootOf, unwrap } from './syntax.ts';

/**
 * Whether a call is made on a transaction whose callback holds it: when it fails, everything is undone. Not so where an
 * error is caught on the way out of the callback.
 */
export function isInTransaction(code: Code, whole: TSESTree.Node): boolean {
  const client = rootOf(whole);
  let below: TSESTree.Node = whole;
  for (let at = whole.parent; at !== undefined && at !== null; below = at, at = at.parent) {
    if (at.type === 'TryStatement' && at.handler !== null && below === at.block) return false;
    if (!isFunction(at)) continue;
    const call = parentOf(at);
    if (call?.type !== 'CallExpression') return false;
    const isCallback = call.arguments.some((argument) => unwrap(argument) === at);
    if (isCallback && findRemoteCall(code, call)?.operation === 'transaction') {
      const definition = client.type === 'Identifier' ? findVariable(code, client)?.defs[0] : undefined;
      return definition !== undefined && at.params.some((param) => contains(param, definition.name));
    }
  }
  return false;
}
