import type { Definition, Variable } from '@typescript-eslint/scope-manager';
import type { TSESTree } from '@typescript-eslint/types';

import { findExport, findGenerated, findLibrary, findMember, getLibrary, libraries } from '../../libraries/index.ts';
import type { Library } from '../../libraries/library.ts';
import type { Code } from '../../project/code.ts';
import { openImport, untilChanged } from '../../project/module.ts';
import { findVariable } from '../binding.ts';
import { contains, enclosingClass, isFunction, nameOfKey, staticText, unwrap } from '../syntax.ts';
import { augmentedMember } from './augmentation.ts';
import { callFunction, callValue, constructValue, tagValue } from './calls.ts';
import { typeValue } from './declared-type.ts';
import { depthLimit } from './depth-limit.ts';
import { type ExportTarget, findExportTarget, isModuleExports, requiredSpecifier, starSpecifiers, wholeExport } from './exports.ts';
import { assignedMember, memberValue } from './members.ts';
import { mixedMember } from './mixin.ts';
import { parameterValue } from './parameters.ts';
import { valueByTypeInformation } from './type-information.ts';
import { type Environment, type Value, elementOf, listOf, objectOf, unionOf, unknown } from './value.ts';

// The questions of this folder are one recursive question, "what does this expression evaluate to?", told in several
// files. They share the memory, the guard against cycles and the bound on work that stand here.

const memoryOf = untilChanged(() => new Map<TSESTree.Node, Value>());
const inProgress = new Map<TSESTree.Node, number>();

/** Deeper chains of references, and questions that need more steps than this, answer `unknown`. */
const depthMax = 300;
const stepsMax = 4000;
let depth = 0;
let steps = 0;
/** The outermost unfinished question whose answer was missed: what depends on it is not remembered. */
let incomplete = Infinity;

/** What the expression evaluates to, once awaited. */
export function evaluate(code: Code, node: TSESTree.Node, environment?: Environment): Value {
  const at = unwrap(node);
  const remembers = environment === undefined;
  const memory = remembers ? memoryOf(code) : undefined;
  const known = memory?.get(at);
  if (known !== undefined) return known;

  const above = inProgress.get(at);
  if (above !== undefined && remembers) {
    incomplete = Math.min(incomplete, above);
    return unknown;
  }
  if (depth === 0) steps = 0;
  if (depth >= depthMax || ++steps > stepsMax) {
    incomplete = -1;
    return unknown;
  }

  const level = depth++;
  if (remembers) inProgress.set(at, level);
  let value: Value;
  try {
    value = evaluateNow(code, at, environment);
    if (value.kind === 'unknown' && code.types !== undefined && remembers) value = valueByTypeInformation(code, at);
  } finally {
    depth--;
    if (remembers) inProgress.delete(at);
  }
  if (incomplete >= level) {
    incomplete = Infinity;
    memory?.set(at, value);
  } else if (level === 0) incomplete = Infinity;
  return value;
}

function evaluateNow(code: Code, node: TSESTree.Node, environment: Environment | undefined): Value {
  switch (node.type) {
    case 'Identifier':
      return identifierValue(code, node, environment);
    case 'MemberExpression':
      return memberExpressionValue(code, node, environment);
    case 'CallExpression':
      return callValue(code, node, environment);
    case 'NewExpression':
      return constructValue(code, node, environment);
    case 'TaggedTemplateExpression':
      return tagValue(code, node, environment);
    case 'AwaitExpression':
      return settled(evaluate(code, node.argument, environment));
    case 'ThisExpression':
      return thisValue(code, node, environment);
    case 'Super':
      return superValue(code, node);
    case 'ArrowFunctionExpression':
    case 'FunctionExpression':
    case 'FunctionDeclaration':
    case 'TSDeclareFunction':
    case 'TSEmptyBodyFunctionExpression':
      return { kind: 'function', code, node, self: environment?.self, environment };
    case 'ClassDeclaration':
    case 'ClassExpression':
      return { kind: 'class', code, node, environment };
    case 'ObjectExpression':
      return { kind: 'record', code, node, environment };
    case 'ArrayExpression': {
      const items = node.elements.map((element) => {
        if (element === null) return unknown;
        return element.type === 'SpreadElement' ? elementOf(evaluate(code, element.argument, environment)) : settled(evaluate(code, element, environment));
      });
      return { kind: 'list', of: unionOf(items), items };
    }
    case 'ConditionalExpression':
      return unionOf([evaluate(code, node.consequent, environment), evaluate(code, node.alternate, environment)]);
    case 'LogicalExpression':
      return node.operator === '&&'
        ? evaluate(code, node.right, environment)
        : unionOf([evaluate(code, node.left, environment), evaluate(code, node.right, environment)]);
    case 'AssignmentExpression':
      return ['=', '??=', '||='].includes(node.operator) ? evaluate(code, node.right, environment) : unknown;
    case 'SequenceExpression': {
      const last = node.expressions.at(-1);
      return last === undefined ? unknown : evaluate(code, last, environment);
    }
    case 'ImportExpression': {
      const specifier = staticText(node.source);
      return specifier === undefined ? unknown : importedValue(code, specifier, '*');
    }
    case 'YieldExpression':
      return node.argument === null || node.argument === undefined ? unknown : settled(evaluate(code, node.argument, environment));
    case 'TSInterfaceDeclaration':
      return { kind: 'shape', code, node };
    default:
      return unknown;
  }
}

