import { describe, expect, it } from 'vitest';

import { applyAll, rewritesOf } from './rewriting.ts';

const drizzle = `import { drizzle } from 'drizzle-orm/node-postgres';
import { integer, pgTable, serial } from 'drizzle-orm/pg-core';
const db = drizzle(process.env.DATABASE_URL);
const items = pgTable('items', { id: serial('id').primaryKey(), order: integer('order_id').notNull() });
interface Line { id: number; code: Promise<number> }
`;
const prisma = `import { PrismaClient } from '@prisma/client';\nconst prisma = new PrismaClient();\n`;
const inOrder = 'the rows come back in the order in which the database gives them';
const onlyAll = 'if one fails, none is written';
const body = (text: string): string => text.slice(text.indexOf('\n\n') + 2);
const run = (inside: string): string => `async function run(lines: Line[]) {\n${inside}\n}`;

describe('writes whose answers are kept become one write that gives them', () => {
  it.each([
    [
      'Prisma: rows in parallel',
      prisma,
      run('  return await Promise.all(lines.map((line) => prisma.item.create({ data: { order: line.id } })));'),
      run(
        '  return (await inChunks(\n    lines.map((line) => ({ order: line.id })),\n    1000,\n    (rows) => prisma.item.createManyAndReturn({ data: rows }),\n  )).flat();',
      ),
      `on PostgreSQL, CockroachDB and SQLite only; ${inOrder}; ${onlyAll}`,
    ],
    [
      'Prisma: some columns',
      prisma,
      run(
        '  const made = await Promise.all(lines.map(async (line) => await prisma.item.create({ data: { order: line.id }, select: { id: true } })));\n  return made;',
      ),
      run(
        '  const made = (await inChunks(\n    lines.map((line) => ({ order: line.id })),\n    1000,\n    (rows) => prisma.item.createManyAndReturn({ data: rows, select: { id: true } }),\n  )).flat();\n  return made;',
      ),
      `\`select\` must name columns only; on PostgreSQL, CockroachDB and SQLite only; ${inOrder}; ${onlyAll}`,
    ],
    [
      'Drizzle: the first of each list, in a loop',
      drizzle,
      run(
        '  const made = [];\n  for (const line of lines) {\n    const [item] = await db.insert(items).values({ order: line.id }).returning();\n    made.push(item);\n  }\n  return made;',
      ),
      run(
        '  const made = [];\n  for (const row of (await inChunks(\n    lines.map((line) => ({ order: line.id })),\n    1000,\n    (rows) => db.insert(items).values(rows).returning(),\n  )).flat()) { made.push(row); }\n  return made;',
      ),
      `${inOrder}; ${onlyAll}`,
    ],
    [
      'Drizzle: in a transaction',
      drizzle,
      run(
        '  return db.transaction(async (tx) => await Promise.all(lines.map(async (line) => (await tx.insert(items).values({ order: line.id }).returning({ id: items.id }))[0])));',
      )
        .replace('(async (tx) => await', '(async (tx) => {\n    const made = await')
        .replace('[0])));', '[0]));\n    return made;\n  });'),
      run(
        '  return db.transaction(async (tx) => {\n    const made = (await inChunks(\n      lines.map((line) => ({ order: line.id })),\n      1000,\n      (rows) => tx.insert(items).values(rows).returning({ id: items.id }),\n    )).flat();\n    return made;\n  });',
      ),
      inOrder,
    ],
    [
      'Kysely: one row of each',
      `import { Kysely } from 'kysely';\nconst db = new Kysely<any>({} as never);\n`,
      run(
        "  const made: unknown[] = [];\n  for (const line of lines) made.push(await db.insertInto('items').values({ order: line.id }).returningAll().executeTakeFirstOrThrow());\n  return made;",
      ),
      run(
        "  const made: unknown[] = [];\n  for (const row of (await inChunks(\n    lines.map((line) => ({ order: line.id })),\n    1000,\n    (rows) => db.insertInto('items').values(rows).returningAll().execute(),\n  )).flat()) { made.push(row); }\n  return made;",
      ),
      `${inOrder}; ${onlyAll}`,
    ],
    [
      'TypeORM: it splits by itself',
      `import { DataSource } from 'typeorm';\nconst items = new DataSource({} as never).getRepository(Item);\n`,
      run('  const made = await Promise.all(lines.map((line) => items.save({ order: line.id })));\n  return made;'),
      run('  const made = await items.save(lines.map((line) => ({ order: line.id })), { chunk: 500 });\n  return made;'),
      `all are written in one transaction; no two rows may have the same primary key; ${onlyAll}`,
    ],
    [
      'Mongoose',
      `import mongoose from 'mongoose';\nconst Item = mongoose.model('Item', new mongoose.Schema({ order: Number }));\n`,
      run('  const made = await Promise.all(lines.map((line) => Item.create({ order: line.id })));\n  return made;'),
      run('  const made = (await inChunks(lines.map((line) => ({ order: line.id })), 1000, (rows) => Item.insertMany(rows))).flat();\n  return made;'),
      `hooks of the single write do not run; ${onlyAll}`,
    ],
  ])('%s', (_name, imports, code, expected, changes) => {
    const { text, titles } = applyAll(`${imports}\n${code}\n`);
    expect(body(text)).toBe(`${expected}\n`);
    expect(titles).toEqual([`Write all rows with one statement — ${changes}`]);
  });
});

