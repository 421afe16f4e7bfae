import { defineLibrary } from './library.ts';

const getAll = 'one `getAll(...refs)`';
const batch = 'one write batch';

export const firestore = defineLibrary({
  name: 'firestore',
  title: 'Firestore',
  kind: 'database',
  packages: ['@google-cloud/firestore', 'firebase-admin', 'firebase-admin/firestore', 'firebase-functions'],
  docs: 'https://googleapis.dev/nodejs/firestore/latest/',
  exports: {
    Firestore: { new: 'firestore', opens: 'connection' },
    getFirestore: { call: 'firestore' },
    firestore: { call: 'firestore' },
    default: { is: 'admin' },
    'CollectionReference Query': { type: 'query' },
    DocumentReference: { type: 'document' },
    Transaction: { type: 'transaction' },
  },
  objects: {
    admin: { members: { firestore: { gives: 'firestore' }, 'initializeApp credential apps app auth': {} } },
    firestore: {
      members: {
        'collection collectionGroup': { gives: 'query' },
        doc: { gives: 'document' },
        getAll: { does: 'read-many', gives: 'snapshot[]', marks: 'in-list' },
        batch: { gives: 'writes' },
        bulkWriter: { gives: 'writes' },
        runTransaction: { does: 'transaction', callback: { at: 0, takes: ['transaction'] }, gives: 'result' },
        terminate: { closes: true },
      },
    },
    query: {
      builder: { sent: 'on method', does: 'read-many' },
      members: {
        doc: { gives: 'document' },
        get: { sends: true, gives: 'snapshot', batch: 'one query with `in`' },
        add: { does: 'insert', gives: 'document', batch },
        'limit limitToLast': { gives: 'self', marks: 'limit' },
        where: { gives: 'self', marks: 'filter' },
        select: { gives: 'self', marks: 'columns' },
        'orderBy startAfter startAt endAt endBefore offset': { gives: 'self' },
        'count aggregate': { gives: 'aggregate' },
        'stream onSnapshot': {},
        listDocuments: { does: 'read-many', gives: 'document[]' },
      },
    },
    aggregate: { members: { get: { does: 'count', batch: 'one query with `in`' } } },
    document: {
      members: {
        collection: { gives: 'query' },
        get: { does: 'read-by-key', gives: 'snapshot', batch: getAll },
        'set update create': { does: 'update', batch },
        delete: { does: 'delete', batch },
        onSnapshot: {},
      },
    },
    snapshot: { members: { ref: { is: 'document' }, docs: { is: 'snapshot[]' }, 'data get': {} } },
    writes: { members: { 'set update delete create': {}, 'commit close flush': { does: 'update-many' } } },
    transaction: {
      members: {
        get: { does: 'read-by-key', gives: 'snapshot', batch: 'one `transaction.getAll(...refs)`' },
        getAll: { does: 'read-many', gives: 'snapshot[]', marks: 'in-list' },
        'set update delete create': {},
      },
    },
  },
  options: { limit: [], filter: [], columns: [], inList: ['in', 'array-contains-any'] },
  forMany: {
    reads: { get: 'getAll' },
    keyed: { doc: ['id', 'KEYS'] },
    references: { step: 'doc', client: 'firestore', by: 'getAll', clientIn: 'firestore', demands: 'an id must hold no slash' },
    answersAll: true,
    // A snapshot does not change, and gives a copy of its data.
    sharesRows: true,
    missing: 'undefined',
    nullKey: 'means something else',
  },
});
