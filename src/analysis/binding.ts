import type { Scope, Variable } from '@typescript-eslint/scope-manager';
import type { TSESTree } from '@typescript-eslint/types';

import type { Code } from '../project/code.ts';
import { contains } from './syntax.ts';

/** The variable that an identifier stands for. */
export function findVariable(code: Code, identifier: TSESTree.Identifier | TSESTree.JSXIdentifier): Variable | undefined {
  return findNamed(code, identifier, identifier.name);
}

/** The variable of that name that is in sight at the node. */
export function findNamed(code: Code, node: TSESTree.Node, name: string): Variable | undefined {
  for (let scope = scopeOf(code, node); scope !== null; scope = scope.upper) {
    const variable = scope.set.get(name);
    if (variable !== undefined) return variable;
  }
  return undefined;
}

/** The most frequent nodes, which no scope with names in it belongs to: asking the scope manager about each costs more. */
const withoutScope = new Set<string>(
  'Identifier MemberExpression CallExpression NewExpression AwaitExpression ChainExpression ExpressionStatement VariableDeclarator VariableDeclaration ReturnStatement IfStatement Property ObjectExpression ArrayExpression SpreadElement LogicalExpression BinaryExpression UnaryExpression ConditionalExpression AssignmentExpression TemplateLiteral ImportSpecifier ImportDeclaration'.split(
    ' ',
  ),
);

function scopeOf(code: Code, node: TSESTree.Node): Scope | null {
  for (let at: TSESTree.Node | null | undefined = node; at !== null && at !== undefined; at = at.parent) {
    if (withoutScope.has(at.type)) continue;
    const scope = code.scopes.acquire(at, true);
    if (scope !== null) return scope;
  }
  return code.scopes.globalScope;
}

/** The variable is assigned beside where it is declared. */
export function isReassigned(variable: Variable): boolean {
  return variable.references.some((reference) => reference.isWrite() && reference.init !== true);
}

/** Whether the variable is declared outside of the node. */
export function isDeclaredOutside(variable: Variable, node: TSESTree.Node): boolean {
  return variable.defs.every((definition) => !contains(node, definition.name));
}
