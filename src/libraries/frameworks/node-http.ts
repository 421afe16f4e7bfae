import { defineLibrary } from '../library.ts';

const server = { call: 'server', registers: 'handler', callback: { at: 'last', takes: ['request', 'response'] } } as const;

export const nodeHttp = defineLibrary({
  name: 'node-http',
  title: 'node:http',
  kind: 'framework',
  packages: ['node:http', 'http', 'node:https', 'https', 'node:http2', 'http2'],
  docs: 'https://nodejs.org/api/http.html',
  keptOpenBy: 'keepAlive',
  exports: {
    'createServer createSecureServer': server,
    'request get': { does: 'request', call: 'clientRequest' },
    Agent: { new: 'agent', opens: 'agent' },
    IncomingMessage: { type: 'request' },
    ServerResponse: { type: 'response' },
  },
  objects: {
    server: {
      members: { on: { registers: 'handler', callback: { at: 1, takes: ['request', 'response'] } }, listen: { registers: 'boot' }, close: { closes: true } },
    },
    clientRequest: { members: { 'on end write': {} } },
    agent: { members: { destroy: { closes: true } } },
    request: { members: {} },
    response: { members: { end: { responds: 'whole' }, write: { responds: 'stream' }, 'writeHead setHeader': {} } },
  },
  framework: {
    handlerTypes: 'IncomingMessage ServerResponse',
    compression: {
      is: 'by middleware',
      packages: ['compression', 'http-compression', 'latency-runtime', 'node:zlib', 'zlib'],
      register: '`compressResponse(request, response)` of latency-runtime/compress, or node:zlib',
    },
  },
});
