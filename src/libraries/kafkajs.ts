import { defineLibrary } from './library.ts';

export const kafkajs = defineLibrary({
  name: 'kafkajs',
  title: 'KafkaJS',
  kind: 'queue',
  packages: ['kafkajs'],
  docs: 'https://kafka.js.org/docs/getting-started',
  exports: { Kafka: { new: 'kafka' }, Producer: { type: 'producer' }, Consumer: { type: 'consumer' } },
  objects: {
    kafka: { members: { producer: { gives: 'producer', opens: 'connection' }, consumer: { gives: 'consumer' }, admin: {} } },
    producer: {
      members: {
        send: { does: 'publish', options: 0, batch: 'one `send` with all messages' },
        sendBatch: { does: 'publish-many' },
        transaction: { gives: 'producer' },
        'connect on': {},
        disconnect: { closes: true },
      },
    },
    consumer: { members: { run: { registers: 'job' }, 'connect subscribe on seek commitOffsets': {}, disconnect: { closes: true } } },
  },
});
