import type { Variable } from '@typescript-eslint/scope-manager';
import type { TSESTree } from '@typescript-eslint/types';

import { findExport, findMember } from '../../libraries/index.ts';
import { type Code, childrenOf } from '../../project/code.ts';
import { findVariable } from '../binding.ts';
import { isFunction, nameOfKey, unwrap } from '../syntax.ts';
import { typeValue } from './declared-type.ts';
import { depthLimit } from './depth-limit.ts';
import { evaluate, instanceOf, libraryExport, moduleExport, referenceValue } from './evaluate.ts';
import { callFunction } from './calls.ts';
import { implementedMember } from './implementation.ts';
import { parameterValue } from './parameters.ts';
import { type Environment, type Value, alternatives, unionOf, unknown } from './value.ts';

type ClassNode = TSESTree.ClassDeclaration | TSESTree.ClassExpression;

/** The member of that name; the name `*` asks for any. */
export function memberValue(value: Value, name: string): Value {
  return limited(() => memberValueNow(value, name));
}

/** Classes can extend each other, and interfaces themselves. */
const limited = depthLimit(40);

function memberValueNow(value: Value, name: string): Value {
  switch (value.kind) {
    case 'union':
      return unionOf(value.of.map((each) => memberValue(each, name)));
    case 'object': {
      const facts = findMember(value.library, value.type, name);
      if (facts === undefined) return unknown;
      if (facts.is !== undefined) return referenceValue(value.library, facts.is, value);
      return { kind: 'method', library: value.library, type: value.type, name, receiver: value };
    }
    case 'namespace':
      return name === 'default' ? value : libraryExport(value.library, name);
    case 'export': {
      const side = findExport(value.library, value.name)?.static;
      if (side !== undefined) {
        const member = memberValue(referenceValue(value.library, side, value), name);
        if (member.kind !== 'unknown') return member;
      }
      if (value.name === 'default' || findExport(value.library, name) !== undefined) return libraryExport(value.library, name);
      return libraryExport(value.library, `${value.name}.${name}`);
    }
    case 'module':
      return moduleExport(value.code, name);
    case 'class':
      return classMember(value, name, true);
    case 'instance':
      return value.of.kind === 'class' ? classMember(value.of, name, false) : unknown;
    case 'record':
      return recordMember(value, name);
    case 'shape':
      return shapeMember(value, name);
    case 'list':
      return /^\d+$/.test(name) ? (value.items?.[Number(name)] ?? value.of) : unknown;
    default:
      return unknown;
  }
}

function classMember(value: Extract<Value, { kind: 'class' }>, name: string, isStatic: boolean): Value {
  const { code, node, environment } = value;
  for (const member of node.body.body) {
    if (member.type === 'StaticBlock' || member.type === 'TSIndexSignature' || member.static !== isStatic) continue;
    if (nameOfKey(member) !== name) continue;
    if (member.type === 'MethodDefinition') {
      if (member.kind === 'get') return callFunction({ kind: 'function', code, node: member.value, self: sideOf(value, isStatic), environment }, []);
      if (member.kind !== 'method') continue;
      // An overload has no body; the implementation follows.
      if (
        member.value.body === null &&
        node.body.body.some((other) => other !== member && other.type === 'MethodDefinition' && nameOfKey(other) === name && other.value.body !== null)
      )
        continue;
      return { kind: 'function', code, node: member.value, self: sideOf(value, isStatic), environment };
    }
    if (member.type === 'PropertyDefinition' || member.type === 'AccessorProperty') {
      const declared = typeValue(code, member.typeAnnotation?.typeAnnotation);
      if (declared.kind !== 'unknown') return declared;
      if (member.value !== null) {
        const initial = evaluate(code, member.value, environment);
        if (initial.kind !== 'unknown') return initial;
      }
    }
    if (member.type === 'TSAbstractMethodDefinition' && member.value.type === 'TSEmptyBodyFunctionExpression') {
      const implemented = implementedMember(code, node, name);
      if (implemented.kind !== 'unknown') return implemented;
      return { kind: 'function', code, node: member.value, self: undefined, environment: undefined };
    }
  }
  if (!isStatic) {
    const property = parameterProperty(code, node, name);
    if (property.kind !== 'unknown') return property;
  }
  const assigned = assignmentsToThis(code, node).get(name);
  if (assigned !== undefined) {
    const values = unionOf(assigned.map((each) => evaluate(code, each)));
    if (values.kind !== 'unknown') return values;
  }
  if (node.superClass === null || node.superClass === undefined) return unknown;
  const known = evaluate(code, node.superClass, environment);
  const parent = known.kind === 'unknown' ? composedClass(code, node.superClass) : known;
  const self = sideOf(value, isStatic);
  return unionOf(
    alternatives(parent)
      .flatMap((each) => alternatives(memberValue(isStatic ? each : instanceOf(each), name)))
      // A method that a library's class gives is called on the class that extends it.
      .map((member) =>
        member.kind === 'method' || member.kind === 'function' ? (member.kind === 'method' ? { ...member, receiver: self } : { ...member, self }) : member,
      ),
  );
}

