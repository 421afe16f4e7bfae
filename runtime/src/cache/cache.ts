import { randomUUID } from 'node:crypto';
import { channel } from 'node:diagnostics_channel';

import { createLRU } from 'lru.min';

import { Breaker } from './breaker.ts';
import { decodeStored, encodeStored, type Stored } from './codec.ts';
import { cacheKey } from './key.ts';
import { escaped, type Redis, type RedisClient, redisOf } from './redis.ts';

export interface CacheOptions {
  /** The second layer, which processes share. Absent: this process alone. */
  readonly redis?: RedisClient;
  /** What the cache's keys in Redis begin with. Default: `cache:`. */
  readonly namespace?: string;
  /** Milliseconds that a value is fresh. Default: 60 000. */
  readonly ttl?: number;
  /** Milliseconds that this process may keep a value without asking Redis. Default: `ttl`. */
  readonly l1Ttl?: number;
  /** Values that this process keeps; the one not used for longest goes. Default: 10 000. */
  readonly max?: number;
  /** The part of `ttl` by which times differ at random, so that values do not end together. 0 to 1. Default: 0.1. */
  readonly jitter?: number;
  /** Milliseconds that `null` and `undefined` are kept. Default: 0, not at all. */
  readonly negativeTtl?: number;
  /** Milliseconds after `ttl` in which an old value is given while a new one is loaded, or where loading fails. Default: 0. */
  readonly staleFor?: number;
  /** Milliseconds that Redis is waited for, once; then it is left out until it answers again. Default: 50. */
  readonly deadline?: number;
  /** Milliseconds between two looks whether Redis is back. Default: 1000. */
  readonly retryAfter?: number;
  /** Bytes above which values are compressed in Redis. Default: 4096. `Infinity`: never. */
  readonly compressAbove?: number;
  /** Lets one process load a key at a time, for so many milliseconds at most. Needs Redis. Default: 0, each process by itself. */
  readonly lockFor?: number;
  /** Hears of what other processes delete or set, on a connection of its own. Default: true where there is Redis. */
  readonly listen?: boolean;
  readonly onEvent?: (event: CacheEvent) => void;
}

export interface EntryOptions {
  readonly ttl?: number;
  readonly staleFor?: number;
  readonly negativeTtl?: number;
  /** Names by which values are dropped together. */
  readonly tags?: readonly string[];
}

/** Functions of it are called with the arguments of the function that is wrapped. */
export interface WrapOptions extends Omit<EntryOptions, 'tags'> {
  readonly tags?: readonly string[] | ((...args: never) => readonly string[]);
  /** What tells two calls apart. Default: all arguments. */
  readonly key?: (...args: never) => unknown;
}

export type CacheEvent =
  | { readonly type: 'hit' | 'stale'; readonly key: string; readonly layer: 'l1' | 'l2' }
  | { readonly type: 'miss' | 'load'; readonly key: string }
  | { readonly type: 'load-error' | 'poisoned'; readonly key: string; readonly error: unknown }
  | { readonly type: 'l2-error'; readonly error: unknown }
  | { readonly type: 'l2-open' | 'l2-closed'; readonly error: unknown };

export type CacheStats = Readonly<Record<'hit' | 'miss' | 'stale' | 'load' | 'load-error' | 'poisoned' | 'l2-error' | 'l2-open' | 'l2-closed', number>>;

/** Events of all caches of the process: `diagnostics_channel.subscribe('latency-runtime:cache', …)`. */
const events = channel('latency-runtime:cache');

interface Entry {
  readonly value: unknown;
  readonly freshUntil: number;
  readonly staleUntil: number;
  readonly tags: readonly string[];
}

/** A value that is being looked for. */
interface Search {
  readonly tags: readonly string[];
  /** The value was dropped while it was loaded: it is given, but not kept. */
  dropped: boolean;
}

/** A search that all who ask meanwhile wait for. */
interface Flight extends Search {
  promise: Promise<unknown>;
}

/** What Redis could not be told. */
interface Missed {
  readonly keys: Set<string>;
  readonly tags: Set<string>;
  readonly patterns: Set<string>;
}

interface Message {
  readonly from: string;
  readonly keys?: readonly string[];
  readonly tag?: string;
  readonly pattern?: string;
}

const isNothing = (value: unknown): boolean => value === null || value === undefined;

