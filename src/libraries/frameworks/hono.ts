import { defineLibrary } from '../library.ts';

const route = { registers: 'handler', callback: { at: 'any', takes: ['context'] }, gives: 'self' } as const;

export const hono = defineLibrary({
  name: 'hono',
  title: 'Hono',
  kind: 'framework',
  packages: ['hono', '@hono/zod-openapi', '@hono/node-server'],
  docs: 'https://hono.dev/docs/api/hono',
  exports: {
    'Hono OpenAPIHono': { new: 'app', tells: true },
    Context: { type: 'context' },
    serve: {},
  },
  objects: {
    app: {
      members: {
        'get post put patch delete options all on openapi': route,
        use: { ...route, registers: 'middleware' },
        'route mount basePath onError notFound': { gives: 'self' },
        'fetch request fire': {},
      },
    },
    context: {
      members: {
        'json text html body render': { responds: 'whole' },
        get: { gives: 'told.Variables.*' },
        var: { is: 'told.Variables' },
        env: { is: 'told.Bindings' },
        'set req header status': {},
      },
    },
  },
  framework: {
    query: '.req.query()',
    handlerTypes: 'Context Handler MiddlewareHandler',
    compression: {
      is: 'by middleware',
      onlyWith: ['@hono/node-server'],
      packages: ['hono/compress', 'latency-runtime/compress', 'bun-compression'],
      register: '`app.use(compress())` before the routes',
      registrations: [
        { listed: 'hono', from: 'hono/compress', name: 'compress', named: true, text: 'APP.use(NAME())' },
        { listed: 'latency-runtime', from: 'latency-runtime/compress', name: 'honoCompression', named: true, text: 'APP.use(NAME())' },
      ],
    },
  },
});
