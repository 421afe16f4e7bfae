import type { TSESTree } from '@typescript-eslint/types';

import { type Code, someChild, textOf } from '../project/code.ts';
import { type RowsIn, isRowsOf, rowsInPattern } from './answer-rows.ts';
import { findNamed, findVariable, isDeclaredOutside, isReassigned } from './binding.ts';
import { importedLibrary } from './imported.ts';
import { chainOfCall } from './key-place.ts';
import type { RemoteCall } from './remote-call.ts';
import type { Loop } from './loop.ts';
import { evaluate } from './origin/evaluate.ts';
import { alternatives } from './origin/value.ts';
import type { RoundTripPerItem } from './round-trip-per-item.ts';
import { enclosingFunction, isFunction, isNameOnly, parentOf, unwrap } from './syntax.ts';
import { isPure } from './turn.ts';

/** A function of the same file that does nothing but ask by one of its parameters, and the call of it in a loop. */
export interface QueryHelper {
  readonly fn: TSESTree.FunctionDeclaration | TSESTree.FunctionExpression | TSESTree.ArrowFunctionExpression;
  /** The call in the loop. */
  readonly called: TSESTree.CallExpression;
  /** The function as a loop whose turns are its calls. */
  readonly turns: Loop;
  /** The function gives the first of the rows that it reads. */
  readonly givesFirst: boolean;
}

/** Why a function that the loop calls cannot be asked for many keys. */
export const noHelper = {
  chain: 'the query stands in a function that the loop calls, in another file or further down',
  more: 'the function that the loop calls does more than ask',
  type: 'the function that the loop calls declares or casts its result',
  names: 'the query names something that cannot be seen where the loop stands',
  replaced: 'the function that the loop calls is assigned anew somewhere',
  overridden: 'the method that the loop calls may be another in a subclass',
} as const;

export type NoHelper = (typeof noHelper)[keyof typeof noHelper];

/** The function behind a round trip of a loop, where the loop can ask in its place. */
export function findQueryHelper(code: Code, { call, chain, loop, node: called }: RoundTripPerItem): QueryHelper | NoHelper {
  if (chain.length !== 1 || call.code !== code || called.type !== 'CallExpression') return noHelper.chain;
  const fn = enclosingFunction(call.node);
  const callee = unwrap(called.callee);
  const values = alternatives(evaluate(code, callee));
  if (fn === undefined || values.length !== 1 || values[0]?.kind !== 'function' || values[0].node !== fn) return noHelper.chain;
  if (hasOtherType(code, call, fn)) return noHelper.type;
  if (isReplaced(code, fn, callee)) return noHelper.replaced;
  const whole = chainOfCall(call)?.whole;
  const gives = whole === undefined ? undefined : givesOf(code, fn, whole, call.library.forMany?.sqlReads?.rowsIn);
  if (whole === undefined || gives === undefined || fn.generator) return noHelper.more;
  if (fn.params.some(({ type }) => type !== 'Identifier') || called.arguments.some((argument) => argument.type === 'SpreadElement' || !isPure(code, argument)))
    return noHelper.more;
  const isOwnMethod = callee.type === 'MemberExpression' && callee.object.type === 'ThisExpression';
  if (callee.type === 'MemberExpression' && !isOwnMethod) return noHelper.chain;
  if (isOwnMethod && !isPrivate(fn)) return noHelper.overridden;
  if (!seesTheSame(code, whole, fn, loop.node, isOwnMethod)) return noHelper.names;
  const turns: Loop = { node: fn, body: fn.body, concurrent: false, item: '', iterated: undefined, exempt: undefined };
  return { fn, called, turns, givesFirst: gives === 'first' };
}

