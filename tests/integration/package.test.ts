import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
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

  it('fixes with the helpers of the packed latency-runtime, and what it wrote runs', () => {
    const runtime = join(root, 'runtime');
    execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: runtime, stdio: 'ignore' });
    const packed = join(folder, readdirSync(folder).find((file) => file.startsWith('latency-runtime') && file.endsWith('.tgz')) ?? '');
    for (const check of [
      ['publint', 'run', packed, '--strict'],
      ['attw', packed, '--profile', 'esm-only', '--no-color'],
    ]) {
      const { status, stdout } = spawnSync(bin(check[0] ?? ''), check.slice(1), { encoding: 'utf8', cwd: root });
      expect(`${status} ${stdout}`).toMatch(/^0 /);
    }
    const project = join(folder, 'fixed');
    mkdirSync(project);
    writeFileSync(join(project, 'package.json'), '{ "name": "user", "private": true, "type": "module" }');
    execFileSync('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', 'eslint@10', 'knex@3', tarball, packed], { cwd: project, stdio: 'ignore' });
    writeFileSync(join(project, 'eslint.config.js'), `import latency from 'eslint-plugin-latency';\nexport default [latency.configs.recommended];\n`);
    const source = `import knex from 'knex';

export const db = knex({ client: 'pg' });

/** The names of a list of users. */
export async function names(keys) {
  const found = [];
  for (const key of keys) {
    const user = await db('users').where('id', String(key)).first();
    found.push(user?.name);
  }
  return found;
}
`;
    writeFileSync(join(project, 'users.js'), source);
    execFileSync(process.execPath, ['node_modules/eslint/bin/eslint.js', '--fix', '.'], { cwd: project });
    const fixed = readFileSync(join(project, 'users.js'), 'utf8');
    expect(fixed).toBe(`import knex from 'knex';
import { findByKeys } from 'latency-runtime';

export const db = knex({ client: 'pg' });

/** The names of a list of users. */
export async function names(keys) {
  const found = [];
  const keyList = [...keys];
  const usersById = await findByKeys(
    Array.from(keyList, (key) => String(key)),
    (keys) => db('users').whereIn('id', keys),
    (row) => row.id,
  );
  for (const key of keyList) {
    const user = usersById.get(String(key));
    found.push(user?.name);
  }
  return found;
}
`);
    // The statement is answered here instead of by a server.
    writeFileSync(
      join(project, 'run.js'),
      `import { db, names } from './users.js';
const sent = [];
db.client.acquireConnection = async () => ({});
db.client.releaseConnection = async () => {};
db.client._query = async (_connection, query) => { sent.push(query.sql); query.response = { command: 'SELECT', rows: [{ id: 2, name: 'Bert' }, { id: 1, name: 'Anna' }] }; return query; };
console.log(JSON.stringify([await names([1, 2, 1, 3].values()), sent]));
`,
    );
    const { stdout, stderr } = spawnSync(process.execPath, ['run.js'], { cwd: project, encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual([['Anna', 'Bert', 'Anna', null], ['select * from "users" where "id" in ($1, $2, $3)']]);
  });
});
