import type { TSESTree } from '@typescript-eslint/types';

import { findExport, findMember, libraries } from '../libraries/index.ts';
import type { Library, Member, Operation, Shape } from '../libraries/library.ts';
import { type Code, compactTextOf } from '../project/code.ts';
import { isListed } from '../project/manifest.ts';
import { untilChanged } from '../project/module.ts';
import { resolveModule } from '../project/resolve.ts';
import { isBegunFor } from './begun-statement.ts';
import { findVariable } from './binding.ts';
import { importedSpecifier } from './imported.ts';
import { mayBeKnown } from './known-names.ts';
import { evaluate, stepFacts } from './origin/evaluate.ts';
import { type Step, type Value, alternatives } from './origin/value.ts';
import { type Statement, readStatement, sqlText } from './sql.ts';
import { calleeName, contains, enclosingFunction, isWaitedFor, lastName, nameOfKey, parentOf, rootOf, unwrap } from './syntax.ts';

/** A call that crosses the network. */
export interface RemoteCall {
  readonly code: Code;
  /** The node that sends: a call, a tagged template, or the `await` of a statement built before. */
  readonly node: TSESTree.Node;
  readonly library: Library;
  /** The object whose member is called. */
  readonly object: string;
  readonly operation: Operation;
  readonly facts: Member;
  /** How the same is done for many, in words. */
  readonly batch: string | undefined;
  /** The call as the user wrote it: `prisma.user.findUnique`. */
  readonly text: string;
  /** What a report underlines: from the call's start to the end of its callee. */
  readonly range: readonly [number, number];
  /** Arguments of the call that sends; of a builder, of its first step. */
  readonly args: readonly TSESTree.CallExpressionArgument[];
  /** The steps of a built statement. */
  readonly steps: readonly Step[];
  readonly statement: Statement | undefined;
  readonly sql: string | undefined;
}

type Sender = TSESTree.CallExpression | TSESTree.TaggedTemplateExpression | TSESTree.AwaitExpression;

const memoryOf = untilChanged(() => new Map<TSESTree.Node, RemoteCall | null>());

/** The round trip that a node makes by itself. */
export function findRemoteCall(code: Code, node: TSESTree.Node): RemoteCall | undefined {
  if (node.type !== 'CallExpression' && node.type !== 'TaggedTemplateExpression' && node.type !== 'AwaitExpression') return undefined;
  const memory = memoryOf(code);
  const answer = memory.get(node);
  if (answer !== undefined) return answer ?? undefined;
  const found = recognise(code, node);
  memory.set(node, found ?? null);
  return found;
}

function recognise(code: Code, node: Sender): RemoteCall | undefined {
  if (node.type === 'AwaitExpression') return awaitedStatement(code, node);
  if (node.type === 'CallExpression' && !mayBeKnown(code, node)) return undefined;
  const callee = unwrap(node.type === 'CallExpression' ? node.callee : node.tag);
  const value = evaluate(code, callee);
  for (const each of alternatives(value)) {
    const found = calledRemotely(code, node, callee, withAllSteps(code, callee, value, each));
    if (found !== undefined) return found;
  }
  if (node.type === 'CallExpression' && value.kind === 'unknown') {
    const shaped = byShape(code, node, callee);
    if (shaped !== undefined) return shaped;
  }
  // A statement that a function of the project builds and gives back is reported where it is built.
  return value.kind === 'function' ? undefined : sentStatement(code, node);
}

/** A statement that got more steps on some paths (`if (limit) query = query.limit(limit)`) has the steps of all of them. */
function withAllSteps(code: Code, callee: TSESTree.Node, value: Value, one: Value): Value {
  if (value.kind !== 'union' || one.kind !== 'method' || one.receiver.kind !== 'object') return one;
  const steps = value.of.flatMap((each) => (each.kind === 'method' && each.receiver.kind === 'object' ? each.receiver.steps : []));
  const own = callee.type === 'MemberExpression' ? stepsOnVariable(code, unwrap(callee.object)) : [];
  return { ...one, receiver: { ...one.receiver, steps: [...new Set([...steps, ...own])] } };
}

