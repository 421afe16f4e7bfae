import { defineLibrary } from './library.ts';

/** A client is a thin wrapper over the shared fetch pool: building one per call opens no connection. */
export const openai = defineLibrary({
  name: 'openai',
  title: 'OpenAI',
  kind: 'service',
  packages: ['openai'],
  docs: 'https://github.com/openai/openai-node#readme',
  exports: { 'default OpenAI AzureOpenAI': { new: 'client' } },
  objects: {
    client: { members: { '*': { is: 'resource' } } },
    resource: {
      members: {
        'create parse generate edit list retrieve del': { does: 'request' },
        '*': { is: 'resource' },
      },
    },
  },
});
