import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

import { Cluster, Redis } from 'ioredis';
import { Redis as Redis6 } from 'ioredis6';
import { type Cache, type CacheEvent, createCache, type RedisClient } from 'latency-runtime/cache';
import { getCompressed, setCompressed } from 'latency-runtime/compress';
import { createClient, createCluster } from 'redis';
import { createClient as createClient4 } from 'redis4';
import { createClient as createClient6 } from 'redis6';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { freePort, isRedisInstalled, type RedisServer, startRedis, startRedisCluster, tellWithoutRedis } from './redis-server.ts';

tellWithoutRedis('the cache is not tested with it');

interface Client {
  readonly redis: RedisClient;
  readonly close: () => unknown;
}

const ignored = (client: { on(event: 'error', listener: () => void): unknown }): void => void client.on('error', () => undefined);

async function ofNodeRedis(client: ReturnType<typeof createClient>): Promise<Client> {
  ignored(client);
  // It connects when it can.
  void client.connect().catch(() => undefined);
  if (client.isReady !== true) await Promise.race([once(client, 'ready').catch(() => undefined), sleep(300)]);
  const { destroy, disconnect } = client as unknown as { destroy?: () => void; disconnect: () => Promise<void> };
  return { redis: client as unknown as RedisClient, close: () => (destroy === undefined ? disconnect.call(client) : destroy.call(client)) };
}

function ofIoredis(client: Redis): Client {
  ignored(client);
  return { redis: client as unknown as RedisClient, close: () => client.disconnect() };
}

/** Clients as a project makes them, with no setting but the address. */
const clients: Readonly<Record<string, (port: number) => Client | Promise<Client>>> = {
  'ioredis 5': (port) => ofIoredis(new Redis(port)),
  'ioredis 6': (port) => ofIoredis(new Redis6(port) as unknown as Redis),
  'node-redis 4': (port) => ofNodeRedis(createClient4({ url: `redis://127.0.0.1:${port}` }) as never),
  'node-redis 5': (port) => ofNodeRedis(createClient({ url: `redis://127.0.0.1:${port}` }) as never),
  'node-redis 6': (port) => ofNodeRedis(createClient6({ url: `redis://127.0.0.1:${port}` }) as never),
};

const clusters: Readonly<Record<string, (port: number) => Client | Promise<Client>>> = {
  'ioredis Cluster': (port) => ofIoredis(new Cluster([{ host: '127.0.0.1', port }]) as unknown as Redis),
  'node-redis cluster': async (port) => {
    const cluster = createCluster({ rootNodes: [{ url: `redis://127.0.0.1:${port}` }] });
    ignored(cluster);
    await cluster.connect();
    return { redis: cluster as unknown as RedisClient, close: () => cluster.destroy() };
  },
};

const big = { text: 'x'.repeat(20_000), list: [1, 2n, new Date(5), undefined, new Map([['a', new Set([1])]]), Number.NaN, Buffer.from('b')] };

