import type { TSESTree } from '@typescript-eslint/types';

import { findExport } from '../libraries/index.ts';
import { type Code, childrenOf, textOf } from '../project/code.ts';
import { rowsInPattern } from './answer-rows.ts';
import { findVariable } from './binding.ts';
import { filtersOf, hasInList } from './batched.ts';
import { importedLibrary } from './imported.ts';
import { evaluate, stepFacts } from './origin/evaluate.ts';
import { alternatives } from './origin/value.ts';
import type { RemoteCall } from './remote-call.ts';
import { comparesKey, comparesParameter } from './sql.ts';
import { enclosingFunction, isFunction, nameOfKey, parentOf, staticText, unwrap, lastName } from './syntax.ts';

/** What keeps the number of rows small. */
export type Bound = 'limit' | 'list of keys' | 'unique key' | 'rows of one owner' | 'aggregate' | 'first row' | 'lock' | 'unknown';

/** What bounds a read of many rows; `undefined` when nothing does and the list grows with the table. */
export function judgeBound(call: RemoteCall): Bound | undefined {
  if (call.library.inProcess === true || (call.library.kind !== 'database' && call.facts.limitAt === undefined)) return 'unknown';
  if (call.facts.limitAt !== undefined && call.args.length > call.facts.limitAt) return 'limit';
  if (forgetsLimit(call)) return hasEquality(call) ? 'unknown' : judgeSteps(call);
  if (call.operation !== 'read-many') return 'unknown';
  if (takesFirst(call.node) || (comparesParameter(call.sql ?? '') && looksAtFirst(call))) return 'first row';
  if (call.statement !== undefined) return judgeStatement(call);
  if (call.sql === undefined && call.facts.sqlAt !== undefined) return 'unknown';
  if (hasInList(call)) return 'list of keys';
  const isBuilt = call.steps.length > 0 || call.library.objects[call.object]?.builder !== undefined;
  return isBuilt ? judgeSteps(call) : judgeOptions(call);
}

/** The call gives one row, but reads all that match. */
export function forgetsLimit(call: RemoteCall): boolean {
  if (call.operation !== 'read-one') return false;
  return call.facts.forgetsLimit === true || call.steps.some((step) => stepFacts(call.library, call.object, step.name)?.forgetsLimit === true);
}

/** An equality may be on a unique column: then one row is all there is. */
function hasEquality(call: RemoteCall): boolean {
  return call.steps.some((step) => {
    const facts = stepFacts(call.library, call.object, step.name);
    if (step.node.type !== 'CallExpression' || (facts?.marks !== 'filter' && step.name !== 'findOne')) return false;
    const operator = staticText(step.node.arguments[1]);
    return step.node.arguments.length < 3 || operator === '=' || operator === '==' || operator === 'in';
  });
}

function judgeStatement(call: RemoteCall): Bound | undefined {
  if (call.statement?.bounded === true) return 'limit';
  return comparesKey(call.sql ?? '') ? 'rows of one owner' : undefined;
}

/** `const [row] = await …`, `(await …)[0]`. */
function takesFirst(node: TSESTree.Node): boolean {
  let at = parentOf(node);
  while (at?.type === 'AwaitExpression' || at?.type === 'MemberExpression' || at?.type === 'CallExpression') {
    if (at.type === 'MemberExpression' && at.computed && staticText(at.property) === '0') return true;
    if (at.type === 'MemberExpression' && nameOfKey(at) === 'at') return true;
    at = parentOf(at);
  }
  return (
    at?.type === 'VariableDeclarator' &&
    at.id.type === 'ArrayPattern' &&
    at.id.elements.length === 1 &&
    at.id.elements[0]?.type !== 'RestElement' &&
    !isRowsPattern(at.id.elements[0])
  );
}

