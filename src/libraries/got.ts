import { defineLibrary } from './library.ts';

export const got = defineLibrary({
  name: 'got',
  title: 'got',
  kind: 'http',
  packages: ['got'],
  docs: 'https://github.com/sindresorhus/got#documentation',
  exports: { 'default got': { is: 'got' }, Got: { type: 'got' } },
  objects: {
    got: {
      call: { does: 'request', gives: 'response' },
      members: {
        'get post put patch delete head': { does: 'request', gives: 'response' },
        extend: { gives: 'got' },
        paginate: { does: 'cursor' },
        'stream defaults': {},
      },
    },
    response: { members: {} },
  },
});
