import fc from 'fast-check';
import { describe, expect, expectTypeOf, it, vi } from 'vitest';

import { batchLoader, countByKeys, findByKeys, groupByKeys } from '../src/index.ts';

interface User {
  readonly id: number;
  readonly name: string;
}

const users: readonly User[] = Array.from({ length: 20 }, (_, id) => ({ id, name: `user ${id}` }));
const load = (keys: number[]): Promise<User[]> => Promise.resolve(users.filter(({ id }) => keys.includes(id)).reverse());
const idOf = ({ id }: User): number => id;

/** Rows of a table whose text column is compared as a database with a case-insensitive collation does. */
function collated(rows: readonly { key: string }[]): { load: (keys: string[]) => Promise<{ key: string }[]>; calls: string[][] } {
  const calls: string[][] = [];
  return {
    calls,
    load: (keys) => {
      calls.push(keys);
      return Promise.resolve(rows.filter(({ key }) => keys.some((each) => each.toLowerCase() === key.toLowerCase())));
    },
  };
}

describe('findByKeys', () => {
  it('asks once for each different key', async () => {
    const asked = vi.fn(load);
    const found = await findByKeys([3, 1, 3, 2, 1], asked, idOf);
    expect(asked.mock.calls).toEqual([[[3, 1, 2]]]);
    expect([...found].map(([key, user]) => [key, user.name])).toEqual([
      [3, 'user 3'],
      [1, 'user 1'],
      [2, 'user 2'],
    ]);
  });

  it('asks nothing for no keys, null and undefined', async () => {
    const asked = vi.fn(load);
    const found = await findByKeys([null, undefined], asked, idOf);
    expect(asked).not.toHaveBeenCalled();
    expect(found.size).toBe(0);
    expect((await findByKeys([], asked, idOf)).size).toBe(0);
  });

  it('leaves a key without a row out', async () => {
    const found = await findByKeys([1, 99], load, idOf);
    expect(found.has(99)).toBe(false);
    expect(found.get(1)?.name).toBe('user 1');
  });

  it('asks in chunks, one after the other', async () => {
    let running = 0;
    const asked = vi.fn(async (keys: number[]) => {
      expect(++running).toBe(1);
      const rows = await load(keys);
      running--;
      return rows;
    });
    const found = await findByKeys([0, 1, 2, 3, 4], asked, idOf, { chunk: 2 });
    expect(asked.mock.calls.map(([keys]) => keys)).toEqual([[0, 1], [2, 3], [4]]);
    expect(found.size).toBe(5);
  });

  it('takes the first of several rows of one key', async () => {
    const rows = [
      { owner: 1, n: 'first' },
      { owner: 1, n: 'second' },
    ];
    const found = await findByKeys(
      [1, 2],
      () => rows,
      ({ owner }) => owner,
    );
    expect(found.get(1)).toBe(rows[0]);
  });

  it('finds a row whose driver gives the key as another type', async () => {
    const rows = [{ id: '9007199254740993' }, { id: '2' }];
    const found = await findByKeys<bigint | number, { id: string }>(
      [9007199254740993n, 2],
      () => rows,
      ({ id }) => id,
    );
    expect(found.get(9007199254740993n)).toBe(rows[0]);
    expect(found.get(2)).toBe(rows[1]);
  });

  it('finds a row by an object that has a text, such as an ObjectId', async () => {
    const objectId = (text: string): { toString: () => string } => ({ toString: () => text });
    const given = objectId('65a1');
    const found = await findByKeys(
      [given, objectId('65a2')],
      () => [{ _id: objectId('65a1') }],
      ({ _id }) => _id,
    );
    expect(found.get(given)).toBeDefined();
    expect(found.get(objectId('65a1'))).toBe(found.get(given));
    expect(found.has(objectId('65a9'))).toBe(false);
    expect(found.size).toBe(1);
  });

  it('finds a row by a date and by bytes', async () => {
    const day = new Date('2026-01-02T03:04:05.006Z');
    expect(
      (
        await findByKeys(
          [day, new Date(0)],
          () => [{ at: new Date(day) }],
          ({ at }) => at,
        )
      ).get(day),
    ).toBeDefined();
    const bytes = new Uint8Array([1, 2]);
    expect(
      (
        await findByKeys(
          [bytes, new Uint8Array([3])],
          () => [{ key: Buffer.from([1, 2]) }],
          ({ key }) => key,
        )
      ).get(bytes),
    ).toBeDefined();
  });

  it('follows a collation that ignores case', async () => {
    const table = collated([{ key: 'anna' }, { key: 'Bert' }]);
    const found = await findByKeys(['ANNA', 'anna', 'bert', 'carl'], table.load, ({ key }) => key);
    expect([...found].map(([key, row]) => [key, row.key])).toEqual([
      ['ANNA', 'anna'],
      ['anna', 'anna'],
      ['bert', 'Bert'],
    ]);
    // 'carl' was asked again because a row came that no key had asked for as written.
    expect(table.calls).toEqual([['ANNA', 'anna', 'bert', 'carl'], ['ANNA'], ['bert'], ['carl']]);
  });

  it('gives a single key all that was loaded for it', async () => {
    const table = collated([{ key: 'anna' }]);
    expect((await findByKeys(['ANNA'], table.load, ({ key }) => key)).get('ANNA')).toEqual({ key: 'anna' });
    expect(table.calls).toEqual([['ANNA']]);
  });

  it('passes on what load throws, and asks no further', async () => {
    const asked = vi.fn(() => Promise.reject(new Error('connection lost')));
    await expect(findByKeys([1, 2, 3], asked, idOf, { chunk: 1 })).rejects.toThrow('connection lost');
    expect(asked).toHaveBeenCalledTimes(1);
  });

  it('says what is wrong when it is misused', async () => {
    await expect(findByKeys([1], load, ({ name }) => (name === '' ? 1 : undefined))).rejects.toThrow(
      'findByKeys: keyOf gave undefined for a row. The column of the key must be among those that are read.',
    );
    await expect(findByKeys([{ a: 1 }], () => [], String)).rejects.toThrow(/got an object/);
    await expect(findByKeys([[1, {}]], () => [], String)).rejects.toThrow(/or an array of such parts; got an object/);
    await expect(findByKeys([Symbol('x')], () => [], String)).rejects.toThrow(/got a symbol/);
    await expect(findByKeys([1], load, idOf, { chunk: 0 })).rejects.toThrow(RangeError);
    await expect(findByKeys([1], load, idOf, { chunk: 1.5 })).rejects.toThrow(/chunk must be a whole number/);
  });

  it('has types that need no cast', () => {
    expectTypeOf(findByKeys([1, null], load, idOf)).resolves.toEqualTypeOf<Map<number | null, User>>();
    expectTypeOf(groupByKeys(['a'], () => users, idOf)).resolves.toEqualTypeOf<Map<string, User[]>>();
  });
});

