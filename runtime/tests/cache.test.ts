import { subscribe, unsubscribe } from 'node:diagnostics_channel';

import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, expectTypeOf, it, vi } from 'vitest';

import { cacheControl, cached, type CacheEvent, cacheKey, createCache, surrogateKey } from '../src/cache/index.ts';
import { decodeStored, encodeStored } from '../src/cache/codec.ts';
import { closeAll } from '../src/index.ts';

beforeEach(() => vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => vi.useRealTimers());

describe('keys', () => {
  const different: readonly (readonly unknown[])[] = [
    [1],
    ['1'],
    [1n],
    [true],
    ['true'],
    [null],
    ['null'],
    [undefined],
    [],
    [Number.NaN],
    ['NaN'],
    [Infinity],
    [''],
    ['a', 'b'],
    ['b', 'a'],
    [['a', 'b']],
    ['a,b'],
    ['"a","b"'],
    [{}],
    [[]],
    [{ a: undefined }],
    [{ a: null }],
    [new Map()],
    [new Map([[1, 2]])],
    [new Map([['1', 2]])],
    [new Set()],
    [new Set([1])],
    [new Set(['1'])],
    [new Date(1)],
    [new Date(2)],
    [new Date(Number.NaN)],
    [1, undefined],
    [/a/],
    [/a/g],
    [new URL('http://a/')],
    ['http://a/'],
    [Buffer.from('a')],
    [Uint16Array.of(97)],
    [new ArrayBuffer(1)],

    [new Number(1)],
    [{ amount: 1 }],
    ['x'.repeat(500)],
    ['x'.repeat(501)],
  ];

  it('differ where arguments do', () => {
    const keys = different.map((args) => cacheKey('p', args));
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
    expect(cacheKey('p', [1])).not.toBe(cacheKey('q', [1]));
    for (const key of keys) expect(key.length).toBeLessThan(250);
  });

  it('are the same for equal arguments', () => {
    expect(cacheKey('p', [{ a: 1, b: [2, { c: 3, d: 4 }] }])).toBe(cacheKey('p', [{ b: [2, { d: 4, c: 3 }], a: 1 }]));
    expect(
      cacheKey('p', [
        new Map<unknown, unknown>([
          [1, { a: 1 }],
          ['x', 2],
        ]),
      ]),
    ).toBe(
      cacheKey('p', [
        new Map<unknown, unknown>([
          ['x', 2],
          [1, { a: 1 }],
        ]),
      ]),
    );
    expect(cacheKey('p', [new Set([2, 1])])).toBe(cacheKey('p', [new Set([1, 2])]));
    expect(cacheKey('p', [-0])).toBe(cacheKey('p', [0]));
    const shared = { a: 1 };
    expect(cacheKey('p', [shared, shared])).toBe(cacheKey('p', [{ a: 1 }, { a: 1 }]));
  });

  it('of any two JSON values are the same only where the values are', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        const isEqual = (() => {
          try {
            expect(one).toEqual(other);
            return true;
          } catch {
            return false;
          }
        })();
        expect(cacheKey('p', [one]) === cacheKey('p', [other])).toBe(isEqual);
      }),
    );
  });

  it('refuse what has no value', () => {
    const circle: unknown[] = [];
    circle.push(circle);
    class Money {
      amount = 1;
    }
    for (const arg of [
      new Headers({ a: '1' }),
      new Money(),
      new Error('a'),
      () => 1,
      Symbol('a'),
      Promise.resolve(),
      new WeakMap(),
      circle,
      { deep: [circle] },
    ])
      expect(() => cacheKey('p', [arg])).toThrow(TypeError);
  });
});

