import { describe, expect, it } from 'vitest';

import { evaluate } from '../../src/analysis/origin/evaluate.ts';
import type { Value } from '../../src/analysis/origin/value.ts';
import { find, parse } from '../parsed.ts';

function describeValue(value: Value): string {
  switch (value.kind) {
    case 'object':
      return `${value.library.name}:${value.type}`;
    case 'method':
      return `${value.library.name}:${value.type}.${value.name}`;
    case 'export':
      return `${value.library.name} ${value.name}`;
    case 'list':
      return `list of ${describeValue(value.of)}`;
    case 'union':
      return value.of.map(describeValue).join(' | ');
    case 'instance':
      return `instance of ${describeValue(value.of)}`;
    default:
      return value.kind;
  }
}

const prisma = `import { PrismaClient } from '@prisma/client'; const db = new PrismaClient(); `;
const cases: readonly [name: string, text: string, asked: string, expected: string][] = [
  ['new', `${prisma}db;`, 'db', 'prisma:client'],
  ['const alias', `${prisma}const again = db; again;`, 'again', 'prisma:client'],
  ['let assigned later', `import Redis from 'ioredis'; let r; r = new Redis(); r;`, 'r', 'ioredis:client'],
  ['renamed import', `import { Redis as R } from 'ioredis'; const r = new R(); r;`, 'r', 'ioredis:client'],
  ['namespace import', `import * as pg from 'pg'; const p = new pg.Pool(); p;`, 'p', 'pg:pool'],
  ['default import as a namespace', `import pg from 'pg'; const p = new pg.Pool(); p;`, 'p', 'pg:pool'],
  ['require', `const pg = require('pg'); const p = new pg.Pool(); p;`, 'p', 'pg:pool'],
  ['destructured require', `const { Pool } = require('pg'); const p = new Pool(); p;`, 'p', 'pg:pool'],
  ['require of a default export', `const knex = require('knex'); const k = knex({}); k;`, 'k', 'knex:knex'],
  ['require called at once', `const k = require('knex')({}); k;`, 'k', 'knex:knex'],
  ['dynamic import', `const { Pool } = await import('pg'); const p = new Pool(); p;`, 'p', 'pg:pool'],
  ['import equals', `import pg = require('pg'); const p = new pg.Pool(); p;`, 'p', 'pg:pool'],
  ['globalThis.x ?? new X()', `import { Pool } from 'pg'; const p = globalThis.pool ?? new Pool(); p;`, 'p', 'pg:pool'],
  ['condition', `import { Pool } from 'pg'; const p = test ? new Pool() : undefined; p;`, 'p', 'pg:pool'],
  ['as', `${prisma}const d = db as unknown as Other; d;`, 'd', 'prisma:client'],
  ['not null', `${prisma}db!.user;`, 'db!.user', 'prisma:delegate'],
  ['satisfies', `import { Pool } from 'pg'; const p = new Pool() satisfies Pool; p;`, 'p', 'pg:pool'],
  ['optional chaining', `${prisma}db?.user;`, 'db?.user', 'prisma:delegate'],
  ['computed with a literal', `${prisma}db['user'];`, `db['user']`, 'prisma:delegate'],
  ['computed with a variable', `${prisma}db[model];`, 'db[model]', 'prisma:delegate'],
  ['declared type', `import { Pool } from 'pg'; function f(p: Pool) { p; }`, 'p', 'pg:pool'],
  ['declared type, imported as a type', `import type { Kysely } from 'kysely'; function f(p: Kysely<DB>) { p; }`, 'p', 'kysely:database'],
  ['qualified type', `import type { Knex } from 'knex'; function f(p: Knex.Transaction) { p; }`, 'p', 'knex:knex'],
  ['union with undefined', `import { Pool } from 'pg'; function f(p: Pool | undefined) { p; }`, 'p', 'pg:pool'],
  ['alias of a type', `import { Pool } from 'pg'; type Db = Pool; function f(p: Db) { p; }`, 'p', 'pg:pool'],
  ['interface', `import { Pool } from 'pg'; interface Context { db: Pool } function f(c: Context) { c.db; }`, 'c.db', 'pg:pool'],
  ['interface that extends', `import { Pool } from 'pg'; interface A { db: Pool } interface B extends A {} function f(c: B) { c.db; }`, 'c.db', 'pg:pool'],
  ['destructured parameter', `import { Pool } from 'pg'; function f({ db: inner }: { db: Pool }) { inner; }`, 'inner', 'pg:pool'],
  ['typeof', `import { Pool } from 'pg'; const db = new Pool(); function f(p: typeof db) { p; }`, 'p', 'pg:pool'],
  ['ReturnType', `import { Pool } from 'pg'; const make = () => new Pool(); function f(p: ReturnType<typeof make>) { p; }`, 'p', 'pg:pool'],
  ['type parameter with a bound', `import { Pool } from 'pg'; function f<T extends Pool>(p: T) { p; }`, 'p', 'pg:pool'],
  ['array of a type', `import { Pool } from 'pg'; function f(list: Pool[]) { list; }`, 'list', 'list of pg:pool'],
  ['item of a list', `import { Pool } from 'pg'; function f(list: Pool[]) { for (const p of list) { p; } }`, 'p', 'pg:pool'],
  ['map callback', `import { Pool } from 'pg'; function f(list: Pool[]) { list.map((p) => p); }`, 'p', 'pg:pool'],
  ['class field', `import { Pool } from 'pg'; class A { db = new Pool(); m() { this.db; } }`, 'this.db', 'pg:pool'],
  ['private field', `import { Pool } from 'pg'; class A { #db = new Pool(); m() { this.#db; } }`, 'this.#db', 'pg:pool'],
  ['getter', `import { Pool } from 'pg'; const p = new Pool(); class A { get db() { return p; } m() { this.db; } }`, 'this.db', 'pg:pool'],
  ['static member', `import { Pool } from 'pg'; class A { static db = new Pool(); } A.db;`, 'A.db', 'pg:pool'],
  [
    'getInstance',
    `import { Pool } from 'pg'; class A { static one: A; db = new Pool(); static getInstance() { return (A.one ??= new A()); } } A.getInstance().db;`,
    'A.getInstance().db',
    'pg:pool',
  ],
  ['parameter property', `import { Pool } from 'pg'; class A { constructor(private db: Pool) {} m() { this.db; } }`, 'this.db', 'pg:pool'],
  ['assigned in the constructor', `import { Pool } from 'pg'; class A { constructor(db: Pool) { this.db = db; } m() { this.db; } }`, 'this.db', 'pg:pool'],
  ['inherited field', `import { Pool } from 'pg'; class A { db = new Pool(); } class B extends A { m() { this.db; } }`, 'this.db', 'pg:pool'],
  [
    'class that extends a client',
    `import { PrismaClient } from '@prisma/client'; class S extends PrismaClient {} const s = new S(); s.user;`,
    's.user',
    'prisma:delegate',
  ],
  ['super', `import { PrismaClient } from '@prisma/client'; class S extends PrismaClient { m() { super.user; } }`, 'super.user', 'prisma:delegate'],
  ['object', `import { Pool } from 'pg'; const context = { db: new Pool() }; context.db;`, 'context.db', 'pg:pool'],
  ['spread object', `import { Pool } from 'pg'; const a = { db: new Pool() }; const b = { ...a }; b.db;`, 'b.db', 'pg:pool'],
  ['member assigned later', `import { Pool } from 'pg'; const context = {}; context.db = new Pool(); context.db;`, 'context.db', 'pg:pool'],
  ['factory', `import { Pool } from 'pg'; function make() { return new Pool(); } make();`, 'make()', 'pg:pool'],
  ['async factory', `import { Pool } from 'pg'; async function make() { return new Pool(); } const p = await make(); p;`, 'p', 'pg:pool'],
  [
    'factory that is given a function',
    `import { Pool } from 'pg'; function once(make) { const made = make(); return made; } once(() => new Pool());`,
    'once(() => new Pool())',
    'pg:pool',
  ],
  ['memoised factory', `import { cache } from 'react'; import { Pool } from 'pg'; const make = cache(() => new Pool()); make();`, 'make()', 'pg:pool'],
  ['then', `import { MongoClient } from 'mongodb'; new MongoClient('').connect().then((c) => c);`, 'c', 'mongodb:client'],
  ['transaction parameter', `${prisma}db.$transaction(async (tx) => { tx; });`, 'tx', 'prisma:client'],
  ['transaction of a helper', `${prisma}function run(work) { return db.$transaction((t) => work(t)); } run((tx) => { tx; });`, 'tx', 'prisma:client'],
  ['$extends', `${prisma}db.$extends({});`, 'db.$extends({})', 'prisma:client'],
  [
    'repository of a source',
    `import { DataSource } from 'typeorm'; const s = new DataSource({}); s.getRepository(U);`,
    's.getRepository(U)',
    'typeorm:repository',
  ],
  ['model of a factory', `import { model } from 'mongoose'; const U = model('U', s); U;`, 'U', 'mongoose:model'],
  ['model || model()', `import { models, model } from 'mongoose'; const U = models.U || model('U', s); U;`, 'U', 'mongoose:model'],
  ['rows of a query', `import { model } from 'mongoose'; const U = model('U', s); const rows = await U.find(); rows;`, 'rows', 'list of mongoose:document'],
  ['a query that is not awaited', `import { model } from 'mongoose'; const U = model('U', s); U.find();`, 'U.find()', 'mongoose:query'],
  ['builder assigned step by step', `import knex from 'knex'; const k = knex({}); let q = k('t'); q = q.where('a', 1); q;`, 'q', 'knex:builder | knex:builder'],
  [
    'what a generic getter is told to give',
    `import { Redis } from 'ioredis'; container.resolve<Redis>('redis');`,
    `container.resolve<Redis>('redis')`,
    'ioredis:client',
  ],
  ['an untyped parameter, by its calls', `${prisma}function f(d) { d; } f(db);`, 'd', 'prisma:client'],
  ['an unknown package', `import { Pool } from 'other'; const p = new Pool(); p;`, 'p', 'unknown'],
  ['a shadowed name', `import { Pool } from 'pg'; const p = new Pool(); function f(p) { p; }`, 'p', 'unknown'],
  ['a cycle', 'const a = b; const b = a; a;', 'a', 'unknown'],
  ['a function that calls itself', 'function f() { return f(); } f();', 'f()', 'unknown'],
  ['eval', `${prisma}eval('db');`, `eval('db')`, 'unknown'],
];

describe('what an expression evaluates to', () => {
  it.each(cases)('%s', (_name, text, asked, expected) => {
    const code = parse(text);
    expect(describeValue(evaluate(code, find(code, asked)))).toBe(expected);
  });
});
