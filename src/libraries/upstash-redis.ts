import { defineLibrary } from './library.ts';

const pipeline = 'one `pipeline()`';

/** Every command is an HTTP request, and those of one tick are one; a client holds no connection. */
export const upstashRedis = defineLibrary({
  name: 'upstash-redis',
  title: 'Upstash Redis',
  kind: 'cache',
  packages: ['@upstash/redis'],
  docs: 'https://upstash.com/docs/redis/sdks/ts/overview',
  exports: { Redis: { new: 'client', static: 'redisClass' } },
  objects: {
    redisClass: { members: { fromEnv: { gives: 'client' } } },
    client: {
      members: {
        get: { does: 'read-by-key', batch: 'one `mget`', mergesInOneTick: true },
        'hget hgetall smembers sismember scard zrange zscore lrange llen ttl hmget': { does: 'read-by-key', batch: pipeline, mergesInOneTick: true },
        exists: { does: 'exists', batch: pipeline, mergesInOneTick: true },
        mget: { does: 'read-many' },
        'set setex': { does: 'upsert', batch: pipeline, mergesInOneTick: true, overwrites: true },
        'setnx hset sadd srem zadd zrem zincrby lpush rpush expire incr incrby decr decrby hincrby hdel xadd publish': {
          does: 'upsert',
          batch: pipeline,
          mergesInOneTick: true,
        },
        'del unlink': { does: 'delete', items: 0, batch: 'one `del(...keys)`', mergesInOneTick: true },
        mset: { does: 'upsert-many' },
        'scan hscan sscan zscan keys': { does: 'cursor' },
        'pipeline multi': { gives: 'pipeline' },
        'eval evalsha ping': {},
      },
    },
    pipeline: { members: { exec: { does: 'transaction' }, '*': { gives: 'self' } } },
  },
  connection: 'multiplexed',
});