function calledRemotely(
  code: Code,
  node: TSESTree.CallExpression | TSESTree.TaggedTemplateExpression,
  callee: TSESTree.Node,
  value: Value,
): RemoteCall | undefined {
  const args = node.type === 'CallExpression' ? node.arguments : [];
  if (value.kind === 'export') {
    const facts = findExport(value.library, value.name);
    if (facts?.does === undefined) return undefined;
    return make(
      code,
      node,
      callee,
      value.library,
      '',
      facts.does,
      { does: facts.does, ...(facts.batch === undefined ? {} : { batch: facts.batch }) },
      args,
      [],
    );
  }
  if (value.kind === 'object') {
    const facts = value.library.objects[value.type]?.call;
    return facts?.does === undefined ? undefined : make(code, node, callee, value.library, value.type, facts.does, facts, args, []);
  }
  if (value.kind !== 'method') return undefined;
  const facts = findMember(value.library, value.type, value.name);
  if (facts === undefined) return undefined;
  if (facts.sends === true) {
    const steps = value.receiver.kind === 'object' ? value.receiver.steps : [];
    return builtCall(code, node, value.library, value.type, [...new Set([...steps, ...stepsOnLines(code, rootOf(callee), node)])], facts);
  }
  if (facts.does === undefined) return undefined;
  if (facts.does === 'request' && facts.items !== undefined) return sentCommand(code, node, callee, value, facts, args);
  return make(code, node, callee, value.library, value.type, facts.does, facts, args, []);
}

/** `client.send(new GetCommand(…))`: what it does stands in the command. */
function sentCommand(
  code: Code,
  node: TSESTree.CallExpression | TSESTree.TaggedTemplateExpression,
  callee: TSESTree.Node,
  value: Extract<Value, { kind: 'method' }>,
  facts: Member,
  args: readonly TSESTree.CallExpressionArgument[],
): RemoteCall {
  const argument = args[facts.items ?? 0];
  const command = argument === undefined || argument.type === 'SpreadElement' ? undefined : evaluate(code, argument);
  const told = command?.kind === 'object' ? command.library.objects[command.type]?.call : undefined;
  return make(code, node, callee, value.library, value.type, told?.does ?? 'request', told ?? facts, args, []);
}

/** A chain that is sent because it is awaited, returned or handed on. */
function sentStatement(code: Code, node: TSESTree.CallExpression | TSESTree.TaggedTemplateExpression): RemoteCall | undefined {
  const parent = parentOf(node);
  // The promise of a statement is none.
  if (node.type === 'CallExpression' && /^(?:then|catch|finally)$/.test(calleeName(node) ?? '')) return undefined;
  if (parent?.type === 'MemberExpression' && unwrap(parent.object) === node) {
    const name = nameOfKey(parent);
    if (name !== 'then' && name !== 'catch' && name !== 'finally') return undefined;
  } else if (!isConsumed(code, node, parent)) return undefined;
  for (const value of alternatives(evaluate(code, node))) {
    if (value.kind !== 'object' || value.steps.length === 0) continue;
    if (value.library.objects[value.type]?.builder?.sent !== 'on await' || isPartOfAnother(code, node, value.library)) continue;
    return builtCall(code, node, value.library, value.type, value.steps, {});
  }
  return undefined;
}

/** `knex.unionAll(ids.map((id) => knex.select(…)))`: a piece of one statement. */
function isPartOfAnother(code: Code, node: TSESTree.Node, library: Library): boolean {
  const fn = enclosingFunction(node);
  const mapped = fn === undefined ? undefined : parentOf(fn);
  if (mapped?.type !== 'CallExpression' || mapped.callee.type !== 'MemberExpression' || !/^(?:map|flatMap)$/.test(nameOfKey(mapped.callee) ?? '')) return false;
  const above = parentOf(mapped);
  const taker = above?.type === 'SpreadElement' || above?.type === 'ArrayExpression' ? parentOf(above) : above;
  if (taker?.type !== 'CallExpression' || unwrap(taker.callee) === mapped) return false;
  const callee = unwrap(taker.callee);
  const takers = [callee, ...(callee.type === 'MemberExpression' ? [callee.object] : [])].flatMap((each) => alternatives(evaluate(code, each)));
  return takers.some((value) => (value.kind === 'method' || value.kind === 'object') && value.library === library);
}

