/** Bodies and values that travel and rest compressed. */
export type { Encoding } from './encoder.ts';
export { type FastifyInstanceOf, fastifyCompression } from './fastify.ts';
export { compressResponse, honoCompression } from './fetch.ts';
export { getCompressed, setCompressed, type SetCompressedOptions } from './kept.ts';
export { type KoaContext, koaCompression } from './koa.ts';
export type { CompressionOptions } from './negotiate.ts';
export { compression, type FlushableResponse } from './node.ts';
export { compressValue, type CompressValueOptions, decompressValue, type DecompressValueOptions, ValueError, type ValueErrorCode } from './values.ts';
export type { RedisClient } from '../redis.ts';