describe('groupByKeys', () => {
  const orders = Array.from({ length: 30 }, (_, id) => ({ id, owner: id % 7 }));

  it('keeps the order in which rows came, and gives an empty list for a key without rows', async () => {
    const found = await groupByKeys(
      [6, 0, 50],
      (keys) => orders.filter(({ owner }) => keys.includes(owner)),
      ({ owner }) => owner,
    );
    expect(found.get(0)?.map(({ id }) => id)).toEqual([0, 7, 14, 21, 28]);
    expect(found.get(50)).toEqual([]);
    expect([...found.keys()]).toEqual([6, 0, 50]);
  });

  it('gives what one read per key gives, whatever the keys and the collation', async () => {
    const key = fc.oneof(fc.constantFrom('a', 'A', 'á', 'b', 'B ', 'c', ''), fc.string({ maxLength: 3 }));
    const fold = (text: string): string => text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase().trimEnd();
    await fc.assert(
      fc.asyncProperty(fc.array(key), fc.array(key), fc.integer({ min: 1, max: 5 }), fc.boolean(), async (stored, asked, chunk, exact) => {
        const rows = stored.map((text, id) => ({ id, text }));
        const matches = (one: string, other: string): boolean => (exact ? one === other : fold(one) === fold(other));
        const read = (keys: string[]): Promise<typeof rows> => Promise.resolve(rows.filter(({ text }) => keys.some((each) => matches(each, text))));
        const grouped = await groupByKeys(asked, read, ({ text }) => text, { chunk });
        for (const each of asked) expect(grouped.get(each)).toEqual(await read([each]));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('countByKeys', () => {
  it('gives 0 for a key without a row, and takes counts as texts and bigints', async () => {
    const rows = [
      { owner: 1, n: '3' },
      { owner: 2, n: 4n },
    ];
    const counts = await countByKeys(
      [1, 2, 3],
      () => rows,
      ({ owner }) => owner,
      ({ n }) => n,
    );
    expect([...counts]).toEqual([
      [1, 3],
      [2, 4],
      [3, 0],
    ]);
  });

  it('refuses what is no count', async () => {
    await expect(
      countByKeys(
        [1],
        () => [{ owner: 1, n: 'many' }],
        ({ owner }) => owner,
        ({ n }) => n,
      ),
    ).rejects.toThrow('countOf gave many');
  });
});

describe('batchLoader', () => {
  it('gives one answer per key, in the order of the keys', async () => {
    expect(await batchLoader(load, idOf)([5, 99, 1, 5])).toEqual([users[5], undefined, users[1], users[5]]);
  });
});

describe('keys of several parts', () => {
  const memberships = [
    { user: 1, team: 'a', role: 'owner' },
    { user: 1, team: 'b', role: 'guest' },
    { user: 2, team: 'A', role: 'guest' },
  ];
  type Key = readonly [user: number, team: string];
  const load =
    (asked: Key[][], isBlind = false) =>
    (keys: readonly Key[]) => {
      asked.push([...keys]);
      const same = (one: string, other: string): boolean => (isBlind ? one.toLowerCase() === other.toLowerCase() : one === other);
      return memberships.filter(({ user, team }) => keys.some(([wantedUser, wantedTeam]) => user === wantedUser && same(team, wantedTeam)));
    };

  it('are put to their rows, and found by another array', async () => {
    const asked: Key[][] = [];
    const items: { user: number | null; team: string }[] = [
      { user: 1, team: 'a' },
      { user: 2, team: 'a' },
      { user: 1, team: 'b' },
      { user: 1, team: 'a' },
      { user: null, team: 'a' },
    ];
    const found = await findByKeys(
      items.map((item) => [item.user, item.team] as const),
      load(asked),
      (row) => [row.user, row.team],
    );
    expect(asked).toEqual([
      [
        [1, 'a'],
        [2, 'a'],
        [1, 'b'],
      ],
    ]);
    expect(items.map(({ user, team }) => found.get([user, team])?.role)).toEqual(['owner', undefined, 'guest', 'owner', undefined]);
    expect(found.has([1, 'c'])).toBe(false);
    expectTypeOf(found).toEqualTypeOf<Map<readonly [number | null, string], (typeof memberships)[number]>>();
  });

  it('are not taken for one another', async () => {
    const rows = [
      { a: '1', b: '2,3' },
      { a: '1,2', b: '3' },
    ];
    const grouped = await groupByKeys(
      rows.map(({ a, b }) => [a, b] as const),
      () => rows,
      ({ a, b }) => [a, b],
    );
    expect(rows.map(({ a, b }) => grouped.get([a, b]))).toEqual([[rows[0]], [rows[1]]]);
  });

  it('are asked for alone where the database looks less closely', async () => {
    const asked: Key[][] = [];
    const found = await findByKeys(
      [
        [2, 'a'],
        [1, 'b'],
      ] as const,
      load(asked, true),
      (row) => [row.user, row.team],
    );
    expect(found.get([2, 'a'])?.role).toBe('guest');
    expect(asked).toEqual([
      [
        [2, 'a'],
        [1, 'b'],
      ],
      [[2, 'a']],
    ]);
  });

  it('are fewer in one call', async () => {
    const sizes: number[] = [];
    await groupByKeys(
      Array.from({ length: 600 }, (_each, at) => [at, at] as const),
      (keys) => (sizes.push(keys.length), []),
      String,
    );
    expect(sizes).toEqual([500, 100]);
  });

  it('say when a part of the row is not there', async () => {
    await expect(
      findByKeys(
        [
          [1, 'a'],
          [1, 'b'],
        ],
        () => [{ user: 1 }],
        (row) => [row.user, undefined],
      ),
    ).rejects.toThrow('keyOf gave [1, undefined] for a row');
  });
});
