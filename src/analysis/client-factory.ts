import type { TSESTree } from '@typescript-eslint/types';

import { type Code, compactTextOf, placeOf, someChild } from '../project/code.ts';
import { readImport } from '../project/module.ts';
import { findVariable } from './binding.ts';
import { type Construction, dependsOnParameters, findConstruction, judgeLifetime, importsOpening } from './client-lifetime.ts';
import { findMoment } from './handler.ts';
import { importedSpecifier } from './imported.ts';
import { evaluate } from './origin/evaluate.ts';
import { constructorOf } from './origin/members.ts';
import { type Value, alternatives } from './origin/value.ts';
import { isFunction, nameOfKey, parentOf, unwrap } from './syntax.ts';

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
    const found = node.type === 'NewExpression' ? builtByClass(value, methodsCalled(code, node)) : builtByFunction(value);
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
function builtByClass(value: Value, called: readonly string[] | undefined): FactoryCall | undefined {
  if (value.kind !== 'class') return undefined;
  const { code, node } = value;
  const set = constructorOf(node)?.value;
  const parts: TSESTree.Node[] = [];
  for (const member of node.body.body)
    if (member.type === 'PropertyDefinition' && !member.static && member.value !== null && mayUse(code, node, called, nameOfKey(member)))
      parts.push(member.value);
  if (set?.body !== undefined && set.body !== null) parts.push(set.body);
  for (const part of parts) {
    const found = firstConstruction(
      code,
      part,
      (each) => !isKept(each) && mayUse(code, node, called, fieldOf(each)) && !(set !== undefined && isFunction(set) && dependsOnParameters(code, each, set)),
    );
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The methods that are called on what a `new` builds; `undefined` where it is handed on. */
function methodsCalled(code: Code, node: TSESTree.NewExpression): readonly string[] | undefined {
  const at = parentOf(node);
  if (at?.type === 'MemberExpression') return calledAs(at);
  if (at?.type !== 'VariableDeclarator' || at.id.type !== 'Identifier') return undefined;
  const names: string[] = [];
  for (const { identifier, init } of findVariable(code, at.id)?.references ?? []) {
    const member = (identifier as TSESTree.Node).parent;
    if (init === true) continue;
    const own = member?.type === 'MemberExpression' && member.object === identifier ? calledAs(member) : undefined;
    if (own === undefined) return undefined;
    names.push(...own);
  }
  return names;
}

function calledAs(member: TSESTree.MemberExpression): readonly string[] | undefined {
  const call = parentOf(member);
  const name = nameOfKey(member);
  return name !== undefined && call?.type === 'CallExpression' && unwrap(call.callee) === member ? [name] : undefined;
}

/** The field that is set to what is built: of `this.agent = new Agent()`, `agent`. */
function fieldOf(node: TSESTree.Node): string | undefined {
  const at = parentOf(node);
  return at?.type === 'AssignmentExpression' && at.left.type === 'MemberExpression' && at.left.object.type === 'ThisExpression'
    ? nameOfKey(at.left)
    : undefined;
}

type ClassNode = TSESTree.ClassDeclaration | TSESTree.ClassExpression;

/** The names of `this.name` in a function; `undefined` where `this` is used as a whole. */
function membersOfThis(code: Code, fn: TSESTree.Node): string[] | undefined {
  const names: string[] = [];
  const isWhole = (node: TSESTree.Node): boolean => {
    if (node.type !== 'ThisExpression') return someChild(code, node, isWhole);
    const member = parentOf(node);
    const name = member?.type === 'MemberExpression' ? nameOfKey(member) : undefined;
    if (name !== undefined) names.push(name);
    return name === undefined;
  };
  return isWhole(fn) ? undefined : names;
}

/** Whether one of the methods that are called, or one that it calls, names the field: else its client is never used. */
function mayUse(code: Code, node: ClassNode, called: readonly string[] | undefined, field: string | undefined): boolean {
  if (called === undefined || field === undefined || node.superClass !== null) return true;
  if (isUsedWhenBuilt(code, node, field)) return true;
  const seen = new Set<string>();
  const uses = (name: string): boolean => {
    if (seen.has(name)) return false;
    seen.add(name);
    const method = methodOf(node, name);
    const names = method === undefined ? undefined : membersOfThis(code, method.value);
    return names === undefined || names.some((each) => each === field || (methodOf(node, each) !== undefined && uses(each)));
  };
  return called.some(uses);
}

/** The constructor, or what a field begins with, reads the field: `repo = new Repo(this.pool)`. */
function isUsedWhenBuilt(code: Code, node: ClassNode, field: string): boolean {
  const reads = (at: TSESTree.Node): boolean => {
    if (at.type === 'MemberExpression' && at.object.type === 'ThisExpression' && nameOfKey(at) === field)
      return !(at.parent.type === 'AssignmentExpression' && at.parent.left === at);
    return someChild(code, at, reads);
  };
  return node.body.body.some(
    (member) => (member.type === 'PropertyDefinition' || (member.type === 'MethodDefinition' && member.kind === 'constructor')) && reads(member),
  );
}

function methodOf(node: ClassNode, name: string): TSESTree.MethodDefinition | undefined {
  return node.body.body.find((member): member is TSESTree.MethodDefinition => member.type === 'MethodDefinition' && nameOfKey(member) === name);
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
