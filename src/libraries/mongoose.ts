import { defineLibrary } from './library.ts';

const find = 'one `find` with `$in`';
const bulk = 'one `bulkWrite`';

export const mongoose = defineLibrary({
  name: 'mongoose',
  title: 'Mongoose',
  kind: 'database',
  packages: ['mongoose'],
  docs: 'https://mongoosejs.com/docs/api/mongoose.html',
  exports: {
    default: { is: 'mongoose' },
    model: { call: 'model' },
    models: { is: 'models' },
    'Model': { new: 'document', type: 'model', static: 'model' },
    'Document HydratedDocument': { type: 'document' },
    connection: { is: 'connection' },
    createConnection: { call: 'connection', opens: 'pool' },
    Connection: { type: 'connection' },
    'Query Aggregate': { type: 'query' },
    'connect Schema Types': {},
  },
  objects: {
    mongoose: {
      members: {
        model: { gives: 'model' },
        models: { is: 'models' },
        Model: { is: 'model' },
        connection: { is: 'connection' },
        createConnection: { gives: 'connection', opens: 'pool' },
        'disconnect': { closes: true },
        'connect Schema Types set': {},
      },
    },
    models: { members: { '*': { is: 'model' } } },
    connection: {
      members: {
        model: { gives: 'model' },
        models: { is: 'models' },
        'useDb asPromise': { gives: 'self' },
        close: { closes: true },
        'db': { is: 'mongodb:db' },
        collection: { gives: 'mongodb:collection' },
        transaction: { does: 'transaction', callback: { at: 0, takes: [undefined] }, gives: 'result' },
      },
    },
    model: {
      new: { gives: 'document' },
      members: {
        find: { gives: 'query', becomes: 'read-many', yields: 'document[]', filterAt: 0, options: 2, batch: find },
        findOne: { gives: 'query', becomes: 'read-one', yields: 'document', filterAt: 0, batch: find },
        findById: { gives: 'query', becomes: 'read-by-key', yields: 'document', batch: find },
        exists: { gives: 'query', becomes: 'exists', filterAt: 0, batch: find },
        'countDocuments estimatedDocumentCount count': { gives: 'query', becomes: 'count', filterAt: 0, batch: 'one `aggregate` with `$group`' },
        distinct: { gives: 'query', becomes: 'count', filterAt: 1, batch: 'one `aggregate` with `$group`' },
        aggregate: { gives: 'query', becomes: 'read-many', filterAt: 0, yields: 'row[]', batch: 'one `aggregate` with `$group`' },
        'findByIdAndUpdate findOneAndUpdate findOneAndReplace': { gives: 'query', becomes: 'update', yields: 'document', filterAt: 0, batch: bulk },
        'findByIdAndDelete findOneAndDelete findByIdAndRemove findOneAndRemove': { gives: 'query', becomes: 'delete', yields: 'document', filterAt: 0, batch: 'one `deleteMany` with `$in`' },
        'updateOne replaceOne': { gives: 'query', becomes: 'update', filterAt: 0, batch: bulk },
        updateMany: { gives: 'query', becomes: 'update-many', filterAt: 0, batch: 'one `updateMany` with `$in`' },
        deleteOne: { gives: 'query', becomes: 'delete', filterAt: 0, batch: 'one `deleteMany` with `$in`' },
        deleteMany: { gives: 'query', becomes: 'delete-many', filterAt: 0, batch: 'one `deleteMany` with `$in`' },
        create: { does: 'insert', gives: 'document', items: 0, batch: 'one `insertMany`' },
        'insertMany insertOne': { does: 'insert-many', gives: 'document[]' },
        'bulkWrite bulkSave': { does: 'update-many' },
        populate: { does: 'read-many', items: 0, batch: 'one `populate` of all documents' },
        hydrate: { gives: 'document' },
        discriminator: { gives: 'model' },
        'where': { gives: 'query' },
        startSession: {},
        'schema collection modelName': {},
      },
    },
    query: {
      builder: { sent: 'on await', does: 'read-many', gives: 'document[]' },
      members: {
        exec: { sends: true },
        limit: { gives: 'self', marks: 'limit' },
        'where find and or nor equals in': { gives: 'self', marks: 'filter' },
        'findOne': { gives: 'self', becomes: 'read-one', yields: 'document' },
        'countDocuments': { gives: 'self', becomes: 'count' },
        select: { gives: 'self', marks: 'columns' },
        lean: { gives: 'self' },
        cursor: { gives: 'cursor' },
        group: { gives: 'self', marks: 'group' },
        'getQuery getFilter toString': {},
        '*': { gives: 'self' },
      },
    },
    cursor: { members: { '*': {} } },
    document: {
      members: {
        save: { does: 'upsert', gives: 'self', batch: 'one `bulkSave`' },
        'deleteOne remove': { does: 'delete', batch: 'one `deleteMany` with `$in`' },
        'updateOne replaceOne': { does: 'update', batch: bulk },
        populate: { does: 'read-many', gives: 'self', batch: 'one `Model.populate` of all documents' },
        '$session': {},
      },
    },
    row: { members: {} },
  },
  options: { limit: ['limit'], filter: [], columns: ['select', 'projection'], inList: ['$in'] },
  shapes: [
    {
      object: 'model',
      members:
        'findById findByIdAndUpdate findByIdAndDelete findOneAndUpdate findOneAndDelete countDocuments insertMany bulkSave estimatedDocumentCount',
      receiver: 'Name',
      listed: true,
    },
  ],
  connection: 'pool',
});
