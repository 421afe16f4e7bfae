import { defineLibrary } from './library.ts';

const any = 'one query with `= any(…)`';

export const slonik = defineLibrary({
  name: 'slonik',
  title: 'Slonik',
  kind: 'database',
  packages: ['slonik', '@silverhand/slonik'],
  docs: 'https://github.com/gajus/slonik#readme',
  exports: {
    createPool: { call: 'pool', opens: 'pool' },
    'DatabasePool DatabaseConnection DatabasePoolConnection DatabaseTransactionConnection CommonQueryMethods': { type: 'pool' },
    sql: {},
  },
  objects: {
    pool: {
      members: {
        'query any anyFirst many manyFirst': { does: 'raw', sqlAt: 0, gives: 'row[]', batch: any },
        'one oneFirst maybeOne maybeOneFirst': { does: 'read-one', sqlAt: 0, gives: 'row', batch: any },
        exists: { does: 'exists', sqlAt: 0, batch: any },
        stream: { does: 'cursor' },
        connect: { callback: { at: 0, takes: ['pool'] }, gives: 'result' },
        transaction: { does: 'transaction', callback: { at: 0, takes: ['pool'] }, gives: 'result' },
        end: { closes: true },
        'configuration state on': {},
      },
    },
    row: { members: {} },
  },
  bindLimit: { parameters: 65_535, splits: false },
  connection: 'pool',
});
