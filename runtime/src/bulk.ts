import { setImmediate as turn } from 'node:timers/promises';

import { bulkChunkSize } from './chunks.ts';

/** Rows of a list, from `start` up to but without `end`. */
export interface Part {
  readonly start: number;
  readonly end: number;
}

export interface BulkOptions {
  /** Rows of one statement. Default: what fits into its bind parameters by the columns of the widest row, at most 1000. */
  readonly chunk?: number;
  /** Bind parameters of one statement. Default: 65 534. */
  readonly limit?: number;
  /** Goes on with the next part when one fails. Default: ends there. */
  readonly continueOnError?: boolean;
  /** Ends the work before the next part. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: { readonly rows: number; readonly of: number }) => void;
}

/** Some parts were not written. What the others gave is in `results`, in their order. */
export class BulkError<R = unknown> extends AggregateError {
  override readonly name = 'BulkError';
  readonly code = 'ERR_BULK';
  readonly results: readonly R[];
  readonly failed: readonly Part[];
  /** What was not begun. */
  readonly rest: Part | undefined;

  constructor(errors: readonly unknown[], results: readonly R[], failed: readonly Part[], rest: Part | undefined) {
    const parts = failed.map(({ start, end }) => `${start} to ${end - 1}`).join(', ');
    const left = rest === undefined ? '' : `; rows ${rest.start} to ${rest.end - 1} were not begun`;
    super(errors, `${failed.length === 0 ? 'Ended early' : `Rows ${parts} failed: ${messageOf(errors[0])}`}${left}.`);
    this.results = results;
    this.failed = failed;
    this.rest = rest;
  }
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
  const results = await inParts(rows, insert, options);
  return (results.every((each) => Array.isArray(each)) ? results.flat() : results) as R extends readonly (infer E)[] ? E[] : R[];
}

/**
 * Updates rows, part by part, with the statement that is given, such as `update … from (values …)`, and gives what each gave.
 *
 * @throws As `bulkInsert`.
 */
export function bulkUpdate<T extends object, R>(rows: Iterable<T>, update: (rows: T[]) => PromiseLike<R>, options: BulkOptions = {}): Promise<R[]> {
  return inParts(rows, update, options);
}

async function inParts<T extends object, R>(rows: Iterable<T>, write: (rows: T[]) => PromiseLike<R>, options: BulkOptions): Promise<R[]> {
  const { limit, continueOnError = false, signal, onProgress } = options;
  const all = [...rows];
  const columns = Math.max(
    1,
    all.reduce((most, row) => Math.max(most, Object.keys(row).length), 0),
  );
  const chunk = options.chunk ?? Math.min(1000, bulkChunkSize({ columns, ...(limit === undefined ? {} : { limit }) }));
  if (!Number.isInteger(chunk) || chunk < 1) throw new RangeError(`chunk must be a whole number of at least 1, not ${String(chunk)}.`);
  const results: R[] = [];
  const errors: unknown[] = [];
  const failed: Part[] = [];
  let start = 0;
  while (start < all.length) {
    if (start > 0) await turn();
    if (signal?.aborted === true) {
      errors.push(signal.reason);
      break;
    }
    const part = { start, end: Math.min(start + chunk, all.length) };
    start = part.end;
    try {
      results.push(await write(all.slice(part.start, part.end)));
    } catch (error) {
      errors.push(error);
      failed.push(part);
      if (!continueOnError) break;
    }
    try {
      onProgress?.({ rows: part.end, of: all.length });
    } catch (error) {
      errors.push(error);
      break;
    }
  }
  if (errors.length > 0) throw new BulkError(errors, results, failed, start < all.length ? { start, end: all.length } : undefined);
  return results;
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\.$/, '');
}
