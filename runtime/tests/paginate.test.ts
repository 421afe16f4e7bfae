import { createHash } from 'node:crypto';

import { describe, expect, expectTypeOf, it } from 'vitest';

import { decodeCursor, eachPage, encodeCursor, keyset, type Order, PageError, paginate, type PageSource, parsePage } from '../src/paginate/index.ts';

const codeOf = (run: () => unknown): unknown => {
  try {
    run();
  } catch (error) {
    return error instanceof PageError ? error.code : String(error);
  }
  return undefined;
};

describe('parsePage', () => {
  const rules = { sort: ['name', 'createdAt'], filter: ['status'] } as const;

  it('has defaults', () => {
    expect(parsePage({})).toEqual({ page: 1, pageSize: 20, sort: [], where: undefined, cursor: undefined });
    expect(parsePage({ page: '', pageSize: null, sort: '' }, { ...rules, defaultSort: '-createdAt,name' }).sort).toEqual([
      { column: 'createdAt', direction: 'desc' },
      { column: 'name', direction: 'asc' },
    ]);
  });

  it.each([
    [{ page: '0', pageSize: '0' }, 1, 1],
    [{ page: '-3', pageSize: '1000000' }, 1, 100],
    [{ page: 7, pageSize: '50' }, 7, 50],
    // The offset stays within 32 bits.
    [{ page: '99999999999999999999', pageSize: '100' }, 21_474_836, 100],
  ])('clamps %j', (query, page, pageSize) => {
    expect(parsePage(query)).toMatchObject({ page, pageSize });
  });

  it.each([
    [{ page: 'two' }, 'ERR_PAGE_NUMBER'],
    [{ page: '1e3' }, 'ERR_PAGE_NUMBER'],
    [{ page: ['1', '2'] }, 'ERR_PAGE_NUMBER'],
    [{ pageSize: '1.5' }, 'ERR_PAGE_NUMBER'],
    [{ sort: 'password' }, 'ERR_PAGE_SORT'],
    [{ sort: 'name; drop table users' }, 'ERR_PAGE_SORT'],
    [{ sort: 'name,-name' }, 'ERR_PAGE_SORT'],
    [{ sort: { name: 'asc' } }, 'ERR_PAGE_SORT'],
    [{ sort: '__proto__' }, 'ERR_PAGE_SORT'],
    [{ sort: 'toString' }, 'ERR_PAGE_SORT'],
    [{ filter: { password: 'x' } }, 'ERR_PAGE_FILTER'],
    [{ filter: { constructor: 'x' } }, 'ERR_PAGE_FILTER'],
    [{ filter: 'status' }, 'ERR_PAGE_FILTER'],
    [{ filter: { status: { gt: 'a' } } }, 'ERR_PAGE_FILTER'],
    [{ filter: { status: { eq: { deep: 'a' } } } }, 'ERR_PAGE_FILTER'],
    [{ 'filter[password]': 'x' }, 'ERR_PAGE_FILTER'],
    [{ filter: { status: { in: { toString: 'x' } } } }, 'ERR_PAGE_FILTER'],
    [{ filter: { status: { in: null } } }, 'ERR_PAGE_FILTER'],
    [{ filter: { status: { in: [{}] } } }, 'ERR_PAGE_FILTER'],
    [{ cursor: ['a', 'b'] }, 'ERR_PAGE_CURSOR'],
  ])('refuses %j with %s', (query, code) => {
    expect(codeOf(() => parsePage(query, rules))).toBe(code);
  });

  it('says what is possible, and answers 400', () => {
    const error = (() => {
      try {
        return parsePage({ sort: 'passwordpasswordpasswordpasswordpasswordpassword' }, rules);
      } catch (caught) {
        return caught;
      }
    })();
    expect(error).toMatchObject({ name: 'PageError', status: 400, statusCode: 400, expose: true });
    expect((error as Error).message).toBe('Cannot sort by "passwordpasswordpasswordpasswordpassword…". Possible: name, createdAt.');
  });

  it('gives public names their columns', () => {
    const request = parsePage(
      new URLSearchParams('sort=-created&filter[total][gte]=10&filter[state]=open,closed&filter[state]=lost&filter[tag][in]=a,b&page=2'),
      {
        sort: { created: { column: 'created_at', nulls: 'last' } },
        filter: { total: { column: 'cents', operators: ['gte', 'lte'], parse: Number }, state: 'status', tag: {} },
      },
    );
    expect(request.sort).toEqual([{ column: 'created_at', direction: 'desc', nulls: 'last' }]);
    expect(request.where).toEqual({
      all: [
        { column: 'cents', is: 'gte', value: 10 },
        { column: 'status', is: 'in', value: ['open,closed', 'lost'] },
        { column: 'tag', is: 'in', value: ['a', 'b'] },
      ],
    });
    expect(request.page).toBe(2);
    expect(codeOf(() => parsePage({ filter: { total: { gte: 'many' } } }, { filter: { total: { operators: ['gte'], parse: Number } } }))).toBe(
      'ERR_PAGE_FILTER',
    );
  });

  it('refuses rules that make no sense', () => {
    expect(() => parsePage({}, { pageSize: 0 })).toThrow(RangeError);
    expect(() => parsePage({}, { maxPageSize: 1.5 })).toThrow(RangeError);
    expect(() => parsePage({}, { defaultSort: '-id' })).toThrow('parsePage: defaultSort: Cannot sort by "id".');
    expect(codeOf(() => parsePage({ filter: { at: 'x' } }, { filter: { at: { parse: (text) => new Date(text) } } }))).toBe('ERR_PAGE_FILTER');
    expect(parsePage(undefined).page).toBe(1);
  });
});

