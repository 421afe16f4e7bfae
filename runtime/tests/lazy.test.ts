import { describe, expect, expectTypeOf, it } from 'vitest';

import { lazy } from '../src/index.ts';

describe('lazy', () => {
  it('asks when it is first needed, and once', async () => {
    let asked = 0;
    const rows = lazy(() => Promise.resolve(++asked));
    expect(asked).toBe(0);
    expect(await Promise.all([rows(), rows()])).toEqual([1, 1]);
    expect(await rows()).toBe(1);
    expect(asked).toBe(1);
  });

  it('a failure reaches each caller that waited for it, and the next one asks again', async () => {
    let asked = 0;
    const rows = lazy(() => (++asked === 1 ? Promise.reject(new Error('no database')) : Promise.resolve('rows')));
    const settled = await Promise.allSettled([rows(), rows()]);
    expect(settled.map((each) => (each.status === 'rejected' ? String(each.reason) : each.value))).toEqual(['Error: no database', 'Error: no database']);
    expect(asked).toBe(1);
    expect(await rows()).toBe('rows');
    expect(asked).toBe(2);
  });

  it('what load throws is a rejection, also when it gives no promise', async () => {
    const broken = lazy((): string => {
      throw new RangeError('at once');
    });
    await expect(broken()).rejects.toThrow(new RangeError('at once'));
    expect(await lazy(() => 7)()).toBe(7);
  });

  it('a failure that its caller handles is not unhandled anywhere else', async () => {
    const seen: unknown[] = [];
    const listen = (reason: unknown): void => void seen.push(reason);
    process.on('unhandledRejection', listen);
    try {
      const rows = lazy(() => Promise.reject(new Error('handled by its caller')));
      await rows().catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 5));
      expect(seen).toEqual([]);
    } finally {
      process.off('unhandledRejection', listen);
    }
  });

  it('no function is an error with a name', () => {
    expect(() => lazy(Promise.resolve(1) as never)).toThrow(new TypeError('lazy: load must be a function.'));
  });

  it('gives the type of what load gives', () => {
    expectTypeOf(lazy(() => Promise.resolve(new Map([[1, 'a']])))).toEqualTypeOf<() => Promise<Map<number, string>>>();
  });
});
