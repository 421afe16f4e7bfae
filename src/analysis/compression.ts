import type { TSESTree } from '@typescript-eslint/types';

import { findExport, findMember, libraries } from '../libraries/index.ts';
import type { Library } from '../libraries/library.ts';
import { type Code, childrenOf, someChild } from '../project/code.ts';
import { isListed } from '../project/manifest.ts';
import { resolveModule } from '../project/resolve.ts';
import { importedSpecifiers, specifiersIn } from '../project/text.ts';
import { findVariable } from './binding.ts';
import { runsInIsolate } from './client-lifetime.ts';
import { findMoment } from './handler.ts';
import { importedLibrary, importedSpecifier } from './imported.ts';
import { evaluate } from './origin/evaluate.ts';
import { alternatives } from './origin/value.ts';
import { isFunction, nameOfKey, parentOf, unwrap, lastName } from './syntax.ts';

/** An application that sends bodies, and what is wrong with its compression. */
export interface Uncompressed {
  readonly library: Library;
  readonly node: TSESTree.Node;
  readonly problem: 'never compresses' | 'compresses after its routes';
}

const modulesDeepest = 2;

/** The application that a node creates, when it sends bodies and does not compress them. */
export function findUncompressed(code: Code, node: TSESTree.CallExpression | TSESTree.NewExpression): Uncompressed | undefined {
  if (importedLibrary(code, node.callee)?.framework?.compression?.is !== 'by middleware') return undefined;
  for (const value of alternatives(evaluate(code, node))) {
    if (value.kind !== 'object' || value.library.framework?.compression?.is !== 'by middleware') continue;
    const { library } = value;
    if (value.type === 'server') return judgeServer(code, node, library);
    if (value.type === 'app' && isApplication(code, library)) return judgeApplication(code, node, library);
  }
  return undefined;
}

/** Whether the application itself has to compress: on some platforms the platform does. */
function isApplication(code: Code, library: Library): boolean {
  const only = library.framework?.compression?.onlyWith;
  return only === undefined || (isListed(code.path, only) && !runsInIsolate(code));
}

function judgeApplication(code: Code, node: TSESTree.Node, library: Library): Uncompressed | undefined {
  const declarator = parentOf(node);
  if (declarator?.type !== 'VariableDeclarator' || declarator.id.type !== 'Identifier') return undefined;
  const variable = findVariable(code, declarator.id);
  if (variable === undefined) return undefined;
  let routes = 0;
  let firstRoute = Infinity;
  let compressedAt: number | undefined;
  let sendsBodies = false;
  let starts = false;
  for (const { identifier } of variable.references) {
    const member = identifier.parent;
    if (member.type === 'MemberExpression' && member.object === identifier) {
      const call = parentOf(member);
      if (call?.type !== 'CallExpression' || unwrap(call.callee) !== member) continue;
      const name = nameOfKey(member) ?? '';
      const registers = findMember(library, 'app', name)?.registers;
      if (registers === 'boot') starts = true;
      if (registers === undefined) continue;
      for (const argument of call.arguments) {
        const compresses = judgeMiddleware(code, argument, library, 0);
        if (compresses === 'yes') compressedAt ??= call.range[0];
        // What cannot be looked into may compress.
        if (compresses === 'unknown') return undefined;
      }
      const handlers = call.arguments.filter((argument) => isFunction(unwrap(argument)));
      const isRoute = registers === 'handler' && call.arguments.length > 1;
      const isMount = (registers === 'middleware' || registers === 'plugin') && call.arguments.some((argument) => isRouter(code, argument, library));
      if (isRoute || isMount) {
        routes++;
        firstRoute = Math.min(firstRoute, call.range[0]);
        if (isMount || handlers.length === 0 || handlers.some((handler) => respondsWhole(code, handler))) sendsBodies = true;
      }
    } else if (isHandedOn(identifier)) {
      const call = identifier.parent as TSESTree.CallExpression | TSESTree.NewExpression;
      if (isServerFactory(code, call)) {
        starts = true;
        continue;
      }
      // `setUp(app)` may register anything.
      const compresses = judgeMiddleware(code, call.callee, library, 0);
      if (compresses === 'yes') compressedAt ??= call.range[0];
      else return undefined;
    }
  }
  // What is only exported may be mounted in another application, except where its file says that it is the application.
  const isWhole = /(?:^|[\\/])(?:app|server|main)\.[cm]?[jt]s$/.test(code.path) && isExported(code, variable.name);
  if (routes === 0 || !sendsBodies || !(starts || isWhole)) return undefined;
  if (compressedAt === undefined) return { library, node, problem: 'never compresses' };
  return compressedAt > firstRoute && library.framework?.compression?.inAnyOrder !== true
    ? { library, node, problem: 'compresses after its routes' }
    : undefined;
}

