import type { TSESTree } from '@typescript-eslint/types';

import { type Code, textOf } from '../project/code.ts';
import { findVariable } from './binding.ts';
import { evaluate } from './origin/evaluate.ts';
import { alternatives } from './origin/value.ts';
import { nameOfKey, unwrap } from './syntax.ts';
import { typeOf } from './written-type.ts';

const listMethods = new Set(
  'map filter slice concat flat flatMap sort reverse toSorted toReversed split keys values entries from of push length forEach some every find includes join reduce size has at'.split(
    ' ',
  ),
);

/** The list can be walked a second time, and writing it again gives the same list: a name or a member that holds one. */
export function isReiterable(code: Code, node: TSESTree.Node): boolean {
  const at = unwrap(node);
  if (at.type === 'MemberExpression') return !at.computed && !at.optional && (at.object.type === 'ThisExpression' || isReiterableHolder(at.object));
  if (at.type === 'CallExpression' && at.callee.type === 'MemberExpression') {
    const name = nameOfKey(at.callee) ?? '';
    const { object } = at.callee;
    if (!['keys', 'values', 'entries'].includes(name) || object.type !== 'Identifier') return false;
    return object.name === 'Object' ? at.arguments[0]?.type === 'Identifier' : at.arguments.length === 0;
  }
  return at.type === 'Identifier' && holdsList(code, at);
}

/** A name, a member of one, `this`: what can be written a second time and is the same. */
export function isReiterableHolder(node: TSESTree.Node): boolean {
  const at = unwrap(node);
  return (
    at.type === 'Identifier' ||
    (at.type === 'MemberExpression' && !at.computed && !at.optional && isReiterableHolder(at.object)) ||
    at.type === 'ThisExpression'
  );
}

/** A name that is declared as a list, was made as one, or is used as one. */
function holdsList(code: Code, identifier: TSESTree.Identifier): boolean {
  if (isWalkedOnce(typeOf(code, identifier)?.node)) return false;
  if (alternatives(evaluate(code, identifier)).some(({ kind }) => kind === 'list')) return true;
  const variable = findVariable(code, identifier);
  const definition = variable?.defs[0];
  const type = typeOf(code, identifier);
  if (type !== undefined && isListType(type.node)) return true;
  const declarator = definition?.node as TSESTree.Node | undefined;
  // A part of an object is no iterator that somebody just made.
  if (definition?.name.parent?.type === 'Property') return true;
  if (declarator?.type === 'VariableDeclarator' && declarator.init !== null && isListExpression(declarator.init)) return true;
  return (
    variable?.references.some(({ identifier: use }) => {
      const member = use.parent;
      return member?.type === 'MemberExpression' && member.object === use && listMethods.has(nameOfKey(member) ?? '');
    }) === true
  );
}

const arrayMethods = new Set('map filter slice concat flat flatMap sort reverse push length some every find includes join reduce'.split(' '));

/** The value is an array for sure, not another kind of list: it has an array's methods. */
export function isArray(code: Code, node: TSESTree.Node): boolean {
  const at = unwrap(node);
  if (at.type === 'AwaitExpression') return true;
  if (at.type !== 'Identifier' && at.type !== 'MemberExpression') return false;
  const variable = at.type === 'Identifier' ? findVariable(code, at) : undefined;
  const definition = variable?.defs[0];
  const type = typeOf(code, at);
  if (type !== undefined) return isListType(type.node) && !/^(?:Readonly)?(?:Set|Map)\b/.test(textOf(type.code, type.node));
  const declarator = definition?.node as TSESTree.Node | undefined;
  const init = declarator?.type === 'VariableDeclarator' && declarator.init !== null ? unwrap(declarator.init) : undefined;
  if (init?.type === 'AwaitExpression' && alternatives(evaluate(code, init)).some(({ kind }) => kind === 'list')) return true;
  if (init !== undefined && init.type !== 'NewExpression' && isListExpression(init)) return true;
  return (
    variable?.references.some(({ identifier: use }) => {
      const member = use.parent;
      return member?.type === 'MemberExpression' && member.object === use && arrayMethods.has(nameOfKey(member) ?? '');
    }) === true
  );
}

/** Its type is written down, and is no array's; or it was made as something else. */
export function isOtherThanArray(code: Code, node: TSESTree.Node): boolean {
  const at = unwrap(node);
  if (typeOf(code, at) !== undefined) return !isArray(code, at);
  const declarator = at.type === 'Identifier' ? (findVariable(code, at)?.defs[0]?.node as TSESTree.Node | undefined) : undefined;
  return declarator?.type === 'VariableDeclarator' && declarator.init !== null && unwrap(declarator.init).type === 'NewExpression';
}

/** `Iterable<T>`, `Generator<T>`: it may be walked once only. */
function isWalkedOnce(type: TSESTree.Node | undefined): boolean {
  return (
    type?.type === 'TSTypeReference' &&
    type.typeName.type === 'Identifier' &&
    /^(?:Async)?(?:Iterable|Iterator|IterableIterator|Generator)$/.test(type.typeName.name)
  );
}

function isListType(node: TSESTree.Node): boolean {
  switch (node.type) {
    case 'TSArrayType':
    case 'TSTupleType':
      return true;
    case 'TSTypeOperator':
      return node.typeAnnotation !== undefined && isListType(node.typeAnnotation);
    case 'TSTypeReference':
      return node.typeName.type === 'Identifier' && /^(?:Array|ReadonlyArray|Set|ReadonlySet|Map|ReadonlyMap)$/.test(node.typeName.name);
    default:
      return false;
  }
}

function isListExpression(node: TSESTree.Node): boolean {
  const at = unwrap(node);
  switch (at.type) {
    case 'ArrayExpression':
      return true;
    case 'NewExpression':
      return at.callee.type === 'Identifier' && /^(?:Set|Map|Array)$/.test(at.callee.name);
    case 'CallExpression': {
      if (at.callee.type !== 'MemberExpression') return false;
      const name = nameOfKey(at.callee) ?? '';
      const ofObject = at.callee.object.type === 'Identifier' && /^(?:Object|Array)$/.test(at.callee.object.name);
      return ofObject || ['map', 'filter', 'slice', 'concat', 'flat', 'flatMap', 'sort', 'toSorted', 'split'].includes(name);
    }
    default:
      return false;
  }
}
