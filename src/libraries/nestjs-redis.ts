import { defineLibrary } from './library.ts';

export const nestjsRedis = defineLibrary({
  name: 'nestjs-redis',
  title: 'nestjs-redis',
  kind: 'cache',
  packages: ['@liaoliaots/nestjs-redis', '@songkeys/nestjs-redis', '@apitable/nestjs-redis', 'nestjs-redis'],
  docs: 'https://github.com/liaoliaots/nestjs-redis',
  exports: { RedisService: { type: 'service' } },
  objects: {
    service: { members: { 'getOrThrow getOrNil getClient': { gives: 'ioredis:client' } } },
  },
});
