import { Linter } from 'eslint';
import { describe, expect, it } from 'vitest';

import { notSelect } from '../../src/analysis/select-statement.ts';
import { notBatchable } from '../../src/analysis/keyed-read.ts';
import { notKeyed } from '../../src/analysis/key-place.ts';
import { noHelper } from '../../src/analysis/query-helper.ts';
import { refusals } from '../../src/fixes/read-by-keys.ts';
import plugin from '../../src/index.ts';
import { applyAll, projectFile, rewritesOf } from './rewriting.ts';

const head = `import { Pool } from 'pg';
import mysql from 'mysql2/promise';
import pgPromise from 'pg-promise';
import postgres from 'postgres';
const pool = new Pool();
const my = mysql.createPool({});
const db = pgPromise()('');
const sql = postgres();
interface Order { id: number; user: number; at: string }
interface User { id: number; name: string }
async function run(orders: Order[]) {
  const out: unknown[] = [];
  for (const order of orders) {
`;
const tail = `
  }
  return out;
}`;

/** What the loop's turn becomes, what is loaded before, and the title. */
function rewritten(turn: string): { load: string; turn: string; title: string | undefined } {
  const { text, titles } = applyAll(head + turn + tail);
  const start = text.indexOf('const out: unknown[] = [];\n') + 'const out: unknown[] = [];\n'.length;
  const loop = text.indexOf('  for (const order');
  const load = text.slice(start, loop).replaceAll(/\s+/g, ' ').trim();
  return { load, turn: text.slice(text.indexOf('\n', loop) + 1, -tail.length), title: titles[0] };
}

