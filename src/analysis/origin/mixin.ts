import { dirname, join } from 'node:path';

import type { TSESTree } from '@typescript-eslint/types';

import type { Code } from '../../project/code.ts';
import { listModules, openImport, openModule, untilChanged } from '../../project/module.ts';
import { resolveModule } from '../../project/resolve.ts';
import { findVariable } from '../binding.ts';
import { isFunction, unwrap } from '../syntax.ts';
import { evaluate, moduleExport } from './evaluate.ts';
import { isModuleExports, requiredSpecifier, wholeExport } from './exports.ts';
import { assignedMember } from './members.ts';
import { type FunctionNode, type Value, unionOf, unknown } from './value.ts';

// CommonJS modules that are put together from parts: `const db = module.exports; require('./redis/sets')(db);`, where
// the part is `module.exports = function (module) { module.setAdd = … }`.

const depthMax = 4;
const candidatesMax = 8;
const bound = new WeakMap<FunctionNode, Value>();

/** What the first parameter of a part stands for: the module that it was mixed into. */
export function mixedInto(code: Code, fn: FunctionNode, index: number): Value {
  if (index !== 0) return unknown;
  return bound.get(fn) ?? hostOf(code, fn);
}

/** The module beside a part that mixes it in: the folder's index, or the module that has the folder's name. */
function hostOf(code: Code, fn: FunctionNode): Value {
  const whole = wholeExport(code);
  if (whole?.kind !== 'node' || unwrap(whole.node) !== fn) return unknown;
  const folder = dirname(code.path);
  for (const path of [join(folder, 'index.js'), `${folder}.js`]) {
    const host = path === code.path ? undefined : openModule(code, path);
    if (host === undefined) continue;
    const mixes = host.ast.body.some(
      (statement) =>
        statement.type === 'ExpressionStatement' &&
        statement.expression.type === 'CallExpression' &&
        importsFile(host, statement.expression.callee, code.path) &&
        statement.expression.arguments[0] !== undefined &&
        isSelf(host, statement.expression.arguments[0]),
    );
    if (mixes) return { kind: 'module', code: host };
  }
  return unknown;
}

function importsFile(host: Code, callee: TSESTree.Node, path: string): boolean {
  const specifier = requiredSpecifier(callee);
  return specifier !== undefined && resolveModule(host.path, specifier) === path;
}

/** A member that a module gets through a name of its own exports, or from a part that is mixed in. */
export function mixedMember(module: Code, name: string): Value {
  const memory = membersOf(module);
  const known = memory.get(name);
  if (known !== undefined) return known;
  memory.set(name, unknown);
  const value = findMixedMember(module, name);
  memory.set(name, value);
  return value;
}

const membersOf = untilChanged(() => new Map<string, Value>());

function findMixedMember(module: Code, name: string): Value {
  const values: Value[] = [];
  for (const alias of aliasesOf(module)) values.push(assignedMember(module, alias, name, undefined));
  const direct = unionOf(values);
  if (direct.kind !== 'unknown') return direct;
  const self: Value = { kind: 'module', code: module };
  for (const statement of module.ast.body) {
    if (statement.type !== 'ExpressionStatement') continue;
    const part = partOf(module, statement.expression, (argument) => isSelf(module, argument));
    const found = part === undefined ? unknown : memberOfPart(part.code, part.fn, name, self, 0);
    if (found.kind !== 'unknown') return found;
  }
  return unknown;
}

/** `const db = module.exports`. */
function aliasesOf(module: Code): TSESTree.Identifier[] {
  return module.ast.body.flatMap((statement) => {
    if (statement.type !== 'VariableDeclaration') return [];
    return statement.declarations.flatMap(({ id, init }) =>
      init !== null && id.type === 'Identifier' && (isModuleExports(init) || (init.type === 'Identifier' && init.name === 'exports')) ? [id] : [],
    );
  });
}

