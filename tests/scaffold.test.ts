import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
let copy = '';

/** A copy of the project in which the scripts may write. */
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'scaffold-'));
  for (const each of [
    'src',
    'tests',
    'rules-docs',
    'runtime',
    'package.json',
    'tsconfig.json',
    'tsconfig.build.json',
    'scripts',
    'vitest.config.ts',
    'eslint.config.js',
    'CHANGELOG.md',
    'README.md',
    '.prettierrc.json',
  ]) {
    // Neither what is installed nor what other tests write meanwhile.
    cpSync(join(root, each), join(copy, each), { recursive: true, filter: (path) => !/node_modules|generated|readme-examples|programs$/.test(path) });
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
});

afterAll(() => {
  rmSync(copy, { recursive: true, force: true });
});

const script = (name: string, ...args: string[]): ReturnType<typeof spawnSync> =>
  spawnSync(process.execPath, [join(root, 'scripts', name), ...args], { encoding: 'utf8', env: { ...process.env, SCAFFOLD_ROOT: copy } });

function typeCheck(): void {
  execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', join(copy, 'tsconfig.json')], { encoding: 'utf8' });
}

function lint(...files: string[]): string {
  const { stdout } = spawnSync(process.execPath, [join(root, 'node_modules/eslint/bin/eslint.js'), '--max-warnings', '0', ...files], {
    cwd: copy,
    encoding: 'utf8',
  });
  const format = spawnSync(process.execPath, [join(root, 'node_modules/prettier/bin/prettier.cjs'), '--check', ...files], { cwd: copy, encoding: 'utf8' });
  return stdout + format.stderr;
}

describe('npm run new-rule', () => {
  it('refuses a name that is none', () => {
    expect(script('new-rule.mjs', 'Whatever').status).toBe(2);
  });

  it('writes files that type-check and lint, and whose test fails only for being empty', () => {
    expect(script('new-rule.mjs', 'no-scaffold-example').status).toBe(0);
    typeCheck();
    expect(lint('src/rules/no-scaffold-example.ts', 'src/rules/index.ts', 'tests/rules/no-scaffold-example.test.ts')).toBe('');
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [join(root, 'node_modules/vitest/vitest.mjs'), 'run', 'tests/plugin.test.ts', 'tests/docs.test.ts'],
      {
        cwd: copy,
        encoding: 'utf8',
        // These tests need no packages but those of the root.
        env: { ...process.env, LATENCY_NO_INSTALL: '1' },
      },
    );
    const failed = [...stripVTControlCharacters(stdout + stderr).matchAll(/FAIL\s+(.*)/g)].map(([, title = '']) => title.trim());
    expect(failed).toEqual(['tests/docs.test.ts > no-scaffold-example > has examples of both kinds']);
  });

  it('does not write over a rule', () => {
    expect(script('new-rule.mjs', 'no-query-in-loop').status).toBe(1);
  });
});

describe('npm run new-library', () => {
  it('writes files that type-check and lint', () => {
    expect(script('new-library.mjs', 'scaffold-example').status).toBe(0);
    typeCheck();
    expect(lint('src/libraries/scaffold-example.ts', 'src/libraries/index.ts')).toBe('');
  });

  it('does not write over a library', () => {
    expect(script('new-library.mjs', 'prisma').status).toBe(1);
  });
});
