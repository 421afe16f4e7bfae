import { defineLibrary } from '../library.ts';

const route = { registers: 'handler', callback: { at: 'any', takes: ['request', 'reply'] }, gives: 'self' } as const;

export const fastify = defineLibrary({
  name: 'fastify',
  title: 'Fastify',
  kind: 'framework',
  packages: ['fastify', 'fastify-plugin'],
  docs: 'https://fastify.dev/docs/latest/Reference/',
  exports: {
    'default fastify': { call: 'app' },
    FastifyInstance: { type: 'app' },
    FastifyRequest: { type: 'request' },
    FastifyReply: { type: 'reply' },
  },
  objects: {
    app: {
      members: {
        'get post put patch delete options head all route': route,
        addHook: { registers: 'hook', callback: { at: 1, takes: ['request', 'reply'] }, gives: 'self' },
        register: { registers: 'plugin', callback: { at: 0, takes: ['app'] }, gives: 'self' },
        listen: { registers: 'boot' },
        'decorate decorateRequest decorateReply after ready setErrorHandler setNotFoundHandler withTypeProvider addSchema': { gives: 'self' },
        close: { closes: true },
      },
    },
    mongo: { members: { db: { is: 'mongodb:db' }, client: { is: 'mongodb:client' } } },
    request: { members: { server: { is: 'app' } } },
    reply: { members: { 'send sendFile view': { responds: 'whole' }, 'code status header headers type redirect': { gives: 'self' } } },
  },
  framework: {
    query: '.query',
    augmented: ['fastify'],
    plugins: {
      pg: { packages: ['@fastify/postgres', 'fastify-postgres'], is: 'pg:pool' },
      mysql: { packages: ['@fastify/mysql', 'fastify-mysql'], is: 'mysql2:pool' },
      mongo: { packages: ['@fastify/mongodb', 'fastify-mongodb'], is: 'mongo' },
      redis: { packages: ['@fastify/redis', 'fastify-redis'], is: 'ioredis:client' },
    },
    handlerTypes: 'FastifyRequest FastifyReply RouteHandlerMethod',
    compression: {
      is: 'by middleware',
      inAnyOrder: true,
      packages: ['@fastify/compress', 'fastify-compress', 'latency-runtime/compress'],
      register: '`await app.register(fastifyCompress)` before the routes',
      registrations: [
        { listed: '@fastify/compress', from: '@fastify/compress', name: 'fastifyCompress', text: 'await APP.register(NAME)' },
        { listed: 'latency-runtime', from: 'latency-runtime/compress', name: 'fastifyCompression', named: true, text: 'await APP.register(NAME)' },
      ],
    },
  },
});
