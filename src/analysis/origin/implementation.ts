import type { TSESTree } from '@typescript-eslint/types';

import { type Code, someChild } from '../../project/code.ts';
import { findSubclassFiles } from '../../project/package-index.ts';
import { openModule } from '../../project/module.ts';
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

function onlyImplementation(code: Code, declaration: TSESTree.TSInterfaceDeclaration | ClassNode): Value | undefined {
  if (declaration.id === null) return undefined;
  const paths = findSubclassFiles(code, declaration.id.name);
  if (paths.length === 0 || paths.length > candidatesMax) return undefined;
  const found: Value[] = [];
  for (const path of paths) {
    const module = path === code.path ? code : openModule(code, path);
    if (module === undefined) continue;
    for (const node of classesIn(module))
      if (isImplementation(module, node, declaration)) found.push({ kind: 'class', code: module, node, environment: undefined });
  }
  return found.length === 1 ? found[0] : undefined;
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

function isImplementation(module: Code, node: ClassNode, declaration: TSESTree.Node): boolean {
  // Parsers of plain JavaScript know no `implements`.
  const heritage = (node as { readonly implements?: readonly TSESTree.TSClassImplements[] }).implements ?? [];
  const byInterface = heritage.some((each) => alternatives(typeValue(module, each)).some((value) => isDeclaredBy(value, declaration)));
  if (byInterface) return true;
  const { superClass } = node;
  return (
    superClass !== null && superClass !== undefined && alternatives(evaluate(module, superClass)).some((value) => isDeclaredBy(instanceOf(value), declaration))
  );
}

function isDeclaredBy(value: Value, declaration: TSESTree.Node): boolean {
  if (value.kind === 'shape') return value.node === declaration;
  return value.kind === 'instance' && value.of.kind === 'class' && value.of.node === declaration;
}
