import type { TSESTree } from '@typescript-eslint/types';

import { findLibrary } from '../libraries/index.ts';
import { type Code, someChild } from '../project/code.ts';
import { findNaming } from '../project/member-names.ts';
import { openModule } from '../project/module.ts';
import { findVariable } from './binding.ts';
import type { Use } from './callers.ts';
import { fileRole } from './file-role.ts';
import { importedSpecifier } from './imported.ts';
import { evaluate } from './origin/evaluate.ts';
import { type FunctionNode, alternatives } from './origin/value.ts';
import { hasRangeOf, lastName, nameOfKey, parentOf, staticText, unwrap } from './syntax.ts';

/** Decorators that make a class one that others are given, and nothing that is called by the names of its methods. */
const injected = /^(?:Injectable|Service|injectable|singleton|autoInjectable|scoped|Singleton|Scoped|Component|Provide)$/;

/**
 * Where the package calls a method of a class, or hands it on. `undefined` where not all uses can be known: the class or the method
 * belongs to a framework, or what is called by that name is somebody's else.
 */
export function usesOfMethod(code: Code, fn: FunctionNode): readonly Use[] | undefined {
  const method = fn.parent;
  if (method?.type !== 'MethodDefinition' || method.kind !== 'method' || method.computed || (method.decorators ?? []).length > 0) return undefined;
  const name = nameOfKey(method);
  const owner = method.parent.parent;
  if (name === undefined || (owner.type !== 'ClassDeclaration' && owner.type !== 'ClassExpression') || isFrameworks(code, owner)) return undefined;
  const paths = method.key.type === 'PrivateIdentifier' ? [code.path] : findNaming(code, name);
  if (paths === undefined) return undefined;
  const uses: Use[] = [];
  for (const path of paths) {
    const module = path === code.path ? code : /[jt]sx?$/.test(path) ? openModule(code, path) : undefined;
    if (module === undefined) return undefined;
    if (fileRole(module) === 'test') continue;
    const found = usesIn(module, name, fn);
    if (found === undefined) return undefined;
    uses.push(...found);
  }
  return uses;
}

/** A framework may call the methods of the class: by its decorators, or by what it extends or implements. */
function isFrameworks(code: Code, owner: TSESTree.ClassDeclaration | TSESTree.ClassExpression): boolean {
  const isForeign = (node: TSESTree.Node): boolean => {
    const specifier = node.type === 'Identifier' || node.type === 'MemberExpression' ? importedSpecifier(code, node) : undefined;
    if (specifier !== undefined) return !/^[.~#]|^@\//.test(specifier) || findLibrary(specifier) !== undefined;
    return node.type !== 'Identifier' || findVariable(code, node) === undefined;
  };
  if ((owner.decorators ?? []).some(({ expression }) => !injected.test(lastName(expression.type === 'CallExpression' ? expression.callee : expression) ?? '')))
    return true;
  if (owner.superClass !== null && owner.superClass !== undefined && isForeign(unwrap(owner.superClass))) return true;
  return (owner.implements ?? []).some(({ expression }) => isForeign(expression));
}

/** The calls and other uses of a method in a module; `undefined` where it may be used under another name. */
function usesIn(module: Code, name: string, fn: FunctionNode): Use[] | undefined {
  const uses: Use[] = [];
  const isHidden = (node: TSESTree.Node): boolean => {
    if (node.type === 'Literal' && node.value === name && node.parent.type !== 'ImportDeclaration') return true;
    // `const { list } = this.users`
    if (node.type === 'Property' && node.parent.type === 'ObjectPattern' && nameOfKey(node) === name) return true;
    if (node.type === 'MemberExpression' && nameOfMember(node) === name) {
      const call = parentOf(node);
      const isCalled = call?.type === 'CallExpression' && unwrap(call.callee) === node;
      if (mayBe(module, node, fn)) uses.push({ code: module, node: isCalled ? call : node, is: isCalled ? 'call' : 'value' });
    }
    return someChild(module, node, isHidden);
  };
  return isHidden(module.ast) ? undefined : uses;
}

function nameOfMember(node: TSESTree.MemberExpression): string | undefined {
  return node.computed ? staticText(node.property) : nameOfKey(node);
}

/** What stands there is the function, or is not known. */
function mayBe(module: Code, member: TSESTree.MemberExpression, fn: FunctionNode): boolean {
  const values = alternatives(evaluate(module, member));
  return values.some((value) => value.kind !== 'function' || hasRangeOf(value.node, fn));
}
