import type { TSESTree } from '@typescript-eslint/types';

import { findExport, findMember } from '../libraries/index.ts';
import { type Code, textOf } from '../project/code.ts';
import { importedLibrary } from './imported.ts';
import {
  type Exemption,
  type LoopStatement,
  counterOf,
  exemptCounted,
  exemptOver,
  exemptWhile,
  isLoopStatement,
  nameOfPattern,
  usesName,
} from './loop-exemption.ts';
import { evaluate } from './origin/evaluate.ts';
import { findOwnIteration } from './own-iteration.ts';
import { alternatives } from './origin/value.ts';
import { calleeName, isFunction, nameOfKey, parentOf, unwrap, lastName } from './syntax.ts';

export interface Loop {
  readonly node: TSESTree.Node;
  /** What runs once per item. */
  readonly body: TSESTree.Node;
  /** All turns run at the same time: `Promise.all(items.map(…))`, `forEach(async …)`. */
  readonly concurrent: boolean;
  /** The name of the item, for messages. */
  readonly item: string;
  readonly iterated: TSESTree.Node | undefined;
  /** A function of the project runs the turns: when and in which order is its own matter. */
  readonly byProject?: true;
  readonly exempt: Exemption | undefined;
}

const callbackMethods = new Set([
  'map',
  'forEach',
  'flatMap',
  'filter',
  'some',
  'every',
  'find',
  'findIndex',
  'reduce',
  'reduceRight',
  'eachSeries',
  'forEachSeries',
]);
const registrations = new Set([
  'on',
  'once',
  'addEventListener',
  'addListener',
  'subscribe',
  'setInterval',
  'setTimeout',
  'setImmediate',
  'nextTick',
  'get',
  'post',
  'put',
  'patch',
  'delete',
  'use',
  'describe',
  'it',
  'test',
  'beforeEach',
  'beforeAll',
  'afterEach',
  'afterAll',
  'addHook',
  'define',
  'process',
  'schedule',
]);

/** The innermost loop whose body runs the node once per item. */
export function findLoop(code: Code, node: TSESTree.Node): Loop | undefined {
  let below: TSESTree.Node = node;
  for (let at: TSESTree.Node | null | undefined = node.parent; at !== null && at !== undefined; below = at, at = at.parent) {
    if (isLoopStatement(at)) {
      if (runsPerTurn(at, below)) return loopOfStatement(code, at, node);
    } else if (isFunction(at)) {
      const loop = loopOfCallback(code, at, node);
      if (loop !== undefined) return loop;
      if (!runsInPlace(at)) return undefined;
    } else if (at.type === 'ClassBody') return undefined;
  }
  return undefined;
}

/** The iterated expression and the first part of a `for` run once. */
function runsPerTurn(loop: LoopStatement, part: TSESTree.Node): boolean {
  if (loop.type === 'ForOfStatement' || loop.type === 'ForInStatement') return part === loop.body;
  return loop.type !== 'ForStatement' || part !== loop.init;
}

/** A function that is called where it stands: an argument of a call that is no registration, or called at once. */
export function runsInPlace(fn: TSESTree.Node): boolean {
  const parent = parentOf(fn);
  if (parent?.type === 'NewExpression') return parent.callee.type === 'Identifier' && parent.callee.name === 'Promise';
  if (parent?.type !== 'CallExpression') return false;
  const callee = unwrap(parent.callee);
  if (callee === fn) return true;
  const name = lastName(callee);
  return name === undefined || !(registrations.has(name) || (makesOf.test(name) && parentOf(parent)?.type === 'VariableDeclarator'));
}

/** Functions that make something of a function, which is called later: `const search = tool(async () => …)`. */
const makesOf = /^(?:tool|dynamicTool)$|^(?:create|define|make|build|register|wrap|debounce|throttle|once|memoi[sz]e)(?![a-z])/;

function loopOfStatement(code: Code, loop: LoopStatement, call: TSESTree.Node): Loop {
  const common = { node: loop, body: loop.body, concurrent: false };
  switch (loop.type) {
    case 'ForOfStatement':
    case 'ForInStatement': {
      const item = nameOfPattern(loop.left.type === 'VariableDeclaration' ? loop.left.declarations[0]?.id : loop.left);
      return {
        ...common,
        item,
        iterated: loop.right,
        get exempt() {
          return exemptOver(code, loop, loop.right, loop.body, call);
        },
      };
    }
    case 'ForStatement': {
      const counter = counterOf(loop);
      return {
        ...common,
        item: counter ?? 'item',
        iterated: undefined,
        get exempt() {
          return exemptCounted(code, loop, counter, call);
        },
      };
    }
    default:
      return {
        ...common,
        item: 'item',
        iterated: undefined,
        get exempt() {
          return exemptWhile(code, loop, call);
        },
      };
  }
}

