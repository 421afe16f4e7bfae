import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A project with the packages that are linked into it, and nothing else. */
function makeProject(eslint: 'eslint' | 'eslint9', files: Readonly<Record<string, string>>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'latency-')));
  folders.push(folder);
  const link = (target: string, name: string): void => {
    mkdirSync(dirname(join(folder, 'node_modules', name)), { recursive: true });
    symlinkSync(target, join(folder, 'node_modules', name));
  };
  link(join(root, 'node_modules', eslint), 'eslint');
  link(root, 'eslint-plugin-latency');
  for (const name of ['typescript-eslint', '@typescript-eslint', 'typescript', 'ioredis', '@electric-sql', 'drizzle-orm'])
    link(join(root, 'node_modules', name), name);
  for (const [path, text] of Object.entries({ 'package.json': '{ "name": "project", "private": true }', ...files })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** The projects of several files, by their paths. */
function readProjects(): Record<string, string> {
  const from = join(root, 'fixtures/projects');
  const paths = (readdirSync(from, { recursive: true }) as string[]).filter((path) => statSync(join(from, path)).isFile());
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(from, path), 'utf8')]));
}

interface Found {
  readonly file: string;
  readonly rules: string[];
}

function lint(folder: string, ...args: string[]): { readonly found: Found[]; readonly stderr: string; readonly status: number | null } {
  const { stdout, stderr, status } = spawnSync(process.execPath, [join(folder, 'node_modules/eslint/bin/eslint.js'), '-f', 'json', ...args, '.'], {
    cwd: folder,
    encoding: 'utf8',
  });
  const results = stdout.startsWith('[') ? (JSON.parse(stdout) as { filePath: string; messages: { ruleId: string | null; message: string }[] }[]) : [];
  return {
    status,
    stderr,
    found: results
      .filter(({ messages }) => messages.length > 0)
      .map(({ filePath, messages }) => ({
        file: filePath.slice(folder.length + 1),
        rules: messages.filter(({ ruleId }) => ruleId === null || ruleId.startsWith('latency/')).map(({ ruleId, message }) => ruleId ?? message),
      })),
  };
}

const javascript = `import Redis from 'ioredis';\nconst redis = new Redis();\nexport async function load(keys) {\n  for (const key of keys) await redis.get(key);\n}\n`;
const commonjs = `const Redis = require('ioredis');\nconst redis = new Redis();\nexports.load = async (keys) => {\n  for (const key of keys) await redis.get(key);\n};\n`;
const typescript = `import { Redis } from 'ioredis';\nexport class Cache {\n  constructor(private readonly redis: Redis) {}\n  async load(keys: readonly string[]) {\n    for (const key of keys) await this.redis.get(key);\n  }\n}\n`;
/** Only the type checker can tell what the getter gives: the value comes through an index of another module's types. */
const typed = `import type { Registry } from './registry.js';\nexport async function load(registry: Registry, keys: readonly string[]) {\n  const entry = Object.assign({}, registry.pick());\n  for (const key of keys) await entry.client.get(key);\n}\n`;
const registry = `import type { Redis } from 'ioredis';\nexport interface Registry { pick(): { client: Redis } }\n`;

const esmConfig = `import latency from 'eslint-plugin-latency';\nexport default [latency.configs.recommended];\n`;
const cjsConfig = `const latency = require('eslint-plugin-latency').default;\nmodule.exports = [latency.configs.recommended];\n`;
const tsConfig = `import latency from 'eslint-plugin-latency';\nimport tseslint from 'typescript-eslint';\nexport default tseslint.config({ ignores: ['*.config.*'] }, tseslint.configs.recommended, latency.configs.recommended);\n`;
const typedConfig = `import latency from 'eslint-plugin-latency';\nimport tseslint from 'typescript-eslint';\nexport default tseslint.config({ ignores: ['*.config.*'] }, tseslint.configs.recommended, { languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } } }, latency.configs.recommended);\n`;
const project = `{ "compilerOptions": { "strict": true, "module": "nodenext", "moduleResolution": "nodenext", "target": "es2022", "skipLibCheck": true, "noEmit": true }, "include": ["*.ts"] }`;

