import { defineLibrary } from './library.ts';

export const supabase = defineLibrary({
  name: 'supabase',
  title: 'Supabase',
  kind: 'database',
  packages: ['@supabase/supabase-js', '@supabase/postgrest-js', '@supabase/ssr'],
  docs: 'https://supabase.com/docs/reference/javascript',
  exports: {
    createClient: { call: 'client' },
    'createServerClient createBrowserClient': { call: 'client' },
    'SupabaseClient PostgrestClient': { new: 'client', type: 'client' },
  },
  objects: {
    client: {
      members: {
        from: { gives: 'builder' },
        rpc: { gives: 'builder', becomes: 'raw' },
        schema: { gives: 'self' },
        storage: { is: 'storage' },
        'auth functions realtime': {},
      },
    },
    builder: {
      builder: { sent: 'on await', does: 'read-many', gives: 'reply' },
      members: {
        select: { gives: 'self', marks: 'columns', batch: 'one `select` with `in`' },
        insert: { gives: 'self', becomes: 'insert', items: 0, batch: 'one `insert([…])`' },
        upsert: { gives: 'self', becomes: 'upsert', items: 0, batch: 'one `upsert([…])`' },
        update: { gives: 'self', becomes: 'update', batch: 'one `update` with `in`' },
        delete: { gives: 'self', becomes: 'delete', batch: 'one `delete` with `in`' },
        'single maybeSingle': { gives: 'self', marks: 'limit' },
        'limit range': { gives: 'self', marks: 'limit' },
        in: { gives: 'self', marks: 'in-list' },
        'eq neq gt gte lt lte like ilike is match filter or not contains': { gives: 'self', marks: 'filter' },
        '*': { gives: 'self' },
      },
    },
    storage: { members: { from: { gives: 'bucket' }, '*': {} } },
    bucket: {
      members: {
        createSignedUrl: { does: 'read-by-key', batch: 'one `createSignedUrls`' },
        remove: { does: 'delete', items: 0, batch: 'one `remove` of all paths' },
        '*': {},
      },
    },
    reply: { members: {} },
  },
  options: { limit: [], filter: [], columns: [], inList: ['in'] },
});
