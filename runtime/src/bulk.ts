import { bulkChunkSize } from './chunks.ts';
import { inParts, type PartsOptions } from './parts.ts';

export interface BulkOptions extends PartsOptions {
  /** Rows of one statement. Default: what fits into its bind parameters by the columns of the widest row, at most 1000. */
  readonly chunk?: number;
  /** Bind parameters of one statement. Default: 65 534. */
  readonly limit?: number;
}

/**
 * Inserts rows, part by part, and gives what each statement gave: the ids of all rows where each gives a list of its own.
 * Lets other work of the process run between two parts.
 *
 * @throws BulkError naming the parts that failed; RangeError for sizes that make no sense.
 */
export async function bulkInsert<T extends object, R>(
  rows: Iterable<T>,
  insert: (rows: T[]) => PromiseLike<R>,
  options: BulkOptions = {},
): Promise<R extends readonly (infer E)[] ? E[] : R[]> {
  const results = await written(rows, insert, options);
  return (results.every((each) => Array.isArray(each)) ? results.flat() : results) as R extends readonly (infer E)[] ? E[] : R[];
}

/**
 * Updates rows, part by part, with the statement that is given, such as `update … from (values …)`, and gives what each gave.
 *
 * @throws As `bulkInsert`.
 */
export function bulkUpdate<T extends object, R>(rows: Iterable<T>, update: (rows: T[]) => PromiseLike<R>, options: BulkOptions = {}): Promise<Awaited<R>[]> {
  return written(rows, update, options);
}

async function written<T extends object, R>(rows: Iterable<T>, write: (rows: T[]) => PromiseLike<R>, options: BulkOptions): Promise<Awaited<R>[]> {
  const { limit } = options;
  const all = [...rows];
  const columns = Math.max(
    1,
    all.reduce((most, row) => Math.max(most, Object.keys(row).length), 0),
  );
  const chunk = options.chunk ?? Math.min(1000, bulkChunkSize({ columns, ...(limit === undefined ? {} : { limit }) }));
  if (!Number.isInteger(chunk) || chunk < 1) throw new RangeError(`chunk must be a whole number of at least 1, not ${String(chunk)}.`);
  return inParts(all, chunk, write, options);
}
