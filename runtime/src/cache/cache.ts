import { channel } from 'node:diagnostics_channel';

import { createLRU } from 'lru.min';

import type { Stored } from './codec.ts';
import { cacheKey } from './key.ts';
import { type Drop, patternOf, SecondLayer } from './second-layer.ts';
import { type CacheEvent, type CacheOptions, checkTimes, type EntryOptions, type Settings, settingsOf, withoutUndefined } from './settings.ts';

/** Functions of it are called with the arguments of the function that is wrapped. */
export interface WrapOptions extends Omit<EntryOptions, 'tags'> {
  readonly tags?: readonly string[] | ((...args: never) => readonly string[]);
  /** What tells two calls apart. Default: all arguments. */
  readonly key?: (...args: never) => unknown;
}

export type CacheStats = Readonly<
  Record<'hit' | 'miss' | 'stale' | 'load' | 'load-error' | 'poisoned' | 'invalidate' | 'l2-error' | 'l2-open' | 'l2-closed', number>
>;

/** Events of all caches of the process: `diagnostics_channel.subscribe('latency-runtime:cache', …)`. */
const events = channel('latency-runtime:cache');

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

const isNothing = (value: unknown): boolean => value === null || value === undefined;

/** A cache of two layers: this process, and Redis where it is given. */
export class Cache {
  readonly #l1;
  readonly #flights = new Map<string, Flight>();
  readonly #refreshing = new Map<string, Flight>();
  readonly #counters = { hit: 0, miss: 0, stale: 0, load: 0, 'load-error': 0, poisoned: 0, invalidate: 0, 'l2-error': 0, 'l2-open': 0, 'l2-closed': 0 };
  readonly #settings: Settings;
  readonly #onEvent: CacheOptions['onEvent'];
  readonly #pending = new Set<Promise<unknown>>();
  readonly #searches = new Set<{ readonly key: string; readonly search: Search }>();
  /** What was loaded and written a moment ago. */
  readonly #written = new Map<string, { readonly at: number; readonly tags: readonly string[] }>();
  readonly #far: SecondLayer | undefined;
  #isClosed = false;

