import { basename, relative } from 'node:path';

import type { TSESTree } from '@typescript-eslint/types';

import type { Construction } from '../analysis/client-lifetime.ts';
import { findClientUse, isBuiltFromConstants } from '../analysis/client-use.ts';
import { isFunction } from '../analysis/syntax.ts';
import { type Code, someChild, textOf } from '../project/code.ts';
import { manifestsAbove } from '../project/manifest.ts';
import { hasRuntime, importNames, noRuntime, runtimePackage } from './import-name.ts';
import { type Edit, type Refusal, type Rewrite, dropsComment, refuse, removalOf, rewriteOf } from './rewrite.ts';

/** Why a client is not shared; beside what `findClientUse` answers. */
export const refusals = {
  request: 'the client is built from something that belongs to the call',
  connection: 'one connection cannot serve several callers at the same time',
  name: 'a name that the rewrite needs is taken',
  comment: 'a comment would be lost',
  runtime: noRuntime,
} as const;

/** Builds the client once per process, where it is built now: `shared('orders#pool', () => new Pool(…))`. */
export function sharedClient(code: Code, node: TSESTree.CallExpression | TSESTree.NewExpression, { library, opens }: Construction): Rewrite | Refusal {
  const use = findClientUse(code, node);
  if (typeof use === 'string') return refuse(use);
  if (use.hinders !== undefined) return refuse(use.hinders);
  if (!isBuiltFromConstants(code, node)) return refuse(refusals.request);
  if (opens === 'connection' && library.connection !== 'multiplexed') return refuse(refusals.connection);
  const removals: Edit[] = [];
  for (const statement of use.closing) {
    const removal = removed(code, statement);
    if (dropsComment(code, removal.range, [])) return refuse(refusals.comment);
    removals.push(...removal.edits);
  }
  if (!hasRuntime(code)) return refuse(refusals.runtime);
  const imported = importNames(code, [{ from: runtimePackage, name: 'shared' }]);
  const [helper] = imported?.names ?? [];
  if (imported === undefined || helper === undefined) return refuse(refusals.name);
  const built = textOf(code, node);
  const name = quoted(code, nameOfSame(code, built) ?? uniqueName(code, use.name));
  const text = `${helper}(${name}, () => ${built})`;
  const changes = [
    ...(readsSettings(code, node.arguments) ? ['its settings are read once'] : []),
    ...(use.closing.length > 0 ? ['the client stays open; close it with closeAll when the server stops'] : []),
  ];
  return rewriteOf('Share one client between all calls', changes, [...imported.edits, { range: node.range, text }, ...removals], code.ast.range);
}

/** The arguments call a function, which may give something else later. */
function readsSettings(code: Code, args: readonly TSESTree.Node[]): boolean {
  const visit = (node: TSESTree.Node): boolean => (node.type === 'CallExpression' ? true : !isFunction(node) && someChild(code, node, visit));
  return args.some(visit);
}

/** The name under which the file shares a client that is built the same way. */
function nameOfSame(code: Code, built: string): string | undefined {
  const at = code.text.indexOf(`, () => ${built})`);
  return at === -1 ? undefined : /shared\w*\((['"])([^'"]+)\1$/.exec(code.text.slice(Math.max(0, at - 200), at))?.[2];
}

/** One name per client of the process: the file's place in its package, and the variable. */
function uniqueName(code: Code, variable: string): string {
  const [manifest] = manifestsAbove(code.path);
  const file = (manifest === undefined ? basename(code.path) : relative(manifest.directory, code.path)).replaceAll('\\', '/').replace(/\.[cm]?[jt]sx?$/, '');
  const prefix = manifest?.name === undefined ? '' : `${manifest.name}/`;
  let name = `${prefix}${file}#${variable}`;
  for (let number = 2; code.text.includes(`${name}'`) || code.text.includes(`${name}"`); number++) name = `${prefix}${file}#${variable}${number}`;
  return name;
}

function quoted(code: Code, text: string): string {
  const quote = /from\s*(['"])/.exec(code.text)?.[1] ?? "'";
  return `${quote}${text}${quote}`;
}

interface Removal {
  readonly range: readonly [number, number];
  readonly edits: readonly Edit[];
}

/** The statement with its line; a `finally` that held nothing else goes with it. */
function removed(code: Code, statement: TSESTree.ExpressionStatement): Removal {
  const block = statement.parent;
  const holder = block.parent;
  if (block.type === 'BlockStatement' && block.body.length === 1 && holder?.type === 'TryStatement' && holder.finalizer === block) {
    const end = holder.handler?.range[1] ?? holder.block.range[1];
    const edits: Edit[] = [{ range: [end, block.range[1]], text: '' }];
    // What was tried stands as a block.
    if (holder.handler === null) edits.push({ range: [holder.range[0], holder.block.range[0]], text: '' });
    return { range: [end, block.range[1]], edits };
  }
  const edit = removalOf(code, statement);
  return { range: edit.range, edits: [edit] };
}
