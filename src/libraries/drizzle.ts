import { defineLibrary } from './library.ts';

const oneRead = 'one `select` with `inArray`';

export const drizzle = defineLibrary({
  name: 'drizzle',
  title: 'Drizzle',
  kind: 'database',
  packages: ['drizzle-orm'],
  docs: 'https://orm.drizzle.team/docs/overview',
  exports: {
    drizzle: { call: 'database', opens: 'pool', opensFor: 'addresses' },
    'PgDatabase NodePgDatabase PostgresJsDatabase PgliteDatabase NeonHttpDatabase NeonDatabase VercelPgDatabase MySql2Database MySqlDatabase PlanetScaleDatabase BetterSQLite3Database BaseSQLiteDatabase LibSQLDatabase DrizzleD1Database SQLJsDatabase PgTransaction MySqlTransaction SQLiteTransaction PgQueryResultHKT':
      {
        type: 'database',
      },
  },
  objects: {
    database: {
      members: {
        'select selectDistinct selectDistinctOn': { gives: 'statement', becomes: 'read-many', yields: 'row[]', batch: oneRead },
        insert: { gives: 'statement', becomes: 'insert', takesTable: true, yields: 'row[]', batch: 'one `insert().values([…])`' },
        update: { gives: 'statement', becomes: 'update', takesTable: true, yields: 'row[]', batch: 'one `update` with `inArray`' },
        delete: { gives: 'statement', becomes: 'delete', takesTable: true, yields: 'row[]', batch: 'one `delete` with `inArray`' },
        'with $with': { gives: 'database' },
        query: { is: 'tables' },
        $count: { does: 'count', batch: 'one `select` with `groupBy`' },
        transaction: { does: 'transaction', callback: { at: 0, takes: ['database'] }, gives: 'result' },
        batch: { does: 'transaction' },
        'execute all get run values': { does: 'raw', sqlAt: 0 },
        $client: {},
      },
    },
    tables: { members: { '*': { is: 'table' } } },
    table: {
      members: {
        findMany: { does: 'read-many', gives: 'row[]', options: 0, batch: oneRead },
        findFirst: { does: 'read-one', gives: 'row', options: 0, batch: 'one `findMany` with `inArray`' },
      },
    },
    statement: {
      builder: { sent: 'on await', does: 'read-many', gives: 'row[]' },
      members: {
        'limit fetch': { gives: 'self', marks: 'limit' },
        where: { gives: 'self', marks: 'filter' },
        groupBy: { gives: 'self', marks: 'group' },
        values: { gives: 'self', items: 0 },
        'onConflictDoUpdate onDuplicateKeyUpdate onConflictDoNothing': { gives: 'self', becomes: 'upsert' },
        for: { gives: 'self', marks: 'lock' },
        'execute all run': { sends: true },
        get: { sends: true, gives: 'row', does: 'read-one' },
        as: {},
        'getSQL toSQL prepare iterator': {},
        '*': { gives: 'self' },
      },
    },
    row: { members: {} },
  },
  options: { limit: ['limit'], filter: ['where'], columns: ['columns'], inList: ['inArray'] },
  shapes: [
    {
      object: 'table',
      members: 'findMany findFirst',
      receiver: '*.query.*',
      keys: 'where columns with limit offset orderBy extras',
    },
    { object: 'database', members: 'select selectDistinct', receiver: '*', then: 'from', listed: true },
    { object: 'database', members: 'insert', receiver: '*', then: 'values', listed: true },
    { object: 'database', members: 'update', receiver: '*', then: 'set', listed: true },
    { object: 'database', members: 'delete', receiver: '*', then: 'where', listed: true },
  ],
  pages: { entry: 'drizzle', name: 'drizzlePages', by: 'table' },
  forMany: {
    leaves: 'onConflictDoNothing',
    reads: { findFirst: 'findMany', findMany: 'findMany', get: 'all' },
    writes: {},
    gives: { writes: {}, steps: 'returning', differs: 'the rows come back in the order in which the database gives them' },
    compares: ['eq', 'inArray'],
    several: { text: 'or(...KEYS.map((PARTS) => ROW))', needs: 'or', from: 'drizzle-orm' },
    grouped: { count: 'count', by: 'groupBy' },
    firstOfEach: { dialect: 'pg-core', select: 'select', suffix: 'DistinctOn', order: 'orderBy' },
    ownValues: {
      dialect: 'pg-core',
      set: 'set',
      value: 'sql`case ${COLUMN} ${sql.join(ROWS.map((row) => sql`when ${row.KEY} then ${row.VALUE}::CAST`), sql` `)} end`',
      needs: 'sql',
      // Types whose values the driver takes as they are.
      casts: {
        integer: 'integer',
        smallint: 'smallint',
        text: 'text',
        varchar: 'varchar',
        boolean: 'boolean',
        real: 'real',
        doublePrecision: 'double precision',
        numeric: 'numeric',
        decimal: 'numeric',
        uuid: 'uuid',
      },
    },
    columnsMayDiffer: true,
    imports: 'drizzle-orm',
    missing: 'undefined',
    nullKey: 'finds nothing',
    listsColumns: true,
  },
  bindLimit: { parameters: 65_535, splits: false },
  connection: 'pool',
});
