import { describe, expect, it, vi } from 'vitest';

import { bulkChunkSize, inChunks, mapConcurrent } from '../src/index.ts';

describe('inChunks', () => {
  it('runs on parts in order and gives what each run gave', async () => {
    expect(await inChunks([1, 2, 3, 4, 5], 2, (part) => Promise.resolve(part.join('+')))).toEqual(['1+2', '3+4', '5']);
  });

  it('runs nothing for an empty list', async () => {
    const run = vi.fn();
    expect(await inChunks(new Set<number>(), 2, run)).toEqual([]);
    expect(run).not.toHaveBeenCalled();
  });

  it('runs one part at a time, on a copy of the list', async () => {
    const list = [1, 2, 3];
    const seen: number[][] = [];
    await inChunks(list, 1, (part) => {
      list.push(9);
      seen.push(part);
    });
    expect(seen).toEqual([[1], [2], [3]]);
  });

  it('stops at the first error', async () => {
    const run = vi.fn(() => Promise.reject(new Error('no')));
    await expect(inChunks([1, 2], 1, run)).rejects.toThrow('no');
    expect(run).toHaveBeenCalledTimes(1);
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses the size %s', async (size) => {
    await expect(inChunks([1], size, () => undefined)).rejects.toThrow(RangeError);
  });
});

describe('bulkChunkSize', () => {
  it('fits the rows into the parameters of one statement', () => {
    expect(bulkChunkSize({ columns: 3 })).toBe(21_844);
    expect(bulkChunkSize({ columns: 7, limit: 2100 })).toBe(300);
    expect(bulkChunkSize({ columns: 1, limit: 1 })).toBe(1);
  });

  it('refuses numbers that make no sense', () => {
    expect(() => bulkChunkSize({ columns: 0 })).toThrow('columns must be a whole number');
    expect(() => bulkChunkSize({ columns: 2, limit: 0.5 })).toThrow('limit must be a whole number');
    expect(() => bulkChunkSize({ columns: 3, limit: 2 })).toThrow('a row of 3 columns does not fit into 2 parameters');
  });
});

describe('mapConcurrent', () => {
  it('keeps the order, and runs no more than it may at the same time', async () => {
    let running = 0;
    let most = 0;
    const results = await mapConcurrent(
      [5, 1, 4, 2, 3],
      async (item, index) => {
        most = Math.max(most, ++running);
        for (let turn = 0; turn < item; turn++) await Promise.resolve();
        running--;
        return item * 10 + index;
      },
      { concurrency: 2 },
    );
    expect(results).toEqual([50, 11, 42, 23, 34]);
    expect(most).toBe(2);
  });

  it('starts nothing after an error', async () => {
    const run = vi.fn((item: number) => (item === 1 ? Promise.reject(new Error('no')) : Promise.resolve(item)));
    await expect(mapConcurrent([0, 1, 2, 3, 4, 5], run, { concurrency: 1 })).rejects.toThrow('no');
    expect(run).toHaveBeenCalledTimes(2);
  });

  it('stops when the signal says so', async () => {
    const stop = new AbortController();
    const run = vi.fn((item: number) => {
      if (item === 1) stop.abort(new Error('enough'));
      return Promise.resolve(item);
    });
    await expect(mapConcurrent([0, 1, 2, 3], run, { concurrency: 1, signal: stop.signal })).rejects.toThrow('enough');
    expect(run.mock.calls.length).toBeLessThan(4);
  });

  it('gives undefined and an empty list as they are', async () => {
    expect(await mapConcurrent([1], () => undefined)).toEqual([undefined]);
    expect(await mapConcurrent([], () => 1)).toEqual([]);
    await expect(mapConcurrent([1], () => 1, { concurrency: 0 })).rejects.toThrow(TypeError);
  });
});
