import { defineLibrary } from './library.ts';

const together = 'one `Promise.all`, which the client sends as one pipeline';
const read = { does: 'read-by-key', batch: together, mergesInOneTick: true } as const;
const write = { does: 'upsert', batch: together, mergesInOneTick: true } as const;

export const redis = defineLibrary({
  name: 'redis',
  title: 'node-redis',
  kind: 'cache',
  packages: ['redis', '@redis/client'],
  docs: 'https://redis.io/docs/latest/develop/clients/nodejs/',
  exports: {
    'createClient createCluster createClientPool createSentinel': { call: 'client', opens: 'connection' },
    'RedisClientType RedisClusterType RedisClientPoolType': { type: 'client' },
  },
  objects: {
    client: {
      members: {
        get: { ...read, batch: 'one `mGet`' },
        'hGet hGetAll hKeys hVals hLen sMembers sCard sIsMember zRange zRangeByScore zScore zCard zCount lRange lLen ttl pTTL type strLen getEx hmGet lIndex zRank hgetall':
          read,
        exists: { does: 'exists', batch: together, mergesInOneTick: true },
        'mGet smIsMember': { does: 'read-many' },
        'set setEx pSetEx setex': { ...write, overwrites: true },
        'setNX hSet hSetNX sAdd sRem zAdd zRem zIncrBy lPush rPush lRem lSet lTrim expire pExpire expireAt persist incr incrBy decr decrBy hIncrBy hDel append getSet rename pfAdd xAdd':
          write,
        'del unlink': { does: 'delete', items: 0, batch: 'one `del(keys)`', mergesInOneTick: true },
        'mSet mSetNX': { does: 'upsert-many' },
        publish: { does: 'publish', batch: together, mergesInOneTick: true },
        'scan hScan sScan zScan keys scanIterator': { does: 'cursor' },
        multi: { gives: 'pipeline' },
        'duplicate connect on': { gives: 'self' },
        'quit disconnect close destroy': { closes: true },
        'once subscribe pSubscribe blPop brPop xRead xReadGroup eval evalSha ping info flushAll flushDb watch unwatch sendCommand isOpen isReady': {},
      },
    },
    pipeline: { members: { 'exec execAsPipeline': { does: 'transaction' }, '*': { gives: 'self' } } },
  },
  forMany: {
    reads: { get: 'mGet' },
    keyed: { get: ['key', 'KEYS'] },
    inOrder: true,
    differs: 'on a cluster all keys must share a slot',
    missing: 'null',
    nullKey: 'means something else',
  },
  connection: 'multiplexed',
});
