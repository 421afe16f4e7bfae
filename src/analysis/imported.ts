import type { TSESTree } from '@typescript-eslint/types';

import { findLibrary } from '../libraries/index.ts';
import type { Library } from '../libraries/library.ts';
import type { Code } from '../project/code.ts';
import { findVariable } from './binding.ts';
import { requiredSpecifier } from './origin/exports.ts';
import { staticText, unwrap } from './syntax.ts';

/** The library that an expression's root is imported from, in this file: Express of `express.Router()`. Opens no other file. */
export function importedLibrary(code: Code, expression: TSESTree.Node): Library | undefined {
  const specifier = importedSpecifier(code, expression);
  return specifier === undefined ? undefined : findLibrary(specifier);
}

/** The specifier that an expression's root is imported or required by, in this file. */
export function importedSpecifier(code: Code, expression: TSESTree.Node): string | undefined {
  let at = unwrap(expression);
  for (;;) {
    switch (at.type) {
      case 'MemberExpression':
        at = unwrap(at.object);
        break;
      case 'CallExpression': {
        const specifier = requiredSpecifier(at);
        if (specifier !== undefined) return specifier;
        at = unwrap(at.callee);
        break;
      }
      case 'NewExpression':
        at = unwrap(at.callee);
        break;
      case 'Identifier':
        return specifierOf(findVariable(code, at)?.defs[0]?.node);
      default:
        return undefined;
    }
  }
}

function specifierOf(definition: TSESTree.Node | undefined): string | undefined {
  if (definition?.type === 'VariableDeclarator') {
    const init = definition.init === null ? undefined : unwrap(definition.init);
    if (init === undefined) return undefined;
    // `const { Server } = require('http')`, `const Router = require('express').Router`
    return requiredSpecifier(init.type === 'MemberExpression' ? init.object : init.type === 'AwaitExpression' ? init.argument : init);
  }
  if (definition?.type === 'TSImportEqualsDeclaration')
    return definition.moduleReference.type === 'TSExternalModuleReference' ? staticText(definition.moduleReference.expression) : undefined;
  return definition?.parent?.type === 'ImportDeclaration' ? definition.parent.source.value : undefined;
}
