import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { afterEach, beforeEach, describe, expect, expectTypeOf, it, vi } from 'vitest';

import { closeAll, closeOnSignals, shared } from '../src/index.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(async () => {
  await closeAll();
  vi.useRealTimers();
});

describe('shared', () => {
  it('builds once per name', () => {
    const create = vi.fn(() => ({}));
    expect(shared('a', create)).toBe(shared('a', create));
    expect(create).toHaveBeenCalledTimes(1);
    expect(shared('b', create)).not.toBe(shared('a', create));
  });

  it('shares a client that is still being built', async () => {
    const create = vi.fn(() => Promise.resolve({ ready: true }));
    const [one, other] = await Promise.all([shared('slow', create), shared('slow', create)]);
    expect(one).toBe(other);
    expect(create).toHaveBeenCalledTimes(1);
  });

  it('does not keep a build that failed', async () => {
    const create = vi.fn<() => object>().mockImplementationOnce(() => {
      throw new Error('no address');
    });
    create.mockImplementation(() => ({}));
    expect(() => shared('broken', create)).toThrow('no address');
    expect(shared('broken', create)).toEqual({});

    const connect = vi.fn(() => Promise.reject(new Error('refused')));
    await expect(shared('refused', connect)).rejects.toThrow('refused');
    await expect(shared('refused', connect)).rejects.toThrow('refused');
    expect(connect).toHaveBeenCalledTimes(2);
  });

  it('is shared with another copy of the package', async () => {
    const client = shared('one', () => ({}));
    vi.resetModules();
    const copy = (await import('../src/shared.ts')) as { shared: typeof shared };
    expect(copy.shared).not.toBe(shared);
    expect(copy.shared('one', () => ({}))).toBe(client);
  });

  it('refuses an empty name', () => {
    expect(() => shared('', () => 1)).toThrow(TypeError);
  });

  it('keeps the type of what is built', () => {
    expectTypeOf(shared('typed', () => ({ n: 1 }))).toEqualTypeOf<{ n: number }>();
    expectTypeOf(shared('typed promise', () => Promise.resolve(1))).toEqualTypeOf<Promise<number>>();
  });
});

describe('closeAll', () => {
  const closed: string[] = [];
  beforeEach(() => {
    closed.length = 0;
  });
  const closes = (name: string) => ({ close: () => closed.push(name) });

  it('closes the last one built first, and lower orders before', async () => {
    shared('pool', () => ({}), closes('pool'));
    shared('cache', () => ({}), closes('cache'));
    shared('server', () => ({}), { ...closes('server'), order: -1 });
    shared('log', () => ({}), { ...closes('log'), order: 9 });
    await closeAll();
    expect(closed).toEqual(['server', 'cache', 'pool', 'log']);
  });

  it.each(['$disconnect', 'end', 'quit', 'close', 'destroy', 'disconnect'])('finds the method %s', async (method) => {
    const close = vi.fn();
    shared('client', () => ({ [method]: close }));
    await closeAll();
    expect(close).toHaveBeenCalledTimes(1);
  });

  it('prefers the method that lets running work finish', async () => {
    const agent = { close: vi.fn(), destroy: vi.fn() };
    shared('agent', () => agent);
    await closeAll();
    expect(agent.close).toHaveBeenCalledTimes(1);
    expect(agent.destroy).not.toHaveBeenCalled();
  });

  it('closes clients that are functions, wrap a client, or came as a promise', async () => {
    const sql = Object.assign(() => 1, { end: vi.fn() });
    const pool = { end: vi.fn() };
    const later = { quit: vi.fn() };
    shared('sql', () => sql);
    shared('drizzle', () => ({ $client: pool }));
    await shared('later', () => Promise.resolve(later));
    shared('number', () => 7);
    await closeAll();
    for (const close of [sql.end, pool.end, later.quit]) expect(close).toHaveBeenCalledTimes(1);
  });

  it('names what failed, and closes the rest', async () => {
    shared('good', () => ({}), closes('good'));
    shared('bad', () => ({
      end: () => Promise.reject(new Error('socket hung up')),
    }));
    await expect(closeAll()).rejects.toThrow('shared client "bad" failed to close: socket hung up');
    expect(closed).toEqual(['good']);
  });

  it('gives up after the timeout', async () => {
    shared('next', () => ({}), closes('next'));
    shared('stuck', () => ({ end: () => new Promise(() => undefined) }));
    const done = expect(closeAll({ timeout: 500 })).rejects.toThrow('shared client "stuck" had not closed after 500 ms');
    await vi.advanceTimersByTimeAsync(500);
    await done;
    expect(closed).toEqual(['next']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('runs once for callers at the same time, and lets clients be built anew afterwards', async () => {
    shared('one', () => ({}), closes('one'));
    const [first, second] = [closeAll(), closeAll()];
    expect(first).toBe(second);
    await first;
    expect(closed).toEqual(['one']);
    shared('one', () => ({}), closes('one again'));
    await closeAll();
    expect(closed).toEqual(['one', 'one again']);
  });

  it('leaves a client that was never built', async () => {
    const failed = shared('never', () => Promise.reject(new Error('refused')));
    const done = closeAll();
    await expect(failed).rejects.toThrow('refused');
    await expect(done).resolves.toBeUndefined();
  });
});

describe('closeOnSignals', () => {
  it('replaces its listeners and takes them away', () => {
    const before = process.listenerCount('SIGTERM');
    closeOnSignals();
    const stop = closeOnSignals();
    expect(process.listenerCount('SIGTERM')).toBe(before + 1);
    stop();
    expect(process.listenerCount('SIGTERM')).toBe(before);
  });

  it('drains, closes, and ends by the signal', () => {
    const index = fileURLToPath(new URL('../dist/index.js', import.meta.url));
    const script = `
      const { shared, closeOnSignals } = await import(${JSON.stringify(index)});
      shared('pool', () => ({ end: async () => console.log('pool closed') }));
      shared('bad', () => ({ end: async () => { throw new Error('no'); } }));
      closeOnSignals({ before: async () => console.log('drained') });
      setInterval(() => undefined, 1000);
      process.kill(process.pid, 'SIGTERM');
    `;
    const { signal, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8', timeout: 20_000 });
    expect(stdout).toBe('drained\npool closed\n');
    expect(stderr).toContain('shared client "bad" failed to close: no');
    expect(signal).toBe('SIGTERM');
  });
});
