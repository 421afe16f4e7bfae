import type { TSESTree } from '@typescript-eslint/types';

import { type Code, someChild, textOf } from '../project/code.ts';
import { filtersOf } from './batched.ts';
import { findVariable } from './binding.ts';
import type { Loop } from './loop.ts';
import { stepFacts } from './origin/evaluate.ts';
import type { RemoteCall } from './remote-call.ts';
import { identifiersIn, isFunction, parentOf, unwrap } from './syntax.ts';

/**
 * Whether a change of one row ends the loop when there was none: `const taken = await coupons.findOneAndUpdate({ code, left }, …);
 * if (!taken) throw …`. The filter holds more than the key, so that the row can be somebody else's by then.
 */
export function isClaim(code: Code, call: RemoteCall, loop: Loop): boolean {
  const { facts, library, node, object, steps } = call;
  if (facts.claims !== true && !steps.some(({ name }) => stepFacts(library, object, name)?.claims === true)) return false;
  if (![...filtersOf(call), ...call.args.slice(0, 1)].some(hasSeveral)) return false;
  const awaited = parentOf(node);
  const declarator = awaited?.type === 'AwaitExpression' ? parentOf(awaited) : undefined;
  if (declarator?.type !== 'VariableDeclarator') return false;
  return identifiersIn(declarator.id).some((name) =>
    findVariable(code, name)?.references.some(({ identifier }) => {
      const tested = enclosingTest(identifier, loop.body);
      if (tested === undefined) return false;
      const missing = asksForNone.test(textOf(code, tested.test)) ? tested.consequent : tested.test === identifier ? tested.alternate : null;
      return missing !== null && throws(code, missing);
    }),
  );
}

const asksForNone = /^!\s*\w|={2,3}\s*(?:null|undefined|0)\b/;

function hasSeveral(filter: TSESTree.Node): boolean {
  const at = unwrap(filter);
  return at.type === 'ObjectExpression' && at.properties.length > 1;
}

/** The `if` whose test a node stands in. */
function enclosingTest(node: TSESTree.Node, within: TSESTree.Node): TSESTree.IfStatement | undefined {
  for (let at = node; at !== within; at = at.parent) {
    if (at.parent?.type === 'IfStatement' && at.parent.test === at) return at.parent;
    if (at.parent === undefined || at.parent === null || isFunction(at)) return undefined;
  }
  return undefined;
}

function throws(code: Code, node: TSESTree.Node): boolean {
  return node.type === 'ThrowStatement' || (!isFunction(node) && someChild(code, node, (child) => throws(code, child)));
}