  constructor({ redis, onEvent, listen = true, ...options }: CacheOptions = {}) {
    this.#settings = settingsOf(options);
    this.#l1 = createLRU<string, Stored>({ max: this.#settings.max });
    this.#onEvent = onEvent;
    if (redis === undefined) return;
    this.#far = new SecondLayer(redis, this.#settings, listen, {
      onDrop: (drop) => this.#hear(drop),
      onGap: () => this.#forgetAll(),
      onEvent: (event) => this.#tell(event),
    });
  }

  /** What is kept under a key; `undefined` where nothing is. */
  async get<T>(key: string): Promise<T | undefined> {
    const near = this.#l1.get(key);
    if (near !== undefined && near.freshUntil > Date.now()) {
      this.#tell({ type: 'hit', key, layer: 'l1' });
      return near.value as T;
    }
    const far = await this.#search(key, (search) => this.#readFresh(key, search));
    if (far === undefined) this.#tell({ type: 'miss', key });
    return far?.value as T | undefined;
  }

  /** Keeps a value. Other processes drop what they keep under the key. */
  async set(key: string, value: unknown, options: EntryOptions = {}): Promise<void> {
    const entry = this.#entryOf(value, options);
    if (entry === undefined) return this.delete(key);
    this.#dropFlight(key);
    this.#keepNear(key, entry);
    await this.#write(key, entry);
    await this.#far?.announce({ keys: [key] });
  }

  /** Drops what is kept under a key, in all processes. */
  async delete(key: string): Promise<void> {
    this.#dropFlight(key);
    this.#l1.delete(key);
    await this.#far?.remove(key);
    this.#dropFlight(key);
    this.#l1.delete(key);
    await this.#far?.announce({ keys: [key] });
    this.#tell({ type: 'invalidate', key });
  }

  /**
   * What is kept under a key, or else what `load` gives, which is then kept. However many ask at the same time, `load` runs once.
   *
   * @throws What `load` throws, to all who asked; nothing is kept then.
   */
  getOrSet<T>(key: string, load: () => T | PromiseLike<T>, options?: EntryOptions): Promise<T> {
    const near = this.#l1.get(key);
    if (near !== undefined && near.freshUntil > Date.now()) {
      // The usual case, in which nobody listens: no event is made.
      if (this.#onEvent === undefined && !events.hasSubscribers) this.#counters.hit++;
      else this.#tell({ type: 'hit', key, layer: 'l1' });
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
    await this.#far?.removeTag(tag);
    this.#dropNear(matches);
    await this.#far?.announce({ tag });
    this.#tell({ type: 'invalidate', tag });
  }

  /** Drops every value whose key has the form: `user:*`, where `*` stands for anything and `?` for one character. */
  async invalidatePattern(pattern: string): Promise<void> {
    const form = patternOf(pattern);
    const matches = (key: string): boolean => form.test(key);
    this.#dropNear(matches);
    await this.#far?.removePattern(pattern);
    this.#dropNear(matches);
    await this.#far?.announce({ pattern });
    this.#tell({ type: 'invalidate', pattern });
  }

  /** How often what happened. */
  stats(): CacheStats {
    return { ...this.#counters };
  }

  /** Ends the cache: waits for what is being written, and hears no more. The Redis client stays open: it is not the cache's. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled(this.#pending);
    this.#l1.clear();
    await this.#far?.close();
  }

  #getOrLoad(key: string, load: () => unknown, near: Stored | undefined, options: EntryOptions): Promise<unknown> {
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
    if (lockFor > 0 && this.#far !== undefined) return this.#loadAlone(this.#far, key, load, options, flight);
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
    const written = this.#beside(this.#write(key, entry, flight));
    if (waits) await written;
    return value;
  }

  /** One process loads; the others wait for what it puts into Redis, as long as it may take. */
  async #loadAlone(far: SecondLayer, key: string, load: () => unknown, options: EntryOptions, flight: Flight): Promise<unknown> {
    const { lockFor } = this.#settings;
    const until = Date.now() + lockFor;
    while (Date.now() < until) {
      const release = await far.lock(key, lockFor);
      // Without Redis nobody can wait for anybody.
      if (release === undefined) break;
      if (release !== 'taken') {
        try {
          // The owner before may have put it there.
          const fresh = await this.#readFresh(key, flight);
          return fresh === undefined ? await this.#load(key, load, options, flight, true) : fresh.value;
        } finally {
          void this.#beside(release());
        }
      }
      await new Promise((resolve) => setTimeout(resolve, Math.min(lockPause, Math.max(0, until - Date.now()))));
      const fresh = await this.#readFresh(key, flight);
      if (fresh !== undefined) return fresh.value;
    }
    return this.#load(key, load, options, flight);
  }

  async #readFresh(key: string, search: Search): Promise<Stored | undefined> {
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
      const release = lockFor > 0 ? await this.#far?.lock(key, lockFor) : undefined;
      if (release === 'taken' && this.#far !== undefined) {
        // Another process is at it; those who find nothing old to serve wait for it.
        const far = await this.#readFar(key, flight);
        return far !== undefined && far.staleUntil > Date.now() ? far.value : this.#loadAlone(this.#far, key, load, options, flight);
      }
      try {
        // Another process may have been earlier.
        const far = await this.#readFar(key, flight);
        if (far !== undefined && far.freshUntil > Date.now()) return far.value;
        return await this.#load(key, load, options, flight, release !== undefined);
      } finally {
        if (release !== undefined && release !== 'taken') void this.#beside(release());
      }
    };
    flight.promise = run().finally(() => {
      if (this.#refreshing.get(key) === flight) this.#refreshing.delete(key);
    });
    flight.promise.catch(() => undefined);
  }

  #entryOf(value: unknown, options: EntryOptions): Stored | undefined {
    const { ttl, staleFor, negativeTtl, jitter } = { ...this.#settings, ...withoutUndefined(options) };
    checkTimes({ ttl, staleFor, negativeTtl });
    const time = isNothing(value) ? negativeTtl : ttl;
    if (!(time > 0)) return undefined;
    const freshUntil = Date.now() + time * (1 - jitter * Math.random());
    return { value, freshUntil, staleUntil: freshUntil + (isNothing(value) ? 0 : staleFor), tags: options.tags ?? [] };
  }

  #keepNear(key: string, entry: Stored): void {
    const { l1Ttl } = this.#settings;
    if (this.#far === undefined) {
      this.#l1.set(key, entry);
      return;
    }
    const freshUntil = Math.min(entry.freshUntil, Date.now() + l1Ttl);
    // An entry that is old for this process alone is read from Redis before it is called stale.
    this.#l1.set(key, { ...entry, freshUntil, staleUntil: freshUntil < entry.freshUntil ? freshUntil : entry.staleUntil });
  }

  /** What Redis keeps under the key, kept near from here on. */
  async #readFar(key: string, search: Search): Promise<Stored | undefined> {
    const stored = await this.#far?.read(key);
    if (stored === undefined) return undefined;
    // A plain value of another program is fresh as long as it is there.
    const until = Date.now() + Math.min(this.#settings.l1Ttl, this.#settings.ttl);
    const entry: Stored = stored.freshUntil === undefined ? { value: stored.value, freshUntil: until, staleUntil: until, tags: [] } : stored;
    // What was dropped while it was read is not kept.
    if (entry.staleUntil > Date.now() && !search.dropped && !this.#isClosed) this.#keepNear(key, entry);
    return entry;
  }

  async #write(key: string, entry: Stored, flight?: Flight): Promise<void> {
    await this.#far?.write(
      key,
      entry,
      () => flight?.dropped === true,
      () => {
        if (flight !== undefined) this.#remember(key, entry.tags);
      },
    );
  }

  /** A value that was loaded may be older than what another process is about to tell. */
  #remember(key: string, tags: readonly string[]): void {
    const now = Date.now();
    for (const [name, { at }] of this.#written) {
      if (at > now - rememberFor && this.#written.size < rememberedMax) break;
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

  #hear({ keys = [], tag, pattern }: Drop): void {
    const form = pattern === undefined ? undefined : patternOf(pattern);
    const matches = (key: string, tags: readonly string[]): boolean =>
      keys.includes(key) || (tag !== undefined && tags.includes(tag)) || form?.test(key) === true;
    this.#dropNear(matches);
    // What was written here a moment ago may have been loaded before that, and written after it.
    const since = Date.now() - rememberFor;
    for (const [key, { at, tags }] of [...this.#written])
      if (at > since && matches(key, tags)) {
        this.#written.delete(key);
        if (this.#far !== undefined) void this.#beside(this.#far.remove(key));
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

/** Milliseconds between two looks for what another process loads. */
const lockPause = 25;

/** Keys that were written a moment ago. */
const rememberedMax = 10_000;
/** Milliseconds. */
const rememberFor = 2000;

/** @throws RangeError for options that make no sense; TypeError for a `redis` that is no known client. */
export function createCache(options: CacheOptions = {}): Cache {
  return new Cache(options);
}
