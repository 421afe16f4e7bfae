import * as parser from '@typescript-eslint/parser';
import { Linter } from 'eslint';
import { describe, expect, it } from 'vitest';

import { useOfItem } from '../../src/analysis/item-use.ts';
import { openLinted } from '../../src/analysis/linted.ts';
import { findLoop } from '../../src/analysis/loop.ts';
import { findCalled } from '../../src/analysis/reach.ts';
import { findRemoteCall } from '../../src/analysis/remote-call.ts';
import { findRoundTripPerItem } from '../../src/analysis/round-trip-per-item.ts';

const linter = new Linter({ cwd: '/' });

const prelude = `import { PrismaClient } from '@prisma/client';
import { drizzle } from 'drizzle-orm/node-postgres';
import { eq, sql } from 'drizzle-orm';
import { Queue } from 'bullmq';
import Redis from 'ioredis';
import knexOf from 'knex';
import { Pool } from 'pg';
const prisma = new PrismaClient();
const redis = new Redis();
const knex = knexOf({ client: 'pg' });
const pool = new Pool();
const db = drizzle(pool);
`;

interface Seen {
  /** What each round trip of a loop takes of the turn. */
  readonly uses: readonly string[];
  /** How many are reported. */
  readonly reported: number;
}

function look(text: string): Seen {
  const uses: string[] = [];
  let reported = 0;
  const rule = {
    create(context: { sourceCode: never; physicalFilename: string }) {
      const code = openLinted(context.sourceCode, context.physicalFilename, {});
      const visit = (node: never): void => {
        const loop = findLoop(code, node);
        if (loop === undefined) return;
        const call = findRemoteCall(code, node);
        const reached = call === undefined ? ((node as { type: string }).type === 'CallExpression' ? findCalled(code, node) : []) : [{ call, chain: [] }];
        for (const each of reached) uses.push(useOfItem(code, node, loop, each));
        if (findRoundTripPerItem(code, node) !== undefined) reported++;
      };
      return { CallExpression: visit, TaggedTemplateExpression: visit, AwaitExpression: visit };
    },
  };
  const config = [{ files: ['**/*.ts'], languageOptions: { parser }, plugins: { test: { rules: { look: rule } } }, rules: { 'test/look': 'error' } }];
  const messages = linter.verify(prelude + text, config as never, { filename: '/project/src/service.ts' });
  if (messages.length > 0) throw new Error(messages[0]?.message);
  return { uses, reported };
}

const inLoop = (body: string): string =>
  `async function run(items: { queue: Queue; [key: string]: any }[], jobId: string, rest: any) { let done = 0; for (const item of items) { ${body} } }`;