describe('cursors', () => {
  const values = ['zoë', null, 3, Number.NEGATIVE_INFINITY, 12n, new Date(5), true, Buffer.from('id')];
  const sort: Order[] = values.map((_value, at) => ({ column: `c${at}`, direction: 'asc', nulls: 'last' }));
  const cursor = encodeCursor({ values, towards: 'next' }, { sort });

  it('hold values with their kinds', () => {
    expect(decodeCursor(cursor, { sort })).toEqual({ values, towards: 'next' });
    expect(cursor).toMatch(/^[\w-]+$/);
    const one = { sort: sort.slice(0, 1) };
    class ObjectId {
      toString(): string {
        return '65f0';
      }
    }
    expect(decodeCursor(encodeCursor({ values: [new ObjectId()], towards: 'previous' }, one), one)).toEqual({
      values: ['65f0'],
      towards: 'previous',
    });
    expect(() => encodeCursor({ values: [{ a: 1 }], towards: 'next' }, { sort })).toThrow(TypeError);
    expect(() => encodeCursor({ values: [[1]], towards: 'next' }, { sort })).toThrow('an array');
  });

  const where = { column: 'kind', is: 'eq', value: 'a' } as const;
  it.each([
    ['another order', () => decodeCursor(cursor, { sort: sort.map((each) => ({ ...each, direction: 'desc' as const })) })],
    ['another column', () => decodeCursor(cursor, { sort: sort.map((each) => ({ ...each, column: `d${each.column}` })) })],
    ['other filters', () => decodeCursor(cursor, { sort, where })],
    ['filters with another value', () => decodeCursor(encodeCursor({ values, towards: 'next' }, { sort, where }), { sort, where: { ...where, value: 1 } })],
    ['another list', () => decodeCursor(encodeCursor({ values, towards: 'next' }, { sort, name: 'users' }), { sort, name: 'posts' })],
    ['another secret', () => decodeCursor(encodeCursor({ values, towards: 'next' }, { sort, secret: 'one' }), { sort, secret: 'other' })],
    ['no secret', () => decodeCursor(encodeCursor({ values, towards: 'next' }, { sort }), { sort, secret: 'one' })],
    ['nothing', () => decodeCursor('', { sort })],
    ['a text', () => decodeCursor('hello', { sort })],
    ['what is no base64url', () => decodeCursor(`${cursor}!`, { sort })],
    ['a part', () => decodeCursor(cursor.slice(0, -4), { sort })],
    ['a changed letter', () => decodeCursor(`${cursor.slice(0, 20)}${cursor[20] === 'A' ? 'B' : 'A'}${cursor.slice(21)}`, { sort })],
    ['an object', () => decodeCursor({} as string, { sort })],
  ])('of %s are refused', (_name, run) => {
    expect(codeOf(run)).toBe('ERR_PAGE_CURSOR');
  });
});

