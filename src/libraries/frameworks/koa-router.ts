import { defineLibrary } from '../library.ts';

export const koaRouter = defineLibrary({
  name: 'koa-router',
  title: 'Koa Router',
  kind: 'framework',
  packages: ['@koa/router', 'koa-router'],
  docs: 'https://github.com/koajs/router/blob/master/API.md',
  exports: {
    'default Router': { new: 'koa:router', call: 'koa:router' },
    RouterContext: { type: 'koa:context' },
  },
  objects: {},
});
