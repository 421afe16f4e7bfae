import { defineLibrary } from './library.ts';

export const memcached = defineLibrary({
  name: 'memcached',
  title: 'Memcached',
  kind: 'cache',
  packages: ['memcached', 'memjs'],
  docs: 'https://github.com/3rd-Eden/memcached#readme',
  exports: {
    default: { new: 'client', opens: 'connection' },
    Client: { static: 'memjsClass' },
  },
  objects: {
    memjsClass: { members: { create: { gives: 'client', opens: 'connection' } } },
    client: {
      members: {
        get: { does: 'read-by-key', batch: 'one `getMulti`' },
        getMulti: { does: 'read-many' },
        'set replace': { does: 'upsert', overwrites: true },
        'add append prepend touch incr decr': { does: 'upsert' },
        del: { does: 'delete' },
        'end quit close': { closes: true },
      },
    },
  },
});