describe('a cursor that somebody made', () => {
  const sort: Order[] = [{ column: 'id', direction: 'asc' }];
  const seal = (body: string): string => {
    const bytes = Buffer.from(body);
    const sealed = createHash('sha256')
      .update(JSON.stringify(['', [['id', 'asc', null]], null]))
      .update(bytes)
      .digest()
      .subarray(0, 12);
    return Buffer.concat([sealed, bytes]).toString('base64url');
  };

  it('is read where it is sound', () => {
    expect(decodeCursor(seal('[1,5]'), { sort })).toEqual({ towards: 'next', values: [5] });
  });

  it.each([
    '{',
    '5',
    '[]',
    '[1]',
    '[1,1,1]',
    '[4,1]',
    '["1",1]',
    '[1,null]',
    '[1,{"$ne":1}]',
    '[1,["bigint","x"]]',
    '[1,["bytes",5]]',
    '[1,["date","x"]]',
    '[1,["other","x"]]',
    '[1,[]]',
  ])('is refused with %s', (body) => {
    expect(codeOf(() => decodeCursor(seal(body), { sort }))).toBe('ERR_PAGE_CURSOR');
  });
});

describe('reading', () => {
  const source = (rows: readonly object[]): PageSource<object> => ({
    key: ['id'],
    rows: ({ limit }) => Promise.resolve(rows.slice(0, limit)),
    count: () => Promise.resolve(rows.length),
  });

  it('refuses sizes that make no sense', async () => {
    for (const pageSize of [0, -1, 1.5, Number.NaN, Infinity]) {
      await expect(paginate(source([]), { pageSize })).rejects.toThrow(RangeError);
      await expect(keyset(source([]), { pageSize })).rejects.toThrow(RangeError);
      await expect(eachPage(source([]), { pageSize }).next()).rejects.toThrow(RangeError);
    }
    await expect(paginate(source([]), { page: 0 })).rejects.toThrow('page must be a whole number');
  });

  it('says which column a row lacks, and where an order of nulls is needed', async () => {
    const sort: Order[] = [{ column: 'users.name', direction: 'asc' }];
    await expect(keyset(source([{ id: 1 }, { id: 2 }]), { sort, pageSize: 1 })).rejects.toThrow('The rows do not have `users.name`');
    await expect(keyset(source([{ id: 1, name: null }, { id: 2 }]), { sort, pageSize: 1 })).rejects.toThrow("{ column: 'users.name', nulls: 'last' }");
  });

  it('refuses a list without a key, and a condition without parts', async () => {
    await expect(paginate({ ...source([]), key: [] })).rejects.toThrow('needs a key');
    await expect(paginate(source([]), { where: { all: [] } })).rejects.toThrow('at least one part');
    await expect(eachPage(source([]), { where: { any: [{ all: [] }] } }).next()).rejects.toThrow('at least one part');
  });

  it('stops when it is told to', async () => {
    const stop = new AbortController();
    const walk = eachPage(source([{ id: 1 }, { id: 2 }]), { pageSize: 1, signal: stop.signal });
    expect((await walk.next()).value).toEqual([{ id: 1 }]);
    stop.abort(new Error('enough'));
    await expect(walk.next()).rejects.toThrow('enough');
  });

  it('passes on what the library throws, and has types', async () => {
    const failing: PageSource<{ id: number }> = { key: ['id'], rows: () => Promise.reject(new Error('no connection')), count: () => Promise.resolve(0) };
    await expect(paginate(failing)).rejects.toThrow('no connection');
    expectTypeOf(() => paginate(failing))
      .returns.resolves.toHaveProperty('items')
      .toEqualTypeOf<{ id: number }[]>();
  });
});
