import { availableParallelism } from 'node:os';
import type { Transform } from 'node:stream';
import { promisify } from 'node:util';
import * as zlib from 'node:zlib';

import type { CompressionOptions } from './negotiate.ts';

export type Encoding = 'zstd' | 'br' | 'gzip';

interface Zstd {
  readonly createZstdCompress: (options: object) => Transform & Flushing;
  readonly zstdCompressSync: (data: Uint8Array, options: object) => Buffer;
  readonly zstdCompress: (data: Uint8Array, options: object, done: (error: Error | null, result: Buffer) => void) => void;
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

/** Bytes that node:zlib reserves for what comes out, and that a deflate window looks back over, where it is not told. */
const usualChunk = 16 * 1024;
const largestWindowBits = 15;

/** Bytes from which Brotli chooses other tables where it is told the size. */
const largeForBrotli = 2 ** 20;

/** `size`: the whole body's, in bytes, where it is known. A small one needs neither room nor a window for a large one. */
function optionsOf(encoding: Encoding, { brotliQuality = 4, gzipLevel = 6, zstdLevel = 3 }: Settings, size: number | undefined): object {
  const chunkSize = Math.max(64, Math.min(usualChunk, size ?? usualChunk));
  if (encoding === 'gzip') {
    const windowBits = size === undefined ? largestWindowBits : Math.max(9, Math.min(largestWindowBits, Math.ceil(Math.log2(size + 1))));
    return { level: gzipLevel, windowBits, chunkSize };
  }
  if (encoding === 'zstd') return { params: { [zstdLevelParameter]: zstdLevel }, chunkSize };
  const params: Record<number, number> = { [zlib.constants.BROTLI_PARAM_QUALITY]: brotliQuality };
  if (size !== undefined && size >= largeForBrotli) params[zlib.constants.BROTLI_PARAM_SIZE_HINT] = size;
  return { params, chunkSize };
}

/** The ways of node:zlib to encode: at once, in another thread, and what is written bit by bit. */
interface Coder {
  readonly now: (body: Uint8Array, options: object) => Buffer;
  readonly later: (body: Uint8Array, options: object) => Promise<Buffer>;
  readonly stream: (options: object) => Encoder;
}

const brotli: Coder = {
  now: zlib.brotliCompressSync,
  later: promisify<Uint8Array, object, Buffer>(zlib.brotliCompress),
  stream: zlib.createBrotliCompress,
};
const coders: Readonly<Record<Encoding, Coder>> = {
  gzip: { now: zlib.gzipSync, later: promisify<Uint8Array, object, Buffer>(zlib.gzip), stream: zlib.createGzip },
  br: brotli,
  // It is not offered where Node.js does not have it.
  zstd:
    zstd === undefined
      ? brotli
      : { now: zstd.zstdCompressSync, later: promisify<Uint8Array, object, Buffer>(zstd.zstdCompress), stream: zstd.createZstdCompress },
};

/** A stream that encodes what is written to it. */
export function createEncoder(encoding: Encoding, settings: Settings): Encoder {
  return coders[encoding].stream(optionsOf(encoding, settings, undefined));
}

/**
 * Bytes up to which a body is encoded here. Handing it to another thread, and hearing from it, takes this thread as long as gzip
 * takes for 16 KB, and the others for 32 KB; where there are fewer cores than threads, the other threads gain less by it.
 */
const cores = Math.min(4, availableParallelism());
const encodedHere: Readonly<Record<Encoding, number>> = { gzip: (64 * 1024) / cores, br: (128 * 1024) / cores, zstd: (128 * 1024) / cores };

/** Encodes a whole body; a small one at once. */
export function encode(body: Uint8Array, encoding: Encoding, settings: Settings): Buffer | Promise<Buffer> {
  const { now, later } = coders[encoding];
  return (body.byteLength <= encodedHere[encoding] ? now : later)(body, optionsOf(encoding, settings, body.byteLength));
}
