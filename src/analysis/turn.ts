import type { Variable } from '@typescript-eslint/scope-manager';
import type { TSESTree } from '@typescript-eslint/types';

import { type Code, someChild, textOf } from '../project/code.ts';
import { findVariable, isReassigned } from './binding.ts';
import type { Loop } from './loop.ts';
import { evaluate } from './origin/evaluate.ts';
import { alternatives } from './origin/value.ts';
import { isReiterableHolder } from './reiterable.ts';
import { contains, isFunction, isNameOnly, nameOfKey, rootOf, unwrap } from './syntax.ts';
import { typeOf } from './written-type.ts';

/** What one turn of a loop gets: the pattern that takes the item, or the counter or name that stands for it. */
export interface Turn {
  /** `{ id }` of `for (const { id } of users)`, `user` of `users.map((user) => …)`; the counter of a counted loop; the name of a `for…in`. */
  readonly pattern: TSESTree.Node;
  /** The list, or the object whose names the turns get. */
  readonly list: TSESTree.Node;
  /** What the pattern stands for: an item, its position in the list, or the name of a property. */
  readonly gets: 'item' | 'position' | 'name';
}

/** What the turns of a loop over a list, or over the names of an object, get. `undefined` for loops over something else. */
export function turnOf(loop: Loop): Turn | undefined {
  const { node, iterated } = loop;
  if (node.type === 'ForOfStatement' && iterated !== undefined) {
    if (node.await || node.left.type !== 'VariableDeclaration') return undefined;
    const pattern = node.left.declarations[0]?.id;
    return pattern === undefined ? undefined : { pattern, list: iterated, gets: 'item' };
  }
  if (node.type === 'ForStatement') return countedTurn(node);
  if (node.type === 'ForInStatement') return namedTurn(node);
  if (node.type !== 'CallExpression' || iterated === undefined) return undefined;
  const fn = node.arguments.map((argument) => unwrap(argument)).find((argument) => isFunction(argument) && contains(argument, loop.body));
  const pattern = fn !== undefined && isFunction(fn) ? fn.params[0] : undefined;
  return pattern === undefined || fn === undefined || !isFunction(fn) ? undefined : { pattern, list: iterated, gets: 'item' };
}

/** `for (const name in object)`, where the object is a name or a member that can be asked for its names once more. */
function namedTurn({ left, right }: TSESTree.ForInStatement): Turn | undefined {
  const pattern = left.type === 'VariableDeclaration' ? left.declarations[0]?.id : undefined;
  return pattern?.type !== 'Identifier' || !isReiterableHolder(right) ? undefined : { pattern, list: right, gets: 'name' };
}

/** `for (let i = 0; i < list.length; i++)` */
function countedTurn({ init, test, update }: TSESTree.ForStatement): Turn | undefined {
  if (init?.type !== 'VariableDeclaration' || test?.type !== 'BinaryExpression' || test.operator !== '<') return undefined;
  const [first] = init.declarations;
  if (first?.id.type !== 'Identifier' || first.init?.type !== 'Literal' || first.init.value !== 0 || init.declarations.length > 1) return undefined;
  if (update?.type !== 'UpdateExpression' || update.operator !== '++') return undefined;
  const { left, right } = test;
  if (left.type !== 'Identifier' || left.name !== first.id.name || right.type !== 'MemberExpression' || nameOfKey(right) !== 'length') return undefined;
  return { pattern: first.id, list: right.object, gets: 'position' };
}

/** The identifiers in a node that stand for something that the turn made: the item, or a variable of the loop's body. */
export function turnNames(code: Code, node: TSESTree.Node, loop: Loop): TSESTree.Identifier[] {
  const found: TSESTree.Identifier[] = [];
  const visit = (at: TSESTree.Node): void => {
    if (at.type === 'Identifier' && !isNameOnly(at)) {
      const definitions = findVariable(code, at)?.defs ?? [];
      const isOfTurn = definitions.some(({ name }) => contains(loop.node, name) && !contains(node, name));
      if (isOfTurn) found.push(at);
    }
    someChild(code, at, (child) => {
      visit(child);
      return false;
    });
  };
  visit(node);
  return found;
}

const globalConversions = new Set(['String', 'Number', 'BigInt', 'parseInt', 'Boolean']);
const pureMethods = new Set(['toString', 'toLowerCase', 'toUpperCase', 'trim', 'toHexString', 'valueOf']);
const inliningMax = 4;