/** What a value is once awaited: a builder that is sent on await becomes its rows. */
export function settled(value: Value): Value {
  if (value.kind === 'union') return unionOf(value.of.map(settled));
  if (value.kind !== 'object') return value;
  const facts = value.library.objects[value.type]?.builder;
  return facts?.sent === 'on await' ? builtResult(value) : value;
}

/** What a builder's statement evaluates to when it is sent. */
export function builtResult(value: Value): Value {
  if (value.kind !== 'object') return unknown;
  for (const step of [...value.steps].reverse()) {
    const yields = stepFacts(value.library, value.type, step.name)?.yields;
    if (yields !== undefined) return referenceValue(value.library, yields, value);
  }
  const gives = value.library.objects[value.type]?.builder?.gives;
  return gives === undefined ? unknown : referenceValue(value.library, gives, value);
}

/** A step's facts: a member of the builder, or of the object that began it. */
export function stepFacts(library: Library, type: string, name: string): ReturnType<typeof findMember> {
  const own = library.objects[type]?.members[name] ?? findMember(library, type, name);
  if (own?.yields !== undefined || own?.becomes !== undefined || own?.marks !== undefined) return own;
  for (const other of Object.keys(library.objects)) {
    if (other === type) continue;
    const facts = findMember(library, other, name);
    if (facts?.gives === type && (facts.becomes !== undefined || facts.yields !== undefined || facts.marks !== undefined)) return facts;
  }
  return own;
}

/** What a reference of a description stands for. */
export function referenceValue(library: Library, reference: string, receiver: Value, argument: Value = unknown, result: Value = unknown): Value {
  if (reference.endsWith('[]')) return listOf(referenceValue(library, reference.slice(0, -2), receiver, argument, result));
  switch (reference) {
    case 'self':
      return receiver;
    case 'argument':
      return argument;
    case 'called':
      return argument.kind === 'function' ? callFunction(argument, []) : unknown;
    case 'result':
      return result;
    case 'results':
      return listOf(result);
    default: {
      if (reference === 'told' || reference.startsWith('told.')) return toldValue(receiver, reference);
      const [other, type] = reference.split(':');
      if (type === undefined) return ownInstance(library, reference, receiver) ?? withTold(objectOf(library, reference), toldValue(receiver, 'told'));
      const named = getLibrary(other ?? '');
      return named === undefined ? unknown : objectOf(named, type);
    }
  }
}

/** What a type argument told the object, or a member of it: `told.Variables.db`. */
function toldValue(receiver: Value, path: string): Value {
  let value: Value = receiver.kind === 'object' ? (receiver.told ?? unknown) : unknown;
  for (const name of path.split('.').slice(1)) value = memberValue(value, name);
  return value;
}

/** The object, which hands on what a type argument told. */
export function withTold(object: Value, told: Value): Value {
  return object.kind === 'object' && told.kind !== 'unknown' ? { ...object, told } : object;
}

