import type { Variable } from '@typescript-eslint/scope-manager';
import type { TSESTree } from '@typescript-eslint/types';

import type { Library } from '../../libraries/library.ts';
import type { Code } from '../../project/code.ts';

export type FunctionNode =
  | TSESTree.FunctionDeclaration
  | TSESTree.FunctionExpression
  | TSESTree.ArrowFunctionExpression
  | TSESTree.TSDeclareFunction
  | TSESTree.TSEmptyBodyFunctionExpression
  | TSESTree.TSFunctionType
  | TSESTree.TSMethodSignature;

/** What the parameters of a function stand for, where the call that leads into it is known. */
export interface Environment {
  readonly of: FunctionNode;
  readonly args: readonly Value[];
  readonly self: Value | undefined;
  readonly outer: Environment | undefined;
}

/** One step of a statement that a builder builds: `.where(…)`. */
export interface Step {
  readonly name: string;
  readonly code: Code;
  readonly node: TSESTree.CallExpression | TSESTree.TaggedTemplateExpression;
}

/**
 * What an expression evaluates to, as far as it can be known. A promise is not told from what it resolves to. Code that
 * cannot be understood is `unknown`, and no rule speaks about it.
 */
export type Value =
  | { readonly kind: 'unknown' }
  /** An object that a library's description names. */
  | {
      readonly kind: 'object';
      readonly library: Library;
      readonly type: string;
      readonly steps: readonly Step[];
      /** What the type argument says that the library hands on to callbacks: `Context` of `initTRPC.context<Context>()`. */
      readonly told?: Value;
    }
  /** A method of such an object, not called yet. */
  | { readonly kind: 'method'; readonly library: Library; readonly type: string; readonly name: string; readonly receiver: Value }
  /** An export of a library. */
  | { readonly kind: 'export'; readonly library: Library; readonly name: string }
  /** `import * as x`. */
  | { readonly kind: 'namespace'; readonly library: Library }
  | { readonly kind: 'module'; readonly code: Code }
  | {
      readonly kind: 'function';
      readonly code: Code;
      readonly node: FunctionNode;
      readonly self: Value | undefined;
      readonly environment: Environment | undefined;
      /** Of a type that was told its arguments. */
      readonly types?: ReadonlyMap<TSESTree.Node, Value>;
      /** Its answers are kept: calling it again with the same arguments costs nothing. */
      readonly memoised?: true;
    }
  | {
      readonly kind: 'class';
      readonly code: Code;
      readonly node: TSESTree.ClassDeclaration | TSESTree.ClassExpression;
      readonly environment: Environment | undefined;
    }
  | { readonly kind: 'instance'; readonly of: Value }
  | {
      readonly kind: 'record';
      readonly code: Code;
      readonly node: TSESTree.ObjectExpression;
      readonly environment: Environment | undefined;
      /** The variable that holds it: more members may be assigned to it. */
      readonly variable?: Variable;
    }
  | { readonly kind: 'shape'; readonly code: Code; readonly node: TSESTree.TSInterfaceDeclaration | TSESTree.TSTypeLiteral }
  /** Several values: an array, a set, the values of a map. */
  | { readonly kind: 'list'; readonly of: Value; readonly items?: readonly Value[] }
  | {
      readonly kind: 'union';
      readonly of: readonly Value[];
      /** They are what each implementation of an interface gives: which one runs is decided elsewhere. */
      readonly implementations?: true;
    };

export const unknown: Value = { kind: 'unknown' };

export function objectOf(library: Library, type: string, steps: readonly Step[] = []): Value {
  return library.objects[type] === undefined ? unknown : { kind: 'object', library, type, steps };
}

export function listOf(of: Value): Value {
  return { kind: 'list', of };
}

const unionMax = 4;

/** Either of some values; what is unknown among them is left out. */
export function unionOf(values: readonly Value[]): Value {
  if (values.length === 1) return values[0] ?? unknown;
  const known: Value[] = [];
  for (const value of values) {
    for (const each of value.kind === 'union' ? value.of : [value]) {
      if (each.kind === 'unknown' || known.some((other) => isSame(other, each))) continue;
      known.push(each);
    }
  }
  if (known.length === 0) return unknown;
  return known.length === 1 ? (known[0] ?? unknown) : { kind: 'union', of: known.slice(0, unionMax) };
}

export function alternatives(value: Value): readonly Value[] {
  return value.kind === 'union' ? value.of : [value];
}

export function elementOf(value: Value): Value {
  return unionOf(alternatives(value).map((each) => (each.kind === 'list' ? each.of : unknown)));
}

export function isSame(one: Value, other: Value): boolean {
  if (one === other) return true;
  if (one.kind !== other.kind) return false;
  if (one.kind === 'object' && other.kind === 'object')
    return one.library === other.library && one.type === other.type && one.steps.length === 0 && other.steps.length === 0;
  if (one.kind === 'method' && other.kind === 'method') {
    return one.library === other.library && one.type === other.type && one.name === other.name && isSame(one.receiver, other.receiver);
  }
  if (one.kind === 'export' && other.kind === 'export') return one.library === other.library && one.name === other.name;
  if (one.kind === 'list' && other.kind === 'list') return isSame(one.of, other.of);
  if (one.kind === 'instance' && other.kind === 'instance') return isSame(one.of, other.of);
  if (one.kind === 'module' && other.kind === 'module') return one.code === other.code;
  if ('node' in one && 'node' in other) return one.node === other.node;
  return false;
}
