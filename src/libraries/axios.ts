import { defineLibrary } from './library.ts';

const request = { does: 'request', gives: 'response' } as const;

/** `axios.create()` opens no connection: instances share the global agents. */
export const axios = defineLibrary({
  name: 'axios',
  title: 'axios',
  kind: 'http',
  packages: ['axios', '@nestjs/axios'],
  docs: 'https://axios-http.com/docs/intro',
  exports: {
    default: { is: 'instance' },
    'AxiosInstance AxiosStatic Axios': { type: 'instance' },
    HttpService: { type: 'service' },
  },
  objects: {
    instance: {
      call: request,
      members: {
        'get post put patch delete head options request postForm putForm patchForm': request,
        create: { gives: 'instance' },
        'interceptors defaults isAxiosError': {},
      },
    },
    service: {
      members: { axiosRef: { is: 'instance' }, 'get post put patch delete head request': request },
    },
    response: { members: {} },
  },
});
