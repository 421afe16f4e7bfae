import { defineLibrary } from './library.ts';

export const promisePool = defineLibrary({
  name: 'promise-pool',
  title: 'PromisePool',
  kind: 'concurrency',
  packages: ['@supercharge/promise-pool'],
  docs: 'https://superchargejs.com/docs/promise-pool',
  exports: { default: { new: 'pool', static: 'pool' }, PromisePool: { new: 'pool', static: 'pool' } },
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
