import { defineLibrary } from './library.ts';

const perItem = { callback: { at: 1, takes: ['item'] }, call: 'results' } as const;

/** Functions that call a function once per item. */
export const concurrency = defineLibrary({
  name: 'p-map',
  title: 'p-map',
  kind: 'concurrency',
  packages: ['p-map', 'p-each-series', 'p-map-series', 'p-filter'],
  docs: 'https://github.com/sindresorhus/p-map#readme',
  exports: { default: perItem, pMap: perItem },
  objects: {},
});
