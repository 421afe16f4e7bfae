import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, describe, expect, it } from 'vitest';

import { rewritesOf } from '../fixes/rewriting.ts';
import { countStatements, dump, reset, stop } from './databases/server.ts';
import { observe, type Outcome } from './outcome.ts';
import { rewrite } from './rewriting.ts';

const folder = fileURLToPath(new URL('./programs/', import.meta.url));
mkdirSync(folder, { recursive: true });

const prelude = `import { countByKeys, findByKeys, groupByKeys, inChunks, lazy } from 'latency-runtime';
import knex from 'knex';
import { connection } from '../databases/server.ts';
import { Pool } from 'pg';
const db = knex({ client: 'pg', connection: { ...connection }, pool: { min: 0, max: 1 } });
const pool = new Pool({ ...connection, max: 1 });
export const close = () => Promise.all([db.destroy(), pool.end()]);
interface Item { id: number; ref: number | null; text: string }
`;

/** A key that repeats, and one that is missing. */
const list = () => [
  { id: 2, ref: 1, text: 'a' },
  { id: 1, ref: null, text: 'b' },
  { id: 2, ref: 2, text: 'c' },
  { id: 9, ref: 4, text: 'd' },
];

interface Case {
  /** What stands in the function, with `out`, `items` and `trace`. */
  readonly program: string;
  /** The same as someone writes it who looks less closely. */
  readonly naive: string;
}

