import { defineLibrary } from './library.ts';

const whereIn = 'one query with `whereIn`';

export const knex = defineLibrary({
  name: 'knex',
  title: 'Knex',
  kind: 'database',
  packages: ['knex'],
  docs: 'https://knexjs.org/guide/query-builder.html',
  exports: {
    'default knex Knex': { call: 'knex', type: 'knex', opens: 'pool' },
    'Knex.Transaction': { type: 'knex' },
    'Knex.QueryBuilder': { type: 'builder' },
  },
  objects: {
    knex: {
      call: { gives: 'builder', batch: whereIn, takesTable: true },
      members: {
        'select distinct': { gives: 'builder', marks: 'columns', batch: whereIn },
        'from table into with withRecursive queryBuilder withSchema': { gives: 'builder', batch: whereIn },
        insert: { gives: 'builder', becomes: 'insert', items: 0, batch: 'one `insert([…])`' },
        raw: { gives: 'rawBuilder', sqlAt: 0 },
        batchInsert: { does: 'insert-many' },
        transaction: { does: 'transaction', callback: { at: 0, takes: ['knex'] }, gives: 'knex' },
        transactionProvider: {},
        destroy: { closes: true },
        'commit rollback': {},
        'schema fn ref client migrate seed': {},
      },
    },
    rawBuilder: {
      builder: { sent: 'on await', does: 'raw' },
      // As text, it is a part of another statement.
      members: { 'toSQL toString toQuery': {}, '*': { gives: 'self' } },
    },
    builder: {
      builder: { sent: 'on await', does: 'read-many', gives: 'row[]' },
      members: {
        first: { gives: 'self', becomes: 'read-one', yields: 'row', batch: whereIn },
        pluck: { gives: 'self', becomes: 'read-many', batch: whereIn },
        'count countDistinct min max sum avg sumDistinct avgDistinct': { gives: 'self', marks: 'aggregate', batch: 'one grouped query' },
        insert: { gives: 'self', becomes: 'insert', items: 0, batch: 'one `insert([…])`' },
        'onConflict merge ignore': { gives: 'self', becomes: 'upsert', batch: 'one `insert([…])`' },
        'update increment decrement': { gives: 'self', becomes: 'update', batch: 'one `update` with `whereIn`' },
        'del delete truncate': { gives: 'self', becomes: 'delete', batch: 'one `del` with `whereIn`' },
        limit: { gives: 'self', marks: 'limit' },
        'whereIn orWhereIn': { gives: 'self', marks: 'in-list' },
        'where andWhere orWhere whereRaw whereNot whereNull whereNotNull whereBetween whereExists whereLike whereILike': { gives: 'self', marks: 'filter' },
        'groupBy groupByRaw': { gives: 'self', marks: 'group' },
        'select column columns': { gives: 'self', marks: 'columns' },
        'forUpdate forShare skipLocked noWait': { gives: 'self', marks: 'lock' },
        stream: { sends: true, does: 'cursor' },
        'toSQL toString toQuery as': {},
        '*': { gives: 'self' },
      },
    },
    row: { members: {} },
  },
  options: { limit: [], filter: [], columns: [], inList: [] },
  pages: { entry: 'knex', name: 'knexPages', by: 'statement' },
  forMany: {
    reads: { first: '' },
    writes: {},
    gives: { writes: {}, steps: 'returning', differs: 'not on MySQL; the rows come back in the order in which the database gives them' },
    leaves: 'ignore',
    // For SQLite it unites a select for each row, of which SQLite takes 500.
    rowsMax: 500,
    listsArguments: true,
    step: 'whereIn(COLUMN, KEYS)',
    several: { text: 'where((any) => KEYS.forEach((PARTS) => any.orWhere(ROW)))', stepsAgain: true },
    missing: 'undefined',
    nullKey: 'means something else',
  },
  bindLimit: { parameters: 65_535, splits: false },
  connection: 'pool',
});
