import type { TSESTree } from '@typescript-eslint/types';

import { findExport, findLibrary } from '../../libraries/index.ts';
import type { Code } from '../../project/code.ts';
import { typeOfExport } from './declared-type.ts';
import { type Value, unionOf, unknown } from './value.ts';

/** The part of TypeScript's types that is read here; the compiler itself is never imported. */
interface TypeLike {
  readonly symbol?: SymbolLike;
  readonly aliasSymbol?: SymbolLike;
  readonly types?: readonly TypeLike[];
  getSymbol?: () => SymbolLike | undefined;
  getBaseTypes?: () => readonly TypeLike[] | undefined;
  isUnionOrIntersection?: () => boolean;
}
interface SymbolLike {
  readonly name: string;
  readonly declarations?: readonly { getSourceFile: () => { readonly fileName: string } }[];
}

const basesMax = 6;

/** What the type checker knows of an expression, for a value that the syntax does not tell. */
export function valueByTypeInformation(code: Code, node: TSESTree.Node): Value {
  if (code.types === undefined || !['Identifier', 'MemberExpression', 'CallExpression', 'ThisExpression'].includes(node.type)) return unknown;
  try {
    return typeToValue(code.types.getTypeAtLocation(node) as TypeLike, 0);
  } catch {
    // A node that the program does not have, such as one that another parser made up.
    return unknown;
  }
}

function typeToValue(type: TypeLike, depth: number): Value {
  if (depth > basesMax) return unknown;
  if (type.types !== undefined && type.isUnionOrIntersection?.() === true) return unionOf(type.types.slice(0, 4).map((each) => typeToValue(each, depth + 1)));
  for (const symbol of [type.aliasSymbol, type.getSymbol?.() ?? type.symbol]) {
    const value = symbol === undefined ? unknown : symbolToValue(symbol);
    if (value.kind !== 'unknown') return value;
  }
  return unionOf((type.getBaseTypes?.() ?? []).slice(0, 3).map((each) => typeToValue(each, depth + 1)));
}

function symbolToValue(symbol: SymbolLike): Value {
  const file = symbol.declarations?.[0]?.getSourceFile().fileName;
  if (file === undefined) return unknown;
  // The last node_modules counts: packages can be nested, and pnpm links them.
  const name = /^.*\/node_modules\/(?:@types\/)?((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1];
  const library = name === undefined ? undefined : findLibrary(name);
  const facts = library === undefined ? undefined : findExport(library, symbol.name);
  // A pattern such as `*Client` needs the import itself as evidence.
  return library === undefined || facts === undefined || symbol.name === 'default' ? unknown : typeOfExport(library, facts);
}
