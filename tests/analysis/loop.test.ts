import { describe, expect, it } from 'vitest';

import { findLoop } from '../../src/analysis/loop.ts';
import { find, parse } from '../parsed.ts';

function exemptionOf(text: string): string {
  const code = parse(text);
  const asked = find(code, 'ask(x)');
  const call = asked.parent?.type === 'CallExpression' && /\.find\(ask/.test(text) ? asked.parent : asked;
  const loop = findLoop(code, call);
  return loop === undefined ? 'no loop' : (loop.exempt ?? 'runs per item');
}

const table: Record<string, Record<string, string>> = {
  'runs per item': {
    'a map that nobody fills': 'const known = new Map(); for (const x of list) { const y = known.get(x) ?? (await ask(x)); }',
    'a map of the turn': 'for (const x of list) { const y = x.headers.get(x) ?? (await ask(x)); }',
    'what is looked up is something else': 'const known = new Map(rows); for (const x of list) { const y = known.get("all") ?? (await ask(x)); }',
    'items of one kind': `for (const x of list) { if (x.kind === 'a') { await ask(x); } }`,
    'for of': 'for (const x of list) await ask(x);',
    'for in': 'for (const x in list) await ask(x);',
    'for with an index': 'for (let i = 0; i < list.length; i++) { const x = list[i]; await ask(x); }',
    'for with a length taken before': 'for (let i = 0, n = list.length; i < n; i++) { const x = list[i]; await ask(x); }',
    'while over an index': 'let i = 0; while (i < list.length) { const x = list[i++]; await ask(x); }',
    map: 'await Promise.all(list.map(async (x) => ask(x)));',
    'map of a function expression': 'list.map(function (x) { return ask(x); });',
    forEach: 'list.forEach(async (x) => { await ask(x); });',
    flatMap: 'list.flatMap((x) => ask(x));',
    filter: 'list.filter((x) => ask(x));',
    some: 'list.some((x) => ask(x));',
    every: 'list.every((x) => ask(x));',
    find: 'list.find((x) => ask(x));',
    reduce: 'list.reduce(async (sum, x) => (await sum) + (await ask(x)), 0);',
    'Array.from': 'await Promise.all(Array.from(list, (x) => ask(x)));',
    'for await over an array': 'for await (const x of [...list]) await ask(x);',
    'inside an if': 'for (const x of list) { if (x.open) { await ask(x); } }',
    'inside a limiter': 'list.map((x) => limit(() => ask(x)));',
    'called at once': 'for (const x of list) (async () => { await ask(x); })();',
    'each item of a chunk': 'for (const part of chunk(list, 5)) await Promise.all(part.map((x) => ask(x)));',
    'a list that grows': 'const list = [1]; list.push(...more); for (const x of list) await ask(x);',
    'a failure ends it':
      'async function f() { for (const x of list) { const result = await ask(x); if (result.isFailed()) return Result.fail(result.getError()); } }',
    'an error ends it': 'async function f(res) { for (const x of list) { const missing = await ask(x); if (missing) return res.status(404).end(); } }',
    'a left ends it': 'async function f() { for (const x of list) { const answer = await ask(x); if (E.isLeft(answer)) return E.left(answer.left); } }',
    'a failed look-up ends it': 'async function f() { for (const x of list) { const found = await ask(x); if (!found) return; } }',
    'a sum carries over, the question does not': 'let sum = 0; for (const x of list) { sum = sum + (await ask(x)); }',
  },
  'counts tries': {
    'a counter that indexes nothing': 'for (let attempt = 0; attempt < tries; attempt++) { await ask(x); }',
    'a retry with a catch': 'for (let i = 0; i < tries; i++) { try { await ask(x); break; } catch {} }',
  },
  'waits for a condition': {
    'a poll': 'while (!ready) { await ask(x); await sleep(100); }',
    'a poll by setTimeout': 'while (!ready) { await ask(x); await new Promise((done) => setTimeout(done, 100)); }',
  },
  'walks pages': {
    'while true': 'while (true) { const page = await ask(x); if (!page.next) break; }',
    'for without a test': 'for (;;) { const page = await ask(x); if (!page.next) break; }',
  },
  'works in chunks': {
    'steps by a size': 'for (let i = 0; i < list.length; i += 100) { const x = list.slice(i, i + 100); await ask(x); }',
    'a chunk function': 'for (const x of chunk(list, 100)) await ask(x);',
    'a variable of chunks': 'const parts = chunk(list, 100); for (const x of parts) await ask(x);',
    'a name that says so': 'for (const x of batches) await ask(x);',
    'a list of lists': 'const list: string[][] = make(); for (const x of list) await ask(x);',
  },
  'reads a stream': {
    'for await': 'for await (const x of stream) await ask(x);',
    'for await over a call': 'for await (const x of rows()) await ask(x);',
  },
  'each turn needs the last answer': {
    'a parent walk': 'let x = start; while (x) { x = await ask(x); }',
    'a cursor': 'let x; do { const page = await ask(x); x = page.next; } while (x);',
    'a chain over a list': 'let x = 0; for (const step of steps) { x = await ask(x); }',
    'a reduce whose accumulator is asked with': 'list.reduce(async (x, item) => ask(x), start);',
  },
  'stops at the first match': {
    'returns what it found': 'async function f() { for (const x of list) { const found = await ask(x); if (found) return found; } }',
    'breaks on a match': 'for (const x of list) { if (await ask(x)) break; }',
    'compares the answer': "for (const x of list) { const found = await ask(x); if (found.state === 'free') { take(found); break; } }",
  },
  'runs at most once': {
    'one of the keys, in a callback': `keys.map(async (x) => { if (x === 'email') { await ask(x); } });`,
    'one of the keys, after another': `for (const x of keys) { if (x === 'a') { one(); } else if (x === 'b') { await ask(x); } }`,
    'one of the keys, in a switch': `keys.forEach(async (x) => { switch (x) { case 'email': await ask(x); } });`,
    'returns the first': 'async function f() { for (const x of list) { return await ask(x); } }',
    'a break right behind': 'for (const x of list) { if (x.open) { await ask(x); break; } }',
  },
  'waits between turns': {
    'a pause': 'for (const x of list) { await ask(x); await sleep(50); }',
    'a pause by a promise': 'for (const x of list) { await ask(x); await new Promise((done) => setTimeout(done, 50)); }',
  },
  'short fixed list': {
    'a set of two': 'for (const x of new Set([a, b])) await ask(x);',
    'a set of two, spread': 'const list = [...new Set([a, b])]; for (const x of list) await ask(x);',
    'a literal': "for (const x of ['a', 'b']) await ask(x);",
    'one of two literals': "const list = y ? [y] : ['a', 'b']; for (const x of list) await ask(x);",
    'a constant': "const list = ['a', 'b'] as const; for (const x of list) await ask(x);",
    'a literal bound': 'for (let i = 0; i < 3; i++) { const x = list[i]; await ask(x); }',
    'keys of a constant': 'const table = { a: 1, b: 2 }; for (const x of Object.keys(table)) await ask(x);',
    'an enumeration': 'enum Kind { A, B } for (const x of Object.values(Kind)) await ask(x);',
    'a map of a literal': '[one, two].map((x) => ask(x));',
  },
  'each turn asks another table': {
    'a repository of the item': 'for (const field of fields) { await source.getRepository(field.entity).find(ask(x)); }',
    'a model by name': 'for (const name of names) { await db[name].find(ask(x)); }',
    'a repository by what is made of the item':
      'for (const field of fields) { const entity = kinds[field.kind]; await source.getRepository(entity).find(ask(x)); }',
  },
  'runs when an item fails': {
    'in a catch': 'for (const x of list) { try { work(x); } catch { await ask(x); } }',
  },
  'keeps answers in a map': {
    'looks first': 'for (const x of list) { let y = known.get(x); if (!y) { y = await ask(x); known.set(x, y); } }',
  },
  'reads what a map lacks': {
    awaited: 'const known = await findByKeys(list, load); for (const x of list) { const y = known.get(x) ?? (await ask(x)); }',
    given: 'const known = new Map(rows.map((row) => [row.id, row])); await Promise.all(list.map((x) => known.get(x) ?? ask(x)));',
  },
  'no loop': {
    'the iterated expression': 'for (const y of ask(x)) use(y);',
    'the first part of a for': 'for (let y = ask(x); y; y = next(y)) use(y);',
    'a function that is only defined': 'for (const y of list) { run[y] = (x) => ask(x); }',
    'an event handler': 'for (const y of list) emitter.on(y, (x) => ask(x));',
    'a method of a class': 'for (const y of list) { class A { m(x) { ask(x); } } }',
    'no loop at all': 'await ask(x);',
  },
};

for (const [expected, cases] of Object.entries(table)) {
  describe(expected, () => {
    for (const [name, text] of Object.entries(cases)) {
      it(name, () => {
        expect(exemptionOf(text)).toBe(expected);
      });
    }
  });
}

describe('concurrency', () => {
  it.each([
    ['list.map(async (x) => ask(x))', true],
    ['list.forEach(async (x) => { await ask(x); })', true],
    ['list.reduce(async (sum, x) => ask(x), 0)', false],
  ])('%s', (text, concurrent) => {
    const code = parse(text);
    expect(findLoop(code, find(code, 'ask(x)'))?.concurrent).toBe(concurrent);
  });
});
