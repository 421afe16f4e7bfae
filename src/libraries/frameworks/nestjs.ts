import { defineLibrary } from '../library.ts';

export const nestjs = defineLibrary({
  name: 'nestjs',
  title: 'NestJS',
  kind: 'framework',
  packages: [
    '@nestjs/common',
    '@nestjs/core',
    '@nestjs/graphql',
    '@nestjs/microservices',
    '@nestjs/websockets',
    '@nestjs/schedule',
    '@nestjs/cqrs',
    '@nestjs/bullmq',
    '@nestjs/bull',
  ],
  docs: 'https://docs.nestjs.com/',
  exports: {
    NestFactory: { is: 'factory' },
  },
  objects: {
    factory: { members: { 'create createMicroservice createApplicationContext': { gives: 'app' } } },
    app: { members: { use: { registers: 'middleware' }, listen: { registers: 'boot' }, register: { registers: 'plugin' }, '*': {} } },
  },
  framework: {
    handlerDecorators:
      'Get Post Put Patch Delete All Options Head Search Sse Render MessagePattern EventPattern SubscribeMessage GrpcMethod Query Mutation ResolveField Subscription ResolveReference',
    startMethods: 'onModuleInit onApplicationBootstrap onModuleDestroy beforeApplicationShutdown onApplicationShutdown',
    jobDecorators: 'Cron Interval Process OnQueueEvent OnWorkerEvent EventsHandler CommandHandler QueryHandler OnEvent',
  },
});
