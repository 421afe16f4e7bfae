import { randomUUID } from 'node:crypto';

import { Breaker } from './breaker.ts';
import { decodeStored, encodeStored, type Stored } from './codec.ts';
import { escaped, type Redis, type RedisClient, redisOf } from '../redis.ts';
import type { CacheEvent, Settings } from './settings.ts';

/** What is dropped, told from one process to the others. */
export interface Drop {
  readonly keys?: readonly string[];
  readonly tag?: string;
  readonly pattern?: string;
}

interface Message extends Drop {
  readonly from: string;
}

/** What Redis could not be told. */
interface Missed {
  readonly keys: Set<string>;
  readonly tags: Set<string>;
  readonly patterns: Set<string>;
}

export interface Listener {
  /** Another process dropped something. */
  readonly onDrop: (drop: Drop) => void;
  /** What others dropped may not have been heard. */
  readonly onGap: () => void;
  readonly onEvent: (event: CacheEvent) => void;
}

/** The layer that processes share. It never throws: what does not answer in time is left out, and told later what it missed. */
export class SecondLayer {
  readonly #settings: Settings;
  readonly #redis: Redis;
  readonly #breaker: Breaker;
  readonly #tell: Listener['onEvent'];
  readonly #id = randomUUID();
  /** Writes of one key run one after the other. */
  readonly #writes = new Map<string, Promise<unknown>>();
  readonly #missed: Missed = { keys: new Set(), tags: new Set(), patterns: new Set() };
  readonly #unsubscribe: Promise<() => Promise<void>> | undefined;

