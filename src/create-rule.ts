import type { TSESLint } from '@typescript-eslint/utils';
import type { TSESTree } from '@typescript-eslint/types';

import { type FileRole, fileRole } from './analysis/file-role.ts';
import { openLinted } from './analysis/linted.ts';
import type { Code } from './project/code.ts';

export interface RuleDocs {
  /** One sentence without a full stop: "Disallow …". */
  readonly description: string;
  /** The configs beside `all` that switch the rule on, and with which options. */
  readonly recommended: boolean;
  /** Options in the `strict` config. */
  readonly strict?: readonly unknown[];
}

export interface RuleDefinition<Id extends string, Options extends Record<string, unknown>> {
  readonly name: string;
  readonly meta: {
    readonly docs: RuleDocs;
    readonly messages: Readonly<Record<Id, string>>;
    /** The properties of the rule's one options object. */
    readonly options: Readonly<
      Record<
        keyof Options & string,
        {
          readonly type: string;
          readonly description: string;
          readonly default: unknown;
          readonly enum?: readonly unknown[];
          readonly items?: unknown;
          readonly minimum?: number;
        }
      >
    >;
    readonly hasSuggestions?: boolean;
    readonly fixable?: 'code';
  };
  /** Files of these roles are left alone. */
  readonly skips: readonly FileRole[];
  readonly create: (
    context: Readonly<TSESLint.RuleContext<Id, [Options]>>,
    code: Code,
    options: Options,
  ) => Record<string, ((node: never) => void) | undefined>;
}

export type Rule = TSESLint.RuleModule<string, [Record<string, unknown>], RuleDocs & { readonly url: string }> & { readonly name: string };

const docsAt = 'https://github.com/eslint-plugin-latency/eslint-plugin-latency/blob/main/rules-docs';

/** The only door between a rule and ESLint: opens the file, adds what every rule has. */
export function createRule<Id extends string, Options extends Record<string, unknown>>(definition: RuleDefinition<Id, Options>): Rule {
  const { name, meta } = definition;
  const defaults = Object.fromEntries(Object.entries(meta.options).map(([key, option]) => [key, (option as { default: unknown }).default])) as Options;
  const properties = Object.fromEntries(Object.entries(meta.options).map(([key, option]) => [key, withoutDefault(option as Record<string, unknown>)]));
  const hasOptions = Object.keys(properties).length > 0;
  return {
    name,
    meta: {
      type: 'problem',
      docs: { ...meta.docs, url: `${docsAt}/${name}.md` },
      messages: meta.messages,
      schema: hasOptions ? [{ type: 'object', properties, additionalProperties: false }] : [],
      defaultOptions: hasOptions ? [defaults] : [],
      ...(meta.hasSuggestions === undefined ? {} : { hasSuggestions: meta.hasSuggestions }),
      ...(meta.fixable === undefined ? {} : { fixable: meta.fixable }),
    },
    defaultOptions: hasOptions ? [defaults] : [],
    create(context: Readonly<TSESLint.RuleContext<string, [Record<string, unknown>]>>) {
      const code = openLinted(context.sourceCode, context.physicalFilename, context.settings);
      if (definition.skips.includes(fileRole(code))) return {};
      const options = { ...defaults, ...(context.options[0] as Options | undefined) };
      return definition.create(context as never, code, options) as TSESLint.RuleListener;
    },
  } as unknown as Rule;
}

function withoutDefault(option: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(option).filter(([key]) => key !== 'default'));
}

/** Offsets as the location that a report takes. */
export function locationOf(context: { readonly sourceCode: Readonly<TSESLint.SourceCode> }, range: readonly [number, number]): TSESTree.SourceLocation {
  return { start: context.sourceCode.getLocFromIndex(range[0]), end: context.sourceCode.getLocFromIndex(range[1]) };
}
