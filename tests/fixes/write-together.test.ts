import { describe, expect, it } from 'vitest';

import { applyAll, rewritesOf } from './rewriting.ts';

const drizzle = `import { eq } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { integer, pgTable, serial, text, timestamp } from 'drizzle-orm/pg-core';
const db = drizzle(process.env.DATABASE_URL);
const users = pgTable('users', { id: serial('id').primaryKey(), name: text('name').notNull(), seen: timestamp('seen') });
const items = pgTable('items', { id: serial('id').primaryKey(), order: integer('order_id').notNull() });
interface Line { id: number; product: number; skip: boolean }
`;

const body = (text: string): string => text.slice(text.indexOf('\n\n') + 2);

describe('writes in a loop become one write', () => {
  it.each([
    [
      'Drizzle: in a transaction nothing changes',
      drizzle,
      `await db.transaction(async (tx) => {
  for (const line of lines as Line[]) {
    await tx.insert(items).values({ order: line.id });
  }
});`,
      `await db.transaction(async (tx) => {
  await inChunks(
    Array.from(lines as Line[], (line) => ({ order: line.id })),
    1000,
    (rows) => tx.insert(items).values(rows),
  );
});`,
      'fix',
    ],
    [
      'Drizzle: a loop that does more collects',
      drizzle,
      `async function run(lines: Line[]) {
  let count = 0;
  for (const line of lines) {
    if (line.skip) continue;
    // Counted for the report.
    count += 1;
    await db.insert(items).values({ order: line.id });
  }
  return count;
}`,
      `async function run(lines: Line[]) {
  let count = 0;
  const rows = [];
  for (const line of lines) {
    if (line.skip) continue;
    // Counted for the report.
    count += 1;
    rows.push({ order: line.id });
  }
  await inChunks(rows, 1000, (part) => db.insert(items).values(part));
  return count;
}`,
      'Write all rows with one statement — it is written after the loop; if one or a turn fails, none is written',
    ],
    [
      'Drizzle: the same update for many keys',
      drizzle,
      `async function run(lines: Line[]) {
  for (const line of lines) await db.update(users).set({ seen: new Date() }).where(eq(users.id, line.id));
}`,
      `async function run(lines: Line[]) {
  await inChunks(
    lines.map((line) => line.id),
    1000,
    (keys) => db.update(users).set({ seen: new Date() }).where(inArray(users.id, keys)),
  );
}`,
      'Update all rows with one statement — all rows get the same time; if one fails, none is written',
    ],
    [
      'Prisma: rows in parallel',
      `import { PrismaClient } from '@prisma/client';\nconst prisma = new PrismaClient();\n`,
      `async function run(names: string[]) {
  await Promise.all(names.map((name) => prisma.tag.create({ data: { name } })));
}`,
      `async function run(names: string[]) {
  await inChunks(names.map((name) => ({ name })), 1000, (rows) => prisma.tag.createMany({ data: rows }));
}`,
      'Write all rows with one statement — if one fails, none is written',
    ],
    [
      'Prisma: deletes',
      `import { PrismaClient } from '@prisma/client';\nconst prisma = new PrismaClient();\n`,
      `async function run(ids: string[]) {
  for (const id of ids) await prisma.tag.delete({ where: { id } });
}`,
      `async function run(ids: string[]) {
  await inChunks(ids, 1000, (keys) => prisma.tag.deleteMany({ where: { id: { in: keys } } }));
}`,
      'Delete all rows with one statement — a row that is missing is no error; if one fails, none is written',
    ],
    [
      'TypeORM: entities that each turn makes',
      `import { Repository } from 'typeorm';\n`,
      `class Teams {
  constructor(private readonly teams: Repository<Team>) {}
  async join(teams: Team[], member: User) {
    await Promise.all(
      teams.map(async (team) => {
        const joined = this.teams.create({ ...team, members: [...team.members, member] });
        await this.teams.save(joined);
      }),
    );
  }
}`,
      `class Teams {
  constructor(private readonly teams: Repository<Team>) {}
  async join(teams: Team[], member: User) {
    await this.teams.save(teams.map((team) => {
        const joined = this.teams.create({ ...team, members: [...team.members, member] });
        return joined;
      }), { chunk: 500 });
  }
}`,
      'Write all rows with one statement — all are written in one transaction; no two rows may have the same primary key; it is written after the loop; other calls of the loop run before; if one or a turn fails, none is written',
    ],
    [
      'Prisma: turns at the same time that wait for something else before',
      `import { PrismaClient } from '@prisma/client';\nconst prisma = new PrismaClient();\n`,
      `async function run(people: { id: number; name: string }[], mail: { send(name: string): Promise<void> }) {
  await Promise.all(
    people.map(async (person) => {
      await mail.send(person.name);
      await prisma.tag.create({ data: { name: person.name } });
    }),
  );
}`,
      `async function run(people: { id: number; name: string }[], mail: { send(name: string): Promise<void> }) {
  const rows = await Promise.all(
    people.map(async (person) => {
      await mail.send(person.name);
      return { name: person.name };
    }),
  );
  await inChunks(rows, 1000, (part) => prisma.tag.createMany({ data: part }));
}`,
      'Write all rows with one statement — it is written after the loop; other calls of the loop run before; the rows come in the order of the list; if one or a turn fails, none is written',
    ],
    [
      'Prisma: turns at the same time that wait in the row',
      `import { PrismaClient } from '@prisma/client';\nconst prisma = new PrismaClient();\n`,
      `async function run(names: string[], hash: (name: string) => Promise<string>) {
  await Promise.all(
    names.map(async(name) => {
      await prisma.tag.create({ data: { name, hash: await hash(name) } });
    }),
  );
}`,
      `async function run(names: string[], hash: (name: string) => Promise<string>) {
  const rows = await Promise.all(
    names.map(async(name) => {
      return { name, hash: await hash(name) };
    }),
  );
  await inChunks(rows, 1000, (part) => prisma.tag.createMany({ data: part }));
}`,
      'Write all rows with one statement — it is written after the loop; the rows come in the order of the list; if one or a turn fails, none is written',
    ],
    [
      'Prisma: turns at the same time, with async close to its parameter',
      `import { PrismaClient } from '@prisma/client';\nconst prisma = new PrismaClient();\n`,
      `async function run(names: string[]) {
  await Promise.all(
    names.map(async(name) => {
      const label = name.trim();
      await prisma.tag.create({ data: { label } });
    }),
  );
}`,
      `async function run(names: string[]) {
  await inChunks(names.map((name) => {
      const label = name.trim();
      return { label };
    }), 1000, (rows) => prisma.tag.createMany({ data: rows }));
}`,
      'Write all rows with one statement — it is written after the loop; if one or a turn fails, none is written',
    ],
    [
      'Prisma: turns at the same time that end before',
      `import { PrismaClient } from '@prisma/client';\nconst prisma = new PrismaClient();\n`,
      `async function run(people: { id: number; skip: boolean }[]) {
  await Promise.all(
    people.map(async (person) => {
      if (person.skip) return;
      await prisma.tag.update({ where: { id: person.id }, data: { seen: true } });
    }),
  );
}`,
      `async function run(people: { id: number; skip: boolean }[]) {
  const keys = await Promise.all(
    people.map(async (person) => {
      if (person.skip) return [];
      return [person.id];
    }),
  );
  await inChunks(
    keys.flat(),
    1000,
    (part) => prisma.tag.updateMany({ where: { id: { in: part } }, data: { seen: true } }),
  );
}`,
      'Update all rows with one statement — a row that is missing is no error; it is written after the loop; if one or a turn fails, none is written',
    ],
    [
      'Sequelize: options stay',
      `import { Sequelize } from 'sequelize';\nconst sequelize = new Sequelize();\nconst Tag = sequelize.define('Tag', {});\n`,
      `async function run(names: string[], transaction: Transaction) {
  for (const name of names) await Tag.create({ name }, { transaction });
}`,
      `async function run(names: string[], transaction: Transaction) {
  await inChunks(
    names.map((name) => ({ name })),
    1000,
    (rows) => Tag.bulkCreate(rows, { validate: true, transaction }),
  );
}`,
      'Write all rows with one statement — an invalid row throws an AggregateError; hooks of the single write do not run; if one fails, none is written',
    ],
    [
      'BullMQ: jobs',
      `import { Queue } from 'bullmq';\nconst mails = new Queue('mails');\n`,
      `async function run(users: User[]) {
  for (const user of users) await mails.add('welcome', { id: user.id }, { delay: 10 });
}`,
      `async function run(users: User[]) {
  await inChunks(
    users.map((user) => ({ name: 'welcome', data: { id: user.id }, opts: { delay: 10 } })),
    1000,
    (rows) => mails.addBulk(rows),
  );
}`,
      'Write all rows with one statement — if one fails, none is added',
    ],
    [
      'Prisma: promises that the next statement awaits',
      `import { PrismaClient } from '@prisma/client';\nconst prisma = new PrismaClient();\n`,
      `async function run(lines: Line[]) {
  const turns = lines.map((line) => prisma.item.create({ data: { order: line.id } }));
  await Promise.all(turns);
}`,
      `async function run(lines: Line[]) {
  await inChunks(
    lines.map((line) => ({ order: line.id })),
    1000,
    (rows) => prisma.item.createMany({ data: rows }),
  );
}`,
      'Write all rows with one statement — if one fails, none is written',
    ],
    [
      'ioredis: a pipeline',
      `import Redis from 'ioredis';\nconst redis = new Redis();\n`,
      `async function run(users: User[]) {
  for (const user of users) {
    await redis.set(\`user:\${user.id}\`, user.name, 'EX', 60);
  }
}`,
      `async function run(users: User[]) {
  const pipeline = redis.pipeline();
  for (const user of users) {
    pipeline.set(\`user:\${user.id}\`, user.name, 'EX', 60);
  }
  await pipeline.exec();
}`,
      'Send all commands together — all are sent after the loop, and a command that fails is told in the result of exec',
    ],
    [
      'ioredis: a pipeline instead of promises',
      `import Redis from 'ioredis';\nconst redis = new Redis();\n`,
      `async function run(keys: string[]) {
  await Promise.all(keys.map((key: string) => redis.del(key)));
}`,
      `async function run(keys: string[]) {
  const pipeline = redis.pipeline();
  for (const key of keys) pipeline.del(key);
  await pipeline.exec();
}`,
      'Send all commands together — all are sent after the loop, and a command that fails is told in the result of exec',
    ],
    [
      'MikroORM: one flush',
      `import { EntityManager } from '@mikro-orm/core';\n`,
      `async function run(em: EntityManager, names: string[]) {
  for (const name of names) {
    const tag = new Tag(name);
    await em.persistAndFlush(tag);
  }
}`,
      `async function run(em: EntityManager, names: string[]) {
  for (const name of names) {
    const tag = new Tag(name);
    em.persist(tag);
  }
  await em.flush();
}`,
      'Send all commands together — all are written after the loop, in one transaction',
    ],
  ])('%s', (_name, imports, code, expected, title) => {
    const { text, titles } = applyAll(`${imports}\n${code}\n`);
    expect(body(text)).toBe(`${expected}\n`);
    expect(titles).toEqual([title]);
  });
});

