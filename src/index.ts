import { createRequire } from 'node:module';

import type { ESLint, Linter } from 'eslint';

import type { Rule } from './create-rule.ts';
import { rules } from './rules/index.ts';

const manifest = createRequire(import.meta.url)('../package.json') as { readonly name: string; readonly version: string };

const plugin = {
  meta: { name: manifest.name, version: manifest.version, namespace: 'latency' },
  rules: rules as unknown as NonNullable<ESLint.Plugin['rules']>,
  configs: {} as { readonly recommended: Linter.Config; readonly strict: Linter.Config; readonly all: Linter.Config },
};

function configOf(name: string, choose: (rule: Rule) => Linter.RuleEntry | undefined): Linter.Config {
  const entries = Object.entries(rules).flatMap(([rule, definition]) => {
    const entry = choose(definition);
    return entry === undefined ? [] : [[`latency/${rule}`, entry] as const];
  });
  return { name: `latency/${name}`, plugins: { latency: plugin }, rules: Object.fromEntries(entries) };
}

const strictEntry = (rule: Rule): Linter.RuleEntry => ['error', ...(rule.meta.docs?.strict ?? [])] as Linter.RuleEntry;

Object.assign(plugin.configs, {
  recommended: configOf('recommended', (rule) => (rule.meta.docs?.recommended === true ? 'error' : undefined)),
  strict: configOf('strict', (rule) => (rule.meta.docs?.recommended === true ? strictEntry(rule) : undefined)),
  all: configOf('all', strictEntry),
});

export default plugin;