describe('writes whose answers are kept are left alone', () => {
  const used = 'the result of a write is used';
  it.each([
    [
      'the turn does more',
      'for (const line of lines) { const [item] = await db.insert(items).values({ order: line.id }).returning(); out.push(item.id); }',
      used,
    ],
    ['the list of each turn is kept', 'for (const line of lines) out.push(await db.insert(items).values({ order: line.id }).returning());', used],
    ['nothing comes back', 'for (const line of lines) out.push(await db.insert(items).values({ order: line.id }));', used],
    ['the row is made of the list', 'for (const line of lines) out.push((await db.insert(items).values({ order: out.length }).returning())[0]);', used],
    ['another place of the list', 'for (const line of lines) out.push((await db.insert(items).values({ order: line.id }).returning())[1]);', used],
    ['the list belongs to the turn', 'for (const line of lines) line.rows.push((await db.insert(items).values({ order: line.id }).returning())[0]);', used],
    ['a value of the row is awaited', 'for (const line of lines) out.push((await db.insert(items).values({ order: await line.code }).returning())[0]);', used],
    [
      'the index is part of the row',
      'await Promise.all(lines.map(async (line, index) => (await db.insert(items).values({ order: index }).returning())[0])).then(keep);',
      undefined,
    ],
    [
      'more is awaited with it',
      'out.push(await Promise.all([...lines.map(async (line) => (await db.insert(items).values({ order: line.id }).returning())[0]), other()]));',
      undefined,
    ],
    ['a cast of the answer', 'for (const line of lines) out.push((await db.insert(items).values({ order: line.id }).returning())[0] as any);', used],
    ['a promise is kept', 'for (const line of lines) out.push(db.insert(items).values({ order: line.id }).returning());', used],
    [
      'the list is read before',
      'const seen = out;\nfor (const line of lines) out.push((await db.insert(items).values({ order: seen.length }).returning())[0]);',
      used,
    ],
    [
      'the list is read by a function',
      'const next = () => out.length;\nfor (const line of lines) out.push((await db.insert(items).values({ order: next() }).returning())[0]);',
      used,
    ],
    [
      'a list of another function',
      'const run2 = async () => { for (const line of lines) keep.push((await db.insert(items).values({ order: line.id }).returning())[0]); };',
      used,
    ],
    [
      'a variable that lives on',
      'for (const line of lines) { var [row] = await db.insert(items).values({ order: line.id }).returning(); out.push(row); }',
      used,
    ],
    [
      'a callback with its own `this`',
      'out.push(await Promise.all(lines.map(async function (this: any, line) { return (await db.insert(items).values({ order: this.id + line.id }).returning())[0]; })));',
      used,
    ],
    [
      'several rows of each turn',
      'for (const line of lines) out.push((await db.insert(items).values([{ order: line.id }]).returning())[0]);',
      'the columns of a row cannot be seen, or differ from turn to turn',
    ],
    [
      'a row that is there gives nothing',
      'for (const line of lines) out.push((await db.insert(items).values({ order: line.id }).onConflictDoNothing().returning())[0]);',
      'two turns may write the same row, which one statement may not',
    ],
  ])('%s', (_name, code, reason) => {
    const [only, ...more] = rewritesOf(`${drizzle}\nasync function run(lines: Line[]) {\nconst out: any[] = [];\n${code}\n}\n`);
    expect(more).toEqual([]);
    expect(only).toHaveProperty('refused', reason ?? expect.any(String));
  });

  it.each([
    ['relations come with the row', '{ data: { order: line.id }, include: { lines: true } }', 'the write has options that the form for many does not take'],
    [
      'columns of a relation',
      '{ data: { order: line.id }, select: { lines: { select: { id: true } } } }',
      'the write has options that the form for many does not take',
    ],
    ['rows of another table', '{ data: { order: line.id, lines: { create: { id: 1 } } } }', 'the row writes to other tables, too'],
  ])('Prisma: %s', (_name, options, reason) => {
    const [only] = rewritesOf(
      `${prisma}\nasync function run(lines: Line[]) {\nconst out: any[] = [];\nfor (const line of lines) out.push(await prisma.item.create(${options}));\n}\n`,
    );
    expect(only).toEqual({ refused: reason });
  });

  it.each([
    [
      'Mongoose: documents as arguments',
      `import mongoose from 'mongoose';\nconst Item = mongoose.model('Item', new mongoose.Schema({ order: Number }));`,
      'out.push(await Item.create({ order: line.id }, { order: 2 }));',
    ],
    [
      'Mongoose: a list',
      `import mongoose from 'mongoose';\nconst Item = mongoose.model('Item', new mongoose.Schema({ order: Number }));`,
      'out.push(await Item.create([{ order: line.id }], { session }));',
    ],
    [
      'Sequelize: an option that means something else',
      `import { Sequelize } from 'sequelize';\nconst Item = new Sequelize().define('Item', {});`,
      'out.push(await Item.create({ order: line.id }, { validate: false }));',
    ],
    [
      'Sequelize: a comment among the options',
      `import { Sequelize } from 'sequelize';\nconst Item = new Sequelize().define('Item', {});`,
      'out.push(await Item.create({ order: line.id }, { transaction, // here\n}));',
    ],
    [
      'Kysely: an error of its own',
      `import { Kysely } from 'kysely';\nconst db = new Kysely<any>({} as never);`,
      "out.push(await db.insertInto('items').values({ order: line.id }).returningAll().executeTakeFirstOrThrow(() => new Error('no')));",
    ],
    [
      'Kysely: rows that may be left out',
      `import { Kysely } from 'kysely';\nconst db = new Kysely<any>({} as never);`,
      "out.push(await db.insertInto('items').ignore().values({ order: line.id }).returningAll().executeTakeFirst());",
    ],
  ])('%s', (_name, imports, code) => {
    const [only] = rewritesOf(
      `${imports}\nasync function run(lines: Line[], session: any, transaction: any) {\nconst out: any[] = [];\nfor (const line of lines) ${code}\nreturn out;\n}\n`,
    );
    expect(only).toHaveProperty('refused');
  });

  it.each([
    [
      'a dollar sign of the row',
      'for (const line of lines) out.push(await items.save({ name: `$${line.name}` }));',
      'for (const row of await items.save(lines.map((line) => ({ name: `$${line.name}` })), { chunk: 500 })) { out.push(row); }',
    ],
    [
      'an iterable',
      'for (const line of new Set(lines)) out.push(await items.save(line));',
      'for (const row of await items.save([...new Set(lines)], { chunk: 500 })) { out.push(row); }',
    ],
  ])('TypeORM keeps %s', (_name, code, expected) => {
    const imports = `import { DataSource } from 'typeorm';\nconst items = new DataSource({} as never).getRepository(Item);\n`;
    const { text } = applyAll(`${imports}\nasync function run(lines: Line[]) {\nconst out: any[] = [];\n${code}\nreturn out;\n}\n`);
    expect(text).toContain(expected);
  });

  it('a row that is made of a name of the turn', () => {
    const turn = '{ const { id } = line; return prisma.item.create({ data: { order: id } }); }';
    const text = `${prisma}\nasync function run(lines: Line[]) {\nconst made = await Promise.all(lines.map((line) => ${turn}));\nreturn made;\n}\n`;
    expect(rewritesOf(text)).toEqual([{ refused: 'the result of a write is used' }]);
  });

  it('in a file without semicolons, what follows does not go on with the write', () => {
    const before = `import { PrismaClient } from '@prisma/client'\nconst prisma = new PrismaClient()\n\nasync function run(lines) {\n  for (const line of lines) { await prisma.item.create({ data: { order: line.id } }) }\n  ;[1].forEach(log)\n  for (const line of lines) { await prisma.part.create({ data: { order: line.id } }) }\n  (function () {})()\n}\n`;
    const { text } = applyAll(before);
    expect(text).toContain('createMany({ data: rows }),\n  )\n  ;[1].forEach(log)');
    expect(text).toContain('createMany({ data: rows }),\n  );\n  (function () {})()');
  });
});
