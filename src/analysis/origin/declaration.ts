import type { TSESTree } from '@typescript-eslint/types';

import type { Code } from '../../project/code.ts';
import { openImport } from '../../project/module.ts';
import { findNamed } from '../binding.ts';
import { nameOfKey, unwrap } from '../syntax.ts';
import { type ExportTarget, findExportTarget } from './exports.ts';

export interface Declaration {
  readonly code: Code;
  /** The declared name; its parent declares it. */
  readonly node: TSESTree.Node;
}

const importsMax = 6;

/** Where a name, or a member of an imported module, is declared; looked for through imports and re-exports. */
export function declarationOf(code: Code, node: TSESTree.Node, depth = 0): Declaration | undefined {
  const at = unwrap(node);
  if (at.type === 'Identifier') return declarationOfName(code, at, at.name, depth);
  const name = at.type === 'MemberExpression' ? nameOfKey(at) : undefined;
  if (at.type !== 'MemberExpression' || at.object.type !== 'Identifier' || name === undefined) return undefined;
  const definition = findNamed(code, at.object, at.object.name)?.defs[0]?.node as TSESTree.Node | undefined;
  if (definition?.type !== 'ImportNamespaceSpecifier') return undefined;
  const module = openImport(code, definition.parent.source.value);
  return module === undefined ? undefined : declarationOfTarget(findExportTarget(module, name), depth);
}

function declarationOfName(code: Code, at: TSESTree.Node, name: string, depth: number): Declaration | undefined {
  const definition = findNamed(code, at, name)?.defs[0];
  const node = definition?.node as TSESTree.Node | undefined;
  if (node === undefined || depth > importsMax) return undefined;
  if (node.type !== 'ImportSpecifier' && node.type !== 'ImportDefaultSpecifier') return { code, node: definition?.name as TSESTree.Node };
  const imported = node.type === 'ImportDefaultSpecifier' ? 'default' : node.imported.type === 'Identifier' ? node.imported.name : node.imported.value;
  const { parent } = node;
  const module = parent.type === 'ImportDeclaration' ? openImport(code, parent.source.value) : undefined;
  return module === undefined ? undefined : declarationOfTarget(findExportTarget(module, imported), depth + 1);
}

function declarationOfTarget(target: ExportTarget | undefined, depth: number): Declaration | undefined {
  if (target === undefined || depth > importsMax) return undefined;
  switch (target.kind) {
    case 'node':
      return { code: target.code, node: target.node };
    case 'local':
      return declarationOfName(target.code, target.at, target.name, depth + 1);
    case 'import': {
      const module = openImport(target.code, target.specifier);
      return module === undefined ? undefined : declarationOfTarget(findExportTarget(module, target.name), depth + 1);
    }
  }
}
