import type { TSESTree } from '@typescript-eslint/types';

import type { Code } from '../project/code.ts';
import { untilChanged } from '../project/module.ts';
import { findNamed, findVariable } from './binding.ts';
import { type Use, usesElsewhere } from './callers.ts';
import { fileRole } from './file-role.ts';
import { type Moment, byRegistration, exportedNames, findMoment, isHandedOn } from './handler.ts';
import { callSitesOf } from './origin/parameters.ts';
import { usesOfMethod } from './method-callers.ts';
import type { FunctionNode } from './origin/value.ts';
import { enclosingFunction, isFunction } from './syntax.ts';

const hopsMax = 4;
/** Callers can stand in files that change. */
const answers = untilChanged(() => new Map<TSESTree.Node, Moment>());

/** When the node runs, by its own file, and where that does not tell by the other files that call it. */
export function findReached(code: Code, node: TSESTree.Node, hops = 0): Moment {
  const moment = findMoment(code, node);
  if (moment !== 'unknown' || hops > hopsMax) return moment === 'start' && isInEndlessLoop(node) ? 'job' : moment;
  for (let at = node, fn = enclosingFunction(at); fn !== undefined; at = fn, fn = enclosingFunction(fn)) {
    const reached = reachedBy(code, fn, hops);
    // What starts with the server and does not end works all the time.
    if (reached !== undefined) return reached === 'start' && isInEndlessLoop(at) ? 'job' : reached;
    if (isHandedOn(fn)) return 'unknown';
  }
  return 'unknown';
}

/** `while (true)`, `for (;;)` */
function isInEndlessLoop(node: TSESTree.Node): boolean {
  for (let at = node.parent; at !== undefined && at !== null && !isFunction(at); at = at.parent) {
    if (at.type === 'ForStatement' && at.test === null) return true;
    if ((at.type === 'WhileStatement' || at.type === 'DoWhileStatement') && at.test.type !== 'BinaryExpression') return true;
  }
  return false;
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
  if (fn.parent.type === 'MethodDefinition') return ofMethod(code, fn, hops);
  if (fn.parent.type === 'PropertyDefinition') return 'unknown';
  const exported = exportedNames(code, fn);
  const calls = callSitesOf(code, fn);
  const values = valuesHere(code, fn);
  if (exported.length === 0 && calls.length === 0 && values.length === 0) return undefined;
  const elsewhere = exported.length === 0 ? [] : usesElsewhere(code, fn, exported);
  if (elsewhere === undefined) return 'unknown';
  const uses = [...values, ...elsewhere];
  return ofAll([...calls.map((call) => findReached(code, call, hops + 1)), ...uses.map((use) => momentOf(use, hops + 1))]);
}

/** Who calls a method goes by its name, and by what stands before it. */
function ofMethod(code: Code, fn: FunctionNode, hops: number): Moment {
  if (fn.parent?.type === 'MethodDefinition' && fn.parent.kind === 'constructor') return ofConstructor(code, fn);
  const uses = usesOfMethod(code, fn);
  if (uses === undefined) return 'unknown';
  return ofAll(uses.map((use) => momentOf(use, hops + 1)));
}

/** `const users = new Users();` of a class that its file keeps to itself. */
function ofConstructor(code: Code, fn: FunctionNode): Moment {
  const owner = fn.parent?.parent?.parent;
  const name = owner?.type === 'ClassDeclaration' ? owner.id : null;
  const references = name === null ? [] : (findNamed(code, name.parent.parent ?? name, name.name)?.references ?? []);
  const isBuiltOnce =
    references.length > 0 &&
    owner?.parent?.type === 'Program' &&
    references.every(({ identifier }) => {
      const { parent } = identifier as TSESTree.Node;
      return parent?.type === 'NewExpression' && parent.callee === identifier && enclosingFunction(parent) === undefined;
    });
  return isBuiltOnce ? 'start' : 'unknown';
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
  return (['request', 'job', 'unknown', 'start', 'build'] as const).find((moment) => moments.includes(moment)) ?? moments[0] ?? 'unknown';
}
