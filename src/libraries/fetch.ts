import { defineLibrary } from './library.ts';

/** The runtime's own fetch, and packages that stand for it. */
export const fetchLibrary = defineLibrary({
  name: 'fetch',
  title: 'fetch',
  kind: 'http',
  packages: ['node-fetch', 'cross-fetch', 'isomorphic-fetch', 'ofetch'],
  docs: 'https://nodejs.org/api/globals.html#fetch',
  exports: { 'default fetch ofetch': { call: 'response', does: 'request' } },
  globals: { fetch: { call: 'response', does: 'request' } },
  objects: { response: { members: {} } },
});
