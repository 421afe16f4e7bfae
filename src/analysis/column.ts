import type { TSESTree } from '@typescript-eslint/types';

import { type Code, compactTextOf } from '../project/code.ts';
import { importedLibrary, importedSpecifier } from './imported.ts';
import { declarationOf } from './origin/declaration.ts';
import { nameOfKey, unwrap } from './syntax.ts';

/** What a table's declaration says of a column. */
export interface Column {
  /** At most one row has a value. */
  readonly unique: boolean;
  /** What the driver gives for it, and takes: a JavaScript number without loss. */
  readonly isNumber: boolean;
  readonly nullable: boolean;
  /** The function that declares it: `integer`. */
  readonly type: string;
  /** The function is the library's own. */
  readonly isBuiltIn: boolean;
  /** The module that declares the table, without the package: `pg-core`. */
  readonly dialect: string | undefined;
}

const numberTypes = new Set(['integer', 'int', 'serial', 'smallint', 'smallserial', 'mediumint', 'tinyint']);

/** What the declaration of `users.id` says: `users = pgTable('users', { id: serial().primaryKey() })`. */
export function findColumn(code: Code, node: TSESTree.Node): Column | undefined {
  const at = unwrap(node);
  const name = at.type === 'MemberExpression' ? nameOfKey(at) : undefined;
  if (at.type !== 'MemberExpression' || name === undefined) return undefined;
  const declared = declarationOf(code, at.object);
  const declarator = declared?.node.type === 'Identifier' ? declared.node.parent : declared?.node;
  if (declared === undefined || declarator?.type !== 'VariableDeclarator' || declarator.init === null) return undefined;
  const init = unwrap(declarator.init);
  const columns =
    init.type === 'CallExpression' ? init.arguments.map((argument) => unwrap(argument)).find(({ type }) => type === 'ObjectExpression') : undefined;
  if (columns?.type !== 'ObjectExpression') return undefined;
  const property = columns.properties.find((each) => each.type === 'Property' && nameOfKey(each) === name);
  if (property?.type !== 'Property') return undefined;
  const text = compactTextOf(declared.code, property.value);
  const library = importedLibrary(declared.code, property.value);
  const isOfLibrary = library !== undefined && library === importedLibrary(declared.code, init);
  const isKey = text.includes('.primaryKey(');
  const type = /^(?:\w+\.)?(\w+)\(/.exec(text)?.[1] ?? '';
  return {
    unique: isKey || text.includes('.unique('),
    isNumber: isOfLibrary && numberTypes.has(type) && !/mode:['"](?:bigint|string|boolean|timestamp)/.test(text),
    nullable: !isKey && !text.includes('.notNull('),
    type,
    isBuiltIn: isOfLibrary,
    dialect: init.type === 'CallExpression' ? importedSpecifier(declared.code, init.callee)?.split('/').slice(1).join('/') : undefined,
  };
}