function loopOfCallback(
  code: Code,
  fn: TSESTree.FunctionDeclaration | TSESTree.FunctionExpression | TSESTree.ArrowFunctionExpression,
  call: TSESTree.Node,
): Loop | undefined {
  const parent = parentOf(fn);
  if (parent?.type !== 'CallExpression') return undefined;
  const callee = unwrap(parent.callee);
  const index = parent.arguments.findIndex((argument) => unwrap(argument) === fn);
  if (index === -1) return undefined;
  const item = (position: number): string => nameOfPattern(fn.params[position]);

  if (callee.type === 'MemberExpression' && index === 0) {
    const name = nameOfKey(callee);
    if (name !== undefined && callbackMethods.has(name) && !isNodeCallback(fn) && !isOfOne(code, callee.object)) {
      const isReduce = name.startsWith('reduce');
      const iterated = callee.object;
      return {
        node: parent,
        body: fn.body,
        concurrent: !isReduce && fn.async,
        item: item(isReduce ? 1 : 0),
        iterated,
        get exempt() {
          const carried = isReduce && usesName(code, call, nameOfPattern(fn.params[0]));
          return exemptOver(code, parent, iterated, fn.body, call) ?? (carried ? 'each turn needs the last answer' : undefined);
        },
      };
    }
  }
  const [first] = parent.arguments;
  if (callee.type === 'MemberExpression' && index === 1 && nameOfKey(callee) === 'from' && isNamed(callee.object, 'Array')) {
    return { node: parent, body: fn.body, concurrent: true, item: item(0), iterated: first, exempt: undefined };
  }
  if (takesItem(code, callee, index)) {
    return {
      node: parent,
      body: fn.body,
      concurrent: true,
      item: item(0),
      iterated: first,
      get exempt() {
        return first === undefined ? undefined : exemptOver(code, parent, first, fn.body, call);
      },
    };
  }
  const own = fn.params.length === 0 || isRegistered(callee) ? undefined : findOwnIteration(code, parent);
  const list = own?.callback === index ? parent.arguments[own.list] : undefined;
  if (own === undefined || list === undefined) return undefined;
  return {
    node: parent,
    body: fn.body,
    concurrent: own.concurrent,
    byProject: true,
    item: item(0),
    iterated: list,
    get exempt() {
      return exemptOver(code, parent, list, fn.body, call);
    },
  };
}

/** `app.get(path, handler)`: what it is given runs later. */
function isRegistered(callee: TSESTree.Node): boolean {
  return registrations.has(lastName(callee) ?? '');
}

/** `loadUser(id).map((user) => …)` of neverthrow and its like: what holds one value, or a failure. */
function isOfOne(code: Code, holder: TSESTree.Node): boolean {
  const at = unwrap(holder);
  if (at.type !== 'CallExpression') return false;
  if (/^(?:andThen|asyncAndThen|orElse|mapErr|andTee|orTee|asyncMap|okAsync|errAsync)$/.test(calleeName(at) ?? '')) return true;
  return alternatives(evaluate(code, at.callee)).some((value) => {
    const type = value.kind === 'function' ? value.node.returnType?.typeAnnotation : undefined;
    return (
      type?.type === 'TSTypeReference' &&
      /^(?:Result|ResultAsync|Either|TaskEither|Option|Maybe)$/.test(type.typeName.type === 'Identifier' ? type.typeName.name : '')
    );
  });
}

/** A function that stands under its name where a list takes one: `links.forEach(removeLink)`, `pMap(ids, load)`. */
export interface NamedCallback {
  /** What names the function. */
  readonly named: TSESTree.Identifier | TSESTree.MemberExpression;
  readonly loop: Loop;
}

/** The function that a call runs once per item, where it is named and not written there. */
export function findNamedCallback(code: Code, call: TSESTree.CallExpression): NamedCallback | undefined {
  const callee = unwrap(call.callee);
  const isOfList = callee.type === 'MemberExpression' && /^(?:forEach|map|flatMap)$/.test(nameOfKey(callee) ?? '');
  const [first, second] = call.arguments;
  if (!isOfList && (call.arguments.length < 2 || isRegistered(callee) || !call.arguments.some(mayName))) return undefined;
  const own = isOfList || takesItem(code, callee, 1) ? undefined : findOwnIteration(code, call);
  if (!isOfList && own === undefined && !takesItem(code, callee, 1)) return undefined;
  const given = own !== undefined ? call.arguments[own.callback] : isOfList ? first : second;
  const named = given === undefined ? undefined : unwrap(given);
  if (named?.type !== 'Identifier' && named?.type !== 'MemberExpression') return undefined;
  const iterated = own !== undefined ? call.arguments[own.list] : isOfList ? callee.object : first;
  if (iterated === undefined) return undefined;
  const loop: Loop = {
    node: call,
    body: named,
    concurrent: own?.concurrent ?? true,
    ...(own === undefined ? {} : { byProject: true }),
    item: 'item',
    iterated,
    get exempt() {
      return exemptOver(code, call, iterated, named, named);
    },
  };
  return { named, loop };
}

function mayName(argument: TSESTree.CallExpressionArgument): boolean {
  const at = unwrap(argument);
  return at.type === 'Identifier' || at.type === 'MemberExpression';
}

/** `pMap(list, fn)`: a library calls the function that is the argument at that place once per item. */
function takesItem(code: Code, callee: TSESTree.Node, index: number): boolean {
  if (importedLibrary(code, callee)?.kind !== 'concurrency' && !isOfPromise.test(textOf(code, callee))) return false;
  return alternatives(evaluate(code, callee)).some((value) => {
    const facts =
      value.kind === 'export' ? findExport(value.library, value.name) : value.kind === 'method' ? findMember(value.library, value.type, value.name) : undefined;
    return facts?.callback?.takes[0] === 'item' && facts.callback.at === index;
  });
}

/** Bluebird in the place of the runtime's own promises. */
const isOfPromise = /^Promise\.(?:each|map|mapSeries|filter)$/;

/** `Model.find((error, rows) => …)` is no array method. */
function isNodeCallback(fn: TSESTree.FunctionExpression | TSESTree.ArrowFunctionExpression | TSESTree.FunctionDeclaration): boolean {
  const [first] = fn.params;
  return first?.type === 'Identifier' && /^(?:e|err|error)$/.test(first.name) && fn.params.length === 2;
}

function isNamed(node: TSESTree.Node, name: string): boolean {
  return node.type === 'Identifier' && node.name === name;
}