/** Whether a thenable that stands here is sent here. */
function isConsumed(code: Code, node: TSESTree.Node, parent: TSESTree.Node | undefined): boolean {
  switch (parent?.type) {
    case 'AwaitExpression':
    case 'YieldExpression':
    case 'ArrayExpression':
      return true;
    case 'ReturnStatement':
      return !isBegunFor(code, enclosingFunction(parent), node);
    case 'ArrowFunctionExpression':
      return unwrap(parent.body) === node && !isBegunFor(code, parent, node);
    case 'ConditionalExpression':
    case 'LogicalExpression':
      return isConsumed(code, parent, parentOf(parent));
    case 'CallExpression': {
      const name = parent.callee.type === 'MemberExpression' ? nameOfKey(parent.callee) : undefined;
      return name === 'push';
    }
    default:
      return false;
  }
}

/** `await query`, where the statement was built in earlier lines. */
function awaitedStatement(code: Code, node: TSESTree.AwaitExpression): RemoteCall | undefined {
  const argument = unwrap(node.argument);
  if (argument.type !== 'Identifier' || !mayHoldStatement(code, argument)) return undefined;
  const values = alternatives(evaluate(code, argument)).filter((value) => value.kind === 'object');
  let longest: Extract<Value, { kind: 'object' }> | undefined;
  for (const value of values) {
    if (value.library.objects[value.type]?.builder?.sent !== 'on await' || value.steps.length === 0) continue;
    if (longest === undefined || value.steps.length > longest.steps.length) longest = value;
  }
  if (longest === undefined) return undefined;
  // Steps of every assignment count: `query = query.limit(5)` may be one of several.
  const steps = [...new Set(values.flatMap((value) => value.steps)), ...stepsOnVariable(code, argument)];
  return builtCall(code, node, longest.library, longest.type, steps, {});
}

/** A variable holds a statement when a call that was not awaited gave it. */
function mayHoldStatement(code: Code, identifier: TSESTree.Identifier): boolean {
  const declarator = findVariable(code, identifier)?.defs[0]?.node as TSESTree.Node | undefined;
  if (declarator?.type !== 'VariableDeclarator') return false;
  const init = declarator.init === null ? undefined : unwrap(declarator.init);
  if (init === undefined || init.type === 'ConditionalExpression') return true;
  return init.type === 'CallExpression';
}

/** Steps that change a builder in place: `query.limit(5);` on a line of its own. */
function stepsOnVariable(code: Code, node: TSESTree.Node): Step[] {
  if (node.type !== 'Identifier') return [];
  const steps: Step[] = [];
  const variable = findVariable(code, node);
  for (const { identifier } of variable?.references ?? []) {
    const member = identifier.parent;
    if (member?.type !== 'MemberExpression' || member.object !== identifier) continue;
    for (let at: TSESTree.Node = member; at.parent?.type === 'CallExpression' || at.parent?.type === 'MemberExpression'; at = at.parent) {
      if (at.parent.type === 'CallExpression' && at.type === 'MemberExpression') steps.push({ name: nameOfKey(at) ?? '', code, node: at.parent });
    }
  }
  return steps;
}

/**
 * Only the steps of lines of their own: what `const top = query.limit(5);` builds may be another statement. And only those that
 * are sure to have run where the statement is sent: `if (limit) query.limit(limit);` bounds some of its calls.
 */
function stepsOnLines(code: Code, node: TSESTree.Node, sender: TSESTree.Node): Step[] {
  if (!alternatives(evaluate(code, node)).some((value) => value.kind === 'object' && value.library.objects[value.type]?.builder !== undefined)) return [];
  return stepsOnVariable(code, node).filter((step) => {
    let at = parentOf(step.node);
    while (at?.type === 'MemberExpression' || at?.type === 'CallExpression') at = parentOf(at);
    return at?.type === 'ExpressionStatement' && at.parent.type === 'BlockStatement' && contains(at.parent, sender);
  });
}

