import type { TSESTree } from '@typescript-eslint/types';

import { type Code, someChild, textOf } from '../project/code.ts';
import { findVariable } from './binding.ts';
import { chainOfCall } from './key-place.ts';
import { type RemoteCall, isSqlText } from './remote-call.ts';
import { calleeName, isFunction, nameOfKey, staticText, unwrap } from './syntax.ts';

const naming = new Set(['collection', 'from', 'selectFrom', 'insertInto', 'updateTable', 'deleteFrom', 'table', 'into', '']);

/** The table, model or repository that a call works on, as it is named in the code: `users` of `db.select().from(users)`. */
export function tableOf(call: RemoteCall): string | undefined {
  const built = chainOfCall(call);
  const [first] = built?.chain ?? [];
  if (built === undefined || first === undefined) return undefined;
  const named =
    built.chain.find(({ name }) => naming.has(name)) ?? (call.steps.length > 0 && /^(?:insert|update|delete)$/.test(first.name) ? first : undefined);
  const argument = named?.node.arguments[0] ?? entityOf(call, first.node);
  const callee = unwrap(first.node.callee);
  const receiver = callee.type === 'MemberExpression' ? callee.object : undefined;
  const made = receiver === undefined ? undefined : nameOfMade(call.code, receiver);
  const text =
    argument === undefined
      ? (made ?? (receiver === undefined ? '' : textOf(call.code, receiver).replace(/\(.*$/s, '')))
      : (staticText(argument) ?? textOf(call.code, argument));
  const last = text
    .split(/[^\w$]+/)
    .filter((part) => part !== '' && part !== 'this')
    .at(-1);
  const bare = last?.replace(/(?:Repository|Repo|Model|Table)$/, '');
  return bare === undefined || bare === '' ? undefined : bare.charAt(0).toLowerCase() + bare.slice(1);
}

/** `users` of `const people = db.collection('users')`. */
function nameOfMade(code: Code, receiver: TSESTree.Node): string | undefined {
  const declarator = receiver.type === 'Identifier' ? (findVariable(code, receiver)?.defs[0]?.node as TSESTree.Node | undefined) : undefined;
  if (declarator?.type !== 'VariableDeclarator' || declarator.init === null || declarator.parent.kind !== 'const') return undefined;
  const init = unwrap(declarator.init);
  return init.type === 'CallExpression' && /^(?:collection|model)$/.test(calleeName(init) ?? '') ? staticText(init.arguments[0]) : undefined;
}

/** The table, where its name says which: not where documents are reached by references, or a collection by another name. */
export function namedTableOf(call: RemoteCall): string | undefined {
  if (call.library.forMany?.references !== undefined) return undefined;
  const [first] = chainOfCall(call)?.chain ?? [];
  const callee = first === undefined ? undefined : unwrap(first.node.callee);
  const isCollection = call.object === 'collection' && callee?.type === 'MemberExpression' && first?.name !== 'collection';
  return isCollection && nameOfMade(call.code, callee.object) === undefined ? undefined : tableOf(call);
}

/** The one table that a read asks; `undefined` also where it may ask others: relations, joins, conditions on other tables. */
export function onlyTableOf(call: RemoteCall): string | undefined {
  const built = chainOfCall(call);
  if (built === undefined || isSqlText(call) || built.chain.some(({ name }) => otherSteps.test(name))) return undefined;
  const asksOthers = (node: TSESTree.Node, selected: boolean): boolean => {
    if (isFunction(node) || node.type === 'TaggedTemplateExpression') return true;
    if (node.type === 'CallExpression' && node.callee.type === 'MemberExpression' && /^(?:select|from|query|raw|literal)$/.test(nameOfKey(node.callee) ?? ''))
      return true;
    if (node.type !== 'Property') return someChild(call.code, node, (child) => asksOthers(child, selected));
    const name = nameOfKey(node) ?? '';
    // Of what is selected, an object is a relation, and a plural may be one.
    if (otherKeys.test(name) || (selected && (node.value.type === 'ObjectExpression' || name.endsWith('s')))) return true;
    return asksOthers(node.value, name === 'select');
  };
  return built.chain.some(({ node }) => node.arguments.some((argument) => asksOthers(argument, false))) ? undefined : namedTableOf(call);
}

const otherSteps = /join|^\$?with|populate|include|graph|eager|related|union|exists/i;
const otherKeys = /^(?:include|relations|with|populate|joins?|extras|some|every|none|is|isNot|_count|\$lookup|association)$/;

/** What a manager of all entities is told first: `em.find(User, …)`. */
function entityOf({ facts, steps }: RemoteCall, { arguments: [first] }: TSESTree.CallExpression): TSESTree.Node | undefined {
  const isSecond = steps.length === 0 && [facts.filterAt, facts.items, facts.options].includes(1);
  const name = first?.type === 'Identifier' ? first.name : staticText(first);
  return isSecond && /^[A-Z]/.test(name ?? '') ? first : undefined;
}

/** Whether one of some tables is this one, as far as can be told: a table that is not known may be any. */
export function mayInclude(tables: readonly (string | undefined)[], table: string | undefined): boolean {
  return tables.some((other) => other === undefined || table === undefined || other === table);
}
