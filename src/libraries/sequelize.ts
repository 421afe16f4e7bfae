import { defineLibrary } from './library.ts';

const findAll = 'one `findAll` with an id list';

export const sequelize = defineLibrary({
  name: 'sequelize',
  title: 'Sequelize',
  kind: 'database',
  packages: ['sequelize', '@sequelize/core', 'sequelize-typescript'],
  docs: 'https://sequelize.org/docs/v6/',
  exports: {
    default: { new: 'sequelize', static: 'sequelizeClass', opens: 'pool' },
    Sequelize: { new: 'sequelize', static: 'sequelizeClass', opens: 'pool' },
    Model: { new: 'instance', type: 'instance', static: 'model' },
    'ModelStatic ModelCtor ModelClass': { type: 'model' },
    Transaction: {},
    Op: {},
  },
  objects: {
    sequelizeClass: { members: { Op: {} } },
    sequelize: {
      members: {
        'define model': { gives: 'model' },
        models: { is: 'models' },
        query: { does: 'raw', sqlAt: 0 },
        transaction: { does: 'transaction', callback: { at: 'last', takes: [undefined] }, gives: 'result' },
        close: { closes: true },
        'authenticate sync': {},
      },
    },
    models: { members: { '*': { is: 'model' } } },
    model: {
      new: { gives: 'instance' },
      members: {
        findAll: { does: 'read-many', gives: 'instance[]', options: 0, batch: findAll },
        findAndCountAll: { does: 'read-many', options: 0, batch: findAll },
        findOne: { does: 'read-one', gives: 'instance', options: 0, batch: findAll },
        findByPk: { does: 'read-by-key', gives: 'instance', options: 1, batch: findAll },
        'findOrCreate findCreateFind': { does: 'upsert', gives: 'instance[]', options: 0, batch: '`findAll` and `bulkCreate`' },
        findOrBuild: { does: 'read-one', gives: 'instance[]', options: 0, batch: findAll },
        'count min max sum aggregate': { does: 'count', options: 0, batch: 'one grouped `count`' },
        create: { does: 'insert', gives: 'instance', options: 1, batch: 'one `bulkCreate`' },
        bulkCreate: { does: 'insert-many', gives: 'instance[]', items: 0 },
        'update increment decrement restore': { does: 'update', options: 1, batch: 'one `update` with an id list' },
        destroy: { does: 'delete', options: 0, batch: 'one `destroy` with an id list' },
        upsert: { does: 'upsert', batch: 'one `bulkCreate` with `updateOnDuplicate`' },
        build: { gives: 'instance' },
        bulkBuild: { gives: 'instance[]' },
        'scope unscoped withScope schema': { gives: 'self' },
        init: { gives: 'self' },
        sequelize: { is: 'sequelize' },
      },
    },
    instance: {
      members: {
        save: { does: 'upsert', gives: 'self', batch: 'one `bulkCreate` or `update`' },
        'update increment decrement restore': { does: 'update', gives: 'self', batch: 'one `update` with an id list' },
        destroy: { does: 'delete', batch: 'one `destroy` with an id list' },
        reload: { does: 'read-by-key', gives: 'self', batch: findAll },
        sequelize: { is: 'sequelize' },
      },
    },
  },
  options: { limit: ['limit'], filter: ['where'], columns: ['attributes'], inList: ['in', 'Op.in'], arrayMeansIn: true },
  shapes: [
    { object: 'model', members: 'findByPk findAll findAndCountAll findOrCreate bulkCreate', receiver: 'Name', listed: true },
    { object: 'model', members: 'findByPk findAndCountAll findOrCreate', receiver: '*.*', listed: true },
  ],
  forMany: {
    reads: { findByPk: 'findAll', findOne: 'findAll', findAll: 'findAll' },
    writes: { create: 'bulkCreate(ROWS, { validate: true })', update: 'update', destroy: 'destroy' },
    insertDiffers: 'an invalid row throws an AggregateError',
    gives: {
      writes: { create: 'bulkCreate(ROWS, { validate: true, returning: true })' },
      differs: 'what the database fills in does not come back on MySQL',
    },
    keyed: { findByPk: ['id', '{ where: { id: KEYS } }'] },
    counts: { count: { call: "count({ where: WHERE, group: ['COLUMN'] })", key: 'COLUMN', count: 'count' } },
    property: 'KEYS',
    several: { text: '[Op.or]: KEYS.map((PARTS) => (ROW))', needs: 'Op', from: 'sequelize' },
    missing: 'null',
    nullKey: 'means something else',
    hooks: true,
    usualKey: true,
  },
  bindLimit: { parameters: 65_535, splits: false },
  connection: 'pool',
});
