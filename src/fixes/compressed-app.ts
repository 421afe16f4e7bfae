import type { TSESTree } from '@typescript-eslint/types';

import type { Uncompressed } from '../analysis/compression.ts';
import { parentOf } from '../analysis/syntax.ts';
import type { Code } from '../project/code.ts';
import { isListed } from '../project/manifest.ts';
import { importDefault, importNames } from './import-name.ts';
import { type Refusal, type Rewrite, indentOf, refuse, rewriteOf, semicolonOf } from './rewrite.ts';

/** Why compression is not registered. */
export const refusals = {
  late: 'it is registered after the routes already',
  app: 'the application is not kept in a constant of its own',
  package: 'package.json lists no middleware that compresses',
  name: 'a name that the rewrite needs is taken',
  synchronous: 'the plugin is awaited, and the function around it is not async',
} as const;

/** Registers the framework's own compression where package.json has it, else that of latency-runtime, right after the application is made. */
export function compressedApp(code: Code, { library, node, problem }: Uncompressed): Rewrite | Refusal {
  if (problem !== 'never compresses') return refuse(refusals.late);
  const registration = library.framework?.compression?.registrations?.find(({ listed }) => isListed(code.path, [listed]));
  if (registration === undefined) return refuse(refusals.package);
  const value = parentOf(node);
  const declarator = value?.type === 'AwaitExpression' ? parentOf(value) : value;
  if (declarator?.type !== 'VariableDeclarator' || declarator.id.type !== 'Identifier') return refuse(refusals.app);
  const statement: TSESTree.Node = declarator.parent.parent.type === 'ExportNamedDeclaration' ? declarator.parent.parent : declarator.parent;
  if (registration.text.startsWith('await ') && statement.parent?.type !== 'Program') return refuse(refusals.synchronous);
  const imported =
    registration.named === true
      ? importNames(code, [{ from: registration.from, name: registration.name }])
      : importDefault(code, registration.from, registration.name);
  const [name] = imported?.names ?? [];
  if (imported === undefined || name === undefined) return refuse(refusals.name);
  const text = registration.text.replace('APP', declarator.id.name).replace('NAME', name);
  const [, end] = statement.range;
  return rewriteOf(
    'Compress response bodies',
    ['bodies that are sent are encoded, streams wait until they are flushed'],
    [...imported.edits, { range: [end, end], text: `\n${indentOf(code, statement)}${text}${semicolonOf(code)}` }],
  );
}
