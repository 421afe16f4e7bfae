import type { TSESTree } from '@typescript-eslint/types';

import { type Code, someChild } from '../../project/code.ts';
import { findSubclassFiles } from '../../project/package-index.ts';
import { openModule, untilChanged } from '../../project/module.ts';
import { typeValue } from './declared-type.ts';
import { evaluate, instanceOf } from './evaluate.ts';
import { memberValue } from './members.ts';
import { type Value, alternatives, unknown } from './value.ts';

type ClassNode = TSESTree.ClassDeclaration | TSESTree.ClassExpression;

/** The implementations of an interface with more candidates are not looked at. */
const candidatesMax = 6;

/**
 * The member that the project's implementations of an interface, or of an abstract class, give: of one whatever it is, of several
 * their methods.
 */
export function implementedMember(code: Code, declaration: TSESTree.TSInterfaceDeclaration | ClassNode, name: string): Value {
  const implementations = implementationsOf(code, declaration);
  const members = implementations.map((implementation) => memberValue({ kind: 'instance', of: implementation }, name));
  if (members.length < 2) return members[0] ?? unknown;
  return members.every(({ kind }) => kind === 'function') ? { kind: 'union', of: members, implementations: true } : unknown;
}

const memoryOf = untilChanged(() => new Map<TSESTree.Node, readonly Value[]>());

function implementationsOf(code: Code, declaration: TSESTree.TSInterfaceDeclaration | ClassNode): readonly Value[] {
  const memory = memoryOf(code);
  let found = memory.get(declaration);
  if (found === undefined) {
    // A class may lead back to what it implements.
    memory.set(declaration, []);
    memory.set(declaration, (found = findImplementations(code, declaration)));
  }
  return found;
}

/** Implementations that keep nothing outside of the process. */
const inMemory = /^mem(?![a-z])|memory|noop/i;

function findImplementations(code: Code, declaration: TSESTree.TSInterfaceDeclaration | ClassNode): Value[] {
  if (declaration.id === null) return [];
  const paths = findSubclassFiles(code, declaration.id.name);
  if (paths.length === 0 || paths.length > candidatesMax) return [];
  const found: Extract<Value, { kind: 'class' }>[] = [];
  for (const path of paths) {
    const module = path === code.path ? code : openModule(code, path);
    if (module === undefined) continue;
    for (const node of classesIn(module))
      if (isImplementation(module, node, code, declaration)) found.push({ kind: 'class', code: module, node, environment: undefined });
  }
  const others = found.filter(({ node }) => !inMemory.test(node.id?.name ?? ''));
  return others.length === 0 ? found : others;
}

function classesIn(module: Code): ClassNode[] {
  const found: ClassNode[] = [];
  for (const statement of module.ast.body) {
    if (statement.type === 'ClassDeclaration') found.push(statement);
    else if (/^Export|^VariableDeclaration$/.test(statement.type)) {
      someChild(module, statement, (child) => {
        if (child.type === 'ClassDeclaration' || child.type === 'ClassExpression') found.push(child);
        return false;
      });
    }
  }
  return found;
}

function isImplementation(module: Code, node: ClassNode, code: Code, declaration: TSESTree.Node): boolean {
  const isDeclared = (value: Value): boolean => {
    if (value.kind === 'instance') return value.of.kind === 'class' && isSamePlace(value.of.code, value.of.node, code, declaration);
    return value.kind === 'shape' && isSamePlace(value.code, value.node, code, declaration);
  };
  // Parsers of plain JavaScript know no `implements`.
  const heritage = (node as { readonly implements?: readonly TSESTree.TSClassImplements[] }).implements ?? [];
  if (heritage.some((each) => alternatives(typeValue(module, each)).some(isDeclared))) return true;
  const { superClass } = node;
  return superClass !== null && superClass !== undefined && alternatives(evaluate(module, superClass)).some((value) => isDeclared(instanceOf(value)));
}

/** The file that is linted may be opened from the disk as well: its nodes are then others. */
function isSamePlace(code: Code, node: TSESTree.Node, other: Code, declaration: TSESTree.Node): boolean {
  return node === declaration || (code.path === other.path && node.range[0] === declaration.range[0]);
}
