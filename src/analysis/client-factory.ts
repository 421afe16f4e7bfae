import type { TSESTree } from '@typescript-eslint/types';

import { type Code, compactTextOf, placeOf, someChild } from '../project/code.ts';
import { readImport } from '../project/module.ts';
import { type Construction, dependsOnParameters, findConstruction, judgeLifetime, importsOpening } from './client-lifetime.ts';
import { findMoment } from './handler.ts';
import { importedSpecifier } from './imported.ts';
import { evaluate } from './origin/evaluate.ts';
import { constructorOf } from './origin/members.ts';
import { type Value, alternatives } from './origin/value.ts';
import { isFunction, nameOfKey, unwrap } from './syntax.ts';

/** A client that a function or class of the project builds whenever it is called. */
export interface FactoryCall extends Construction {
  /** Where the client is built: `db.ts:5`. */
  readonly where: string;
}

/** Names of functions that may build a client: most calls in a handler need no look. */
const building = /^(?:create|make|build|get|open|connect|new|init|use)|(?:client|db|database|pool|connection|redis|prisma|orm|transport(?:er)?|queue)$/i;

/** The client that a call in a handler, or a `new` there, builds behind a function or class of the project. */
export function findFactoryCall(code: Code, node: TSESTree.CallExpression | TSESTree.NewExpression): FactoryCall | undefined {
  const callee = unwrap(node.callee);
  if (callee.type !== 'Identifier' && callee.type !== 'MemberExpression') return undefined;
  const name = callee.type === 'Identifier' ? callee.name : nameOfKey(callee);
  if (node.type === 'CallExpression' && !building.test(name ?? '')) return undefined;
  const moment = findMoment(code, node);
  if (moment !== 'request' && moment !== 'job') return undefined;
  if (!mayBuild(code, callee)) return undefined;
  for (const value of alternatives(evaluate(code, callee))) {
    const found = node.type === 'NewExpression' ? builtByClass(value) : builtByFunction(value);
    if (found !== undefined) return { ...found, text: `${node.type === 'NewExpression' ? 'new ' : ''}${compactTextOf(code, callee)}` };
  }
  return undefined;
}

/** Cheap look, without parsing: whether the function or class stands in a file that builds a client, or hands others on. */
function mayBuild(code: Code, callee: TSESTree.Node): boolean {
  const specifier = importedSpecifier(code, callee);
  if (specifier === undefined) return importsOpening(code);
  const file = readImport(code, specifier);
  return file !== undefined && (file.reexports || importsOpening(file));
}

/** `export const createDb = () => new Pool();` */
function builtByFunction(value: Value): FactoryCall | undefined {
  if (value.kind !== 'function' || value.memoised === true || !isFunction(value.node)) return undefined;
  const { code, node } = value;
  return firstConstruction(code, node.body, (each) => {
    const lifetime = judgeLifetime(code, each);
    return lifetime === 'decided by the caller' || lifetime === 'per call';
  });
}

/** `class Reports { private readonly pool = new Pool(); }`, or the same in its constructor. */
function builtByClass(value: Value): FactoryCall | undefined {
  if (value.kind !== 'class') return undefined;
  const { code, node } = value;
  const set = constructorOf(node)?.value;
  const parts: TSESTree.Node[] = [];
  for (const member of node.body.body) if (member.type === 'PropertyDefinition' && !member.static && member.value !== null) parts.push(member.value);
  if (set?.body !== undefined && set.body !== null) parts.push(set.body);
  for (const part of parts) {
    const found = firstConstruction(code, part, (each) => !isKept(each) && !(set !== undefined && isFunction(set) && dependsOnParameters(code, each, set)));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** `shared ??= new Pool()`. */
function isKept(node: TSESTree.Node): boolean {
  return node.parent?.type === 'LogicalExpression' || (node.parent?.type === 'AssignmentExpression' && node.parent.operator !== '=');
}

function firstConstruction(
  code: Code,
  root: TSESTree.Node,
  counts: (node: TSESTree.CallExpression | TSESTree.NewExpression) => boolean,
): FactoryCall | undefined {
  let found: FactoryCall | undefined;
  const visit = (node: TSESTree.Node): boolean => {
    if (isFunction(node)) return false;
    if (node.type === 'CallExpression' || node.type === 'NewExpression') {
      const construction = findConstruction(code, node);
      if (construction !== undefined && counts(node)) found = { ...construction, where: placeOf(code, node) };
    }
    return found !== undefined || someChild(code, node, visit);
  };
  visit(root);
  return found;
}
