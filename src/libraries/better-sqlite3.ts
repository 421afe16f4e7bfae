import { defineLibrary } from './library.ts';

/** Runs in this process: a query in a loop costs no round trip, so no rule reports it. */
export const betterSqlite3 = defineLibrary({
  name: 'better-sqlite3',
  title: 'better-sqlite3',
  kind: 'database',
  packages: ['better-sqlite3', 'node:sqlite', 'bun:sqlite'],
  inProcess: true,
  docs: 'https://github.com/WiseLibs/better-sqlite3/blob/master/docs/api.md',
  exports: {
    'default Database DatabaseSync': { new: 'database', call: 'database' },
  },
  objects: {
    database: {
      members: {
        prepare: { gives: 'statement' },
        'exec pragma': { does: 'raw' },
        transaction: { gives: 'argument' },
        close: { closes: true },
      },
    },
    statement: {
      members: {
        get: { does: 'read-one' },
        all: { does: 'read-many' },
        iterate: { does: 'cursor' },
        run: { does: 'update' },
        'pluck raw expand bind': { gives: 'self' },
      },
    },
  },
  connection: 'queued',
});
