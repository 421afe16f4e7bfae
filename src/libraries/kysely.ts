import { defineLibrary } from './library.ts';

const oneRead = "one `selectFrom` with `where(…, 'in', keys)`";

export const kysely = defineLibrary({
  name: 'kysely',
  title: 'Kysely',
  kind: 'database',
  packages: ['kysely'],
  docs: 'https://kysely-org.github.io/kysely-apidoc/',
  exports: {
    Kysely: { new: 'database', opens: 'pool' },
    'Transaction ControlledTransaction QueryCreator': { type: 'database' },
    'SelectQueryBuilder UpdateQueryBuilder InsertQueryBuilder DeleteQueryBuilder': { type: 'builder' },
    sql: { is: 'sql' },
  },
  objects: {
    database: {
      members: {
        selectFrom: { gives: 'builder', becomes: 'read-many', batch: oneRead },
        'insertInto replaceInto mergeInto': { gives: 'builder', becomes: 'insert', batch: 'one `insertInto().values([…])`' },
        updateTable: { gives: 'builder', becomes: 'update', batch: "one `updateTable` with `where(…, 'in', keys)`" },
        deleteFrom: { gives: 'builder', becomes: 'delete', batch: "one `deleteFrom` with `where(…, 'in', keys)`" },
        'with withRecursive withSchema withTables withPlugin withoutPlugins': { gives: 'self' },
        'transaction startTransaction': { gives: 'transactionBuilder' },
        connection: { gives: 'transactionBuilder' },
        executeQuery: { does: 'raw', sqlAt: 0 },
        destroy: { closes: true },
        'schema fn dynamic introspection': {},
      },
    },
    transactionBuilder: {
      members: {
        execute: { does: 'transaction', callback: { at: 0, takes: ['database'] }, gives: 'result' },
        'setIsolationLevel setAccessMode': { gives: 'self' },
      },
    },
    builder: {
      builder: { sent: 'on method', does: 'read-many', gives: 'row[]' },
      members: {
        execute: { sends: true, gives: 'row[]' },
        'executeTakeFirst executeTakeFirstOrThrow': { sends: true, gives: 'row', does: 'read-one', forgetsLimit: true },
        stream: { sends: true, does: 'cursor' },
        'limit top fetch': { gives: 'self', marks: 'limit' },
        'where whereRef': { gives: 'self', marks: 'filter' },
        groupBy: { gives: 'self', marks: 'group' },
        'select selectAll': { gives: 'self', marks: 'columns' },
        values: { gives: 'self', items: 0 },
        onConflict: { gives: 'self', becomes: 'upsert' },
        'forUpdate skipLocked': { gives: 'self', marks: 'lock' },
        'as compile toOperationNode': {},
        '*': { gives: 'self' },
      },
    },
    sql: { tag: { gives: 'rawBuilder', sqlAt: 0 }, members: { '*': {} } },
    rawBuilder: {
      builder: { sent: 'on method', does: 'raw' },
      members: { execute: { sends: true, does: 'raw' }, '*': { gives: 'self' } },
    },
    row: { members: {} },
  },
  options: { limit: [], filter: [], columns: [], inList: ['in'] },
  shapes: [{ object: 'database', members: 'selectFrom insertInto updateTable deleteFrom', receiver: '*', text: true, listed: true }],
  pages: { entry: 'kysely', name: 'kyselyPages', by: 'statement', ends: 'execute' },
  forMany: {
    reads: { execute: 'execute', executeTakeFirst: 'execute', executeTakeFirstOrThrow: 'execute' },
    writes: {},
    gives: { writes: {}, steps: 'returning returningAll', differs: 'the rows come back in the order in which the database gives them' },
    leaves: 'doNothing',
    step: "where(COLUMN, 'in', KEYS)",
    several: { text: 'where((eb) => eb.or(KEYS.map((PARTS) => eb.and(ROW))))' },
    missing: 'undefined',
    nullKey: 'finds nothing',
  },
  oneRow: 'limit(1)',
  bindLimit: { parameters: 65_535, splits: false },
  connection: 'pool',
});
