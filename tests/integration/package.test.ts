import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const bin = (name: string): string => join(root, 'node_modules/.bin', name);
let folder = '';
let tarball = '';

/** The package as it would be published. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'packed-'));
  execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: root, stdio: 'ignore' });
  tarball = join(folder, readdirSync(folder).find((file) => file.endsWith('.tgz')) ?? '');
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('the packed package', () => {
  it('satisfies publint', () => {
    const { status, stdout } = spawnSync(bin('publint'), ['run', tarball, '--strict'], { encoding: 'utf8', cwd: root });
    expect(`${status} ${stdout}`).toMatch(/^0 /);
  });

  it('gives the right types to every ES module resolution', () => {
    const { status, stdout } = spawnSync(bin('attw'), [tarball, '--profile', 'esm-only', '--no-color'], { encoding: 'utf8', cwd: root });
    expect(`${status} ${stdout}`).toMatch(/^0 /);
  });

  it('holds what a user needs and nothing else', () => {
    const files = execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8' }).trim().split('\n');
    expect(files).toContain('package/dist/index.js');
    expect(files).toContain('package/rules-docs/no-query-in-loop.md');
    expect(files.filter((file) => !/^package\/(?:dist\/|rules-docs\/|package\.json|README\.md|LICENSE|CHANGELOG\.md)/.test(file))).toEqual([]);
  });

  it.each([
    ['no TypeScript', []],
    ['TypeScript 7 only', ['typescript@7']],
  ])('lints in a project with %s', (name, extra) => {
    const project = join(folder, name.replaceAll(' ', '-'));
    mkdirSync(project);
    writeFileSync(join(project, 'package.json'), '{ "name": "user", "private": true, "type": "module" }');
    execFileSync('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', 'eslint@10', tarball, ...extra], { cwd: project, stdio: 'ignore' });
    writeFileSync(join(project, 'eslint.config.js'), `import latency from 'eslint-plugin-latency';\nexport default [latency.configs.recommended];\n`);
    writeFileSync(
      join(project, 'users.js'),
      `import { users } from './model.js';\nexport async function load(ids) {\n  for (const id of ids) await users.findOne({ _id: id });\n}\n`,
    );
    writeFileSync(join(project, 'model.js'), `import { MongoClient } from 'mongodb';\nexport const users = new MongoClient('').db('x').collection('users');\n`);
    const { stdout } = spawnSync(process.execPath, ['node_modules/eslint/bin/eslint.js', '-f', 'json', '.'], { cwd: project, encoding: 'utf8' });
    const found = (JSON.parse(stdout) as { messages: { ruleId: string }[] }[]).flatMap(({ messages }) => messages.map(({ ruleId }) => ruleId));
    expect(found).toEqual(['latency/no-query-in-loop']);
    const packages = readdirSync(join(project, 'node_modules'));
    expect(packages.includes('typescript')).toBe(extra.length > 0);
  });
});
