/** Values that are loaded once: in this process, and in Redis for all processes. */
export { Cache, createCache, type CacheEvent, type CacheOptions, type CacheStats, type EntryOptions, type WrapOptions } from './cache.ts';
export { cached } from './cached.ts';
export { cacheControl, type CacheControlOptions, surrogateKey } from './headers.ts';
export { cacheKey } from './key.ts';
export type { IoredisLike, NodeRedisClusterLike, NodeRedisLike, RedisClient } from './redis.ts';