describe.skipIf(!isRedisInstalled).each([...Object.entries(clients), ...Object.entries(clusters)])('the cache with %s', (name, connect) => {
  let server: RedisServer;
  let inspector: Redis;
  const opened: { close: () => unknown }[] = [];

  beforeAll(async () => {
    server = await startRedis({ cluster: name in clusters });
    inspector = new Redis(server.port);
  });
  afterAll(async () => {
    inspector.disconnect();
    await server.stop();
  });
  beforeEach(() => inspector.flushall());
  afterEach(async () => {
    for (const { close } of opened.splice(0).reverse()) await close();
  });

  const open = async (options: Parameters<typeof createCache>[0] = {}): Promise<Cache> => {
    const client = await connect(server.port);
    const cache = createCache({ redis: client.redis, deadline: 1000, ...options });
    opened.push({ close: () => client.close() }, { close: () => cache.close() });
    return cache;
  };
  /** Two processes, whose connections stand. */
  const two = async (options?: Parameters<typeof createCache>[0]): Promise<readonly [Cache, Cache]> => {
    const pair = [await open(options), await open(options)] as const;
    for (let attempt = 0; attempt < 200; attempt++) {
      const [, listeners] = (await inspector.pubsub('NUMSUB', 'cache:events')) as [string, number];
      const onShards = (await inspector.client('LIST')) as string;
      // Each cache has been opened with its client.
      const wanted = opened.length / 2;
      if (Number(listeners) < wanted && (onShards.match(/ sub=1 /g)?.length ?? 0) < wanted) {
        await sleep(20);
        continue;
      }
      // The answer that tells it is under way.
      await sleep(100);
      return pair;
    }
    throw new Error('the processes do not listen');
  };

  it('shares values of every kind with another process', async () => {
    const [one, other] = await two();
    await one.set('big', big);
    expect(await other.get('big')).toEqual(big);
    expect((await inspector.getBuffer('cache:value:big'))?.length).toBeLessThan(2000);
    let loads = 0;
    expect(await other.getOrSet('big', () => loads++)).toEqual(big);
    expect(loads).toBe(0);
    expect(await other.get('nothing')).toBeUndefined();
    expect(other.stats()).toMatchObject({ hit: 2, miss: 1, 'l2-error': 0, poisoned: 0 });
  });

  it('keeps single values compressed', async () => {
    const { redis, close } = await connect(server.port);
    opened.push({ close });
    const text = 'kept '.repeat(2000);
    await setCompressed(redis, 'text', text);
    expect((await getCompressed(redis, 'text'))?.toString()).toBe(text);
    expect(await inspector.strlen('text')).toBeLessThan(200);
    expect(await inspector.pttl('text')).toBe(-1);
    await setCompressed(redis, 'text', text, { ttl: 50_000, encoding: 'gzip' });
    expect(await inspector.pttl('text')).toBeGreaterThan(0);
    await inspector.set('plain', 'as it is');
    expect((await getCompressed(redis, 'plain'))?.toString()).toBe('as it is');
    expect(await getCompressed(redis, 'nothing')).toBeUndefined();
    await inspector.append('text', 'x');
    await expect(getCompressed(redis, 'text')).rejects.toMatchObject({ code: 'ERR_VALUE_DAMAGED' });
    await expect(setCompressed(redis, 'text', text, { ttl: 0 })).rejects.toThrow(RangeError);
  });

  it('is told when another process sets and deletes', async () => {
    const [one, other] = await two();
    await one.set('k', 1);
    expect(await other.get('k')).toBe(1);
    await one.set('k', 2);
    await until(async () => (await other.get('k')) === 2);
    await one.delete('k');
    await until(async () => (await other.get('k')) === undefined);
  });

  it('drops by tag and by pattern, in all processes, and nothing else', async () => {
    const [one, other] = await two();
    for (let id = 0; id < 30; id++) await one.set(`user:${id}`, id, { tags: ['users', `user-${id}`] });
    await one.set('user[1]*', 'odd', { tags: ['odd'] });
    await one.set('post:1', 'post', { tags: ['posts'] });
    for (const key of ['user:3', 'user:4', 'post:1', 'user[1]*']) expect(await other.get(key)).toBeDefined();
    await one.invalidateTag('user-3');
    await until(async () => (await other.get('user:3')) === undefined);
    expect(await other.get('user:4')).toBe(4);
    await one.invalidatePattern('user[1]*');
    await until(async () => (await other.get('user[1]*')) === undefined);
    expect(await other.get('user:4')).toBe(4);
    await one.invalidatePattern('user:?');
    await until(async () => (await other.get('user:4')) === undefined);
    expect(await one.get('user:14')).toBe(14);
    await one.invalidateTag('users');
    await until(async () => (await other.get('user:14')) === undefined);
    expect(await other.get('post:1')).toBe('post');
    expect((await inspector.keys('cache:*')).filter((key) => !/post|odd|user-/.test(key))).toEqual([]);
    const used = String(await inspector.info('commandstats'));
    // The inspector's own KEYS aside.
    expect(Number(/cmdstat_keys:calls=(\d+)/.exec(used)?.[1] ?? 0)).toBeLessThanOrEqual(1);
    await inspector.config('RESETSTAT');
  });

  it('loads once in two processes, with the lock', async () => {
    const [one, other] = await two({ lockFor: 2000 });
    let loads = 0;
    const load = async (): Promise<string> => {
      loads++;
      await sleep(60);
      return 'loaded';
    };
    const asked = [one, other].flatMap((cache) => Array.from({ length: 50 }, () => cache.getOrSet('slow', load)));
    expect(new Set(await Promise.all(asked))).toEqual(new Set(['loaded']));
    expect(loads).toBe(1);
    // A process that fails lets the next one try.
    let failures = 0;
    const failing = (cache: Cache): Promise<unknown> =>
      cache.getOrSet('broken', () => {
        failures++;
        throw new Error('no');
      });
    const outcomes = await Promise.allSettled([failing(one), failing(one), failing(other)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(failures).toBe(2);
    await until(async () => (await inspector.keys('cache:lock:*')).length === 0);
  });

  it('takes what is damaged for missing, and reads plain values of before', async () => {
    const events: CacheEvent[] = [];
    const cache = await open({ onEvent: (event) => events.push(event) });
    await cache.set('k', big);
    await (await open()).get('k');
    const kept = (await inspector.getBuffer('cache:value:k')) as Buffer;
    await inspector.set('cache:value:cut', kept.subarray(0, kept.length - 9));
    await inspector.set('cache:value:text', 'no JSON');
    await inspector.set('cache:value:half', 'lr1:[1,');
    await inspector.set('cache:value:wrong', 'lr1:{"a":1}');
    await inspector.set('cache:value:plain', '{"from":"before"}');
    for (const key of ['cut', 'text', 'half', 'wrong']) expect([key, await cache.get(key)]).toEqual([key, undefined]);
    expect(events.filter(({ type }) => type === 'poisoned')).toHaveLength(4);
    expect(cache.stats().poisoned).toBe(4);
    expect(await cache.get('plain')).toEqual({ from: 'before' });
    expect(await cache.getOrSet('cut', () => 'new')).toBe('new');
  });

  it('keeps old values for a while: while a new one is loaded, and where loading fails', async () => {
    const [one, other] = await two({ ttl: 40, jitter: 0, staleFor: 60_000 });
    await one.getOrSet('k', () => 'old');
    await until(async () => (await inspector.exists('cache:value:k')) === 1);
    await sleep(60);
    expect(await other.getOrSet('k', () => Promise.reject(new Error('origin is down')))).toBe('old');
    expect(await other.getOrSet('k', () => 'new')).toBe('old');
    await until(async () => (await other.getOrSet('k', () => 'new')) === 'new');
    expect(other.stats().stale).toBeGreaterThan(1);
  });

  it('keeps nothing that was dropped while it was read or loaded', async () => {
    const [one, other] = await two();
    for (const drop of [
      (): Promise<void> => one.set('k', 'new'),
      (): Promise<void> => one.delete('k'),
      (): Promise<void> => one.invalidateTag('t'),
      (): Promise<void> => one.invalidatePattern('k*'),
    ]) {
      await other.set('k', 'old', { tags: ['t'] });
      await until(async () => (await inspector.exists('cache:value:k')) === 1);
      await sleep(20);
      const read = one.get('k');
      const loaded = one.getOrSet('k', () => 'old');
      const dropped = drop();
      await Promise.all([read, loaded, dropped]);
      await sleep(30);
      expect([undefined, 'new']).toContain(await one.get('k'));
      await one.delete('k');
    }
  });

  it('writes in the order in which it was told to', async () => {
    const [one, other] = await two();
    const large = 'x'.repeat(3_000_000);
    await Promise.all([one.set('k', large), one.set('k', 'small')]);
    expect(await other.get('k')).toBe('small');
    await one.getOrSet('l', () => large);
    await one.delete('l');
    expect(await other.get('l')).toBeUndefined();
    // What cannot be kept there must not leave what was there before.
    await one.set('m', 1);
    await one.set('m', { f: () => 1 });
    expect(await other.get('m')).toBeUndefined();
  });

  it('drops what is not there any more, and loads once where an old value serves', async () => {
    const [cache] = await two({ ttl: 300, jitter: 0, staleFor: 60_000 });
    // What was read before it could hear is not kept.
    await sleep(200);
    let row: object | null = { id: 1 };
    const load = (): Promise<object | null> => Promise.resolve(row);
    expect(await cache.getOrSet('r', load)).toEqual({ id: 1 });
    row = null;
    await sleep(350);
    expect(await cache.getOrSet('r', load)).toEqual({ id: 1 });
    await until(async () => (await cache.getOrSet('r', load)) === null);

    const [one, other] = await two({ ttl: 500, jitter: 0, staleFor: 60_000, lockFor: 5000 });
    await one.getOrSet('s', () => 'old');
    await until(async () => (await inspector.exists('cache:value:s')) === 1);
    await other.getOrSet('s', () => 'other');
    await sleep(600);
    let loads = 0;
    const slow = async (): Promise<string> => {
      loads++;
      await sleep(50);
      return 'new';
    };
    // The new value lasts.
    const ask = (cache: Cache): Promise<string> => cache.getOrSet('s', slow, { ttl: 60_000 });
    expect(await Promise.all([ask(one), ask(other)])).toEqual(['old', 'old']);
    await until(async () => (await ask(one)) === 'new' && (await ask(other)) === 'new');
    expect(loads).toBe(1);
  });

  it('is not disturbed by what others send, nor by who listens', async () => {
    const cache = await open({ onEvent: (async () => Promise.reject(new Error('a listener that fails'))) as never });
    await cache.set('k', 1);
    await sleep(30);
    for (const message of ['null', 'no JSON', '{"keys":5}', '{"from":"x","keys":5}', '{"from":"x","pattern":5}', '[]'])
      await inspector.publish('cache:events', message);
    await sleep(30);
    expect(await cache.get('k')).toBe(1);
  });

  it('keeps no tags of values that are over', async () => {
    const cache = await open({ ttl: 30, jitter: 0 });
    for (let round = 0; round < 4; round++) {
      await Promise.all(Array.from({ length: 50 }, (_each, id) => cache.set(`${round}:${id}`, id, { tags: ['t'] })));
      await sleep(40);
    }
    await cache.set('last', 1, { tags: ['t'] });
    expect(await inspector.zcard('cache:tag:t')).toBeLessThanOrEqual(51);
  });

  it('ends although something is still being loaded', async () => {
    const cache = await open({ ttl: 10, jitter: 0, staleFor: 10_000 });
    await cache.set('h', 1);
    await sleep(20);
    expect(await cache.getOrSet('h', () => new Promise<number>(() => undefined))).toBe(1);
    await cache.close();
  });
});

async function until(test: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt++) {
    if (await test()) return;
    await sleep(10);
  }
  throw new Error('it does not come to pass');
}

describe.skipIf(!isRedisInstalled)('settings of the client', () => {
  it.each([
    ['a prefix of keys', { keyPrefix: 'shop:*' }],
    ['automatic pipelines', { enableAutoPipelining: true }],
  ])('ioredis: %s', async (_name, options) => {
    const server = await startRedis();
    const client = new Redis(server.port, options);
    const writer = createCache({ redis: client as unknown as RedisClient, deadline: 1000 });
    const reader = createCache({ redis: client as unknown as RedisClient, deadline: 1000, listen: false });
    await writer.set('user:é', 'é', { tags: ['t'] });
    await writer.set('user:ab', 'ab', { tags: ['t'] });
    expect([await reader.get('user:é'), await reader.get('user:ab')]).toEqual(['é', 'ab']);
    const later = (): Cache => createCache({ redis: client as unknown as RedisClient, deadline: 1000, listen: false });
    await writer.invalidatePattern('user:?');
    expect([await later().get('user:é'), await later().get('user:ab')]).toEqual([undefined, 'ab']);
    await writer.invalidateTag('t');
    expect(await later().get('user:ab')).toBeUndefined();
    expect(writer.stats()['l2-error']).toBe(0);
    await writer.close();
    client.disconnect();
    await server.stop();
  });

  it('a process that is busy for longer than the deadline does not take Redis for gone', async () => {
    const server = await startRedis();
    const client = new Redis(server.port);
    await client.ping();
    const cache = createCache({ redis: client as unknown as RedisClient, deadline: 30 });
    await cache.set('k', 1);
    for (let round = 0; round < 5; round++) {
      const asked = cache.get(`missing:${round}`);
      const until = performance.now() + 60;
      while (performance.now() < until);
      expect(await asked).toBeUndefined();
    }
    expect(cache.stats()['l2-open']).toBe(0);
    await cache.close();
    client.disconnect();
    await server.stop();
  });
});

describe.skipIf(!isRedisInstalled).each(Object.entries(clients))('without an answer from Redis: %s', (_name, connect) => {
  const deadline = 60;

  /** What cold reads cost while there is no answer: how many waited, and how often the origin was asked. */
  async function readCold(cache: Cache, prefix: string): Promise<{ loads: number; waited: number }> {
    let loads = 0;
    let waited = 0;
    for (let key = 0; key < 40; key++) {
      let isDone = false;
      const asked = cache.getOrSet(`${prefix}${key}`, () => ++loads).then(() => (isDone = true));
      // What waits for no timer is done by the next turn of the event loop.
      for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
      if (!isDone) waited++;
      await asked;
    }
    return { loads, waited };
  }

  it('an absent server costs the deadline once', async () => {
    const client = await connect(await freePort());
    const cache = createCache({ redis: client.redis, deadline });
    expect(await readCold(cache, 'absent:')).toEqual({ loads: 40, waited: expect.toSatisfy((count: number) => count <= 1) as number });
    await cache.set('k', 1);
    await cache.delete('k');
    await cache.invalidateTag('t');
    await cache.invalidatePattern('*');
    await cache.close();
    await client.close();
  });

  it('a server that is killed, frozen and back costs the deadline once each, and serves again', async () => {
    const server = await startRedis();
    const client = await connect(server.port);
    const events: string[] = [];
    const cache = createCache({ redis: client.redis, deadline, retryAfter: 30, onEvent: ({ type }) => type.startsWith('l2-') && events.push(type) });
    const isServing = async (): Promise<void> => {
      const other = await connect(server.port);
      const reader = createCache({ redis: other.redis, deadline: 1000, listen: false });
      let number = 0;
      await until(async () => {
        await cache.set('again', ++number);
        return (await reader.get('again')) !== undefined;
      });
      await reader.close();
      await other.close();
    };
    await isServing();
    for (const [fail, recover] of [
      [server.freeze, server.thaw],
      [server.kill, server.start],
    ] as const) {
      await fail();
      const { loads, waited } = await readCold(cache, `${events.length}:`);
      expect(loads).toBe(40);
      expect(waited).toBeLessThanOrEqual(1);
      expect(events.at(-1)).toBe('l2-error');
      await recover();
      await until(async () => events.includes('l2-closed') && events.lastIndexOf('l2-closed') > events.lastIndexOf('l2-open'));
      await isServing();
    }
    // What Redis was not told is told before it is used again.
    await cache.set('gone', 'old', { tags: ['t'] });
    await cache.set('tagged', 'old', { tags: ['u'] });
    await server.freeze();
    await cache.get('cold');
    await cache.delete('gone');
    await cache.invalidateTag('u');
    server.thaw();
    await until(async () => events.lastIndexOf('l2-closed') > events.lastIndexOf('l2-open'));
    const other = await connect(server.port);
    const reader = createCache({ redis: other.redis, deadline: 1000, listen: false });
    expect([await reader.get('gone'), await reader.get('tagged')]).toEqual([undefined, undefined]);
    await reader.close();
    await other.close();
    await cache.close();
    await client.close();
    await server.stop();
  });
});

describe.skipIf(!isRedisInstalled)('a cluster of three nodes', () => {
  let cluster: Awaited<ReturnType<typeof startRedisCluster>>;
  beforeAll(async () => {
    cluster = await startRedisCluster(3);
  });
  afterAll(() => cluster.stop());

  it.each(Object.entries(clusters))('%s: values, tags and patterns of all nodes', async (_name, connect) => {
    const opened: (() => unknown)[] = [];
    const events: CacheEvent[] = [];
    const open = async (): Promise<Cache> => {
      const { redis, close } = await connect(cluster.ports[0] ?? 0);
      const cache = createCache({ redis, listen: false, l1Ttl: 0, lockFor: 1000, deadline: 5000, onEvent: (event) => events.push(event) });
      opened.push(() => cache.close(), close);
      return cache;
    };
    const [one, other] = [await open(), await open()];
    try {
      const numbers = Array.from({ length: 60 }, (_each, number) => number);
      const load = (cache: Cache, number: number): Promise<unknown> =>
        cache.getOrSet(`${number % 2 === 0 ? 'even' : 'odd'}:${number}`, () => number, { tags: [number < 30 ? 'low' : 'high'] });
      const inOther = (): Promise<unknown[]> => Promise.all(numbers.map((number) => other.get(`${number % 2 === 0 ? 'even' : 'odd'}:${number}`)));
      expect(await Promise.all(numbers.map((number) => load(one, number)))).toEqual(numbers);
      expect(await inOther()).toEqual(numbers);
      for (const port of cluster.ports) {
        const node = new Redis(port);
        expect(await node.dbsize()).toBeGreaterThan(5);
        node.disconnect();
      }
      await one.invalidateTag('low');
      expect(await inOther()).toEqual(numbers.map((number) => (number < 30 ? undefined : number)));
      await one.invalidatePattern('even:*');
      expect(await inOther()).toEqual(numbers.map((number) => (number < 30 || number % 2 === 0 ? undefined : number)));
      await one.delete('odd:59');
      expect(await other.get('odd:59')).toBeUndefined();
      expect(events.filter(({ type }) => /error|poisoned|open/.test(type))).toEqual([]);
      await one.invalidatePattern('*');
    } finally {
      for (const close of opened.reverse()) await close();
    }
  });
});
