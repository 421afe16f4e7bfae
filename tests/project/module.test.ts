import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import * as parser from '@typescript-eslint/parser';
import { Linter } from 'eslint';
import { afterAll, describe, expect, it } from 'vitest';

import plugin from '../../src/index.ts';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function makeProject(files: Readonly<Record<string, string>>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'project-')));
  folders.push(folder);
  for (const [path, text] of Object.entries({ 'package.json': '{ "name": "project" }', ...files })) write(folder, path, text);
  return folder;
}

function write(folder: string, path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

function lint(folder: string, path: string, code: string): string[] {
  const linter = new Linter({ cwd: folder });
  const config = [{ files: ['**/*.{ts,js,mjs,cjs}'], languageOptions: { parser }, ...plugin.configs.all }];
  return linter.verify(code, config as never, { filename: join(folder, path) }).map((message) => message.ruleId ?? message.message);
}

const hit = ['latency/no-query-in-loop'];
const client = `import { PrismaClient } from '@prisma/client';\nexport const db = new PrismaClient();\n`;
const use = (specifier: string): string =>
  `import { db } from '${specifier}';\nexport async function load(ids) {\n  for (const id of ids) await db.user.findFirst({ where: { id } });\n}\n`;

describe('a client from another file', () => {
  it.each<[string, Record<string, string>, string, string]>([
    ['a relative path', { 'src/db.ts': client }, 'src/use.ts', use('./db')],
    ['.js that is .ts', { 'src/db.ts': client }, 'src/use.ts', use('./db.js')],
    ['a folder’s index', { 'src/db/index.ts': client }, 'src/use.ts', use('./db')],
    ['export *', { 'src/client.ts': client, 'src/db.ts': `export * from './client';` }, 'src/use.ts', use('./db')],
    ['a named re-export', { 'src/client.ts': client, 'src/db.ts': `export { db } from './client';` }, 'src/use.ts', use('./db')],
    [
      'an import that is exported again',
      { 'src/client.ts': client, 'src/db.ts': `import { db as inner } from './client';\nexport { inner as db };` },
      'src/use.ts',
      use('./db'),
    ],
    ['paths of a tsconfig', { 'tsconfig.json': '{ "compilerOptions": { "paths": { "@/*": ["./src/*"] } } }', 'src/db.ts': client }, 'src/use.ts', use('@/db')],
    [
      'paths beside a base that is not installed',
      { 'tsconfig.json': '{\n  // our base\n  "extends": "@tsconfig/none", "compilerOptions": { "paths": { "@/*": ["./src/*"] }, } }', 'src/db.ts': client },
      'src/use.ts',
      use('@/db'),
    ],
    [
      'an alias with the name of a dependency',
      {
        'package.json': '{ "dependencies": { "@acme/db": "^1.0.0" } }',
        'tsconfig.json': '{ "compilerOptions": { "paths": { "@acme/db": ["./src/db.ts"] } } }',
        'src/db.ts': client,
      },
      'src/use.ts',
      use('@acme/db'),
    ],
    [
      'a workspace that is listed with a version',
      {
        'package.json': '{ "workspaces": ["packages/*"] }',
        'packages/db/package.json': '{ "name": "@acme/db", "main": "./src/index.ts" }',
        'packages/db/src/index.ts': client,
        'packages/api/package.json': '{ "name": "@acme/api", "dependencies": { "@acme/db": "^1.0.0" } }',
      },
      'packages/api/src/use.ts',
      use('@acme/db'),
    ],
    [
      'a barrel that also declares',
      { 'src/client.ts': client, 'src/db.ts': `export const other = 1;\nexport { db } from './client';\nexport * from './none';` },
      'src/use.ts',
      use('./db'),
    ],
    ['imports of package.json', { 'package.json': '{ "imports": { "#db": "./src/db.ts" } }', 'src/db.ts': client }, 'src/use.ts', use('#db')],
    [
      'a workspace that is not linked',
      {
        'package.json': '{ "workspaces": ["packages/*"] }',
        'packages/db/package.json': '{ "name": "@acme/db", "main": "./dist/index.js" }',
        'packages/db/src/index.ts': client,
        'packages/api/package.json': '{ "name": "@acme/api" }',
      },
      'packages/api/src/use.ts',
      use('@acme/db'),
    ],
    [
      'module.exports',
      { 'src/db.js': `const { PrismaClient } = require('@prisma/client');\nmodule.exports = { db: new PrismaClient() };` },
      'src/use.js',
      use('./db'),
    ],
    ['exports.db', { 'src/db.js': `const { PrismaClient } = require('@prisma/client');\nexports.db = new PrismaClient();` }, 'src/use.js', use('./db')],
    [
      'a default export by require',
      { 'src/user.js': `const { model } = require('mongoose');\nmodule.exports = model('User', schema);` },
      'src/use.js',
      `const User = require('./user');\nexports.load = async (ids) => {\n  for (const id of ids) await User.findById(id);\n};`,
    ],
    [
      'models of sequelize init',
      {
        'models/index.js': `const Sequelize = require('sequelize');\nconst db = {};\nconst sequelize = new Sequelize('');\nfiles.forEach((file) => {\n  const model = require(path.join(__dirname, file))(sequelize, Sequelize.DataTypes);\n  db[model.name] = model;\n});\nmodule.exports = db;`,
      },
      'src/use.js',
      `const db = require('../models');\nexports.load = async (ids) => {\n  for (const id of ids) await db.User.findByPk(id);\n};`,
    ],
    [
      'a module put together from parts',
      {
        'src/db.js': `const db = module.exports;\ndb.client = require('redis').createClient();\nrequire('./db/sets')(db);`,
        'src/db/sets.js': `module.exports = function (module) {\n  module.members = async (key) => module.client.sMembers(key);\n};`,
      },
      'src/use.js',
      `const db = require('./db');\nexports.load = async (keys) => {\n  for (const key of keys) await db.members(key);\n};`,
    ],
    [
      'a service in another file',
      {
        'src/db.ts': client,
        'src/users.ts': `import { db } from './db';\nexport class Users {\n  one(id: string) {\n    return db.user.findFirst({ where: { id } });\n  }\n}`,
      },
      'src/use.ts',
      `import { Users } from './users';\nexport class Api {\n  constructor(private readonly users: Users) {}\n  async load(ids: string[]) {\n    for (const id of ids) await this.users.one(id);\n  }\n}`,
    ],
  ])('%s', (_name, files, path, code) => {
    expect(lint(makeProject(files), path, code)).toEqual(hit);
  });

  it.each<[string, Record<string, string>]>([
    ['a file that is not there', {}],
    ['a file with a syntax error', { 'src/db.ts': 'export const db = new (' }],
    ['a file that is not text', { 'src/db.ts': '\u0000\u0001' }],
    ['a minified file', { 'src/db.js': `${client}${'var a=1;'.repeat(5000)}` }],
    ['files that import each other', { 'src/db.ts': `export { db } from './other';`, 'src/other.ts': `export { db } from './db';` }],
    ['files that export * each other', { 'src/db.ts': `export * from './other';`, 'src/other.ts': `export * from './db';` }],
    ['a package.json that is broken', { 'package.json': '{ "name": ', 'src/db.ts': 'export const db = something();' }],
    ['a tsconfig that extends itself', { 'tsconfig.json': '{ "extends": "./tsconfig.json" }', 'src/db.ts': 'export const db = something();' }],
  ])('is unknown behind %s', (_name, files) => {
    const code = `import { db } from './db';\nexport async function load(ids) {\n  for (const id of ids) await db.users.load(id);\n}\n`;
    expect(lint(makeProject(files), 'src/use.ts', code)).toEqual([]);
  });

  it('packages under node_modules are never opened', () => {
    const folder = makeProject({ 'node_modules/db/package.json': '{ "name": "db", "main": "index.js" }', 'node_modules/db/index.js': client });
    expect(lint(folder, 'src/use.ts', use('db').replace('findFirst({ where: { id } })', 'load(id)'))).toEqual([]);
  });

  it('a workspace package that is linked is opened', () => {
    const folder = makeProject({
      'package.json': '{ "workspaces": ["packages/*"] }',
      'packages/db/package.json': '{ "name": "@acme/db", "exports": "./index.ts" }',
      'packages/db/index.ts': client,
    });
    mkdirSync(join(folder, 'node_modules/@acme'), { recursive: true });
    symlinkSync(join(folder, 'packages/db'), join(folder, 'node_modules/@acme/db'));
    expect(lint(folder, 'src/use.ts', use('@acme/db'))).toEqual(hit);
  });
});

describe('a change in another file', () => {
  const helper = (body: string): string =>
    `import { PrismaClient } from '@prisma/client';\nconst db = new PrismaClient();\nexport async function one(id) {\n  ${body}\n}\n`;
  const code = `import { one } from './middle';\nexport async function load(ids) {\n  for (const id of ids) await one(id);\n}\n`;

  it('is seen by the next lint, also two files away', () => {
    const folder = makeProject({ 'src/one.ts': helper('return id;'), 'src/middle.ts': `export { one } from './one';` });
    expect(lint(folder, 'src/use.ts', code)).toEqual([]);
    write(folder, 'src/one.ts', helper('return db.user.findFirst({ where: { id } });'));
    expect(lint(folder, 'src/use.ts', code)).toEqual(hit);
    write(folder, 'src/one.ts', helper('return id;'));
    // The same size at another time.
    utimesSync(join(folder, 'src/one.ts'), new Date(), new Date(Date.now() + 5000));
    expect(lint(folder, 'src/use.ts', code)).toEqual([]);
  });

  it('a file that appears is seen', () => {
    const folder = makeProject({ 'src/middle.ts': `export { one } from './one';` });
    expect(lint(folder, 'src/use.ts', code)).toEqual([]);
    write(folder, 'src/one.ts', helper('return db.user.findFirst({ where: { id } });'));
    write(folder, 'src/middle.ts', `export { one } from './one';\n`);
    expect(lint(folder, 'src/use.ts', code)).toEqual(hit);
  });
});

describe('what a file is for, by its path', () => {
  const loop = `${client}export async function load(ids) {\n  for (const id of ids) await db.user.findFirst({ where: { id } });\n}\n`;
  const inner = (path: string): Record<string, string> => ({ [`${path}/package.json`]: '{ "name": "inner" }' });

  it.each<[string, string[], Record<string, string>?]>([
    ['src/users.ts', hit],
    ['src/contest/users.ts', hit],
    ['src/latest.ts', hit],
    ['src/seedling.ts', hit],
    ['packages/api/src/users.ts', hit, inner('packages/api')],
    ['tests/users.ts', []],
    ['src/__tests__/users.ts', []],
    ['src/users.spec.ts', []],
    ['prisma/seed.ts', []],
    ['db/migrations/0001.ts', []],
    ['scripts/fill.ts', []],
    ['libs/testing/src/users.ts', [], inner('libs/testing')],
    ['tests/app/src/users.ts', [], inner('tests/app')],
    ['packages/api/test/app/src/users.ts', [], inner('packages/api/test/app')],
  ])('%s: %j', (path, expected, files = {}) => {
    expect(lint(makeProject(files), path, loop)).toEqual(expected);
  });

  it('folders above the project say nothing', () => {
    const folder = join(makeProject({}), 'tests/checkout');
    rmSync(join(folder, '../../package.json'));
    write(folder, 'package.json', '{ "name": "project" }');
    expect(lint(folder, 'src/users.ts', loop)).toEqual(hit);
  });
});

describe('when a list is read, by the other files that call', () => {
  const db = `import { PrismaClient } from '@prisma/client';\nexport const db = new PrismaClient();\n`;
  const list = `import { db } from './db';\nexport async function loadAll() {\n  return db.user.findMany();\n}\n`;
  const app = `import express from 'express';\nexport const app = express();\n`;
  const unbounded = ['latency/no-unbounded-query'];
  const start = `import { loadAll } from './list';\nasync function main() {\n  await loadAll();\n}\nmain();\n`;
  const route = `import { app } from './app';\nimport { loadAll } from './list';\napp.get('/', async (req, res) => res.json(await loadAll()));\n`;

  it.each<[string, Record<string, string>, string[]]>([
    ['nobody', {}, unbounded],
    ['the start', { 'src/main.ts': start }, []],
    ['a script', { 'scripts/fill.ts': `import { loadAll } from '../src/list';\nexport const run = () => loadAll();\n` }, []],
    ['a handler', { 'src/routes.ts': route }, unbounded],
    ['the start and a handler', { 'src/main.ts': start, 'src/routes.ts': route }, unbounded],
    ['the start and a test', { 'src/main.ts': start, 'src/list.test.ts': route }, []],
    [
      'the start, two files away',
      {
        'src/warm.ts': `import { loadAll } from './list';\nexport const warm = () => loadAll();\n`,
        'src/main.ts': start.replace(/loadAll/g, 'warm').replace('./list', './warm'),
      },
      [],
    ],
    ['the start, through a barrel', { 'src/lib.ts': `export * from './list';\n`, 'src/main.ts': start.replace('./list', './lib') }, []],
    [
      'the start, and a handler by another name',
      {
        'src/lib.ts': `export { loadAll as users } from './list';\n`,
        'src/main.ts': start,
        'src/routes.ts': `import { app } from './app';\nimport { users } from './lib';\napp.get('/', async (req, res) => res.json(await users()));\n`,
      },
      unbounded,
    ],
    [
      'the start, and a handler by its module',
      { 'src/main.ts': start, 'src/routes.ts': route.replace('{ loadAll }', '* as lists').replace('await loadAll', 'await lists.loadAll') },
      unbounded,
    ],
    [
      'the start, and a module that is handed on',
      { 'src/main.ts': start, 'src/all.ts': `import * as lists from './list';\nregister(lists);\n// loadAll\n` },
      unbounded,
    ],
    [
      'the start, and a function that is handed on',
      { 'src/main.ts': start, 'src/all.ts': `import { loadAll } from './list';\nregister(loadAll);\n` },
      unbounded,
    ],
    [
      'the start, and a handler that requires it in place',
      {
        'src/main.ts': start,
        'src/routes.ts': `import { app } from './app';\napp.get('/', async (req, res) => res.json(await require('./list').loadAll()));\n`,
      },
      unbounded,
    ],
    [
      'the start, and an import at run time',
      { 'src/main.ts': start, 'src/job.ts': `export async function job() {\n  const { loadAll } = await import('./list');\n  return loadAll();\n}\n` },
      unbounded,
    ],
    [
      'the start, and a file by an alias',
      {
        'tsconfig.json': '{ "compilerOptions": { "paths": { "@users": ["./src/list.ts"] } } }',
        'src/main.ts': start,
        'src/routes.ts': route.replace('./list', '@users'),
      },
      unbounded,
    ],
    [
      'the start, and a file that does not parse',
      { 'src/main.ts': start, 'src/page.vue': `<script setup>\nimport { loadAll } from './list';\n</script>\n` },
      unbounded,
    ],
    [
      'each other',
      {
        'src/other.ts': `import { loadAll } from './list';\nexport const other = () => loadAll();\n`,
        'src/more.ts': `import { other } from './other';\nexport const more = () => other() && more();\n`,
      },
      unbounded,
    ],
  ])('%s: %#', (_name, files, expected) => {
    const folder = makeProject({ 'src/db.ts': db, 'src/app.ts': app, 'src/list.ts': list, ...files });
    expect(lint(folder, 'src/list.ts', list)).toEqual(expected);
  });

  it.each<[string, string, Record<string, string>]>([
    ['its own file hands it to a route', `import { app } from './app';\n${list}app.get('/', loadAll);\n`, { 'src/main.ts': start }],
    ['a service holds it', `${list}export const service = { all: loadAll };\n`, { 'src/main.ts': start }],
    [
      'a handler uses another of its names',
      `${list}export { loadAll as users };\n`,
      { 'src/main.ts': start, 'src/routes.ts': route.replace('{ loadAll }', '{ users }').replace('await loadAll', 'await users') },
    ],
    [
      'a handler uses it as the default',
      `${list}export default loadAll;\n`,
      { 'src/main.ts': start, 'src/routes.ts': route.replace('{ loadAll }', 'all').replace('await loadAll', 'await all') },
    ],
    ['a file hands the module on without a name', list, { 'src/main.ts': start, 'src/all.ts': `import * as lists from './list';\nmount(lists);\n` }],
    ['a file calls a computed name', list, { 'src/main.ts': start, 'src/all.ts': `import * as lists from './list';\nlists[name]();\n` }],
    ['a handler in a folder that is called public', list, { 'src/main.ts': start, 'src/public/routes.ts': route.replaceAll('./', '../') }],
  ])('is reported where the start calls, and %s', (_name, text, files) => {
    const folder = makeProject({ 'src/db.ts': db, 'src/app.ts': app, 'src/list.ts': text, ...files });
    expect(lint(folder, 'src/list.ts', text)).toEqual(unbounded);
  });

  const method = `import { db } from './db';\nexport class Users {\n  async loadAll() {\n    return db.user.findMany();\n  }\n}\n`;
  const startMethod = `import { Users } from './list';\nconst users = new Users();\nasync function main() {\n  await users.loadAll();\n}\nmain();\n`;
  const startWith = (call: string): string =>
    `import { Users } from './list';\nimport { every } from './timer';\nconst users = new Users();\nasync function main() {\n  ${call}\n}\nmain();\n`;

  it.each<[string, Record<string, string>, string[], string?]>([
    ['nobody', {}, unbounded],
    ['the start', { 'src/main.ts': startMethod }, []],
    [
      'the start, by a class of its own that is built once',
      { 'src/main.ts': `import './list';\n` },
      [],
      `${method.replace('export ', '').replace('async loadAll', 'constructor() { void this.loadAll(); }\n  async loadAll')}new Users();\n`,
    ],
    [
      'the start, by a class that is built once here and may be built elsewhere',
      { 'src/main.ts': `import './list';\n` },
      unbounded,
      `${method.replace('async loadAll', 'constructor() { void this.loadAll(); }\n  async loadAll')}new Users();\n`,
    ],
    [
      'the start and a handler',
      { 'src/main.ts': startMethod, 'src/routes.ts': route.replace('{ loadAll }', '{ Users }').replace('await loadAll()', 'await new Users().loadAll()') },
      unbounded,
    ],
    [
      'the start, and an object that is not known',
      { 'src/main.ts': startMethod, 'src/other.ts': 'export const run = (service: any) => service.loadAll();\n' },
      unbounded,
    ],
    [
      'the start, and one that takes it by its name',
      { 'src/main.ts': startMethod, 'src/other.ts': `export const run = (service: any) => service['loadAll']();\n` },
      unbounded,
    ],
    [
      'the start, and one that takes it apart',
      { 'src/main.ts': startMethod, 'src/other.ts': `import { Users } from './list';\nconst { loadAll } = new Users();\nexport { loadAll };\n` },
      unbounded,
    ],
    [
      'the start, and another class has one of that name',
      { 'src/main.ts': startMethod, 'src/other.ts': `class Other {\n  loadAll() {\n    return [];\n  }\n}\nexport const all = () => new Other().loadAll();\n` },
      [],
    ],
    ['a timer that the start sets', { 'src/main.ts': startWith('every(60, () => users.loadAll());') }, unbounded],
    ['the start, again and again', { 'src/main.ts': startWith('while (true) await users.loadAll();') }, unbounded],
    ['the start, for each of a list', { 'src/main.ts': startWith('await Promise.all([1, 2].map(() => users.loadAll()));') }, []],
    [
      'the start, of a class that a framework extends',
      { 'src/main.ts': startMethod },
      unbounded,
      `import { Command } from 'commander';\n${method.replace('class Users', 'class Users extends Command')}`,
    ],
  ])('a method, by %s: %#', (_name, files, expected, text = method) => {
    const folder = makeProject({
      'src/db.ts': db,
      'src/app.ts': app,
      'src/timer.ts': 'export declare function every(seconds: number, run: () => void): void;\n',
      'src/list.ts': text,
      ...files,
    });
    expect(lint(folder, 'src/list.ts', text)).toEqual(expected);
  });

  it('a client that only the start has built lives as long as the process', () => {
    const text = `import { Redis } from 'ioredis';\nexport class Container {\n  async load() {\n    const redis = new Redis(process.env.REDIS);\n    await redis.ping();\n  }\n}\n`;
    const main = `import { Container } from './list';\nvoid new Container().load();\n`;
    const used = `import { app } from './app';\nimport { Container } from './list';\napp.get('/', async (req, res) => res.json(await new Container().load()));\n`;
    const reported = (files: Record<string, string>): string[] => lint(makeProject({ 'src/app.ts': app, 'src/list.ts': text, ...files }), 'src/list.ts', text);
    expect(reported({ 'src/main.ts': main })).toEqual([]);
    expect(reported({ 'src/main.ts': main, 'src/routes.ts': used })).toEqual(['latency/no-client-per-request']);
  });

  it('another package of the workspace that depends on this one can call, too', () => {
    const files = {
      'packages/lists/package.json': '{ "name": "lists" }',
      'packages/lists/src/db.ts': db,
      'packages/lists/src/list.ts': list,
      'packages/lists/src/main.ts': start,
    };
    const alone = makeProject({ 'package.json': '{ "workspaces": ["packages/*"] }', ...files });
    expect(lint(alone, 'packages/lists/src/list.ts', list)).toEqual([]);
    const used = makeProject({
      'package.json': '{ "workspaces": ["packages/*"] }',
      ...files,
      'packages/api/package.json': '{ "name": "api", "dependencies": { "lists": "*" } }',
    });
    expect(lint(used, 'packages/lists/src/list.ts', list)).toEqual(unbounded);
  });

  it('what the plugins of Fastify put on its application', () => {
    const route = `import Fastify from 'fastify';\nconst app = Fastify();\napp.get('/', async (request) => request.server.pg.query('select name from users where open'));\n`;
    expect(lint(makeProject({ 'package.json': '{ "dependencies": { "fastify": "5", "@fastify/postgres": "6" } }' }), 'src/app.ts', route)).toEqual(unbounded);
    expect(lint(makeProject({ 'package.json': '{ "dependencies": { "fastify": "5" } }' }), 'src/app.ts', route)).toEqual([]);
  });

  it('what Nest calls once', () => {
    const service = (method: string): string =>
      `import { Injectable } from '@nestjs/common';\nimport { db } from './db';\n@Injectable()\nexport class Users {\n  async ${method}() {\n    return db.user.findMany();\n  }\n}\n`;
    const folder = makeProject({ 'src/db.ts': db });
    expect(lint(folder, 'src/users.ts', service('onModuleInit'))).toEqual([]);
    expect(lint(folder, 'src/users.ts', service('list'))).toEqual(unbounded);
  });
});
