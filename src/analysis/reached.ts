import type { TSESTree } from '@typescript-eslint/types';

import type { Code } from '../project/code.ts';
import { untilChanged } from '../project/module.ts';
import { findVariable } from './binding.ts';
import { type Use, usesElsewhere } from './callers.ts';
import { fileRole } from './file-role.ts';
import { type Moment, byRegistration, exportedNames, findMoment } from './handler.ts';
import { callSitesOf } from './origin/parameters.ts';
import { enclosingFunction, isFunction } from './syntax.ts';

const hopsMax = 4;
/** Callers can stand in files that change. */
const answers = untilChanged(() => new Map<TSESTree.Node, Moment>());

/** When the node runs, by its own file, and where that does not tell by the other files that call it. */
export function findReached(code: Code, node: TSESTree.Node, hops = 0): Moment {
  const moment = findMoment(code, node);
  if (moment !== 'unknown' || hops > hopsMax) return moment;
  for (let fn = enclosingFunction(node); fn !== undefined; fn = enclosingFunction(fn)) {
    const reached = reachedBy(code, fn, hops);
    if (reached !== undefined) return reached;
  }
  return 'unknown';
}

const inProgress = new Set<TSESTree.Node>();

function reachedBy(code: Code, fn: TSESTree.Node, hops: number): Moment | undefined {
  const known = answers(code).get(fn);
  if (known !== undefined) return known;
  if (inProgress.has(fn)) return 'unknown';
  inProgress.add(fn);
  try {
    const moment = ofCallers(code, fn, hops);
    // Further on the way the answer can be cut short.
    if (moment !== undefined && hops === 0) answers(code).set(fn, moment);
    return moment;
  } finally {
    inProgress.delete(fn);
  }
}

/** `undefined` for a function without a name that anybody calls it by. */
function ofCallers(code: Code, fn: TSESTree.Node, hops: number): Moment | undefined {
  if (!isFunction(fn)) return undefined;
  // Who calls a method goes by its object.
  if (fn.parent.type === 'MethodDefinition' || fn.parent.type === 'PropertyDefinition') return 'unknown';
  const exported = exportedNames(code, fn);
  const calls = callSitesOf(code, fn);
  const values = valuesHere(code, fn);
  if (exported.length === 0 && calls.length === 0 && values.length === 0) return undefined;
  const elsewhere = exported.length === 0 ? [] : usesElsewhere(code, fn, exported);
  if (elsewhere === undefined) return 'unknown';
  const uses = [...values, ...elsewhere];
  return ofAll([...calls.map((call) => findReached(code, call, hops + 1)), ...uses.map((use) => momentOf(use, hops + 1))]);
}

/** Where its own file hands the function on by its name. */
function valuesHere(code: Code, fn: TSESTree.FunctionDeclaration | TSESTree.FunctionExpression | TSESTree.ArrowFunctionExpression): Use[] {
  const id = fn.type === 'FunctionDeclaration' ? fn.id : fn.parent.type === 'VariableDeclarator' ? fn.parent.id : null;
  if (id?.type !== 'Identifier') return [];
  return (findVariable(code, id)?.references ?? []).flatMap(({ identifier, init, isTypeReference }): Use[] => {
    const node = identifier as TSESTree.Node;
    const { parent } = node;
    if (init === true || isTypeReference || parent?.type === 'ExportSpecifier' || parent?.type === 'ExportDefaultDeclaration') return [];
    return parent?.type === 'CallExpression' && parent.callee === node ? [] : [{ code, node, is: 'value' }];
  });
}

function momentOf({ code, node, is }: Use, hops: number): Moment {
  const role = fileRole(code);
  if (role === 'script' || role === 'seed' || role === 'migration') return 'start';
  return is === 'call' ? findReached(code, node, hops) : (byRegistration(code, node) ?? 'unknown');
}

/** When something runs that all of these run. */
function ofAll(moments: readonly Moment[]): Moment {
  return (['request', 'job', 'unknown'] as const).find((moment) => moments.includes(moment)) ?? moments[0] ?? 'unknown';
}
