import type { TSESTree } from '@typescript-eslint/types';

import { type Code, someChild } from '../../project/code.ts';
import { mayExport, openImport } from '../../project/module.ts';
import { identifiersIn, nameOfKey, staticText, unwrap } from '../syntax.ts';

/** What a module exports under a name: a node of the module, or a name of another module. */
export type ExportTarget =
  | { readonly kind: 'node'; readonly code: Code; readonly node: TSESTree.Node }
  | { readonly kind: 'local'; readonly code: Code; readonly name: string; readonly at: TSESTree.Node }
  | { readonly kind: 'import'; readonly code: Code; readonly specifier: string; readonly name: string };

interface ExportTable {
  readonly named: ReadonlyMap<string, ExportTarget>;
  /** Modules of `export * from`. */
  readonly stars: readonly string[];
  /** The right side of `module.exports =`. */
  readonly whole: ExportTarget | undefined;
}

const tables = new WeakMap<Code, ExportTable>();
const starsDeepest = 8;

/** The export of that name, looking through `export *`. */
export function findExportTarget(code: Code, name: string, depth = 0): ExportTarget | undefined {
  const handedOn = code.handedOn?.named.get(name);
  if (handedOn !== undefined) return { kind: 'import', code, ...handedOn };
  const table = exportsOf(code);
  const own = table.named.get(name);
  if (own !== undefined) return own;
  if (name === 'default' && table.whole !== undefined) return table.whole;
  if (depth >= starsDeepest || name === 'default') return undefined;
  for (const specifier of table.stars) {
    const module = mayExport(code, specifier, name) ? openImport(code, specifier) : undefined;
    const found = module === undefined ? undefined : findExportTarget(module, name, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Packages that the module re-exports whole. */
export function starSpecifiers(code: Code): readonly string[] {
  return exportsOf(code).stars;
}

/** What `module.exports = …` gives. */
export function wholeExport(code: Code): ExportTarget | undefined {
  return exportsOf(code).whole;
}

export function exportsOf(code: Code): ExportTable {
  let table = tables.get(code);
  if (table === undefined) tables.set(code, (table = readHandedOn(code) ?? read(code)));
  return table;
}

/** The table of a module that only hands on what others export. */
function readHandedOn(code: Code): ExportTable | undefined {
  const { handedOn } = code;
  if (handedOn?.isAll !== true) return undefined;
  const named = [...handedOn.named].map(([name, target]): [string, ExportTarget] => [name, { kind: 'import', code, ...target }]);
  return { named: new Map(named), stars: handedOn.stars, whole: undefined };
}

function read(code: Code): ExportTable {
  const named = new Map<string, ExportTarget>();
  const stars: string[] = [];
  let whole: ExportTarget | undefined;
  const add = (name: string, node: TSESTree.Node): void => {
    named.set(name, { kind: 'node', code, node });
  };

  for (const statement of code.ast.body) {
    switch (statement.type) {
      case 'ExportDefaultDeclaration':
        add('default', statement.declaration);
        break;
      case 'ExportNamedDeclaration':
        if (statement.declaration !== null) for (const [name, node] of declaredNames(statement.declaration)) add(name, node);
        for (const specifier of statement.specifiers) {
          const exported = nameOf(specifier.exported);
          const local = nameOf(specifier.local);
          named.set(
            exported,
            statement.source === null
              ? { kind: 'local', code, name: local, at: specifier }
              : { kind: 'import', code, specifier: statement.source.value, name: local },
          );
        }
        break;
      case 'ExportAllDeclaration':
        if (statement.exported === null) stars.push(statement.source.value);
        else named.set(nameOf(statement.exported), { kind: 'import', code, specifier: statement.source.value, name: '*' });
        break;
      case 'TSExportAssignment':
        whole = { kind: 'node', code, node: statement.expression };
        break;
      case 'ExpressionStatement':
        for (const [name, node] of assignedExports(statement.expression)) {
          if (name === undefined) whole = { kind: 'node', code, node };
          else if (!named.has(name)) add(name, node);
        }
        break;
      case 'VariableDeclaration':
        // `const api = module.exports = { … }`
        for (const { init } of statement.declarations) {
          if (init?.type !== 'AssignmentExpression') continue;
          for (const [name, node] of assignedExports(init)) {
            if (name === undefined) whole = { kind: 'node', code, node };
            else add(name, node);
          }
        }
        break;
      default:
        break;
    }
  }
  return { named, stars, whole };
}

/** `module.exports = x` (no name), `exports.a = x`, `module.exports.a = x`, also chained. */
function assignedExports(expression: TSESTree.Expression): [string | undefined, TSESTree.Node][] {
  if (expression.type !== 'AssignmentExpression' || expression.operator !== '=') return [];
  const right = expression.right.type === 'AssignmentExpression' ? lastRight(expression.right) : expression.right;
  const inner = expression.right.type === 'AssignmentExpression' ? assignedExports(expression.right) : [];
  const { left } = expression;
  if (left.type !== 'MemberExpression') return inner;
  if (isModuleExports(left)) return [[undefined, right], ...inner];
  const name = nameOfKey(left);
  const onExports = (left.object.type === 'Identifier' && left.object.name === 'exports') || isModuleExports(left.object);
  return onExports && name !== undefined ? [[name, right], ...inner] : inner;
}

function lastRight(node: TSESTree.AssignmentExpression): TSESTree.Expression {
  return node.right.type === 'AssignmentExpression' ? lastRight(node.right) : node.right;
}

export function isModuleExports(node: TSESTree.Node): boolean {
  return node.type === 'MemberExpression' && node.object.type === 'Identifier' && node.object.name === 'module' && nameOfKey(node) === 'exports';
}

function declaredNames(declaration: TSESTree.ExportNamedDeclaration['declaration']): [string, TSESTree.Node][] {
  if (declaration === null) return [];
  if (declaration.type === 'VariableDeclaration') {
    return declaration.declarations.flatMap(({ id }) => identifiersIn(id).map((each): [string, TSESTree.Node] => [each.name, each]));
  }
  const id = 'id' in declaration ? declaration.id : null;
  return id !== null && id.type === 'Identifier' ? [[id.name, declaration]] : [];
}

function nameOf(node: TSESTree.Identifier | TSESTree.StringLiteral): string {
  return node.type === 'Identifier' ? node.name : node.value;
}

/** The specifier of `require('x')` or `import('x')`. */
export function requiredSpecifier(node: TSESTree.Node): string | undefined {
  const at = unwrap(node);
  if (at.type === 'ImportExpression') return staticText(at.source);
  if (at.type !== 'CallExpression' || at.callee.type !== 'Identifier' || at.callee.name !== 'require') return undefined;
  return staticText(at.arguments[0]);
}

const returns = new WeakMap<TSESTree.Node, TSESTree.Expression[]>();

/** The expressions that a function's body returns. */
export function returnedExpressions(code: Code, body: TSESTree.Node): TSESTree.Expression[] {
  if (body.type !== 'BlockStatement') return [body as TSESTree.Expression];
  const known = returns.get(body);
  if (known !== undefined) return known;
  const found: TSESTree.Expression[] = [];
  const visit = (node: TSESTree.Node): boolean => {
    if (node.type === 'ReturnStatement' && node.argument !== null) found.push(node.argument);
    if (node !== body && (node.type.includes('Function') || node.type.startsWith('Class'))) return false;
    someChild(code, node, visit);
    return false;
  };
  visit(body);
  returns.set(body, found);
  return found;
}
