import type { TSESTree } from '@typescript-eslint/types';

import { findExport, findLibrary, findMember, libraries } from '../libraries/index.ts';
import { type Code, someChild } from '../project/code.ts';
import { findNamed, findVariable } from './binding.ts';
import { exportsOf } from './origin/exports.ts';
import { evaluate } from './origin/evaluate.ts';
import { callSitesOf } from './origin/parameters.ts';
import { alternatives } from './origin/value.ts';
import { calleeName, enclosingFunction, lastName, nameOfKey, parentOf, unwrap } from './syntax.ts';

/** When a piece of code runs. */
export type Moment =
  /** Once per request, message or invocation. */
  | 'request'
  /** Once per scheduled job. */
  | 'job'
  /** While the module is loaded or the server starts. */
  | 'start'
  | 'build'
  | 'unknown';

type FunctionNode = TSESTree.FunctionDeclaration | TSESTree.FunctionExpression | TSESTree.ArrowFunctionExpression;

const moments = new WeakMap<FunctionNode, Moment>();
const callersDeepest = 4;

/** When the node runs, by its functions from the inside out, and by who calls them in this file. */
export function findMoment(code: Code, node: TSESTree.Node, depth = 0): Moment {
  let fn = enclosingFunction(node);
  if (fn === undefined) return 'start';
  let handedOn = false;
  for (; fn !== undefined; fn = enclosingFunction(fn)) {
    const moment = momentOf(code, fn, depth);
    // What the start hands on may run at any time.
    if (moment !== 'unknown') return moment === 'start' && handedOn ? 'unknown' : moment;
    handedOn ||= isHandedOn(fn);
  }
  return 'unknown';
}

/** `cron.schedule(time, () => …)`: who is given the function decides. A list, a promise and what is called at once call it here. */
export function isHandedOn(fn: TSESTree.Node): boolean {
  const call = parentOf(fn);
  if (call?.type === 'NewExpression') return lastName(call.callee) !== 'Promise';
  if (call?.type !== 'CallExpression' || unwrap(call.callee) === fn) return false;
  const isOfList = /^(?:map|forEach|filter|flatMap|reduce|some|every|find|findIndex|sort|then|catch|finally)$/.test(calleeName(call) ?? '');
  return !isOfList || unwrap(call.callee).type !== 'MemberExpression';
}

function momentOf(code: Code, fn: FunctionNode, depth: number): Moment {
  const known = moments.get(fn);
  if (known !== undefined) return known;
  moments.set(fn, 'unknown');
  const moment = decide(code, fn, depth);
  moments.set(fn, moment);
  return moment;
}

function decide(code: Code, fn: FunctionNode, depth: number): Moment {
  return (
    byDecorator(code, fn) ??
    byName(code, fn) ??
    byRegistration(code, fn) ??
    byFile(code, fn) ??
    byTypes(code, fn) ??
    bySignature(code, fn) ??
    byResolverMap(fn) ??
    byCallers(code, fn, depth) ??
    'unknown'
  );
}

const decorators = new Map<string, Moment>();
const handlerTypes = new Map<string, string[]>();
for (const library of libraries) {
  for (const name of library.framework?.handlerDecorators?.split(' ') ?? []) decorators.set(`${library.name} ${name}`, 'request');
  for (const name of library.framework?.jobDecorators?.split(' ') ?? []) decorators.set(`${library.name} ${name}`, 'job');
  for (const name of library.framework?.handlerTypes?.split(' ') ?? []) handlerTypes.set(name, [...(handlerTypes.get(name) ?? []), library.name]);
}

/** `@Get() list() {}`. */
function byDecorator(code: Code, fn: FunctionNode): Moment | undefined {
  const owner = fn.parent;
  if (owner.type !== 'MethodDefinition') return undefined;
  for (const { expression } of owner.decorators ?? []) {
    const named = expression.type === 'CallExpression' ? unwrap(expression.callee) : expression;
    const source = named.type === 'Identifier' ? importSource(code, named) : undefined;
    const library = source === undefined ? undefined : findLibrary(source.specifier);
    const moment = library === undefined || source === undefined ? undefined : decorators.get(`${library.name} ${source.name}`);
    if (moment !== undefined) return moment;
  }
  return undefined;
}

