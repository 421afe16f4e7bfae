import { type Condition, eachPage, keyset, type Order, paginate } from 'latency-runtime/paginate';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { filtered, type Listed, libraries, own, type Thing } from './sources.ts';

/** Many ties, some nulls, names that SQL would stumble over. */
function someThings(count: number, from = 1): Thing[] {
  return Array.from({ length: count }, (_, index) => {
    const id = index + from;
    return {
      id,
      name: ['ada', "o'hara", 'zoe; drop table things', 'mia'][(id * 7) % 4] ?? '',
      rank: id % 5 === 0 ? null : (id * 3) % 4,
      created: new Date(Date.UTC(2026, 0, 1 + (id % 6), 12, 0, 0, id % 3)),
      kind: id % 3 === 0 ? 'a' : 'b',
    };
  });
}

/** The whole list, as the order says, by another way than the database's. */
function sorted(things: readonly Thing[], sort: readonly Order[]): Thing[] {
  const compare = (one: Thing, other: Thing): number => {
    for (const { column, direction, nulls } of [...sort, { column: 'id', direction: 'asc', nulls: undefined } as const]) {
      const [a, b] = [one, other].map((thing) => thing[column as keyof Thing]);
      if (a === null || b === null) {
        if (a !== b) return (a === null) === (nulls === 'first') ? -1 : 1;
        continue;
      }
      const [x, y] = [Number(a) === Number(a) ? Number(a) : a, Number(b) === Number(b) ? Number(b) : b] as [number, number];
      if (x !== y) return x < y === (direction === 'asc') ? -1 : 1;
    }
    return 0;
  };
  return [...things].sort(compare);
}

const ids = (things: readonly Thing[]): number[] => things.map(({ id }) => id);

const orders: readonly (readonly Order[])[] = [
  [],
  [{ column: 'name', direction: 'asc' }],
  [{ column: 'created', direction: 'desc' }],
  [
    { column: 'kind', direction: 'desc' },
    { column: 'created', direction: 'asc' },
    { column: 'name', direction: 'desc' },
  ],
];

const ordersWithNulls: readonly (readonly Order[])[] = (['first', 'last'] as const).flatMap((nulls) =>
  (['asc', 'desc'] as const).map((direction): Order[] => [
    { column: 'rank', direction, nulls },
    { column: 'name', direction: direction === 'asc' ? 'desc' : 'asc' },
  ]),
);

const inWords = (sort: readonly Order[]): string =>
  sort.map(({ column, direction, nulls }) => `${column} ${direction}${nulls === undefined ? '' : ` nulls ${nulls}`}`).join(', ') || 'the key';

