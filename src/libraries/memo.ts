import { defineLibrary } from './library.ts';

const memoised = { call: 'argument' } as const;

/** Functions that give back their argument, called less often. */
export const memo = defineLibrary({
  name: 'memo',
  title: 'a memoised function',
  kind: 'memo',
  packages: [
    'lodash',
    'lodash-es',
    'lodash.memoize',
    'lodash.once',
    'p-memoize',
    'memoizee',
    'memoize',
    'mem',
    'micro-memoize',
    'fast-memoize',
    'moize',
    'next/cache',
    'p-once',
    'onetime',
    '@epic-web/remember',
    'memoize-one',
    'nano-memoize',
  ],
  docs: 'https://lodash.com/docs/#memoize',
  exports: {
    default: memoised,
    'memoize once unstable_cache memoizee memoized mem pMemoize onetime': memoised,
    remember: { call: 'called' },
  },
  objects: {},
});
