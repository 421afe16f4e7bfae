import { defineLibrary } from '../library.ts';

export const trpc = defineLibrary({
  name: 'trpc',
  title: 'tRPC',
  kind: 'framework',
  packages: ['@trpc/server'],
  docs: 'https://trpc.io/docs/server/procedures',
  exports: { initTRPC: { is: 'init' } },
  objects: {
    init: { members: { context: { gives: 'init', tells: true }, meta: { gives: 'init' }, create: { gives: 't' } } },
    t: { members: { procedure: { is: 'procedure' }, 'router middleware mergeRouters createCallerFactory': {} } },
    procedure: {
      members: {
        'query mutation subscription': { registers: 'handler', callback: { at: 0, takes: ['call'] } },
        use: { registers: 'middleware', callback: { at: 0, takes: ['call'] }, gives: 'self' },
        'input output meta concat unstable_concat': { gives: 'self' },
      },
    },
    call: { members: { ctx: { is: 'told' } } },
  },
  framework: { compression: { is: 'by default' } },
});