describe('stored values', () => {
  it('come back as they went', async () => {
    const special = fc.oneof(
      fc.bigInt(),
      fc.date({ noInvalidDate: true }),
      fc.constant(undefined),
      fc.constantFrom(Number.NaN, Infinity, -Infinity, -0, new Date(Number.NaN)),
      fc.constant({ $lr: ['date', 1] }),
    );
    const anything = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        special,
        fc.jsonValue(),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(fc.string(), tie('value'), { maxKeys: 3, noNullPrototype: true }),
      ),
    })).value;
    vi.useRealTimers();
    await fc.assert(
      fc.asyncProperty(anything, async (value) => {
        const stored = { value, freshUntil: 5, staleUntil: 6, tags: ['a'] };
        expect(await decodeStored(await encodeStored(stored, 100))).toEqual(stored);
      }),
    );
  });

  it('that have no form outside of the process are refused', () => {
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    const store = (value: unknown): Promise<unknown> => encodeStored({ value, freshUntil: 1, staleUntil: 1, tags: [] }, 100);
    for (const value of [circle, { f: () => 1 }, [Symbol('a')], /a/, new Error('a'), Float64Array.of(1), { a: new ArrayBuffer(1) }])
      expect(() => store(value)).toThrow(TypeError);
  });
});

describe('in one process', () => {
  it('loads once, however many ask', async () => {
    const cache = createCache();
    let loads = 0;
    let finish: ((value: string) => void) | undefined;
    const asked = Array.from({ length: 10_000 }, () =>
      cache.getOrSet('k', () => {
        loads++;
        return new Promise<string>((resolve) => (finish = resolve));
      }),
    );
    await vi.advanceTimersByTimeAsync(0);
    finish?.('value');
    expect(new Set(await Promise.all(asked))).toEqual(new Set(['value']));
    expect(loads).toBe(1);
    expect(await cache.getOrSet('k', () => 'other')).toBe('value');
    expect(cache.stats()).toMatchObject({ load: 1, miss: 1, hit: 1 });
  });

  it('hands an error to all who asked, and keeps nothing', async () => {
    const cache = createCache();
    let loads = 0;
    const error = new Error('origin');
    const fail = (): Promise<never> => {
      loads++;
      return Promise.reject(error);
    };
    const outcomes = await Promise.allSettled(Array.from({ length: 10_000 }, () => cache.getOrSet('k', fail)));
    expect(outcomes.every((outcome) => outcome.status === 'rejected' && outcome.reason === error)).toBe(true);
    expect(loads).toBe(1);
    await expect(
      cache.getOrSet('k', () => {
        throw error;
      }),
    ).rejects.toBe(error);
    expect(await cache.getOrSet('k', () => 'well')).toBe('well');
    expect(cache.stats()).toMatchObject({ load: 3, 'load-error': 2 });
  });

  it('keeps values for their time, less what jitter takes', async () => {
    const cache = createCache({ ttl: 1000, jitter: 0.5 });
    for (let key = 0; key < 200; key++) await cache.set(`k${key}`, key);
    const left = async (): Promise<number> =>
      (await Promise.all(Array.from({ length: 200 }, (_, key) => cache.get(`k${key}`)))).filter((value) => value !== undefined).length;
    vi.advanceTimersByTime(499);
    expect(await left()).toBe(200);
    vi.advanceTimersByTime(250);
    expect(await left()).toBeGreaterThan(50);
    expect(await left()).toBeLessThan(150);
    vi.advanceTimersByTime(251);
    expect(await left()).toBe(0);
    const exact = createCache({ jitter: 0 });
    await exact.set('k', 1, { ttl: 100 });
    vi.advanceTimersByTime(99);
    expect(await exact.get('k')).toBe(1);
    vi.advanceTimersByTime(1);
    expect(await exact.get('k')).toBeUndefined();
  });

  it('keeps nothing for null and undefined, unless told how long', async () => {
    let loads = 0;
    const nothing = (): null => {
      loads++;
      return null;
    };
    const usual = createCache();
    await usual.getOrSet('k', nothing);
    await usual.getOrSet('k', nothing);
    expect(loads).toBe(2);
    const cache = createCache({ negativeTtl: 100, jitter: 0 });
    await cache.getOrSet('k', nothing);
    expect(await cache.getOrSet('k', nothing)).toBeNull();
    expect(loads).toBe(3);
    vi.advanceTimersByTime(100);
    await cache.getOrSet('k', nothing);
    expect(loads).toBe(4);
  });

  it('gives old values while a new one is loaded, once, and where loading fails', async () => {
    const cache = createCache({ ttl: 100, jitter: 0, staleFor: 1000 });
    await cache.set('k', 'old');
    vi.advanceTimersByTime(150);
    let loads = 0;
    let finish: ((value: string) => void) | undefined;
    const load = (): Promise<string> => {
      loads++;
      return new Promise((resolve) => (finish = resolve));
    };
    expect(await Promise.all([cache.getOrSet('k', load), cache.getOrSet('k', load), cache.getOrSet('k', load)])).toEqual(['old', 'old', 'old']);
    await vi.advanceTimersByTimeAsync(0);
    expect(loads).toBe(1);
    finish?.('new');
    await vi.advanceTimersByTimeAsync(0);
    expect(await cache.getOrSet('k', load)).toBe('new');
    vi.advanceTimersByTime(150);
    expect(await cache.getOrSet('k', () => Promise.reject(new Error('down')))).toBe('new');
    await vi.advanceTimersByTimeAsync(0);
    expect(await cache.getOrSet('k', () => Promise.reject(new Error('down')))).toBe('new');
    vi.advanceTimersByTime(1000);
    await expect(cache.getOrSet('k', () => Promise.reject(new Error('down')))).rejects.toThrow('down');
  });

  it('does not keep what was dropped while it was loaded', async () => {
    for (const drop of ['delete', 'tag', 'pattern', 'set'] as const) {
      const cache = createCache();
      let finish: ((value: string) => void) | undefined;
      const asked = cache.getOrSet('user:1', () => new Promise<string>((resolve) => (finish = resolve)), { tags: ['users'] });
      await vi.advanceTimersByTimeAsync(0);
      if (drop === 'delete') await cache.delete('user:1');
      else if (drop === 'tag') await cache.invalidateTag('users');
      else if (drop === 'pattern') await cache.invalidatePattern('user:*');
      else await cache.set('user:1', 'set');
      const later = cache.getOrSet('user:1', () => 'later');
      finish?.('old');
      expect(await asked).toBe('old');
      expect(await later).toBe(drop === 'set' ? 'set' : 'later');
      expect(await cache.get('user:1')).toBe(drop === 'set' ? 'set' : 'later');
    }
  });

  it('keeps so many values, and drops by tag and pattern', async () => {
    const cache = createCache({ max: 3 });
    for (const key of ['a', 'b', 'c']) await cache.set(key, key);
    await cache.get('a');
    await cache.set('d', 'd');
    expect(await Promise.all(['a', 'b', 'c', 'd'].map((key) => cache.get(key)))).toEqual(['a', undefined, 'c', 'd']);
    await cache.set('x.1', 1, { tags: ['t'] });
    await cache.set('x.2', 2, { tags: ['t', 'u'] });
    await cache.set('xx1', 3);
    await cache.invalidateTag('u');
    expect([await cache.get('x.1'), await cache.get('x.2')]).toEqual([1, undefined]);
    await cache.invalidatePattern('x.?');
    expect([await cache.get('x.1'), await cache.get('xx1')]).toEqual([undefined, 3]);
  });

  it('wraps a function', async () => {
    const cache = createCache();
    const load = vi.fn((id: number, language: string) => Promise.resolve({ id, language }));
    const user = cache.wrap('user', { tags: (id: number) => [`user-${id}`] })(load);
    expectTypeOf(user).toEqualTypeOf<(id: number, language: string) => Promise<{ id: number; language: string }>>();
    expect(await user(1, 'de')).toEqual({ id: 1, language: 'de' });
    await user(1, 'de');
    await user(1, 'en');
    expect(load).toHaveBeenCalledTimes(2);
    await cache.invalidateTag('user-1');
    await user(1, 'de');
    expect(load).toHaveBeenCalledTimes(3);
    const byId = cache.wrap('by-id', { key: (id: number) => id })(load);
    await byId(1, 'de');
    await byId(1, 'en');
    expect(load).toHaveBeenCalledTimes(4);
  });

  it('serves a process that names no cache, and ends with it', async () => {
    const load = vi.fn((id: number) => id * 2);
    const twice = cached('twice', { ttl: 1000 })(load);
    expectTypeOf(twice).toEqualTypeOf<(id: number) => Promise<number>>();
    expect([await twice(2), await twice(2)]).toEqual([4, 4]);
    expect(load).toHaveBeenCalledTimes(1);
    const own = cached('twice', { cache: createCache() })(load);
    await own(2);
    expect(load).toHaveBeenCalledTimes(2);
    await closeAll();
  });

  it('tells what happens, and is not disturbed by who listens', async () => {
    const heard: unknown[] = [];
    const listen = (event: unknown): void => void heard.push((event as CacheEvent).type);
    subscribe('latency-runtime:cache', listen);
    const cache = createCache({
      onEvent: () => {
        throw new Error('a listener that fails');
      },
    });
    await cache.getOrSet('k', () => 1);
    await cache.getOrSet('k', () => 1);
    unsubscribe('latency-runtime:cache', listen);
    await cache.get('k');
    expect(heard).toEqual(['miss', 'load', 'hit']);
  });

  it('tells what was dropped, so that a CDN can be told the same', async () => {
    const dropped: unknown[] = [];
    const cache = createCache({
      onEvent: (event) => {
        if (event.type === 'invalidate') dropped.push(event.tag === undefined ? (event.key ?? event.pattern) : surrogateKey(event.tag)['Surrogate-Key']);
      },
    });
    await cache.set('user:1', 1, { tags: ['users'] });
    await cache.invalidateTag('users');
    await cache.delete('user:1');
    await cache.invalidatePattern('user:*');
    expect(dropped).toEqual(['users', 'user:1', 'user:*']);
    expect(cache.stats().invalidate).toBe(3);
    await cache.close();
  });

  it('refuses settings that make no sense', () => {
    for (const options of [
      { ttl: -1 },
      { ttl: Number.NaN },
      { ttl: Infinity },
      { max: 0 },
      { max: 1.5 },
      { jitter: 2 },
      { jitter: -1 },
      { deadline: 0 },
      { lockFor: '1' as unknown as number },
    ])
      expect(() => createCache(options)).toThrow(RangeError);
    expect(() => createCache({ redis: {} as never })).toThrow('a client of ioredis or node-redis');
    expect(() => createCache({ ttl: undefined as unknown as number })).not.toThrow();
  });
});

