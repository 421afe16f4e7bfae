import pMap from 'p-map';

export interface MapConcurrentOptions {
  /** Runs at the same time. Default: 10, the size of most drivers' pools. */
  readonly concurrency?: number;
  /** Stops starting runs when aborted; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * `Promise.all(items.map(run))` with at most `concurrency` runs at the same time. Results keep the order of the items. The
 * first error rejects, and no further run starts.
 *
 * @throws TypeError from p-map when `concurrency` is neither a whole number of at least 1 nor Infinity.
 */
export async function mapConcurrent<T, R>(
  items: Iterable<T>,
  run: (item: T, index: number) => R | PromiseLike<R>,
  { concurrency = 10, signal }: MapConcurrentOptions = {},
): Promise<Awaited<R>[]> {
  const results: unknown[] = await pMap<T, unknown>(items, async (item, index) => run(item, index), {
    concurrency,
    ...(signal === undefined ? {} : { signal }),
  });
  return results as Awaited<R>[];
}