/** Of the answer nothing is looked at but its first row, or whether there is one: `answer.rows[0]`, `answer.rowCount > 0`. */
function looksAtFirst(call: RemoteCall): boolean {
  const awaited = parentOf(call.node);
  const declarator = awaited?.type === 'AwaitExpression' ? parentOf(awaited) : undefined;
  if (declarator?.type !== 'VariableDeclarator') return false;
  const { id } = declarator;
  const named = id.type === 'Identifier' ? id : id.type === 'ArrayPattern' ? id.elements[0] : rowsInPattern(id, 'rows');
  if (named?.type !== 'Identifier') return false;
  const uses = (findVariable(call.code, named)?.references ?? []).filter(({ init }) => init !== true);
  return (
    uses.length > 0 &&
    uses.every(({ identifier }) => {
      const member = identifier.parent;
      if (member?.type !== 'MemberExpression' || member.object !== identifier) return false;
      const isRows = nameOfKey(member) === 'rows' && member.parent.type === 'MemberExpression' && member.parent.object === member;
      return isFirstOrNone(isRows ? (member.parent as TSESTree.MemberExpression) : member);
    })
  );
}

function isFirstOrNone(member: TSESTree.MemberExpression): boolean {
  if (member.computed) return staticText(member.property) === '0';
  if (!/^(?:length|rowCount)$/.test(nameOfKey(member) ?? '')) return false;
  const { parent } = member;
  if (parent.type === 'BinaryExpression') return parent.right.type === 'Literal' && (parent.right.value === 0 || parent.right.value === 1);
  return parent.type === 'UnaryExpression' || (parent.type === 'IfStatement' && parent.test === member);
}

/** mysql2 gives `[rows, fields]`. */
function isRowsPattern(element: TSESTree.Node | null | undefined): boolean {
  return element?.type === 'Identifier' && /rows|list|results?$|s$/i.test(element.name);
}

/** The statement is begun where it can be seen: by an object of the library, not by a helper that may add a limit. */
function isBegunInSight(call: RemoteCall): boolean {
  const [first] = call.steps;
  if (first === undefined) return false;
  const begins =
    Object.values(call.library.objects).some((object) => object.builder === undefined && namesBegin(object.members, first.name, call.object)) ||
    first.name === '()' ||
    first.name === '``';
  return (
    begins &&
    !comesFromHelper(call) &&
    !call.steps.some((step) => step.code === call.code && step.node.type === 'CallExpression' && isPassedTo(call, step.node))
  );
}

/** `await paginate(query, options)`, `list.build(Entity, options).getMany()`: what a helper makes of its arguments is its own matter. */
function comesFromHelper(call: RemoteCall): boolean {
  let at: TSESTree.Node = unwrap(call.node);
  for (;;) {
    if (at.type === 'AwaitExpression') at = unwrap(at.argument);
    else if (at.type === 'MemberExpression') at = unwrap(at.object);
    else if (at.type === 'CallExpression') {
      if (at.arguments.length > 0 && alternatives(evaluate(call.code, at.callee)).some((value) => value.kind === 'function')) return true;
      at = unwrap(at.callee);
    } else if (at.type === 'Identifier') {
      const declarator = findVariable(call.code, at)?.defs[0]?.node as TSESTree.Node | undefined;
      if (declarator?.type !== 'VariableDeclarator' || declarator.init === null || unwrap(declarator.init).type !== 'CallExpression') return false;
      at = unwrap(declarator.init);
    } else return false;
  }
}

function namesBegin(members: Readonly<Record<string, { readonly gives?: string }>>, name: string, builder: string): boolean {
  return Object.entries(members).some(([names, facts]) => facts.gives === builder && names.split(' ').includes(name));
}

/** `paginate(query, options)`: a helper that took the statement may have bounded it. */
function isPassedTo(call: RemoteCall, node: TSESTree.Node): boolean {
  let at: TSESTree.Node = node;
  for (let up = parentOf(at); up?.type === 'MemberExpression' || (up?.type === 'CallExpression' && unwrap(up.callee) === at); up = parentOf(at)) at = up;
  const declarator = parentOf(at);
  if (declarator?.type !== 'VariableDeclarator' || declarator.id.type !== 'Identifier') return false;
  const references = findVariable(call.code, declarator.id)?.references ?? [];
  return references.some(({ identifier }) => identifier.parent?.type === 'CallExpression' && identifier.parent.arguments.includes(identifier as never));
}

