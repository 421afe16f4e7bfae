import { type RedisClient, redisOf } from '../redis.ts';

import { compressValue, type CompressValueOptions, decompressValue, type DecompressValueOptions } from './values.ts';

export interface SetCompressedOptions extends CompressValueOptions {
  /** How long Redis keeps it. Milliseconds. Default: for good. */
  readonly ttl?: number;
}

/**
 * Keeps a value in Redis, compressed where that makes it smaller.
 *
 * @throws RangeError for a time that is none; the client's errors as they are.
 */
export async function setCompressed(
  client: RedisClient,
  key: string,
  value: string | Uint8Array,
  { ttl, ...options }: SetCompressedOptions = {},
): Promise<void> {
  if (ttl !== undefined && !(ttl > 0)) throw new RangeError(`setCompressed: ttl must be more than 0, not ${String(ttl)}.`);
  await redisOf(client).set(key, await compressValue(value, options), ttl);
}

/**
 * What `setCompressed`, or another program in plain, has kept; `undefined` where there is nothing.
 *
 * @throws ValueError as `decompressValue` does; the client's errors as they are.
 */
export async function getCompressed(client: RedisClient, key: string, options: DecompressValueOptions = {}): Promise<Buffer | undefined> {
  const kept = await redisOf(client).get(key);
  return kept === undefined ? undefined : decompressValue(kept, options);
}