/** Each reason, with a program that a rewrite would break. */
const refused: Readonly<Record<string, Case>> = {
  'each turn has its own limit': {
    program: `for (const item of items) out.push((await db('posts').where('author', item.id).orderBy('id').limit(1)).length);`,
    naive: `const rows = await groupByKeys(items.map(({ id }) => id), (keys) => db('posts').whereIn('author', keys).orderBy('id').limit(1), (row) => row.author);
for (const item of items) out.push((rows.get(item.id) ?? []).length);`,
  },
  'the key is not compared for equality': {
    program: `for (const item of items) out.push((await db('users').where('id', '>', item.id).orderBy('id')).length);`,
    naive: `const rows = await groupByKeys(items.map(({ id }) => id), (keys) => db('users').whereIn('id', keys).orderBy('id'), (row) => row.id);
for (const item of items) out.push((rows.get(item.id) ?? []).length);`,
  },
  'each turn asks by more than one value': {
    program: `for (const item of items) out.push((await db('users').where('id', item.id).where('team', '<>', item.ref ?? 0)).length);`,
    naive: `const rows = await groupByKeys(items.map(({ id }) => id), (keys) => db('users').whereIn('id', keys).whereNotIn('team', items.map(({ ref }) => ref ?? 0)), (row) => row.id);
for (const item of items) out.push((rows.get(item.id) ?? []).length);`,
  },
  'the statement has a step that may change what it reads': {
    program: `for (const item of items) out.push((await db('posts').where('author', item.id).orderBy('id').offset(1)).length);`,
    naive: `const rows = await groupByKeys(items.map(({ id }) => id), (keys) => db('posts').whereIn('author', keys).orderBy('id').offset(1), (row) => row.author);
for (const item of items) out.push((rows.get(item.id) ?? []).length);`,
  },
  'the column of the key is not among those that are read': {
    program: `for (const item of items) out.push(await db('posts').select(db.raw('max(title) as last')).where('author', item.id));`,
    naive: `const rows = await groupByKeys(items.map(({ id }) => id), (keys) => db('posts').select(db.raw('max(title) as last')).whereIn('author', keys), (row) => row.author);
for (const item of items) out.push(rows.get(item.id) ?? []);`,
  },
  'the loop changes its list or its counter': {
    program: `for (const item of items) {
  const found = await db('users').where('id', item.id);
  if (found.length > 0 && items.length < 6) items.push({ id: item.id + 1, ref: null, text: '' });
  out.push(found.length);
}`,
    naive: `const rows = await groupByKeys(items.map(({ id }) => id), (keys) => db('users').whereIn('id', keys), (row) => row.id);
for (const item of items) {
  const found = rows.get(item.id) ?? [];
  if (found.length > 0 && items.length < 6) items.push({ id: item.id + 1, ref: null, text: '' });
  out.push(found.length);
}`,
  },
  'the key is known only inside the turn': {
    program: `let at = 0;
const next = (item: Item) => (trace.push(item.id), ++at);
for (const item of items) {
  const key = next(item);
  out.push((await db('users').where('id', key)).length);
}`,
    naive: `let at = 0;
const next = (item: Item) => (trace.push(item.id), ++at);
const rows = await groupByKeys(items.map((item) => next(item)), (keys) => db('users').whereIn('id', keys), (row) => row.id);
for (const item of items) out.push((rows.get(next(item)) ?? []).length);`,
  },
  'a test in the turn decides whether there is a key, and the key is computed': {
    program: `for (const item of items) {
  if (item.ref === null) continue;
  out.push((await db('users').where('id', BigInt(item.ref).toString())).length);
}`,
    naive: `const rows = await groupByKeys(items.map((item) => BigInt(item.ref as number).toString()), (keys) => db('users').whereIn('id', keys), (row) => row.id);
for (const item of items) {
  if (item.ref === null) continue;
  out.push((rows.get(BigInt(item.ref).toString()) ?? []).length);
}`,
  },
  'each turn handles its own error': {
    program: `for (const item of items) {
  try {
    await db('posts').insert({ author: item.text === 'b' ? ('no number' as never) : item.id, title: item.text });
  } catch {
    out.push('none');
  }
}`,
    naive: `try {
  await inChunks(items.map((item) => ({ author: item.text === 'b' ? 'no number' : item.id, title: item.text })), 1000, (rows) => db('posts').insert(rows as never));
} catch {
  out.push('none');
}`,
  },
  'the query changes from turn to turn': {
    program: `let column = 'id';
for (const item of items) {
  const found = await db('posts').where('author', item.id).orderBy(column, 'desc');
  out.push(found[0]?.title);
  column = 'title';
}`,
    naive: `let column = 'id';
const rows = await groupByKeys(items.map(({ id }) => id), (keys) => db('posts').whereIn('author', keys).orderBy(column, 'desc'), (row) => row.author);
for (const item of items) {
  const found = rows.get(item.id) ?? [];
  out.push(found[0]?.title);
  column = 'title';
}`,
  },
  'the row that a turn changes may be another turn’s row, too': {
    program: `for (const item of items) {
  const user = await db('users').where('id', item.id).first();
  if (user) user.name += '!';
  out.push(user?.name);
}`,
    naive: `const rows = await findByKeys(items.map(({ id }) => id), (keys) => db('users').whereIn('id', keys), (row) => row.id);
for (const item of items) {
  const user = rows.get(item.id);
  if (user) user.name += '!';
  out.push(user?.name);
}`,
  },
  'the promises of the loop are not awaited together': {
    program: `const reading = items.map(async (item) => {
  const [first] = await db('users').where('id', 1);
  const found = await db('users').where('id', item.id);
  trace.push(first?.id, found.length);
});
for (const item of items) item.id += 1;
await Promise.all(reading);`,
    naive: `const rows = lazy(() => groupByKeys(items.map(({ id }) => id), (keys) => db('users').whereIn('id', keys), (row) => row.id));
const reading = items.map(async (item) => {
  const { id } = item;
  const [first] = await db('users').where('id', 1);
  trace.push(first?.id, ((await rows()).get(id) ?? []).length);
});
for (const item of items) item.id += 1;
await Promise.all(reading);`,
  },
  'the loop stands in an expression that may not run': {
    program: `const isWanted = items.length > 100;
out.push(isWanted && (await Promise.all(items.map(async (item) => (await db('users').where('id', item.text)).length))));`,
    naive: `const isWanted = items.length > 100;
const rows = await groupByKeys(items.map(({ text }) => text), (keys) => db('users').whereIn('id', keys as never), (row) => row.id);
out.push(isWanted && items.map((item) => (rows.get(item.text) ?? []).length));`,
  },
  'the result of a write is used': {
    program: `for (const item of items) {
  const [row] = await db('posts').insert({ author: item.id, title: item.text }).returning('id');
  out.push(row?.id);
}`,
    naive: `for (const item of items) out.push(undefined);
await inChunks(items.map((item) => ({ author: item.id, title: item.text })), 1000, (rows) => db('posts').insert(rows));`,
  },
  'a later write of the turn may need it': {
    program: `for (const item of items) {
  await db('posts').insert({ author: item.id, title: item.text });
  await db('users').insert(db.raw("select 100 + count(*)::int, ?, null from posts where author = ? on conflict do nothing", [item.text, item.id]));
}`,
    naive: `for (const item of items)
  await db('users').insert(db.raw("select 100 + count(*)::int, ?, null from posts where author = ? on conflict do nothing", [item.text, item.id]));
await inChunks(items.map((item) => ({ author: item.id, title: item.text })), 1000, (rows) => db('posts').insert(rows));`,
  },
  'another write of the loop goes to the same table, and their order may matter': {
    program: `for (const item of items) {
  await db('posts').where('author', item.id).del();
  await db('posts').insert({ author: item.id, title: item.text });
}`,
    naive: `await inChunks(items.map((item) => ({ author: item.id, title: item.text })), 1000, (rows) => db('posts').insert(rows));
await db('posts').whereIn('author', items.map(({ id }) => id)).del();`,
  },
  'the loop can end the function early, before the rows are written': {
    program: `for (const item of items) {
  if (item.text === 'c') return 'early';
  await db('logs').insert({ ref: item.id, note: item.text });
}`,
    naive: `const rows: object[] = [];
for (const item of items) {
  if (item.text === 'c') return 'early';
  rows.push({ ref: item.id, note: item.text });
}
await db('logs').insert(rows);`,
  },
  'each turn makes a value of its own': {
    program: `let at = 0;
const next = () => \`v\${++at}\`;
for (const item of items) await db('users').where('id', item.id).update({ name: next() });`,
    naive: `let at = 0;
const next = () => \`v\${++at}\`;
await db('users').whereIn('id', items.map(({ id }) => id)).update({ name: next() });`,
  },
  'the update adds to what is there, and keys may repeat': {
    program: `for (const item of items) await db('users').where('id', item.id).increment('team', 1);`,
    naive: `await db('users').whereIn('id', items.map(({ id }) => id)).increment('team', 1);`,
  },
  'two turns may write the same row, which one statement may not': {
    program: `for (const item of items) await db('users').insert({ id: item.id, name: item.text }).onConflict('id').merge();`,
    naive: `await inChunks(items.map((item) => ({ id: item.id, name: item.text })), 1000, (rows) => db('users').insert(rows).onConflict('id').merge());`,
  },
  'a value of the row is asked of the database, which may give each turn another': {
    program: `for (const item of items) await db('users').insert({ id: db.raw('(select max(id) + 1 from users)') as never, name: item.text });`,
    naive: `await inChunks(items.map((item) => ({ id: db.raw('(select max(id) + 1 from users)'), name: item.text })), 1000, (rows) => db('users').insert(rows));`,
  },
  'the turns run at the same time, and do more than write': {
    program: `out.push(...(await Promise.all(items.map(async (item) => {
  if (item.ref === null) return 'none';
  await db('posts').insert({ author: item.id, title: item.text });
  return 'written';
}))));`,
    naive: `const rows = await Promise.all(items.map(async (item) => {
  if (item.ref === null) return [];
  return [{ author: item.id, title: item.text }];
}));
await inChunks(rows.flat(), 1000, (part) => db('posts').insert(part));
out.push(...rows);`,
  },
  'the turn reads the table after it wrote to it': {
    program: `for (const item of items) {
  await db('posts').insert({ author: item.id, title: item.text });
  out.push((await db('posts').where('author', item.id)).length);
}`,
    naive: `for (const item of items) out.push((await db('posts').where('author', item.id)).length);
await inChunks(items.map((item) => ({ author: item.id, title: item.text })), 1000, (rows) => db('posts').insert(rows));`,
  },
  'there is no block to put a statement into': {
    program: `if (items.length > 100) for (const item of items) out.push((await db('users').where('id', item.text)).length);`,
    naive: `const rows = await groupByKeys(items.map(({ text }) => text), (keys) => db('users').whereIn('id', keys as never), (row) => row.id);
if (items.length > 100) for (const item of items) out.push((rows.get(item.text) ?? []).length);`,
  },
  'other calls of the same statement run before the loop': {
    program: `const change = () => db('users').update({ name: 'changed' });
out.push([await change(), await Promise.all(items.map(async (item) => (await db('users').where('id', item.id).first())?.name))]);`,
    naive: `const change = () => db('users').update({ name: 'changed' });
const rows = await findByKeys(items.map(({ id }) => id), (keys) => db('users').whereIn('id', keys), (row) => row.id);
out.push([await change(), items.map((item) => rows.get(item.id)?.name)]);`,
  },
  'the query is not awaited where it stands': {
    program: `for (const item of items) {
  const asked = db('users').where('id', item.id).first().then((row) => row);
  await db('users').where('id', item.id).update({ name: item.text });
  out.push((await asked)?.name);
}`,
    naive: `const rows = await findByKeys(items.map(({ id }) => id), (keys) => db('users').whereIn('id', keys), (row) => row.id);
for (const item of items) {
  await db('users').where('id', item.id).update({ name: item.text });
  out.push(rows.get(item.id)?.name);
}`,
  },
  'the rows are grouped, locked or streamed': {
    program: `await db('posts').insert(items.map(({ id }) => ({ author: id, title: 'same' })));
for (const item of items) out.push((await db('posts').select('title').count('* as count').where('author', item.id).groupBy('title').orderBy('title')).map((row) => [row.title, Number(row.count)]));`,
    naive: `await db('posts').insert(items.map(({ id }) => ({ author: id, title: 'same' })));
const rows = await groupByKeys(items.map(({ id }) => id), (keys) => db('posts').select('title').count('* as count').max('author as author').whereIn('author', keys).groupBy('title').orderBy('title'), (row) => row.author as number);
for (const item of items) out.push((rows.get(item.id) ?? []).map((row) => [row.title, Number(row.count)]));`,
  },
  'the statement is more than one SELECT with conditions that all hold': {
    program: `for (const item of items) out.push((await pool.query('select id from posts where author = $1 or id = 3 order by id', [item.id])).rows.map(({ id }) => id));`,
    naive: `const rows = await groupByKeys(items.map(({ id }) => id), async (keys) => (await pool.query('select id, author from posts where author = any($1) or id = 3 order by id', [keys])).rows, (row) => row.author);
for (const item of items) out.push((rows.get(item.id) ?? []).map(({ id }) => id));`,
  },
  'the key is not compared for equality by a condition of its own': {
    program: `for (const item of items) out.push((await pool.query('select id from posts where author > $1 order by id', [item.id])).rows.length);`,
    naive: `const rows = await groupByKeys(items.map(({ id }) => id), async (keys) => (await pool.query('select id, author from posts where author > any($1) order by id', [keys])).rows, (row) => row.author);
for (const item of items) out.push((rows.get(item.id) ?? []).length);`,
  },
  'the columns may be computed over several rows': {
    program: `for (const item of items) out.push((await pool.query('select max(id) from posts where author = $1', [item.id])).rows.length);`,
    naive: `const rows = await groupByKeys(items.map(({ id }) => id), async (keys) => (await pool.query('select max(id), author from posts where author = any($1) group by author', [keys])).rows, (row) => row.author);
for (const item of items) out.push((rows.get(item.id) ?? []).length);`,
  },
  'the column of the key is not among those that are read, or another one is called like it': {
    program: `for (const item of items) out.push((await pool.query('select id as author from posts where author = $1 order by id', [item.id])).rows.length);`,
    naive: `const rows = await groupByKeys(items.map(({ id }) => id), async (keys) => (await pool.query('select id as author from posts where author = any($1) order by id', [keys])).rows, (row) => row.author);
for (const item of items) out.push((rows.get(item.id) ?? []).length);`,
  },
  'more of the answer than its rows is used, or may be': {
    program: `for (const item of items) {
  const { rowCount, ...rest } = await pool.query('select * from users where id = $1', [item.id]);
  out.push(rowCount, rest.rows.length);
}`,
    naive: `const rows = await groupByKeys(items.map(({ id }) => id), async (keys) => (await pool.query('select * from users where id = any($1)', [keys])).rows, (row) => row.id);
for (const item of items) {
  const { rowCount, ...rest } = { rows: rows.get(item.id) ?? [] } as any;
  out.push(rowCount, rest.rows.length);
}`,
  },
  'the function that the loop calls does more than ask': {
    program: `const load = async (id: number) => {
  trace.push(id);
  return db('users').where('id', id).first();
};
for (const item of items) out.push((await load(item.id))?.name);`,
    naive: `const rows = await findByKeys(items.map(({ id }) => id), (keys) => db('users').whereIn('id', keys), (row) => row.id);
for (const item of items) out.push(rows.get(item.id)?.name);`,
  },
};