describe('a read that is written as SQL', () => {
  it.each([
    [
      'a list of rows, taken out of the answer',
      `const { rows } = await pool.query('SELECT id, total FROM items WHERE order_id = $1 ORDER BY id', [order.id]);\nout.push(rows.length);`,
      `const itemsByOrderId = await groupByKeys( orders.map((order) => order.id), async (keys) => (await pool.query('SELECT id, total, order_id FROM items WHERE order_id = ANY($1) ORDER BY id', [keys])).rows, (row) => row.order_id, );`,
      `const rows = itemsByOrderId.get(order.id) ?? [];\nout.push(rows.length);`,
    ],
    [
      'the text and its values in one object',
      `const { rows } = await pool.query({ text: 'select id from items where order_id = $1 order by id', values: [order.id] });\nout.push(rows.length);`,
      `const itemsByOrderId = await groupByKeys( orders.map((order) => order.id), async (keys) => (await pool.query({ text: 'select id, order_id from items where order_id = any($1) order by id', values: [keys] })).rows, (row) => row.order_id, );`,
      `const rows = itemsByOrderId.get(order.id) ?? [];\nout.push(rows.length);`,
    ],
    [
      'the first of the rows',
      `const { rows: [user] } = await pool.query<User>('select * from users where id = $1', [order.user]);\nout.push(user?.name);`,
      `const usersById = await groupByKeys( orders.map((order) => order.user), async (keys) => (await pool.query<User>('select * from users where id = any($1)', [keys])).rows, (row) => row.id, );`,
      `const [user] = usersById.get(order.user) ?? [];\nout.push(user?.name);`,
    ],
    [
      'the answer under a name, and the number of its rows; a cast, a join and a further value',
      `const answer = await pool.query('select i.name, i.order_id as "orderId" from items i join products p on p.id = i.product_id where p.kind = $2 and i.order_id = $1::int order by i.id', [order.id, 'new']);\nif (answer.rowCount) out.push(answer.rows[0].name);`,
      `const itemsByOrderId = await groupByKeys( orders.map((order) => order.id), async (keys) => (await pool.query('select i.name, i.order_id as "orderId" from items i join products p on p.id = i.product_id where p.kind = $2 and i.order_id = any($1::int[]) order by i.id', [keys, 'new'])).rows, (row) => row.orderId, );`,
      `const answer = { rows: itemsByOrderId.get(order.id) ?? [] };\nif (answer.rows.length) out.push(answer.rows[0].name);`,
    ],
    [
      'the newest of each',
      `const newest = (await pool.query('select total from items where order_id = $1 order by created desc limit 1', [order.id])).rows[0];\nout.push(newest?.total);`,
      `const itemsByOrderId = await groupByKeys( orders.map((order) => order.id), async (keys) => (await pool.query('select distinct on (order_id) total, order_id from items where order_id = any($1) order by order_id, created desc', [keys])).rows, (row) => row.order_id, );`,
      `const newest = (itemsByOrderId.get(order.id) ?? [])[0];\nout.push(newest?.total);`,
    ],
    [
      'a count, which PostgreSQL gives as a text',
      `const { rows: [{ count }] } = await pool.query('select count(*) from items where order_id = $1', [order.id]);\nout.push(Number(count));`,
      `const itemsByOrderId = await findByKeys( orders.map((order) => order.id), async (keys) => (await pool.query('select count(*), order_id from items where order_id = any($1) group by order_id', [keys])).rows, (row) => row.order_id, );`,
      `const [{ count }] = [itemsByOrderId.get(order.id) ?? { count: '0' }];\nout.push(Number(count));`,
    ],
    [
      'MySQL',
      "const [rows] = await my.query<any[]>('select * from items where `order_id` = ? and kind = ?', [order.id, 'new']);\nout.push(rows.length);",
      "const itemsByOrderId = await groupByKeys( orders.map((order) => order.id), async (keys) => (await my.query<any[]>('select * from items where `order_id` in (?) and kind = ?', [keys, 'new']))[0], (row) => row.order_id, );",
      `const rows = itemsByOrderId.get(order.id) ?? [];\nout.push(rows.length);`,
    ],
    [
      'pg-promise',
      `const user = await db.oneOrNone('select id, name from users where id = $1', order.user);\nout.push(user?.name);`,
      `const usersById = await findByKeys( orders.map((order) => order.user), (keys) => db.any('select id, name from users where id in ($1:csv)', [keys]), (row) => row.id, );`,
      `const user = usersById.get(order.user) ?? null;\nout.push(user?.name);`,
    ],
    [
      'postgres.js',
      'const rows = await sql`SELECT name FROM items WHERE order_id = ${order.id} AND kind <> ${"new"} ORDER BY id`;\nout.push(rows.length);',
      'const itemsByOrderId = await groupByKeys( orders.map((order) => order.id), (keys) => sql`SELECT name, order_id FROM items WHERE order_id IN ${sql(keys)} AND kind <> ${"new"} ORDER BY id`, (row) => row.order_id, );',
      'const rows = itemsByOrderId.get(order.id) ?? [];\nout.push(rows.length);',
    ],
  ])('%s', (_, turn, load, after) => {
    const all = rewritten(turn);
    expect({ load: all.load, turn: all.turn }).toEqual({ load, turn: after });
  });

  it.each([
    [undefined, `out.push((await pool.query('select name from users where id = $1', [order.user])).rows.length);`],
    [
      'keys must have the type of their column',
      `const [rows] = await my.query<any[]>('select * from items where order_id = ?', [order.id]);\nout.push(rows.length);`,
    ],
    ['the client must not rename columns', 'const rows = await sql`select * from items where order_id = ${order.id}`;\nout.push(rows.length);'],
    ['turns with the same key share one object', `const { rows } = await pool.query('select * from users where id = $1', [order.user]);\nout.push(rows);`],
    [
      'turns with the same key share one object',
      `const answer = await pool.query('select * from users where id = $1', [order.user]);\nout.push(answer.rows[0]);`,
    ],
    ['a count must come back as a text', `out.push((await pool.query('select count(*) from items where order_id = $1', [order.id])).rows.length);`],
    [
      'what else the query is made of is computed once',
      `out.push((await pool.query('select * from items where order_id = $1 and at > now()', [order.id])).rows.length);`,
    ],
    [
      'keys must have the type of their column; the table must call it `orderId`',
      `const [rows] = await my.query<any[]>('select * from items where orderId = ?', [order.id]);\nout.push(rows.length);`,
    ],
    ['keys must be texts or numbers', `out.push((await pool.query('select name from users where id = $1', [(order as any).owner])).rows.length);`],
    [
      'which of several rows is taken may differ',
      `out.push((await pool.query('select name from items where order_id = $1 limit 1', [order.id])).rows.length);`,
    ],
  ])('says that %s', (change, turn) => {
    const said = rewritten(turn).title?.split(' — ')[1];
    if (change === undefined) expect(said).toBeUndefined();
    else expect(said).toContain(change);
  });

  const query = (text: string, values: string): string => `out.push((await pool.query('${text}', [${values}])).rows.length);`;
  it.each([
    [notSelect.form, query('select * from items where order_id = $1 or id = 3', 'order.id')],
    [notSelect.form, query('select * from items where order_id = $1 group by id', 'order.id')],
    [notSelect.form, query('select * from items where order_id = $1 limit 5', 'order.id')],
    [notSelect.form, query('select * from items where order_id = $1 for update', 'order.id')],
    [notSelect.form, query('select * from items where order_id = $1 union select * from old', 'order.id')],
    [notSelect.form, query('select distinct kind from items where order_id = $1', 'order.id')],
    [notSelect.form, query('select name, rank() over (order by id) from items where order_id = $1', 'order.id')],
    [notSelect.form, query('with open as (select 1) select * from items where order_id = $1', 'order.id')],
    [notSelect.form, query('select * from items where case when kind = 1 and order_id = $1 and true then true end', 'order.id')],
    [notSelect.form, query('select * from items where order_id = $1 -- of the order', 'order.id')],
    [notSelect.form, 'out.push((await sql`select * from items where order_id = ${order.id} and ${sql`kind = 1 or kind = 2`}`).length);'],
    [notSelect.form, "out.push((await sql`select ${sql(['name'])} from items where order_id = ${order.id}`).length);"],
    [notSelect.form, query('select * from items where name <> $$a$$ and order_id = $1', 'order.id')],
    [notSelect.form, `const [rows] = await my.query<any[]>('select * from items where order_id = ? and a = 1 || b = 2', [order.id]);\nout.push(rows.length);`],
    [
      notSelect.form,
      `const [rows] = await my.query<any[]>('select name # of it\\n from items where order_id = ?', [order.id]);\nout.push(rows.length);`.replace('\\\\n', ' '),
    ],
    [notSelect.computed, query('select * from items where order_id = $1 and next_turn(id) < 5', 'order.id')],
    [notSelect.computed, query('select * from items_of(3) where order_id = $1', 'order.id')],
    [notSelect.column, query('select id::text, name from users where id = $1', 'order.user')],
    [notSelect.column, query('select u.*, p.id::text from users u join profiles p on p.user_id = u.id where u.id = $1', 'order.user')],
    [notSelect.column, query('select name as order_id, order_id as a from items where order_id = $1 limit 1', 'order.id')],
    [notSelect.column, query('select * from "2fa" where "2id" = $1', 'order.id')],
    [notSelect.key, query('select * from items where order_id > $1', 'order.id')],
    [notSelect.key, query('select * from items where not order_id = $1', 'order.id')],
    [notSelect.key, query('select * from items where order_id = $1 and parent = $1', 'order.id')],
    [notSelect.key, query('select * from items where lower(code) = $1', 'order.at')],
    [notSelect.key, query('select * from items where (order_id = $1 and kind = 3)', 'order.id')],
    [notSelect.computed, query('select max(total) from items where order_id = $1', 'order.id')],
    [notSelect.computed, query('select json_agg(items) from items where order_id = $1', 'order.id')],
    [notSelect.column, query('select kind as order_id from items where order_id = $1', 'order.id')],
    [notSelect.column, query('select * from items i join orders o on o.id = i.order_id where i.order_id = $1', 'order.id')],
    [notSelect.column, query('select i.*, o.* from items i join orders o on o.id = i.order_id where i.order_id = $1', 'order.id')],
    [notKeyed.several, query('select * from items where order_id = $1 and kind = $2', 'order.id, order.user')],
    [notKeyed.built, query("select * from items where order_id = $1 and kind = ' + order.user + '", 'order.id')],
    [notKeyed.built, query('select * from items where order_id = $1', '...[order.id]').replace('[...[order.id]]', 'valuesOf(order)')],
    [notBatchable.limit, `const [rows] = await my.query<any[]>('select * from items where order_id = ? limit 1', [order.id]);\nout.push(rows.length);`],
    [notBatchable.limit, `out.push((await db.oneOrNone('select * from items where order_id = $1', [order.id])).name);`],
    [notBatchable.column, `out.push((await pool.query<{ name: string }>('select name from users where id = $1', [order.user])).rows.length);`],
    [notBatchable.limit, `out.push((await db.oneOrNone('select user_id as id from items where user_id = $1', [order.id])).id);`],
    [notBatchable.column, `out.push((await pool.query<{ name: string }>('select * from users where id = $1', [order.user])).rows.length);`],
    [
      notBatchable.column,
      `out.push((await pool.query<{ orderId: number }>('select order_id as orderId from items where order_id = $1', [order.id])).rows.length);`,
    ],
    [notBatchable.column, `const [rows] = await my.query('select * from items where order_id = ?', [order.id]);\nout.push((rows as any[]).length);`],
    [notBatchable.step, 'const { count } = await sql`select * from items where order_id = ${order.id}`;\nout.push(count);'],
    [refusals.answer, 'const items: Order[] = await sql`select * from items where order_id = ${order.id}`;\nout.push(items);'],
    [refusals.comment, `const { /* of it */ rows } = await pool.query('select * from items where order_id = $1', [order.id]);\nout.push(rows.length);`],
    [
      refusals.answer,
      `const answer = await pool.query('select * from items where order_id = $1', [order.id]);\nanswer.rows.pop();\nout.push(answer.rowCount);`,
    ],
    [refusals.answer, `out.push(await pool.query('select * from items where order_id = $1', [order.id]));`],
    [
      refusals.answer,
      `const { rows, fields } = await pool.query('select * from items where order_id = $1', [order.id]);\nout.push(rows.length, fields.length);`,
    ],
    [refusals.answer, `const answer = await pool.query('select * from items where order_id = $1', [order.id]);\nout.push(answer.rows.length, answer);`],
    [refusals.answer, `const { rows = [] } = await pool.query('select * from items where order_id = $1', [order.id]);\nout.push(rows.length);`],
    [refusals.mutated, `const { rows } = await pool.query('select * from users where id = $1', [order.user]);\nrows[0].name = 'changed';\nout.push(rows);`],
    [notBatchable.step, 'const rows = await sql`select * from items where order_id = ${order.id}`;\nout.push(rows.count);'],
    [notKeyed.built, `out.push((await pool.query({ values: [order.id], text: 'select * from items where order_id = $1' })).rows.length);`],
    [notKeyed.built, `out.push((await pool.query({ text: 'select * from items where order_id = $1', values: [order.id], rowMode: 'array' })).rows.length);`],
    [notKeyed.library, `out.push((await pool.query({ name: 'items', values: [order.id] })).rows.length);`],
  ])('is left alone: %s', (reason, turn) => {
    const reasons = rewritesOf(head + turn + tail).map((each) => ('refused' in each ? each.refused : each.title));
    expect(reasons).toContain(reason);
  });

  it('stands apart from the column where the statement leaves no space', () => {
    expect(
      rewritten(`const [rows] = await my.query<any[]>('select * from items where order_id=? and kind=?', [order.id, 'new']);\nout.push(rows.length);`).load,
    ).toContain('where order_id in (?) and kind=?');
  });

  it.each([
    `await pool.query('select * from refresh_stats($1)', [order.id]);`,
    `await pool.query('select refresh_stats(id) from orders where id = $1', [order.id]);`,
    `await pool.query('with x as (insert into logs values ($1) returning *) select * from x', [order.id]);`,
    `await pool.query('select 1 from orders where id = $1 for update', [order.id]);`,
  ])('is not put before what may write without a word: %s', (before) => {
    const { title } = rewritten(`${before}\nout.push((await pool.query('select name from users where id = $1', [order.user])).rows.length);`);
    expect(title).toContain('a turn no longer sees what an earlier turn wrote');
  });

  it('knows the rows of packages like mysql2 that answer otherwise', () => {
    const text = `import mysql from 'promise-mysql';\nconst my = mysql.createPool({});\nasync function run(ids) {\n  for (const id of ids) console.log(await my.query('select * from items where order_id = ?', [id]));\n}`;
    expect(rewritesOf(text)).toEqual([{ refused: notKeyed.library }]);
  });

  it('is rewritten in JavaScript that ESLint’s own parser reads', () => {
    const text = `import { Pool } from 'pg';\nconst pool = new Pool();\nexport async function run(orders) {\n  for (const order of orders) {\n    const { rows } = await pool.query('select * from items where order_id = $1', [order.id]);\n    console.log(rows.length);\n  }\n}\n`;
    const linter = new Linter({ cwd: '/' });
    const [message] = linter.verify(text, [{ files: ['**/*.js'], ...plugin.configs.recommended }] as never, { filename: projectFile.replace(/\.ts$/, '.js') });
    expect(message?.suggestions?.[0]?.desc).toContain('Load all of `items` with one query');
  });

  it('is not asked through a function that takes the first of one row', () => {
    const helper = `const first = async (id: number) => (await db.oneOrNone('select * from users where id = $1', [id]))[0];`;
    const reasons = rewritesOf(`${head.replace('async function run', `${helper}\nasync function run`)}out.push(await first(order.id));${tail}`);
    expect(reasons).toEqual([{ refused: noHelper.more }]);
  });
});