/** A cache of two layers: this process, and Redis where it is given. */
export class Cache {
  readonly #l1;
  readonly #flights = new Map<string, Flight>();
  readonly #refreshing = new Map<string, Flight>();
  readonly #counters = { hit: 0, miss: 0, stale: 0, load: 0, 'load-error': 0, poisoned: 0, 'l2-error': 0, 'l2-open': 0, 'l2-closed': 0 };
  readonly #settings: Required<Omit<CacheOptions, 'redis' | 'onEvent' | 'listen'>>;
  readonly #onEvent: CacheOptions['onEvent'];
  readonly #redis: Redis | undefined;
  readonly #breaker: Breaker | undefined;
  readonly #id = randomUUID();
  readonly #pending = new Set<Promise<unknown>>();
  readonly #searches = new Set<{ readonly key: string; readonly search: Search }>();
  /** Writes to Redis of one key run one after the other. */
  readonly #writes = new Map<string, Promise<unknown>>();
  /** What was loaded and written a moment ago. */
  readonly #written = new Map<string, { readonly at: number; readonly tags: readonly string[] }>();
  readonly #missed: Missed = { keys: new Set(), tags: new Set(), patterns: new Set() };
  #unsubscribe: Promise<() => Promise<void>> | undefined;
  #isClosed = false;

