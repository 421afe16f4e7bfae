import { defineLibrary } from './library.ts';

const find = 'one `find` with `$in`';
const bulk = 'one `bulkWrite`';

export const mongodb = defineLibrary({
  name: 'mongodb',
  title: 'the MongoDB driver',
  kind: 'database',
  packages: ['mongodb'],
  docs: 'https://mongodb.github.io/node-mongodb-native/',
  exports: {
    MongoClient: { new: 'client', static: 'clientClass', opens: 'pool' },
    Db: { type: 'db' },
    Collection: { type: 'collection' },
    'FindCursor AggregationCursor': { type: 'cursor' },
    ClientSession: { type: 'session' },
    ObjectId: {},
  },
  objects: {
    clientClass: { members: { connect: { gives: 'client', opens: 'pool' } } },
    client: {
      members: {
        connect: { gives: 'self' },
        db: { gives: 'db' },
        close: { closes: true },
        startSession: { gives: 'session' },
        withSession: { callback: { at: 'last', takes: ['session'] }, gives: 'result' },
        bulkWrite: { does: 'update-many' },
      },
    },
    session: {
      members: {
        withTransaction: { does: 'transaction', callback: { at: 0, takes: [undefined] }, gives: 'result' },
      },
    },
    db: { members: { collection: { gives: 'collection' }, aggregate: { gives: 'cursor' } } },
    collection: {
      members: {
        find: { gives: 'cursor', becomes: 'read-many', filterAt: 0, options: 1, batch: find },
        aggregate: { gives: 'cursor', becomes: 'read-many', filterAt: 0, batch: 'one `aggregate` with `$group`' },
        findOne: { does: 'read-one', gives: 'row', filterAt: 0, batch: find },
        'countDocuments estimatedDocumentCount distinct': { does: 'count', filterAt: 0, batch: 'one `aggregate` with `$group`' },
        insertOne: { does: 'insert', batch: 'one `insertMany`' },
        insertMany: { does: 'insert-many' },
        'updateOne replaceOne': { does: 'update', filterAt: 0, batch: bulk },
        'findOneAndUpdate findOneAndReplace': { does: 'update', filterAt: 0, claims: true, batch: bulk },
        findOneAndDelete: { does: 'delete', filterAt: 0, claims: true, batch: bulk },
        updateMany: { does: 'update-many', filterAt: 0, batch: 'one `updateMany` with `$in`' },
        deleteOne: { does: 'delete', filterAt: 0, batch: 'one `deleteMany` with `$in`' },
        deleteMany: { does: 'delete-many', filterAt: 0, batch: 'one `deleteMany` with `$in`' },
        bulkWrite: { does: 'update-many' },
        watch: {},
      },
    },
    cursor: {
      builder: { sent: 'on method', does: 'read-many', gives: 'row[]' },
      members: {
        toArray: { sends: true, gives: 'row[]', batch: find },
        'next tryNext': { sends: true, does: 'read-one', gives: 'row', batch: find },
        'forEach stream hasNext': { sends: true, does: 'cursor' },
        limit: { gives: 'self', marks: 'limit' },
        filter: { gives: 'self', marks: 'filter' },
        project: { gives: 'self', marks: 'columns' },
        group: { gives: 'self', marks: 'group' },
        count: { sends: true, does: 'count' },
        '*': { gives: 'self' },
      },
    },
    row: { members: {} },
  },
  shapes: [
    {
      object: 'collection',
      members: 'insertOne updateOne replaceOne deleteOne findOneAndUpdate findOneAndReplace findOneAndDelete',
      receiver: '*',
      listed: true,
      own: true,
    },
    {
      object: 'collection',
      members:
        'find aggregate findOne insertOne insertMany updateOne updateMany replaceOne deleteOne deleteMany findOneAndUpdate findOneAndReplace findOneAndDelete countDocuments bulkWrite',
      receiver: 'collections.*',
      own: true,
    },
  ],
  options: { limit: ['limit'], filter: [], columns: ['projection'], inList: ['$in'] },
  forMany: {
    reads: {},
    writes: { insertOne: 'insertMany', updateOne: 'updateMany', updateMany: 'updateMany', deleteOne: 'deleteMany', deleteMany: 'deleteMany' },
    listed: {
      by: 'bulkWrite',
      writes: { updateOne: 'updateOne', updateMany: 'updateMany', deleteOne: 'deleteOne', deleteMany: 'deleteMany' },
      key: '_id',
      changes: 'if one is invalid, none is written; a write that fails ends it with a MongoBulkWriteError',
    },
    property: '{ $in: KEYS }',
    several: { text: '$or: KEYS.map((PARTS) => (ROW))' },
    missing: 'null',
    nullKey: 'means something else',
    columnsMayDiffer: true,
  },
  connection: 'pool',
});
