import type { TSESTree } from '@typescript-eslint/types';

import type { Code } from '../project/code.ts';
import { findVariable } from './binding.ts';
import { findColumn } from './column.ts';
import type { Loop } from './loop.ts';
import { declarationOf } from './origin/declaration.ts';
import { evaluate } from './origin/evaluate.ts';
import { type Value, alternatives } from './origin/value.ts';
import { findRemoteCall, type RemoteCall } from './remote-call.ts';
import type { Turn } from './turn.ts';
import { contains, nameOfKey, unwrap } from './syntax.ts';

/** What can be known of the keys that a loop asks by. */
export interface KeyValue {
  /** A text or a number, never null or undefined. */
  readonly known: boolean;
  /** No two turns have the same key. */
  readonly distinct: boolean;
}

/** What is known of the keys of a loop's turns, from declared types, tables and where the list comes from. */
export function judgeKey(code: Code, key: TSESTree.Node, loop: Loop, turn: Turn): KeyValue {
  const rows = rowsOf(code, turn.list);
  return { known: isKnown(code, key, turn, rows), distinct: isDistinct(code, key, loop, turn, rows) };
}

/** The read that gave the list. */
function rowsOf(code: Code, list: TSESTree.Node): RemoteCall | undefined {
  const at = unwrap(list);
  if (at.type === 'Identifier') {
    const variable = findVariable(code, at);
    const declarator = variable?.defs[0]?.node as TSESTree.Node | undefined;
    if (declarator?.type !== 'VariableDeclarator' || declarator.init === null || declarator.id.type !== 'Identifier') return undefined;
    if (variable?.references.some((reference) => reference.isWrite() && reference.init !== true) !== false) return undefined;
    return rowsOf(code, declarator.init);
  }
  if (at.type !== 'AwaitExpression') return undefined;
  const call = findRemoteCall(code, unwrap(at.argument)) ?? findRemoteCall(code, at);
  return call?.operation === 'read-many' ? call : undefined;
}

function isKnown(code: Code, key: TSESTree.Node, turn: Turn, rows: RemoteCall | undefined): boolean {
  const at = unwrap(key);
  if (at.type === 'TemplateLiteral') return true;
  if (at.type === 'CallExpression' && at.callee.type === 'Identifier' && /^(?:String|BigInt)$/.test(at.callee.name)) return true;
  const type = typeOfKey(code, at);
  if (type !== undefined) return isPlainType(type.code, type.node);
  if (isPlainByTypeInformation(code, at)) return true;
  // A column of the rows that the loop runs over.
  const column = at.type === 'MemberExpression' && at.object.type === 'Identifier' ? nameOfKey(at) : undefined;
  if (column === undefined || rows === undefined || turn.pattern.type !== 'Identifier' || at.type !== 'MemberExpression') return false;
  if (at.object.type !== 'Identifier' || at.object.name !== turn.pattern.name) return false;
  const declared = columnOfRows(rows, column);
  return declared === undefined ? /^_?id$/.test(column) : declared.isNumber && !declared.nullable;
}

/** The table that a statement reads from, and the column of that name. */
function columnOfRows(rows: RemoteCall, column: string): ReturnType<typeof findColumn> {
  const from = rows.steps.find(({ name }) => name === 'from')?.node;
  const table = from?.type === 'CallExpression' ? from.arguments[0] : undefined;
  if (table === undefined || table.type === 'SpreadElement') return undefined;
  const member = { type: 'MemberExpression', object: table, property: { type: 'Identifier', name: column }, computed: false } as unknown as TSESTree.Node;
  return findColumn(rows.code, member);
}

interface TypeAt {
  readonly code: Code;
  readonly node: TSESTree.Node;
}

/** The declared type of a name or of a member, where it is written down. */
function typeOfKey(code: Code, node: TSESTree.Node): TypeAt | undefined {
  const at = unwrap(node);
  if (at.type === 'Identifier') return typeOfName(code, at);
  const name = at.type === 'MemberExpression' ? nameOfKey(at) : undefined;
  if (at.type !== 'MemberExpression' || name === undefined) return undefined;
  const holder = at.object.type === 'Identifier' ? typeOfName(code, at.object) : undefined;
  if (holder !== undefined) return memberOfType(holder, name);
  return alternatives(evaluate(code, at.object)).flatMap((value) => memberOfValue(value, name))[0];
}

/** `ids: number[]` says what `id` of `for (const id of ids)` is. */
function typeOfName(code: Code, identifier: TSESTree.Identifier, depth = 0): TypeAt | undefined {
  const definition = findVariable(code, identifier)?.defs[0];
  const name = definition?.name as TSESTree.Node | undefined;
  const node = definition?.node as TSESTree.Node | undefined;
  if (name === undefined || node === undefined || depth > 4) return undefined;
  if (name.type === 'Identifier' && name.typeAnnotation !== undefined) return { code, node: name.typeAnnotation.typeAnnotation };
  if (node.type !== 'VariableDeclarator') return elementOfCallback(code, name, depth);
  const statement = node.parent.parent;
  if ((statement.type === 'ForOfStatement' || statement.type === 'ForInStatement') && statement.left === node.parent)
    return statement.type === 'ForOfStatement' && node.id === name ? elementOf(typeOfList(code, statement.right, depth)) : undefined;
  if (node.init?.type === 'TSAsExpression' && node.id === name) return { code, node: node.init.typeAnnotation };
  return undefined;
}

/** The item of `ids.map((id) => …)`. */
function elementOfCallback(code: Code, name: TSESTree.Node, depth: number): TypeAt | undefined {
  const fn = name.parent;
  const call = fn?.parent;
  if (fn === undefined || call?.type !== 'CallExpression' || call.callee.type !== 'MemberExpression' || !('params' in fn) || fn.params[0] !== name)
    return undefined;
  return elementOf(typeOfList(code, call.callee.object, depth));
}

