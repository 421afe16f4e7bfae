/** Values that are loaded once: in this process, and in Redis for all processes. */
export { Cache, createCache, type CacheStats, type WrapOptions } from './cache.ts';
export { cached } from './cached.ts';
export { cacheControl, type CacheControlOptions, surrogateKey } from './headers.ts';
export { cacheKey } from './key.ts';
export type { IoredisLike, NodeRedisClusterLike, NodeRedisLike, RedisClient } from '../redis.ts';
export type { CacheEvent, CacheOptions, EntryOptions } from './settings.ts';
