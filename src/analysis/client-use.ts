import type { TSESTree } from '@typescript-eslint/types';

import { findMember } from '../libraries/index.ts';
import { type Code, someChild } from '../project/code.ts';
import { findVariable, isReassigned } from './binding.ts';
import { evaluate } from './origin/evaluate.ts';
import { alternatives } from './origin/value.ts';
import { contains, enclosingFunction, isFunction, isNameOnly, nameOfKey, parentOf, unwrap } from './syntax.ts';

/** What a function does with a client that it builds. */
export interface ClientUse {
  readonly name: string;
  /** Statements that close it. */
  readonly closing: readonly TSESTree.ExpressionStatement[];
  /** Something happens to it that must not happen to one that others use, too. */
  readonly hinders: ClientHindrance | undefined;
}

export const clientHindrances = {
  kept: 'the client is not kept in a constant of its own',
  handedOn: 'the client is handed on, and may be closed elsewhere',
  connected: 'the client is connected by hand, which a second caller may not do again',
  listened: 'each call adds a listener to it',
  closedInside: 'the client is closed in the middle of an expression',
} as const;

export type ClientHindrance = (typeof clientHindrances)[keyof typeof clientHindrances];

/** What a function does with the client that it builds at the node. */
export function findClientUse(code: Code, node: TSESTree.CallExpression | TSESTree.NewExpression): ClientUse | ClientHindrance {
  const value = parentOf(node)?.type === 'AwaitExpression' ? parentOf(node) : node;
  const declarator = value === undefined ? undefined : parentOf(value);
  if (declarator?.type !== 'VariableDeclarator' || declarator.id.type !== 'Identifier' || declarator.parent.kind !== 'const') return clientHindrances.kept;
  const closing: TSESTree.ExpressionStatement[] = [];
  let hinders: ClientHindrance | undefined;
  for (const { identifier, init } of findVariable(code, declarator.id)?.references ?? []) {
    if (init === true) continue;
    const member = identifier.parent as TSESTree.Node | undefined;
    if (member?.type !== 'MemberExpression' || member.object !== identifier) {
      hinders ??= isOption(identifier) ? undefined : clientHindrances.handedOn;
      continue;
    }
    const name = nameOfKey(member) ?? '';
    const closes = alternatives(evaluate(code, declarator.id)).some(
      (each) => each.kind === 'object' && findMember(each.library, each.type, name)?.closes === true,
    );
    if (closes) {
      const statement = closingStatement(member);
      if (statement === undefined) hinders ??= clientHindrances.closedInside;
      else closing.push(statement);
    } else if (/^(?:connect|initialize|open|init|\$connect)$/.test(name)) hinders ??= clientHindrances.connected;
    else if (/^(?:on|once|addListener|subscribe|use|addHook|registerPlugin)$/.test(name)) hinders ??= clientHindrances.listened;
  }
  return { name: declarator.id.name, closing, hinders };
}

/** A call is given the client as an option: `request(url, { dispatcher: agent })`. */
function isOption(identifier: TSESTree.Node): boolean {
  const property = identifier.parent;
  return (
    property?.type === 'Property' &&
    property.value === identifier &&
    property.parent.type === 'ObjectExpression' &&
    property.parent.parent.type === 'CallExpression'
  );
}

/** `await client.end();` as a statement. */
function closingStatement(member: TSESTree.MemberExpression): TSESTree.ExpressionStatement | undefined {
  const call = parentOf(member);
  if (call?.type !== 'CallExpression' || unwrap(call.callee) !== member) return undefined;
  let at = parentOf(call);
  if (at?.type === 'AwaitExpression' || (at?.type === 'UnaryExpression' && at.operator === 'void')) at = parentOf(at);
  return at?.type === 'ExpressionStatement' && at.parent.type === 'BlockStatement' ? at : undefined;
}

/** What the client is built from is the same in every call: constants of the module, settings, literals. */
export function isBuiltFromConstants(code: Code, node: TSESTree.Node): boolean {
  const fn = enclosingFunction(node);
  const visit = (at: TSESTree.Node): boolean => {
    if (at.type === 'ThisExpression' || at.type === 'AwaitExpression' || at.type === 'YieldExpression' || at.type === 'Super') return false;
    if (at.type === 'Identifier' && !isNameOnly(at)) {
      const variable = findVariable(code, at);
      const definition = variable?.defs[0];
      if (definition !== undefined && !contains(node, definition.name)) {
        const isOwn = fn !== undefined && isInsideFunction(definition.name);
        if (isOwn || (variable !== undefined && isReassigned(variable))) return false;
      }
    }
    return !someChild(code, at, (child) => !visit(child));
  };
  return visit(node);
}

function isInsideFunction(node: TSESTree.Node): boolean {
  for (let at: TSESTree.Node | null | undefined = node.parent; at !== null && at !== undefined; at = at.parent) {
    // The name of a function declaration stands outside of it.
    if (isFunction(at) && !(at.type === 'FunctionDeclaration' && at.id === node)) return true;
  }
  return false;
}