describe('what a round trip takes of the turn', () => {
  it.each([
    ['rows', 'a filter by the item', 'await prisma.user.findFirst({ where: { id: item.id } });', 1],
    ['rows', 'a filter by what is made of it', 'const key = String(item.id); await prisma.user.findFirst({ where: { id: key } });', 1],
    ['client', 'a client of each item', 'await item.queue.getFailed();', 0],
    ['nothing', 'a filter by something else', 'await prisma.user.findFirst({ where: { id: jobId } });', 1],
    ['statement', 'the item is a statement', 'await pool.query(item);', 0],
    ['statement', 'a member of the item is a statement', 'await pool.query(item.text, item.values);', 0],
    ['rows', 'a statement about the item', 'await pool.query(`select 1 from users where id = ${item.id}`);', 1],
    ['rows', 'a statement in a constant', 'const text = `update users set seen = true where id = ${item.id}`; await pool.query(text);', 1],
    ['table', 'a statement about the table of the item', 'await pool.query(`select * from "${item.schema}"."${item.table}" where id = 1`);', 0],
    ['table', 'a tagged statement about its table', 'await prisma.$executeRaw`truncate table ${item.table}`;', 0],
    ['table', 'a builder of its table', 'await knex(item.table).where({ id: jobId });', 0],
    ['table', 'a text that a builder makes for its table', 'const text = knex(item.table).select().toQuery(); await prisma.$queryRawUnsafe(text);', 0],
    ['new value of one row', 'how far the loop is', 'await prisma.job.update({ where: { id: jobId }, data: { progress: ++done } });', 0],
    ['new value of one row', 'in a cache', 'await redis.setex(`job:${jobId}`, 60, String(item.id));', 0],
    ['new value of one row', 'by a builder', "await knex('jobs').where({ id: jobId }).update({ last: item.id });", 0],
    ['rows', 'a key of the item in a cache', 'await redis.set(`item:${item.id}`, rest);', 1],
    [
      'rows',
      'a statement in place of a table',
      "const own = knex('posts').where({ author: item.id }).as('own'); await knex.from(own).where({ id: jobId });",
      1,
    ],
    ['rows', 'an amount that is added', 'await prisma.job.update({ where: { id: jobId }, data: { total: { increment: item.size } } });', 1],
    ['rows', 'an amount that is added in a statement', 'await db.update(rest).set({ total: sql`total + ${item.size}` }).where(eq(rest.id, jobId));', 1],
    ['rows', 'a row of a relation', 'await prisma.job.update({ where: { id: jobId }, data: { steps: { create: { item: item.id } } } });', 1],
    ['nothing', 'the same written again', 'await prisma.job.update({ where: { id: jobId }, data: { running: true } });', 1],
  ])('%s: %s', (use, _name, body, reported) => {
    expect(look(inLoop(body))).toEqual({ uses: [use], reported });
  });

  it.each([
    ['rows', 'the parameter that is the key', 'const load = (id: number) => prisma.user.findFirst({ where: { id } });', 'await load(item.id);', 1],
    ['nothing', 'another parameter', 'const load = (id: string, _of: unknown) => prisma.user.findFirst({ where: { id } });', 'await load(jobId, item);', 1],
    ['rows', 'a part of an object', 'const load = ({ id }: any) => prisma.user.findFirst({ where: { id } });', 'await load({ id: item.id, jobId });', 1],
    [
      'nothing',
      'another part of an object',
      'const load = ({ jobId }: any) => prisma.user.findFirst({ where: { id: jobId } });',
      'await load({ id: item.id, jobId });',
      1,
    ],
    [
      'rows',
      'a member that the function fills',
      'async function load(options: any, id: number) { options.key = id; return prisma.user.findFirst({ where: { id: options.key } }); }',
      'await load({ id: item.id, jobId }, item.id);',
      1,
    ],
    [
      'nothing',
      'another member of an object',
      'const load = (options: any) => prisma.user.findFirst({ where: { id: options.jobId } });',
      'await load({ id: item.id, jobId });',
      1,
    ],
    [
      'rows',
      'a member of an object',
      'const load = (options: any) => prisma.user.findFirst({ where: { id: options.id } });',
      'await load({ id: item.id, jobId });',
      1,
    ],
    [
      'rows',
      'beside a table',
      'async function load(options: any) { const { id, table } = options; return knex(table).where({ id }); }',
      'await load({ id: item.id, table: rest });',
      1,
    ],
    [
      'table',
      'beside a key',
      'async function load(options: any) { const { id, table } = options; return knex(table).where({ id }); }',
      'await load({ id: jobId, table: item.table });',
      0,
    ],
    [
      'rows',
      'what a parameter fills',
      'async function load(item: any) { const where: any = {}; where.id = item.id; return prisma.user.findFirst({ where }); }',
      'await load(item);',
      1,
    ],
    [
      'rows',
      'what a list of it gives',
      'async function load(ids: number[]) { for (const id of ids) await prisma.user.findFirst({ where: { id } }); }',
      'await load(item.ids);',
      1,
    ],
    ['table', 'the table', 'const load = (table: string, id: string) => knex(table).where({ id });', 'await load(item.table, jobId);', 0],
    ['statement', 'the statement', 'const send = (text: string) => pool.query(text);', 'await send(item);', 0],
    ['rows', 'a statement made of it', 'const send = (text: string) => pool.query(text);', 'await send(`select 1 from users where id = ${item.id}`);', 1],
    ['rows', 'a default', 'const load = (id = 0) => prisma.user.findFirst({ where: { id } });', 'await load(item.id);', 1],
    ['rows', 'the rest', 'const load = (...ids: number[]) => prisma.user.findFirst({ where: { id: ids[0] } });', 'await load(item.id);', 1],
    ['rows', 'a function of the turn', '', 'const load = async () => { await prisma.user.findFirst({ where: { id: item.id } }); }; await load();', 1],
  ])('%s, behind a function: %s', (use, _name, before, body, reported) => {
    const { uses, reported: found } = look(`${before}\n${inLoop(body)}`);
    expect({ uses: uses.slice(-1), found: Math.min(found, 1) }).toEqual({ uses: [use], found: reported });
  });

  it('a read of the one row that is then set is how far the loop is', () => {
    const mark =
      'async function mark(id: string, state: object) {\nconst now = await redis.get(`job:${id}`);\nawait redis.set(`job:${id}`, JSON.stringify({ now, ...state }));\n}';
    expect(look(`${mark}\n${inLoop('await mark(jobId, { item });')}`)).toEqual({ uses: ['nothing', 'new value of one row'], reported: 0 });
  });
});
