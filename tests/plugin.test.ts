import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from 'vitest';

import plugin from '../src/index.ts';
import { rules } from '../src/rules/index.ts';

const read = (path: string): string => readFileSync(fileURLToPath(new URL(path, import.meta.url)), 'utf8');
const list = (path: string): string[] => readdirSync(fileURLToPath(new URL(path, import.meta.url)));

describe('the plugin', () => {
  it('registers every file of the folder', () => {
    const files = list('../src/rules').filter((file) => file !== 'index.ts');
    expect(Object.keys(plugin.rules).sort()).toEqual(files.map((file) => file.replace('.ts', '')).sort());
  });

  it('has a test for every rule', () => {
    expect(
      list('./rules')
        .map((file) => file.replace('.test.ts', ''))
        .sort(),
    ).toEqual(Object.keys(rules).sort());
  });

  it('carries the name and version of its package.json', () => {
    const manifest = JSON.parse(read('../package.json')) as { name: string; version: string };
    expect(plugin.meta).toEqual({ name: manifest.name, version: manifest.version, namespace: 'latency' });
  });

  it('stands in the changelog', () => {
    const manifest = JSON.parse(read('../package.json')) as { version: string };
    expect(read('../CHANGELOG.md')).toContain(`## ${manifest.version}`);
  });
});

describe.each(Object.entries(rules))('%s', (name, rule) => {
  it('knows its name and page', () => {
    expect(rule.name).toBe(name);
    expect(rule.meta.docs?.url).toMatch(new RegExp(`/rules-docs/${name}\\.md$`));
  });

  it('says what it does in one sentence', () => {
    expect(rule.meta.docs?.description).toMatch(/^(?:Disallow|Require|Prefer) .+[^.]$/);
  });

  it('has messages that end in a full stop and leave room for names', () => {
    for (const [id, message] of Object.entries(rule.meta.messages)) {
      // What a suggestion is called stands in a menu.
      expect(message).toMatch(id === 'rewrite' ? /^\{\{title\}\}$/ : /(?:\.|\{\{(?:advice|install)\}\})$/);
      expect(message.replace(/\{\{\w+\}\}/g, '').length).toBeLessThanOrEqual(160);
    }
  });

  it('refuses unknown options', () => {
    const [schema] = rule.meta.schema as readonly { readonly additionalProperties?: boolean }[];
    expect(schema === undefined || schema.additionalProperties === false).toBe(true);
  });
});

describe('configs', () => {
  it('recommended holds what the rules say', () => {
    const expected = Object.entries(rules).filter(([, rule]) => rule.meta.docs?.recommended === true);
    expect(plugin.configs.recommended.rules).toEqual(Object.fromEntries(expected.map(([name]) => [`latency/${name}`, 'error'])));
    expect(expected).toHaveLength(5);
  });

  it('strict adds the strict options', () => {
    expect(plugin.configs.strict.rules?.['latency/no-unbounded-query']).toEqual(['error', { scoped: true }]);
    expect(Object.keys(plugin.configs.strict.rules ?? {})).toEqual(Object.keys(plugin.configs.recommended.rules ?? {}));
  });

  it('all holds every rule', () => {
    expect(Object.keys(plugin.configs.all.rules ?? {}).sort()).toEqual(
      Object.keys(rules)
        .map((name) => `latency/${name}`)
        .sort(),
    );
  });

  it('each is whole: it brings the plugin along', () => {
    for (const config of Object.values(plugin.configs)) expect(config.plugins?.['latency']).toBe(plugin);
  });
});
