export interface CacheControlOptions {
  /** Anyone may keep the answer, also a CDN. Default: only the client that asked. */
  readonly public?: boolean;
  /** Seconds that the client may use it. */
  readonly maxAge?: number;
  /** Seconds that a shared cache may use it; needs `public`. */
  readonly sharedMaxAge?: number;
  /** Seconds that an old answer may serve while a new one is fetched. */
  readonly staleWhileRevalidate?: number;
  /** Seconds that an old answer may serve where the origin fails. */
  readonly staleIfError?: number;
  /** It never changes. */
  readonly immutable?: boolean;
}

/**
 * The value of `Cache-Control`. Without options `private, no-store`: what nobody thought about is kept by nobody.
 *
 * @throws RangeError for seconds that are no whole number of at least 0, or a `sharedMaxAge` that is not public.
 */
export function cacheControl(options: CacheControlOptions = {}): string {
  const seconds = {
    'max-age': options.maxAge,
    's-maxage': options.sharedMaxAge,
    'stale-while-revalidate': options.staleWhileRevalidate,
    'stale-if-error': options.staleIfError,
  };
  for (const [name, value] of Object.entries(seconds))
    if (value !== undefined && (!Number.isInteger(value) || value < 0))
      throw new RangeError(`cacheControl: ${name} must be a whole number of seconds, not ${String(value)}.`);
  if (options.sharedMaxAge !== undefined && options.public !== true) throw new RangeError('cacheControl: sharedMaxAge needs public: true.');
  const parts = Object.entries(seconds).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]));
  if (parts.length === 0) return options.public === true ? 'public, no-cache' : 'private, no-store';
  return [options.public === true ? 'public' : 'private', ...parts, ...(options.immutable === true ? ['immutable'] : [])].join(', ');
}

/**
 * The headers by which a CDN can drop an answer together with the cache's entries of the same tags: `Surrogate-Key` (Fastly),
 * `Cache-Tag` (Cloudflare, Akamai).
 *
 * @throws TypeError for a tag with white space or a comma, which would be two.
 */
export function surrogateKey(...tags: readonly string[]): { readonly 'Surrogate-Key': string; readonly 'Cache-Tag': string } {
  const all = [...new Set(tags)];
  for (const tag of all)
    if (tag === '' || /[\s,]/.test(tag) || !/^[\x21-\x7e]+$/.test(tag))
      throw new TypeError(`surrogateKey: ${JSON.stringify(tag)} is no tag: letters, digits and signs without white space or commas.`);
  return { 'Surrogate-Key': all.join(' '), 'Cache-Tag': all.join(',') };
}