  constructor({ redis, onEvent, listen = true, ...options }: CacheOptions = {}) {
    const { ttl = 60_000 } = options;
    this.#settings = {
      namespace: 'cache:',
      l1Ttl: ttl,
      max: 10_000,
      jitter: 0.1,
      negativeTtl: 0,
      staleFor: 0,
      deadline: 50,
      retryAfter: 1000,
      compressAbove: 4096,
      lockFor: 0,
      ...withoutUndefined(options),
      ttl,
    };
    checkSettings(this.#settings);
    this.#l1 = createLRU<string, Entry>({ max: this.#settings.max });
    this.#onEvent = onEvent;
    if (redis === undefined) return;
    const { deadline, retryAfter } = this.#settings;
    const commands = redisOf(redis);
    const breaker: Breaker = new Breaker({
      deadline,
      retryAfter,
      isDown: () => commands.isDown(),
      isAnswer,
      probe: () => commands.ping(),
      restore: () => this.#restore(redisOf(redis, (command) => breaker.inTime(command))),
      onChange: (state, error) => {
        // What was told meanwhile was not heard.
        if (state === 'closed') this.#forgetAll();
        this.#tell({ type: state === 'open' ? 'l2-open' : 'l2-closed', error });
      },
    });
    this.#breaker = breaker;
    this.#redis = redisOf(redis, (command) => breaker.run(command));
    if (listen)
      this.#unsubscribe = commands.subscribe(
        this.#channel,
        (message) => this.#hear(message),
        () => this.#forgetAll(),
      );
    this.#unsubscribe?.catch(() => undefined);
  }

  /** What is kept under a key; `undefined` where nothing is. */
  async get<T>(key: string): Promise<T | undefined> {
    const now = Date.now();
    const near = this.#l1.get(key);
    if (near !== undefined && near.freshUntil > now) {
      this.#tell({ type: 'hit', key, layer: 'l1' });
      return near.value as T;
    }
    const far = await this.#search(key, (search) => this.#readFar(key, search));
    if (far !== undefined && far.freshUntil > Date.now()) {
      this.#tell({ type: 'hit', key, layer: 'l2' });
      return far.value as T;
    }
    this.#tell({ type: 'miss', key });
    return undefined;
  }

  /** Keeps a value. Other processes drop what they keep under the key. */
  async set(key: string, value: unknown, options: EntryOptions = {}): Promise<void> {
    const entry = this.#entryOf(value, options);
    if (entry === undefined) return this.delete(key);
    this.#dropFlight(key);
    this.#keepNear(key, entry);
    await this.#writeFar(key, entry);
    await this.#publish({ keys: [key] });
  }

  /** Drops what is kept under a key, in all processes. */
  async delete(key: string): Promise<void> {
    this.#dropFlight(key);
    this.#l1.delete(key);
    await this.#inOrder(key, () => this.#removeFar(key));
    this.#dropFlight(key);
    this.#l1.delete(key);
    await this.#publish({ keys: [key] });
  }

  /** What cannot be taken out now is, before Redis is used again. */
  async #removeFar(key: string): Promise<void> {
    if (this.#redis === undefined) return;
    const isDone = await this.#far(async (redis) => {
      await redis.unlink([this.#name(key)]);
      return true;
    });
    if (isDone !== true) this.#miss('keys', key);
  }

  /**
   * What is kept under a key, or else what `load` gives, which is then kept. However many ask at the same time, `load` runs once.
   *
   * @throws What `load` throws, to all who asked; nothing is kept then.
   */
  getOrSet<T>(key: string, load: () => T | PromiseLike<T>, options?: EntryOptions): Promise<T> {
    const near = this.#l1.get(key);
    if (near !== undefined && near.freshUntil > Date.now()) {
      this.#tell({ type: 'hit', key, layer: 'l1' });
      return Promise.resolve(near.value as T);
    }
    return this.#getOrLoad(key, load, near, options ?? {}) as Promise<T>;
  }

  /** A function whose answers are kept under its arguments: `cache.wrap('user', { ttl: 60_000 })(loadUser)`. */
  wrap(prefix: string, { key, tags, ...entry }: WrapOptions = {}) {
    const keyOf = key as ((...args: readonly unknown[]) => unknown) | undefined;
    const tagsOf = typeof tags === 'function' ? (tags as (...args: readonly unknown[]) => readonly string[]) : () => tags ?? [];
    return <A extends readonly unknown[], R>(load: (...args: A) => R): ((...args: A) => Promise<Awaited<R>>) =>
      (...args) => {
        let name: string;
        try {
          name = cacheKey(prefix, keyOf === undefined ? args : [keyOf(...args)]);
        } catch (error) {
          return Promise.reject(error instanceof Error ? error : new TypeError(String(error)));
        }
        return this.getOrSet<Awaited<R>>(name, () => load(...args) as PromiseLike<Awaited<R>>, { ...entry, tags: tagsOf(...args) });
      };
  }

  /** Drops every value with the tag, in all processes. */
  async invalidateTag(tag: string): Promise<void> {
    const matches = (_key: string, tags: readonly string[]): boolean => tags.includes(tag);
    this.#dropNear(matches);
    if (this.#redis !== undefined && (await this.#far((redis) => this.#dropTag(redis, tag))) !== true) this.#miss('tags', tag);
    this.#dropNear(matches);
    await this.#publish({ tag });
  }

  /** Drops every value whose key has the form: `user:*`, where `*` stands for anything and `?` for one character. */
  async invalidatePattern(pattern: string): Promise<void> {
    const form = patternOf(pattern);
    const matches = (key: string): boolean => form.test(key);
    this.#dropNear(matches);
    if (this.#redis !== undefined && (await this.#far((redis) => this.#dropPattern(redis, pattern))) !== true) this.#miss('patterns', pattern);
    this.#dropNear(matches);
    await this.#publish({ pattern });
  }

  async #dropTag(redis: Redis, tag: string): Promise<true> {
    const set = this.#tagName(tag);
    for await (const names of redis.members(set)) {
      if (names.length === 0) continue;
      await redis.unlink(names);
      // Those that came meanwhile stay.
      await redis.removeMembers(set, names);
    }
    return true;
  }

  async #dropPattern(redis: Redis, pattern: string): Promise<true> {
    const form = patternOf(pattern);
    const start = this.#name('');
    // For Redis `?` is one byte.
    const wide = pattern.replaceAll(/[[\]\\^]/g, '\\$&').replaceAll('?', '*');
    for await (const names of redis.scan(`${escaped(start)}${wide}`)) {
      const found = names.filter((name) => form.test(name.slice(start.length)));
      if (found.length > 0) await redis.unlink(found);
    }
    return true;
  }

  /** Remembers what Redis could not be told; of too much, that everything may be old. */
  #miss(kind: keyof Missed, name: string): void {
    const { keys, tags, patterns } = this.#missed;
    if (keys.size + tags.size + patterns.size < missedMax) this.#missed[kind].add(name);
    else {
      keys.clear();
      tags.clear();
      patterns.clear();
      patterns.add('*');
    }
  }

  /** Tells Redis, and the other processes, what they were not told. */
  async #restore(redis: Redis): Promise<void> {
    const { keys, tags, patterns } = this.#missed;
    for (const key of [...keys]) {
      await redis.unlink([this.#name(key)]);
      await this.#announce(redis, { keys: [key] });
      keys.delete(key);
    }
    for (const tag of [...tags]) {
      await this.#dropTag(redis, tag);
      await this.#announce(redis, { tag });
      tags.delete(tag);
    }
    for (const pattern of [...patterns]) {
      await this.#dropPattern(redis, pattern);
      await this.#announce(redis, { pattern });
      patterns.delete(pattern);
    }
  }

  /** How often what happened. */
  stats(): CacheStats {
    return { ...this.#counters };
  }

  /** Ends the cache: waits for what is being written, and hears no more. The Redis client stays open: it is not the cache's. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled(this.#pending);
    this.#breaker?.stop();
    this.#l1.clear();
    await (
      await this.#unsubscribe
    )?.();
  }

  #getOrLoad(key: string, load: () => unknown, near: Entry | undefined, options: EntryOptions): Promise<unknown> {
    const flying = this.#flights.get(key);
    if (near !== undefined && near.staleUntil > Date.now()) {
      if (flying === undefined) this.#refresh(key, load, options);
      this.#tell({ type: 'stale', key, layer: 'l1' });
      return Promise.resolve(near.value);
    }
    if (flying !== undefined && !flying.dropped) return flying.promise;
    const refreshing = this.#refreshing.get(key);
    if (refreshing !== undefined && !refreshing.dropped) return refreshing.promise;
    return this.#fly(key, options, (flight) => this.#find(key, load, options, flight));
  }

  /** Runs once for all who ask for the key meanwhile. */
  #fly(key: string, { tags = [] }: EntryOptions, run: (flight: Flight) => Promise<unknown>): Promise<unknown> {
    const flight: Flight = { promise: Promise.resolve(), tags, dropped: false };
    flight.promise = run(flight).finally(() => {
      if (this.#flights.get(key) === flight) this.#flights.delete(key);
    });
    this.#flights.set(key, flight);
    return flight.promise;
  }

  async #find(key: string, load: () => unknown, options: EntryOptions, flight: Flight): Promise<unknown> {
    const far = await this.#readFar(key, flight);
    const now = Date.now();
    if (far !== undefined && far.freshUntil > now) {
      this.#tell({ type: 'hit', key, layer: 'l2' });
      return far.value;
    }
    if (far !== undefined && far.staleUntil > now) {
      this.#tell({ type: 'stale', key, layer: 'l2' });
      this.#refresh(key, load, options);
      return far.value;
    }
    this.#tell({ type: 'miss', key });
    const { lockFor } = this.#settings;
    if (lockFor > 0 && this.#redis !== undefined) return this.#loadAlone(key, load, options, flight, lockFor);
    return this.#load(key, load, options, flight);
  }

  async #load(key: string, load: () => unknown, options: EntryOptions, flight: Flight, waits = false): Promise<unknown> {
    this.#tell({ type: 'load', key });
    let value: unknown;
    try {
      value = await load();
    } catch (error) {
      this.#tell({ type: 'load-error', key, error });
      throw error;
    }
    const entry = this.#entryOf(value, options);
    if (flight.dropped || this.#isClosed) return value;
    if (entry === undefined) {
      // There is no such thing any more.
      if (this.#l1.get(key) !== undefined) void this.#beside(this.delete(key));
      return value;
    }
    this.#keepNear(key, entry);
    const written = this.#beside(this.#writeFar(key, entry, flight));
    if (waits) await written;
    return value;
  }

  /** One process loads; the others wait for what it puts into Redis, as long as it may take. */
  async #loadAlone(key: string, load: () => unknown, options: EntryOptions, flight: Flight, lockFor: number): Promise<unknown> {
    const until = Date.now() + lockFor;
    while (Date.now() < until) {
      const release = await this.#lock(key, lockFor);
      // Without Redis nobody can wait for anybody.
      if (release === undefined) break;
      if (release !== 'taken') {
        try {
          // The owner before may have put it there.
          const far = await this.#readFresh(key, flight);
          return far === undefined ? await this.#load(key, load, options, flight, true) : far.value;
        } finally {
          release();
        }
      }
      await new Promise((resolve) => setTimeout(resolve, Math.min(lockPause, lockFor)));
      const far = await this.#readFresh(key, flight);
      if (far !== undefined) return far.value;
    }
    return this.#load(key, load, options, flight);
  }

  /** What releases the lock of a key; `taken` where another process has it, `undefined` without an answer. */
  async #lock(key: string, lockFor: number): Promise<(() => void) | 'taken' | undefined> {
    const lock = `${this.#settings.namespace}lock:${key}`;
    const owner = randomUUID();
    const isOurs = await this.#far((redis) => redis.take(lock, owner, lockFor));
    if (isOurs === undefined) return undefined;
    return isOurs ? () => void this.#beside(this.#far((redis) => redis.run(releaseScript, lock, [owner]))) : 'taken';
  }

  async #readFresh(key: string, search: Search): Promise<Entry | undefined> {
    const far = await this.#readFar(key, search);
    if (far === undefined || far.freshUntil <= Date.now()) return undefined;
    this.#tell({ type: 'hit', key, layer: 'l2' });
    return far;
  }

  /** Loads a new value while the old one serves; where loading fails, the old one goes on to serve. */
  #refresh(key: string, load: () => unknown, options: EntryOptions): void {
    if (this.#refreshing.has(key) || this.#isClosed) return;
    const flight: Flight = { promise: Promise.resolve(), tags: options.tags ?? [], dropped: false };
    this.#refreshing.set(key, flight);
    const { lockFor } = this.#settings;
    const run = async (): Promise<unknown> => {
      // Another process may have been earlier, or be at it.
      const far = await this.#readFar(key, flight);
      if (far !== undefined && far.freshUntil > Date.now()) return far.value;
      const release = lockFor > 0 && this.#redis !== undefined ? await this.#lock(key, lockFor) : undefined;
      if (release === 'taken') return far?.value;
      try {
        return await this.#load(key, load, options, flight);
      } finally {
        release?.();
      }
    };
    flight.promise = run().finally(() => {
      if (this.#refreshing.get(key) === flight) this.#refreshing.delete(key);
    });
    flight.promise.catch(() => undefined);
  }

  #entryOf(value: unknown, options: EntryOptions): Entry | undefined {
    const { ttl, staleFor, negativeTtl, jitter } = { ...this.#settings, ...withoutUndefined(options) };
    checkTimes({ ttl, staleFor, negativeTtl });
    const time = isNothing(value) ? negativeTtl : ttl;
    if (!(time > 0)) return undefined;
    const freshUntil = Date.now() + time * (1 - jitter * Math.random());
    return { value, freshUntil, staleUntil: freshUntil + (isNothing(value) ? 0 : staleFor), tags: options.tags ?? [] };
  }

  #keepNear(key: string, entry: Entry): void {
    const { l1Ttl } = this.#settings;
    if (this.#redis === undefined) {
      this.#l1.set(key, entry);
      return;
    }
    const freshUntil = Math.min(entry.freshUntil, Date.now() + l1Ttl);
    // An entry that is old for this process alone is read from Redis before it is called stale.
    this.#l1.set(key, { ...entry, freshUntil, staleUntil: freshUntil < entry.freshUntil ? freshUntil : entry.staleUntil });
  }

  /** What Redis keeps under the key, kept near from here on. */
  async #readFar(key: string, search: Search): Promise<Entry | undefined> {
    const bytes = await this.#far((redis) => redis.get(this.#name(key)));
    if (bytes === undefined) return undefined;
    let stored: Stored | { readonly value: unknown; readonly freshUntil?: undefined };
    try {
      stored = await decodeStored(bytes);
    } catch (error) {
      this.#tell({ type: 'poisoned', key, error });
      return undefined;
    }
    // A plain value of another program is fresh as long as it is there.
    const until = Date.now() + Math.min(this.#settings.l1Ttl, this.#settings.ttl);
    const entry: Entry = stored.freshUntil === undefined ? { value: stored.value, freshUntil: until, staleUntil: until, tags: [] } : stored;
    // What was dropped while it was read is not kept.
    if (entry.staleUntil > Date.now() && !search.dropped && !this.#isClosed) this.#keepNear(key, entry);
    return entry;
  }

  async #writeFar(key: string, entry: Entry, flight?: Flight): Promise<void> {
    if (this.#redis === undefined) return;
    await this.#inOrder(key, async () => {
      const isDropped = (): boolean => flight?.dropped === true;
      if (isDropped()) return;
      let bytes: Buffer;
      try {
        bytes = await encodeStored(entry, this.#settings.compressAbove);
      } catch (error) {
        this.#tell({ type: 'l2-error', error });
        // What was there before must not be given for it.
        await this.#removeFar(key);
        return;
      }
      if (isDropped()) return;
      const { staleUntil, tags } = entry;
      const time = Math.ceil(staleUntil - Date.now());
      if (time <= 0) return this.#removeFar(key);
      if (flight !== undefined) this.#remember(key, tags);
      const isDone = await this.#far(async (redis) => {
        // The tag first: a value that no tag knows of could not be dropped.
        await Promise.all(tags.map((tag) => redis.run(tagScript, this.#tagName(tag), [this.#name(key), String(time), String(Date.now())])));
        await redis.set(this.#name(key), bytes, time);
        return true;
      });
      if (isDone !== true) this.#miss('keys', key);
    });
  }

  /** Runs writes of one key one after the other. */
  #inOrder(key: string, work: () => Promise<void>): Promise<void> {
    const before = this.#writes.get(key);
    const mine = before === undefined ? work() : before.then(work, work);
    const settled = mine
      .catch(() => undefined)
      .finally(() => {
        if (this.#writes.get(key) === settled) this.#writes.delete(key);
      });
    this.#writes.set(key, settled);
    return mine;
  }

  /** A value that was loaded may be older than what another process is about to tell. */
  #remember(key: string, tags: readonly string[]): void {
    const now = Date.now();
    for (const [name, { at }] of this.#written) {
      if (at > now - rememberFor && this.#written.size < missedMax) break;
      this.#written.delete(name);
    }
    this.#written.delete(key);
    this.#written.set(key, { at: now, tags });
  }

  async #search<R>(key: string, run: (search: Search) => Promise<R>): Promise<R> {
    const searched = { key, search: { tags: [], dropped: false } };
    this.#searches.add(searched);
    try {
      return await run(searched.search);
    } finally {
      this.#searches.delete(searched);
    }
  }

  /** Asks Redis, each command in time; `undefined` where it does not answer. */
  async #far<R>(ask: (redis: Redis) => Promise<R>): Promise<R | undefined> {
    if (this.#redis === undefined || this.#breaker?.isOpen === true) return undefined;
    try {
      return await ask(this.#redis);
    } catch (error) {
      this.#tell({ type: 'l2-error', error });
      return undefined;
    }
  }

  #beside(work: Promise<unknown>): Promise<unknown> {
    const settled = work.catch(() => undefined).finally(() => this.#pending.delete(settled));
    this.#pending.add(settled);
    return settled;
  }

  #dropFlight(key: string): void {
    this.#dropSearches((name) => name === key, false);
  }

  #dropSearches(matches: (key: string, tags: readonly string[]) => boolean, byTag = true): void {
    for (const flights of [this.#flights, this.#refreshing]) for (const [key, flight] of flights) if (matches(key, flight.tags)) flight.dropped = true;
    // Of a value that is only read, the tags are not known yet.
    for (const { key, search } of this.#searches) if (byTag || matches(key, search.tags)) search.dropped = true;
  }

  #dropNear(matches: (key: string, tags: readonly string[]) => boolean): void {
    this.#dropSearches(matches);
    for (const [key, { tags }] of [...this.#l1.entries()]) if (matches(key, tags)) this.#l1.delete(key);
  }

  /** What was told meanwhile was not heard. */
  #forgetAll(): void {
    this.#dropNear(() => true);
  }

  get #channel(): string {
    return `${this.#settings.namespace}events`;
  }

  #name(key: string): string {
    return `${this.#settings.namespace}value:${key}`;
  }

  #tagName(tag: string): string {
    return `${this.#settings.namespace}tag:${tag}`;
  }

  async #publish(message: Omit<Message, 'from'>): Promise<void> {
    await this.#far((redis) => this.#announce(redis, message));
  }

  #announce(redis: Redis, message: Omit<Message, 'from'>): Promise<void> {
    return redis.publish(this.#channel, JSON.stringify({ from: this.#id, ...message }));
  }

  #hear(text: string): void {
    const message = messageOf(text);
    if (message === undefined || message.from === this.#id) return;
    const { keys = [], tag, pattern } = message;
    const form = pattern === undefined ? undefined : patternOf(pattern);
    const matches = (key: string, tags: readonly string[]): boolean =>
      keys.includes(key) || (tag !== undefined && tags.includes(tag)) || form?.test(key) === true;
    this.#dropNear(matches);
    // What was written here a moment ago may have been loaded before that, and written after it.
    const since = Date.now() - rememberFor;
    for (const [key, { at, tags }] of [...this.#written])
      if (at > since && matches(key, tags)) {
        this.#written.delete(key);
        void this.#beside(this.#inOrder(key, () => this.#removeFar(key)));
      }
  }

  #tell(event: CacheEvent): void {
    this.#counters[event.type]++;
    try {
      // What listens must not fail who asks; it may be asynchronous.
      const heard = this.#onEvent?.(event) as unknown;
      if (heard instanceof Promise) heard.catch(() => undefined);
    } catch {
      // As above.
    }
    if (events.hasSubscribers) events.publish(event);
  }
}