describe('writes in a loop are left alone', () => {
  it.each([
    [
      'a result that is used',
      'for (const line of lines) { const [row] = await db.insert(items).values({ order: line.id }).returning(); out.push(row.id); }',
      'the result of a write is used',
    ],
    [
      'an error of its own',
      'for (const line of lines) { try { await db.insert(items).values({ order: line.id }); } catch {} }',
      'each turn handles its own error',
    ],
    [
      'a value that is asked of the database',
      'for (const line of lines) await db.insert(items).values({ order: sql`(select max(n) from items)` }).onConflictDoNothing();',
      'a value of the row is asked of the database, which may give each turn another',
    ],
    [
      'an upsert beside a member of that name',
      'for (const line of lines) await db.insert(items).values({ order: line.onConflictDoNothing }).onConflictDoUpdate({ target: items.id, set: { order: 1 } });',
      'two turns may write the same row, which one statement may not',
    ],
    [
      'an upsert',
      'for (const line of lines) await db.insert(items).values({ order: line.id }).onConflictDoUpdate({ target: items.id, set: { order: 1 } });',
      'two turns may write the same row, which one statement may not',
    ],
    [
      'values of each turn',
      'for (const line of lines) await db.update(users).set({ name: line.name }).where(eq(users.id, line.id));',
      'a value of the update is computed, or may be undefined, which means something else there',
    ],
    [
      'a value that is made anew',
      'for (const line of lines) await db.update(users).set({ name: randomUUID() }).where(eq(users.id, line.id));',
      'each turn makes a value of its own',
    ],
    [
      'a later write',
      'for (const line of lines) { await db.insert(items).values({ order: line.id }); await db.delete(users).where(eq(users.id, line.id)); out.push(1); }',
      'a later write of the turn may need it',
    ],
    [
      'an early return',
      'for (const line of lines) { if (line.skip) return; await db.insert(items).values({ order: line.id }); }',
      'the loop can end the function early, before the rows are written',
    ],
    [
      'rows of a result',
      'for (const line of lines) await db.update(users).set({ name: "x" }).where(eq(users.id, line.id)).returning();',
      'the write has options that the form for many does not take',
    ],
    [
      'turns at the same time that give something',
      'out.push(await Promise.all(lines.map(async (line) => { if (line.skip) return 1; await db.insert(items).values({ order: line.id }); return 2; })));',
      'the turns run at the same time, and do more than write',
    ],
    [
      'turns at the same time whose key may be missing',
      'await Promise.all(lines.map(async (line) => { const row = await load(line); await db.delete(items).where(eq(items.id, row?.id)); }));',
      'the turns run at the same time, and do more than write',
    ],
    [
      'turns at the same time with types of their own',
      'await Promise.all(lines.map<Promise<void>>(async (line) => { await load(line); await db.insert(items).values({ order: line.id }); }));',
      'the turns run at the same time, and do more than write',
    ],
    [
      'turns at the same time that read the table after they wrote to it',
      'await Promise.all(lines.map(async (line) => { await db.insert(items).values({ order: line.id }); out.push(await db.select().from(items)); }));',
      'the turn reads the table after it wrote to it',
    ],
    [
      'a loop that reads the table after it wrote to it',
      'for (const line of lines) { await db.insert(items).values({ order: line.id }); out.push(await db.select().from(items)); }',
      'the turn reads the table after it wrote to it',
    ],
    [
      'turns that nobody waits for, and that wait for something else',
      'lines.forEach(async (line) => { await send(line); await db.insert(items).values({ order: line.id }); });',
      'the promises of the loop are not awaited together',
    ],
    [
      'turns at the same time whose result is used',
      'const all = await Promise.all(lines.map(async (line) => { await send(line); await db.insert(items).values({ order: line.id }); })); out.push(all);',
      'the turns run at the same time, and do more than write',
    ],
    [
      'turns at the same time that write to the same table before',
      'await Promise.all(lines.map(async (line) => { await db.delete(items).where(eq(items.order, line.id)); await db.insert(items).values({ order: line.id }); }));',
      'another write of the loop goes to the same table, and their order may matter',
    ],
    ['a comment beside the write', 'for (const line of lines) { await /* now */ db.insert(items).values({ order: line.id }); }', 'a comment would be lost'],
    [
      'raw SQL',
      'for (const line of lines) await db.execute(sql`insert into items values (${line.id})`);',
      'the library has no form for many rows that does the same',
    ],
  ])('%s', (_name, code, reason) => {
    const refused = rewritesOf(`${drizzle}\nasync function run(lines: Line[], out: any[]) {\n${code}\n}`).map((each) =>
      'refused' in each ? each.refused : each.title,
    );
    expect(refused).toContain(reason);
  });

  it.each([
    [
      'Prisma',
      "import { PrismaClient } from '@prisma/client';\nconst db = new PrismaClient();",
      'await db.link.update({ where: { id: line.id }, data: { url: line.url } })',
    ],
    ['Knex', "import knex from 'knex';\nconst db = knex({});", "await db('links').where('id', line.id).update({ url: line.url })"],
    [
      'Kysely',
      "import { Kysely } from 'kysely';\nconst db = new Kysely<any>({} as never);",
      "await db.updateTable('links').set({ url: line.url }).where('id', '=', line.id).execute()",
    ],
    [
      'Sequelize',
      "import { Sequelize } from 'sequelize';\nconst Link = new Sequelize().define('Link', {});",
      'await Link.update({ url: line.url }, { where: { id: line.id } })',
    ],
  ])('%s: an update with values of its own, for another reason than its key', (_name, imports, code) => {
    const text = `${imports}\nasync function run(lines: Line[]) {\nfor (const line of lines) ${code};\n}`;
    expect(rewritesOf(text)).toEqual([{ refused: 'the library has no form for rows with values of their own that does the same' }]);
  });

  it('writes to one table whose order matters', () => {
    const text = `${drizzle}\nasync function run(lines: Line[]) {\n  for (const line of lines) {\n    if (line.skip) await db.delete(items).where(eq(items.order, line.id));\n    else await db.insert(items).values({ order: line.id });\n  }\n}`;
    const reason = 'another write of the loop goes to the same table, and their order may matter';
    expect(rewritesOf(text)).toEqual([{ refused: 'a later write of the turn may need it' }, { refused: reason }]);
  });

  it.each([
    [
      'rows whose columns differ',
      "await db('tags').insert({ name: tag.name, ...tag.extra });",
      'the columns of a row cannot be seen, or differ from turn to turn',
    ],
    ['a row of another function', "await db('tags').insert(toRow(tag));", 'the columns of a row cannot be seen, or differ from turn to turn'],
  ])('Knex: %s', (_name, code, reason) => {
    const text = `import knex from 'knex';\nconst db = knex({ client: 'pg' });\nasync function run(tags: Tag[]) {\n  for (const tag of tags) ${code}\n}`;
    expect(rewritesOf(text)).toEqual([{ refused: reason }]);
  });

  it.each([
    ['a nested write', 'await prisma.tag.create({ data: { name: tag.name, owner: { connect: { id: 1 } } } });', 'the row writes to other tables, too'],
    [
      'a nested write under a condition',
      'await prisma.tag.create({ data: { name: tag.name, posts: tag.on ? { createMany: { data: tag.posts } } : undefined } });',
      'the row writes to other tables, too',
    ],
    [
      'a nested write that is spread',
      'await prisma.tag.create({ data: { name: tag.name, ...(tag.on && { posts: { create: tag.posts } }) } });',
      'the row writes to other tables, too',
    ],
    [
      'a nested write in a constant',
      '{ const posts = { create: tag.posts }; await prisma.tag.create({ data: { name: tag.name, posts } }); }',
      'the row writes to other tables, too',
    ],
    [
      'an update that deletes elsewhere',
      'await prisma.tag.update({ where: { id: tag.id }, data: { posts: { deleteMany: {} } } });',
      'the row writes to other tables, too',
    ],
    [
      'columns of the result',
      'await prisma.tag.create({ data: { name: tag.name }, select: { id: true } });',
      'the write has options that the form for many does not take',
    ],
    [
      'an update that adds, for keys that may repeat',
      'await prisma.tag.update({ where: { id: tag.id }, data: { uses: { increment: 1 } } });',
      'the update adds to what is there, and keys may repeat',
    ],
    [
      'an upsert',
      'await prisma.tag.upsert({ where: { id: tag.id }, create: { name: tag.name }, update: {} });',
      'the library has no form for many rows that does the same',
    ],
  ])('Prisma: %s', (_name, code, reason) => {
    const text = `import { PrismaClient } from '@prisma/client';\nconst prisma = new PrismaClient();\nasync function run(tags: Tag[]) {\n  for (const tag of tags) ${code}\n}`;
    expect(rewritesOf(text)).toEqual([{ refused: reason }]);
  });
});

