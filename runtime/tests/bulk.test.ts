import { describe, expect, expectTypeOf, it, vi } from 'vitest';

import { BulkError, bulkInsert, bulkUpdate, inChunks } from '../src/index.ts';

const rows = Array.from({ length: 10 }, (_each, id) => ({ id, name: `n${id}` }));

describe('bulk writes', () => {
  it('go part by part, and give what each gave', async () => {
    const parts: number[][] = [];
    const ids = await bulkInsert(
      rows,
      (part) => {
        parts.push(part.map(({ id }) => id));
        return Promise.resolve(part.map(({ id }) => id + 100));
      },
      { chunk: 4 },
    );
    expect(parts).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8, 9],
    ]);
    expect(ids).toEqual(rows.map(({ id }) => id + 100));
    expectTypeOf(ids).toEqualTypeOf<number[]>();
    expect(await bulkUpdate(rows, (part) => Promise.resolve(part.length), { chunk: 4 })).toEqual([4, 4, 2]);
    expect(await bulkInsert(rows, (part) => Promise.resolve({ count: part.length }), { chunk: 5 })).toEqual([{ count: 5 }, { count: 5 }]);
    const none = vi.fn();
    expect(await bulkInsert([], none)).toEqual([]);
    expect(none).not.toHaveBeenCalled();
  });

  it('fit into the bind parameters, by the widest row', async () => {
    const sizes: number[] = [];
    const wide = [{ a: 1 }, { a: 1, b: 2, c: 3 }, ...Array.from({ length: 18 }, () => ({ a: 1 }))];
    await bulkInsert(wide, (part) => Promise.resolve(void sizes.push(part.length)), { limit: 21 });
    expect(sizes).toEqual([7, 7, 6]);
    sizes.length = 0;
    await bulkInsert(
      Array.from({ length: 2500 }, () => ({ a: 1 })),
      (part) => Promise.resolve(void sizes.push(part.length)),
    );
    expect(sizes).toEqual([1000, 1000, 500]);
  });

  it('let other work run, tell how far they are, and end when told to', async () => {
    const order: string[] = [];
    const other = new Promise<void>((resolve) =>
      setImmediate(() => {
        order.push('other');
        resolve();
      }),
    );
    await bulkUpdate(rows, () => Promise.resolve(order.push('part')), { chunk: 5 });
    await other;
    expect(order).toEqual(['part', 'other', 'part']);

    const stop = new AbortController();
    const progress: unknown[] = [];
    const error: unknown = await bulkInsert(rows, (part) => Promise.resolve(part.map(({ id }) => id)), {
      chunk: 4,
      signal: stop.signal,
      onProgress: (done) => {
        progress.push(done);
        stop.abort(new Error('enough'));
      },
    }).catch((caught: unknown) => caught);
    expect(progress).toEqual([{ rows: 4, of: 10 }]);
    expect(error).toMatchObject({ code: 'ERR_BULK', results: [[0, 1, 2, 3]], failed: [], rest: { start: 4, end: 10 } });
    expect((error as BulkError).message).toBe('Ended early; rows 4 to 9 were not begun.');
  });

  it('say which part failed, and keep what the others gave', async () => {
    const write = (part: { id: number }[]): Promise<number> =>
      part.some(({ id }) => id === 5) ? Promise.reject(new Error('duplicate key.')) : Promise.resolve(part.length);
    const first: unknown = await bulkUpdate(rows, write, { chunk: 4 }).catch((caught: unknown) => caught);
    expect(first).toBeInstanceOf(BulkError);
    expect(first).toMatchObject({ results: [4], failed: [{ start: 4, end: 8 }], rest: { start: 8, end: 10 } });
    expect((first as BulkError).message).toBe('Rows 4 to 7 failed: duplicate key; rows 8 to 9 were not begun.');
    expect((first as BulkError).errors).toEqual([new Error('duplicate key.')]);
    const all: unknown = await bulkUpdate(rows, write, { chunk: 4, continueOnError: true }).catch((caught: unknown) => caught);
    const told: unknown = await bulkUpdate(rows, (part) => Promise.resolve(part.length), {
      chunk: 4,
      onProgress: () => {
        throw new Error('nobody listens');
      },
    }).catch((caught: unknown) => caught);
    expect(told).toMatchObject({ code: 'ERR_BULK', results: [4], failed: [], rest: { start: 4, end: 10 } });
    expect(all).toMatchObject({ results: [4, 2], failed: [{ start: 4, end: 8 }], rest: undefined });
  });

  it('inChunks does the same where it has options, and passes errors on where it has none', async () => {
    const write = (part: { id: number }[]): number => {
      if (part.some(({ id }) => id === 5)) throw new Error('duplicate key');
      return part.length;
    };
    const progress: unknown[] = [];
    const ended: unknown = await inChunks(rows, 4, write, { onProgress: (done) => progress.push(done) }).catch((caught: unknown) => caught);
    expect(ended).toBeInstanceOf(BulkError);
    expect(ended).toMatchObject({ results: [4], failed: [{ start: 4, end: 8 }], rest: { start: 8, end: 10 }, errors: [new Error('duplicate key')] });
    expect(progress).toEqual([{ rows: 4, of: 10 }]);
    await expect(inChunks(rows, 4, write, { continueOnError: true })).rejects.toMatchObject({ results: [4, 2], failed: [{ start: 4, end: 8 }] });
    await expect(inChunks(rows, 4, write, { signal: AbortSignal.abort('no') })).rejects.toMatchObject({
      results: [],
      errors: ['no'],
      rest: { start: 0, end: 10 },
    });
    await expect(inChunks(rows, 4, write)).rejects.toEqual(new Error('duplicate key'));

    const order: string[] = [];
    setImmediate(() => order.push('other'));
    expect(await inChunks(rows, 5, (part) => (order.push('part'), part.length), {})).toEqual([5, 5]);
    expect(order).toEqual(['part', 'other', 'part']);
    expect(await inChunks([], 5, write, {})).toEqual([]);
  });

  it('refuse sizes that make no sense', async () => {
    await expect(bulkInsert(rows, () => Promise.resolve(1), { chunk: 0 })).rejects.toThrow(RangeError);
    await expect(bulkInsert(rows, () => Promise.resolve(1), { limit: 1 })).rejects.toThrow(RangeError);
  });
});