function isSelf(module: Code, node: TSESTree.Node): boolean {
  if (isModuleExports(node)) return true;
  if (node.type !== 'Identifier') return false;
  if (node.name === 'exports') return true;
  const declarator = findVariable(module, node)?.defs[0]?.node as TSESTree.Node | undefined;
  return declarator?.type === 'VariableDeclarator' && declarator.init !== null && isModuleExports(declarator.init);
}

/** The function that `require('./part')(target)` calls. */
function partOf(code: Code, node: TSESTree.Node, isTarget: (argument: TSESTree.Node) => boolean): { code: Code; fn: FunctionNode } | undefined {
  const call = unwrap(node);
  if (call.type !== 'CallExpression' || call.arguments[0] === undefined || !isTarget(call.arguments[0])) return undefined;
  const specifier = requiredSpecifier(call.callee);
  const part = specifier === undefined ? undefined : openImport(code, specifier);
  const value = part === undefined ? unknown : moduleExport(part, 'require');
  return value.kind === 'function' && isFunction(value.node) ? { code: value.code, fn: value.node } : undefined;
}

/** `module.name = …` in the body of a part, or in a part that it mixes in itself. */
function memberOfPart(code: Code, fn: FunctionNode, name: string, self: Value, depth: number): Value {
  const [parameter] = fn.params;
  if (depth > depthMax || parameter?.type !== 'Identifier' || !isFunction(fn) || fn.body.type !== 'BlockStatement') return unknown;
  bound.set(fn, self);
  const found = assignedMember(code, parameter, name, undefined);
  if (found.kind !== 'unknown') return found;
  for (const statement of fn.body.body) {
    if (statement.type !== 'ExpressionStatement') continue;
    const part = partOf(code, statement.expression, (argument) => argument.type === 'Identifier' && argument.name === parameter.name);
    const inner = part === undefined ? unknown : memberOfPart(part.code, part.fn, name, self, depth + 1);
    if (inner.kind !== 'unknown') return inner;
  }
  return unknown;
}

/** `` require(`./${name}`) ``: one of the modules beside it. */
export function requiredOneOf(code: Code, node: TSESTree.CallExpression): Value {
  const [path] = node.arguments;
  if (path?.type !== 'TemplateLiteral' || path.expressions.length !== 1) return unknown;
  const before = path.quasis[0]?.value.cooked ?? '';
  const after = path.quasis[1]?.value.cooked ?? '';
  if (!before.startsWith('./') && !before.startsWith('../')) return unknown;
  const prefix = before.slice(before.lastIndexOf('/') + 1);
  const folder = join(dirname(code.path), before.slice(0, before.lastIndexOf('/') + 1));
  const files = listModules(folder).filter((file) => {
    const stem = file.replace(/\.[cm]?[jt]s$/, '');
    return stem !== 'index' && join(folder, file) !== code.path && file.startsWith(prefix) && (after === '' || stem.endsWith(after) || file.endsWith(after));
  });
  if (files.length === 0 || files.length > candidatesMax) return unknown;
  return unionOf(files.map((file) => openModule(code, join(folder, file))).map((module) => (module === undefined ? unknown : moduleExport(module, 'require'))));
}

/** `new Promise((resolve) => { … resolve(value) })`. */
export function resolvedValue(code: Code, executor: TSESTree.Node): Value {
  const fn = unwrap(executor);
  const [resolve] = isFunction(fn) ? fn.params : [];
  if (resolve?.type !== 'Identifier') return unknown;
  const values: Value[] = [];
  for (const { identifier } of findVariable(code, resolve)?.references ?? []) {
    const call = identifier.parent;
    const argument = call?.type === 'CallExpression' && call.callee === identifier ? call.arguments[0] : undefined;
    if (argument !== undefined && argument.type !== 'SpreadElement') values.push(evaluate(code, argument));
  }
  return unionOf(values);
}
