import { defineLibrary } from './library.ts';

/** A transport without `pool: true` opens one SMTP connection per message, with its TLS and login handshakes. */
export const nodemailer = defineLibrary({
  name: 'nodemailer',
  title: 'Nodemailer',
  kind: 'service',
  keptOpenBy: 'pool',
  packages: ['nodemailer'],
  docs: 'https://nodemailer.com/smtp/pooled',
  exports: {
    default: { is: 'nodemailer' },
    createTransport: { call: 'transport', opens: 'handshake' },
    Transporter: { type: 'transport' },
  },
  objects: {
    nodemailer: { members: { createTransport: { gives: 'transport', opens: 'handshake' }, createTestAccount: {} } },
    transport: { members: { sendMail: { does: 'request' }, 'verify use on': {}, close: { closes: true } } },
  },
});
