import type { TSESTree } from '@typescript-eslint/types';

import type { Code } from '../project/code.ts';
import { findVariable } from './binding.ts';
import { declarationOf } from './origin/declaration.ts';
import { evaluate } from './origin/evaluate.ts';
import { type Value, alternatives } from './origin/value.ts';
import { nameOfKey, unwrap } from './syntax.ts';

/** A type as it is written somewhere. */
export interface TypeAt {
  readonly code: Code;
  readonly node: TSESTree.Node;
}

/** The declared type of a name or of a member, where it is written down. */
export function typeOf(code: Code, node: TSESTree.Node): TypeAt | undefined {
  const at = unwrap(node);
  if (at.type === 'Identifier') return typeOfName(code, at);
  const name = at.type === 'MemberExpression' ? nameOfKey(at) : undefined;
  if (at.type !== 'MemberExpression' || name === undefined) return undefined;
  const holder =
    at.object.type === 'Identifier'
      ? typeOfName(code, at.object)
      : at.object.type === 'MemberExpression' && at.object.computed
        ? elementOf(typeOfList(code, at.object.object, 0))
        : at.object.type === 'MemberExpression'
          ? typeOf(code, at.object)
          : undefined;
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
  const pattern = patternOf(name);
  if (pattern !== undefined) return memberOfPattern(code, pattern.pattern, pattern.property, depth);
  if (node.type !== 'VariableDeclarator') return elementOfCallback(code, name, depth);
  const statement = node.parent.parent;
  if ((statement.type === 'ForOfStatement' || statement.type === 'ForInStatement') && statement.left === node.parent)
    return statement.type === 'ForOfStatement' && node.id === name ? elementOf(typeOfList(code, statement.right, depth)) : undefined;
  if (node.init?.type === 'MemberExpression' && node.init.computed && node.id === name) return elementOf(typeOfList(code, node.init.object, depth + 1));
  if (node.init?.type === 'TSAsExpression' && node.id === name) return { code, node: node.init.typeAnnotation };
  return node.id === name ? typeOfConstant(code, node) : undefined;
}

/** A constant that was made of a member: `const key = item.id`. */
function typeOfConstant(code: Code, node: TSESTree.VariableDeclarator): TypeAt | undefined {
  return node.init?.type === 'MemberExpression' && node.parent.kind === 'const' ? typeOf(code, node.init) : undefined;
}

/** `lines` of `const { lines } = …`: the pattern, and the member's name. */
function patternOf(name: TSESTree.Node): { readonly pattern: TSESTree.ObjectPattern; readonly property: string } | undefined {
  const property = name.parent;
  const pattern = property?.parent;
  if (property?.type !== 'Property' || pattern?.type !== 'ObjectPattern' || property.value !== name) return undefined;
  const member = nameOfKey(property);
  return member === undefined ? undefined : { pattern, property: member };
}

/** `const { lines } = body as { lines: Line[] }`, `({ lines }: Body) => …`. */
function memberOfPattern(code: Code, pattern: TSESTree.ObjectPattern, property: string, depth: number): TypeAt | undefined {
  if (pattern.typeAnnotation !== undefined) return memberOfType({ code, node: pattern.typeAnnotation.typeAnnotation }, property);
  const { parent } = pattern;
  if (parent.type !== 'VariableDeclarator' || parent.init === null) return undefined;
  if (parent.init.type === 'TSAsExpression') return memberOfType({ code, node: parent.init.typeAnnotation }, property);
  const holder = parent.init.type === 'Identifier' ? typeOfName(code, parent.init, depth + 1) : undefined;
  return holder === undefined ? undefined : memberOfType(holder, property);
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
  if (depth > 4) return undefined;
  const at = unwrap(list);
  if (at.type === 'Identifier') return typeOfName(code, at, depth + 1);
  // A part of a list, a list in another order, or its values once.
  if (at.type === 'CallExpression' && at.callee.type === 'MemberExpression' && /^(?:filter|slice|toSorted|toReversed|values)$/.test(nameOfKey(at.callee) ?? ''))
    return typeOfList(code, at.callee.object, depth + 1);
  if (at.type === 'NewExpression' && at.callee.type === 'Identifier' && at.callee.name === 'Set' && at.arguments[0] !== undefined)
    return typeOfList(code, at.arguments[0], depth + 1);
  return at.type === 'MemberExpression' ? typeOf(code, at) : undefined;
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
