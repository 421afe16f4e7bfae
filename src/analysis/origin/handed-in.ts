import type { TSESTree } from '@typescript-eslint/types';

import { type Code, childrenOf } from '../../project/code.ts';
import { findSomeImporters } from '../../project/importers.ts';
import { openModule, untilChanged } from '../../project/module.ts';
import { resolveModule } from '../../project/resolve.ts';
import { findVariable } from '../binding.ts';
import { fileRole } from '../file-role.ts';
import { importedSpecifier } from '../imported.ts';
import { hasRangeOf, nameOfKey, unwrap } from '../syntax.ts';
import { evaluate } from './evaluate.ts';
import { type FunctionNode, type Value, alternatives, unionOf, unknown } from './value.ts';

// What reaches a parameter that has no type from other files: `module.exports = (app, db) => …`, `new UserRepo(pool)`.

type Call = TSESTree.CallExpression | TSESTree.NewExpression;

interface Use {
  readonly code: Code;
  readonly call: Call;
  /** The name by which it is imported; `undefined` for a default import or a module as a whole. */
  readonly name: string | undefined;
}

/** As many files, and as many calls, are looked at. */
const importersMax = 12;
const callsMax = 12;

/** Names of what is worth a look into other files: clients and what holds them. The name proves nothing. */
const worthALook =
  /^_?(?:[A-Z]\w*|db|dbs|database|pool|client|conn|connection|knex|prisma|sequelize|redis|cache|models?|collections?|trx|tx|orm|em|dataSource|sql|mongo\w*|pg|mysql|queue|store|storage|repo|repository|dao|deps|dependencies|services?|\w*(?:Db|DB|Pool|Client|Conn|Connection|Knex|Prisma|Redis|Models?|Collections?|Repository|Repo|Queue|Dao|DAO|Store|Service))$/;

/** What the other files of the package call a function, or build its class, with: the argument for one of its parameters. */
export function handedIn(code: Code, fn: FunctionNode, index: number, name: TSESTree.Node): Value {
  if (name.type !== 'Identifier' || !worthALook.test(name.name)) return unknown;
  const values: Value[] = [];
  for (const use of usesOf(code)) {
    const { code: importer, call } = use;
    const argument = call.arguments.slice(0, index + 1).some(({ type }) => type === 'SpreadElement') ? undefined : call.arguments[index];
    if (argument === undefined || values.length >= callsMax || !mayCall(use, fn)) continue;
    if (calls(importer, call, code, fn)) values.push(evaluate(importer, argument));
  }
  return unionOf(values);
}

/** Cheap look: a function is called and a class is built, under the name that it has where it is imported by that. */
function mayCall({ call, name }: Use, fn: FunctionNode): boolean {
  const isConstructor = fn.parent?.type === 'MethodDefinition' && fn.parent.kind === 'constructor';
  if ((call.type === 'NewExpression') !== isConstructor) return false;
  const owner = isConstructor ? fn.parent.parent?.parent : fn;
  const own = owner !== undefined && 'id' in owner && owner.id?.type === 'Identifier' ? owner.id.name : undefined;
  return name === undefined || own === undefined || name === own;
}

function calls(importer: Code, call: Call, code: Code, fn: FunctionNode): boolean {
  return alternatives(evaluate(importer, call.callee)).some((value) => {
    if (value.kind === 'function') return value.code.path === code.path && hasRangeOf(value.node, fn);
    if (value.kind !== 'class' || value.code.path !== code.path) return false;
    return value.node.body.body.some((member) => member.type === 'MethodDefinition' && member.kind === 'constructor' && hasRangeOf(member.value, fn));
  });
}

/** Calls in other files of something that they import from a module. */
function usesOf(code: Code): readonly Use[] {
  const memory = usesIn(code);
  return (memory.uses ??= findUses(code));
}

const usesIn = untilChanged((): { uses?: readonly Use[] } => ({}));

function findUses(code: Code): readonly Use[] {
  const paths = findSomeImporters(code, importersMax);
  const targets = new Set([code.path, ...paths]);
  return paths.flatMap((path) => {
    const importer = /[jt]sx?$/.test(path) ? openModule(code, path) : undefined;
    if (importer === undefined || fileRole(importer) === 'test') return [];
    return importedCallsOf(importer)
      .filter(({ specifier }) => targets.has(resolveModule(path, specifier) ?? ''))
      .map(({ call }) => ({ code: importer, call, name: importedAs(importer, call.callee) }));
  });
}

/** `makeRepo` of `import { makeRepo as make }`, and of `repos.makeRepo`. */
function importedAs(code: Code, callee: TSESTree.Node): string | undefined {
  const at = unwrap(callee);
  if (at.type === 'MemberExpression') return nameOfKey(at);
  const definition = at.type === 'Identifier' ? (findVariable(code, at)?.defs[0]?.node as TSESTree.Node | undefined) : undefined;
  if (definition?.type === 'ImportSpecifier') return definition.imported.type === 'Identifier' ? definition.imported.name : definition.imported.value;
  return undefined;
}

interface ImportedCall {
  readonly call: Call;
  readonly specifier: string;
}

const importedCalls = new WeakMap<Code, readonly ImportedCall[]>();

/** The calls in a module of what it imports from files, with arguments. */
function importedCallsOf(code: Code): readonly ImportedCall[] {
  let found = importedCalls.get(code);
  if (found === undefined) {
    const list: ImportedCall[] = [];
    const visit = (node: TSESTree.Node): void => {
      if ((node.type === 'CallExpression' || node.type === 'NewExpression') && node.arguments.length > 0 && isDirect(node.callee)) {
        const specifier = importedSpecifier(code, node.callee);
        if (specifier !== undefined && /^[.~#]|\//.test(specifier)) list.push({ call: node, specifier });
      }
      for (const child of childrenOf(code, node)) visit(child);
    };
    visit(code.ast);
    importedCalls.set(code, (found = list));
  }
  return found;
}

/** `makeRepo`, `repos.makeRepo`, `require('./repo')`: no chain of calls. */
function isDirect(callee: TSESTree.Node): boolean {
  const at = unwrap(callee);
  if (at.type === 'Identifier') return true;
  if (at.type === 'CallExpression') return at.callee.type === 'Identifier' && at.callee.name === 'require';
  return at.type === 'MemberExpression' && nameOfKey(at) !== undefined && isDirect(at.object);
}
