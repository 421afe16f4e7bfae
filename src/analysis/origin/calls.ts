import type { TSESTree } from '@typescript-eslint/types';

import { findExport, findMember } from '../../libraries/index.ts';
import type { Callback, Library } from '../../libraries/library.ts';
import type { Code } from '../../project/code.ts';
import { contains, nameOfKey, staticText, unwrap } from '../syntax.ts';
import { typeValue, withTypes } from './declared-type.ts';
import { builtResult, evaluate, importedValue, instanceOf, referenceValue, settled, withTold } from './evaluate.ts';
import { requiredOneOf, resolvedValue } from './mixin.ts';
import { requiredSpecifier, returnedExpressions } from './exports.ts';
import { type Environment, type FunctionNode, type Value, alternatives, elementOf, listOf, objectOf, unionOf, unknown } from './value.ts';

type FunctionValue = Extract<Value, { kind: 'function' }>;

/** What a call evaluates to, once awaited. */
export function callValue(code: Code, node: TSESTree.CallExpression, environment: Environment | undefined): Value {
  const specifier = requiredSpecifier(node);
  if (specifier !== undefined) return importedValue(code, specifier, 'require');
  const callee = unwrap(node.callee);
  if (callee.type === 'MemberExpression') {
    const intrinsic = intrinsicCall(code, node, callee, environment);
    if (intrinsic !== undefined) return intrinsic;
  }
  if (callee.type === 'Identifier' && callee.name === 'require') return requiredOneOf(code, node);
  if (isDynamicRequire(callee)) return definedBy(code, node, environment);
  const value = unionOf(alternatives(evaluate(code, callee, environment)).map((each) => calledValue(code, node, each, environment)));
  if (value.kind !== 'unknown') return value;
  // `container.resolve<Redis>('redis')`: the caller says what it gets.
  const told = node.typeArguments?.params;
  return told?.length === 1 ? typeValue(code, told[0]) : unknown;
}

/** What calling one value gives. */
function calledValue(code: Code, node: TSESTree.CallExpression, callee: Value, environment: Environment | undefined): Value {
  switch (callee.kind) {
    case 'function': {
      const args = node.arguments.map((argument) => (argument.type === 'SpreadElement' ? unknown : evaluate(code, argument, environment)));
      return callFunction(callee, args);
    }
    case 'method':
      return methodCall(code, node, callee, environment);
    case 'export': {
      const facts = findExport(callee.library, callee.name);
      if (facts?.call === undefined) return unknown;
      const given = referenceValue(
        callee.library,
        facts.call,
        unknown,
        firstArgument(code, node, environment),
        callbackResult(code, node, facts.callback, environment),
      );
      return callee.library.kind === 'memo' || facts.remembers === true ? memoised(given) : given;
    }
    case 'object': {
      const facts = callee.library.objects[callee.type]?.call;
      if (facts?.gives === undefined) return unknown;
      const given = referenceValue(callee.library, facts.gives, callee, firstArgument(code, node, environment));
      return facts.remembers === true ? memoised(given) : withStep(given, callee, { name: '()', code, node });
    }
    case 'module':
      return calledValue(code, node, importedDefault(callee), environment);
    default:
      return unknown;
  }
}

function memoised(value: Value): Value {
  return value.kind === 'function' ? { ...value, memoised: true } : value;
}

function importedDefault(module: Extract<Value, { kind: 'module' }>): Value {
  const [statement] = module.code.ast.body.filter((each) => each.type === 'ExportDefaultDeclaration');
  return statement?.type === 'ExportDefaultDeclaration' ? evaluate(module.code, statement.declaration) : unknown;
}

function methodCall(code: Code, node: TSESTree.CallExpression, method: Extract<Value, { kind: 'method' }>, environment: Environment | undefined): Value {
  const facts = findMember(method.library, method.type, method.name);
  if (facts === undefined) return unknown;
  const { receiver } = method;
  if (facts.sends === true) {
    if (facts.gives === undefined) return builtResult(receiver);
    return referenceValue(method.library, facts.gives, receiver);
  }
  if (facts.gives === undefined) return unknown;
  const given = referenceValue(
    method.library,
    // `c.get('db')`
    facts.gives.startsWith('told.') ? facts.gives.replace('*', staticText(node.arguments[0]) ?? '*') : facts.gives,
    receiver,
    firstArgument(code, node, environment),
    callbackResult(code, node, facts.callback, environment),
  );
  if (facts.tells === true) return withTold(given, toldBy(code, node));
  return withStep(given, receiver, { name: method.name, code, node });
}