describe.each(Object.keys(libraries))('%s', (library) => {
  let listed: Listed;
  const all = someThings(47);
  beforeAll(async () => {
    listed = await (libraries[library] as () => Promise<Listed>)();
  });
  afterAll(() => listed.close());
  beforeEach(() => listed.write(all));

  /** MongoDB knows one order of nulls. */
  const asSorted = (sort: readonly Order[]): Order[] =>
    sort.map((each) =>
      listed.source.nullsAreSmallest === true && each.nulls !== undefined ? { ...each, nulls: each.direction === 'asc' ? 'first' : 'last' } : each,
    );

  it.each([...orders, ...ordersWithNulls].map((sort) => [inWords(sort), sort] as const))('walks by %s, there and back', async (_name, sort) => {
    const expected = ids(sorted(all, asSorted(sort)));
    const there: number[][] = [];
    let page = await keyset(listed.source, { sort, pageSize: 10 });
    expect(page.previous).toBeNull();
    there.push(ids(page.items));
    while (page.next !== null) {
      page = await keyset(listed.source, { sort, pageSize: 10, cursor: page.next });
      there.push(ids(page.items));
    }
    expect(there.flat()).toEqual(expected);
    expect(there.length).toBe(5);
    const back: number[][] = [ids(page.items)];
    while (page.previous !== null) {
      page = await keyset(listed.source, { sort, pageSize: 10, cursor: page.previous });
      back.unshift(ids(page.items));
    }
    expect(back).toEqual(there);
  });

  it('loses and repeats no row when rows are inserted and deleted between pages', async () => {
    const sort: Order[] = [{ column: 'rank', direction: 'desc', nulls: 'last' }];
    let current = all;
    const seen: number[] = [];
    let cursor: string | null | undefined;
    for (let number = 0; cursor !== null; number++) {
      const page = await keyset(listed.source, { sort, pageSize: 6, ...(cursor === undefined ? {} : { cursor }) });
      seen.push(...ids(page.items));
      cursor = page.next;
      // The row that the cursor stands for goes, and rows come before and behind it.
      const gone = page.items.at(-1)?.id ?? 0;
      current = [...current.filter(({ id }) => id !== gone), ...someThings(2, 1000 + number * 10)];
      await listed.write(current);
      if (number > 30) throw new Error('the walk does not end');
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(ids(all).filter((id) => !seen.includes(id))).toEqual([]);
  });

  it('reads to the end page by page, while rows are deleted', async () => {
    const sort: Order[] = [{ column: 'created', direction: 'asc' }];
    const seen: number[] = [];
    for await (const page of eachPage(listed.source, { sort, pageSize: 9 })) {
      expect(page.length).toBeLessThanOrEqual(9);
      seen.push(...ids(page));
      await listed.remove(ids(page));
    }
    expect(seen).toEqual(ids(sorted(all, sort)));
  });

  it('finds the way back where all rows of a page are gone', async () => {
    const first = await keyset(listed.source, { pageSize: 10 });
    const second = await keyset(listed.source, { pageSize: 10, cursor: first.next ?? '' });
    await listed.write(all.filter(({ id }) => id <= 20));
    const third = await keyset(listed.source, { pageSize: 10, cursor: second.next ?? '' });
    expect([third.items, third.next]).toEqual([[], null]);
    const back = await keyset(listed.source, { pageSize: 10, cursor: third.previous ?? '' });
    expect(ids(back.items)).toEqual(ids(second.items));
  });

  it('refuses a cursor of another list', async () => {
    const { next } = await keyset(listed.source, { pageSize: 10 });
    const other = { ...listed.source, name: 'others' };
    await expect(keyset(other, { cursor: next ?? '' })).rejects.toMatchObject({ code: 'ERR_PAGE_CURSOR' });
    // What stands for Mongoose's model here does not tell its name.
    const { name } = listed.source;
    if (typeof name === 'function') expect(name()).toMatch(/\bfrom "things"/i);
    else if (name !== undefined) expect(name.toLowerCase()).toMatch(/^things?$/);
    else expect(library).toBe('mongoose');
  });

  it('says where an order of nulls is needed, before rows are lost', async () => {
    if (listed.source.nullsAreSmallest === true) return;
    const sort: Order[] = [{ column: 'rank', direction: 'asc' }];
    const walk = async (): Promise<void> => {
      for await (const page of eachPage(listed.source, { sort, pageSize: 38 })) expect(page.length).toBeGreaterThan(0);
    };
    await expect(walk()).rejects.toThrow("{ column: 'rank', nulls: 'last' }");
    await expect(keyset(listed.source, { sort, pageSize: 38 })).rejects.toThrow("nulls: 'last'");
  });

  it('gives pages by number with a total, and counts only where a page is full', async () => {
    let counted = 0;
    const source = { ...listed.source, count: (where: Condition | undefined) => (counted++, listed.source.count(where)) };
    const sort: Order[] = [{ column: 'name', direction: 'asc' }];
    const expected = ids(sorted(all, sort));
    const first = await paginate(source, { sort, page: 1, pageSize: 20 });
    expect([ids(first.items), first.total, first.page, first.totalPages]).toEqual([expected.slice(0, 20), 47, 1, 3]);
    expect(counted).toBe(1);
    const last = await paginate(source, { sort, page: 99, pageSize: 20 });
    expect([ids(last.items), last.total, last.page, last.totalPages]).toEqual([expected.slice(40), 47, 3, 3]);
    counted = 0;
    const only = await paginate(source, { sort, where: { column: 'kind', is: 'eq', value: 'a' } });
    expect([only.items.length, only.total, only.totalPages, counted]).toEqual([15, 15, 1, 0]);
    await listed.write([]);
    expect(await paginate(source)).toEqual({ items: [], total: 0, page: 1, pageSize: 20, totalPages: 0 });
    expect(await paginate(source, { page: 4 })).toEqual({ items: [], total: 0, page: 1, pageSize: 20, totalPages: 0 });
  });

  const conditions: readonly (readonly [Condition, (thing: Thing) => boolean])[] = [
    [{ column: 'name', is: 'eq', value: "o'hara" }, ({ name }) => name === "o'hara"],
    [{ column: 'name', is: 'ne', value: 'ada' }, ({ name }) => name !== 'ada'],
    [{ column: 'rank', is: 'in', value: [1, 3] }, ({ rank }) => rank === 1 || rank === 3],
    [{ column: 'rank', is: 'in', value: [] }, () => false],
    [{ column: 'rank', is: 'null' }, ({ rank }) => rank === null],
    [{ column: 'rank', is: 'not null' }, ({ rank }) => rank !== null],
    [{ column: 'rank', is: 'gte', value: 2 }, ({ rank }) => rank !== null && rank >= 2],
    [{ column: 'created', is: 'lt', value: new Date(Date.UTC(2026, 0, 3)) }, ({ created }) => created < new Date(Date.UTC(2026, 0, 3))],
    [
      {
        all: [
          {
            any: [
              { column: 'kind', is: 'eq', value: 'a' },
              { column: 'rank', is: 'null' },
            ],
          },
          { column: 'id', is: 'gt', value: 10 },
          { column: 'id', is: 'lte', value: 40 },
        ],
      },
      ({ id, kind, rank }) => (kind === 'a' || rank === null) && id > 10 && id <= 40,
    ],
  ];

  it.each(conditions.map(([where, test]) => [JSON.stringify(where), where, test] as const))('filters by %s', async (_name, where, test) => {
    const expected = ids(all.filter(test));
    const { items, total } = await paginate(listed.source, { where, pageSize: 5 });
    expect([ids(items), total]).toEqual([expected.slice(0, 5), expected.length]);
    const walked: number[] = [];
    for await (const page of eachPage(listed.source, { where, pageSize: 4 })) walked.push(...ids(page));
    expect(walked).toEqual(expected);
  });
});

describe('a statement of its own', () => {
  const things = someThings(30);
  const walk = async (source: Listed['source'], options: Parameters<typeof eachPage>[1] = {}): Promise<number[]> => {
    const seen: number[] = [];
    for await (const page of eachPage(source, { pageSize: 4, ...options })) {
      seen.push(...ids(page));
      if (seen.length > 100) throw new Error('the walk does not end');
    }
    return seen;
  };

  it.each(Object.entries(filtered))('%s: a cursor is for the same filters, whatever their values are', async (_name, open) => {
    const { of, close } = await open();
    try {
      const { next } = await keyset(of(['a', 'b', 'c']), { pageSize: 1 });
      const cursor = next ?? '';
      expect((await keyset(of(['a', 'b']), { cursor })).items).not.toEqual([]);
      await expect(keyset(of(), { cursor })).rejects.toMatchObject({ code: 'ERR_PAGE_CURSOR' });
      const named = await keyset(of(['a']), { pageSize: 1, name: 'mine' });
      expect((await keyset(of(), { cursor: named.next ?? '', name: 'mine' })).items).not.toEqual([]);
    } finally {
      await close();
    }
  });

  it.each(Object.keys(own))('%s: an `or` of its own and an order of its own do no harm', async (name) => {
    const listed = await (own[name] as () => Promise<Listed>)();
    await listed.write(things);
    const expected = things.filter(({ kind, rank }) => kind === 'a' || rank === 1);
    expect(await walk(listed.source)).toEqual(ids(expected));
    const where: Condition = { column: 'id', is: 'gt', value: 10 };
    expect(await walk(listed.source, { where })).toEqual(ids(expected.filter(({ id }) => id > 10)));
    expect((await paginate(listed.source, { where, pageSize: 3 })).total).toBe(expected.filter(({ id }) => id > 10).length);
    await listed.close();
  });
});