/** Redis itself answered: its clients name such errors so. */
function isAnswer(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    [error.name, error.constructor.name].some((name) => /^(?:ReplyError|ErrorReply|SimpleError|BlobError)$/.test(name)) &&
    !/^(?:LOADING|NOAUTH)/.test(error.message)
  );
}

/** Milliseconds between two looks for what another process loads. */
const lockPause = 25;

/** Only the owner's lock is released. */
const releaseScript = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0";

/** Keys of a tag with the times of their ends; those that are over go. The set lives as long as its longest value. */
const tagScript = `
local now, life = tonumber(ARGV[3]), tonumber(ARGV[2])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
redis.call('ZADD', KEYS[1], now + life, ARGV[1])
if redis.call('PTTL', KEYS[1]) < life then redis.call('PEXPIRE', KEYS[1], life) end
return 1`;

/** What is remembered of keys, tags and patterns that Redis was not told, and of what was written a moment ago. */
const missedMax = 10_000;
/** Milliseconds. */
const rememberFor = 2000;

/** A message of another process, or nothing where it is none. */
function messageOf(text: string): Message | undefined {
  let message: Partial<Message> | null;
  try {
    message = JSON.parse(text) as Partial<Message> | null;
  } catch {
    return undefined;
  }
  if (typeof message !== 'object' || message === null) return undefined;
  const { from, keys, tag, pattern } = message as Readonly<Record<string, unknown>>;
  const isText = (value: unknown): boolean => value === undefined || typeof value === 'string';
  if (typeof from !== 'string' || !isText(tag) || !isText(pattern)) return undefined;
  if (keys !== undefined && !(Array.isArray(keys) && keys.every((key) => typeof key === 'string'))) return undefined;
  return message as Message;
}