/** `knexPages(() => db('users'))`: the callback begins a list that is read page by page. */
function isReadByPage({ code, node }: RemoteCall): boolean {
  const fn = enclosingFunction(node);
  const call = fn === undefined ? undefined : parentOf(fn);
  if (call?.type !== 'CallExpression' || call.callee.type !== 'Identifier') return false;
  const library = importedLibrary(code, call.callee);
  return library !== undefined && findExport(library, call.callee.name)?.pages === true;
}

function judgeSteps(call: RemoteCall): Bound | undefined {
  let scoped: Bound | undefined;
  if (isReadByPage(call)) return 'limit';
  if (!isBegunInSight(call)) return 'unknown';
  const marks = call.steps.map((step) => stepFacts(call.library, call.object, step.name)?.marks);
  if (marks.includes('limit')) return 'limit';
  for (const step of call.steps) {
    const facts = stepFacts(call.library, call.object, step.name);
    if (facts?.marks === 'group' || facts?.marks === 'aggregate') return 'aggregate';
    if (facts?.marks === 'stream') return 'limit';
    if (facts?.marks === 'lock') return 'lock';
    // The relation may be to one row.
    if (facts?.marks === 'owner') return 'unknown';
    if (
      /^(?:modify|onBuild|\$call|\$if|apply|pipe|with(?:Limit|Paging|Pagination)|pagin\w*|page|range|whereBetween|\$dynamic|setFindOptions|skip|offset)$/i.test(
        step.name,
      ) ||
      isOfProject(call, step.name)
    )
      return 'unknown';
    if (step.node.type !== 'CallExpression') continue;
    const { arguments: args } = step.node;
    if (step.name === 'select' || step.name === 'selectDistinct') {
      const others = call.steps.flatMap(({ name, node }) => (name === 'addSelect' && node.type === 'CallExpression' ? node.arguments.slice(0, 1) : []));
      if (args.some((argument) => countsOnly(step.code, argument)) && others.every((each) => countsOnly(step.code, each))) return 'aggregate';
    }
    if (facts?.marks === 'filter' || facts?.filterAt !== undefined || step.name === 'where' || step.name === 'eq') {
      scoped = strongest(scoped, boundOfFilterStep(step.code, args, facts?.filterAt));
    }
    if (facts?.options !== undefined) {
      const bound = boundOfOptionsObject(call, step.code, args[facts.options]);
      if (bound !== undefined) return bound;
    }
    if (step.name === 'aggregate') return boundOfPipeline(step.code, args[0]);
  }
  return scoped;
}

/** Words with which the steps of builders begin. */
const builderWords =
  /^\$?(?:all|alias|allow|and|as|cast|clear|clone|column|context|count|cross|debug|distinct|eager|except|exists|expr|first|for|from|full|get|group|having|hint|ignore|in|inner|intersect|into|is|join|lateral|leave|left|natural|no|not|on|or|order|outer|over|pluck|populate|qualify|raw|return|right|select|set|skip|sort|throw|timeout|to|trans|union|unordered|use|using|where|with)/;

/** A step that no description lists and no builder has: the project's own builder, which may bound the statement. */
function isOfProject(call: RemoteCall, name: string): boolean {
  if (builderWords.test(name) || !/^[a-z]\w+$/.test(name) || call.library.objects[call.object]?.members['*'] === undefined) return false;
  const listed = Object.values(call.library.objects).flatMap(({ members }) => Object.keys(members));
  return !listed.some((names) => names.split(' ').includes(name));
}

function strongest(one: Bound | undefined, other: Bound | undefined): Bound | undefined {
  if (one === 'unique key' || other === 'unique key') return 'unique key';
  if (one === 'unknown' || other === 'unknown') return 'unknown';
  return one ?? other;
}

