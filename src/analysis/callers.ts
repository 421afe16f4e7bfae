import type { Variable } from '@typescript-eslint/scope-manager';
import type { TSESTree } from '@typescript-eslint/types';

import { type Code, someChild } from '../project/code.ts';
import { findImporters } from '../project/importers.ts';
import { openModule } from '../project/module.ts';
import { resolveModule } from '../project/resolve.ts';
import { fileRole } from './file-role.ts';
import { requiredSpecifier } from './origin/exports.ts';
import { evaluate } from './origin/evaluate.ts';
import { type FunctionNode, alternatives } from './origin/value.ts';
import { hasRangeOf, parentOf, unwrap } from './syntax.ts';

/** A place where a function of another file is called, or handed on. */
export interface Use {
  readonly code: Code;
  readonly node: TSESTree.Node;
  readonly is: 'call' | 'value';
}

/**
 * Where the other files of the package use an exported function. `undefined` where not all uses can be known: a file that cannot
 * be read, a namespace that is handed on, another package that depends on this one.
 */
export function usesElsewhere(code: Code, fn: FunctionNode, exported: readonly string[]): readonly Use[] | undefined {
  const paths = findImporters(code);
  if (paths === undefined) return undefined;
  const targets = new Set([code.path, ...paths]);
  const uses: Use[] = [];
  for (const path of paths) {
    // Components keep their script among other things.
    const importer = /[jt]sx?$/.test(path) ? openModule(code, path) : undefined;
    if (importer === undefined) return undefined;
    if (fileRole(importer) === 'test') continue;
    if (importsInPlace(importer, targets) || renames(importer, exported)) return undefined;
    const found = usesIn(importer, code, fn, exported);
    if (found === undefined) return undefined;
    uses.push(...found);
  }
  return uses;
}

/** `require('./users').list()`: no name is bound. */
function importsInPlace(importer: Code, targets: ReadonlySet<string>): boolean {
  if (!/\b(?:require|import)\s*\(/.test(importer.text)) return false;
  const visit = (node: TSESTree.Node): boolean => {
    const specifier = requiredSpecifier(node);
    if (specifier !== undefined && !isBound(node)) {
      const path = resolveModule(importer.path, specifier);
      if (path !== undefined && targets.has(path)) return true;
    }
    return someChild(importer, node, visit);
  };
  return visit(importer.ast);
}

function isBound(node: TSESTree.Node): boolean {
  const parent = parentOf(node);
  if (parent?.type === 'AwaitExpression') return isBound(parent);
  return parent?.type === 'VariableDeclarator' || (parent?.type === 'MemberExpression' && parentOf(parent)?.type === 'VariableDeclarator');
}

/** `export { list as all } from './users'`: those who import it look for another name. */
function renames(importer: Code, exported: readonly string[]): boolean {
  return importer.ast.body.some(
    (statement) =>
      statement.type === 'ExportNamedDeclaration' &&
      statement.specifiers.some(({ local, exported: as }) => exported.includes(nameOf(local)) && nameOf(as) !== nameOf(local)),
  );
}

const nameOf = (node: TSESTree.Identifier | TSESTree.StringLiteral): string => (node.type === 'Identifier' ? node.name : node.value);

function usesIn(importer: Code, code: Code, fn: FunctionNode, exported: readonly string[]): Use[] | undefined {
  const uses: Use[] = [];
  for (const variable of importer.scopes.scopes.flatMap((scope) => scope.variables)) {
    const imported = importedName(variable);
    if (imported === undefined) continue;
    for (const reference of variable.references) {
      if (reference.init === true || reference.isTypeReference) continue;
      const identifier = reference.identifier as TSESTree.Node;
      const named = isWhole(importer, identifier) ? memberOf(identifier) : identifier;
      // A module as a whole, handed on.
      if (named === undefined) return undefined;
      const values = alternatives(evaluate(importer, named));
      if (values.some((value) => value.kind === 'function' && value.code.path === code.path && hasRangeOf(value.node, fn))) {
        const call = named.parent?.type === 'CallExpression' && named.parent.callee === named ? named.parent : undefined;
        uses.push({ code: importer, node: call ?? named, is: call === undefined ? 'value' : 'call' });
      } else if (
        values.some(({ kind }) => kind === 'unknown') &&
        (named === identifier ? exported.includes(imported) || imported === 'default' : isComputed(named))
      )
        return undefined;
    }
  }
  return uses;
}

function isWhole(importer: Code, identifier: TSESTree.Node): boolean {
  return evaluate(importer, identifier).kind === 'module';
}

/** `users[name]`: any of them. */
const isComputed = (node: TSESTree.Node): boolean => node.type === 'MemberExpression' && node.computed && node.property.type !== 'Literal';

/** `users.list` of `users`. */
function memberOf(identifier: TSESTree.Node): TSESTree.Node | undefined {
  return identifier.parent?.type === 'MemberExpression' && identifier.parent.object === identifier ? identifier.parent : undefined;
}

/** The name by which another module exports what a variable is bound to; `*` for the whole module. */
function importedName(variable: Variable): string | undefined {
  const [definition] = variable.defs;
  const node = definition?.node as TSESTree.Node | undefined;
  switch (node?.type) {
    case 'ImportSpecifier':
      return nameOf(node.imported);
    case 'ImportDefaultSpecifier':
      return 'default';
    case 'ImportNamespaceSpecifier':
    case 'TSImportEqualsDeclaration':
      return '*';
    case 'VariableDeclarator': {
      const init = node.init === null ? undefined : unwrap(node.init);
      const source = init?.type === 'AwaitExpression' ? unwrap(init.argument) : init;
      if (source === undefined) return undefined;
      const isModule = source.type === 'ImportExpression' || requiredSpecifier(source) !== undefined;
      if (isModule) return node.id.type === 'Identifier' ? '*' : variable.name;
      return source.type === 'MemberExpression' && requiredSpecifier(unwrap(source.object)) !== undefined ? variable.name : undefined;
    }
    default:
      return undefined;
  }
}
