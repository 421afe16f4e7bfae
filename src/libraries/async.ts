import { defineLibrary } from './library.ts';

/** Functions that call a function once per item. */
export const asyncLibrary = defineLibrary({
  name: 'async',
  title: 'async',
  kind: 'concurrency',
  packages: ['async'],
  docs: 'https://caolan.github.io/async/v3/docs.html',
  exports: {
    'each eachSeries eachOf eachOfSeries forEach forEachSeries forEachOf map mapSeries filter filterSeries concat': {
      callback: { at: 1, takes: ['item'] },
      call: 'results',
    },
    'eachLimit eachOfLimit forEachLimit mapLimit filterLimit': { callback: { at: 2, takes: ['item'] }, call: 'results' },
  },
  objects: {},
});
