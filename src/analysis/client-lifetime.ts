import type { TSESTree } from '@typescript-eslint/types';

import { findExport, findLibrary, findMember, libraries } from '../libraries/index.ts';
import type { Library, Opens } from '../libraries/library.ts';
import { type Code, compactTextOf, someChild, textOf } from '../project/code.ts';
import { isListed } from '../project/manifest.ts';
import { findVariable, isDeclaredOutside } from './binding.ts';
import { findMoment, isCalledAtStart, nameOfFunction } from './handler.ts';
import { importedLibrary } from './imported.ts';
import { evaluate } from './origin/evaluate.ts';
import { requiredSpecifier } from './origin/exports.ts';
import { constructorOf } from './origin/members.ts';
import { findReached } from './reached.ts';
import { callSitesOf } from './origin/parameters.ts';
import { alternatives } from './origin/value.ts';
import { findRemoteCall } from './remote-call.ts';
import { contains, enclosingClass, enclosingFunction, isFunction, lastName, isNameOnly, nameOfKey, parentOf, unwrap } from './syntax.ts';

/** A client that a piece of code builds. */
export interface Construction {
  readonly library: Library;
  readonly opens: Opens;
  /** As written, without arguments: `new Pool`. */
  readonly text: string;
}

/** How long a client lives that is built here. */
export type Lifetime =
  | 'per call'
  | 'once per process'
  | 'built lazily once'
  | 'belongs to a tenant or user'
  | 'required per request by the platform'
  | 'decided by the caller'
  | 'unknown';

/** The client that a call or `new` builds, where building one costs something. */
export function findConstruction(code: Code, node: TSESTree.CallExpression | TSESTree.NewExpression): Construction | undefined {
  const callee = unwrap(node.callee);
  if (callee.type !== 'Identifier' && callee.type !== 'MemberExpression') return undefined;
  if (!mayConstruct(code, callee)) return undefined;
  const text = `${node.type === 'NewExpression' ? 'new ' : ''}${compactTextOf(code, callee)}`;
  for (const value of alternatives(evaluate(code, callee))) {
    if (value.kind === 'export') {
      const facts = findExport(value.library, value.name);
      if (facts?.opens === undefined || (node.type === 'NewExpression' ? facts.new : facts.call) === undefined) continue;
      if (facts.opensFor === 'addresses' && isGivenClient(code, node)) continue;
      return { library: value.library, opens: facts.opens, text };
    }
    if (value.kind === 'method' && node.type === 'CallExpression') {
      const opens = findMember(value.library, value.type, value.name)?.opens;
      if (opens !== undefined) return { library: value.library, opens, text };
    }
    if (value.kind === 'object') {
      const facts = value.library.objects[value.type];
      const opens = (node.type === 'NewExpression' ? facts?.new : facts?.call)?.opens;
      if (opens !== undefined) return { library: value.library, opens, text };
    }
  }
  return undefined;
}

/** There are no options, or they are written here without the one that keeps the client's connections open. */
export function lacksOption(code: Code, node: TSESTree.CallExpression | TSESTree.NewExpression, { library }: Construction): boolean {
  const [first] = node.arguments;
  const { keptOpenBy } = library;
  if (keptOpenBy === undefined || first?.type === 'SpreadElement') return false;
  if (first === undefined) return true;
  const given = evaluate(code, first);
  return given.kind === 'record' && given.node.properties.every((property) => property.type === 'Property' && nameOfKey(property) !== keptOpenBy);
}

const constructing = new Set<string>();
const constructingEnds: string[] = [];
/** Libraries with an object that builds a client when it is called. */
const callingOpens = new Set<Library | undefined>();
/** Libraries of which something builds a client. */
const opening = new Set<Library>();
for (const library of libraries) {
  if (Object.values(library.objects).some(({ call }) => call?.opens !== undefined)) {
    callingOpens.add(library);
    opening.add(library);
  }
  const tables: readonly Readonly<Record<string, { readonly opens?: Opens; readonly is?: string }>>[] = [
    library.exports,
    ...Object.values(library.objects).map((object) => object.members),
  ];
  for (const table of tables) {
    for (const [names, facts] of Object.entries(table)) {
      if (facts.opens !== undefined) opening.add(library);
      else if (facts.is?.endsWith('Class') !== true) continue;
      for (const name of names.split(' ')) {
        if (name.startsWith('*')) constructingEnds.push(name.slice(1));
        else constructing.add(name);
      }
    }
  }
}

