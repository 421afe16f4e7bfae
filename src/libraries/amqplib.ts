import { defineLibrary } from './library.ts';

/** `publish` and `sendToQueue` write to a buffer and return at once: no round trip. */
export const amqplib = defineLibrary({
  name: 'amqplib',
  title: 'amqplib',
  kind: 'queue',
  packages: ['amqplib'],
  docs: 'https://amqp-node.github.io/amqplib/channel_api.html',
  exports: { connect: { call: 'connection', opens: 'connection' }, Channel: { type: 'channel' } },
  objects: {
    connection: { members: { 'createChannel createConfirmChannel': { gives: 'channel' }, on: {}, close: { closes: true } } },
    channel: {
      members: {
        'publish sendToQueue ack nack': {},
        'assertQueue assertExchange bindQueue prefetch waitForConfirms on': {},
        consume: { registers: 'job' },
        close: { closes: true },
      },
    },
  },
});