describe('writes with values of their own', () => {
  it('become one update with a case for each column, whose last change of a key stays', () => {
    const { text, titles } = applyAll(`${drizzle}
async function run(lines: { id: number; product: number }[]) {
  for (const line of lines) await db.update(items).set({ order: line.product }).where(eq(items.id, line.id));
}
`);
    expect(body(text)).toBe(`async function run(lines: { id: number; product: number }[]) {
  await inChunks(
    lines.map((line) => ({ id: line.id, order: line.product })),
    1000,
    (rows) => db.update(items).set({ order: sql\`case \${items.id} \${sql.join([...rows].reverse().map((row) => sql\`when \${row.id} then \${row.order}::integer\`), sql\` \`)} end\` }).where(inArray(items.id, rows.map((row) => row.id))),
  );
}
`);
    expect(titles).toEqual(['Update all rows with one statement — values of a unique column cannot move from row to row; if one fails, none is written']);
  });

  it.each([
    [
      'a value that may be undefined leaves its column alone',
      'set({ order: line.product })',
      'id: number; product?: number',
      'a value of the update is computed, or may be undefined, which means something else there',
    ],
    [
      'a time is sent in another form',
      'set({ seen: line.when })',
      'id: number; when: Date',
      'a value of the update is computed, or may be undefined, which means something else there',
    ],
    [
      'a column whose type is not known',
      'set({ other: line.product })',
      'id: number; product: number',
      'the type of a column cannot be seen, or its values are not sent as they are',
    ],
  ])('are left where %s', (_name, set, type, reason) => {
    const text = `${drizzle}\nasync function run(lines: { ${type} }[]) {\n  for (const line of lines) await db.update(items).${set}.where(eq(items.id, line.id));\n}\n`;
    expect(rewritesOf(text)).toEqual([{ refused: reason }]);
  });

  it('become one `bulkWrite` for Mongoose', () => {
    const { text, titles } = applyAll(`import mongoose from 'mongoose';
const User = mongoose.model('User', new mongoose.Schema({ name: String }));

async function run(changes: any[], session: any) {
  for (const change of changes) {
    const name = change.name.trim();
    await User.updateOne({ _id: change.id }, { $set: { name } }, { upsert: true, session });
  }
  for (const change of changes) await User.findByIdAndUpdate(change.id, { $inc: { seen: change.seen } }, { new: true });
}
`);
    expect(body(text)).toBe(`async function run(changes: any[], session: any) {
  const rows = [];
  for (const change of changes) {
    const name = change.name.trim();
    rows.push({ updateOne: { filter: { _id: change.id }, update: { $set: { name } }, upsert: true } });
  }
  await inChunks(rows, 1000, (part) => User.bulkWrite(part, { session }));
  await inChunks(
    changes.map((change) => ({ updateOne: { filter: { _id: change.id }, update: { $inc: { seen: change.seen } } } })),
    1000,
    (rows) => User.bulkWrite(rows),
  );
}
`);
    expect(titles.at(-1)).toBe(
      'Update all rows with one statement — hooks and validators of the single write do not run; if one is empty or cannot be cast, none is written; a write that fails ends it with a MongoBulkWriteError',
    );
  });
});

