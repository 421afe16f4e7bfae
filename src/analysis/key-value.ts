import type { TSESTree } from '@typescript-eslint/types';

import type { Code } from '../project/code.ts';
import { findVariable, isReassigned } from './binding.ts';
import { findColumn } from './column.ts';
import type { Loop } from './loop.ts';
import { findRemoteCall, isSqlText, type RemoteCall } from './remote-call.ts';
import type { Turn } from './turn.ts';
import { typeOf } from './written-type.ts';
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

/** Whether a value of a turn is a text or a number, never null or undefined. */
export function isKnownValue(code: Code, value: TSESTree.Node, turn: Turn): boolean {
  return isKnown(code, value, turn, rowsOf(code, turn.list));
}

/** The read that gave the list. */
export function rowsOf(code: Code, list: TSESTree.Node): RemoteCall | undefined {
  const at = unwrap(list);
  if (at.type === 'Identifier') {
    const variable = findVariable(code, at);
    const declarator = variable?.defs[0]?.node as TSESTree.Node | undefined;
    if (declarator?.type !== 'VariableDeclarator' || declarator.init === null || declarator.id.type !== 'Identifier') return undefined;
    if (variable === undefined || isReassigned(variable)) return undefined;
    return rowsOf(code, declarator.init);
  }
  if (at.type !== 'AwaitExpression') return undefined;
  const call = findRemoteCall(code, unwrap(at.argument)) ?? findRemoteCall(code, at);
  return call?.operation === 'read-many' ? call : undefined;
}

function isKnown(code: Code, key: TSESTree.Node, turn: Turn, rows: RemoteCall | undefined): boolean {
  const at = unwrap(key);
  if (at.type === 'TemplateLiteral') return true;
  if (at.type === 'Literal') return at.value !== null;
  if (isName(at, turn)) return true;
  if (at.type === 'LogicalExpression' && at.operator === '??') return isKnown(code, at.right, turn, rows);
  if (at.type === 'CallExpression' && at.callee.type === 'Identifier' && /^(?:String|BigInt|Number)$/.test(at.callee.name)) return true;
  const type = typeOf(code, at);
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
  if (isName(at, turn)) return true;
  if (at.type === 'Identifier' && turn.pattern.type === 'Identifier' && at.name === turn.pattern.name) return hasEachOnce(code, list);
  if (rows === undefined || at.type !== 'MemberExpression' || at.object.type !== 'Identifier' || turn.pattern.type !== 'Identifier') return false;
  const column = nameOfKey(at);
  // What SQL calls `id` may be that of another table.
  if (column === undefined || at.object.name !== turn.pattern.name || isSqlText(rows) || rows.steps.some(({ name }) => /join|union|with/i.test(name)))
    return false;
  return !contains(loop.node, rows.node) && (columnOfRows(rows, column)?.unique ?? /^_?id$/.test(column));
}

/** The name of a property that the turn got. */
function isName(node: TSESTree.Node, { gets, pattern }: Turn): boolean {
  return gets === 'name' && node.type === 'Identifier' && pattern.type === 'Identifier' && node.name === pattern.name;
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
