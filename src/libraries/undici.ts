import { defineLibrary } from './library.ts';

export const undici = defineLibrary({
  name: 'undici',
  title: 'undici',
  kind: 'http',
  packages: ['undici'],
  docs: 'https://undici.nodejs.org/',
  exports: {
    'request fetch stream pipeline': { call: 'response', does: 'request' },
    'Agent Pool Client BalancedPool ProxyAgent RetryAgent': { new: 'dispatcher', opens: 'agent' },
    Dispatcher: { type: 'dispatcher' },
    setGlobalDispatcher: { installs: true },
  },
  objects: {
    response: { members: {} },
    dispatcher: {
      members: { 'request stream': { does: 'request', gives: 'response' }, 'close destroy': { closes: true } },
    },
  },
});
