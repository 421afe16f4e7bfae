import type { TSESTree } from '@typescript-eslint/types';

import { type Code, textOf } from '../project/code.ts';
import { findVariable } from './binding.ts';
import { chainOfCall } from './key-place.ts';
import type { RemoteCall } from './remote-call.ts';
import { calleeName, staticText, unwrap } from './syntax.ts';

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
