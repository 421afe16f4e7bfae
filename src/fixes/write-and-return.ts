import type { TSESTree } from '@typescript-eslint/types';

import { awaitsIn } from '../analysis/before-loop.ts';
import { findVariable } from '../analysis/binding.ts';
import type { Loop } from '../analysis/loop.ts';
import type { RemoteCall } from '../analysis/remote-call.ts';
import { contains, enclosingFunction, isFunction, nameOfKey, parentOf, unwrap } from '../analysis/syntax.ts';
import { isInTransaction } from '../analysis/transaction.ts';
import { type Turn, turnNames } from '../analysis/turn.ts';
import type { Code } from '../project/code.ts';
import { hasRuntime, importNames, noRuntime, runtimePackage } from './import-name.ts';
import { isMappable } from './list-of-turns.ts';
import {
  type Edit,
  type Refusal,
  type Rewrite,
  dropsComment,
  freshIn,
  functionAround,
  indentOf,
  refuse,
  rewriteOf,
  semicolonOf,
  startsStatement,
} from './rewrite.ts';
import { type Built, insertForm, rowsText, writer } from './write-form.ts';

/** Why writes whose answers are used are not put together; beside what `insertForm` answers. */
export const refusals = {
  runtime: noRuntime,
  comment: 'a comment would be lost',
  name: 'a name that the rewrite needs is taken',
} as const;

/**
 * Writes the rows of all turns with one statement that gives them back: `await Promise.all(list.map((item) => create(row)))`, and a
 * loop that only writes and keeps the answer in a list. `undefined` where the answer is used in another way.
 */
export function writeAndReturn(call: RemoteCall, built: Built, loop: Loop, turn: Turn): Rewrite | Refusal | undefined {
  const { code, library } = call;
  const gives = library.forMany?.gives;
  const use = useOf(code, built.whole, loop);
  if (gives === undefined || use === undefined || awaitsIn(code, built.whole) || namesMoreThanItem(code, built.whole, loop, turn)) return undefined;
  if (answerOf(call, built) !== (use.isFirst ? 'list' : 'row')) return undefined;
  const form = insertForm(call, built, loop, 'kept');
  if ('refused' in form) return form;
  if (!form.splits && !hasRuntime(code)) return refuse(refusals.runtime);
  const imported = importNames(code, form.splits ? [] : [{ from: runtimePackage, name: 'inChunks' }]);
  if (imported === undefined) return refuse(refusals.name);
  const { replaced } = use;
  if (dropsComment(code, replaced.range, [form.keeps, turn.list.range, turn.pattern.range])) return refuse(refusals.comment);
  const write = writer(code, form, form.splits ? undefined : imported.names[0], []);
  const sent = write(rowsText(code, form, loop, turn), indentOf(code, replaced));
  const rows = form.splits ? `await ${sent}` : `(await ${sent}).flat()`;
  const name = freshIn(`${use.list ?? ''} ${sent}`, 'row');
  const text = use.list === undefined ? rows : `for (const ${name} of ${rows}) { ${use.list}.push(${name})${semicolonOf(code)} }`;
  const mappable = isMappable(code, loop, turn);
  const changes = [...form.changes, ...(typeof mappable === 'string' ? [mappable] : []), ...(gives.differs === undefined ? [] : [gives.differs])];
  if (!isInTransaction(code, built.whole)) changes.push('if one fails, none is written');
  const edits: Edit[] = [...imported.edits, { range: replaced.range, text }];
  return rewriteOf('Write all rows with one statement', changes, edits, functionAround(code, replaced));
}

/** What the turn declares is not there where the list is made. */
function namesMoreThanItem(code: Code, whole: TSESTree.Node, loop: Loop, turn: Turn): boolean {
  return turnNames(code, whole, loop).some((name) => {
    const declared = findVariable(code, name)?.defs[0]?.name;
    return declared === undefined || !contains(turn.pattern, declared);
  });
}

/** What a single write gives: its row, or a list of that one. `const [user] = await …returning()`, `const user = await …executeTakeFirst()` */
function answerOf({ library }: RemoteCall, { chain }: Built): 'row' | 'list' | undefined {
  const steps = library.forMany?.gives?.steps?.split(' ');
  if (steps === undefined) return 'row';
  const last = chain.at(-1)?.name ?? '';
  if (!chain.some(({ name }) => steps.includes(name))) return undefined;
  const sender = library.forMany?.reads[last];
  if (steps.includes(last) || sender === last) return 'list';
  return sender === undefined || sender === '' ? undefined : 'row';
}

/** How the answer of a turn is used, where the turn does nothing else. */
interface Use {
  /** What is replaced: the awaited `Promise.all`, or the loop. */
  readonly replaced: TSESTree.Node;
  /** The list that a loop's turns add to. */
  readonly list: string | undefined;
  /** The first of the list that a write gives is what a turn gives. */
  readonly isFirst: boolean;
}

