import { defineLibrary } from './library.ts';

const pipeline = 'one `pipeline()`';
const read = { does: 'read-by-key', batch: pipeline } as const;
const write = { does: 'upsert', batch: pipeline } as const;

export const ioredis = defineLibrary({
  name: 'ioredis',
  title: 'ioredis',
  kind: 'cache',
  packages: ['ioredis'],
  docs: 'https://redis.github.io/ioredis/',
  exports: {
    'default Redis Cluster': { new: 'client', static: 'redisClass', opens: 'connection' },
    RedisCommander: { type: 'client' },
    'Pipeline ChainableCommander': { type: 'pipeline' },
  },
  objects: {
    redisClass: { members: { Cluster: { is: 'clusterClass' } } },
    clusterClass: { new: { gives: 'client', opens: 'connection' }, members: {} },
    client: {
      members: {
        get: { does: 'read-by-key', batch: 'one `mget`' },
        hget: { does: 'read-by-key', batch: 'one `hmget`' },
        'getBuffer hgetall hkeys hvals hlen smembers scard sismember zrange zrangebyscore zrevrange zscore zcard zcount lrange llen ttl pttl type strlen getex hmget lindex zrank bitcount getbit':
          read,
        exists: { does: 'exists', batch: pipeline },
        'mget smismember': { does: 'read-many' },
        'set setex psetex': { ...write, overwrites: true },
        'setnx hset hmset hsetnx sadd srem zadd zrem zincrby lpush rpush lrem lset ltrim expire pexpire expireat persist incr incrby decr decrby hincrby hincrbyfloat hdel append getset rename pfadd':
          write,
        'del unlink': { does: 'delete', items: 0, batch: 'one `del(...keys)`' },
        'mset msetnx': { does: 'upsert-many' },
        publish: { does: 'publish', batch: pipeline },
        xadd: { does: 'publish', batch: pipeline },
        'scan hscan sscan zscan keys scanStream': { does: 'cursor' },
        'pipeline multi': { gives: 'pipeline' },
        duplicate: { gives: 'client' },
        'quit disconnect': { closes: true },
        'on once subscribe psubscribe blpop brpop xread xreadgroup eval evalsha ping connect info flushall flushdb watch unwatch defineCommand status': {},
      },
    },
    pipeline: { members: { exec: { does: 'transaction' }, '*': { gives: 'self' } } },
  },
  forMany: {
    reads: { get: 'mget' },
    keyed: { get: ['key', 'KEYS'] },
    inOrder: true,
    differs: 'on a cluster all keys must share a slot',
    collected: {
      members:
        'set setex psetex setnx hset hmset hsetnx sadd srem zadd zrem zincrby lpush rpush lrem lset ltrim expire pexpire expireat persist incr incrby decr decrby hincrby hincrbyfloat hdel append rename pfadd del unlink publish xadd',
      by: 'pipeline()',
      sends: 'exec()',
      changes: 'all are sent after the loop, and a command that fails is told in the result of exec',
    },
    missing: 'null',
    nullKey: 'means something else',
  },
  connection: 'multiplexed',
});
