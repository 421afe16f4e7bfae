import type { TSESTree } from '@typescript-eslint/types';

import { findVariable, isReassigned } from '../analysis/binding.ts';
import type { Loop } from '../analysis/loop.ts';
import { isArray, isOtherThanArray, isReiterable } from '../analysis/reiterable.ts';
import { contains, isFunction, nameOfKey, unwrap } from '../analysis/syntax.ts';
import type { Turn } from '../analysis/turn.ts';
import { typeOf } from '../analysis/written-type.ts';
import { type Code, hasWord, someChild, textOf, isTypeScript } from '../project/code.ts';
import { type Edit, freshIn, freshName, semicolonOf } from './rewrite.ts';

export interface List {
  readonly text: string;
  readonly statements: readonly string[];
  readonly edits: readonly Edit[];
}

/** The list as it can be walked before the loop, or `later` by a function: by its name, or kept in a constant that the loop then runs over. */
export function listOf(code: Code, loop: Loop, turn: Turn, when?: 'later'): List {
  const text = listText(code, loop, turn);
  if (turn.gets === 'name') {
    if (when !== 'later' || isConstant(code, turn.list)) return { text, statements: [], edits: [] };
    const names = freshName(code, loop.node, `${loop.item}List`);
    return { text: names, statements: [`const ${names} = ${text}${semicolonOf(code)}`], edits: [] };
  }
  if (isReiterable(code, turn.list) && (when !== 'later' || isConstant(code, turn.list))) return { text, statements: [], edits: [] };
  const name = freshName(code, loop.node, `${/^\w+$/.exec(loop.item)?.[0] ?? 'item'}List`);
  // An array's own method is called on it: it is an array. Anything else that can be walked is copied.
  const value = isCalledOn(loop, turn) ? text : `[...${/^await |\?\?/.test(text) ? `(${text})` : text}]`;
  return { text: name, statements: [`const ${name} = ${value}${semicolonOf(code)}`], edits: [{ range: turn.list.range, text: name }] };
}

/** `posts`, and `posts ?? []` where `posts?.map(…)` is called; `Object.keys(prices)` for the names of `prices`. */
export function listText(code: Code, loop: Loop, turn: Turn): string {
  const text = textOf(code, turn.list);
  if (turn.gets === 'name') return `Object.keys(${text})`;
  return mayBeMissing(loop) ? `${text} ?? []` : text;
}

/** `posts?.map(…)`, `order?.posts.map(…)`: nothing may be called. */
export function mayBeMissing({ node }: Loop): boolean {
  return node.type === 'CallExpression' && node.parent.type === 'ChainExpression';
}

/** A function that is called later sees the same list, and what TypeScript has found out of it. */
function isConstant(code: Code, list: TSESTree.Node): boolean {
  const at = unwrap(list);
  if (at.type !== 'Identifier') return !isTypeScript(code);
  const variable = findVariable(code, at);
  return variable !== undefined && !isReassigned(variable);
}

/** `posts.map((post) => post.authorId)` */
export function mappedText(code: Code, list: string, loop: Loop, turn: Turn, key: string): string {
  const { pattern } = turn;
  if (pattern.type === 'Identifier' && (key === pattern.name || (turn.gets === 'position' && key === `${list}[${pattern.name}]`))) return list;
  const callback = `(${parametersOf(code, turn, key)}) => ${key}`;
  return isArrayOfTurns(code, loop, turn) ? `${grouped(list)}.map(${callback})` : `Array.from(${list}, ${callback})`;
}

/** `posts.flatMap((post) => post.authorId ?? [])`: what is there, without null and undefined. */
export function presentText(code: Code, list: string, loop: Loop, turn: Turn, key: string): string {
  const walked = isArrayOfTurns(code, loop, turn) ? grouped(list) : `[...${list}]`;
  return `${walked}.flatMap((${parametersOf(code, turn, key)}) => ${grouped(key)} ?? [])`;
}

/** An array's own method is called on the list, or it is known to be one. */
function isArrayOfTurns(code: Code, loop: Loop, turn: Turn): boolean {
  return turn.gets === 'name' || isCalledOn(loop, turn) || isArray(code, turn.list);
}

/** The list is an argument of the call that runs over it. */
export function isGivenToCall(loop: Loop, turn: Turn): boolean {
  return loop.node.type === 'CallExpression' && !isCalledOn(loop, turn);
}

function isCalledOn(loop: Loop, turn: Turn): boolean {
  return loop.node.type === 'CallExpression' && contains(loop.node.callee, turn.list);
}

/**
 * Whether what a loop runs over can be mapped: `forEach` is a method of sets, maps and other things, too, and `for…in` takes
 * inherited names and nothing at all. Or what has to be so, in words.
 */
export function isMappable(code: Code, loop: Loop, turn: Turn): boolean | string {
  const { node } = loop;
  if (turn.gets === 'name') {
    if (isLiteral(code, turn.list)) return true;
    // Of an array, or of what has numbers for names, a text is no name for TypeScript.
    if (isTypeScript(code) && !isNamedByText(code, turn.list)) return false;
    return `\`${textOf(code, turn.list)}\` must be an object that inherits no keys`;
  }
  // `pMap(list, …)` and `map(list, …)` of async take streams, objects and promises, too.
  if (isGivenToCall(loop, turn) && isOtherThanArray(code, turn.list)) return false;
  const isEach = node.type === 'CallExpression' && node.callee.type === 'MemberExpression' && nameOfKey(node.callee) === 'forEach';
  if (!isEach || isArray(code, turn.list)) return true;
  return !isOtherThanArray(code, turn.list) && `\`${textOf(code, turn.list)}\` must be an array`;
}

