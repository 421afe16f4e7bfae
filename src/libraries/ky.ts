import { defineLibrary } from './library.ts';

export const ky = defineLibrary({
  name: 'ky',
  title: 'ky',
  kind: 'http',
  packages: ['ky'],
  docs: 'https://github.com/sindresorhus/ky#api',
  exports: { default: { is: 'ky' }, KyInstance: { type: 'ky' } },
  objects: {
    ky: {
      call: { does: 'request', gives: 'response' },
      members: {
        'get post put patch delete head': { does: 'request', gives: 'response' },
        'create extend': { gives: 'ky' },
        stop: {},
      },
    },
    response: { members: {} },
  },
});