function builtCall(code: Code, node: Sender, library: Library, type: string, steps: readonly Step[], facts: Member): RemoteCall {
  const builder = library.objects[type]?.builder;
  let operation: Operation | undefined;
  let batch = facts.batch;
  let aggregate = false;
  let group = false;
  for (const step of steps) {
    const told = stepFacts(library, type, step.name);
    // `insert(…).select()` is an insert still.
    if (told?.batch !== undefined && facts.batch === undefined && (told.becomes !== undefined || operation === undefined)) batch = told.batch;
    operation = told?.becomes ?? operation;
    aggregate ||= told?.marks === 'aggregate';
    group ||= told?.marks === 'group';
  }
  operation ??= facts.does ?? builder?.does ?? 'read-many';
  if (facts.does !== undefined && (operation === 'read-many' || facts.does === 'cursor')) operation = facts.does;
  if (aggregate && !group && operation === 'read-many') operation = 'count';
  const [first] = steps;
  const start = first?.node ?? node;
  const callee = start.type === 'CallExpression' ? unwrap(start.callee) : start.type === 'TaggedTemplateExpression' ? start.tag : start;
  const shown = first === undefined || first.code !== code || start.range[0] < node.range[0] ? undefined : callee;
  const args = start.type === 'CallExpression' ? start.arguments : [];
  const named = shown ?? (node.type === 'CallExpression' ? unwrap(node.callee) : node);
  return make(code, node, named, library, type, operation, { ...facts, ...(batch === undefined ? {} : { batch }) }, args, steps);
}

function make(
  code: Code,
  node: Sender,
  callee: TSESTree.Node,
  library: Library,
  object: string,
  operation: Operation,
  facts: Member,
  args: readonly TSESTree.CallExpressionArgument[],
  steps: readonly Step[],
): RemoteCall {
  let sql: string | undefined;
  let statement: Statement | undefined;
  if (operation === 'raw' || facts.sqlAt !== undefined) {
    sql = rawText(code, node, facts, steps);
    statement = sql === undefined ? undefined : readStatement(sql);
  }
  return {
    code,
    node,
    library,
    object,
    operation: statement === undefined || (operation !== 'raw' && reads(statement.operation)) ? operation : statement.operation,
    facts,
    batch: facts.batch,
    text: shortText(code, callee) + tableCalled(code, callee, steps),
    range: [Math.max(callee.range[0], node.range[0]), callee.range[1]],
    args,
    steps,
    statement,
    sql,
  };
}

function rawText(code: Code, node: Sender, facts: Member, steps: readonly Step[]): string | undefined {
  if (node.type === 'TaggedTemplateExpression') return sqlText(code, node.quasi);
  const [first] = steps;
  if (first !== undefined)
    return first.node.type === 'TaggedTemplateExpression' ? sqlText(first.code, first.node.quasi) : sqlText(first.code, first.node.arguments[0]);
  return node.type === 'CallExpression' ? sqlText(code, node.arguments[facts.sqlAt ?? 0]) : undefined;
}

/** The table of `trx('users')`, without which the name of a connection says little. */
function tableCalled(code: Code, callee: TSESTree.Node, [first]: readonly Step[]): string {
  if (first?.name !== '()' || first.node.type !== 'CallExpression' || unwrap(first.node.callee) !== callee) return '';
  const text = first.node.arguments.map((each) => compactTextOf(code, each)).join();
  return text.length > 24 ? '(…)' : `(${text})`;
}

/** The callee as written, on one line and without arguments: `db.select().from` gives `db.select`. */
function shortText(code: Code, callee: TSESTree.Node): string {
  const text = compactTextOf(code, callee.type === 'AwaitExpression' ? callee.argument : callee)
    .replace(/<.*$/, '')
    .replace(/\(.*\)/, '()');
  return text.length > 48 ? `…${text.slice(-46)}` : text;
}

const shapes: { library: Library; shape: Shape; names: ReadonlySet<string>; keys: ReadonlySet<string> | undefined }[] = libraries.flatMap((library) =>
  (library.shapes ?? []).map((shape) => ({
    library,
    shape,
    names: new Set(shape.members.split(' ')),
    keys: shape.keys === undefined ? undefined : new Set(shape.keys.split(' ')),
  })),
);

