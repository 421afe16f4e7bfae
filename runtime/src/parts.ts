import { setImmediate as turn } from 'node:timers/promises';

/** Items of a list, from `start` up to but without `end`. */
export interface Part {
  readonly start: number;
  readonly end: number;
}

export interface PartsOptions {
  /** Goes on with the next part when one fails. Default: ends there. */
  readonly continueOnError?: boolean;
  /** Ends the work before the next part. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: { readonly rows: number; readonly of: number }) => void;
}

/** Some parts failed, or were not begun. What the others gave is in `results`, in their order. */
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
 * Runs on parts of a list, one after the other, and lets other work of the process run between two of them.
 *
 * @throws BulkError naming the parts that failed.
 */
export async function inParts<T, R>(
  all: readonly T[],
  size: number,
  run: (part: T[]) => R | PromiseLike<R>,
  { continueOnError = false, signal, onProgress }: PartsOptions,
): Promise<Awaited<R>[]> {
  const results: Awaited<R>[] = [];
  const errors: unknown[] = [];
  const failed: Part[] = [];
  let start = 0;
  while (start < all.length) {
    if (start > 0) await turn();
    if (signal?.aborted === true) {
      errors.push(signal.reason);
      break;
    }
    const part = { start, end: Math.min(start + size, all.length) };
    start = part.end;
    try {
      results.push(await run(all.slice(part.start, part.end)));
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