type Run = (items: object[], trace: unknown[]) => Promise<unknown>;
interface Module {
  readonly run: Run;
  readonly close: () => Promise<unknown>;
}

const moduleOf = (body: string): string =>
  `${prelude}export async function run(items: Item[], trace: unknown[]) {\nconst out: unknown[] = [];\n${body}\nreturn out;\n}\n`;

async function outcomeOf(name: string, text: string): Promise<Outcome> {
  const path = join(folder, `refusals.${name}.ts`);
  writeFileSync(path, text);
  const { run, close } = (await import(/* @vite-ignore */ path)) as Module;
  await reset();
  const trace: unknown[] = [];
  const outcome = await observe(() => run(list(), trace), trace, countStatements, dump);
  await close();
  return outcome;
}

afterAll(stop);

describe('what is refused would break', () => {
  it.each(Object.entries(refused))('%s', async (reason, { program, naive }) => {
    const text = moduleOf(program);
    const reasons = rewritesOf(text).map((each) => ('refused' in each ? each.refused : each.title));
    expect(reasons).toContain(reason);
    // A suggestion for another call of the program may be there; what it says may differ, it says.
    expect(rewrite(text, join(folder, 'refusals.original.ts'), () => false).text).toBe(text);
    const name = reason.replaceAll(/\W+/g, '-');
    const [before, after] = [await outcomeOf(`${name}.original`, text), await outcomeOf(`${name}.naive`, moduleOf(naive))];
    expect(before.value).not.toMatch(/^throws/);
    const seen = ({ value, trace, rows }: Outcome): object => ({ value, trace, rows });
    expect(seen(after)).not.toEqual(seen(before));
  });
});