function withoutUndefined<T extends object>(options: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as { [K in keyof T]: Exclude<T[K], undefined> };
}

/** Times are finite: Redis takes no others. */
function checkTimes(times: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(times))
    if (typeof value !== 'number' || !(value >= 0) || !Number.isFinite(value))
      throw new RangeError(`${name} must be a number of at least 0, not ${String(value)}.`);
}

function checkSettings(settings: Readonly<Record<string, unknown>>): void {
  checkTimes(Object.fromEntries(['ttl', 'l1Ttl', 'negativeTtl', 'staleFor', 'lockFor'].map((name) => [name, settings[name]])));
  for (const name of ['compressAbove'])
    if (typeof settings[name] !== 'number' || !(settings[name] >= 0))
      throw new RangeError(`createCache: ${name} must be a number of at least 0, not ${String(settings[name])}.`);
  for (const name of ['max', 'deadline', 'retryAfter'])
    if (!Number.isInteger(settings[name]) || (settings[name] as number) < 1)
      throw new RangeError(`createCache: ${name} must be a whole number of at least 1, not ${String(settings[name])}.`);
  const { jitter } = settings as { jitter: unknown };
  if (typeof jitter !== 'number' || !(jitter >= 0 && jitter <= 1)) throw new RangeError(`createCache: jitter must be from 0 to 1, not ${String(jitter)}.`);
}

function patternOf(pattern: string): RegExp {
  return new RegExp(
    `^${pattern
      .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '[^]*')
      .replaceAll('?', '[^]')}$`,
    'u',
  );
}

/** @throws RangeError for options that make no sense; TypeError for a `redis` that is no known client. */
export function createCache(options: CacheOptions = {}): Cache {
  return new Cache(options);
}
