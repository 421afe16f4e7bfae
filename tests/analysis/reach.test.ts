import { describe, expect, it } from 'vitest';

import { findCalled } from '../../src/analysis/reach.ts';
import { find, parse } from '../parsed.ts';

const prisma = `import { PrismaClient } from '@prisma/client';\nconst db = new PrismaClient();\n`;

/** What the call reaches: the operations in the order in which they run. */
function reachedBy(call: string, helpers: string): string[] {
  const code = parse(`${prisma}${helpers}\n${call};`);
  const node = find(code, call);
  if (node.type !== 'CallExpression') throw new Error(`${call} is no call`);
  return findCalled(code, node).map((reached) => `${reached.does} ${reached.call.operation}`);
}

const one = 'read read-one';
const query = 'await db.user.findFirst({ where: { id } });';
const many = 'async function many(ids) { return db.user.findMany({ where: { id: { in: ids } } }); }';

const cases: [name: string, helpers: string, call: string, expected: string[]][] = [
  ['a query', `async function f(id) { ${query} }`, 'f(1)', [one]],
  ['a query through two functions', `async function g(id) { ${query} } const f = async (id) => g(id);`, 'f(1)', [one]],
  ['a query and a write', `async function f(id) { ${query} await db.user.update({ where: { id }, data: {} }); }`, 'f(1)', [one, 'write update']],
  ['a function that calls itself', `async function f(id) { ${query} await f(id); }`, 'f(1)', [one]],
  ['two functions that call each other', `async function f(id) { await g(id); } async function g(id) { ${query} await f(id); }`, 'f(1)', [one]],

  // Branches that the arguments decide.
  ['a flag that is left out', `async function f(id, load) { if (load) { ${query} } }`, 'f(1)', []],
  ['a flag that is true', `async function f(id, load) { if (load) { ${query} } }`, 'f(1, true)', [one]],
  ['a flag that is not known', `async function f(id, load) { if (load) { ${query} } }`, 'f(1, wanted)', [one]],
  ['a flag behind the type of this', `async function f(this: void, id, load) { if (load) { ${query} } }`, 'f(1, true)', [one]],
  ['a flag with a default', `async function f(id, load = true) { if (load) { ${query} } }`, 'f(1)', [one]],
  ['a default that is overruled', `async function f(id, load = true) { if (load) { ${query} } }`, 'f(1, false)', []],
  ['an option that switches it off', `async function f({ id, skip }) { if (!skip) { ${query} } }`, 'f({ id: 1, skip: true })', []],
  ['an option that is left out', `async function f({ id, skip = false }) { if (!skip) { ${query} } }`, 'f({ id: 1 })', [one]],
  ['options that are spread', `async function f({ id, skip }) { if (!skip) { ${query} } }`, 'f({ id: 1, ...options })', [one]],
  ['an argument list that is spread', `async function f(id, load) { if (load) { ${query} } }`, 'f(...list)', [one]],
  ['an option of a parameter', `async function f(id, options) { if (options.load) { ${query} } }`, 'f(1, { load: false })', []],
  ['options that may be left out', `async function f(id, options) { if (options?.load) { ${query} } }`, 'f(1)', []],
  ['an early return', `async function f(id, cached) { if (cached) return; ${query} }`, 'f(1, true)', []],
  ['an early return that is not taken', `async function f(id, cached) { if (cached) return; ${query} }`, 'f(1, false)', [one]],
  ['an else', `async function f(id, kind) { if (kind === 'a') { ${query} } else { await db.user.count(); } }`, `f(1, 'b')`, ['read count']],
  ['a conditional expression', `async function f(id, load) { return load ? await db.user.findFirst({ where: { id } }) : null; }`, 'f(1, false)', []],
  ['a short-circuit', `async function f(id, load) { load && (${query.slice(0, -1)}); }`, 'f(1, false)', []],
  ['a parameter that is assigned', `async function f(id, load) { load = true; if (load) { ${query} } }`, 'f(1, false)', [one]],
  ['a flag handed on', `async function g(id, load) { if (load) { ${query} } } async function f(id, load) { await g(id, load); }`, 'f(1, false)', []],
  [
    'the same function asked two ways',
    `async function g(id, load) { if (load) { ${query} } } async function f(id) { await g(id); await g(id, true); }`,
    'f(1)',
    [one],
  ],

  ['a function that always throws', `async function f(id): Promise<never> { ${query} throw new Error(); }`, 'f(1)', []],

  // Functions that another one made.
  [
    'the function that a wrapper was given',
    `const locked = (fn) => async (...args) => withLock(() => fn(...args)); const other = locked(async (id) => { await db.user.update({ where: { id }, data: {} }); }); const f = locked(async (id) => { ${query} });`,
    'f(1)',
    [one],
  ],

  // Lists of one.
  ['a list', many, 'many(ids)', []],
  ['a list of one', many, 'many([1])', ['read read-many']],
  ['a list of two', many, 'many([1, 2])', []],
  ['a single form of a list form', `${many} async function f(id) { const [row] = await many([id]); return row; }`, 'f(1)', ['read read-many']],
  [
    'a list of one that is mapped',
    `async function many(ids) { const keys = ids.map(String); await db.user.findMany({ where: { id: { in: keys } } }); }`,
    'many([1])',
    ['read read-many'],
  ],
  [
    'a list that is put in place',
    `async function many(ids) { ids = ids.map(String); await db.user.findMany({ where: { id: { in: ids } } }); }`,
    'many([1])',
    ['read read-many'],
  ],
  ['a list that grows', `async function many(ids) { ids = ids.concat(more); await db.user.findMany({ where: { id: { in: ids } } }); }`, 'many([1])', []],
];

describe('the round trips that a call reaches', () => {
  it.each(cases)('%s', (_name, helpers, call, expected) => {
    expect(reachedBy(call, helpers)).toEqual(expected);
  });
});
