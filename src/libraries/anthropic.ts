import { defineLibrary } from './library.ts';

/** A client is a thin wrapper over the shared fetch pool: building one per call opens no connection. */
export const anthropic = defineLibrary({
  name: 'anthropic',
  title: 'Anthropic',
  kind: 'service',
  packages: ['@anthropic-ai/sdk'],
  docs: 'https://github.com/anthropics/anthropic-sdk-typescript#readme',
  exports: { 'default Anthropic': { new: 'client' } },
  objects: {
    client: { members: { messages: { is: 'messages' }, 'models beta': {} } },
    messages: {
      members: {
        'create countTokens': { does: 'request', batch: 'one message batch' },
        stream: { does: 'cursor' },
        batches: {},
      },
    },
  },
});