describe('writes of turns at the same time', () => {
  const run = (text: string): string => body(applyAll(`${drizzle}\nasync function run(lines: Line[], out: any[], some?: Line[]) {\n${text}\n}`).text).slice(1);

  it.each([
    [
      'at the end of a branch: the turns give their rows',
      `  await Promise.all(
    lines.map(async (line) => {
      const [found] = await load(line);
      if (!found) {
        await db.insert(items).values({ order: line.id });
      }
    }),
  );`,
      `  const rows = await Promise.all(
    lines.map(async (line) => {
      const [found] = await load(line);
      if (!found) {
        return [{ order: line.id }];
      }
      return [];
    }),
  );
  await inChunks(rows.flat(), 1000, (part) => db.insert(items).values(part));`,
    ],
    [
      'on one line',
      '  await Promise.all(lines.map(async (line) => { if (!line.skip) { await db.insert(items).values({ order: line.id }); } }));',
      `  const rows = await Promise.all(lines.map(async (line) => { if (!line.skip) { return [{ order: line.id }]; } return []; }));
  await inChunks(rows.flat(), 1000, (part) => db.insert(items).values(part));`,
    ],
    [
      'before something else: the turns collect them',
      `  await Promise.all(
    lines.map(async (line) => {
      if (line.id === 3) return;
      if (!line.skip) await db.insert(items).values({ order: line.id });
      if (line.id === 7) return;
      out.push(line);
    }),
  );`,
      `  const rows = await Promise.all(
    lines.map(async (line) => {
      const own = [];
      if (line.id === 3) return [];
      if (!line.skip) own.push({ order: line.id });
      if (line.id === 7) return own;
      out.push(line);
      return own;
    }),
  );
  await inChunks(rows.flat(), 1000, (part) => db.insert(items).values(part));`,
    ],
    [
      'that nobody waits for',
      `  some?.forEach(async (line) => {
    const row = { order: line.id };
    await db.insert(items).values(row);
  });`,
      `  await inChunks(some?.map((line) => {
    const row = { order: line.id };
    return row;
  }) ?? [], 1000, (rows) => db.insert(items).values(rows));`,
    ],
    [
      'of a list that may be missing',
      '  await Promise.all(some?.map((line) => db.delete(items).where(eq(items.id, line.id))) ?? []);',
      `  await inChunks(
    (some ?? []).map((line) => line.id),
    1000,
    (keys) => db.delete(items).where(inArray(items.id, keys)),
  );`,
    ],
    [
      'that nobody waits for, by key',
      '  some?.forEach(async (line) => { await db.delete(items).where(eq(items.id, line.id)); });',
      `  await inChunks(
    (some ?? []).map((line) => line.id),
    1000,
    (keys) => db.delete(items).where(inArray(items.id, keys)),
  );`,
    ],
  ])('%s', (_name, text, wanted) => {
    expect(run(text)).toBe(`async function run(lines: Line[], out: any[], some?: Line[]) {\n${wanted}\n}`.slice(1));
  });

  it('in a file without semicolons, and where the list may be missing further left', () => {
    const text = `import { drizzle } from 'drizzle-orm/node-postgres'
const db = drizzle(process.env.DATABASE_URL)
async function run(box, all) {
  await Promise.all(box?.lines.map(async (line) => {
    [all.last] = [line]
    await db.insert(items).values({ order: line.id })
    all.note(line)
  }) ?? [])
}
`;
    const made = applyAll(text).text;
    expect(made).toContain('    const own = [];\n    [all.last] = [line]\n    own.push({ order: line.id })\n');
    expect(made).toContain('const rows = await Promise.all(box?.lines.map(async (line) => {');
  });

  it('a turn that returns in the other branch has no row', () => {
    const text = `${drizzle}\nasync function run(lines: Line[], out: any[]) {
  await Promise.all(lines.map(async (line) => {
    if (line.skip) { await db.insert(items).values({ order: line.id }); } else { return; }
    out.push(line);
  }));
}`;
    expect(applyAll(text).text).toContain('if (line.skip) { own.push({ order: line.id }); } else { return []; }');
  });

  it.each([
    [
      'a set',
      'const some = new Set(lines); some.forEach(async (line) => { await db.delete(items).where(eq(items.id, line.id)); });',
      'the loop does not run over a list',
    ],
    [
      'in finally',
      'await Promise.all(lines.map(async (line) => { try { send(line); } finally { await db.insert(items).values({ order: line.id }); } }));',
      'each turn handles its own error',
    ],
  ])('%s is left alone', (_name, text, reason) => {
    expect(rewritesOf(`${drizzle}\nasync function run(lines: Line[]) { ${text} }`)).toEqual([{ refused: reason }]);
  });

  it('what nothing is known of must be an array', () => {
    const text = `${drizzle}\nasync function run(snapshot) { snapshot.forEach(async (line) => { await db.delete(items).where(eq(items.id, line.id)); }); }`;
    expect(applyAll(text).titles.join()).toContain('`snapshot` must be an array');
  });

  it('the title says that the function waits for it now', () => {
    const text = `${drizzle}\nasync function run(lines: Line[]) {\n  lines.forEach(async (line) => { await db.delete(items).where(eq(items.id, line.id)); });\n}`;
    expect(applyAll(text).titles).toEqual(['Delete all rows with one statement — the function waits for it, and fails with it; if one fails, none is written']);
  });
});