/** `compose(withTenant, withAudit)(BaseModel)`: whatever is added, the class is made of one that it is given. */
function composedClass(code: Code, node: TSESTree.Node): Value {
  const declarator = node.type === 'Identifier' ? (findVariable(code, node)?.defs[0]?.node as TSESTree.Node | undefined) : undefined;
  const made = declarator?.type === 'VariableDeclarator' && declarator.init !== null ? unwrap(declarator.init) : unwrap(node);
  if (made.type !== 'CallExpression') return unknown;
  const isClass = (value: Value): boolean => value.kind === 'class' || (value.kind === 'export' && findExport(value.library, value.name)?.static !== undefined);
  for (const argument of made.arguments) {
    const value = argument.type === 'SpreadElement' ? unknown : evaluate(code, argument);
    if (isClass(value)) return value;
  }
  return unknown;
}

function sideOf(value: Extract<Value, { kind: 'class' }>, isStatic: boolean): Value {
  return isStatic ? value : { kind: 'instance', of: value };
}

/** `constructor(private readonly db: Database)`. */
function parameterProperty(code: Code, node: ClassNode, name: string): Value {
  const owner = constructorOf(node);
  if (owner === undefined) return unknown;
  for (const parameter of owner.value.params) {
    if (parameter.type !== 'TSParameterProperty') continue;
    const id = parameter.parameter.type === 'AssignmentPattern' ? parameter.parameter.left : parameter.parameter;
    if (id.type !== 'Identifier' || id.name !== name) continue;
    const declared = typeValue(code, id.typeAnnotation?.typeAnnotation);
    if (declared.kind !== 'unknown') return declared;
    if (parameter.parameter.type === 'AssignmentPattern') return evaluate(code, parameter.parameter.right);
    return parameterValue(code, owner.value, id, undefined);
  }
  return unknown;
}

export function constructorOf(node: ClassNode): TSESTree.MethodDefinition | undefined {
  return node.body.body.find((member): member is TSESTree.MethodDefinition => member.type === 'MethodDefinition' && member.kind === 'constructor');
}

const thisAssignments = new WeakMap<ClassNode, Map<string, TSESTree.Expression[]>>();

/** The right sides of `this.name = …` in a class, by name. */
function assignmentsToThis(code: Code, node: ClassNode): Map<string, TSESTree.Expression[]> {
  let map = thisAssignments.get(node);
  if (map !== undefined) return map;
  map = new Map();
  thisAssignments.set(node, map);
  const visit = (at: TSESTree.Node): void => {
    if (at.type === 'AssignmentExpression' && at.left.type === 'MemberExpression' && at.left.object.type === 'ThisExpression') {
      const name = nameOfKey(at.left);
      if (name !== undefined) addTo(map, name, at.right);
    }
    if (at !== node && (at.type === 'ClassDeclaration' || at.type === 'ClassExpression')) return;
    for (const child of childrenOf(code, at)) visit(child);
  };
  visit(node.body);
  return map;
}

function addTo(map: Map<string, TSESTree.Expression[]>, name: string, expression: TSESTree.Expression): void {
  const known = map.get(name);
  if (known === undefined) map.set(name, [expression]);
  else known.push(expression);
}