function importSource(code: Code, identifier: TSESTree.Identifier): { specifier: string; name: string } | undefined {
  const node = findVariable(code, identifier)?.defs[0]?.node as TSESTree.Node | undefined;
  if (node?.type !== 'ImportSpecifier') return undefined;
  return {
    specifier: (node.parent as TSESTree.ImportDeclaration).source.value,
    name: node.imported.type === 'Identifier' ? node.imported.name : node.imported.value,
  };
}

const startMethods = new Map(libraries.flatMap((library) => library.framework?.startMethods?.split(' ').map((name) => [name, library.name] as const) ?? []));

/** `onModuleInit() {}` in a file that imports Nest. */
function byName(code: Code, fn: FunctionNode): Moment | undefined {
  if (fn.parent.type !== 'MethodDefinition') return undefined;
  const library = startMethods.get(nameOfKey(fn.parent) ?? '');
  const isImported = code.ast.body.some((statement) => statement.type === 'ImportDeclaration' && findLibrary(statement.source.value)?.name === library);
  return library !== undefined && isImported ? 'start' : undefined;
}

/** `app.get('/', fn)`, `app.get('/', wrap(fn))`, `new Worker('q', fn)`, `createServer(fn)`. */
export function byRegistration(code: Code, fn: TSESTree.Node): Moment | undefined {
  let argument: TSESTree.Node = fn;
  for (let up = 0; up < 3; up++) {
    const call = parentOf(argument);
    if (call?.type === 'Property' && up === 0) {
      // `app.route({ handler: fn })`, `consumer.run({ eachMessage: fn })`
      const options = call.parent;
      const name = nameOfKey(call) ?? '';
      if (options.type === 'ObjectExpression' && /^(?:handler|preHandler|eachMessage|eachBatch|onRequest|resolve)$/.test(name)) argument = options;
      continue;
    }
    if (call?.type !== 'CallExpression' && call?.type !== 'NewExpression') return undefined;
    if (!call.arguments.some((each) => unwrap(each) === argument)) return undefined;
    const moment = momentOfRegistration(code, call);
    if (moment !== undefined) return moment;
    argument = call;
  }
  return undefined;
}

/** The parsed query string of the request that a node answers, as it is written there: `req.query`. */
export function findRequestQuery(code: Code, node: TSESTree.Node): string | undefined {
  for (let fn = enclosingFunction(node); fn !== undefined; fn = enclosingFunction(fn)) {
    const call = parentOf(fn);
    const [first] = fn.params;
    if (call?.type !== 'CallExpression' || first?.type !== 'Identifier') continue;
    for (const callee of alternatives(evaluate(code, call.callee))) {
      if (callee.kind !== 'method' || findMember(callee.library, callee.type, callee.name)?.registers !== 'handler') continue;
      const { query } = callee.library.framework ?? {};
      // The name must mean the parameter where the node stands.
      if (query !== undefined && findNamed(code, node, first.name)?.defs[0]?.name === first) return `${first.name}${query}`;
    }
  }
  return undefined;
}

