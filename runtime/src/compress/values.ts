import { kMaxLength } from 'node:buffer';
import { promisify } from 'node:util';
import * as zlib from 'node:zlib';

import { encode, type Encoding, encodings } from './encoder.ts';

export type ValueErrorCode = 'ERR_VALUE_TOO_LARGE' | 'ERR_VALUE_DAMAGED' | 'ERR_VALUE_ENCODING';

/** A compressed value that cannot be read. */
export class ValueError extends Error {
  override readonly name = 'ValueError';
  readonly code: ValueErrorCode;

  constructor(code: ValueErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Before a compressed value: three bytes that no UTF-8 text begins with, the encoding, and a CRC-32 of what follows, as Brotli has none. */
const magic = Buffer.from([0xf5, 0x6c, 0x72]);
const headerLength = magic.length + 1 + 4;
const stored = 0;
const numbers: Readonly<Record<Encoding, number>> = { gzip: 1, br: 2, zstd: 3 };

export interface CompressValueOptions {
  /** Values that are smaller are kept as they are. Bytes. Default: 1024. */
  readonly threshold?: number;
  /** Default: br, which every Node.js can read. */
  readonly encoding?: Encoding;
}

/**
 * A value as bytes, compressed where that makes it smaller. What is not compressed stays as it was, so that other programs can
 * read it.
 */
export async function compressValue(value: string | Uint8Array, { threshold = 1024, encoding = 'br' }: CompressValueOptions = {}): Promise<Buffer> {
  if (!encodings.includes(encoding)) throw new ValueError('ERR_VALUE_ENCODING', `This Node.js cannot encode ${encoding}.`);
  const bytes = typeof value === 'string' ? Buffer.from(value) : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  const encoded = bytes.length < threshold ? undefined : await encode(bytes, encoding, {});
  if (encoded !== undefined && encoded.length + headerLength < bytes.length) return withHeader(numbers[encoding], encoded);
  // What begins like a compressed value must not be taken for one.
  return bytes.subarray(0, magic.length).equals(magic) ? withHeader(stored, bytes) : bytes;
}

function withHeader(kind: number, body: Uint8Array): Buffer {
  const header = Buffer.alloc(headerLength);
  magic.copy(header);
  header.writeUInt8(kind, magic.length);
  header.writeUInt32BE(zlib.crc32(body), magic.length + 1);
  return Buffer.concat([header, body]);
}

export interface DecompressValueOptions {
  /** A value that would become larger is refused. Bytes. Default: 64 MiB. */
  readonly maxBytes?: number;
}

type Decoder = (bytes: Uint8Array, options: zlib.ZlibOptions) => Promise<Buffer>;
const { zstdDecompress } = zlib as { zstdDecompress?: typeof zlib.gunzip };
const decoders: Readonly<Record<number, Decoder | undefined>> = {
  [numbers.gzip]: promisify<Uint8Array, zlib.ZlibOptions, Buffer>(zlib.gunzip),
  [numbers.br]: promisify<Uint8Array, zlib.ZlibOptions, Buffer>(zlib.brotliDecompress),
  [numbers.zstd]: zstdDecompress === undefined ? undefined : promisify<Uint8Array, zlib.ZlibOptions, Buffer>(zstdDecompress),
};

/**
 * What `compressValue` was given. Bytes that it did not make are given back: values from before it was used stay readable.
 *
 * @throws ValueError ERR_VALUE_TOO_LARGE, ERR_VALUE_DAMAGED, or ERR_VALUE_ENCODING where this Node.js does not have the encoding.
 */
export async function decompressValue(value: Uint8Array, { maxBytes = 64 * 1024 * 1024 }: DecompressValueOptions = {}): Promise<Buffer> {
  if (!(maxBytes > 0)) throw new RangeError(`decompressValue: maxBytes must be more than 0, not ${String(maxBytes)}.`);
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  if (!bytes.subarray(0, magic.length).equals(magic)) return bytes;
  const body = bytes.subarray(headerLength);
  if (bytes.length < headerLength || bytes.readUInt32BE(magic.length + 1) !== zlib.crc32(body))
    throw new ValueError('ERR_VALUE_DAMAGED', 'The value is damaged.');
  const kind = bytes.readUInt8(magic.length);
  if (kind === stored) return body;
  const decode = decoders[kind];
  if (kind > numbers.zstd) throw new ValueError('ERR_VALUE_DAMAGED', 'The value is damaged.');
  if (decode === undefined) throw new ValueError('ERR_VALUE_ENCODING', 'The value is encoded with zstd, which this Node.js does not have.');
  try {
    return await decode(body, { maxOutputLength: Math.min(Math.floor(maxBytes), kMaxLength) });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw new ValueError('ERR_VALUE_TOO_LARGE', `The value is larger than ${maxBytes} bytes when it is decompressed.`, { cause });
    throw new ValueError('ERR_VALUE_DAMAGED', 'The value is damaged.', { cause });
  }
}
