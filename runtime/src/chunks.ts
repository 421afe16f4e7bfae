import { inParts, type PartsOptions } from './parts.ts';

/**
 * Runs a function on lists of at most `size` items, one list after the other, and gives what each run gave, in order. An
 * empty list runs nothing, so statements that refuse an empty list (`insert … values ()`) need no guard.
 *
 * With `options` it lets other work of the process run between two lists, tells how far it is, can be ended, and keeps what
 * the others gave where one fails.
 *
 * @throws RangeError when `size` is no whole number of at least 1. Without `options` what `run` throws is passed on, and later
 * lists do not run; with them a BulkError, which has it among its `errors`.
 */
export async function inChunks<T, R>(items: Iterable<T>, size: number, run: (chunk: T[]) => R | PromiseLike<R>, options?: PartsOptions): Promise<Awaited<R>[]> {
  if (!Number.isInteger(size) || size < 1) throw new RangeError(`inChunks: size must be a whole number of at least 1, not ${String(size)}.`);
  const all = [...items];
  if (options !== undefined) return inParts(all, size, run, options);
  const results: Awaited<R>[] = [];
  for (let start = 0; start < all.length; start += size) results.push(await run(all.slice(start, start + size)));
  return results;
}

/** Bind parameters that PostgreSQL takes in one statement, less the one that postgres.js keeps. */
const postgresParameters = 65_534;

/**
 * How many rows of so many columns one statement takes.
 *
 * @param limit Bind parameters of one statement. Default: 65 534, what every PostgreSQL driver takes. SQLite takes 32 766,
 * SQL Server 2 100 parameters and 1 000 rows.
 * @throws RangeError when a number is not whole and positive, or one row alone has more columns than the limit.
 */
export function bulkChunkSize({ columns, limit = postgresParameters }: { readonly columns: number; readonly limit?: number }): number {
  for (const [name, value] of Object.entries({ columns, limit })) {
    if (!Number.isInteger(value) || value < 1) throw new RangeError(`bulkChunkSize: ${name} must be a whole number of at least 1, not ${String(value)}.`);
  }
  if (columns > limit) throw new RangeError(`bulkChunkSize: a row of ${columns} columns does not fit into ${limit} parameters.`);
  return Math.floor(limit / columns);
}
