// A store of documents that answers as MongoDB does, by an engine that knows its queries, updates and pipelines: no server of
// MongoDB runs here.
import { aggregate, Query, updateMany, updateOne } from 'mingo';

export type Document = Record<string, unknown>;
interface ReadOptions {
  readonly projection?: Document;
  readonly sort?: Document | Map<string, unknown>;
  readonly limit?: number;
  readonly skip?: number;
}
interface Cursor {
  sort(sort: Document): Cursor;
  project(projection: Document): Cursor;
  toArray(): Promise<Document[]>;
}
interface Written {
  readonly acknowledged: true;
  readonly matchedCount: number;
  readonly modifiedCount: number;
}

const collections = new Map<string, Document[]>();
let sent = 0;

/** What the driver has for a collection, as far as programs use it. */
export function documents(name: string) {
  const all = (): Document[] => collections.get(name) ?? [];
  const matching = (filter: Document, options: ReadOptions = {}): Document[] => {
    let found = new Query(filter as never).find<Document>(all() as never, (options.projection ?? {}) as never);
    if (options.sort !== undefined) found = found.sort((options.sort instanceof Map ? Object.fromEntries(options.sort) : options.sort) as never);
    if (options.skip !== undefined) found = found.skip(options.skip);
    if (options.limit !== undefined) found = found.limit(options.limit);
    return found.all().map((each) => ({ ...each }));
  };
  const remove = (filter: Document, most: number): { acknowledged: true; deletedCount: number } => {
    const gone = new Query(filter as never)
      .find<Document>(all() as never)
      .all()
      .slice(0, most);
    collections.set(
      name,
      all().filter((each) => !gone.includes(each)),
    );
    return { acknowledged: true, deletedCount: gone.length };
  };
  const insert = (document: Document): void => {
    if (all().some(({ _id }) => String(_id) === String(document['_id']))) throw Object.assign(new Error('E11000 duplicate key error'), { code: 11_000 });
    collections.set(name, [...all(), { ...document }]);
  };
  const change = (update: typeof updateOne, filter: Document, by: Document): Written => {
    const { modifiedCount, matchedCount } = update(all() as never, filter as never, by as never);
    return { acknowledged: true, matchedCount: Number(matchedCount), modifiedCount: Number(modifiedCount ?? 0) };
  };
  const write = (operation: string, { filter, update, document }: { filter: Document; update: Document; document: Document }): void => {
    if (operation === 'insertOne') insert(document);
    else if (operation === 'deleteOne') remove(filter, 1);
    else if (operation === 'deleteMany') remove(filter, Infinity);
    else if (operation === 'updateOne') change(updateOne, filter, update);
    else if (operation === 'updateMany') change(updateMany, filter, update);
    else throw new Error(`${operation} is not known here`);
  };
  const counted =
    <A extends unknown[], R>(run: (...given: A) => R) =>
    async (...given: A): Promise<R> => {
      sent++;
      await Promise.resolve();
      return run(...given);
    };
  const find = (filter: Document, options: ReadOptions = {}): Cursor => ({
    sort: (sort) => find(filter, { ...options, sort }),
    project: (projection) => find(filter, { ...options, projection }),
    toArray: counted(() => matching(filter, options)),
  });
  return {
    find,
    findOne: counted((filter: Document, options?: ReadOptions) => matching(filter, { ...options, limit: 1 })[0] ?? null),
    countDocuments: counted((filter: Document) => matching(filter).length),
    aggregate: (pipeline: Document[]) => ({ toArray: counted(() => aggregate(all() as never, pipeline as never) as Document[]) }),
    insertOne: counted((document: Document) => {
      insert(document);
      return { acknowledged: true, insertedId: document['_id'] };
    }),
    insertMany: counted((list: Document[]) => {
      list.forEach(insert);
      return { acknowledged: true, insertedCount: list.length };
    }),
    updateOne: counted((filter: Document, by: Document) => change(updateOne, filter, by)),
    updateMany: counted((filter: Document, by: Document) => change(updateMany, filter, by)),
    deleteOne: counted((filter: Document) => remove(filter, 1)),
    deleteMany: counted((filter: Document) => remove(filter, Infinity)),
    findOneAndUpdate: counted((filter: Document, by: Document) => {
      const [before = null] = matching(filter, { limit: 1 });
      if (before !== null) change(updateOne, { _id: before['_id'] }, by);
      return before;
    }),
    findOneAndDelete: counted((filter: Document) => {
      const [before = null] = matching(filter, { limit: 1 });
      if (before !== null) remove({ _id: before['_id'] }, 1);
      return before;
    }),
    bulkWrite: counted((operations: Record<string, never>[]) => {
      for (const each of operations) for (const [operation, given] of Object.entries(each)) write(operation, given);
      return { ok: 1, acknowledged: true };
    }),
  };
}

/** The rows of the other libraries' tables. */
export function reset(): Promise<void> {
  const numbers = (count: number): number[] => Array.from({ length: count }, (_each, index) => index + 1);
  collections.set(
    'users',
    numbers(8).map((n) => ({ _id: n, name: `user ${n}`, team: n % 3 === 0 ? null : n % 4 })),
  );
  collections.set(
    'posts',
    numbers(14).map((n) => ({ _id: n, author: n % 5 === 0 ? null : 1 + (n % 6), title: `post ${n}` })),
  );
  collections.set('logs', []);
  return Promise.resolve();
}

/** All documents; those that were added without the ids that they got. */
export function dump({ ordered = true } = {}): Promise<unknown> {
  const logs = (collections.get('logs') ?? []).map(({ ref, note }) => ({ ref, note }));
  const inOrder = ordered ? logs : logs.map((each) => JSON.stringify(each)).sort();
  return Promise.resolve({ users: collections.get('users'), posts: collections.get('posts'), logs: inOrder });
}

let before = 0;
/** Operations sent since the last call. */
export function countStatements(): number {
  const since = sent - before;
  before = sent;
  return since;
}
