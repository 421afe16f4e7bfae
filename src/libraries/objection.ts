import { defineLibrary } from './library.ts';

export const objection = defineLibrary({
  name: 'objection',
  title: 'Objection',
  kind: 'database',
  packages: ['objection'],
  docs: 'https://vincit.github.io/objection.js/api/query-builder/',
  exports: {
    Model: { new: 'instance', type: 'instance', static: 'model' },
    'ModelClass ModelConstructor': { type: 'model' },
    'QueryBuilder QueryBuilderType': { type: 'builder' },
    transaction: { callback: { at: 'last', takes: [undefined] }, call: 'result' },
  },
  objects: {
    model: {
      new: { gives: 'instance' },
      members: {
        'query relatedQuery': { gives: 'builder' },
        fetchGraph: { does: 'read-by-key', gives: 'instance[]', items: 0, batch: 'one `fetchGraph` of all models' },
        transaction: { does: 'transaction', callback: { at: 'last', takes: [undefined] }, gives: 'result' },
        fromJson: { gives: 'instance' },
        bindKnex: { gives: 'self' },
        knex: { gives: 'knex:knex' },
      },
    },
    instance: {
      members: {
        $query: { gives: 'builder', becomes: 'read-by-key', yields: 'instance', batch: 'one query with `findByIds`' },
        $relatedQuery: { gives: 'builder', becomes: 'read-many', batch: 'one `fetchGraph` of all models' },
        $fetchGraph: { does: 'read-by-key', gives: 'self', batch: 'one `fetchGraph` of all models' },
      },
    },
    builder: {
      builder: { sent: 'on await', does: 'read-many', gives: 'instance[]' },
      members: {
        findById: { gives: 'self', becomes: 'read-by-key', yields: 'instance', batch: 'one `findByIds`' },
        findByIds: { gives: 'self', marks: 'in-list' },
        'findOne first': { gives: 'self', becomes: 'read-one', yields: 'instance', forgetsLimit: true, batch: 'one query with `whereIn`' },
        'insert insertAndFetch insertGraph insertGraphAndFetch': { gives: 'self', becomes: 'insert', items: 0, batch: 'one `insert([…])`' },
        'upsertGraph upsertGraphAndFetch': { gives: 'self', becomes: 'upsert', items: 0, batch: 'one `upsertGraph([…])`' },
        'patch update increment decrement patchAndFetch updateAndFetch patchAndFetchById updateAndFetchById': {
          gives: 'self',
          becomes: 'update',
          batch: 'one `patch` with `whereIn`',
        },
        'delete deleteById del': { gives: 'self', becomes: 'delete', batch: 'one `delete` with `whereIn`' },
        'count countDistinct min max sum avg': { gives: 'self', marks: 'aggregate' },
        resultSize: { sends: true, does: 'count', batch: 'one grouped query' },
        'limit page range': { gives: 'self', marks: 'limit' },
        whereIn: { gives: 'self', marks: 'in-list' },
        'where andWhere orWhere': { gives: 'self', marks: 'filter' },
        groupBy: { gives: 'self', marks: 'group' },
        execute: { sends: true },
        'as toKnexQuery': {},
        '*': { gives: 'self' },
      },
    },
  },
  forMany: { reads: {}, relations: { instance: { $fetchGraph: 'fetchGraph' } }, missing: 'undefined', nullKey: 'finds nothing' },
  oneRow: 'limit(1)',
  bindLimit: { parameters: 65_535, splits: false },
  connection: 'pool',
});