function momentOfRegistration(code: Code, call: TSESTree.CallExpression | TSESTree.NewExpression): Moment | undefined {
  for (const callee of alternatives(evaluate(code, call.callee))) {
    if (callee.kind === 'method') {
      const registers = findMember(callee.library, callee.type, callee.name)?.registers;
      if (registers === 'handler' || registers === 'middleware' || registers === 'hook') return 'request';
      if (registers === 'job') return 'job';
      if (registers === 'boot' || registers === 'plugin') return 'start';
    }
    if (callee.kind === 'export') {
      const registers = findExport(callee.library, callee.name)?.registers;
      if (registers === 'handler') return 'request';
      if (registers === 'job') return 'job';
    }
  }
  // A router that came as a parameter: `module.exports = (router) => { router.get('/x', (req, res) => …) }`.
  const callee = unwrap(call.callee);
  const name = callee.type === 'MemberExpression' ? nameOfKey(callee) : undefined;
  const [first] = call.arguments;
  const isPath = first?.type === 'Literal' && typeof first.value === 'string' && first.value.startsWith('/');
  return isPath && name !== undefined && /^(?:get|post|put|patch|delete|all|use)$/.test(name) ? 'request' : undefined;
}

interface FilePattern {
  readonly path: RegExp;
  readonly exports: ReadonlySet<string>;
  readonly directive: string | undefined;
}
const filePatterns: FilePattern[] = libraries.flatMap((library) =>
  (library.framework?.files ?? []).map((file) => ({ path: globToRegExp(file.path), exports: new Set(file.exports.split(' ')), directive: file.directive })),
);
const buildTimeNames = new Set(libraries.flatMap((library) => library.framework?.buildTime?.split(' ') ?? []));

function globToRegExp(glob: string): RegExp {
  const body = glob
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('**/', '\0')
    .replaceAll('**', '\u0001')
    .replaceAll('*', '[^/]*')
    .replaceAll('\0', '(?:.*/)?')
    .replaceAll('\u0001', '.*');
  return new RegExp(`^${body}$`);
}

/** Files whose exports a framework calls; also Lambda's `handler`. */
function byFile(code: Code, fn: FunctionNode): Moment | undefined {
  const name = exportedName(code, fn);
  if (name === undefined) return undefined;
  if (buildTimeNames.has(name)) return 'build';
  if (name === 'handler' && (fn.params.length > 0 || fn.async)) return 'request';
  const path = code.path.replaceAll('\\', '/');
  for (const pattern of filePatterns) {
    if (!pattern.exports.has(name) && !pattern.exports.has('*')) continue;
    if (pattern.directive !== undefined && !hasDirective(code, pattern.directive)) continue;
    if (pattern.path.test(path)) return 'request';
  }
  return undefined;
}

function hasDirective(code: Code, directive: string): boolean {
  const [first] = code.ast.body;
  return first?.type === 'ExpressionStatement' && first.expression.type === 'Literal' && first.expression.value === directive;
}

/** The name under which a function is exported. */
export function exportedName(code: Code, fn: FunctionNode): string | undefined {
  return exportedNames(code, fn)[0];
}

/** Every name under which a function is exported. */
export function exportedNames(code: Code, fn: FunctionNode): string[] {
  return [...exportsOf(code).named]
    .filter(
      ([, target]) =>
        (target.kind === 'node' && (target.node === fn || declares(code, target.node, fn))) || (target.kind === 'local' && nameOfFunction(fn) === target.name),
    )
    .map(([name]) => name);
}

function declares(code: Code, node: TSESTree.Node, fn: FunctionNode): boolean {
  if (node.type === 'Identifier') {
    const declarator = findVariable(code, node)?.defs[0]?.node as TSESTree.Node | undefined;
    if (declarator === (fn as TSESTree.Node)) return true;
    return declarator?.type === 'VariableDeclarator' && declarator.init !== null && wraps(declarator.init, fn);
  }
  return wraps(node, fn);
}

/** `handler = middy(async () => …)`, `GET = withAuth(async () => …)`. */
function wraps(init: TSESTree.Node, fn: FunctionNode): boolean {
  const at = unwrap(init);
  if (at === fn) return true;
  return at.type === 'CallExpression' && at.arguments.some((argument) => wraps(argument, fn));
}

