import { defineLibrary } from './library.ts';

const perItem = { callback: { at: 1, takes: ['item'] }, call: 'results' } as const;

/** Functions that call a function once per item. */
export const concurrency = defineLibrary({
  name: 'p-map',
  title: 'p-map',
  kind: 'concurrency',
  packages: ['p-map', 'p-each-series', 'p-map-series', 'p-filter', '@supercharge/promise-pool'],
  docs: 'https://github.com/sindresorhus/p-map#readme',
  exports: { default: perItem, pMap: perItem, PromisePool: { new: 'pool', static: 'pool' } },
  objects: {
    pool: {
      members: {
        'for withConcurrency withTaskTimeout handleError onTaskStarted onTaskFinished useCorrespondingResults': { gives: 'self' },
        process: { callback: { at: 0, takes: ['item'] }, gives: 'results' },
      },
    },
    results: { members: {} },
  },
});