/**
 * An expression of the turn, written so that the item's pattern is all that it needs: `authorId` with
 * `const { authorId } = post` becomes `post.authorId`. `undefined` when it needs more than the item.
 */
export function inTermsOfItem(code: Code, node: TSESTree.Node, loop: Loop, turn: Turn, depth = 0): string | undefined {
  // What a map gives may be another value in a later turn.
  if (depth > inliningMax || !isPure(code, node) || changesWhatItNames(code, node, loop)) return undefined;
  const pieces: { readonly range: readonly [number, number]; readonly text: string }[] = [];
  for (const identifier of turnNames(code, node, loop)) {
    const copied = copiedFrom(code, identifier, loop);
    if (copied !== undefined) {
      const text = inTermsOfItem(code, copied, loop, turn, depth + 1);
      if (text === undefined || !/^[\w$]+$/.test(text)) return undefined;
      // A copy of nothing is an empty object.
      pieces.push({ range: identifier.range, text: `${text}?` });
      continue;
    }
    if (contains(turn.pattern, definitionOf(code, identifier) ?? node)) {
      // A counter counts; that nothing else moves it is asked elsewhere.
      const variable = findVariable(code, identifier);
      if (turn.gets !== 'position' && (variable === undefined || isReassigned(variable))) return undefined;
      continue;
    }
    const text = inlined(code, identifier, loop, turn, depth);
    if (text === undefined) return undefined;
    const isShorthand = identifier !== node && identifier.parent.type === 'Property' && identifier.parent.shorthand;
    pieces.push({ range: identifier.range, text: isShorthand ? `${identifier.name}: ${text}` : text });
  }
  if (turn.gets === 'position' && !indexesOnly(code, node, turn)) return undefined;
  let text = textOf(code, node);
  for (const piece of pieces.reverse()) text = text.slice(0, piece.range[0] - node.range[0]) + piece.text + text.slice(piece.range[1] - node.range[0]);
  return text;
}

function definitionOf(code: Code, identifier: TSESTree.Identifier): TSESTree.Node | undefined {
  return findVariable(code, identifier)?.defs[0]?.name;
}

/** The expression names a copy of the item. */
export function namesCopy(code: Code, node: TSESTree.Node, loop: Loop): boolean {
  return turnNames(code, node, loop).some((identifier) => copiedFrom(code, identifier, loop) !== undefined);
}

/** `entry` of `copy.id`, where `const copy = { ...entry }` has got nothing of that name since. */
function copiedFrom(code: Code, identifier: TSESTree.Identifier, loop: Loop): TSESTree.Node | undefined {
  const member = identifier.parent;
  const variable = findVariable(code, identifier);
  const declarator = variable?.defs[0]?.node as TSESTree.Node | undefined;
  if (member.type !== 'MemberExpression' || member.object !== identifier || member.computed || member.optional) return undefined;
  if (declarator?.type !== 'VariableDeclarator' || declarator.parent.kind !== 'const' || declarator.id.type !== 'Identifier') return undefined;
  const literal = declarator.init === null ? undefined : unwrap(declarator.init);
  const [only, ...more] = literal?.type === 'ObjectExpression' ? literal.properties : [];
  if (only?.type !== 'SpreadElement' || more.length > 0 || !contains(loop.body, declarator) || changesMembersOf(code, member, loop)) return undefined;
  // Whoever was given the copy before may have changed it.
  const isOwn = variable?.references.every(({ identifier: use, init }) => {
    const { parent } = use as TSESTree.Node;
    return init === true || use.range[0] >= identifier.range[0] || (parent?.type === 'MemberExpression' && parent.object === use);
  });
  return isOwn === true ? only.argument : undefined;
}

/** What a constant of the turn was made of. */
function inlined(code: Code, identifier: TSESTree.Identifier, loop: Loop, turn: Turn, depth: number): string | undefined {
  const definition = findVariable(code, identifier)?.defs[0];
  const declarator = definition?.node as TSESTree.Node | undefined;
  if (declarator?.type !== 'VariableDeclarator' || declarator.init === null || declarator.parent.kind !== 'const') return undefined;
  const init = inTermsOfItem(code, declarator.init, loop, turn, depth + 1);
  if (init === undefined) return undefined;
  const grouped = /^[\w$.[\]]+$/.test(init) ? init : `(${init})`;
  if (declarator.id.type === 'Identifier') return grouped;
  if (declarator.id.type !== 'ObjectPattern') return undefined;
  for (const property of declarator.id.properties) {
    if (property.type !== 'Property' || property.computed || property.value.type !== 'Identifier' || property.value !== definition?.name) continue;
    const name = nameOfKey(property);
    return name === undefined || !/^[\w$]+$/.test(name) ? undefined : `${grouped}.${name}`;
  }
  return undefined;
}

