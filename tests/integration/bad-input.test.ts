import * as typescriptParser from '@typescript-eslint/parser';
import { Linter } from 'eslint';
import * as svelteParser from 'svelte-eslint-parser';
import { describe, expect, it } from 'vitest';
import vueParser from 'vue-eslint-parser';

import plugin from '../../src/index.ts';

const linter = new Linter({ cwd: '/server' });
const prisma = `import { PrismaClient } from '@prisma/client';\nconst prisma = new PrismaClient();\n`;

function lint(code: string, parser?: typeof typescriptParser): string[] {
  const languageOptions =
    parser === undefined ? { parserOptions: { ecmaFeatures: { jsx: true } } } : { parser, parserOptions: { ecmaFeatures: { jsx: true } } };
  const config = [{ files: ['**/*.{ts,tsx,js,jsx}'], ...plugin.configs.all, languageOptions }];
  const messages = linter.verify(code, config, { filename: parser === undefined ? '/server/src/file.js' : '/server/src/file.tsx' });
  return messages.map((message) => (message.fatal === true ? 'syntax error' : (message.ruleId ?? message.message)));
}

describe('bad input', () => {
  it.each([
    ['a syntax error', 'for (const x of', ['syntax error']],
    ['nothing', '', []],
    ['a cycle of constants', 'const a = b;\nconst b = a;\nfor (const x of a) await a.b.findMany(x);', []],
    ['a class that extends itself', 'class A extends A { m() { for (const x of y) this.load(x); } }', []],
    ['classes that extend each other', 'class A extends B {}\nclass B extends A { m() { for (const x of y) this.load(x); } }', []],
    ['a value that is its own member', 'const a = { a };\nfor (const x of y) a.a.a.a.load(x);', []],
    ['a destructuring of itself', 'const { a } = a;\nfor (const x of y) a.load(x);', []],
    [
      'helpers that hand a function on to each other',
      'function f(a) { g(a); }\nfunction g(a) { f(a); }\nf((db) => { for (const x of y) db.findOne(x); });',
      [],
    ],
    ['computed members', 'for (const x of y) z[x][x](x);', []],
    ['eval', `for (const x of y) eval('prisma.user.findMany()');`, []],
    ['with type syntax of every kind', 'type A = A[] | { a: A } & Partial<A>;\nfunction f(a: A) { for (const x of a) x.load(); }', []],
    ['decorators', '@a() class A { @b() c = 1; @d() e() { for (const x of y) this.c.load(x); } }', []],
    ['JSX', 'const a = <A b={list.map((x) => <C d={load(x)} />)} />;', []],
    ['an empty for', 'for (;;) {}', []],
    ['private names', 'class A { #a = 1; m() { for (const x of y) this.#a.load(x); } }', []],
    ['a rest of a rest', 'const [...[...a]] = b;\nfor (const x of a) x.load();', []],
    ['a generic that binds itself', 'function f<T extends T>(a: T) { for (const x of y) a.load(x); }', []],
    ['an interface that extends itself', 'interface A extends A {}\nfunction f(a: A) { for (const x of y) a.load(x); }', []],
  ])('%s', (_name, code, expected) => {
    expect(lint(code, typescriptParser)).toEqual(expected);
  });

  it.each([
    ['Vue', vueParser, 'vue', (script: string) => `<template><p v-for="x in list">{{ load(x) }}</p></template>\n<script>\n${script}\n</script>`],
    ['Svelte', svelteParser, 'svelte', (script: string) => `<script>\n${script}\n</script>\n{#each list as x}<p>{load(x)}</p>{/each}`],
  ])('%s: script blocks are linted, templates are no crash', (_name, parser, extension, wrap) => {
    const config = [
      { files: [`**/*.${extension}`], ...plugin.configs.all, languageOptions: { parser, parserOptions: { sourceType: 'module', ecmaVersion: 2023 } } },
    ];
    const script = `${prisma}export async function load(ids) {\n  for (const id of ids) await prisma.user.findFirst({ where: { id } });\n}`;
    const found = linter.verify(wrap(script), config as never, { filename: `/server/src/file.${extension}` }).map(({ ruleId, message }) => ruleId ?? message);
    expect(found).toEqual(['latency/no-query-in-loop']);
  });

  it('callbacks nested a hundred deep', () => {
    const deep = `${prisma}${'run(() => {'.repeat(100)}for (const x of y) prisma.user.findFirst({ where: { x } });${'});'.repeat(100)}`;
    expect(lint(deep)).toEqual(['latency/no-query-in-loop']);
  });

  it('a chain of a hundred calls', () => {
    expect(lint(`import knex from 'knex';\nconst db = knex({});\nfor (const x of y) await db('t')${`.where('a', 1)`.repeat(100)};`)).toEqual([
      'latency/no-query-in-loop',
    ]);
  });

  it('a generated file of 50 000 lines', () => {
    const lines = Array.from({ length: 50_000 }, (_, index) => `export const v${index} = v${(index * 7) % 50_000};`);
    expect(lint(lines.join('\n'))).toEqual([]);
  });

  it('a thousand functions that call each other', () => {
    const functions = Array.from({ length: 1000 }, (_, index) => `function f${index}(x) { f${(index + 1) % 1000}(x); f${(index * 3) % 1000}(x); }`);
    expect(lint(`${functions.join('\n')}\nfor (const x of y) f0(x);`)).toEqual([]);
  });
});
