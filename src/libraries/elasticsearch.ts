import { defineLibrary } from './library.ts';

export const elasticsearch = defineLibrary({
  name: 'elasticsearch',
  title: 'Elasticsearch',
  kind: 'database',
  packages: ['@elastic/elasticsearch', '@opensearch-project/opensearch'],
  docs: 'https://www.elastic.co/docs/reference/elasticsearch/clients/javascript',
  exports: { Client: { new: 'client', opens: 'pool' } },
  objects: {
    client: {
      members: {
        get: { does: 'read-by-key', batch: 'one `mget`' },
        search: { does: 'read-one', batch: 'one `msearch`' },
        count: { does: 'count', batch: 'one `msearch`' },
        exists: { does: 'exists', batch: 'one `mget`' },
        'mget msearch': { does: 'read-many' },
        'index create': { does: 'insert', batch: 'one `bulk`' },
        update: { does: 'update', batch: 'one `bulk`' },
        delete: { does: 'delete', batch: 'one `bulk`' },
        bulk: { does: 'update-many' },
        'scroll deleteByQuery updateByQuery reindex': { does: 'cursor' },
        child: { gives: 'client' },
        close: { closes: true },
        'helpers indices cluster': {},
      },
    },
  },
});