/** A builder keeps the steps that built it. */
function withStep(given: Value, receiver: Value, step: { name: string; code: Code; node: TSESTree.CallExpression | TSESTree.TaggedTemplateExpression }): Value {
  if (given.kind !== 'object' || given.library.objects[given.type]?.builder === undefined) return given;
  const earlier = receiver.kind === 'object' && receiver.library === given.library ? receiver.steps : [];
  return objectOf(given.library, given.type, [...earlier, step]);
}

export function tagValue(code: Code, node: TSESTree.TaggedTemplateExpression, environment: Environment | undefined): Value {
  const tag = evaluate(code, node.tag, environment);
  if (tag.kind === 'object') {
    const gives = tag.library.objects[tag.type]?.tag?.gives;
    return gives === undefined ? unknown : withStep(referenceValue(tag.library, gives, tag), tag, { name: '``', code, node });
  }
  return unknown;
}

/** What calling a function of the project gives. */
export function callFunction(callee: FunctionValue, args: readonly Value[]): Value {
  const { code, node } = callee;
  const declared = withTypes(callee.types, () => typeValue(code, node.returnType?.typeAnnotation));
  if (declared.kind !== 'unknown') return declared;
  if (!('body' in node) || node.body === null || node.body === undefined || node.body.type === undefined) return unknown;
  const returned = returnedExpressions(code, node.body);
  if (returned.length > 8) return unknown;
  const plain = unionOf(returned.map((expression) => evaluate(code, expression, callee.environment)));
  if (plain.kind !== 'unknown' && !isGeneric(plain) && !isMadeIn(node, plain)) return settled(plain);
  const tells = args.some((argument) => argument.kind !== 'unknown') || callee.self !== undefined;
  if (!tells) return settled(plain);
  const inner: Environment = { of: node, args, self: callee.self, outer: callee.environment };
  if (nesting(inner) > 4) return settled(plain);
  const bound = unionOf(returned.map((expression) => evaluate(code, expression, inner)));
  return settled(bound.kind === 'unknown' ? plain : bound);
}

/** A function that calls what the one was given that made it. */
function isMadeIn(node: FunctionNode, value: Value): boolean {
  return value.kind === 'function' && contains(node, value.node);
}

function isGeneric(value: Value): boolean {
  return value.kind === 'list' && value.of.kind === 'unknown';
}

function nesting(environment: Environment): number {
  let count = 0;
  for (let at: Environment | undefined = environment; at !== undefined; at = at.outer) count++;
  return count;
}

function firstArgument(code: Code, node: TSESTree.CallExpression, environment: Environment | undefined): Value {
  const [first] = node.arguments;
  return first === undefined || first.type === 'SpreadElement' ? unknown : evaluate(code, first, environment);
}

/** What the function gives that the library calls. */
function callbackResult(code: Code, node: TSESTree.CallExpression, callback: Callback | undefined, environment: Environment | undefined): Value {
  if (callback === undefined) return unknown;
  const index = callback.at === 'last' || callback.at === 'any' ? node.arguments.length - 1 : callback.at;
  const argument = node.arguments[index];
  if (argument === undefined || argument.type === 'SpreadElement') return unknown;
  const given = evaluate(code, argument, environment);
  return given.kind === 'function' ? callFunction(given, []) : unknown;
}

/** What `new X(…)` gives. */
export function constructValue(code: Code, node: TSESTree.NewExpression, environment: Environment | undefined): Value {
  const callee = unwrap(node.callee);
  if (callee.type === 'Identifier' && callee.name === 'Promise') {
    const [executor] = node.arguments;
    return executor === undefined ? unknown : resolvedValue(code, executor);
  }
  if (callee.type === 'Identifier' && (callee.name === 'Map' || callee.name === 'Set')) {
    const args = node.typeArguments?.params ?? [];
    const type = callee.name === 'Map' ? args[1] : args[0];
    if (type !== undefined) return listOf(typeValue(code, type));
    const first = node.arguments[0];
    return listOf(first === undefined || first.type === 'SpreadElement' ? unknown : elementOf(evaluate(code, first, environment)));
  }
  return unionOf(
    alternatives(evaluate(code, callee, environment)).map((each) => {
      const tells = each.kind === 'export' && findExport(each.library, each.name)?.tells === true;
      return tells ? withTold(instanceOf(each), toldBy(code, node)) : instanceOf(each);
    }),
  );
}

