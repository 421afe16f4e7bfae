import { defineLibrary } from './library.ts';

const any = 'one query with `= any($1)`';

export const pg = defineLibrary({
  name: 'pg',
  title: 'pg',
  kind: 'database',
  packages: ['pg', 'pg-pool', '@neondatabase/serverless'],
  docs: 'https://node-postgres.com/apis/pool',
  exports: {
    default: { new: 'pool', opens: 'pool' },
    Pool: { new: 'pool', opens: 'pool' },
    Client: { new: 'client', opens: 'connection' },
    'PoolClient ClientBase': { type: 'client' },
  },
  objects: {
    pool: {
      members: {
        query: { does: 'raw', sqlAt: 0, gives: 'result', batch: any },
        connect: { gives: 'client' },
        end: { closes: true },
        on: {},
      },
    },
    client: {
      members: {
        query: { does: 'raw', sqlAt: 0, gives: 'result', batch: any },
        'connect on': {},
        release: {},
        end: { closes: true },
      },
    },
    result: { members: {} },
  },
  forMany: {
    reads: {},
    placeholders: { members: ['query'], are: 'numbered' },
    sqlReads: {
      members: { query: 'many' },
      object: ['text', 'values'],
      parameters: 'numbered',
      oneOf: '= any(PARAM)',
      casts: true,
      names: 'folds',
      rowsIn: 'rows',
      distinctOn: true,
    },
    missing: 'undefined',
    nullKey: 'finds nothing',
  },
  bindLimit: { parameters: 65_535, splits: false },
  connection: 'queued',
});
