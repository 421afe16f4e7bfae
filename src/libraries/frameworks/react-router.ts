import { defineLibrary } from '../library.ts';

export const reactRouter = defineLibrary({
  name: 'react-router',
  title: 'React Router and Remix',
  kind: 'framework',
  packages: ['react-router', '@remix-run/node', '@remix-run/server-runtime', '@remix-run/cloudflare', '@react-router/node'],
  docs: 'https://reactrouter.com/start/framework/route-module',
  exports: { 'LoaderFunctionArgs ActionFunctionArgs': { type: 'args' } },
  objects: { args: { members: {} } },
  framework: {
    handlerTypes: 'LoaderFunctionArgs ActionFunctionArgs LoaderFunction ActionFunction',
    files: [{ path: '**/app/routes/**', exports: 'loader action' }],
    compression: { is: 'by default' },
  },
});