function isHandedOn(identifier: TSESTree.Node): boolean {
  const { parent } = identifier;
  return (parent?.type === 'CallExpression' || parent?.type === 'NewExpression') && parent.arguments.includes(identifier as never);
}

/** `createServer(app)`, `serve(app)`. */
function isServerFactory(code: Code, call: TSESTree.CallExpression | TSESTree.NewExpression): boolean {
  const callee = unwrap(call.callee);
  const name = lastName(callee);
  if (name === 'serve' || name === 'createServer' || name === 'createSecureServer' || name === 'Server' || name === 'log') return true;
  return alternatives(evaluate(code, callee)).some((value) => value.kind === 'export' && findExport(value.library, value.name)?.registers === 'handler');
}

function isExported(code: Code, name: string): boolean {
  return code.ast.body.some((statement) => {
    if (statement.type === 'ExportDefaultDeclaration') return statement.declaration.type === 'Identifier' && statement.declaration.name === name;
    if (statement.type === 'ExportNamedDeclaration') {
      const declares =
        statement.declaration?.type === 'VariableDeclaration' &&
        statement.declaration.declarations.some(({ id }) => id.type === 'Identifier' && id.name === name);
      return declares || statement.specifiers.some(({ local }) => local.type === 'Identifier' && local.name === name);
    }
    return (
      statement.type === 'ExpressionStatement' &&
      statement.expression.type === 'AssignmentExpression' &&
      statement.expression.right.type === 'Identifier' &&
      statement.expression.right.name === name
    );
  });
}

function isRouter(code: Code, argument: TSESTree.Node, library: Library): boolean {
  return alternatives(evaluate(code, argument)).some(
    (value) => value.kind === 'object' && value.library === library && /^(?:router|routes|app)$/.test(value.type),
  );
}

const compressors = new Set(libraries.flatMap((library) => library.framework?.compression?.packages ?? []));

/** Whether a middleware compresses: it comes from a package that does, or from a file that imports one. */
function judgeMiddleware(code: Code, argument: TSESTree.Node, library: Library, depth: number): 'yes' | 'no' | 'unknown' {
  const at = unwrap(argument);
  if (at.type === 'Literal' || at.type === 'TemplateLiteral' || at.type === 'ObjectExpression' || isFunction(at)) return 'no';
  if (at.type === 'SpreadElement') return 'unknown';
  if (at.type === 'ArrayExpression') return worst(at.elements.map((element) => (element === null ? 'no' : judgeMiddleware(code, element, library, depth))));
  if (at.type === 'ConditionalExpression')
    return worst([judgeMiddleware(code, at.consequent, library, depth), judgeMiddleware(code, at.alternate, library, depth)]);
  if (at.type === 'LogicalExpression') return judgeMiddleware(code, at.right, library, depth);
  const specifier = importedSpecifier(code, at);
  if (specifier !== undefined) return judgeSpecifier(code, specifier);
  if (at.type === 'CallExpression') return judgeMiddleware(code, at.callee, library, depth);
  const root = rootOf(at);
  if (root === undefined) return 'unknown';
  const variable = findVariable(code, root);
  const [definition] = variable?.defs ?? [];
  const node = definition?.node as TSESTree.Node | undefined;
  if (node === undefined) return 'no';
  if (node.type === 'VariableDeclarator') {
    if (node.init === null || depth > 4) return 'unknown';
    return judgeMiddleware(code, node.init, library, depth + 1);
  }
  if (isFunction(node)) return mentionsCompressor(code, node) ? 'yes' : 'no';
  return node.type === 'ClassDeclaration' || node.type === 'NewExpression' ? 'no' : 'unknown';
}

function worst(answers: readonly ('yes' | 'no' | 'unknown')[]): 'yes' | 'no' | 'unknown' {
  return answers.includes('yes') ? 'yes' : answers.includes('unknown') ? 'unknown' : 'no';
}

