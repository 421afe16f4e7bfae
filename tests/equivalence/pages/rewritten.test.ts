import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { Express } from 'express';
import ts from 'typescript';
import { expect, it } from 'vitest';

import { connection, execute } from '../databases/server.ts';
import { rewrite } from '../rewriting.ts';

const folder = fileURLToPath(new URL('../programs/', import.meta.url));

const program = `import { PrismaPg } from '@prisma/adapter-pg';
import { desc, eq } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { integer, pgTable, text } from 'drizzle-orm/pg-core';
import express from 'express';
import knex from 'knex';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { connection } from '../databases/server.ts';
import { PrismaClient } from '../generated/prisma/client.js';

const things = pgTable('things', { id: integer('id').primaryKey(), name: text('name').notNull(), kind: text('kind').notNull() });
const db = drizzle({ connection: { ...connection, max: 1 } });
const table = knex({ client: 'pg', connection, pool: { min: 0, max: 1 } });
const builder = new Kysely<{ things: { id: number; name: string; kind: string } }>({ dialect: new PostgresDialect({ pool: new pg.Pool({ ...connection, max: 1 }) }) });
const prisma = new PrismaClient({ adapter: new PrismaPg({ ...connection, max: 1 }) });

export const app = express();
app.get('/prisma', async (req, res) => {
  const rows = await prisma.thing.findMany({ where: { kind: 'a' }, orderBy: [{ name: 'desc' }, { id: 'asc' }], select: { id: true, name: true } });
  res.json(rows.map((row) => row.id));
});
app.get('/drizzle', async (req, res) => {
  const rows = await db.select({ id: things.id }).from(things).where(eq(things.kind, 'a')).orderBy(desc(things.name), things.id);
  res.json(rows.map((row) => row.id));
});
app.get('/knex', async (req, res) => res.json(await table('things').select('id').where('kind', 'a').orderBy('name', 'desc')));
app.get('/kysely', async (req, res) => {
  const rows = await builder.selectFrom('things').selectAll().where('kind', '=', 'a').orderBy('name', 'desc').execute();
  res.json(rows.map((row) => row.id));
});

export const close = async () => {
  await table.destroy();
  await builder.destroy();
  await prisma.$disconnect();
  await (db.$client as pg.Pool).end();
};
`;

interface Module {
  readonly app: Express;
  readonly close: () => Promise<void>;
}

it('a list that is read by page gives the rows that it gave, page by page', async () => {
  await execute(
    "truncate things; insert into things select n, 'n' || n % 7, null, timestamp '2026-01-01', case when n % 2 = 0 then 'a' else 'b' end from generate_series(1, 90) n",
  );
  mkdirSync(folder, { recursive: true });
  const paths = { original: join(folder, `pages-${connection.port}.original.ts`), fixed: join(folder, `pages-${connection.port}.fixed.ts`) };
  const { text, applied } = rewrite(program, paths.original, (title) => title.startsWith('Read the page that'));
  expect(applied).toHaveLength(4);
  writeFileSync(paths.original, program);
  writeFileSync(paths.fixed, text);

  const options = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    esModuleInterop: true,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    allowImportingTsExtensions: true,
    types: ['node'],
  };
  const checked = ts.createProgram([paths.fixed], options);
  expect(
    ts.getPreEmitDiagnostics(checked, checked.getSourceFile(paths.fixed)).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')),
  ).toEqual([]);

  const [original, fixed] = [(await import(/* @vite-ignore */ paths.original)) as Module, (await import(/* @vite-ignore */ paths.fixed)) as Module];
  const servers = await Promise.all(
    [original, fixed].map(
      ({ app }) =>
        new Promise<Server>((resolve) => {
          const server = app.listen(0, '127.0.0.1', () => resolve(server));
        }),
    ),
  );
  const ask = async (server: Server | undefined, path: string): Promise<unknown[]> => {
    const response = await fetch(`http://127.0.0.1:${(server?.address() as AddressInfo).port}${path}`);
    if (!response.ok) throw new Error(await response.text());
    return (await response.json()) as unknown[];
  };
  for (const path of ['/prisma', '/drizzle', '/knex', '/kysely']) {
    const all = await ask(servers[0], path);
    expect(all).toHaveLength(45);
    const pages = [await ask(servers[1], path), await ask(servers[1], `${path}?page=2`), await ask(servers[1], `${path}?page=3`)];
    expect(pages.map((page) => page.length)).toEqual([20, 20, 5]);
    // The order of rows with the same name was open where the statement did not say it.
    const nameOf = (row: unknown): unknown => (typeof row === 'object' ? (row as { id: number }).id : (row as number));
    const names = (rows: readonly unknown[]): number[] => rows.map((row) => Number(nameOf(row)) % 7);
    if (path === '/prisma' || path === '/drizzle') expect(pages.flat()).toEqual(all);
    else {
      expect(names(pages.flat())).toEqual(names(all));
      expect(pages.flat().map(nameOf).sort()).toEqual(all.map(nameOf).sort());
    }
  }
  for (const server of servers) await new Promise((resolve) => server.close(resolve));
  await original.close();
  await fixed.close();
  for (const path of Object.values(paths)) rmSync(path);
});
