import { defineLibrary } from './library.ts';

const any = 'one query with `= any(…)`';

export const postgres = defineLibrary({
  name: 'postgres',
  title: 'postgres.js',
  kind: 'database',
  packages: ['postgres'],
  docs: 'https://github.com/porsager/postgres#readme',
  exports: {
    default: { call: 'sql', opens: 'pool' },
    'Sql TransactionSql postgres.Sql postgres.TransactionSql ISql postgres.ISql': { type: 'sql' },
  },
  objects: {
    sql: {
      tag: { gives: 'statement', sqlAt: 0, batch: any },
      call: {},
      members: {
        unsafe: { gives: 'statement', sqlAt: 0, batch: any },
        begin: { does: 'transaction', callback: { at: 'last', takes: ['sql'] }, gives: 'result' },
        savepoint: { callback: { at: 'last', takes: ['sql'] }, gives: 'result' },
        end: { closes: true },
        'listen notify subscribe file json array typed types': {},
      },
    },
    statement: {
      builder: { sent: 'on await', does: 'raw' },
      members: { 'cursor forEach': { sends: true, does: 'cursor' }, execute: { sends: true }, '*': { gives: 'self' } },
    },
  },
  forMany: {
    reads: {},
    sqlReads: {
      members: {},
      parameters: 'template',
      oneOf: 'in ${TAG(KEYS)}',
      names: 'folds',
      distinctOn: true,
      alsoHas: 'count columns command state statement',
    },
    // `transform` may do so.
    differs: 'the client must not rename columns',
    missing: 'undefined',
    // Undefined is an error.
    nullKey: 'means something else',
  },
  bindLimit: { parameters: 65_534, splits: false },
  connection: 'pool',
});
