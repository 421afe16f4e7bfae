import type { TSESTree } from '@typescript-eslint/types';

import { type Code, someChild } from '../../project/code.ts';
import { findSubclassFiles } from '../../project/package-index.ts';
import { openModule, untilChanged } from '../../project/module.ts';
import { typeValue } from './declared-type.ts';
import { evaluate, instanceOf } from './evaluate.ts';
import { memberValue } from './members.ts';
import { type Value, alternatives, unknown } from './value.ts';

type ClassNode = TSESTree.ClassDeclaration | TSESTree.ClassExpression;

/** Interfaces with more candidates have more than one implementation. */
const candidatesMax = 6;

/** The member that the project's one implementation of an interface, or of an abstract class, gives. */
export function implementedMember(code: Code, declaration: TSESTree.TSInterfaceDeclaration | ClassNode, name: string): Value {
  const implementation = onlyImplementation(code, declaration);
  return implementation === undefined ? unknown : memberValue({ kind: 'instance', of: implementation }, name);
}

const memoryOf = untilChanged(() => new Map<TSESTree.Node, Value | null>());

function onlyImplementation(code: Code, declaration: TSESTree.TSInterfaceDeclaration | ClassNode): Value | undefined {
  const memory = memoryOf(code);
  let found = memory.get(declaration);
  if (found === undefined) {
    // A class may lead back to what it implements.
    memory.set(declaration, null);
    memory.set(declaration, (found = findOnly(code, declaration)));
  }
  return found ?? undefined;
}

function findOnly(code: Code, declaration: TSESTree.TSInterfaceDeclaration | ClassNode): Value | null {
  if (declaration.id === null) return null;
  const paths = findSubclassFiles(code, declaration.id.name);
  if (paths.length === 0 || paths.length > candidatesMax) return null;
  const found: Value[] = [];
  for (const path of paths) {
    const module = path === code.path ? code : openModule(code, path);
    if (module === undefined) continue;
    for (const node of classesIn(module))
      if (isImplementation(module, node, code, declaration)) found.push({ kind: 'class', code: module, node, environment: undefined });
  }
  const [only] = found;
  return only !== undefined && found.length === 1 ? only : null;
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
