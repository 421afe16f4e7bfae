import { defineLibrary } from './library.ts';

/** Each client asks for an access token of its own, and most open a channel. Firestore is described by itself. */
export const googleCloud = defineLibrary({
  name: 'google-cloud',
  title: 'Google Cloud',
  kind: 'service',
  packages: ['@google-cloud/*'],
  docs: 'https://cloud.google.com/apis/docs/client-libraries-best-practices',
  exports: {
    'Storage PubSub BigQuery': { new: 'client', opens: 'handshake' },
    '*Client': { new: 'client', opens: 'handshake' },
  },
  objects: {
    client: { members: { close: { closes: true } } },
  },
});
