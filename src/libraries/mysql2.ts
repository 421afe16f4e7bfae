import { defineLibrary } from './library.ts';

const inList = 'one query with `IN (?)`';

export const mysql2 = defineLibrary({
  name: 'mysql2',
  title: 'mysql2',
  kind: 'database',
  packages: ['mysql2'],
  docs: 'https://sidorares.github.io/node-mysql2/docs',
  exports: {
    default: { call: 'connection', opens: 'connection' },
    createPool: { call: 'pool', opens: 'pool' },
    'createConnection createPoolCluster': { call: 'connection', opens: 'connection' },
    Pool: { type: 'pool' },
    'Connection PoolConnection': { type: 'connection' },
  },
  objects: {
    pool: {
      members: {
        'query execute': { does: 'raw', sqlAt: 0, gives: 'result', batch: inList },
        getConnection: { gives: 'connection', callback: { at: 0, takes: [undefined, 'connection'] } },
        promise: { gives: 'self' },
        end: { closes: true },
      },
    },
    connection: {
      members: {
        'query execute': { does: 'raw', sqlAt: 0, gives: 'result', batch: inList },
        'connect beginTransaction commit rollback release on': {},
        promise: { gives: 'self' },
        transaction: { gives: 'self' },
        'end destroy quit': { closes: true },
      },
    },
    result: { members: {} },
  },
  // The prepared statements of `execute` take no lists.
  forMany: {
    reads: {},
    placeholders: { members: ['query'], are: 'nested' },
    sqlReads: {
      members: { query: 'many' },
      object: ['sql', 'values'],
      parameters: 'in order',
      oneOf: 'in (PARAM)',
      names: 'keeps',
      rowsIn: 0,
      needsType: true,
    },
    differs: 'keys must have the type of their column',
    missing: 'undefined',
    nullKey: 'finds nothing',
  },
  bindLimit: { parameters: 65_535, splits: false },
  connection: 'queued',
});
