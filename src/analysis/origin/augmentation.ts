import type { TSESTree } from '@typescript-eslint/types';

import type { Library } from '../../libraries/library.ts';
import type { Code } from '../../project/code.ts';
import { isListed } from '../../project/manifest.ts';
import { openModule } from '../../project/module.ts';
import { findAugmentationFiles } from '../../project/package-index.ts';
import { referenceValue } from './evaluate.ts';
import { memberValue } from './members.ts';
import { type Value, unknown } from './value.ts';

/** A member that the project adds to a framework's object: `declare module 'fastify' { interface FastifyInstance { db: … } }`. */
export function augmentedMember(code: Code, object: Extract<Value, { kind: 'object' }>, name: string): Value {
  const { library, type } = object;
  const { augmented, plugins } = library.framework ?? {};
  if (augmented === undefined) return unknown;
  const names = interfacesOf(library, type);
  for (const module of augmented) {
    for (const path of findAugmentationFiles(code, module)) {
      const opened = path === code.path ? code : openModule(code, path);
      if (opened === undefined) continue;
      for (const node of interfacesIn(opened.ast.body, names)) {
        const value = memberValue({ kind: 'shape', code: opened, node }, name);
        if (value.kind !== 'unknown') return value;
      }
    }
  }
  const plugin = type === 'app' ? plugins?.[name] : undefined;
  return plugin !== undefined && isListed(code.path, plugin.packages) ? referenceValue(library, plugin.is, object) : unknown;
}

/** The interfaces by which a library's types name an object. */
function interfacesOf(library: Library, type: string): ReadonlySet<string> {
  return new Set(
    Object.entries(library.exports)
      .filter(([, facts]) => facts.type === type)
      .flatMap(([names]) => names.split(' ')),
  );
}

function interfacesIn(body: readonly TSESTree.Node[], names: ReadonlySet<string>): TSESTree.TSInterfaceDeclaration[] {
  return body.flatMap((statement) => {
    const at = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
    if (at?.type === 'TSInterfaceDeclaration') return names.has(at.id.name) ? [at] : [];
    return at?.type === 'TSModuleDeclaration' ? interfacesIn(at.body?.body ?? [], names) : [];
  });
}