function typeOfList(code: Code, list: TSESTree.Node, depth: number): TypeAt | undefined {
  const at = unwrap(list);
  if (at.type === 'Identifier') return typeOfName(code, at, depth + 1);
  return at.type === 'MemberExpression' ? typeOfKey(code, at) : undefined;
}

function elementOf(type: TypeAt | undefined): TypeAt | undefined {
  if (type === undefined) return undefined;
  const { code, node } = type;
  if (node.type === 'TSArrayType') return { code, node: node.elementType };
  if (node.type === 'TSTypeOperator' && node.typeAnnotation !== undefined) return elementOf({ code, node: node.typeAnnotation });
  if (node.type === 'TSTypeReference' && node.typeName.type === 'Identifier' && /^(?:Array|ReadonlyArray|Set|ReadonlySet|Iterable)$/.test(node.typeName.name)) {
    const first = node.typeArguments?.params[0];
    return first === undefined ? undefined : { code, node: first };
  }
  return undefined;
}

function memberOfType({ code, node }: TypeAt, name: string): TypeAt | undefined {
  if (node.type === 'TSTypeLiteral') return memberOf(code, node.members, name);
  if (node.type !== 'TSTypeReference' || node.typeArguments !== undefined || node.typeName.type !== 'Identifier') return undefined;
  const declared = declarationOf(code, node.typeName);
  const holder = declared?.node.type === 'Identifier' ? declared.node.parent : declared?.node;
  if (declared === undefined || holder === undefined) return undefined;
  if (holder.type === 'TSInterfaceDeclaration') return memberOf(declared.code, holder.body.body, name);
  if (holder.type === 'TSTypeAliasDeclaration') return memberOfType({ code: declared.code, node: holder.typeAnnotation }, name);
  return undefined;
}

function memberOfValue(value: Value, name: string): TypeAt[] {
  if (value.kind !== 'shape') return [];
  const found = memberOf(value.code, value.node.type === 'TSTypeLiteral' ? value.node.members : value.node.body.body, name);
  return found === undefined ? [] : [found];
}

function memberOf(code: Code, members: readonly TSESTree.TypeElement[], name: string): TypeAt | undefined {
  const member = members.find((each) => each.type === 'TSPropertySignature' && nameOfKey(each) === name);
  if (member?.type !== 'TSPropertySignature' || member.optional || member.typeAnnotation === undefined) return undefined;
  return { code, node: member.typeAnnotation.typeAnnotation };
}

function isPlainType(code: Code, node: TSESTree.Node): boolean {
  switch (node.type) {
    case 'TSNumberKeyword':
    case 'TSStringKeyword':
    case 'TSBigIntKeyword':
    case 'TSLiteralType':
      return true;
    case 'TSUnionType':
      return node.types.every((each) => isPlainType(code, each));
    default:
      return false;
  }
}

/** TypeScript's flags of string, number, bigint and their literals. */
const plainFlags = 4 | 8 | 64 | 128 | 256 | 2048;

function isPlainByTypeInformation(code: Code, node: TSESTree.Node): boolean {
  if (code.types === undefined) return false;
  try {
    const type = code.types.getTypeAtLocation(node) as { readonly flags?: number; readonly types?: readonly { readonly flags?: number }[] };
    const types = type.types ?? [type];
    return types.every(({ flags = 0 }) => (flags & plainFlags) !== 0);
  } catch {
    return false;
  }
}

/** The key is the id of rows that one read gave, or the list has each value once. */
function isDistinct(code: Code, key: TSESTree.Node, loop: Loop, turn: Turn, rows: RemoteCall | undefined): boolean {
  const at = unwrap(key);
  const list = unwrap(turn.list);
  if (at.type === 'Identifier' && turn.pattern.type === 'Identifier' && at.name === turn.pattern.name) return hasEachOnce(code, list);
  if (rows === undefined || at.type !== 'MemberExpression' || at.object.type !== 'Identifier' || turn.pattern.type !== 'Identifier') return false;
  const column = nameOfKey(at);
  if (column === undefined || at.object.name !== turn.pattern.name || rows.steps.some(({ name }) => /join|union|with/i.test(name))) return false;
  return !contains(loop.node, rows.node) && (columnOfRows(rows, column)?.unique ?? /^_?id$/.test(column));
}

/** `new Set(…)`, `[...new Set(…)]`, `Object.keys(…)`, `map.keys()`. */
function hasEachOnce(code: Code, node: TSESTree.Node): boolean {
  const at = unwrap(node);
  if (at.type === 'NewExpression') return at.callee.type === 'Identifier' && at.callee.name === 'Set';
  if (at.type === 'ArrayExpression') return at.elements.length === 1 && at.elements[0]?.type === 'SpreadElement' && hasEachOnce(code, at.elements[0].argument);
  if (at.type === 'CallExpression' && at.callee.type === 'MemberExpression') {
    const name = nameOfKey(at.callee);
    const isObject = at.callee.object.type === 'Identifier' && at.callee.object.name === 'Object';
    if (name === 'keys') return isObject || at.arguments.length === 0;
    return name === 'from' && at.arguments.length === 1 && at.arguments[0] !== undefined && hasEachOnce(code, at.arguments[0]);
  }
  if (at.type !== 'Identifier') return false;
  const variable = findVariable(code, at);
  const declarator = variable?.defs[0]?.node as TSESTree.Node | undefined;
  if (declarator?.type !== 'VariableDeclarator' || declarator.init === null || declarator.parent.kind !== 'const') return false;
  return hasEachOnce(code, declarator.init);
}