/** `Record<string, Price>`, `{ [id: string]: Price }`, and there for sure. */
function isNamedByText(code: Code, list: TSESTree.Node): boolean {
  const declared = list.type === 'Identifier' ? findVariable(code, list)?.defs[0]?.name : undefined;
  if (declared?.type === 'Identifier' && declared.optional) return false;
  const type = typeOf(code, list)?.node;
  if (type?.type === 'TSTypeLiteral')
    return type.members.some((each) => {
      const name = each.type === 'TSIndexSignature' ? each.parameters[0] : undefined;
      return name?.type === 'Identifier' && name.typeAnnotation?.typeAnnotation.type === 'TSStringKeyword';
    });
  if (type?.type !== 'TSTypeReference' || type.typeName.type !== 'Identifier') return false;
  return type.typeName.name === 'Record' && type.typeArguments?.params[0]?.type === 'TSStringKeyword';
}

/** A constant that is a literal, and says nothing of a prototype. */
function isLiteral(code: Code, list: TSESTree.Node): boolean {
  const declarator = list.type === 'Identifier' ? (findVariable(code, list)?.defs[0]?.node as TSESTree.Node | undefined) : undefined;
  if (declarator?.type !== 'VariableDeclarator' || declarator.init === null || declarator.parent.kind !== 'const') return false;
  // A type that is written says more of its names than the literal.
  const { id, init } = declarator;
  if (init.type !== 'ObjectExpression' || id.typeAnnotation !== undefined) return false;
  return !hasWord(textOf(code, init), '__proto__') && !hasWord(code.text, 'setPrototypeOf');
}

/** The callback's parameters; a counted loop's counter is the second. */
function parametersOf(code: Code, turn: Turn, key: string): string {
  const pattern = textOf(code, turn.pattern);
  return turn.gets === 'position' ? `${freshIn(key, '_')}, ${pattern}` : pattern;
}

/** In brackets, unless it is a name, a member or a call. */
function grouped(text: string): string {
  return /^[\w$.[\]()'"?!]+$/.test(text) ? text : `(${text})`;
}

/** A statement, or what the turn gives, is all that the turn does. */
export function isWholeTurn(statement: TSESTree.Node, { body }: Loop): boolean {
  return body === statement || unwrap(body) === statement || (body.type === 'BlockStatement' && body.body.length === 1 && body.body[0] === statement);
}

/** The error of something in a turn is handled in the turn. */
export function handlesOwnError(node: TSESTree.Node, loop: Loop): boolean {
  let below = node;
  for (let at: TSESTree.Node | null | undefined = node.parent; at !== null && at !== undefined && below !== loop.body; below = at, at = at.parent)
    if (at.type === 'TryStatement' && ((at.handler !== null && below === at.block) || below === at.finalizer)) return true;
  return false;
}

/** What stands between the start of a turn and its read. */
export type Guards = 'none' | 'tests' | 'tests of the item';

export function guardsOf(code: Code, replaced: TSESTree.Node, loop: Loop, turn: Turn): Guards {
  let guarded = false;
  let below = replaced;
  for (let at: TSESTree.Node | null | undefined = replaced.parent; at !== null && at !== undefined && below !== loop.body; below = at, at = at.parent) {
    guarded ||=
      (at.type === 'IfStatement' && below !== at.test && !(below === at.consequent && asksForOwnName(code, at.test, turn, true))) ||
      (at.type === 'ConditionalExpression' && below !== at.test) ||
      (at.type === 'LogicalExpression' && below !== at.left) ||
      at.type === 'SwitchCase' ||
      isFunction(at);
    if (at.type === 'BlockStatement') {
      const index = at.body.indexOf(below as TSESTree.Statement);
      guarded ||= at.body
        .slice(0, index)
        .some(
          (statement) =>
            leaves(code, statement) && !(statement.type === 'IfStatement' && statement.alternate === null && asksForOwnName(code, statement.test, turn, false)),
        );
    }
  }
  if (!guarded) return 'none';
  const before = code.text.slice(loop.body.range[0], replaced.range[0]);
  const item = turn.pattern.type === 'Identifier' ? turn.pattern.name : undefined;
  const isTested = item !== undefined && new RegExp(`!${item}\\b(?![.[?(])|\\b${item}\\s*(?:[!=]==?|&&|\\?\\.|\\)|\\|\\|)`).test(before);
  return isTested ? 'tests of the item' : 'tests';
}

/** `Object.hasOwn(prices, id)`: so are all of `Object.keys(prices)`. */
function asksForOwnName(code: Code, test: TSESTree.Node, { gets, list, pattern }: Turn, isOwn: boolean): boolean {
  if (gets !== 'name') return false;
  const [object, name] = [textOf(code, list), textOf(code, pattern)];
  const asks = [`Object.hasOwn(${object},${name})`, `Object.prototype.hasOwnProperty.call(${object},${name})`, `${object}.hasOwnProperty(${name})`];
  const asked = textOf(code, test).replaceAll(/\s/g, '');
  return asks.some((each) => asked === (isOwn ? each : `!${each}`));
}

function leaves(code: Code, node: TSESTree.Node): boolean {
  if (/^(?:Continue|Break|Return|Throw)Statement$/.test(node.type)) return true;
  return !isFunction(node) && someChild(code, node, (child) => leaves(code, child));
}