/** The counter, or the name, serves to take the item and nothing else. */
export function indexesOnly(code: Code, node: TSESTree.Node, turn: Turn): boolean {
  let only = true;
  const list = textOf(code, turn.list);
  const visit = (at: TSESTree.Node): void => {
    if (at.type === 'MemberExpression' && at.computed && textOf(code, at.object) === list) return;
    if (at.type === 'Identifier' && turn.pattern.type === 'Identifier' && at.name === turn.pattern.name && !isNameOnly(at)) only = false;
    someChild(code, at, (child) => {
      visit(child);
      return false;
    });
  };
  visit(node);
  return only;
}

/** Evaluating it twice, or earlier, makes no difference: names, members, templates and conversions. */
export function isPure(code: Code, node: TSESTree.Node): boolean {
  switch (node.type) {
    case 'Identifier':
    case 'Literal':
    case 'ThisExpression':
    case 'TemplateElement':
      return true;
    case 'CallExpression': {
      const callee = unwrap(node.callee);
      if (node.arguments.some((argument) => argument.type === 'SpreadElement' || !isPure(code, argument))) return false;
      if (callee.type === 'Identifier') return globalConversions.has(callee.name) && (findVariable(code, callee)?.defs.length ?? 0) === 0;
      if (callee.type !== 'MemberExpression' || !isPure(code, callee.object)) return false;
      const name = nameOfKey(callee) ?? '';
      return pureMethods.has(name) || (name === 'get' && isMap(code, callee.object));
    }
    case 'MemberExpression':
    case 'ChainExpression':
    case 'TemplateLiteral':
    case 'TSAsExpression':
    case 'TSNonNullExpression':
    case 'TSSatisfiesExpression':
    case 'LogicalExpression':
    case 'ConditionalExpression':
    case 'BinaryExpression':
      return !someChild(code, node, (child) => !isTypeNode(child) && !isPure(code, child));
    default:
      return false;
  }
}

/** A constant that holds a `Map`, or a parameter that is declared as one, or is one by default. */
function isMap(code: Code, node: TSESTree.Node): boolean {
  const variable = node.type === 'Identifier' ? findVariable(code, node) : undefined;
  const definition = variable?.defs[0];
  const declarator = definition?.node as TSESTree.Node | undefined;
  if (variable !== undefined && declarator !== undefined && isFunction(declarator)) {
    const type = node.type === 'Identifier' ? typeOf(code, node)?.node : undefined;
    if (isReassigned(variable)) return false;
    if (type?.type === 'TSTypeReference' && /^(?:Readonly)?Map$/.test(textOf(code, type.typeName))) return true;
    const { parent } = definition?.name as TSESTree.Node;
    return parent?.type === 'AssignmentPattern' && parent.right.type === 'NewExpression' && textOf(code, parent.right.callee) === 'Map';
  }
  if (declarator?.type !== 'VariableDeclarator' || declarator.init === null || declarator.parent.kind !== 'const') return false;
  return declarator.init.type === 'NewExpression' && declarator.init.callee.type === 'Identifier' && declarator.init.callee.name === 'Map';
}

function isTypeNode(node: TSESTree.Node): boolean {
  return node.type.startsWith('TS') && !/^TS(?:As|NonNull|Satisfies)/.test(node.type);
}

/** Something outside of the loop that a node names is assigned in the loop. */
export function isAssignedInLoop(code: Code, node: TSESTree.Node, loop: Loop): boolean {
  if (node.type === 'Identifier' && !isNameOnly(node)) {
    const variable = findVariable(code, node);
    if (variable?.references.some((reference) => reference.isWrite() && reference.init !== true && contains(loop.body, reference.identifier)) === true)
      return true;
  }
  return someChild(code, node, (child) => isAssignedInLoop(code, child, loop));
}