/** `class User extends Model`: what `User.findOne()` gives is a `User`. */
function ownInstance(library: Library, type: string, receiver: Value): Value | undefined {
  if (receiver.kind !== 'class') return undefined;
  const constructed = Object.values(library.objects).some((object) => object.new?.gives === type);
  return constructed ? { kind: 'instance', of: receiver } : undefined;
}

function identifierValue(code: Code, node: TSESTree.Identifier, environment: Environment | undefined): Value {
  const variable = findVariable(code, node);
  if (variable === undefined || variable.defs.length === 0) return globalValue(code, node);
  const [definition] = variable.defs;
  if (definition !== undefined && variable.defs.length === 1) return definitionValue(code, variable, definition, environment);
  return unionOf(variable.defs.map((each) => definitionValue(code, variable, each, environment)));
}

function globalValue(code: Code, node: TSESTree.Identifier): Value {
  if (node.name === 'exports') return { kind: 'module', code };
  if (globalNames.has(node.name))
    for (const library of libraries) if (library.globals?.[node.name] !== undefined) return { kind: 'export', library, name: node.name };
  return unknown;
}
const globalNames = new Set(libraries.flatMap((library) => Object.keys(library.globals ?? {})));

function definitionValue(code: Code, variable: Variable, definition: Definition, environment: Environment | undefined): Value {
  const node = definition.node as TSESTree.Node;
  switch (node.type) {
    case 'ImportSpecifier': {
      const declaration = node.parent as TSESTree.ImportDeclaration;
      return importedValue(code, declaration.source.value, node.imported.type === 'Identifier' ? node.imported.name : node.imported.value);
    }
    case 'ImportDefaultSpecifier':
      return importedValue(code, node.parent.source.value, 'default');
    case 'ImportNamespaceSpecifier':
      return importedValue(code, node.parent.source.value, '*');
    case 'TSImportEqualsDeclaration':
      return node.moduleReference.type === 'TSExternalModuleReference'
        ? importedValue(code, staticText(node.moduleReference.expression) ?? '', 'default')
        : unknown;
    case 'VariableDeclarator':
      return declaratorValue(code, variable, definition.name, node, environment);
    case 'ClassDeclaration':
    case 'ClassExpression':
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'TSDeclareFunction':
      if (definition.type === 'Parameter' && isFunction(node)) return parameterValue(code, node, definition.name, environment);
      return evaluate(code, node, environment);
    case 'ArrowFunctionExpression':
      return parameterValue(code, node, definition.name, environment);
    case 'TSInterfaceDeclaration':
      return { kind: 'shape', code, node };
    default:
      return unknown;
  }
}

function declaratorValue(
  code: Code,
  variable: Variable,
  name: TSESTree.Node,
  declarator: TSESTree.VariableDeclarator,
  environment: Environment | undefined,
): Value {
  const { id, init } = declarator;
  const annotation = id.typeAnnotation?.typeAnnotation;
  if (annotation !== undefined) {
    const declared = patternValue(code, id, name, typeValue(code, annotation), environment);
    if (declared.kind !== 'unknown') return declared;
  }
  const declaration = declarator.parent;
  const loop = declaration?.parent;
  if (loop !== undefined && (loop.type === 'ForOfStatement' || loop.type === 'ForInStatement') && loop.left === declaration) {
    return loop.type === 'ForOfStatement' ? patternValue(code, id, name, elementOf(settled(evaluate(code, loop.right, environment))), environment) : unknown;
  }
  const values: Value[] = [];
  if (init !== null) {
    const value = patternValue(code, id, name, initialValue(code, id, init, environment), environment);
    values.push(value.kind === 'record' && value.node === unwrap(init) ? { ...value, variable } : value);
  }
  if (id.type === 'Identifier') {
    for (const reference of variable.references) {
      if (reference.init === true || !reference.isWrite() || reference.writeExpr === null || reference.writeExpr === undefined) continue;
      const target = reference.identifier.parent;
      if (target?.type === 'AssignmentExpression' && target.left === reference.identifier) values.push(evaluate(code, target.right, environment));
    }
  }
  return unionOf(values);
}

