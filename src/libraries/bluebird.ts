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
  // `bluebird-global` puts it in the place of the runtime's own, which has no such members.
  globals: { Promise: { static: 'promise' } },
  objects: {
    promise: { members: { 'each map mapSeries filter': { callback: { at: 1, takes: ['item'] }, gives: 'results' } } },
  },
});