/** The loop's body assigns to a member of that name, of whatever object: a key that is read of it may not be the one before the loop. */
export function changesMembersOf(code: Code, key: TSESTree.Node, loop: Loop): boolean {
  const names = new Set<string>();
  const collect = (node: TSESTree.Node): boolean => {
    if (node.type === 'MemberExpression') names.add(nameOfKey(node) ?? '');
    return someChild(code, node, collect);
  };
  collect(key);
  const isChanged = (target: TSESTree.Node): boolean => {
    const at = unwrap(target);
    return at.type === 'MemberExpression' && names.has(nameOfKey(at) ?? '');
  };
  const visit = (node: TSESTree.Node): boolean => {
    if (node.type === 'AssignmentExpression' && isChanged(node.left)) return true;
    // `({ id: item.id } = row)`, `for (item.id of ids)`
    if (node.type === 'ObjectPattern' && node.properties.some((each) => isChanged(each.type === 'Property' ? each.value : each.argument))) return true;
    if (node.type === 'ArrayPattern' && node.elements.some((each) => each !== null && isChanged(each))) return true;
    if ((node.type === 'AssignmentPattern' || node.type === 'ForOfStatement' || node.type === 'ForInStatement') && isChanged(node.left)) return true;
    if (node.type === 'UpdateExpression' && isChanged(node.argument)) return true;
    if (node.type === 'UnaryExpression' && node.operator === 'delete' && isChanged(node.argument)) return true;
    if (node.type === 'CallExpression' && textOf(code, node.callee) === 'Object.assign' && names.size > 0) return true;
    return someChild(code, node, visit);
  };
  return visit(loop.body);
}

/** Something that a node names, and that was made before the loop, is changed in the loop: a member assigned, a list added to. */
export function changesWhatItNames(code: Code, node: TSESTree.Node, loop: Loop): boolean {
  const named = new Set<Variable>();
  const collect = (at: TSESTree.Node): boolean => {
    if (at.type === 'Identifier' && !isNameOnly(at)) {
      const variable = findVariable(code, at);
      if (variable?.defs.every(({ name }) => !contains(loop.node, name)) === true && variable.defs.length > 0) named.add(variable);
    }
    return someChild(code, at, collect);
  };
  collect(node);
  const isNamed = (target: TSESTree.Node): boolean => {
    const root = rootOf(target);
    const variable = root.type === 'Identifier' ? findVariable(code, root) : undefined;
    return variable !== undefined && named.has(variable);
  };
  const visit = (at: TSESTree.Node): boolean => {
    if (at.type === 'AssignmentExpression' && isNamed(at.left)) return true;
    if ((at.type === 'UpdateExpression' || (at.type === 'UnaryExpression' && at.operator === 'delete')) && isNamed(at.argument)) return true;
    if (at.type === 'CallExpression' && at.callee.type === 'MemberExpression') {
      const { object } = at.callee;
      // `db.delete(users)` is a statement, and no list gets shorter.
      const isClient = object.type === 'CallExpression' || alternatives(evaluate(code, object)).some(({ kind }) => kind === 'object' || kind === 'method');
      if (growing.has(nameOfKey(at.callee) ?? '') && !contains(node, at) && isNamed(object) && !isClient) return true;
      const [first] = at.arguments;
      if (textOf(code, at.callee) === 'Object.assign' && first !== undefined && isNamed(first)) return true;
    }
    return someChild(code, at, visit);
  };
  return named.size > 0 && visit(loop.body);
}

const growing = new Set(['push', 'unshift', 'splice', 'pop', 'shift', 'add', 'delete', 'clear', 'sort', 'reverse', 'fill', 'set']);

/** The loop's body changes the list that it runs over. */
export function changesItsList(code: Code, loop: Loop, turn: Turn): boolean {
  const list = textOf(code, turn.list);
  const visit = (node: TSESTree.Node): boolean => {
    if (node.type === 'CallExpression' && node.callee.type === 'MemberExpression' && growing.has(nameOfKey(node.callee) ?? '')) {
      if (textOf(code, unwrap(node.callee.object)) === list) return true;
    }
    if (node.type === 'UnaryExpression' && node.operator === 'delete' && node.argument.type === 'MemberExpression')
      if (textOf(code, unwrap(node.argument.object)) === list) return true;
    // `list.length = 0`, `list[i] = …`
    if (node.type === 'AssignmentExpression' && node.left.type === 'MemberExpression' && textOf(code, unwrap(node.left.object)) === list) return true;
    return someChild(code, node, visit);
  };
  return visit(loop.body);
}
