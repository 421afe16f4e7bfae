import { testRule } from '../rule-tester.ts';

const prisma = `import { PrismaClient } from '@prisma/client';\nconst prisma = new PrismaClient();\n`;
const drizzle = `import { drizzle } from 'drizzle-orm/node-postgres';\nconst db = drizzle(process.env.URL);\n`;
const mongoose = `import { model } from 'mongoose';\nconst Post = model('Post', schema);\n`;
const knex = `import knex from 'knex';\nconst db = knex({});\n`;
const kysely = `import { Kysely } from 'kysely';\nconst db = new Kysely<Database>({ dialect });\n`;
const sequelize = `import { Model } from 'sequelize';\nclass Post extends Model {}\n`;
const typeorm = `import { DataSource } from 'typeorm';\nconst source = new DataSource({});\nconst posts = source.getRepository(Post);\n`;
const pg = `import pg from 'pg';\nconst pool = new pg.Pool();\n`;
const slonik = `import { createPool, sql } from 'slonik';\nconst pool = await createPool('');\n`;
const pgPromise = `import pgPromise from 'pg-promise';\nconst db = pgPromise()(process.env.URL);\n`;
const inHandler = (read: string): string => `async function list(req, res) {\n  res.json(await ${read});\n}`;

testRule('no-unbounded-query', {
  reported: [
    ...[
      ['rows that are counted', `const { rows } = await pool.query('select * from orders where status = $1', [req.query.status]);\n  res.json(rows.length);`],
      [
        'the first in an order',
        `const answer = await pool.query('select * from orders where kind = $1 order by at desc', [req.query.kind]);\n  res.json(answer.rows[0]);`,
      ],
      [
        'an equality of another table',
        `const answer = await pool.query("select * from logs l join users u on u.id = l.user where u.role = $1", [req.query.role]);\n  res.json(answer.rows[0]);`,
      ],
    ].map(([name = '', code = '']) => ({
      name: `pg: ${name}`,
      code: `${pg}async function load(req, res) {\n  ${code}\n}`,
      at: [[`4:${code.indexOf('pool') + 3}`, 'unbounded']] as const,
    })),
    {
      name: 'pg: a function in a condition',
      code: pg + inHandler(`pool.query('select * from orders where at > (select max(at) from f(2))')`),
      at: [['4:18', 'unbounded']],
    },
    {
      name: 'Prisma: a filter to which a search is pushed',
      code: `${prisma}async function list(req, res) {\n  const where = { AND: [] };\n  where.AND.push({ name: { contains: req.query.q } });\n  res.json(await prisma.user.findMany({ where }));\n}`,
      at: [['6:18', 'unbounded']],
    },
    {
      name: 'Knex: a function of which the name says query, and that writes nothing',
      code: `${knex}export const getSavedQuery = async () => db('saved').where('open', true);`,
      at: [['3:42', 'unbounded']],
    },
    {
      name: 'Knex: a getter that is awaited',
      code: `${knex}class Posts {\n  get all() {\n    return db('posts');\n  }\n}\nexport async function list(req, res) {\n  res.json((await posts.all).map((post) => post.title));\n}`,
      at: [['5:12', 'unbounded']],
    },
    {
      name: 'pg: a text that a helper sends',
      code: `${pg}const run = async (text, values) => {\n  const { rows } = await pool.query(text, values);\n  return rows;\n};\nasync function list(req, res) {\n  res.json(await run('select title from posts where open'));\n}`,
      at: [['8:18', 'unbounded']],
    },
    {
      name: 'pg: a text in an object that a method sends',
      code: `import { Pool } from 'pg';\nclass Posts {\n  constructor(private readonly pool: Pool) {}\n  private query<Row>(query: { text: string }) {\n    return this.pool.query<Row>(query);\n  }\n  async list() {\n    const found = await this.query<Post>({ text: 'select * from posts' });\n    return found.rows;\n  }\n}`,
      at: [['8:25', 'unbounded']],
    },
    {
      name: 'Knex: a function whose callers wait for what it gives',
      code: `${knex}const open = () => db('posts').where('open', true);\nexport async function list(req, res) {\n  const rows = await open();\n  res.json(rows.map((row) => row.title));\n}`,
      at: [['3:20', 'unbounded']],
    },
    {
      name: 'pg: every row is looked at',
      code: `${pg}async function load(req, res) {\n  const answer = await pool.query('select at from marks where mapping = $1', [req.query.name]);\n  res.json([answer.rows[0], answer.rows]);\n}`,
      at: [['4:24', 'unbounded']],
    },
    {
      name: 'pg: a table beside a function',
      code: pg + inHandler(`pool.query('select * from unnest_all($1), posts')`),
      at: [['4:18', 'unbounded']],
    },
    {
      name: 'Knex: a function that runs a query',
      code: `${knex}export function runQuery() {\n  return db('posts').where('open', true);\n}`,
      at: [['4:10', 'unbounded']],
    },
    { name: 'Slonik: all', code: slonik + inHandler('pool.any(sql.unsafe`select * from posts`)'), at: [['4:18', 'unbounded']] },
    {
      name: 'Slonik: by a column that the template names, and that is no key',
      code: slonik + inHandler('pool.any(sql.unsafe`select * from ${table} where ${fields.state} = ${state}`)'),
      at: [['4:18', 'unbounded']],
    },
    { name: 'pg-promise', code: pgPromise + inHandler(`db.manyOrNone('select * from posts where open')`), at: [['4:18', 'unbounded']] },
    {
      name: 'TypeORM: a limit on a line that only some calls run',
      code: `${typeorm}async function list(req, res) {\n  const query = posts.createQueryBuilder('p').where('p.open');\n  if (req.query.limit) query.limit(req.query.limit);\n  if (req.query.all === undefined) {\n    query.limit(5);\n  }\n  res.json(await query.getMany());\n}`,
      at: [['10:18', 'unbounded']],
    },
    {
      name: 'Sequelize: a comparison of a key that is no equality',
      code: `import { Op, Model } from 'sequelize';\nclass Job extends Model {}\nexport const before = (job) => Job.findAll({ where: { id: { [Op.lt]: job.id } } });`,
      at: [['3:32', 'unbounded']],
    },
    {
      name: 'Kysely: a limit that another statement gets',
      code: `${kysely}async function list(req, res) {\n  const query = db.selectFrom('posts').selectAll();\n  const top = await query.limit(5).execute();\n  res.json({ top, all: await query.execute() });\n}`,
      at: [['6:30', 'unbounded']],
    },
    { name: 'Prisma: findMany without arguments', code: prisma + inHandler('prisma.post.findMany()'), at: [['4:18', 'unbounded']] },
    { name: 'Prisma: a filter by a state', code: prisma + inHandler(`prisma.post.findMany({ where: { status: 'open' } })`), at: [['4:18', 'unbounded']] },
    {
      name: 'Prisma: a raw statement is told of LIMIT',
      code: prisma + inHandler('prisma.$queryRaw`select * from posts where open`'),
      at: [['4:18', 'unbounded']],
    },
    {
      name: 'Prisma: all but a few keys',
      code: prisma + inHandler(`prisma.post.findMany({ where: { slug: { not: { in: ids } } } })`),
      at: [['4:18', 'unbounded']],
    },
    {
      name: 'Drizzle: all but a few keys',
      code: drizzle + inHandler('db.select().from(posts).where(not(inArray(posts.id, ids)))'),
      at: [['4:18', 'unbounded']],
    },
    { name: 'Prisma: take is undefined', code: prisma + inHandler('prisma.post.findMany({ take: undefined })'), at: [['4:18', 'unbounded']] },
    { name: 'Drizzle: select', code: drizzle + inHandler('db.select().from(posts)'), at: [['4:18', 'unbounded']] },
    {
      name: 'Drizzle: a statement whose error is handled, once',
      code: drizzle + inHandler('db.select().from(posts).catch(() => [])'),
      at: [['4:18', 'unbounded']],
    },
    { name: 'Drizzle: a range is no key', code: drizzle + inHandler('db.select().from(posts).where(gt(posts.createdAt, day))'), at: [['4:18', 'unbounded']] },
    { name: 'Mongoose: find', code: mongoose + inHandler('Post.find({ open: true }).lean()'), at: [['4:18', 'unbounded']] },
    {
      name: 'Mongoose: an aggregate that keeps all rows',
      code: mongoose + inHandler(`Post.aggregate([{ $match: { open: true } }, { $sort: { _id: 1 } }])`),
      at: [['4:18', 'unbounded']],
    },
    { name: 'Knex', code: knex + inHandler(`db('posts').where('status', 'open')`), at: [['4:18', 'unbounded']] },
    { name: 'Kysely', code: kysely + inHandler(`db.selectFrom('posts').selectAll().execute()`), at: [['4:18', 'unbounded']] },
    { name: 'Sequelize: findAll', code: sequelize + inHandler('Post.findAll()'), at: [['4:18', 'unbounded']] },
    {
      name: 'Prisma: a text that is searched in a list of columns',
      code: prisma + inHandler(`prisma.post.findMany({ where: { OR: ['title', 'body'].map((column) => ({ [column]: { contains: req.query.q } })) } })`),
      at: [['4:18', 'unbounded']],
    },
    ...['NOT: { OR: LIST }', 'OR: [{ open: true }, { OR: LIST }]', 'OR: ids.map(() => ({ open: true }))', 'author: { posts: { none: { OR: LIST } } }'].map(
      (where) => ({
        name: `Prisma: rows that meet no case of a list: ${where}`,
        code: prisma + inHandler(`prisma.post.findMany({ where: { ${where.replace('LIST', 'ids.map((id) => ({ id }))')} } })`),
        at: [['4:18', 'unbounded']] as [string, string][],
      }),
    ),
    ...['or(isNull(posts.at), ...LIST)', 'not(or(...LIST))'].map((where) => ({
      name: `Drizzle: rows that meet no case of a list: ${where}`,
      code: drizzle + inHandler(`db.select().from(posts).where(${where.replace('LIST', 'ids.map((id) => eq(posts.id, id))')})`),
      at: [['4:18', 'unbounded']] as [string, string][],
    })),
    {
      name: 'Sequelize: a list of conditions is no list of keys',
      code: sequelize + inHandler(`Post.findAll({ where: { [Op.or]: [{ a: 1 }, { b: 2 }] } })`),
      at: [['4:18', 'unbounded']],
    },
    { name: 'TypeORM: find', code: typeorm + inHandler('posts.find()'), at: [['5:18', 'unbounded']] },
    { name: 'TypeORM: getMany', code: typeorm + inHandler(`posts.createQueryBuilder('p').getMany()`), at: [['5:18', 'unbounded']] },
    { name: 'pg: no LIMIT', code: pg + inHandler(`pool.query('select * from posts where open order by id')`), at: [['4:18', 'unbounded']] },
    {
      name: 'in a service that a handler calls',
      code: `${prisma}export class Posts {\n  async all() {\n    return prisma.post.findMany();\n  }\n}`,
      at: [['5:12', 'unbounded']],
    },
    {
      name: 'Kysely: executeTakeFirst without a key',
      code: kysely + inHandler(`db.selectFrom('posts').selectAll().orderBy('id').executeTakeFirst()`),
      at: [['4:18', 'firstWithoutLimit']],
    },
    {
      name: 'TypeORM: getOne without a key',
      code: typeorm + inHandler(`posts.createQueryBuilder('p').orderBy('p.id').getOne()`),
      at: [['5:18', 'firstWithoutLimit']],
    },
    {
      name: 'scoped: all rows of one owner',
      code: prisma + inHandler('prisma.post.findMany({ where: { authorId } })'),
      options: { scoped: true },
      at: [['4:18', 'scopedUnbounded']],
    },
  ],
  silent: [
    {
      name: 'Sequelize: what belongs to one row',
      code: `import { Model, type HasManyGetAssociationsMixin } from 'sequelize';\nclass User extends Model {\n  declare getPosts: HasManyGetAssociationsMixin<Post>;\n}\nasync function list(req, res) {\n  const user = await User.findByPk(req.params.id);\n  res.json(await user.getPosts());\n}`,
    },
    {
      name: 'pg: a text that a helper sends, with a limit',
      code: `${pg}const run = (text) => pool.query(text);\nasync function list(req, res) {\n  res.json(await run('select title from posts where open limit 20'));\n}`,
    },
    {
      name: 'pg: a helper that gives the first row',
      code: `${pg}const one = async (text) => (await pool.query(text)).rows[0];\nasync function list(req, res) {\n  res.json(await one('select title from posts where open'));\n}`,
    },
    {
      name: 'a text that is only written down',
      code: `${pg}const note = (text) => console.log(text);\nasync function list(req, res) {\n  await note('select title from posts where open');\n}`,
    },
    {
      name: 'Knex: a function whose callers build on',
      code: `${knex}const open = () => db('posts').where('open', true);\nexport async function list(req, res) {\n  let found = open();\n  found = found.limit(10);\n  res.json(await found);\n}`,
    },
    {
      name: 'Knex: a step of a statement that somebody else began',
      code: `import knex, { Knex } from 'knex';\nexport function join(found: Knex.QueryBuilder) {\n  return found.select('title').leftJoin('users', 'users.id', 'posts.author');\n}`,
    },
    {
      name: 'TypeORM: a builder that counts, in words of SQL',
      code: typeorm + inHandler(`posts.createQueryBuilder('p').select('cast(count(*) as int)', 'total').getRawMany()`),
    },
    {
      name: 'Objection: what belongs to one row may be one row',
      code: `import { Model } from 'objection';\nclass User extends Model {\n  async flow() {\n    return await this.$relatedQuery('flow');\n  }\n}`,
    },
    {
      name: 'Objection: a getter that begins a query',
      code: `import { Model } from 'objection';\nclass Flow extends Model {}\nclass User {\n  get flows() {\n    return Flow.query();\n  }\n}`,
    },
    {
      name: 'Knex: a getter with an odd name',
      code: `${knex}export const lists = {\n  get '(all'() {\n    return db('posts');\n  },\n};`,
    },
    { name: 'Knex: a function that says that it builds', code: `${knex}export function getPostsQuery() {\n  return db('posts').where('open', true);\n}` },
    { name: 'pg: time, and no table', code: pg + inHandler(`pool.query('select extract(epoch from (now() - coalesce(started(), now())))::int as lag')`) },
    { name: 'pg: what a function gives', code: pg + inHandler(`pool.query('select * from pg_logical_slot_get_changes($1, null, $2)', [slot, 50])`) },
    {
      name: 'pg: only the first row is looked at',
      code: `${pg}async function load(req, res) {\n  const answer = await pool.query('select at from marks where mapping = $1', [req.query.name]);\n  if (answer.rows.length > 0) res.json(answer.rows[0].at);\n}`,
    },
    {
      name: 'pg: whether there is any',
      code: `${pg}async function load(req, res) {\n  const { rows } = await pool.query('select 1 from themes where theme = $1', [req.query.name]);\n  res.json(rows.length > 0);\n}`,
    },
    {
      name: 'Mongoose: cases that are pushed',
      code: `${mongoose}async function list(req, res) {\n  const filter = { $or: [] };\n  for (const key of req.query.keys) filter.$or.push({ key });\n  res.json(await Post.find({ ...filter }));\n}`,
    },
    {
      name: 'Sequelize: a filter that is set later',
      code: `${sequelize}const base = () => ({ where: {} });\nasync function list(req, res) {\n  const options = base();\n  options.where['post'] = req.params.post;\n  res.json(await Post.findAll(options));\n}`,
    },
    { name: 'pg: a statement without a table', code: pg + inHandler(`pool.query('select extract(epoch from current_timestamp) as now')`) },
    {
      name: 'TypeORM: a list of keys, written as SQL',
      code: typeorm + inHandler("posts.createQueryBuilder('p').where(`p.id IN (${ids.map((id) => `'${id}'`)})`).getMany()"),
    },
    { name: 'Slonik: rows of one owner', code: slonik + inHandler('pool.any(sql.unsafe`select * from ${table} where ${fields.ownerId} = ${id}`)') },
    { name: 'Slonik: rows of one owner in JSON', code: slonik + inHandler(`pool.any(sql.unsafe\`select * from t where \${f.data}->>'ownerId'=\${id}\`)`) },
    { name: 'Slonik: rows that are locked', code: slonik + inHandler('pool.query(sql.unsafe`select 1 from t where ${fields.name} = ${n} for update`)') },
    { name: 'Slonik: tables of the database itself', code: slonik + inHandler('pool.any(sql.unsafe`select tablename from pg_catalog.pg_tables`)') },
    { name: 'Slonik: one row', code: slonik + inHandler('pool.maybeOne(sql.unsafe`select * from t where name = ${name}`)') },
    { name: 'pg-promise: one row', code: pgPromise + inHandler(`db.oneOrNone('select * from t where name = $1', name)`) },
    {
      name: 'Knex: a list that latency-runtime reads page by page',
      code: `import { paginate } from 'latency-runtime/paginate';\nimport { knexPages } from 'latency-runtime/paginate/knex';\n${knex}${inHandler("paginate(knexPages(() => db('posts')))")}`,
    },
    {
      name: 'Prisma: a condition for each of a list',
      code: prisma + inHandler('prisma.post.findMany({ where: { OR: pairs.map(([author, at]) => ({ author, at })) } })'),
    },
    {
      name: 'Drizzle: a condition for each of a list',
      code: drizzle + inHandler('db.select().from(posts).where(or(...pairs.map(([author, at]) => and(eq(posts.author, author), eq(posts.at, at)))))'),
    },
    {
      name: 'Knex: steps for each of a list',
      code: knex + inHandler(`db('posts').where((any) => pairs.forEach(([author, at]) => any.orWhere((one) => one.where('author', author).where('at', at))))`),
    },
    {
      name: 'Knex: a condition for each of a list',
      code: knex + inHandler(`db('posts').where((any) => pairs.forEach(([author, at]) => any.orWhere({ author, at })))`),
    },
    {
      name: 'Kysely: a condition for each of a list',
      code: kysely + inHandler(`db.selectFrom('posts').selectAll().where((eb) => eb.or(pairs.map(([author, at]) => eb.and({ author, at })))).execute()`),
    },
    { name: 'TypeORM: a condition for each of a list', code: typeorm + inHandler('posts.findBy(pairs.map(([author, at]) => ({ author, at })))') },
    {
      name: 'Sequelize: a condition for each of a list',
      code: sequelize + inHandler('Post.findAll({ where: { [Op.or]: pairs.map(([author, at]) => ({ author, at })) } })'),
    },
    { name: 'Mongoose: a condition for each of a list', code: mongoose + inHandler('Post.find({ $or: pairs.map(([author, at]) => ({ author, at })) })') },
    { name: 'Kysely: aggregates only', code: kysely + inHandler("db.selectFrom('posts').select([sql`count(*)`.as('n'), sql`sum(size)`.as('m')]).execute()") },
    { name: 'Mongoose: populate of a list', code: mongoose + inHandler("Post.populate(posts, { path: 'author' })") },
    {
      name: 'a limit on some paths',
      code: `${kysely}async function list(req, res) {\n  let query = db.selectFrom('posts').selectAll();\n  if (req.query.n) query = query.limit(20);\n  res.json(await query.execute());\n}`,
    },
    { name: 'Drizzle: get', code: drizzle + inHandler('db.select().from(posts).where(gt(posts.n, 1)).get()') },
    { name: 'Drizzle: alternatives that are each unique', code: drizzle + inHandler('db.select().from(posts).where(or(eq(posts.id, a), eq(posts.slug, b)))') },
    { name: 'Prisma: take', code: prisma + inHandler('prisma.post.findMany({ take: 20 })') },
    { name: 'Prisma: an id list', code: prisma + inHandler('prisma.post.findMany({ where: { id: { in: ids } } })') },
    { name: 'Prisma: rows of one owner', code: prisma + inHandler('prisma.post.findMany({ where: { authorId } })') },
    { name: 'Prisma: rows of one owner, within AND', code: prisma + inHandler('prisma.post.findMany({ where: { AND: [{ authorId }, { open: true }] } })') },
    { name: 'Prisma: rows of a related owner', code: prisma + inHandler('prisma.post.findMany({ where: { author: { id } } })') },
    { name: 'Prisma: options that come from elsewhere', code: prisma + inHandler('prisma.post.findMany(options)') },
    { name: 'Prisma: options that are spread', code: prisma + inHandler('prisma.post.findMany({ ...page, where: { open: true } })') },
    { name: 'Prisma: count and groupBy', code: prisma + inHandler(`prisma.post.count() + prisma.post.groupBy({ by: ['status'] })`) },
    { name: 'Prisma: findFirst has a limit', code: prisma + inHandler('prisma.post.findFirst()') },
    { name: 'Drizzle: limit', code: drizzle + inHandler('db.select().from(posts).limit(10)') },
    { name: 'Drizzle: a count', code: drizzle + inHandler('db.select({ n: count() }).from(posts)') },
    { name: 'Drizzle: grouped', code: drizzle + inHandler('db.select({ s: posts.status, n: count() }).from(posts).groupBy(posts.status)') },
    { name: 'Drizzle: a key', code: drizzle + inHandler('db.select().from(posts).where(and(eq(posts.authorId, id), eq(posts.open, true)))') },
    {
      name: 'Drizzle: one row is taken',
      code: `${drizzle}async function one(req, res) {\n  const [post] = await db.select().from(posts).where(eq(posts.title, t));\n  res.json(post);\n}`,
    },
    {
      name: 'a limit in a later line',
      code: `${knex}async function list(req, res) {\n  let query = db('posts');\n  if (req.query.open) query = query.where('open', true);\n  query = query.limit(20);\n  res.json(await query);\n}`,
    },
    {
      name: 'a limit that changes the builder in place',
      code: `${knex}async function list(req, res) {\n  const query = db('posts');\n  query.limit(20);\n  res.json(await query);\n}`,
    },
    {
      name: 'a helper that took the statement',
      code: `${kysely}async function list(req, res) {\n  const query = db.selectFrom('posts').selectAll();\n  const page = paginate(query, req.query);\n  res.json(await page.execute());\n}`,
    },
    { name: 'Knex: first', code: knex + inHandler(`db('posts').first()`) },
    { name: 'Knex: whereIn', code: knex + inHandler(`db('posts').whereIn('tag', tags)`) },
    { name: 'Knex: a stream', code: `${knex}function all() {\n  return db('posts').stream();\n}` },
    { name: 'Kysely: executeTakeFirst by a key', code: kysely + inHandler(`db.selectFrom('posts').selectAll().where('id', '=', id).executeTakeFirst()`) },
    { name: 'Kysely: executeTakeFirst of a count', code: kysely + inHandler(`db.selectFrom('posts').select(countAll.as('n')).executeTakeFirst()`) },
    { name: 'Mongoose: limit', code: mongoose + inHandler('Post.find().limit(10)') },
    { name: 'Mongoose: $in', code: mongoose + inHandler('Post.find({ _id: { $in: ids } })') },
    { name: 'Mongoose: a grouped pipeline', code: mongoose + inHandler(`Post.aggregate([{ $group: { _id: '$status' } }])`) },
    { name: 'Mongoose: a pipeline from elsewhere', code: mongoose + inHandler('Post.aggregate(pipeline)') },
    { name: 'Mongoose: rows of the user who asks', code: mongoose + inHandler('Post.find({ merchant: req.user.merchant })') },
    { name: 'Mongoose: a cursor', code: `${mongoose}async function all() {\n  for await (const post of Post.find().cursor()) use(post);\n}` },
    { name: 'pg: LIMIT', code: pg + inHandler(`pool.query('select * from posts limit 10')`) },
    { name: 'pg: a key', code: pg + inHandler(`pool.query('select * from posts where author_id = $1', [id])`) },
    {
      name: 'TypeORM: a limit on a line of its own',
      code: `${typeorm}async function list(req, res) {\n  const query = posts.createQueryBuilder('p').where('p.open');\n  if (req.query.text) query.andWhere('p.text = :text').setParameter('text', req.query.text);\n  query.orderBy('p.id').limit(20);\n  res.json(await query.getManyAndCount());\n}`,
    },
    {
      name: 'Firestore: documents by their references',
      code: `import { getFirestore } from 'firebase-admin/firestore';\nconst db = getFirestore();\n${inHandler("db.getAll(...req.body.ids.map((id) => db.collection('posts').doc(id)))")}`,
    },
    { name: 'pg: no table', code: pg + inHandler(`pool.query("select pg_advisory_xact_lock(1)")`) },
    { name: 'pg: an aggregate', code: pg + inHandler(`pool.query('select count(*) from posts')`) },
    { name: 'pg: SQL from elsewhere', code: pg + inHandler('pool.query(text)') },
    {
      name: 'steps of a builder of the project',
      code: `import { Model } from 'objection';\nclass User extends Model {}\nexport const list = (page) => User.query().where('open', true).cutTo(page);`,
    },
    {
      name: 'as many rows as are asked for',
      code: `import pg from 'pg';\nconst pool = new pg.Pool();\nexport const next = (count) => pool.query("select nextval('ids') from generate_series(1, $1)", [count]);`,
    },
    { name: 'at start', code: `${prisma}export const settings = await prisma.setting.findMany();` },
    {
      name: 'build time',
      filename: '/server/app/posts/page.tsx',
      code: `${prisma}export async function generateStaticParams() {\n  return prisma.post.findMany();\n}`,
    },
    { name: 'a seed', filename: '/server/prisma/seed.ts', code: prisma + inHandler('prisma.post.findMany()') },
    { name: 'a find of an array', code: 'async function one(list) {\n  return list.find((each) => each.open);\n}' },
    {
      name: 'a Redis read of many keys',
      code: `import Redis from 'ioredis';\nconst redis = new Redis();\nasync function all(keys) {\n  return redis.mget(keys);\n}`,
    },
  ],
});