function useOf(code: Code, whole: TSESTree.CallExpression, loop: Loop): Use | undefined {
  return loop.node.type === 'CallExpression' ? useOfCallback(whole, loop, loop.node) : useOfLoop(code, whole, loop);
}

/** `await Promise.all(list.map(async (item) => create(row)))` */
function useOfCallback(whole: TSESTree.CallExpression, loop: Loop, mapped: TSESTree.CallExpression): Use | undefined {
  const fn = loop.body.parent;
  const all = parentOf(mapped);
  const awaited = all?.type === 'CallExpression' ? parentOf(all) : undefined;
  if (fn === undefined || !isFunction(fn) || fn.returnType !== undefined || mapped.typeArguments !== undefined) return undefined;
  if (mapped.callee.type !== 'MemberExpression' || nameOfKey(mapped.callee) !== 'map') return undefined;
  if (all?.type !== 'CallExpression' || all.arguments[0] !== mapped || all.arguments.length !== 1 || all.typeArguments !== undefined) return undefined;
  if (awaited?.type !== 'AwaitExpression' || awaited.argument !== all || startsStatement(awaited)) return undefined;
  const { body } = loop;
  const statements = body.type === 'BlockStatement' ? body.body : [];
  const last = statements.at(-1);
  if (last !== undefined && last.type !== 'ReturnStatement') return undefined;
  const given = last === undefined ? body : last.argument;
  const isFirst = given === null ? undefined : given === whole && statements.length < 2 ? false : takesFirst(given, whole, statements.slice(0, -1));
  return isFirst === undefined ? undefined : { replaced: awaited, list: undefined, isFirst };
}

/** `for (const item of list) created.push(await create(row));` */
function useOfLoop(code: Code, whole: TSESTree.CallExpression, loop: Loop): Use | undefined {
  const { body } = loop;
  const statements = body.type === 'BlockStatement' ? body.body : [body];
  const last = statements.at(-1);
  const call = last?.type === 'ExpressionStatement' ? last.expression : undefined;
  if (call?.type !== 'CallExpression' || call.arguments.length !== 1 || call.callee.type !== 'MemberExpression' || nameOfKey(call.callee) !== 'push')
    return undefined;
  const { object } = call.callee;
  const [argument] = call.arguments;
  // The row must not be made of the list that it is added to.
  if (object.type !== 'Identifier' || argument === undefined || turnNames(code, object, loop).length > 0) return undefined;
  if (!isOnlyFilled(code, object, loop)) return undefined;
  const isFirst = takesFirst(argument, whole, statements.slice(0, -1));
  return isFirst === undefined ? undefined : { replaced: loop.node, list: object.name, isFirst };
}

/** `const created = [];`, to which nothing but the loop's turns adds, and which nothing else reads before its end. */
function isOnlyFilled(code: Code, list: TSESTree.Identifier, { node: loop }: Loop): boolean {
  const variable = findVariable(code, list);
  const declarator = variable?.defs[0]?.node as TSESTree.Node | undefined;
  if (variable === undefined || declarator?.type !== 'VariableDeclarator' || declarator.parent.kind !== 'const' || declarator.init === null) return false;
  if (unwrap(declarator.init).type !== 'ArrayExpression') return false;
  const around = enclosingFunction(declarator);
  return variable.references.every(({ identifier, init }) => {
    if (init === true || identifier === list) return true;
    return identifier.range[0] > loop.range[1] && enclosingFunction(identifier) === around;
  });
}

/**
 * Whether what is given is the first of the write's list, `(await write)[0]`, or the write itself, both maybe by a constant that
 * stands before: `const [row] = await write;`. `undefined` where it is something else.
 */
function takesFirst(given: TSESTree.Node, whole: TSESTree.CallExpression, before: readonly TSESTree.Node[]): boolean | undefined {
  if (given.type === 'Identifier') {
    const [only, ...more] = before;
    const [declarator] = only?.type === 'VariableDeclaration' && only.kind !== 'var' && only.declarations.length === 1 ? only.declarations : [];
    if (more.length > 0 || declarator?.init === null || declarator?.init === undefined) return undefined;
    const { id, init } = declarator;
    if (init.type !== 'AwaitExpression' || init.argument !== whole) return undefined;
    if (id.type === 'Identifier') return id.name === given.name && id.typeAnnotation === undefined ? false : undefined;
    const [first, ...others] = id.type === 'ArrayPattern' ? id.elements : [];
    return others.length === 0 && first?.type === 'Identifier' && first.name === given.name ? true : undefined;
  }
  if (before.length > 0) return undefined;
  if (given.type === 'AwaitExpression' && given.argument === whole) return false;
  if (given.type !== 'MemberExpression' || !given.computed || given.property.type !== 'Literal' || given.property.value !== 0) return undefined;
  return given.object.type === 'AwaitExpression' && given.object.argument === whole ? true : undefined;
}
