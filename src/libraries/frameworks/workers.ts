import { defineLibrary } from '../library.ts';

/** Clients cannot be shared between requests here: building one per request is right. */
export const workers = defineLibrary({
  name: 'workers',
  title: 'Cloudflare Workers',
  kind: 'framework',
  packages: ['cloudflare:workers', '@cloudflare/workers-types', '@opennextjs/cloudflare', 'cloudflare:test', '@cloudflare/next-on-pages'],
  docs: 'https://developers.cloudflare.com/workers/runtime-apis/',
  exports: { 'WorkerEntrypoint DurableObject': {} },
  objects: {},
  framework: { handlerTypes: 'ExportedHandler ExecutionContext', isolates: true, compression: { is: 'by default' } },
});
