import { availableParallelism } from 'node:os';
import type { Transform } from 'node:stream';
import { promisify } from 'node:util';
import * as zlib from 'node:zlib';

import type { CompressionOptions } from './negotiate.ts';

export type Encoding = 'zstd' | 'br' | 'gzip';

interface Zstd {
  createZstdCompress(options: object): Transform & Flushing;
  zstdCompressSync(data: Uint8Array, options: object): Buffer;
  zstdCompress(data: Uint8Array, options: object, done: (error: Error | null, result: Buffer) => void): void;
}

/** What `flush` of the streams of node:zlib does. */
interface Flushing {
  flush(done?: () => void): void;
}

export type Encoder = Transform & Flushing;

/** Node.js has zstd from 22.15 and 23.8. */
const zstd: Zstd | undefined = typeof (zlib as Partial<Zstd>).createZstdCompress === 'function' ? (zlib as unknown as Zstd) : undefined;

/** What this Node.js can encode, best first. */
export const encodings: readonly Encoding[] = zstd === undefined ? ['br', 'gzip'] : ['zstd', 'br', 'gzip'];

type Settings = Pick<CompressionOptions, 'brotliQuality' | 'gzipLevel' | 'zstdLevel'>;

/** `ZSTD_c_compressionLevel`, which the types of Node.js 20 do not have. */
const zstdLevelParameter = 100;

function optionsOf(encoding: Encoding, { brotliQuality = 4, gzipLevel = 6, zstdLevel = 3 }: Settings, size: number | undefined): object {
  if (encoding === 'gzip') return { level: gzipLevel };
  if (encoding === 'zstd') return { params: { [zstdLevelParameter]: zstdLevel } };
  const params: Record<number, number> = { [zlib.constants.BROTLI_PARAM_QUALITY]: brotliQuality };
  if (size !== undefined) params[zlib.constants.BROTLI_PARAM_SIZE_HINT] = size;
  return { params };
}

/** A stream that encodes what is written to it. */
export function createEncoder(encoding: Encoding, settings: Settings): Encoder {
  const options = optionsOf(encoding, settings, undefined);
  if (encoding === 'gzip') return zlib.createGzip(options);
  return encoding === 'zstd' && zstd !== undefined ? zstd.createZstdCompress(options) : zlib.createBrotliCompress(options);
}

const gzip = promisify<Uint8Array, object, Buffer>(zlib.gzip);
const brotli = promisify<Uint8Array, object, Buffer>(zlib.brotliCompress);

/**
 * Bytes up to which a body is encoded here. Handing it to another thread, and hearing from it, takes this thread as long as
 * 16 KB do; where there are fewer cores than threads, the others gain less by it.
 */
const encodedHere = (64 * 1024) / Math.min(4, availableParallelism());

/** Encodes a whole body; a small one at once. */
export function encode(body: Uint8Array, encoding: Encoding, settings: Settings): Buffer | Promise<Buffer> {
  const options = optionsOf(encoding, settings, body.byteLength);
  const isSmall = body.byteLength <= encodedHere;
  if (encoding === 'gzip') return isSmall ? zlib.gzipSync(body, options) : gzip(body, options);
  if (encoding === 'zstd' && zstd !== undefined)
    return isSmall ? zstd.zstdCompressSync(body, options) : promisify<Uint8Array, object, Buffer>(zstd.zstdCompress.bind(zstd))(body, options);
  return isSmall ? zlib.brotliCompressSync(body, options) : brotli(body, options);
}
