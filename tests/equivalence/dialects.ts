/** How each library writes the reads and writes of which the generated programs are made. */
export interface Dialect {
  /** Where the rows are kept. Default: `server`, a PostgreSQL. */
  readonly kept?: 'documents';
  readonly imports: string;
  /** Functions of the module that a turn may ask through. */
  readonly functions: string;
  /** Statements that read by a key, and perhaps by another value of the item, into a name; `one` gives a row or nothing, `many` a list, `count` a number. */
  readonly reads: readonly { readonly gives: 'one' | 'many' | 'count'; readonly text: (name: string, key: string, item: string) => string }[];
  /** Statements that write, for the item and its key. */
  readonly writes: readonly ((item: string, key: string) => string)[];
  /** Writes whose answer is kept: the new row, or a list of it. */
  readonly creates?: readonly { readonly gives: 'row' | 'list'; readonly text: (item: string, key: string) => string }[];
}

const helpers = `import { countByKeys, findByKeys, groupByKeys, inChunks, lazy } from 'latency-runtime';`;

export const dialects: Readonly<Record<string, Dialect>> = {
  drizzle: {
    imports: `${helpers}\nimport { and, count, desc, eq, inArray, isNotNull, sql } from 'drizzle-orm';\nimport { db, logs, posts, users } from '../databases/drizzle.ts';`,
    functions: `async function oneOf(id: any) {
  const [user] = await db.select().from(users).where(eq(users.id, id));
  return user;
}
async function newestOf(author: any) {
  const [post] = await db.select().from(posts).where(eq(posts.author, author)).orderBy(desc(posts.id)).limit(1);
  return post;
}
const manyOf = (author: any) => db.select().from(posts).where(eq(posts.author, author)).orderBy(posts.id);
const titledOf = (title: string, author: any) => db.select().from(posts).where(and(eq(posts.author, author), eq(posts.title, title))).orderBy(posts.id);`,
    reads: [
      {
        gives: 'many',
        text: (name, key, item) =>
          `const ${name} = await db.select().from(posts).where(and(eq(posts.author, ${key}), isNotNull(posts.id), eq(posts.title, 'post ' + ${item}.owner.id))).orderBy(posts.id);`,
      },
      {
        gives: 'one',
        text: (name, key, item) => `const ${name} = await db.query.users.findFirst({ where: and(eq(users.id, ${key}), eq(users.team, ${item}.owner.id)) });`,
      },
      { gives: 'many', text: (name, key, item) => `const ${name} = await titledOf('post ' + ${item}.owner.id, ${key});` },
      { gives: 'one', text: (name, key) => `const [${name}] = await db.select().from(users).where(eq(users.id, ${key}));` },
      {
        gives: 'one',
        text: (name, key) => `const [${name}] = await db.select({ name: count() }).from(posts).where(and(eq(posts.author, ${key}), isNotNull(posts.title)));`,
      },
      { gives: 'many', text: (name, key) => `const ${name} = await db.select({ title: count(posts.id) }).from(posts).where(eq(posts.author, ${key}));` },
      { gives: 'one', text: (name, key) => `const [${name}] = await db.select().from(users).where(eq(users.id, ${key})).limit(1);` },
      { gives: 'one', text: (name, key) => `const ${name} = await db.query.users.findFirst({ where: eq(users.id, ${key}) });` },
      {
        gives: 'many',
        text: (name, key) =>
          `const ${name} = await db.select({ id: posts.id, author: posts.author, title: posts.title }).from(posts).where(eq(posts.author, ${key})).orderBy(posts.id);`,
      },
      {
        gives: 'many',
        text: (name, key) => `const ${name} = await db.select().from(posts).where(and(eq(posts.author, ${key}), isNotNull(posts.title))).orderBy(posts.id);`,
      },
      {
        gives: 'many',
        text: (name, key) => `const ${name} = await db.query.posts.findMany({ where: eq(posts.author, ${key}), columns: { title: true }, orderBy: posts.id });`,
      },
      { gives: 'one', text: (name, key) => `const ${name} = await oneOf(${key});` },
      { gives: 'many', text: (name, key) => `const ${name} = await manyOf(${key});` },
      { gives: 'many', text: (name, key) => `const ${name} = [await newestOf(${key})].filter((each) => each !== undefined);` },
      {
        gives: 'many',
        text: (name, key) => `const ${name} = await db.select({ title: posts.title }).from(posts).where(eq(posts.author, ${key})).orderBy(posts.id).limit(1);`,
      },
    ],
    writes: [
      (item, key) => `await db.insert(logs).values({ ref: ${key}, note: String(${item}.id) });`,
      (item, key) => `await db.insert(users).values({ id: Number(${key}), name: String(${item}.id) }).onConflictDoNothing();`,
      (_, key) => `await db.update(users).set({ team: 99 }).where(eq(users.id, ${key}));`,
      (_, key) => `await db.delete(posts).where(eq(posts.author, ${key}));`,
      (item, key) => `await db.update(users).set({ team: ${item}.owner.id, name: String(${item}.id) }).where(eq(users.id, ${key}));`,
    ],
    creates: [
      { gives: 'list', text: (item, key) => `db.insert(logs).values({ ref: ${key}, note: String(${item}.id) }).returning({ ref: logs.ref, note: logs.note })` },
      { gives: 'list', text: (item, key) => `db.insert(logs).values({ ref: ${key} ?? 7, note: 'of ' + ${item}.owner.id }).returning()` },
    ],
  },
  kysely: {
    imports: `${helpers}\nimport { db } from '../databases/kysely.ts';`,
    functions: `async function oneOf(id: any) {
  return db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst();
}
const manyOf = async (author: any) => await db.selectFrom('posts').selectAll().where('author', '=', author).orderBy('id').execute();`,
    reads: [
      {
        gives: 'many',
        text: (name, key, item) =>
          `const ${name} = await db.selectFrom('posts').selectAll().where('posts.author', '=', ${key}).where('title', '=', 'post ' + ${item}.owner.id).where('id', '>', 0).orderBy('id').execute();`,
      },
      {
        gives: 'one',
        text: (name, key, item) =>
          `const ${name} = await db.selectFrom('users').select(['id', 'team', 'name']).where('id', '=', ${key}).where('team', '=', ${item}.owner.id).executeTakeFirst();`,
      },
      { gives: 'one', text: (name, key) => `const ${name} = await db.selectFrom('users').selectAll().where('id', '=', ${key}).executeTakeFirst();` },
      {
        gives: 'one',
        text: (name, key) =>
          `const ${name} = await db.selectFrom('users').select(['users.id', 'name']).where('users.id', '=', ${key}).limit(1).executeTakeFirst();`,
      },
      { gives: 'one', text: (name, key) => `const ${name} = await db.selectFrom('users').selectAll().where('id', '=', ${key}).executeTakeFirstOrThrow();` },
      { gives: 'many', text: (name, key) => `const ${name} = await db.selectFrom('posts').selectAll().where('author', '=', ${key}).orderBy('id').execute();` },
      {
        gives: 'many',
        text: (name, key) =>
          `const ${name} = await db.selectFrom('posts').select(['author', 'title']).where('title', '!=', 'post 3').where('author', '=', ${key}).orderBy('id').execute();`,
      },
      { gives: 'one', text: (name, key) => `const ${name} = await oneOf(${key});` },
      { gives: 'many', text: (name, key) => `const ${name} = await manyOf(${key});` },
    ],
    writes: [
      (item, key) => `await db.insertInto('logs').values({ ref: ${key}, note: String(${item}.id) }).execute();`,
      (item, key) =>
        `await db.insertInto('users').values({ id: Number(${key}), name: String(${item}.id) }).onConflict((oc) => oc.column('id').doNothing()).execute();`,
      (_, key) => `await db.updateTable('users').set({ team: 99 }).where('id', '=', ${key}).execute();`,
      (_, key) => `await db.deleteFrom('posts').where('author', '=', ${key}).execute();`,
    ],
    creates: [
      {
        gives: 'row',
        text: (item, key) => `db.insertInto('logs').values({ ref: ${key}, note: String(${item}.id) }).returning(['ref', 'note']).executeTakeFirstOrThrow()`,
      },
      { gives: 'row', text: (item, key) => `db.insertInto('logs').values({ ref: ${key}, note: 'x' + ${item}.id }).returningAll().executeTakeFirst()` },
      { gives: 'list', text: (item, key) => `db.insertInto('logs').values({ ref: ${key}, note: String(${item}.id) }).returningAll().execute()` },
    ],
  },
  objection: {
    imports: `${helpers}\nimport { Log, Post, User } from '../databases/objection.ts';`,
    functions: `async function oneOf(id: any) {
  return User.query().findById(id);
}
function manyOf(author: any) {
  return Post.query().where('author', author).orderBy('id');
}`,
    reads: [
      {
        gives: 'many',
        text: (name, key, item) => `const ${name} = await Post.query().where({ author: ${key}, title: 'post ' + ${item}.owner.id }).orderBy('id');`,
      },
      { gives: 'one', text: (name, key, item) => `const ${name} = await User.query().where('users.id', ${key}).andWhere('team', ${item}.owner.id).first();` },
      { gives: 'one', text: (name, key) => `const ${name} = await User.query().where({ id: ${key} }).first();` },
      { gives: 'one', text: (name, key) => `const ${name} = await User.query().findById(${key} ?? 0);` },
      { gives: 'one', text: (name, key) => `const ${name} = await User.query().findById(${key} ?? 0).withGraphFetched('articles');` },
      { gives: 'one', text: (name, key) => `const ${name} = await User.query().select('id', 'name').where('id', ${key}).first();` },
      { gives: 'many', text: (name, key) => `const ${name} = await Post.query().where('author', ${key}).orderBy('id');` },
      {
        gives: 'many',
        text: (name, key) => `const ${name} = await Post.query().select('title').where('author', ${key}).withGraphFetched('writer').orderBy('id');`,
      },
      { gives: 'one', text: (name, key) => `const ${name} = await oneOf(${key});` },
      { gives: 'many', text: (name, key) => `const ${name} = await manyOf(${key});` },
    ],
    writes: [
      (item, key) => `await Log.query().insert({ ref: ${key}, note: String(${item}.id) });`,
      (_, key) => `await User.query().where('id', ${key}).patch({ team: 99 });`,
      (_, key) => `await User.query().findById(${key}).patch({ team: 99 });`,
      (_, key) => `await Post.query().where({ author: ${key} }).delete();`,
    ],
  },
  knex: {
    imports: `${helpers}\nimport { db } from '../databases/knex.ts';`,
    functions: `async function oneOf(id: any) {
  const user = await db('users').where({ id }).first();
  return user;
}
function manyOf(author: any) {
  return db('posts').where('author', author).orderBy('id');
}`,
    reads: [
      {
        gives: 'many',
        text: (name, key, item) => `const ${name} = await db('posts').where({ author: ${key}, title: 'post ' + ${item}.owner.id }).orderBy('id');`,
      },
      { gives: 'one', text: (name, key, item) => `const ${name} = await db('users').where('users.id', ${key}).andWhere('team', ${item}.owner.id).first();` },
      { gives: 'many', text: (name, key) => `const ${name} = await db('posts').where({ author: ${key}, title: 'post 3' }).orderBy('id');` },
      { gives: 'one', text: (name, key) => `const ${name} = await db('users').where({ id: ${key} }).first();` },
      { gives: 'one', text: (name, key) => `const ${name} = await db('users').select('id', 'name').where('id', ${key}).first();` },
      { gives: 'many', text: (name, key) => `const ${name} = await db('posts').where('author', ${key}).orderBy('id');` },
      {
        gives: 'many',
        text: (name, key) => `const ${name} = await db.select('author', 'title').from('posts').where('posts.author', '=', ${key}).orderBy('id');`,
      },
      { gives: 'one', text: (name, key) => `const ${name} = await oneOf(${key});` },
      { gives: 'many', text: (name, key) => `const ${name} = await manyOf(${key});` },
    ],
    writes: [
      (item, key) => `await db('logs').insert({ ref: ${key}, note: String(${item}.id) });`,
      (item, key) => `await db('users').insert({ id: Number(${key}), name: String(${item}.id) }).onConflict('id').ignore();`,
      (_, key) => `await db('users').where('id', ${key}).update({ team: 99 });`,
      (_, key) => `await db('posts').where({ author: ${key} }).del();`,
    ],
    creates: [
      { gives: 'list', text: (item, key) => `db('logs').insert({ ref: ${key}, note: String(${item}.id) }).returning(['ref', 'note'])` },
      { gives: 'list', text: (item, key) => `db('logs').insert({ note: String(${item}.id), ref: ${key} }).returning('*')` },
    ],
  },
  pg: {
    imports: `${helpers}\nimport { pool } from '../databases/pg.ts';`,
    functions: `const manyOf = async (author: any) => (await pool.query('select * from posts where author = $1 order by id', [author])).rows;
async function oneOf(id: any) {
  const { rows } = await pool.query('SELECT name, team FROM users WHERE id = $1', [id]);
  return rows[0];
}
async function titledOf(author: any) {
  const result = await pool.query('select title from posts where author = $1 and title <> $2 order by id', [author, 'post 3']);
  return result.rows;
}`,
    reads: [
      { gives: 'many', text: (name, key) => `const ${name} = await manyOf(${key});` },
      { gives: 'one', text: (name, key) => `const ${name} = await oneOf(${key});` },
      { gives: 'many', text: (name, key) => `const ${name} = await titledOf(${key});` },
      { gives: 'one', text: (name, key) => `const { rows: [${name}] } = await pool.query('select * from users where id = $1', [${key}]);` },
      {
        gives: 'many',
        text: (name, key) => `const { rows: ${name} } = await pool.query({ text: 'select title from posts where author = $1 order by id', values: [${key}] });`,
      },
      { gives: 'one', text: (name, key) => `const { rows: [${name}] } = await pool.query('select u.* from users u where u.id = $1::int limit 1', [${key}]);` },
      {
        gives: 'many',
        text: (name, key) =>
          `const { rows: ${name} } = await pool.query('select p.title, u.name from posts p join users u on u.id = p.author where p.author = $1 order by p.id', [${key}]);`,
      },
      {
        gives: 'many',
        text: (name, key) =>
          `const ${name} = (await pool.query(\`\n  select id, author as ref, title from posts\n  where title like $2 and author = $1\n  order by id\n\`, [${key}, 'post%'])).rows;`,
      },
      {
        gives: 'many',
        text: (name, key) => `const ${name} = (await pool.query('SELECT title FROM posts WHERE author = $1 ORDER BY id DESC LIMIT 1;', [${key}])).rows;`,
      },
      {
        gives: 'many',
        text: (name, key) =>
          `const of_${name} = await pool.query('select * from posts where author = $1 order by id', [${key}]);\nif (of_${name}.rowCount === 1) continue;\nconst ${name} = of_${name}.rows;`,
      },
      { gives: 'many', text: (name, key) => `const { rows: ${name} } = await pool.query('select count(*) as title from posts where author = $1', [${key}]);` },
      {
        gives: 'one',
        text: (name, key) => `const ${name} = (await pool.query('select count(distinct title)::int as name from posts where author = $1', [${key}])).rows[0];`,
      },
      {
        gives: 'many',
        text: (name, key, item) =>
          `const ${name} = (await pool.query('select * from posts where author = $1 and id > $2 order by id', [${key}, ${item}.owner.id])).rows;`,
      },
    ],
    writes: [
      (item, key) => `await pool.query('insert into logs (ref, note) values ($1, $2)', [${key}, String(${item}.id)]);`,
      (item, key) => `await pool.query("INSERT INTO logs (note, ref) VALUES ('of ' || $2::text, $1)", [${key}, ${item}.id]);`,
      (item, key) =>
        `await pool.query(\`insert into users (id, name, team)\n values ($1, $2, 7) on conflict do nothing;\`, [Number(${key}), String(${item}.id)]);`,
      (_, key) => `await pool.query('update users set team = 99 where id = $1', [${key}]);`,
    ],
  },
  postgres: {
    imports: `${helpers}\nimport { sql } from '../databases/postgres.ts';`,
    functions: `async function manyOf(author: any) {
  return await sql\`select * from posts where author = \${author} order by id\`;
}`,
    reads: [
      { gives: 'many', text: (name, key) => `const ${name} = await manyOf(${key});` },
      { gives: 'one', text: (name, key) => `const [${name}] = await sql\`select * from users where id = \${${key}}\`;` },
      {
        gives: 'one',
        text: (name, key) => `const [${name}] = await sql\`select name from users u where u.id = \${${key}} and name <> \${'user 3'} limit 1\`;`,
      },
      { gives: 'many', text: (name, key) => `const ${name} = await sql\`select title from posts where author = \${${key}} order by id desc limit 1\`;` },
      {
        gives: 'many',
        text: (name, key) => `const ${name} = await sql\`select title from posts where title <> \${'post 3'} and author = \${${key}} order by id\`;`,
      },
      { gives: 'one', text: (name, key) => `const [${name}] = await sql\`select count(*)::int as name from posts where author = \${${key}}\`;` },
    ],
    writes: [
      (item, key) => `await sql\`insert into logs (ref, note) values (\${${key}}, \${String(${item}.id)})\`;`,
      (_, key) => `await sql\`update users set team = 99 where id = \${${key}}\`;`,
    ],
  },
  'pg-promise': {
    imports: `${helpers}\nimport { db } from '../databases/pg-promise.ts';`,
    functions: `const manyOf = (author: any) => db.any('select * from posts where author = $1 order by id', [author]);`,
    reads: [
      { gives: 'many', text: (name, key) => `const ${name} = await manyOf(${key});` },
      { gives: 'one', text: (name, key) => `const ${name} = await db.oneOrNone('select * from users where id = $1', [${key}]);` },
      { gives: 'one', text: (name, key) => `const ${name} = await db.one('select id, name from users where id = $1 and name <> $2', [${key}, 'nobody']);` },
      {
        gives: 'many',
        text: (name, key) => `const ${name} = await db.manyOrNone('select title from posts where author = $1 order by id desc limit 1', [${key}]);`,
      },
      {
        gives: 'many',
        text: (name, key) => `const ${name} = await db.any('select title from posts where author = $2 and title <> $1 order by id', ['post 3', ${key}]);`,
      },
    ],
    writes: [
      (item, key) => `await db.none('insert into logs (ref, note) values ($1, $2)', [${key}, String(${item}.id)]);`,
      (_, key) => `await db.none('update users set team = 99 where id = $1', [${key}]);`,
    ],
  },
  typeorm: {
    imports: `${helpers}\nimport { In, Like } from 'typeorm';\nimport { logs, posts, users } from '../databases/typeorm.ts';`,
    functions: `async function oneOf(id: any) {
  return await users.findOneBy({ id });
}
const manyOf = (author: any) => posts.find({ where: { author }, order: { id: 'ASC' } });`,
    reads: [
      {
        gives: 'many',
        text: (name, key, item) => `const ${name} = await posts.find({ where: { title: 'post ' + ${item}.owner.id, author: ${key} }, order: { id: 'ASC' } });`,
      },
      { gives: 'one', text: (name, key, item) => `const ${name} = await users.findOneBy({ id: ${key}, name: Like('%'), team: ${item}.owner.id });` },
      { gives: 'one', text: (name, key) => `const ${name} = await users.findOneBy({ id: ${key} });` },
      { gives: 'one', text: (name, key) => `const ${name} = await users.findOneByOrFail({ id: ${key} });` },
      { gives: 'one', text: (name, key) => `const ${name} = await users.findOne({ where: { id: ${key} } });` },
      { gives: 'many', text: (name, key) => `const ${name} = await posts.find({ where: { author: ${key} }, order: { id: 'ASC' } });` },
      { gives: 'one', text: (name, key) => `const ${name} = await oneOf(${key});` },
      { gives: 'many', text: (name, key) => `const ${name} = await manyOf(${key});` },
    ],
    writes: [
      (item, key) => `await logs.insert({ ref: ${key}, note: String(${item}.id) });`,
      (item, key) => `await logs.save({ ref: ${key}, note: String(${item}.id) });`,
      (_, key) => `await users.update({ id: ${key} }, { team: 99 });`,
      (_, key) => `await posts.delete({ author: ${key} });`,
    ],
    creates: [{ gives: 'row', text: (item, key) => `logs.save({ ref: ${key}, note: String(${item}.id) })` }],
  },
  sequelize: {
    imports: `${helpers}\nimport { Log, Post, User } from '../databases/sequelize.ts';`,
    functions: `const oneOf = (id: any) => User.findByPk(id);
async function manyOf(author: any) {
  return Post.findAll({ where: { author }, order: ['id'], raw: true });
}`,
    reads: [
      {
        gives: 'many',
        text: (name, key, item) =>
          `const ${name} = await Post.findAll({ where: { author: ${key}, title: 'post ' + ${item}.owner.id }, order: ['id'], raw: true });`,
      },
      { gives: 'one', text: (name, key, item) => `const ${name} = await User.findOne({ where: { team: ${item}.owner.id, id: ${key} }, raw: true });` },
      { gives: 'one', text: (name, key) => `const ${name} = await User.findByPk(${key});` },
      { gives: 'one', text: (name, key) => `const ${name} = await User.findOne({ where: { id: ${key} }, raw: true });` },
      { gives: 'many', text: (name, key) => `const ${name} = await Post.findAll({ where: { author: ${key} }, order: ['id'], raw: true });` },
      {
        gives: 'many',
        text: (name, key) => `const ${name} = await Post.findAll({ attributes: ['author', 'title'], where: { author: ${key} }, order: ['id'] });`,
      },
      { gives: 'count', text: (name, key) => `const ${name} = await Post.count({ where: { author: ${key} } });` },
      { gives: 'one', text: (name, key) => `const ${name} = await oneOf(${key});` },
      { gives: 'many', text: (name, key) => `const ${name} = await manyOf(${key});` },
    ],
    writes: [
      (item, key) => `await Log.create({ ref: ${key}, note: String(${item}.id) });`,
      (_, key) => `await User.update({ team: 99 }, { where: { id: ${key} } });`,
      (_, key) => `await Post.destroy({ where: { author: ${key} } });`,
    ],
    creates: [{ gives: 'row', text: (item, key) => `Log.create({ ref: ${key}, note: String(${item}.id) })` }],
  },
  prisma: {
    imports: `${helpers}\nimport { prisma } from '../databases/prisma.ts';`,
    functions: `async function oneOf(id: any) {
  return prisma.user.findUnique({ where: { id } });
}
async function manyOf(author: any) {
  const rows = await prisma.post.findMany({ where: { author }, orderBy: { id: 'asc' } });
  return rows;
}
const titledOf = (title: string, author: any) => prisma.post.findMany({ where: { author, title }, orderBy: { id: 'asc' } });`,
    reads: [
      {
        gives: 'many',
        text: (name, key, item) =>
          `const ${name} = await prisma.post.findMany({ where: { title: 'post ' + ${item}.owner.id, id: { gt: 0 }, author: ${key} }, orderBy: { id: 'asc' } });`,
      },
      {
        gives: 'one',
        text: (name, key, item) => `const ${name} = await prisma.user.findFirst({ where: { id: ${key}, team: ${item}.owner.id }, select: { name: true } });`,
      },
      { gives: 'many', text: (name, key, item) => `const ${name} = await titledOf('post ' + ${item}.owner.id, ${key});` },
      { gives: 'one', text: (name, key) => `const ${name} = await prisma.user.findUnique({ where: { id: ${key} } });` },
      { gives: 'one', text: (name, key) => `const ${name} = await prisma.post.findFirst({ where: { author: ${key} }, orderBy: { id: 'desc' } });` },
      {
        gives: 'one',
        text: (name, key) => `const ${name} = await prisma.post.findFirst({ orderBy: { id: 'asc' }, where: { author: ${key}, id: { gt: 3 } } });`,
      },
      { gives: 'one', text: (name, key) => `const ${name} = await prisma.user.findUniqueOrThrow({ where: { id: ${key} } });` },
      { gives: 'one', text: (name, key) => `const ${name} = await prisma.user.findFirst({ where: { id: ${key} }, select: { name: true } });` },
      { gives: 'many', text: (name, key) => `const ${name} = await prisma.post.findMany({ where: { author: ${key} }, orderBy: { id: 'asc' } });` },
      {
        gives: 'many',
        text: (name, key) =>
          `const ${name} = await prisma.post.findMany({ where: { author: ${key}, title: { not: 'post 3' } }, select: { title: true }, orderBy: { id: 'asc' } });`,
      },
      { gives: 'count', text: (name, key) => `const ${name} = await prisma.post.count({ where: { author: ${key}, title: { not: 'post 3' } } });` },
      { gives: 'one', text: (name, key) => `const ${name} = await oneOf(${key});` },
      { gives: 'many', text: (name, key) => `const ${name} = await manyOf(${key});` },
    ],
    writes: [
      (item, key) => `await prisma.log.create({ data: { ref: ${key}, note: String(${item}.id) } });`,
      (_, key) => `await prisma.user.update({ where: { id: ${key} }, data: { team: 99 } });`,
      (_, key) => `await prisma.post.deleteMany({ where: { author: ${key} } });`,
    ],
    creates: [
      { gives: 'row', text: (item, key) => `prisma.log.create({ data: { ref: ${key}, note: String(${item}.id) } })` },
      { gives: 'row', text: (item, key) => `prisma.log.create({ data: { ref: ${key}, note: 'n' + ${item}.id }, select: { ref: true, note: true } })` },
    ],
  },
  mongoose: {
    kept: 'documents',
    imports: `${helpers}\nimport { Log, Post, User } from '../databases/mongoose.ts';`,
    functions: `async function oneOf(id: any) {
  return User.findById(id);
}
const manyOf = (author: any) => Post.find({ author }).sort({ _id: 1 });`,
    reads: [
      { gives: 'one', text: (name, key) => `const ${name} = await User.findById(${key});` },
      { gives: 'one', text: (name, key) => `const ${name} = await User.findById(${key}).lean();` },
      { gives: 'one', text: (name, key) => `const ${name} = await User.findOne({ _id: ${key} }).select('name');` },
      { gives: 'many', text: (name, key) => `const ${name} = await Post.find({ author: ${key} }).sort({ _id: 1 });` },
      {
        gives: 'many',
        text: (name, key) => `const ${name} = await Post.find({ author: ${key}, title: { $ne: 'post 3' } }).select('title').sort('_id').lean();`,
      },
      {
        gives: 'many',
        text: (name, key, item) =>
          `const ${name} = await Post.find({ title: 'post ' + ${item}.owner.id, _id: { $gt: 0 }, author: ${key} }).sort('_id').lean();`,
      },
      { gives: 'one', text: (name, key, item) => `const ${name} = await User.findOne({ _id: ${key}, team: ${item}.owner.id }, 'name').lean();` },
      { gives: 'count', text: (name, key) => `const ${name} = await Post.countDocuments({ author: ${key} });` },
      { gives: 'one', text: (name, key) => `const ${name} = await oneOf(${key});` },
      { gives: 'many', text: (name, key) => `const ${name} = await manyOf(${key});` },
    ],
    writes: [
      (item, key) => `await Log.create({ ref: ${key}, note: String(${item}.id) });`,
      (_, key) => `await User.updateOne({ _id: ${key} }, { $set: { team: 99 } });`,
      (item, key) => `await User.findByIdAndUpdate(${key}, { team: ${item}.owner.id });`,
      (_, key) => `await Post.deleteMany({ author: ${key} });`,
    ],
    creates: [{ gives: 'row', text: (item, key) => `Log.create({ ref: ${key}, note: String(${item}.id) })` }],
  },
  mongodb: {
    kept: 'documents',
    imports: `${helpers}\nimport { logs, posts, users } from '../databases/mongodb.ts';`,
    functions: `async function oneOf(id: any) {
  return users.findOne({ _id: id });
}
const manyOf = (author: any) => posts.find({ author }).sort({ _id: 1 }).toArray();`,
    reads: [
      { gives: 'one', text: (name, key) => `const ${name} = await users.findOne({ _id: ${key} as any });` },
      { gives: 'many', text: (name, key) => `const ${name} = await posts.find({ author: ${key} }).sort({ _id: 1 }).toArray();` },
      { gives: 'many', text: (name, key) => `const ${name} = await posts.find({ author: ${key}, title: { $ne: 'post 3' } }).sort({ _id: 1 }).toArray();` },
      {
        gives: 'many',
        text: (name, key, item) => `const ${name} = await posts.find({ title: 'post ' + ${item}.owner.id, author: ${key} }).sort({ _id: 1 }).toArray();`,
      },
      { gives: 'one', text: (name, key, item) => `const ${name} = await users.findOne({ _id: ${key} as any, team: ${item}.owner.id });` },
      { gives: 'one', text: (name, key) => `const ${name} = await oneOf(${key});` },
      { gives: 'many', text: (name, key) => `const ${name} = await manyOf(${key});` },
    ],
    writes: [
      (item, key) => `await logs.insertOne({ ref: ${key}, note: String(${item}.id) } as any);`,
      (_, key) => `await users.updateOne({ _id: ${key} as any }, { $set: { team: 99 } });`,
      (item, key) => `await users.updateOne({ _id: ${key} as any }, { $set: { team: ${item}.owner.id } });`,
      (_, key) => `await posts.deleteMany({ author: ${key} });`,
    ],
  },
  mikroorm: {
    imports: `${helpers}\nimport { em, Log, Post, User } from '../databases/mikroorm.ts';`,
    functions: `async function oneOf(id: any) {
  return em.findOne(User, { id });
}
const manyOf = (author: any) => em.find(Post, { author }, { orderBy: { id: 'asc' } });`,
    reads: [
      { gives: 'one', text: (name, key) => `const ${name} = await em.findOne(User, { id: ${key} });` },
      { gives: 'one', text: (name, key) => `const ${name} = await em.findOneOrFail(User, { id: ${key} });` },
      { gives: 'many', text: (name, key) => `const ${name} = await em.find(Post, { author: ${key} }, { orderBy: { id: 'asc' } });` },
      {
        gives: 'many',
        text: (name, key) => `const ${name} = await em.find(Post, { author: ${key}, title: { $ne: 'post 3' } }, { orderBy: { id: 'asc' } });`,
      },
      {
        gives: 'many',
        text: (name, key, item) => `const ${name} = await em.find(Post, { author: ${key}, title: 'post ' + ${item}.owner.id }, { orderBy: { id: 'asc' } });`,
      },
      { gives: 'one', text: (name, key) => `const ${name} = await oneOf(${key});` },
      { gives: 'many', text: (name, key) => `const ${name} = await manyOf(${key});` },
    ],
    writes: [
      (item, key) => `await em.insert(Log, { ref: ${key}, note: String(${item}.id) });`,
      (_, key) => `await em.nativeUpdate(User, { id: ${key} }, { team: 99 });`,
      (_, key) => `await em.nativeDelete(Post, { author: ${key} });`,
    ],
  },
};