/** What a function that only asks gives of the answer: `return query`, `const row = await query; return row`. */
function givesOf(code: Code, fn: QueryHelper['fn'], whole: TSESTree.CallExpression, rowsIn: RowsIn | undefined): 'all' | 'first' | undefined {
  const isAwaited = (node: TSESTree.Node): boolean => node.type === 'AwaitExpression' && unwrap(node.argument) === whole;
  const isList = (node: TSESTree.Node): boolean => (rowsIn === undefined ? node === whole || isAwaited(node) : isRowsOf(node, isAwaited, rowsIn));
  // A promise has no first.
  const isFirst = (node: TSESTree.Node, isRows: (node: TSESTree.Node) => boolean): boolean =>
    node.type === 'MemberExpression' &&
    node.computed &&
    node.property.type === 'Literal' &&
    node.property.value === 0 &&
    unwrap(node.object) !== whole &&
    isRows(unwrap(node.object));
  const given = (node: TSESTree.Node, isRows: (node: TSESTree.Node) => boolean): 'all' | 'first' | undefined =>
    isRows(node) ? 'all' : isFirst(node, isRows) ? 'first' : undefined;
  if (fn.body.type !== 'BlockStatement') return given(unwrap(fn.body), isList);
  const [first, last, ...more] = fn.body.body;
  if (more.length > 0) return undefined;
  if (first?.type === 'ReturnStatement' && last === undefined) return first.argument === null ? undefined : given(unwrap(first.argument), isList);
  if (first?.type !== 'VariableDeclaration' || last?.type !== 'ReturnStatement' || last.argument === null) return undefined;
  const [declarator, ...others] = first.declarations;
  if (declarator === undefined || others.length > 0 || declarator.init === null) return undefined;
  const answer = unwrap(last.argument);
  const isNamed = (name: TSESTree.Node | null | undefined) => (node: TSESTree.Node) =>
    name?.type === 'Identifier' && node.type === 'Identifier' && findVariable(code, node)?.defs[0]?.name === name;
  const init = unwrap(declarator.init);
  // Of an answer that keeps its rows in a member, the name may be that of the whole.
  if (rowsIn !== undefined && isAwaited(init)) {
    const rows = rowsInPattern(declarator.id, rowsIn);
    if (rows === undefined) return given(answer, (node) => isRowsOf(node, isNamed(declarator.id), rowsIn));
    return rows.type === 'ArrayPattern' && rows.elements.length === 1 && isNamed(rows.elements[0])(answer) ? 'first' : given(answer, isNamed(rows));
  }
  if (init === whole || !isList(init)) return undefined;
  if (declarator.id.type === 'ArrayPattern') return declarator.id.elements.length === 1 && isNamed(declarator.id.elements[0])(answer) ? 'first' : undefined;
  return given(answer, isNamed(declarator.id));
}

/** A cast, or a declared result that may be another type than the query's own. */
function hasOtherType(code: Code, call: RemoteCall, fn: QueryHelper['fn']): boolean {
  const casts = (node: TSESTree.Node): boolean => node.type === 'TSAsExpression' || node.type === 'TSTypeAssertion' || someChild(code, node, casts);
  return casts(fn.body) || (fn.returnType !== undefined && !isOfLibrary(code, call, fn.returnType.typeAnnotation));
}

/** `Promise<User | null>` where `User` is the library's own; `Promise<typeof users.$inferSelect>`. */
function isOfLibrary(code: Code, call: RemoteCall, type: TSESTree.Node): boolean {
  switch (type.type) {
    case 'TSNullKeyword':
    case 'TSUndefinedKeyword':
      return true;
    case 'TSUnionType':
      return type.types.every((each) => isOfLibrary(code, call, each));
    case 'TSArrayType':
      return isOfLibrary(code, call, type.elementType);
    case 'TSTypeQuery':
      return /\.\$inferSelect$/.test(textOf(code, type));
    case 'TSTypeReference': {
      const name = type.typeName.type === 'Identifier' ? type.typeName.name : '';
      const parts = type.typeArguments?.params ?? [];
      if (/^(?:Promise|Array|ReadonlyArray)$/.test(name)) return parts.length > 0 && parts.every((each) => isOfLibrary(code, call, each));
      return type.typeName.type === 'Identifier' && importedLibrary(code, type.typeName) === call.library;
    }
    default:
      return false;
  }
}

/** Another function may stand under the name. */
function isReplaced(code: Code, fn: QueryHelper['fn'], callee: TSESTree.Node): boolean {
  const name = fn.type === 'FunctionDeclaration' ? fn.id : callee.type === 'Identifier' ? callee : null;
  const variable = name === null ? undefined : findVariable(code, name);
  return variable !== undefined && (variable.defs.length > 1 || isReassigned(variable));
}

/** `private`, `#name`: no subclass has another. */
function isPrivate(fn: QueryHelper['fn']): boolean {
  const method = parentOf(fn);
  if (method?.type !== 'MethodDefinition' && method?.type !== 'PropertyDefinition') return false;
  return method.key.type === 'PrivateIdentifier' || method.accessibility === 'private';
}

/** Every name of the query, parameters aside, means the same where the loop stands. */
function seesTheSame(code: Code, whole: TSESTree.Node, fn: QueryHelper['fn'], loop: TSESTree.Node, isOwnMethod: boolean): boolean {
  const visit = (node: TSESTree.Node): boolean => {
    if ((node.type === 'ThisExpression' || node.type === 'Super') && !(isOwnMethod && node.type === 'ThisExpression')) return true;
    if (isFunction(node)) return true;
    if (node.type === 'Identifier' && !isNameOnly(node)) {
      const variable = findVariable(code, node);
      const isParameter = variable !== undefined && !isDeclaredOutside(variable, fn);
      if (!isParameter && variable !== findNamed(code, loop, node.name)) return true;
    }
    return someChild(code, node, visit);
  };
  return !visit(whole);
}