/** A call whose receiver is unknown, but whose shape occurs in one library only. */
function byShape(code: Code, node: TSESTree.CallExpression, callee: TSESTree.Node): RemoteCall | undefined {
  if (callee.type !== 'MemberExpression') return undefined;
  const name = nameOfKey(callee);
  if (name === undefined) return undefined;
  for (const { library, shape, names, keys } of shapes) {
    if (!names.has(name) || !matchesReceiver(code, callee.object, shape.receiver)) continue;
    if (keys !== undefined && !matchesKeys(node, keys)) continue;
    if (shape.text === true && node.arguments[0]?.type !== 'Literal' && node.arguments[0]?.type !== 'TemplateLiteral') continue;
    if (shape.then !== undefined && !isFollowedBy(node, shape.then)) continue;
    if (shape.listed === true && !isListed(code.path, library.packages)) continue;
    const facts = findMember(library, shape.object, name);
    if (facts === undefined) continue;
    if (shape.own === true && (isOfPackage(code, callee) || (facts.does !== undefined && !isWaitedFor(node)))) continue;
    // `collections.users.findOne(id).exec()` is some other library's.
    if (facts.does !== undefined && facts.gives !== 'self' && isContinued(library, facts, node)) continue;
    if (facts.does !== undefined && facts.sends !== true) return make(code, node, callee, library, shape.object, facts.does, facts, node.arguments, []);
    if (facts.sends === true) return builtCall(code, node, library, shape.object, chainSteps(code, callee.object), facts);
    return shapedChain(code, node, library, facts.gives ?? '', name);
  }
  return undefined;
}

/** A builder that a shape began: its steps up to the end of the chain, and whether that end sends it. */
function shapedChain(code: Code, node: TSESTree.CallExpression, library: Library, type: string, name: string): RemoteCall | undefined {
  const builder = library.objects[type]?.builder;
  if (builder === undefined) return undefined;
  const steps: Step[] = [{ name, code, node }];
  let end: TSESTree.CallExpression = node;
  for (;;) {
    const member = parentOf(end);
    const call = member === undefined ? undefined : parentOf(member);
    if (member?.type !== 'MemberExpression' || unwrap(member.object) !== end || call?.type !== 'CallExpression' || unwrap(call.callee) !== member) break;
    const step = nameOfKey(member) ?? '';
    if (findMember(library, type, step)?.sends === true) return builtCall(code, node, library, type, steps, findMember(library, type, step) ?? {});
    if (step === 'then' || step === 'catch' || step === 'finally') break;
    end = call;
    steps.push({ name: step, code, node: end });
  }
  if (builder.sent !== 'on await' || !(isConsumed(code, end, parentOf(end)) || parentOf(end)?.type === 'MemberExpression')) return undefined;
  return builtCall(code, node, library, type, steps, {});
}

function chainSteps(code: Code, end: TSESTree.Node): Step[] {
  const steps: Step[] = [];
  for (let at = unwrap(end); at.type === 'CallExpression';) {
    const callee: TSESTree.Node = unwrap(at.callee);
    if (callee.type !== 'MemberExpression') break;
    steps.unshift({ name: nameOfKey(callee) ?? '', code, node: at });
    at = unwrap(callee.object);
  }
  return steps;
}

/** What it is called on is imported from a package that is none of the project. */
function isOfPackage(code: Code, callee: TSESTree.Node): boolean {
  const specifier = importedSpecifier(code, callee);
  return specifier !== undefined && !specifier.startsWith('.') && resolveModule(code.path, specifier) === undefined;
}

/** A call with a result, no builder, is followed by a call of a member of it. */
function isContinued(library: Library, { gives }: Member, node: TSESTree.CallExpression): boolean {
  if (gives !== undefined && library.objects[gives]?.builder !== undefined) return false;
  const member = parentOf(node);
  if (member?.type !== 'MemberExpression' || unwrap(member.object) !== node || parentOf(member)?.type !== 'CallExpression') return false;
  return !/^(?:then|catch|finally)$/.test(nameOfKey(member) ?? '');
}