describe('an INSERT that is written as SQL', () => {
  const pg = `import { Pool } from 'pg';\nimport mysql from 'mysql2/promise';\nconst pool = new Pool();\nconst my = mysql.createPool({});\ninterface Line { id: number; name: string }\n`;
  const inRun = (statement: string): string => `${pg}\nasync function run(lines: Line[], at: number) {\n  for (const line of lines) ${statement}\n}`;

  it.each([
    [
      'pg: the numbers go on from row to row',
      `await pool.query('insert into items (name, at, "order") values ($1, now(), $2::int)', [line.name, line.id]);`,
      `await inChunks(
    lines.map((line) => [line.name, line.id]),
    1000,
    (rows) => pool.query(\`insert into items (name, at, "order") values \${rows.map((_, at) => \`($\${at * 2 + 1}, now(), $\${at * 2 + 2}::int)\`).join(', ')}\`, rows.flat()),
  );`,
    ],
    [
      'pg: rows that are there are left alone',
      'await pool.query(`INSERT INTO items\n    VALUES ($2, $1)\n    ON CONFLICT DO NOTHING;`, [line.name, line.id]);',
      `await inChunks(lines.map((line) => [line.name, line.id]), 1000, (rows) => pool.query(\`INSERT INTO items
    VALUES \${rows.map((_, at) => \`($\${at * 2 + 2}, $\${at * 2 + 1})\`).join(', ')}
    ON CONFLICT DO NOTHING\`, rows.flat()));`,
    ],
    [
      'mysql2: a list of lists',
      "await my.query('INSERT INTO items (name, `position`) VALUES(?, ?)', [line.name, line.id]);",
      `await inChunks(
    lines.map((line) => [line.name, line.id]),
    1000,
    (rows) => my.query('INSERT INTO items (name, \`position\`) VALUES ?', [rows]),
  );`,
    ],
  ])('%s', (_name, statement, wanted) => {
    const made = applyAll(inRun(statement));
    expect(body(made.text)).toBe(`async function run(lines: Line[], at: number) {\n  ${wanted}\n}`);
    expect(made.titles).toEqual(['Write all rows with one statement — if one fails, none is written']);
  });

  it.each([
    [
      'rows that come back',
      "await pool.query('insert into items (name) values ($1) returning id', [line.name]);",
      'the statement gives back rows, or changes those that are there',
    ],
    [
      'rows that are changed',
      "await pool.query('insert into items (id, name) values ($1, $2) on conflict (id) do update set name = excluded.name', [line.id, line.name]);",
      'the statement gives back rows, or changes those that are there',
    ],
    [
      'two rows',
      "await pool.query('insert into items (name) values ($1), ($2)', [line.name, line.id]);",
      'the statement is more than an INSERT of one row of parameters',
    ],
    ['a query in the row', "await pool.query('insert into items (name) values ((select name from names where id = $1))', [line.id]);", undefined],
    [
      'a parameter that is not used',
      "await pool.query('insert into items (name) values ($1)', [line.name, line.id]);",
      'the statement is more than an INSERT of one row of parameters',
    ],
    ['a table of the turn', 'await pool.query(`insert into ${line.name} (id) values ($1)`, [line.id]);', undefined],
    [
      'a literal and parameters of MySQL',
      "await my.query('INSERT INTO items (name, kind) VALUES (?, 1)', [line.name]);",
      'the statement is more than an INSERT of one row of parameters',
    ],
    [
      'a prepared statement of MySQL',
      "await my.execute('INSERT INTO items (name) VALUES (?)', [line.name]);",
      'the library has no form for many rows that does the same',
    ],
    [
      'parameters that cannot be seen',
      "await pool.query('insert into items (name) values ($1)', toRow(line));",
      'the write has options that the form for many does not take',
    ],
    [
      'an update',
      "await pool.query('update items set name = $1 where id = $2', [line.name, line.id]);",
      'the library has no form for many rows that does the same',
    ],
  ])('is left alone: %s', (_name, statement, reason) => {
    const made = rewritesOf(inRun(statement));
    expect(made.filter((each) => !('refused' in each))).toEqual([]);
    if (reason !== undefined) expect(made).toEqual([{ refused: reason }]);
  });
});
