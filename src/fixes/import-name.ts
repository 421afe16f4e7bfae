import type { TSESTree } from '@typescript-eslint/types';

import { requiredSpecifier } from '../analysis/origin/exports.ts';
import { staticText } from '../analysis/syntax.ts';
import { type Code, textOf } from '../project/code.ts';
import { isListed } from '../project/manifest.ts';
import { type Edit, type Refusal, type Rewrite, semicolonOf } from './rewrite.ts';

/** The package whose helpers the rewrites call. */
export const runtimePackage = 'latency-runtime';

/** Whether the project has the package whose helpers the rewrites call. */
export function hasRuntime(code: Code): boolean {
  return isListed(code.path, [runtimePackage]);
}

export const noRuntime = `${runtimePackage} is not listed in package.json`;

/** What a message adds where only the helpers' package is missing for a rewrite. */
export function installAdvice(rewrite: Rewrite | Refusal): string {
  return 'refused' in rewrite && rewrite.refused === noRuntime ? ` To rewrite: npm i ${runtimePackage}.` : '';
}

export interface NeededName {
  readonly from: string;
  readonly name: string;
}

export interface Imported {
  /** The names under which the file knows them, in the order asked for. */
  readonly names: readonly string[];
  readonly edits: readonly Edit[];
}

/** Imports names in the file's own style, once. `undefined` where a name is taken by something else. */
export function importNames(code: Code, needed: readonly NeededName[]): Imported | undefined {
  const names: string[] = [];
  const missing = new Map<string, string[]>();
  for (const { from, name } of needed) {
    const known = localName(code, from, name);
    if (known === undefined) {
      if (isDeclared(code, name)) return undefined;
      const list = missing.get(from) ?? [];
      if (!list.includes(name)) missing.set(from, [...list, name]);
    }
    names.push(known ?? name);
  }
  return { names, edits: [...missing].map(([from, list]) => insertionOf(code, from, list)) };
}

/** Imports a package's default under a name, in the file's own style. `undefined` where the name is taken by something else. */
export function importDefault(code: Code, from: string, name: string): Imported | undefined {
  for (const statement of code.ast.body) {
    const specifier = statement.type === 'ImportDeclaration' && statement.source.value === from ? statement.specifiers[0] : undefined;
    if (specifier?.type === 'ImportDefaultSpecifier') return { names: [specifier.local.name], edits: [] };
  }
  return isDeclared(code, name) ? undefined : { names: [name], edits: [newImport(code, from, name, name)] };
}

/** What the file calls a name that it imports already. */
function localName(code: Code, from: string, name: string): string | undefined {
  for (const statement of code.ast.body) {
    if (statement.type === 'ImportDeclaration' && statement.source.value === from && statement.importKind !== 'type') {
      for (const specifier of statement.specifiers) {
        if (specifier.type !== 'ImportSpecifier' || specifier.importKind === 'type') continue;
        if ((specifier.imported.type === 'Identifier' ? specifier.imported.name : specifier.imported.value) === name) return specifier.local.name;
      }
    }
    const pattern = requiredPattern(statement, from);
    for (const property of pattern?.properties ?? []) {
      if (property.type === 'Property' && property.key.type === 'Identifier' && property.key.name === name && property.value.type === 'Identifier')
        return property.value.name;
    }
  }
  return undefined;
}

/** `const { a } = require('x')`: the pattern. */
function requiredPattern(statement: TSESTree.Node, from: string): TSESTree.ObjectPattern | undefined {
  if (statement.type !== 'VariableDeclaration') return undefined;
  const declarator = statement.declarations.find(({ init }) => init !== null && requiredSpecifier(init) === from);
  return declarator?.id.type === 'ObjectPattern' ? declarator.id : undefined;
}

/** The name stands for something else somewhere in the file. */
function isDeclared(code: Code, name: string): boolean {
  return code.scopes.scopes.some((scope) => scope.set.get(name)?.defs.length);
}

/** Names added to an import that is there, or in an import of their own. */
function insertionOf(code: Code, from: string, names: readonly string[]): Edit {
  const listed = names.join(', ');
  for (const statement of code.ast.body) {
    if (statement.type === 'ImportDeclaration' && statement.source.value === from && statement.importKind !== 'type') {
      const last = statement.specifiers.at(-1);
      if (last?.type === 'ImportSpecifier') return { range: [last.range[1], last.range[1]], text: `, ${listed}` };
    }
    const last = requiredPattern(statement, from)?.properties.at(-1);
    if (last?.type === 'Property') return { range: [last.range[1], last.range[1]], text: `, ${listed}` };
  }
  return newImport(code, from, `{ ${listed} }`, `{ ${listed} }`);
}

/** A new import, after those of other packages. */
function newImport(code: Code, from: string, clause: string, pattern: string): Edit {
  const { body } = code.ast;
  const imports = body.filter(({ type }) => type === 'ImportDeclaration');
  const requires = body.filter((statement) => statement.type === 'VariableDeclaration' && statement.declarations.some(({ init }) => isRequire(init)));
  const [source] = imports.map((statement) => textOf(code, (statement as TSESTree.ImportDeclaration).source));
  const isCommonJs = imports.length === 0 && (requires.length > 0 || (/\.c[jt]s$/.test(code.path) && !/\.cts$/.test(code.path)));
  const quote = source?.[0] ?? /require\((['"])/.exec(code.text)?.[1] ?? (/"/.test(code.text) && !/'/.test(code.text) ? '"' : "'");
  const specifier = `${quote}${from}${quote}`;
  const text = `${isCommonJs ? `const ${pattern} = require(${specifier})` : `import ${clause} from ${specifier}`}${semicolonOf(code)}`;
  const isOfPackage = (statement: TSESTree.Node): boolean => !/['"](?:\.|@\/|~\/|#)/.test(textOf(code, statement));
  const others = isCommonJs ? requires : imports;
  const after = others.filter(isOfPackage).at(-1) ?? others.at(-1);
  if (after !== undefined) return { range: [after.range[1], after.range[1]], text: `\n${text}` };
  const directive = body.filter((statement) => statement.type === 'ExpressionStatement' && staticText(statement.expression) !== undefined).at(0);
  if (directive !== undefined && body[0] === directive) return { range: [directive.range[1], directive.range[1]], text: `\n${text}` };
  const start = body[0]?.range[0] ?? 0;
  return { range: [start, start], text: `${text}\n` };
}

function isRequire(init: TSESTree.Node | null): boolean {
  return init !== null && requiredSpecifier(init) !== undefined;
}