/** What the type argument of a call says; of a function, what it gives: `context<typeof createContext>()`. */
function toldBy(code: Code, node: TSESTree.CallExpression | TSESTree.NewExpression): Value {
  const type = typeValue(code, node.typeArguments?.params[0]);
  return type.kind === 'function' ? callFunction(type, []) : type;
}

const keepsList = new Set(['filter', 'slice', 'reverse', 'sort', 'concat', 'flat', 'values', 'toSorted', 'toReversed', 'splice', 'toArray', 'flatMap']);
const givesItem = new Set(['find', 'at', 'pop', 'shift', 'findLast', 'get']);

/** Methods of arrays, maps, promises and functions. `undefined` when it is none of them. */
function intrinsicCall(code: Code, node: TSESTree.CallExpression, callee: TSESTree.MemberExpression, environment: Environment | undefined): Value | undefined {
  const name = nameOfKey(callee);
  if (name === undefined) return undefined;
  const [first] = node.arguments;
  const argument = (): Value => (first === undefined || first.type === 'SpreadElement' ? unknown : evaluate(code, first, environment));

  if (callee.object.type === 'Identifier' && /^(?:Promise|Object|Array|BluebirdPromise|Bluebird)$/.test(callee.object.name)) {
    switch (name) {
      case 'all':
      case 'resolve':
      case 'from':
      case 'freeze':
      case 'seal':
        return settledItems(argument());
      case 'race':
      case 'any':
        return elementOf(argument());
      case 'values': {
        const of = argument();
        return of.kind === 'list' ? of : undefined;
      }
      case 'entries':
        return undefined;
      case 'assign':
        return unionOf(node.arguments.map((each) => (each.type === 'SpreadElement' ? unknown : evaluate(code, each, environment))));
      default:
        return undefined;
    }
  }

  if (name === 'then' || name === 'catch' || name === 'finally' || name === 'bind' || name === 'toPromise') {
    const receiver = evaluate(code, callee.object, environment);
    if (name !== 'then') return name === 'bind' && receiver.kind !== 'function' && receiver.kind !== 'method' ? undefined : receiver;
    const handler = argument();
    return handler.kind === 'function' ? callFunction(handler, [settled(receiver)]) : settled(receiver);
  }
  if (!keepsList.has(name) && !givesItem.has(name) && name !== 'map') return undefined;
  const receiver = evaluate(code, callee.object, environment);
  if (receiver.kind !== 'list') {
    if (name !== 'map' || receiver.kind !== 'unknown') return undefined;
    const mapper = argument();
    return mapper.kind === 'function' ? listOf(callFunction(mapper, [])) : undefined;
  }
  if (givesItem.has(name)) return receiver.of;
  if (name === 'flatMap') {
    const mapper = argument();
    return listOf(mapper.kind === 'function' ? elementOf(callFunction(mapper, [receiver.of])) : unknown);
  }
  if (name === 'map') {
    const mapper = argument();
    return listOf(mapper.kind === 'function' ? callFunction(mapper, [receiver.of]) : unknown);
  }
  if (name === 'flat' && receiver.of.kind === 'list') return receiver.of;
  return listOf(receiver.of);
}

function settledItems(value: Value): Value {
  if (value.kind !== 'list') return value;
  return { kind: 'list', of: settled(value.of), ...(value.items === undefined ? {} : { items: value.items.map(settled) }) };
}

/** `require(path)(sequelize, DataTypes)`: a file that defines a model on the connection that it is given. */
function definedBy(code: Code, node: TSESTree.CallExpression, environment: Environment | undefined): Value {
  const given = firstArgument(code, node, environment);
  return given.kind === 'object' && givesModels(given.library, given.type) ? objectOf(given.library, 'model') : unknown;
}

function givesModels(library: Library, type: string): boolean {
  return findMember(library, type, 'define')?.gives === 'model';
}

function isDynamicRequire(callee: TSESTree.Node): boolean {
  return callee.type === 'CallExpression' && callee.callee.type === 'Identifier' && callee.callee.name === 'require' && requiredSpecifier(callee) === undefined;
}
