import { defineLibrary } from './library.ts';

const any = 'one query with `= any($1)`';

export const pgPromise = defineLibrary({
  name: 'pg-promise',
  title: 'pg-promise',
  kind: 'database',
  packages: ['pg-promise'],
  docs: 'https://vitaly-t.github.io/pg-promise/',
  exports: {
    default: { call: 'main' },
    'pgPromise.IMain IMain': { type: 'main' },
    'pgPromise.IDatabase pgPromise.ITask pgPromise.IBaseProtocol pgPromise.IConnected IDatabase ITask IBaseProtocol IConnected': { type: 'database' },
  },
  objects: {
    main: {
      call: { gives: 'database', opens: 'pool' },
      members: { end: { closes: true }, 'as errors helpers minify pg txMode utils PreparedStatement ParameterizedQuery QueryFile': {} },
    },
    database: {
      members: {
        'query any many manyOrNone each map result multi multiResult': { does: 'raw', sqlAt: 0, gives: 'row[]', batch: any },
        'one oneOrNone': { does: 'read-one', sqlAt: 0, gives: 'row', batch: any },
        none: { does: 'update', sqlAt: 0, batch: 'one statement made by `helpers.insert` or `helpers.update`' },
        'func proc': { does: 'raw' },
        stream: { does: 'cursor' },
        connect: { gives: 'database' },
        'task taskIf': { callback: { at: 'last', takes: ['database'] }, gives: 'result' },
        'tx txIf': { does: 'transaction', callback: { at: 'last', takes: ['database'] }, gives: 'result' },
        done: {},
        'batch page sequence ctx $config $pool': {},
      },
    },
    row: { members: {} },
  },
  forMany: {
    reads: { any: 'any', manyOrNone: 'manyOrNone', oneOrNone: 'any', one: 'any' },
    sqlReads: {
      members: { any: 'many', manyOrNone: 'many', oneOrNone: 'one', one: 'one or error' },
      parameters: 'numbered',
      alone: true,
      // A list of texts would be one of type text[].
      oneOf: 'in (PARAM:csv)',
      names: 'folds',
      distinctOn: true,
    },
    // `receive` may do so.
    differs: 'the client must not rename columns',
    missing: 'null',
    nullKey: 'finds nothing',
  },
  bindLimit: { parameters: 65_535, splits: false },
  connection: 'pool',
});
