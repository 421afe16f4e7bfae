import { defineLibrary } from '../library.ts';

const route = { registers: 'handler', callback: { at: 'any', takes: ['context'] }, gives: 'self' } as const;

export const koa = defineLibrary({
  name: 'koa',
  title: 'Koa',
  kind: 'framework',
  packages: ['koa'],
  docs: 'https://koajs.com/',
  exports: {
    default: { new: 'app', call: 'app' },
    'Context ParameterizedContext': { type: 'context' },
  },
  objects: {
    app: {
      members: {
        use: { ...route, registers: 'middleware' },
        callback: {},
        listen: { registers: 'boot' },
      },
    },
    router: {
      members: {
        use: { ...route, registers: 'middleware' },
        'get post put patch delete del options head all': route,
        'routes middleware': { gives: 'routes' },
        allowedMethods: {},
      },
    },
    routes: { members: {} },
    context: { members: { body: { responds: 'whole' } } },
  },
  framework: {
    query: '.query',
    handlerTypes: 'Context ParameterizedContext RouterContext Middleware Next',
    compression: {
      is: 'by middleware',
      packages: ['koa-compress', 'latency-runtime/compress'],
      register: '`app.use(compress())` before the routes',
      registrations: [
        { listed: 'koa-compress', from: 'koa-compress', name: 'compress', text: 'APP.use(NAME())' },
        { listed: 'latency-runtime', from: 'latency-runtime/compress', name: 'koaCompression', named: true, text: 'APP.use(NAME())' },
      ],
    },
  },
});