/** `select({ n: count() })`. */
function countsOnly(code: Code, argument: TSESTree.Node): boolean {
  const at = unwrap(argument);
  if (at.type === 'ArrayExpression')
    return at.elements.length > 0 && at.elements.every((element) => element !== null && /\b(?:count|countAll|sum|avg|max|min)\b/i.test(textOf(code, element)));
  const text = staticText(at);
  // `select('count(*)', 'total')`
  if (text !== undefined) return /^\s*(?:cast\s*\(\s*)?(?:count|sum|avg|max|min)\s*\([^(),]*\)/i.test(text) && !/\bover\b/i.test(text);
  if (at.type === 'CallExpression' || isFunction(at)) return /\b(?:count|countAll|sum|avg|max|min)\b/.test(textOf(code, at));
  if (at.type !== 'ObjectExpression' || at.properties.length === 0) return false;
  return at.properties.every(
    (property) =>
      property.type === 'Property' && /^(?:count|sum|avg|min|max|countDistinct|sql)\b|\b(?:count|sum|min|max|avg)\(/i.test(textOf(code, property.value)),
  );
}

/** `where('user_id', id)`, `where({ userId })`, `where(eq(t.userId, id))`, `.eq('id', x)`. */
function boundOfFilterStep(code: Code, args: readonly TSESTree.CallExpressionArgument[], filterAt: number | undefined): Bound | undefined {
  const [first] = args;
  const filter = filterAt === undefined ? first : args[filterAt];
  if (filter === undefined) return undefined;
  const column = staticText(unwrap(filter));
  if (column !== undefined) {
    const operator = args.length > 2 ? (staticText(args[1]) ?? '=') : '=';
    if (/\s/.test(column.trim())) return comparesKey(`where ${column}`) ? 'rows of one owner' : undefined;
    return operator === '=' || operator === '==' || operator === 'is' ? (boundOfName(column) ?? boundOfNested(code, args.at(-1) ?? filter, 0)) : undefined;
  }
  return boundOfFilter(code, filter);
}

function boundOfName(name: string): Bound | undefined {
  const last = name.split('.').at(-1) ?? name;
  if (/^(?:id|_id|uuid|slug|email|token|username|key|hash|code|name|uri|url|did|cid|domain|handle|phone)$/i.test(last)) return 'unique key';
  return /(?:^|[a-z])Id$|_id$|ID$|Uid$|_uid$|Uuid$|_uuid$|Slug$|Token$|_key$|Key$|Email$|_email$/.test(last) ? 'rows of one owner' : undefined;
}

const depthMax = 8;

/** What a filter written as an object or as comparisons bounds. */
function boundOfFilter(code: Code, node: TSESTree.Node, depth = 0): Bound | undefined {
  if (depth > depthMax) return 'unknown';
  const at = unwrap(node);
  switch (at.type) {
    case 'ObjectExpression': {
      let found: Bound | undefined;
      for (const property of at.properties) {
        if (property.type === 'SpreadElement') {
          const spread = boundOfFilter(code, property.argument, depth + 1);
          if (spread !== undefined) found = strongest(found, spread);
          continue;
        }
        const name = nameOfKey(property) ?? '';
        if (/^(?:AND|\$and)$/.test(name)) found = strongest(found, boundOfFilter(code, property.value, depth + 1));
        else if (isOperatorsOnly(property.value)) found = strongest(found, boundOfOperators(name, property.value));
        else found = strongest(found, boundOfName(name) ?? boundOfNested(code, property.value, depth));
      }
      return found;
    }
    case 'ArrayExpression':
      return at.elements.reduce<Bound | undefined>(
        (found, element) => (element === null ? found : strongest(found, boundOfFilter(code, element, depth + 1))),
        undefined,
      );
    case 'CallExpression': {
      const name = lastName(at.callee);
      if (name === 'eq') {
        const [left] = at.arguments;
        const column = left === undefined ? undefined : left.type === 'MemberExpression' ? nameOfKey(left) : staticText(left);
        return column === undefined ? 'unknown' : boundOfName(column);
      }
      if (name === 'and')
        return at.arguments.reduce<Bound | undefined>(
          (found, argument) => strongest(found, boundOfFilter(code, argument.type === 'SpreadElement' ? argument.argument : argument, depth + 1)),
          undefined,
        );
      if (name === 'or') return boundOfAlternatives(code, at.arguments, depth);
      if (name === undefined || /^(?:not|ne|gt|gte|lt|lte|like|ilike|isNull|isNotNull|between|sql|exists|notExists)$/.test(name)) return undefined;
      return 'unknown';
    }
    case 'ConditionalExpression': {
      const yes = boundOfFilter(code, at.consequent, depth + 1);
      const no = boundOfFilter(code, at.alternate, depth + 1);
      return yes === undefined || no === undefined ? (yes === 'unknown' || no === 'unknown' ? 'unknown' : undefined) : strongest(yes, no);
    }
    case 'LogicalExpression':
      return undefined;
    case 'Identifier': {
      if (at.name === 'undefined') return undefined;
      const [value] = alternatives(evaluate(code, at));
      if (value?.kind === 'record') return strongest(boundOfFilter(value.code, value.node, depth + 1), assignsKeys(code, at) ? 'unknown' : undefined);
      return 'unknown';
    }
    case 'TaggedTemplateExpression':
      return comparesKey(`where ${at.quasi.quasis.map((quasi) => quasi.value.raw).join('?')}`) ? 'rows of one owner' : undefined;
    case 'Literal':
    case 'TemplateLiteral':
    case 'ArrowFunctionExpression':
    case 'FunctionExpression':
      return isFunction(at) ? 'unknown' : undefined;
    default:
      return 'unknown';
  }
}

/** `or(eq(t.id, a), eq(t.name, b))` is as small as its alternatives are. */
function boundOfAlternatives(code: Code, alternatives: readonly TSESTree.CallExpressionArgument[], depth: number): Bound | undefined {
  const bounds = alternatives.map((each) => (each.type === 'SpreadElement' ? undefined : boundOfFilter(code, each, depth + 1)));
  return bounds.length > 0 && bounds.every((bound) => bound === 'unique key') ? 'unique key' : bounds.includes('unknown') ? 'unknown' : undefined;
}

/** A filter that gets more keys in later lines, or more cases: `filter.$or.push({ key })`. */
function assignsKeys(code: Code, identifier: TSESTree.Identifier): boolean {
  return (
    findVariable(code, identifier)?.references.some(({ identifier: use }) => {
      const member = wholeMember(use);
      if (member === undefined) return false;
      if (nameOfKey(member) === 'push') return isCasePushed(code, member);
      return isAssigned(member) && boundOfName(nameOfKey(member) ?? '') !== undefined;
    }) === true
  );
}

/** `filter.$or.push({ key })` */
function isCasePushed(code: Code, member: TSESTree.MemberExpression): boolean {
  const call = parentOf(member);
  if (call?.type !== 'CallExpression' || member.object.type !== 'MemberExpression' || !/^\$?(?:or|and)$/i.test(nameOfKey(member.object) ?? '')) return false;
  return call.arguments.some((argument) => argument.type === 'ObjectExpression' && boundOfFilter(code, argument) !== undefined);
}

/** `options.where.id` of `options`. */
function wholeMember(identifier: TSESTree.Node): TSESTree.MemberExpression | undefined {
  let at = identifier;
  while (at.parent?.type === 'MemberExpression' && at.parent.object === at) at = at.parent;
  return at.type === 'MemberExpression' ? at : undefined;
}

const isAssigned = (member: TSESTree.MemberExpression): boolean => member.parent.type === 'AssignmentExpression' && member.parent.left === member;

/** `{ not: null }`, `{ $gte: x }`: no equality. */
function isOperatorsOnly(node: TSESTree.Node): boolean {
  const at = unwrap(node);
  return (
    at.type === 'ObjectExpression' &&
    at.properties.length > 0 &&
    at.properties.every(
      (property) =>
        property.type === 'Property' &&
        /^\$?(?:not|ne|gt|gte|lt|lte|contains|startsWith|endsWith|regex|options|nin|notIn|exists|mode|like|iLike|between|equals|eq|in|search|isNot|is|has|hasSome|hasEvery|isEmpty|all|size|elemMatch)$/i.test(
          operatorOf(property) ?? '',
        ),
    )
  );
}

/** `gte`, `$gte`, `[Op.gte]` */
function operatorOf(property: TSESTree.Property): string | undefined {
  return nameOfKey(property) ?? (property.computed ? lastName(unwrap(property.key)) : undefined);
}

function boundOfOperators(name: string, node: TSESTree.Node): Bound | undefined {
  const at = unwrap(node);
  if (at.type !== 'ObjectExpression') return undefined;
  const equality = at.properties.some((property) => property.type === 'Property' && /^\$?(?:equals|eq|in)$/.test(operatorOf(property) ?? ''));
  return equality ? boundOfName(name) : undefined;
}

/** `{ user: { id } }`, `{ user }`: rows of one owner. */
function boundOfNested(code: Code, node: TSESTree.Node, depth: number): Bound | undefined {
  const at = unwrap(node);
  if (at.type === 'ObjectExpression') return boundOfFilter(code, at, depth + 1) === undefined ? undefined : 'rows of one owner';
  if (at.type === 'MemberExpression') {
    const isOwners = /\b(?:user|session|auth|account|tenant|currentUser)\b/i.test(textOf(code, at.object));
    return isOwners || boundOfName(nameOfKey(at) ?? '') !== undefined ? 'rows of one owner' : undefined;
  }
  if (at.type === 'Identifier') return boundOfName(at.name) === undefined ? undefined : 'rows of one owner';
  return undefined;
}

function judgeOptions(call: RemoteCall): Bound | undefined {
  if (call.facts.options !== undefined) {
    const bound = boundOfOptionsObject(call, call.code, call.args[call.facts.options]);
    if (bound !== undefined) return bound;
  }
  let found: Bound | undefined;
  for (const filter of filtersOf(call)) found = strongest(found, boundOfFilter(call.code, filter));
  return found;
}

/** A limit among the options, or options that cannot be read. */
function boundOfOptionsObject(call: RemoteCall, code: Code, node: TSESTree.Node | undefined): Bound | undefined {
  if (node === undefined) return undefined;
  if (node.type === 'SpreadElement') return 'unknown';
  const at = unwrap(node);
  const object = at.type === 'ObjectExpression' ? at : alternatives(evaluate(code, at)).find((value) => value.kind === 'record')?.node;
  if (object === undefined) return 'unknown';
  const limits = call.library.options?.limit ?? [];
  for (const property of object.properties) {
    if (property.type === 'SpreadElement') return 'unknown';
    if (limits.includes(nameOfKey(property) ?? '') && textOf(code, property.value) !== 'undefined') return 'limit';
    if (at.type !== 'ObjectExpression' && call.library.options?.filter.includes(nameOfKey(property) ?? '') === true) {
      const bound = boundOfFilter(code, property.value);
      if (bound !== undefined) return bound;
    }
  }
  return at.type === 'Identifier' && isExtended(code, at, call.library.options?.filter ?? []) ? 'unknown' : undefined;
}

/** `options.take = 10`, `options.where.id = id` in a later line. */
function isExtended(code: Code, identifier: TSESTree.Identifier, filters: readonly string[]): boolean {
  return (
    findVariable(code, identifier)?.references.some(({ identifier: use }) => {
      const member = wholeMember(use);
      if (member === undefined || !isAssigned(member)) return false;
      // A deeper one counts where it belongs to the filter.
      return member.object === use || filters.includes(nameOfKey(use.parent as TSESTree.MemberExpression) ?? '');
    }) === true
  );
}

/** Stages that make a pipeline's result small. */
function boundOfPipeline(code: Code, node: TSESTree.Node | undefined): Bound | undefined {
  const at = node === undefined ? undefined : unwrap(node);
  const array = at?.type === 'ArrayExpression' ? at : undefined;
  if (array === undefined) return 'unknown';
  for (const element of array.elements) {
    if (element === null || element.type !== 'ObjectExpression') return 'unknown';
    for (const property of element.properties) {
      if (property.type === 'SpreadElement') return 'unknown';
      const name = nameOfKey(property) ?? '';
      if (/^\$(?:limit|sample)$/.test(name)) return 'limit';
      if (/^\$(?:group|count|bucket|bucketAuto|sortByCount|facet)$/.test(name)) return 'aggregate';
      if (name === '$match') {
        const bound = boundOfFilter(code, property.value);
        if (bound !== undefined) return bound;
        if (childrenOf(code, property.value).length === 0) return undefined;
      }
    }
  }
  return undefined;
}
