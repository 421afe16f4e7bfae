import { defineLibrary } from './library.ts';

export const latencyRuntime = defineLibrary({
  name: 'latency-runtime',
  title: 'latency-runtime',
  kind: 'batching',
  packages: ['latency-runtime'],
  docs: 'https://github.com/eslint-plugin-latency/eslint-plugin-latency/tree/main/runtime',
  exports: {
    cached: { call: 'cacheWrapper' },
    lazy: { call: 'argument', remembers: true },
    'knexPages kyselyPages typeormPages': { pages: true },
  },
  objects: { cacheWrapper: { call: { gives: 'argument', remembers: true }, members: {} } },
});
