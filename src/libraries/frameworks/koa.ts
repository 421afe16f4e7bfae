import { defineLibrary } from '../library.ts';

const route = { registers: 'handler', callback: { at: 'any', takes: ['context'] }, gives: 'self' } as const;

export const koa = defineLibrary({
  name: 'koa',
  title: 'Koa',
  kind: 'framework',
  packages: ['koa', '@koa/router', 'koa-router'],
  docs: 'https://koajs.com/',
  exports: {
    default: { new: 'app', call: 'app' },
    Router: { new: 'app' },
    'Context ParameterizedContext RouterContext': { type: 'context' },
  },
  objects: {
    app: {
      members: {
        use: { ...route, registers: 'middleware' },
        'get post put patch delete del options head all': route,
        'routes allowedMethods callback': {},
        listen: { registers: 'boot' },
      },
    },
    context: { members: { body: { responds: 'whole' } } },
  },
  framework: {
    handlerTypes: 'Context ParameterizedContext RouterContext Middleware Next',
    compression: {
      is: 'by middleware',
      packages: ['koa-compress', 'latency-runtime'],
      register: '`app.use(compress())` before the routes',
    },
  },
});