const importing = new WeakMap<object, boolean>();

/** Cheap look: whether a file imports something that builds a client. Answers are kept with the file. */
export function importsOpening(file: { readonly text: string }): boolean {
  let answer = importing.get(file);
  if (answer === undefined) importing.set(file, (answer = readsOpening(file.text)));
  return answer;
}

function readsOpening(text: string): boolean {
  for (const [, clause = '', imported, required = ''] of text.matchAll(
    /\bimport\s+(?!type\b)([^'";]*?)\bfrom\s*['"]([^'"\n]+)['"]|\brequire\s*\(\s*['"]([^'"\n]+)['"]/g,
  )) {
    const library = findLibrary(imported ?? required);
    if (library === undefined || !opening.has(library)) continue;
    const named = /\{([^}]*)\}/.exec(clause)?.[1];
    // A default or namespace import, or `require`: what is taken of it stands elsewhere.
    if (imported === undefined || named === undefined || /^\s*[\w*]/.test(clause)) return true;
    if (named.split(',').some((each) => isConstructing(each.trim().split(/\s/)[0] ?? ''))) return true;
  }
  return false;
}

function isConstructing(name: string): boolean {
  return constructing.has(name) || constructingEnds.some((end) => name.endsWith(end));
}

/** Names that mostly mean something else, unless they are asked of a library's own export. */
const everydayNames = new Set(['create', 'init', 'initSync', 'connect']);

/** Most calls have a name that builds no client of any library: they need no look. */
function mayConstruct(code: Code, callee: TSESTree.Identifier | TSESTree.MemberExpression): boolean {
  if (callee.type === 'MemberExpression') {
    const name = nameOfKey(callee) ?? '';
    return isConstructing(name) && (!everydayNames.has(name) || importedLibrary(code, callee) !== undefined);
  }
  const node = findVariable(code, callee)?.defs[0]?.node as TSESTree.Node | undefined;
  switch (node?.type) {
    case 'ImportSpecifier':
      return isConstructing(node.imported.type === 'Identifier' ? node.imported.name : node.imported.value);
    case 'ImportDefaultSpecifier':
    case 'ImportNamespaceSpecifier':
      return findLibrary(node.parent.source.value) !== undefined;
    case 'VariableDeclarator': {
      if (node.id.type !== 'Identifier') return isConstructing(callee.name);
      const specifier = node.init === null ? undefined : requiredSpecifier(node.init);
      if (specifier !== undefined) return findLibrary(specifier) !== undefined;
      // `const pgp = pgPromise();`, which is then called.
      const init = node.init === null ? undefined : unwrap(node.init);
      return init?.type === 'CallExpression' && callingOpens.has(importedLibrary(code, unwrap(init.callee)));
    }
    case 'TSImportEqualsDeclaration':
      return true;
    default:
      return false;
  }
}

/** `drizzle(pool)` wraps what is there; `drizzle(url)` opens a pool. */
function isGivenClient(code: Code, node: TSESTree.CallExpression | TSESTree.NewExpression): boolean {
  const [first] = node.arguments;
  if (first === undefined || first.type === 'SpreadElement') return true;
  const at = unwrap(first);
  if (at.type === 'Literal' || at.type === 'TemplateLiteral') return false;
  if (at.type === 'MemberExpression') return !/env\b/.test(textOf(code, at));
  if (at.type !== 'ObjectExpression') return true;
  return !at.properties.some((property) => property.type === 'Property' && nameOfKey(property) === 'connection');
}

const isolating = libraries.filter((library) => library.framework?.isolates === true).flatMap((library) => library.packages);

