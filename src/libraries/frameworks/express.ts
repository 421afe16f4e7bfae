import { defineLibrary } from '../library.ts';

const route = { registers: 'handler', callback: { at: 'any', takes: ['request', 'response'] }, gives: 'self' } as const;

export const express = defineLibrary({
  name: 'express',
  title: 'Express',
  kind: 'framework',
  packages: ['express', 'express-promise-router', '@feathersjs/express'],
  docs: 'https://expressjs.com/en/api.html',
  exports: {
    default: { call: 'app', static: 'express' },
    Router: { call: 'router', new: 'router' },
    'Application Express': { type: 'app' },
    IRouter: { type: 'router' },
    Request: { type: 'request' },
    Response: { type: 'response' },
  },
  objects: {
    express: { members: { Router: { gives: 'router' }, 'json static urlencoded raw text': {} } },
    app: {
      extends: 'router',
      members: { 'set enable disable engine': { gives: 'self' }, listen: { registers: 'boot' } },
    },
    router: {
      members: {
        'get post put patch delete options head all param': route,
        use: { ...route, registers: 'middleware' },
        route: { gives: 'self' },
      },
    },
    request: { members: {} },
    response: {
      members: {
        'send json jsonp render end sendFile download': { responds: 'whole', gives: 'self' },
        write: { responds: 'stream' },
        'status set header type cookie append vary': { gives: 'self' },
      },
    },
  },
  framework: {
    query: '.query',
    augmented: ['express', 'express-serve-static-core', 'Express'],
    handlerTypes: 'Request Response RequestHandler NextFunction ErrorRequestHandler',
    compression: {
      is: 'by middleware',
      packages: ['compression', 'shrink-ray-current', 'express-static-gzip', 'http-compression', 'latency-runtime/compress', 'zlib', 'express-compression'],
      register: '`app.use(compression())` before the routes',
      registrations: [
        { listed: 'compression', from: 'compression', name: 'compression', text: 'APP.use(NAME())' },
        { listed: 'latency-runtime', from: 'latency-runtime/compress', name: 'compression', named: true, text: 'APP.use(NAME())' },
      ],
    },
  },
});
