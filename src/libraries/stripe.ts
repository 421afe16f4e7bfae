import { defineLibrary } from './library.ts';

/** Instances share module-level keep-alive agents: building one opens nothing, but builds every API resource anew. */
export const stripe = defineLibrary({
  name: 'stripe',
  title: 'Stripe',
  kind: 'service',
  packages: ['stripe'],
  docs: 'https://docs.stripe.com/api?lang=node',
  exports: { 'default Stripe': { new: 'client', opens: 'setup' } },
  objects: {
    client: { members: { '*': { is: 'resource' } } },
    resource: {
      members: {
        'create update retrieve del cancel': { does: 'request' },
        'list search': { gives: 'listing', does: 'request' },
        '*': { is: 'resource' },
      },
    },
    listing: { members: { 'autoPagingEach autoPagingToArray': { does: 'cursor' } } },
  },
});
