import { defineLibrary } from './library.ts';

/** Loads of one tick are one batch. A loader belongs to one request. */
export const dataloader = defineLibrary({
  name: 'dataloader',
  title: 'DataLoader',
  kind: 'batching',
  packages: ['dataloader'],
  docs: 'https://github.com/graphql/dataloader#readme',
  exports: { default: { new: 'loader' } },
  objects: {
    loader: { members: { load: {}, loadMany: {}, 'clear clearAll prime': {} } },
  },
});