export function nameOfFunction(fn: FunctionNode): string | undefined {
  if (fn.type === 'FunctionDeclaration') return fn.id?.name;
  const { parent } = fn;
  if (parent.type === 'VariableDeclarator' && parent.id.type === 'Identifier') return parent.id.name;
  if (parent.type === 'MethodDefinition' || parent.type === 'PropertyDefinition' || parent.type === 'Property') return nameOfKey(parent);
  if (parent.type === 'AssignmentExpression' && parent.left.type === 'MemberExpression') return nameOfKey(parent.left);
  return undefined;
}

/** A parameter or the function itself is declared with a type that only handlers have. */
function byTypes(code: Code, fn: FunctionNode): Moment | undefined {
  const declared = fn.parent.type === 'VariableDeclarator' ? fn.parent.id.typeAnnotation : undefined;
  const annotations = [...fn.params.map((parameter) => (parameter as { typeAnnotation?: TSESTree.TSTypeAnnotation }).typeAnnotation), declared];
  for (const annotation of annotations) {
    const type = annotation?.typeAnnotation;
    if (type?.type !== 'TSTypeReference') continue;
    const head =
      type.typeName.type === 'Identifier'
        ? type.typeName
        : type.typeName.type === 'TSQualifiedName' && type.typeName.left.type === 'Identifier'
          ? type.typeName.left
          : undefined;
    if (head === undefined) continue;
    const source = importSource(code, head);
    const library = source === undefined ? undefined : findLibrary(source.specifier);
    const name = type.typeName.type === 'TSQualifiedName' ? type.typeName.right.name : source?.name;
    if (library !== undefined && name !== undefined && handlerTypes.get(name)?.includes(library.name) === true) return 'request';
  }
  return undefined;
}

/** `(req, res)` and a use of `res.json(…)`: two signs. */
function bySignature(code: Code, fn: FunctionNode): Moment | undefined {
  const names = fn.params.map((parameter) => (parameter.type === 'Identifier' ? parameter.name : ''));
  const response = names.find((name, index) => index === 1 && /^(?:res|response|reply)$/.test(name));
  if (response !== undefined && /^(?:_?req|_?request|_)$/.test(names[0] ?? '') && sends(code, fn.body, response)) return 'request';
  if (names[0] === 'ctx' && names[1] === 'next') return 'request';
  return undefined;
}

function sends(code: Code, node: TSESTree.Node, response: string): boolean {
  if (node.type === 'MemberExpression' && node.object.type === 'Identifier' && node.object.name === response) {
    return /^(?:json|send|status|render|end|redirect|sendStatus|write|code|sendFile|header|set)$/.test(nameOfKey(node) ?? '');
  }
  return someChild(code, node, (child) => sends(code, child, response));
}

/** `{ Query: { user: (parent, args, context) => … } }`. */
function byResolverMap(fn: FunctionNode): Moment | undefined {
  const property = fn.parent;
  if (property.type !== 'Property' || property.parent.type !== 'ObjectExpression') return undefined;
  const outer = property.parent.parent;
  const name = outer.type === 'Property' ? nameOfKey(outer) : outer.type === 'VariableDeclarator' && outer.id.type === 'Identifier' ? outer.id.name : undefined;
  return name !== undefined && /^(?:Query|Mutation|Subscription)$/.test(name) ? 'request' : undefined;
}

/** Functions that this file calls: when their callers run. */
function byCallers(code: Code, fn: FunctionNode, depth: number): Moment | undefined {
  if (depth >= callersDeepest) return undefined;
  const callers = callSitesOf(code, fn).map((call) => findMoment(code, call, depth + 1));
  if (callers.includes('request')) return 'request';
  if (callers.includes('job')) return 'job';
  const isExported = exportedName(code, fn) !== undefined || fn.parent.type === 'MethodDefinition';
  return callers.length > 0 && !isExported && callers.every((moment) => moment === 'start') ? 'start' : undefined;
}

/** Whether any call of the function in this file runs while the module is loaded. */
export function isCalledAtStart(code: Code, fn: FunctionNode): boolean {
  return callSitesOf(code, fn).some((call) => findMoment(code, call) === 'start');
}