function recordMember(value: Extract<Value, { kind: 'record' }>, name: string): Value {
  const spread: Value[] = [];
  for (const property of [...value.node.properties].reverse()) {
    if (property.type === 'SpreadElement') {
      spread.push(memberValue(evaluate(value.code, property.argument, value.environment), name));
    } else if (nameOfKey(property) === name) {
      const member = evaluate(value.code, property.value, value.environment);
      if (property.kind === 'get' && member.kind === 'function') return callFunction(member, []);
      return member.kind === 'function' ? { ...member, self: value } : member;
    }
  }
  const inSpread = unionOf(spread);
  if (inSpread.kind !== 'unknown' || value.variable === undefined) return inSpread;
  return assignedTo(value.code, value.variable, name, value.environment);
}

function shapeMember(value: Extract<Value, { kind: 'shape' }>, name: string): Value {
  const { code, node } = value;
  const declared = declaredMember(value, name);
  if (node.type !== 'TSInterfaceDeclaration' || !mayBeMethod(node, name, declared)) return declared;
  const implemented = implementedMember(code, node, name);
  return implemented.kind === 'unknown' ? declared : implemented;
}

/** A method has no body in an interface; one of a parent may be implemented anew for each child. */
function mayBeMethod(node: TSESTree.TSInterfaceDeclaration, name: string, declared: Value): boolean {
  if (declared.kind === 'function') return true;
  const isOwn = node.body.body.some((member) => (member.type === 'TSPropertySignature' || member.type === 'TSMethodSignature') && nameOfKey(member) === name);
  return declared.kind === 'unknown' && !isOwn && node.extends.length > 0;
}

function declaredMember(value: Extract<Value, { kind: 'shape' }>, name: string): Value {
  const { code, node } = value;
  const members = node.type === 'TSTypeLiteral' ? node.members : node.body.body;
  for (const member of members) {
    if (member.type !== 'TSPropertySignature' && member.type !== 'TSMethodSignature') continue;
    if (nameOfKey(member) !== name) continue;
    if (member.type === 'TSMethodSignature') return { kind: 'function', code, node: member, self: undefined, environment: undefined };
    return typeValue(code, member.typeAnnotation?.typeAnnotation);
  }
  if (node.type === 'TSTypeLiteral') return unknown;
  return unionOf(node.extends.map((heritage) => memberValue(typeValue(code, heritage), name)));
}

interface Assigned {
  /** Right sides by the member's name. */
  readonly named: ReadonlyMap<string, readonly TSESTree.Expression[]>;
  /** Right sides whose member is computed. */
  readonly computed: readonly TSESTree.Expression[];
}
const assignedMembers = new WeakMap<Variable, Assigned>();

/** What was assigned to a member of a variable: `const db = {}; db.User = …`, `Model.findActive = function …`. */
export function assignedMember(code: Code, object: TSESTree.Node, name: string, environment: Environment | undefined): Value {
  if (object.type !== 'Identifier') return unknown;
  const variable = findVariable(code, object);
  return variable === undefined ? unknown : assignedTo(code, variable, name, environment);
}

function assignedTo(code: Code, variable: Variable, name: string, environment: Environment | undefined): Value {
  let assigned = assignedMembers.get(variable);
  if (assigned === undefined) assignedMembers.set(variable, (assigned = readAssigned(variable)));
  const named = assigned.named.get(name);
  if (named === undefined && assigned.computed.length === 0) return unknown;
  return unionOf([...(named ?? []), ...assigned.computed].map((each) => evaluate(code, each, environment)));
}

function readAssigned(variable: Variable): Assigned {
  const named = new Map<string, TSESTree.Expression[]>();
  const computed: TSESTree.Expression[] = [];
  for (const { identifier } of variable.references) {
    const member = identifier.parent;
    if (member?.type !== 'MemberExpression' || member.object !== identifier) continue;
    const assignment = member.parent;
    if (assignment.type !== 'AssignmentExpression' || assignment.left !== member) continue;
    const key = nameOfKey(member);
    if (key !== undefined) addTo(named, key, assignment.right);
    else if (!isFunction(assignment.right)) computed.push(assignment.right);
  }
  return { named, computed };
}