describe('headers', () => {
  it('keep an answer private unless told otherwise', () => {
    expect(cacheControl()).toBe('private, no-store');
    expect(cacheControl({ maxAge: 60 })).toBe('private, max-age=60');
    expect(cacheControl({ public: true })).toBe('public, no-cache');
    expect(cacheControl({ public: true, maxAge: 60, sharedMaxAge: 600, staleWhileRevalidate: 30, staleIfError: 86_400, immutable: true })).toBe(
      'public, max-age=60, s-maxage=600, stale-while-revalidate=30, stale-if-error=86400, immutable',
    );
    expect(() => cacheControl({ sharedMaxAge: 60 })).toThrow('needs public');
    for (const maxAge of [-1, 1.5, Number.NaN]) expect(() => cacheControl({ maxAge })).toThrow(RangeError);
  });

  it('name the tags', () => {
    expect(surrogateKey('user-1', 'users', 'user-1')).toEqual({ 'Surrogate-Key': 'user-1 users', 'Cache-Tag': 'user-1,users' });
    for (const tag of ['', 'two words', 'a,b', 'a\r\nSet-Cookie: x', 'é']) expect(() => surrogateKey(tag)).toThrow(TypeError);
  });
});

it('gives a value where another process has the lock, and the old value ends while it is asked for', async () => {
  const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
  // A Redis that keeps nothing, and whose lock another process has.
  const redis = {
    status: 'ready',
    duplicate: () => redis,
    callBuffer: async (command: string, ...args: readonly (string | Buffer | number)[]): Promise<unknown> => {
      if (command === 'SET' && args.includes('NX')) {
        await later(45);
        return null;
      }
      return command === 'GET' ? null : 1;
    },
  };
  const cache = createCache({ redis, listen: false, ttl: 20, staleFor: 50, jitter: 0, lockFor: 1000 });
  await cache.set('k', 'old');
  await vi.advanceTimersByTimeAsync(50);
  expect(await cache.getOrSet('k', () => 'new')).toBe('old');
  await vi.advanceTimersByTimeAsync(25);
  const asked = cache.getOrSet('k', () => 'new');
  await vi.advanceTimersByTimeAsync(2000);
  expect(await asked).toBe('new');
  await cache.close();
});