/** How long the client lives that is built at the node. */
export function judgeLifetime(code: Code, node: TSESTree.CallExpression | TSESTree.NewExpression): Lifetime {
  const fn = enclosingFunction(node);
  if (fn === undefined || isClassSetUp(node)) return 'once per process';
  if (runsInIsolate(code)) return 'required per request by the platform';
  if (dependsOnParameters(code, node, fn)) return 'belongs to a tenant or user';
  if (isGuarded(code, node, fn)) return 'built lazily once';
  const moment = findMoment(code, node);
  if (moment === 'request' || moment === 'job') return 'per call';
  if (moment === 'start' || moment === 'build') return 'once per process';
  if (isHandedOver(fn)) return fn.parent.type === 'CallExpression' && fn.parent.parent.type === 'Decorator' ? 'per call' : 'decided by the caller';
  if (isCalledAtStart(code, fn)) return 'once per process';
  const name = nameOfFunction(fn) ?? '';
  if (isReturned(code, node, fn)) return judgeFactory(code, fn, name);
  if (findReached(code, node) === 'start') return 'once per process';
  return name === '' || setsUp.test(name) ? 'unknown' : 'per call';
}

/** Names of functions that are mostly called once: `initServices`, `StartConsumer`. */
const setsUp =
  /^(?:[Mm]ain|[Bb]ootstrap|[Ss]tart|[Ii]nit|[Ss]etup|[Cc]onnect|[Ii]nstall|[Rr]un|[Bb]oot|[Cc]onfigure|[Rr]egister|[Ii]nitiali[sz]e|[Ss]eed|[Mm]igrate|[Cc]reate(?:Server|App|Store)|[Mm]ake|[Bb]uild|[Uu]se)(?![a-z])/;

/** A factory: who calls it decides, except where this file calls it per call, or where it is a getter. */
function judgeFactory(code: Code, fn: TSESTree.FunctionDeclaration | TSESTree.FunctionExpression | TSESTree.ArrowFunctionExpression, name: string): Lifetime {
  const calls = callSitesOf(code, fn);
  for (const call of calls) {
    const caller = enclosingFunction(call);
    if (caller === undefined || isClassSetUp(call) || isGuarded(code, call, caller)) return 'built lazily once';
    const owner = nameOfFunction(caller) ?? '';
    if (owner !== '' && owner !== 'constructor' && !/^(?:init|setup|connect|start|create|make|get|on[A-Z])/i.test(owner)) return 'per call';
  }
  if (calls.length > 0) return 'decided by the caller';
  return /^get[A-Z]\w*Client$|^get[A-Z]\w*(?:Pool|Connection|Transport|Transporter|Stripe|Redis|Prisma|Db|Database)$|^getStripe/.test(name) &&
    fn.parent.type !== 'Property'
    ? 'per call'
    : 'decided by the caller';
}

/** A constructor or a property's initial value: the class decides, and most are singletons. */
function isClassSetUp(node: TSESTree.Node): boolean {
  for (let at: TSESTree.Node | null | undefined = node; at !== null && at !== undefined; at = at.parent) {
    if (at.type === 'StaticBlock') return true;
    if (at.type === 'PropertyDefinition') return at.value !== null && contains(at.value, node);
    if (at.type === 'MethodDefinition')
      return (
        at.kind === 'constructor' ||
        /^on(?:Module|Application)|^(?:init|connect|setup|start|register|configure|initiali[sz]e)(?![a-z])/.test(nameOfKey(at) ?? '')
      );
    if (at.type === 'FunctionDeclaration') return false;
  }
  return false;
}