function rootOf(node: TSESTree.Node): TSESTree.Identifier | undefined {
  let at = unwrap(node);
  for (;;) {
    if (at.type === 'Identifier') return at;
    if (at.type === 'MemberExpression') at = unwrap(at.object);
    else if (at.type === 'CallExpression' || at.type === 'NewExpression') at = unwrap(at.callee);
    else return undefined;
  }
}

function judgeSpecifier(code: Code, specifier: string): 'yes' | 'no' | 'unknown' {
  if (compressors.has(specifier) || /compress|gzip|brotli/i.test(specifier)) return 'yes';
  const path = resolveModule(code.path, specifier);
  if (path === undefined) return specifier.startsWith('.') || specifier.startsWith('@/') || specifier.startsWith('~') ? 'unknown' : 'no';
  return importsCompressor(path, 0) ? 'yes' : 'no';
}

/** The module, or one that it imports, imports a package that compresses. Reads texts only: routes import half of a project. */
function importsCompressor(path: string, depth: number): boolean {
  return importedSpecifiers(path).some((specifier) => {
    if (compressors.has(specifier) || /compress/i.test(specifier)) return true;
    if (depth >= modulesDeepest || !specifier.startsWith('.')) return false;
    const next = resolveModule(path, specifier);
    return next !== undefined && importsCompressor(next, depth + 1);
  });
}

function mentionsCompressor(code: Code, node: TSESTree.Node): boolean {
  if (node.type === 'Identifier' && /compress|gzip|brotli/i.test(node.name)) return true;
  return someChild(code, node, (child) => mentionsCompressor(code, child));
}

/** A handler that answers with a whole body, not only with a status or a stream. */
function respondsWhole(code: Code, handler: TSESTree.Node): boolean {
  let whole = false;
  let streams = false;
  const visit = (node: TSESTree.Node): void => {
    if (node.type === 'Literal' && typeof node.value === 'string' && node.value.includes('text/event-stream')) streams = true;
    if (node.type === 'CallExpression' && node.callee.type === 'MemberExpression') {
      const name = nameOfKey(node.callee);
      if (name === 'json' || name === 'jsonp' || name === 'render' || name === 'send' || name === 'html' || name === 'text')
        whole ||= node.arguments.length > 0;
      if (name === 'write' || name === 'pipe') streams = true;
    }
    if (node.type === 'ReturnStatement' && node.argument !== null && node.argument.type === 'ObjectExpression') whole = true;
    if (node.type === 'AssignmentExpression' && node.left.type === 'MemberExpression' && nameOfKey(node.left) === 'body') whole = true;
    for (const child of childrenOf(code, node)) visit(child);
  };
  visit(handler);
  const body = unwrap(handler);
  if (body.type === 'ArrowFunctionExpression' && body.body.type !== 'BlockStatement' && body.body.type === 'ObjectExpression') whole = true;
  return whole && !streams;
}

/** `createServer((request, response) => { … response.end(JSON.stringify(x)) })`. */
function judgeServer(code: Code, node: TSESTree.CallExpression | TSESTree.NewExpression, library: Library): Uncompressed | undefined {
  const handler = node.arguments.map((argument) => unwrap(argument)).find(isFunction);
  if (handler === undefined || findMoment(code, node) === 'request') return undefined;
  if (specifiersIn(code.text).some((specifier) => compressors.has(specifier) || /compress|zlib/.test(specifier))) return undefined;
  const response = handler.params[1];
  if (response?.type !== 'Identifier') return undefined;
  let whole = false;
  let opaque = false;
  for (const { identifier } of findVariable(code, response)?.references ?? []) {
    const member = identifier.parent;
    if (member?.type === 'CallExpression' && member.callee !== identifier) opaque = true;
    if (member?.type !== 'MemberExpression') continue;
    const call = member.parent;
    const name = nameOfKey(member);
    if (name === 'write' || name === 'pipe') return undefined;
    if (name === 'end' && call.type === 'CallExpression') whole ||= isLargeBody(code, call.arguments[0]);
  }
  return whole && !opaque ? { library, node, problem: 'never compresses' } : undefined;
}

/** A short constant text needs no compression. */
function isLargeBody(code: Code, node: TSESTree.Node | undefined): boolean {
  if (node === undefined) return false;
  const at = unwrap(node);
  if (at.type === 'Literal') return typeof at.value === 'string' && at.value.length > 1024;
  return at.type === 'CallExpression' || at.type === 'Identifier' || at.type === 'AwaitExpression' || at.type === 'TemplateLiteral';
}