function matchesReceiver(code: Code, receiver: TSESTree.Node, pattern: Shape['receiver']): boolean {
  const at = unwrap(receiver);
  switch (pattern) {
    case '*':
      return true;
    case 'Name':
      if (at.type === 'MemberExpression') return /^[A-Z][A-Za-z0-9]*[a-z]/.test(nameOfKey(at) ?? '') && at.object.type !== 'ThisExpression';
      return at.type === 'Identifier' && /^[A-Z][A-Za-z0-9]*$/.test(at.name) && /[a-z]/.test(at.name);
    case '*.*':
      return (
        at.type === 'MemberExpression' &&
        at.property.type === 'Identifier' &&
        at.object.type !== 'Super' &&
        !(at.object.type === 'MemberExpression' && nameOfKey(at.object) === 'query') &&
        at.object.type !== 'ThisExpression'
      );
    case 'collections.*':
      return isTakenFrom(code, at, 'collections');
    case '*.query.*': {
      const inner = at.type === 'MemberExpression' ? unwrap(at.object) : at;
      return inner.type === 'MemberExpression' && nameOfKey(inner) === 'query';
    }
  }
}

/** `context.collections.Users`, or `Users` of `const { Users } = context.collections` or `{ collections: { Users } }`. */
function isTakenFrom(code: Code, node: TSESTree.Node, name: string): boolean {
  if (node.type === 'MemberExpression') return lastName(unwrap(node.object)) === name;
  const named = node.type === 'Identifier' ? findVariable(code, node)?.defs[0]?.name : undefined;
  const pattern = named?.parent?.type === 'Property' ? named.parent.parent : undefined;
  if (pattern?.type !== 'ObjectPattern') return false;
  const holder = pattern.parent;
  if (holder.type === 'Property') return nameOfKey(holder) === name;
  return holder.type === 'VariableDeclarator' && holder.init !== null && lastName(unwrap(holder.init)) === name;
}

/** The first argument is an object literal with known keys only, or there is none. */
function matchesKeys(node: TSESTree.CallExpression, keys: ReadonlySet<string>): boolean {
  const [first] = node.arguments;
  if (first === undefined || node.arguments.length > 1) return false;
  const object = unwrap(first);
  if (object.type !== 'ObjectExpression' || object.properties.length === 0) return false;
  return object.properties.every((property) => property.type === 'SpreadElement' || keys.has(nameOfKey(property) ?? ''));
}

function isFollowedBy(node: TSESTree.CallExpression, name: string): boolean {
  const member = parentOf(node);
  return member?.type === 'MemberExpression' && unwrap(member.object) === node && nameOfKey(member) === name;
}

/** What the call asks is told by a text of SQL, whether that can be seen or not. */
export function isSqlText({ facts, sql }: RemoteCall): boolean {
  return facts.sqlAt !== undefined || sql !== undefined;
}

/** A statement whose text was put together elsewhere. */
export function isUnseen({ operation, statement }: RemoteCall): boolean {
  return operation === 'raw' && statement === undefined;
}

/** The call, with the text that it sends. */
export function withText(call: RemoteCall, sql: string | undefined): RemoteCall {
  const statement = sql === undefined ? undefined : readStatement(sql);
  return statement === undefined ? call : { ...call, operation: statement.operation, sql, statement };
}

/** Whether a call of this operation reads. */
export function reads(operation: Operation): boolean {
  return ['read-many', 'read-one', 'read-by-key', 'count', 'exists', 'raw'].includes(operation);
}

/** Whether a call of this operation changes something for one item. */
function writesOne(operation: Operation): boolean {
  return ['insert', 'update', 'upsert', 'delete', 'publish', 'update-many', 'delete-many'].includes(operation);
}

/** Whether a round trip reads, or writes for one item; `undefined` for what does neither. */
export function kindOf(call: RemoteCall): 'read' | 'write' | undefined {
  if (reads(call.operation)) return 'read';
  return writesOne(call.operation) ? 'write' : undefined;
}

/** The arguments that say what is asked for: of the call, or of every step of a built statement. */
export function argumentsOf(call: RemoteCall): readonly TSESTree.Node[] {
  if (call.node.type === 'TaggedTemplateExpression') return call.node.quasi.expressions;
  return call.steps.length > 0 ? call.steps.flatMap((step) => (step.node.type === 'CallExpression' ? step.node.arguments : [])) : call.args;
}