  constructor(client: RedisClient, settings: Settings, listen: boolean, { onDrop, onGap, onEvent }: Listener) {
    this.#settings = settings;
    this.#tell = onEvent;
    const { deadline, retryAfter } = settings;
    const commands = redisOf(client);
    const breaker: Breaker = new Breaker({
      deadline,
      retryAfter,
      isDown: () => commands.isDown(),
      isAnswer,
      probe: () => commands.ping(),
      restore: () => this.#restore(redisOf(client, (command) => breaker.inTime(command))),
      onChange: (state, error) => {
        if (state === 'closed') onGap();
        onEvent({ type: state === 'open' ? 'l2-open' : 'l2-closed', error });
      },
    });
    this.#breaker = breaker;
    this.#redis = redisOf(client, (command) => breaker.run(command));
    if (!listen) return;
    const hear = (text: string): void => {
      const message = messageOf(text);
      if (message !== undefined && message.from !== this.#id) onDrop(message);
    };
    this.#unsubscribe = commands.subscribe(this.#channel, hear, onGap);
    this.#unsubscribe.catch(() => undefined);
  }

  /** What is kept under a key; without times for a value that another program put there. */
  async read(key: string): Promise<Stored | { readonly value: unknown; readonly freshUntil?: undefined } | undefined> {
    const bytes = await this.#ask((redis) => redis.get(this.#name(key)));
    if (bytes === undefined) return undefined;
    try {
      return await decodeStored(bytes);
    } catch (error) {
      this.#tell({ type: 'poisoned', key, error });
      return undefined;
    }
  }

  /** Keeps a value, unless it was dropped before its turn came. `onWrite` is called right before it is sent. */
  write(key: string, stored: Stored, isDropped: () => boolean, onWrite: () => void): Promise<void> {
    return this.#inOrder(key, async () => {
      if (isDropped()) return;
      let bytes: Buffer;
      try {
        bytes = await encodeStored(stored, this.#settings.compressAbove);
      } catch (error) {
        this.#tell({ type: 'l2-error', error });
        // What was there before must not be given for it.
        await this.#unlink(key);
        return;
      }
      if (isDropped()) return;
      const { staleUntil, tags } = stored;
      const time = Math.ceil(staleUntil - Date.now());
      if (time <= 0) return this.#unlink(key);
      onWrite();
      const isDone = await this.#ask(async (redis) => {
        // The tag first: a value that no tag knows of could not be dropped.
        await Promise.all(tags.map((tag) => redis.run(tagScript, this.#tagName(tag), [this.#name(key), String(time), String(Date.now())])));
        await redis.set(this.#name(key), bytes, time);
        return true;
      });
      if (isDone !== true) this.#miss('keys', key);
    });
  }

  remove(key: string): Promise<void> {
    return this.#inOrder(key, () => this.#unlink(key));
  }

  async removeTag(tag: string): Promise<void> {
    if ((await this.#ask((redis) => this.#dropTag(redis, tag))) !== true) this.#miss('tags', tag);
  }

  async removePattern(pattern: string): Promise<void> {
    if ((await this.#ask((redis) => this.#dropPattern(redis, pattern))) !== true) this.#miss('patterns', pattern);
  }

  /** Tells the other processes what is dropped. */
  async announce(drop: Drop): Promise<void> {
    await this.#ask((redis) => this.#publish(redis, drop));
  }

  /** What releases the lock of a key; `taken` where another process has it, `undefined` without an answer. */
  async lock(key: string, lockFor: number): Promise<(() => Promise<unknown>) | 'taken' | undefined> {
    const lock = `${this.#settings.namespace}lock:${key}`;
    const owner = randomUUID();
    const isOurs = await this.#ask((redis) => redis.take(lock, owner, lockFor));
    if (isOurs === undefined) return undefined;
    return isOurs ? () => this.#ask((redis) => redis.run(releaseScript, lock, [owner])) : 'taken';
  }

  async close(): Promise<void> {
    this.#breaker.stop();
    await (
      await this.#unsubscribe
    )?.();
  }

  /** What cannot be taken out now is, before Redis is used again. */
  async #unlink(key: string): Promise<void> {
    const isDone = await this.#ask(async (redis) => {
      await redis.unlink([this.#name(key)]);
      return true;
    });
    if (isDone !== true) this.#miss('keys', key);
  }

  /** Asks Redis, each command in time; `undefined` where it does not answer. */
  async #ask<R>(ask: (redis: Redis) => Promise<R>): Promise<R | undefined> {
    if (this.#breaker.isOpen) return undefined;
    try {
      return await ask(this.#redis);
    } catch (error) {
      this.#tell({ type: 'l2-error', error });
      return undefined;
    }
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
      await this.#publish(redis, { keys: [key] });
      keys.delete(key);
    }
    for (const tag of [...tags]) {
      await this.#dropTag(redis, tag);
      await this.#publish(redis, { tag });
      tags.delete(tag);
    }
    for (const pattern of [...patterns]) {
      await this.#dropPattern(redis, pattern);
      await this.#publish(redis, { pattern });
      patterns.delete(pattern);
    }
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

  #publish(redis: Redis, drop: Drop): Promise<void> {
    return redis.publish(this.#channel, JSON.stringify({ from: this.#id, ...drop }));
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
}

/** Redis itself answered: its clients name such errors so. */
function isAnswer(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    [error.name, error.constructor.name].some((name) => /^(?:ReplyError|ErrorReply|SimpleError|BlobError)$/.test(name)) &&
    !/^(?:LOADING|NOAUTH)/.test(error.message)
  );
}

/** Only the owner's lock is released. */
const releaseScript = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0";

/** Keys of a tag with the times of their ends; those that are over go. The set lives as long as its longest value. */
const tagScript = `
local now, life = tonumber(ARGV[3]), tonumber(ARGV[2])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
redis.call('ZADD', KEYS[1], now + life, ARGV[1])
if redis.call('PTTL', KEYS[1]) < life then redis.call('PEXPIRE', KEYS[1], life) end
return 1`;

/** What is remembered of keys, tags and patterns that Redis was not told. */
const missedMax = 10_000;

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

/** `user:*`: `*` stands for anything, `?` for one character. */
export function patternOf(pattern: string): RegExp {
  return new RegExp(
    `^${pattern
      .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '[^]*')
      .replaceAll('?', '[^]')}$`,
    'u',
  );
}
