import type { TSESTree } from '@typescript-eslint/types';

import { libraries } from '../libraries/index.ts';
import type { Code } from '../project/code.ts';
import { isListed } from '../project/manifest.ts';
import { findVariable } from './binding.ts';
import { importedLibrary } from './imported.ts';
import { isFunction, isWaitedFor, nameOfKey, staticText, unwrap } from './syntax.ts';

const memberNames = new Set<string>();
for (const library of libraries) {
  for (const object of Object.values(library.objects)) {
    for (const [names, facts] of Object.entries(object.members)) {
      if (facts.does !== undefined || facts.sends === true || facts.becomes !== undefined || facts.gives !== undefined)
        for (const name of names.split(' ')) memberNames.add(name);
    }
  }
}

const shapeNames = new Set(libraries.flatMap((library) => (library.shapes ?? []).flatMap((shape) => shape.members.split(' '))));

/** Most calls in a file have a name that no library knows: they need no look. */
export function mayBeKnown(code: Code, node: TSESTree.CallExpression): boolean {
  // In the middle of a chain nothing is sent.
  const above = node.parent;
  if (above.type === 'MemberExpression' && above.object === node && above.parent.type === 'CallExpression' && above.parent.callee === above) {
    const next = nameOfKey(above);
    // A shape begins at the chain's first call.
    const own = node.callee.type === 'MemberExpression' ? nameOfKey(node.callee) : undefined;
    const begins = own !== undefined && shapeNames.has(own);
    if (!begins && next !== 'then' && next !== 'catch' && next !== 'finally' && next !== 'at') return false;
  }
  const callee = unwrap(node.callee);
  if (callee.type === 'Identifier') return mayBeCalled(code, node, callee);
  if (callee.type !== 'MemberExpression') return callee.type === 'CallExpression';
  const name = nameOfKey(callee);
  if (callee.object.type === 'ImportExpression') return false;
  if (name !== undefined && !memberNames.has(name) && !followsKnown(callee.object)) return isNamedByProject(code, node, name);
  if (name === undefined || !everydayNames.has(name)) return true;
  // Arrays, maps, headers and parameters have these names, too; what they give is not waited for.
  const [first] = node.arguments;
  if (callee.object.type === 'Identifier' && /^(?:Array|Object|Promise|JSON|Math|Buffer|console|URL)$/.test(callee.object.name)) return false;
  return (first === undefined || !isFunction(unwrap(first))) && isWaitedFor(node);
}

const named = libraries.flatMap(({ begins, packages }) => (begins === undefined ? [] : [{ begins: new RegExp(`^(?:${begins.join('|')})[A-Z]`), packages }]));

/** `await user.getPosts()`, in a package with a library that names members so. */
function isNamedByProject(code: Code, node: TSESTree.CallExpression, name: string): boolean {
  return named.some(({ begins, packages }) => begins.test(name) && isWaitedFor(node) && isListed(code.path, packages));
}

/** A call earlier in the chain has a name that a library knows: `insert(…).values(…).returning()`. */
function followsKnown(object: TSESTree.Node): boolean {
  for (let at = unwrap(object); at.type === 'CallExpression' && at.callee.type === 'MemberExpression'; at = unwrap(at.callee.object))
    if (memberNames.has(nameOfKey(at.callee) ?? '*')) return true;
  return false;
}

/** Names of members that many other objects have. */
const everydayNames = new Set(
  'get set has find findIndex delete add create update remove query from select all exists count filter map insert send close end load run values entries keys sort limit where with first list search request post put patch head options type rename append process clean publish restore reload refresh merge next forEach stream execute save'.split(
    ' ',
  ),
);

/** `db('users')`: an object that is called. Functions of this file and calls in passing are none. */
function mayBeCalled(code: Code, node: TSESTree.CallExpression, callee: TSESTree.Identifier): boolean {
  const definition = findVariable(code, callee)?.defs[0];
  const type = (definition?.node as TSESTree.Node | undefined)?.type;
  if (type === 'FunctionDeclaration' && definition?.type !== ('Parameter' as never)) return false;
  if (type === 'VariableDeclarator') {
    const { init } = definition?.node as TSESTree.VariableDeclarator;
    if (init !== null && isFunction(init)) return false;
  }
  if (node.arguments.length > 1 || !isWaitedFor(node)) return false;
  // A function of a package; else a table's name says that it is called as an object.
  const [first] = node.arguments;
  return (first !== undefined && staticText(first) !== undefined) || importedLibrary(code, callee) !== undefined || definition === undefined;
}

const listNames = new Set<string>();
for (const library of libraries) {
  for (const object of Object.values(library.objects)) {
    for (const [names, facts] of Object.entries(object.members)) {
      const builds = facts.gives !== undefined && library.objects[facts.gives]?.builder !== undefined && facts.becomes === undefined;
      const lists =
        [facts.does, facts.becomes].some((operation) => operation === 'read-many' || operation === 'raw') ||
        facts.forgetsLimit === true ||
        facts.sends === true;
      if (builds || lists) for (const name of names.split(' ')) listNames.add(name);
    }
  }
}

/** Cheap look: whether a chain has a name with which some library reads many rows. */
export function mayReadMany(node: TSESTree.Node): boolean {
  if (node.type !== 'CallExpression') return true;
  for (
    let at: TSESTree.Node = unwrap(node);
    at.type === 'CallExpression' || at.type === 'MemberExpression';
    at = unwrap(at.type === 'CallExpression' ? at.callee : at.object)
  ) {
    if (at.type === 'MemberExpression' && listNames.has(nameOfKey(at) ?? '*')) return true;
    if (at.type === 'CallExpression' && at.callee.type === 'Identifier') return true;
  }
  return false;
}
