import { shared } from '../shared.ts';
import { Cache, type WrapOptions } from './cache.ts';

/** The cache of a process that names none: in memory, 10 000 values. */
const usual = (): Cache => shared('latency-runtime.cache', () => new Cache());

/**
 * A function whose answers are kept under its arguments: `const user = cached('user', { ttl: 60_000 })(loadUser)`. Kept in this
 * process, or in the cache that is given.
 */
export function cached(prefix: string, { cache, ...options }: WrapOptions & { readonly cache?: Cache } = {}) {
  return <A extends readonly unknown[], R>(load: (...args: A) => R): ((...args: A) => Promise<Awaited<R>>) => {
    let wrapped: ((...args: A) => Promise<Awaited<R>>) | undefined;
    return (...args) => (wrapped ??= (cache ?? usual()).wrap(prefix, options)(load))(...args);
  };
}
