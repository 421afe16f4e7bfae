import { defineLibrary } from './library.ts';

/** Functions that call a function once per item. */
export const bluebird = defineLibrary({
  name: 'bluebird',
  title: 'Bluebird',
  kind: 'concurrency',
  packages: ['bluebird'],
  docs: 'http://bluebirdjs.com/docs/api-reference.html',
  exports: {
    'default Promise': { static: 'promise' },
    'each map mapSeries filter': { callback: { at: 1, takes: ['item'] }, call: 'results' },
  },
  objects: {
    promise: { members: { 'each map mapSeries filter': { callback: { at: 1, takes: ['item'] }, gives: 'results' } } },
  },
});