/** `const { x } = require('lib')` names an export: the pattern must see the namespace. */
function initialValue(code: Code, id: TSESTree.Node, init: TSESTree.Expression, environment: Environment | undefined): Value {
  const bare = unwrap(init.type === 'AwaitExpression' ? init.argument : init);
  const specifier = requiredSpecifier(bare);
  if (specifier !== undefined) return importedValue(code, specifier, id.type === 'Identifier' && bare.type === 'CallExpression' ? 'require' : '*');
  return evaluate(code, init, environment);
}

/** The part of a value that a name in a pattern takes. */
export function patternValue(code: Code, pattern: TSESTree.Node, name: TSESTree.Node, value: Value, environment: Environment | undefined): Value {
  if (pattern === name) return value;
  switch (pattern.type) {
    case 'ObjectPattern':
      for (const property of pattern.properties) {
        if (!contains(property, name)) continue;
        if (property.type === 'RestElement') return value;
        const key = nameOfKey(property);
        return key === undefined ? unknown : patternValue(code, property.value, name, memberValue(value, key), environment);
      }
      return unknown;
    case 'ArrayPattern':
      for (const [index, element] of pattern.elements.entries()) {
        if (element === null || !contains(element, name)) continue;
        if (element.type === 'RestElement') return value;
        const item = value.kind === 'list' ? (value.items?.[index] ?? value.of) : elementOf(value);
        return patternValue(code, element, name, item, environment);
      }
      return unknown;
    case 'AssignmentPattern': {
      const given = patternValue(code, pattern.left, name, value, environment);
      return given.kind === 'unknown' && pattern.left === name ? evaluate(code, pattern.right, environment) : given;
    }
    default:
      return unknown;
  }
}

/** What an import gives. `require` stands for `require(specifier)`: the whole of `module.exports`. */
export function importedValue(code: Code, specifier: string, name: string): Value {
  return limited(() => importedValueNow(code, specifier, name));
}

/** Modules can export each other in a circle. */
const limited = depthLimit(30);

function importedValueNow(code: Code, specifier: string, name: string): Value {
  const configured = configuredClient(code, specifier);
  if (configured !== undefined && name !== '*') return configured;
  const library = findLibrary(specifier);
  // A file inside of a package exports what it likes: `pg/lib/connection` is no pool.
  if (library !== undefined) return isInside(specifier) && (name === 'default' || name === 'require') ? unknown : libraryExport(library, name);
  const module = openImport(code, specifier);
  if (module !== undefined) {
    const value = moduleExport(module, name);
    if (value.kind !== 'unknown') return value;
  }
  const generated = findGenerated(name);
  if (generated !== undefined) return { kind: 'export', library: generated, name };
  return unknown;
}

const isInside = (specifier: string): boolean => /\/(?:lib|dist|build|src)\//.test(specifier);

function configuredClient(code: Code, specifier: string): Value | undefined {
  const name = code.settings.clients[specifier];
  const library = name === undefined ? undefined : getLibrary(name);
  return library === undefined ? undefined : mainObject(library);
}

/** The object that the library's first constructor gives: what people mean by "a client of it". */
function mainObject(library: Library): Value {
  for (const facts of Object.values(library.exports)) {
    const reference = facts.new ?? facts.call ?? facts.is;
    if (reference !== undefined) return referenceValue(library, reference, unknown);
  }
  return unknown;
}

export function libraryExport(library: Library, name: string): Value {
  if (name === '*') return { kind: 'namespace', library };
  if (name === 'require') return findExport(library, 'default') === undefined ? { kind: 'namespace', library } : { kind: 'export', library, name: 'default' };
  const facts = findExport(library, name);
  if (facts === undefined) return name === 'default' ? { kind: 'namespace', library } : unknown;
  return facts.is === undefined ? { kind: 'export', library, name } : referenceValue(library, facts.is, unknown);
}

/** What a module of the project exports. */
export function moduleExport(module: Code, name: string): Value {
  if (name === '*') return { kind: 'module', code: module };
  if (name === 'require') {
    const whole = wholeExport(module);
    return whole === undefined ? { kind: 'module', code: module } : targetValue(whole);
  }
  const target = findExportTarget(module, name);
  if (target !== undefined) return targetValue(target);
  const whole = wholeExport(module);
  if (whole !== undefined) return memberValue(targetValue(whole), name);
  for (const specifier of starSpecifiers(module)) {
    const library = findLibrary(specifier);
    const value = library === undefined || name === 'default' ? unknown : libraryExport(library, name);
    if (value.kind !== 'unknown') return value;
  }
  const mixed = mixedMember(module, name);
  if (mixed.kind !== 'unknown') return mixed;
  return name === 'default' ? { kind: 'module', code: module } : unknown;
}

