import { defineLibrary } from './library.ts';

const inAnIdList = 'one `findMany` with `in`';

export const prisma = defineLibrary({
  name: 'prisma',
  title: 'Prisma',
  kind: 'database',
  packages: ['@prisma/client', '.prisma/client', '@prisma/extension-read-replicas'],
  generated: ['PrismaClient', 'Prisma'],
  docs: 'https://www.prisma.io/docs/orm/reference/prisma-client-reference',
  exports: {
    PrismaClient: { new: 'client', opens: 'pool' },
    'Prisma.TransactionClient': { type: 'client' },
    'Prisma.DefaultPrismaClient': { type: 'client' },
  },
  objects: {
    client: {
      members: {
        $transaction: { does: 'transaction', callback: { at: 0, takes: ['client'] }, gives: 'result' },
        '$extends $replica $primary': { gives: 'client' },
        '$connect $on $use': {},
        $disconnect: { closes: true },
        '$queryRaw $queryRawUnsafe $executeRaw $executeRawUnsafe $queryRawTyped': { does: 'raw', sqlAt: 0 },
        '*': { is: 'delegate' },
      },
    },
    delegate: {
      members: {
        'findUnique findUniqueOrThrow': { does: 'read-by-key', gives: 'row', options: 0, mergesInOneTick: true, batch: inAnIdList },
        'findFirst findFirstOrThrow': { does: 'read-one', gives: 'row', options: 0, batch: inAnIdList },
        findMany: { does: 'read-many', gives: 'row[]', options: 0, batch: inAnIdList },
        'count aggregate': { does: 'count', options: 0, batch: 'one `groupBy`' },
        groupBy: { does: 'count', options: 0, batch: 'one `groupBy`' },
        create: {
          does: 'insert',
          gives: 'row',
          options: 0,
          batch: 'one `createMany`',
          batchGiving: 'one `createManyAndReturn`',
          batchNested: 'one `createMany` per table, and foreign keys in place of nested rows',
        },
        'createMany createManyAndReturn': { does: 'insert-many', options: 0 },
        update: { does: 'update', gives: 'row', options: 0, batch: 'one `updateMany`' },
        'updateMany updateManyAndReturn': { does: 'update-many', options: 0, batch: 'one `updateMany` with `in`' },
        upsert: { does: 'upsert', gives: 'row', options: 0, batch: '`createMany` and `updateMany`' },
        delete: { does: 'delete', gives: 'row', options: 0, batch: 'one `deleteMany`' },
        deleteMany: { does: 'delete-many', options: 0, batch: 'one `deleteMany` with `in`' },
        'findRaw aggregateRaw': { does: 'raw' },
        fields: {},
      },
    },
    row: { members: {} },
  },
  options: { limit: ['take'], filter: ['where'], columns: ['select', 'omit'], inList: ['in'] },
  shapes: [
    {
      object: 'delegate',
      members: 'findUnique findUniqueOrThrow findFirst findFirstOrThrow createMany createManyAndReturn updateMany deleteMany upsert',
      receiver: '*.*',
      keys: 'where select include omit data orderBy take skip cursor distinct create update skipDuplicates limit relationLoadStrategy',
    },
    {
      object: 'delegate',
      members: 'findMany create update delete count aggregate groupBy',
      receiver: '*.*',
      keys: 'where select include omit data orderBy take skip cursor distinct by _count _sum _avg _min _max having relationLoadStrategy',
      listed: true,
    },
  ],
  pages: { entry: 'prisma', name: 'prismaPages', by: 'options' },
  forMany: {
    reads: { findUnique: 'findMany', findUniqueOrThrow: 'findMany', findFirst: 'findMany', findFirstOrThrow: 'findMany', findMany: 'findMany' },
    writes: { create: 'createMany', update: 'updateMany', updateMany: 'updateMany', delete: 'deleteMany', deleteMany: 'deleteMany' },
    gives: {
      writes: { create: 'createManyAndReturn' },
      takes: 'select',
      differs: 'on PostgreSQL, CockroachDB and SQLite only; the rows come back in the order in which the database gives them',
    },
    counts: { count: { call: "groupBy({ by: ['COLUMN'], where: WHERE, _count: true })", key: 'COLUMN', count: '_count' } },
    property: '{ in: KEYS }',
    several: { text: 'OR: KEYS.map((PARTS) => (ROW))' },
    compound: true,
    firstByOption: "distinct: ['COLUMN']",
    rowIn: 'data',
    columnsMayDiffer: true,
    throwsWithoutRow: true,
    missing: 'null',
    nullKey: 'means something else',
    listsColumns: true,
  },
  bindLimit: { parameters: 32_767, splits: true },
  connection: 'pool',
});