describe.each([
  ['ESLint 10', 'eslint'],
  ['ESLint 9', 'eslint9'],
] as const)('%s', (_name, eslint) => {
  it('espree, an ES module config', () => {
    const folder = makeProject(eslint, { 'eslint.config.mjs': esmConfig, 'load.mjs': javascript });
    expect(lint(folder).found).toEqual([{ file: 'load.mjs', rules: ['latency/no-query-in-loop'] }]);
  });

  it('espree, a CommonJS config', () => {
    const folder = makeProject(eslint, { 'eslint.config.cjs': cjsConfig, 'load.cjs': commonjs });
    expect(lint(folder).found).toEqual([{ file: 'load.cjs', rules: ['latency/no-query-in-loop'] }]);
  });

  it('typescript-eslint without type information', () => {
    const folder = makeProject(eslint, { 'eslint.config.mjs': tsConfig, 'cache.ts': typescript, 'typed.ts': typed, 'registry.ts': registry });
    expect(lint(folder).found).toContainEqual({ file: 'cache.ts', rules: ['latency/no-query-in-loop'] });
  });

  it('typescript-eslint with type information', () => {
    const folder = makeProject(eslint, {
      'eslint.config.mjs': typedConfig,
      'tsconfig.json': project,
      'package.json': '{ "type": "module" }',
      'cache.ts': typescript,
      'typed.ts': typed,
      'registry.ts': registry,
    });
    const { found, stderr } = lint(folder);
    expect(stderr).toBe('');
    expect(found).toEqual([
      { file: 'cache.ts', rules: ['latency/no-query-in-loop'] },
      { file: 'typed.ts', rules: ['latency/no-query-in-loop'] },
    ]);
  });

  it('the same findings with --concurrency', () => {
    const folder = makeProject(eslint, { 'eslint.config.mjs': esmConfig, 'a.mjs': javascript, 'b.mjs': javascript, 'c.mjs': javascript });
    expect(lint(folder, '--concurrency=2').found).toEqual(lint(folder).found);
  });

  it('the same findings across files with --concurrency', () => {
    const folder = makeProject(eslint, { 'eslint.config.mjs': tsConfig, ...readProjects() });
    const { found } = lint(folder);
    expect(found.flatMap(({ rules }) => rules).length).toBeGreaterThan(50);
    expect(lint(folder, '--concurrency=2').found).toEqual(found);
  });

  it('an unknown option is ESLint’s own error', () => {
    const config = `import latency from 'eslint-plugin-latency';\nexport default [{ plugins: { latency }, rules: { 'latency/no-unbounded-query': ['error', { scope: true }] } }];\n`;
    const { status, stderr } = lint(makeProject(eslint, { 'eslint.config.mjs': config, 'load.mjs': javascript }));
    expect(status).toBe(2);
    expect(stderr).toContain('Unexpected property "scope"');
  });

  it.each([
    ['a setting that is none', `{ client: {} }`, 'settings.latency.client is not a setting. The settings are clients and compressedBy.'],
    ['a library that is none', `{ clients: { './db': 'prisme' } }`, 'settings.latency.clients["./db"] names no known library: "prisme".'],
    ['a value that is none', `{ compressedBy: 'nginx' }`, 'settings.latency.compressedBy must be "application" or "proxy", not "nginx".'],
  ])('%s is one clear sentence', (_title, setting, message) => {
    const config = `import latency from 'eslint-plugin-latency';\nexport default [latency.configs.recommended, { settings: { latency: ${setting} } }];\n`;
    const { status, stderr } = lint(makeProject(eslint, { 'eslint.config.mjs': config, 'load.mjs': javascript }));
    expect(status).toBe(2);
    expect(stderr).toContain(message);
  });
});