function targetValue(target: ExportTarget): Value {
  switch (target.kind) {
    case 'import':
      return importedValue(target.code, target.specifier, target.name);
    case 'local': {
      const variable = target.code.scopes.scopes.find((scope) => (scope.type as string) === 'module' && scope.set.has(target.name))?.set.get(target.name);
      if (variable === undefined) return unknown;
      return unionOf(variable.defs.map((definition) => definitionValue(target.code, variable, definition, undefined)));
    }
    case 'node':
      return evaluate(target.code, target.node);
  }
}

function memberExpressionValue(code: Code, node: TSESTree.MemberExpression, environment: Environment | undefined): Value {
  if (isModuleExports(node)) return { kind: 'module', code };
  const name = nameOfKey(node) ?? literalIndex(code, node);
  if (name !== undefined) {
    const assigned = assignedMember(code, node.object, name, environment);
    if (assigned.kind !== 'unknown') return assigned;
  }
  const receiver = evaluate(code, node.object, environment);
  if (receiver.kind === 'unknown') return unknown;
  // A computed name is any name: `prisma[model]` is some model.
  if (name === undefined) return receiver.kind === 'object' ? memberValue(receiver, '*') : elementOf(receiver);
  const member = memberValue(receiver, name);
  return member.kind === 'unknown' && receiver.kind === 'object' ? augmentedMember(code, receiver, name) : member;
}

function literalIndex(code: Code, node: TSESTree.MemberExpression): string | undefined {
  return node.computed && node.property.type === 'Literal' ? staticText(unwrap(node.property)) : undefined;
}

function thisValue(code: Code, node: TSESTree.Node, environment: Environment | undefined): Value {
  for (let at = node.parent; at !== undefined && at !== null; at = at.parent) {
    if (at.type === 'PropertyDefinition' || at.type === 'AccessorProperty') return classSide(code, at, at.static);
    if (at.type !== 'FunctionExpression' && at.type !== 'FunctionDeclaration') continue;
    const owner = at.parent;
    if (owner.type === 'MethodDefinition') return classSide(code, owner, owner.static);
    if (owner.type === 'Property' && owner.parent.type === 'ObjectExpression') return evaluate(code, owner.parent, environment);
    if (owner.type === 'AssignmentExpression' && owner.left.type === 'MemberExpression') return evaluate(code, owner.left.object);
    return environment?.of === at ? (environment.self ?? unknown) : unknown;
  }
  return unknown;
}

function classSide(code: Code, member: TSESTree.Node, isStatic: boolean): Value {
  const owner = enclosingClass(member);
  if (owner === undefined) return unknown;
  const itself: Value = { kind: 'class', code, node: owner, environment: undefined };
  return isStatic ? itself : { kind: 'instance', of: itself };
}

function superValue(code: Code, node: TSESTree.Node): Value {
  const owner = enclosingClass(node);
  if (owner?.superClass === null || owner?.superClass === undefined) return unknown;
  const parent = evaluate(code, owner.superClass);
  const side = thisValue(code, node, undefined);
  return side.kind === 'class' ? parent : instanceOf(parent);
}

/** An instance of a class, or of a class that a library exports. */
export function instanceOf(constructor: Value): Value {
  if (constructor.kind === 'class') return { kind: 'instance', of: constructor };
  if (constructor.kind === 'export') {
    const facts = findExport(constructor.library, constructor.name);
    return facts?.new === undefined ? unknown : referenceValue(constructor.library, facts.new, unknown);
  }
  if (constructor.kind === 'object') {
    const gives = constructor.library.objects[constructor.type]?.new?.gives;
    return gives === undefined ? unknown : referenceValue(constructor.library, gives, constructor);
  }
  if (constructor.kind === 'union') return unionOf(constructor.of.map(instanceOf));
  return unknown;
}
