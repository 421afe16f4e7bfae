import type { RedisClient } from '../redis.ts';

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

export type CacheEvent =
  | { readonly type: 'hit' | 'stale'; readonly key: string; readonly layer: 'l1' | 'l2' }
  | { readonly type: 'miss' | 'load'; readonly key: string }
  | { readonly type: 'load-error' | 'poisoned'; readonly key: string; readonly error: unknown }
  /** What this process was asked to drop; a CDN can be told the same. */
  | { readonly type: 'invalidate'; readonly key?: string; readonly tag?: string; readonly pattern?: string }
  | { readonly type: 'l2-error'; readonly error: unknown }
  | { readonly type: 'l2-open' | 'l2-closed'; readonly error: unknown };

export type Settings = Required<Omit<CacheOptions, 'redis' | 'onEvent' | 'listen'>>;

/** @throws RangeError for settings that make no sense. */
export function settingsOf(options: Partial<Settings>): Settings {
  const given = withoutUndefined(options);
  const { ttl = 60_000 } = given;
  const settings = {
    namespace: 'cache:',
    ttl,
    l1Ttl: ttl,
    max: 10_000,
    jitter: 0.1,
    negativeTtl: 0,
    staleFor: 0,
    deadline: 50,
    retryAfter: 1000,
    compressAbove: 4096,
    lockFor: 0,
    ...given,
  };
  checkSettings(settings);
  return settings;
}

export function withoutUndefined<T extends object>(options: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as { [K in keyof T]: Exclude<T[K], undefined> };
}

/** Times are finite: Redis takes no others. */
export function checkTimes(times: Readonly<Record<string, unknown>>): void {
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