/** The code runs where nothing but data outlives a request. */
export function runsInIsolate(code: Code): boolean {
  if (isListed(code.path, [...isolating, 'wrangler', '@cloudflare/vite-plugin'])) return true;
  return code.ast.body.some(
    (statement) =>
      (statement.type === 'ImportDeclaration' && isolating.includes(statement.source.value)) ||
      (statement.type === 'ExportNamedDeclaration' && /\bruntime\s*=\s*['"]edge['"]/.test(textOf(code, statement).slice(0, 80))),
  );
}

/** An argument comes from the function's parameters, or from what was looked up with them. */
export function dependsOnParameters(code: Code, node: TSESTree.CallExpression | TSESTree.NewExpression, fn: TSESTree.Node): boolean {
  const seen = new Set<TSESTree.Node>();
  const depends = (at: TSESTree.Node): boolean => {
    if (seen.has(at)) return false;
    seen.add(at);
    if (at.type === 'Identifier' && !isNameOnly(at)) {
      const variable = findVariable(code, at);
      for (const definition of variable?.defs ?? []) {
        if (definition.type === ('Parameter' as never)) return true;
        const declarator = definition.node as TSESTree.Node;
        if (
          declarator.type === 'VariableDeclarator' &&
          declarator.init !== null &&
          enclosingFunction(declarator) !== undefined &&
          !isDeclaredOutsideOf(definition.name, fn) &&
          depends(declarator.init)
        )
          return true;
      }
      return false;
    }
    if (isFunction(at)) return false;
    // What is awaited here was looked up for this call.
    if (at.type === 'AwaitExpression') return true;
    if (at.type === 'MemberExpression' && at.object.type === 'ThisExpression') return isGivenToInstance(at);
    if (at.type === 'ThisExpression') return false;
    return someChild(code, at, depends);
  };
  return node.arguments.some(depends);
}

/** `this.url`, which the constructor sets to what it is given; what a container injects says the same to every instance. */
function isGivenToInstance(member: TSESTree.MemberExpression): boolean {
  const owner = enclosingClass(member);
  const set = owner === undefined ? undefined : constructorOf(owner)?.value;
  const name = nameOfKey(member);
  // Its methods are those of a service.
  const isCalled = member.parent.type === 'MemberExpression' && member.parent.parent.type === 'CallExpression' && member.parent.parent.callee === member.parent;
  if (owner === undefined || set === undefined || !isFunction(set) || name === undefined || owner.decorators.length > 0 || isCalled) return false;
  const parameters = new Set(set.params.flatMap((each) => (each.type === 'Identifier' ? [each.name] : [])));
  if (set.params.some((each) => each.type === 'TSParameterProperty' && lastName(each.parameter) === name)) return true;
  return set.body?.body.some((statement) => {
    if (statement.type !== 'ExpressionStatement' || statement.expression.type !== 'AssignmentExpression') return false;
    const { left, right } = statement.expression;
    const given = unwrap(right);
    const holder = given.type === 'MemberExpression' ? unwrap(given.object) : given;
    return (
      left.type === 'MemberExpression' &&
      left.object.type === 'ThisExpression' &&
      nameOfKey(left) === name &&
      holder.type === 'Identifier' &&
      parameters.has(holder.name)
    );
  });
}

function isDeclaredOutsideOf(name: TSESTree.Node, fn: TSESTree.Node): boolean {
  return !contains(fn, name);
}

/** `x ??= new X()`, `if (!x) x = new X()`, `map.get(k) ?? new X()`, an assignment to something that outlives the function. */
function isGuarded(code: Code, node: TSESTree.Node, fn: TSESTree.Node): boolean {
  for (let at = node; at !== fn;) {
    const parent: TSESTree.Node | null | undefined = at.parent;
    if (parent === null || parent === undefined) return false;
    if (parent.type === 'AssignmentExpression' && parent.right === at) {
      if (parent.operator !== '=') return true;
      if (outlives(code, parent.left, fn) || (parent.left.type === 'Identifier' && isKept(code, parent.left, fn))) return true;
    }
    if (parent.type === 'LogicalExpression' && parent.right === at && parent.operator !== '&&') return true;
    if (parent.type === 'IfStatement' && parent.consequent === at && fillsWhatIsMissing(code, parent, fn)) return true;
    if (parent.type === 'CallExpression' && parent.arguments.includes(at as never)) {
      const name = parent.callee.type === 'MemberExpression' ? nameOfKey(parent.callee) : undefined;
      if (name === 'set' || name === 'push' || name === 'decorate' || isInstalled(code, parent)) return true;
    }
    if (parent.type === 'VariableDeclarator' && parent.id.type === 'Identifier' && isKept(code, parent.id, fn)) return true;
    at = parent;
  }
  return false;
}

/** `if (!shared) { const client = new X(); shared = client.connect(); }` */
function fillsWhatIsMissing(code: Code, statement: TSESTree.IfStatement, fn: TSESTree.Node): boolean {
  const { test } = statement;
  const asked = test.type === 'UnaryExpression' && test.operator === '!' ? unwrap(test.argument) : undefined;
  const variable = asked?.type === 'Identifier' ? findVariable(code, asked) : undefined;
  return (
    variable !== undefined &&
    isDeclaredOutside(variable, fn) &&
    variable.references.some((reference) => reference.isWrite() && contains(statement.consequent, reference.identifier))
  );
}

function outlives(code: Code, left: TSESTree.Node, fn: TSESTree.Node): boolean {
  if (left.type === 'Identifier') {
    const variable = findVariable(code, left);
    return variable !== undefined && isDeclaredOutside(variable, fn);
  }
  if (left.type !== 'MemberExpression') return false;
  const owner = unwrap(left.object);
  return owner.type === 'Identifier' || owner.type === 'MemberExpression' ? owner.type === 'MemberExpression' || !isOwn(code, owner, fn) : true;
}

/** A name that belongs to the function: `ctx.body = …` lives as long as the request. */
function isOwn(code: Code, identifier: TSESTree.Identifier, fn: TSESTree.Node): boolean {
  const variable = findVariable(code, identifier);
  return variable !== undefined && variable.defs.length > 0 && !isDeclaredOutside(variable, fn);
}

/** `setGlobalDispatcher(client)` */
function isInstalled(code: Code, { callee }: TSESTree.CallExpression): boolean {
  const library = importedLibrary(code, callee);
  if (library === undefined || findExport(library, lastName(callee) ?? '')?.installs !== true) return false;
  // Each call of a handler would install another one.
  return !['request', 'job'].includes(findMoment(code, callee));
}

/** `const client = new X(); cached = client;` or `map.set(key, client)`. */
function isKept(code: Code, id: TSESTree.Identifier, fn: TSESTree.Node): boolean {
  return (
    findVariable(code, id)?.references.some(({ identifier }) => {
      const use = identifier.parent;
      if (use?.type === 'AssignmentExpression' && use.right === identifier) return outlives(code, use.left, fn);
      if (use?.type !== 'CallExpression' || !use.arguments.includes(identifier as never)) return false;
      return (use.callee.type === 'MemberExpression' && nameOfKey(use.callee) === 'set') || isInstalled(code, use);
    }) === true
  );
}

/** A function given to another function or kept in an object: who calls it, and how often, is not told here. */
function isHandedOver(fn: TSESTree.Node): boolean {
  const parent = parentOf(fn);
  return (
    parent?.type === 'CallExpression' ||
    parent?.type === 'NewExpression' ||
    parent?.type === 'Property' ||
    parent?.type === 'ArrayExpression' ||
    parent?.type === 'JSXExpressionContainer'
  );
}

/** The function gives the client back, by itself or within something. */
function isReturned(code: Code, node: TSESTree.Node, fn: TSESTree.Node): boolean {
  let declared: TSESTree.Node | undefined;
  for (let at: TSESTree.Node | null | undefined = node; at !== fn && at !== null && at !== undefined; at = at.parent) {
    if (at.type === 'ReturnStatement') return true;
    // The client is used up here: `return new Pool().query(…)`.
    if (at !== node && findRemoteCall(code, at) !== undefined) return false;
    if (at.type === 'VariableDeclarator') declared = at.id;
    if (at.parent === fn && at === (fn as { body?: TSESTree.Node }).body && at.type !== 'BlockStatement') return true;
  }
  if (declared?.type !== 'Identifier') return false;
  return (
    findVariable(code, declared)?.references.some(({ identifier }) => {
      for (let at: TSESTree.Node | null | undefined = identifier; at !== null && at !== undefined && at !== fn; at = at.parent) {
        if (at.type === 'ReturnStatement') return isPassedOn(identifier, at);
        // `return fetch(url, { agent })`
        if (isFunction(at) || findRemoteCall(code, at) !== undefined) return false;
      }
      return false;
    }) === true
  );
}

/** `return client`, `return { client }`, `return wrap(client)`; not `return client.query(…)`. */
function isPassedOn(identifier: TSESTree.Node, statement: TSESTree.Node): boolean {
  for (let at: TSESTree.Node = identifier; at !== statement; at = at.parent as TSESTree.Node) {
    if (at.parent?.type === 'MemberExpression' || at.parent?.type === 'AwaitExpression') return false;
  }
  return true;
}
