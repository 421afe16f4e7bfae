/**
 * One read for many keys instead of one per key. What a database takes for equal is not what JavaScript takes for equal:
 * drivers give a bigint as a text, an ObjectId is an object, a collation may ignore case. So rows are put to the keys by
 * the keys' text, and where that leaves a doubt the database is asked again about that one key.
 */
export interface ByKeysOptions {
  /** Keys in one call of `load`. Default: 1000, which every database takes as a list; of keys with several parts fewer, 1000 parts. */
  readonly chunk?: number;
}

/** A key that is there, with all its parts. */
type Present<K> = K extends readonly unknown[] ? { [Part in keyof K]: NonNullable<K[Part]> } : NonNullable<K>;

type Load<K, V> = (keys: Present<K>[]) => PromiseLike<Iterable<V>> | Iterable<V>;

/**
 * The row of each key. A key without a row, `null` and `undefined` are absent. Of several rows of one key the first counts.
 *
 * @param keys May repeat; each is asked for once. Not asked for: `null` and `undefined`. A key of several parts is an array, such
 * as `[userId, postId]`, and is not asked for where a part is missing.
 * @param load Gives the rows of some keys in any order, rows of no other keys.
 * @param keyOf The key of a row, as the driver gives it.
 * @throws TypeError when a key or what `keyOf` gives has no text to compare by. What `load` throws is passed on.
 */
export async function findByKeys<K, V>(keys: Iterable<K>, load: Load<K, V>, keyOf: (row: V) => unknown, options: ByKeysOptions = {}): Promise<Map<K, V>> {
  const found = new ByKey<K, V>();
  for (const [key, rows] of await loadRows('findByKeys', keys, load, keyOf, options)) {
    const [first] = rows;
    if (rows.length > 0) found.set(key, first as V);
  }
  return found;
}

/**
 * The rows of each key, in the order in which `load` gave them; `[]` for a key without rows. `null` and `undefined` are
 * absent. Parameters and errors as in {@link findByKeys}.
 */
export async function groupByKeys<K, V>(keys: Iterable<K>, load: Load<K, V>, keyOf: (row: V) => unknown, options: ByKeysOptions = {}): Promise<Map<K, V[]>> {
  return loadRows('groupByKeys', keys, load, keyOf, options);
}

/**
 * The count of each key, from rows that a grouped query gives; 0 for a key without a row.
 *
 * @param countOf The count of a row: a number, or the text or bigint that a driver gives for one.
 * @throws TypeError when a count is no whole number. Otherwise as {@link findByKeys}.
 */
export async function countByKeys<K, V>(
  keys: Iterable<K>,
  load: Load<K, V>,
  keyOf: (row: V) => unknown,
  countOf: (row: V) => number | bigint | string | null | undefined,
  options: ByKeysOptions = {},
): Promise<Map<K, number>> {
  const counts = new ByKey<K, number>();
  for (const [key, rows] of await loadRows('countByKeys', keys, load, keyOf, options)) {
    let total = 0;
    for (const row of rows) {
      const count = Number(countOf(row) ?? 0);
      if (!Number.isInteger(count)) throw new TypeError(`countByKeys: countOf gave ${String(countOf(row))}, which is no count.`);
      total += count;
    }
    counts.set(key, total);
  }
  return counts;
}

/**
 * The batch function of a DataLoader: `new DataLoader(batchLoader(loadUsers, (user) => user.id))`. Gives one row or
 * `undefined` per key, in the order of the keys. Parameters and errors as in {@link findByKeys}.
 */
export function batchLoader<K, V>(
  load: Load<K, V>,
  keyOf: (row: V) => unknown,
  options: ByKeysOptions = {},
): (keys: readonly K[]) => Promise<(V | undefined)[]> {
  return async (keys) => {
    const rows = await findByKeys(keys, load, keyOf, options);
    return keys.map((key) => rows.get(key));
  };
}

/** A map that finds an object, such as an ObjectId, a Date or an array of parts, by another one of the same text. */
class ByKey<K, V> extends Map<K, V> {
  /** The objects by their texts, as they were when it was made. */
  #byText: ReadonlyMap<string, K> | undefined;
  #size = 0;

  override get(key: K): V | undefined {
    return super.get(this.#same(key));
  }

  override has(key: K): boolean {
    return super.has(this.#same(key));
  }

  #same(key: K): K {
    if (typeof key !== 'object' || !isPresent(key) || super.has(key)) return key;
    if (this.#byText === undefined || this.#size !== this.size) {
      this.#size = this.size;
      this.#byText = new Map([...this.keys()].filter((each) => typeof each === 'object').map((each) => [textOfKey('the map', each), each]));
    }
    return this.#byText.get(textOfKey('the map', key)) ?? key;
  }
}

async function loadRows<K, V>(caller: string, keys: Iterable<K>, load: Load<K, V>, keyOf: (row: V) => unknown, options: ByKeysOptions): Promise<Map<K, V[]>> {
  const given = [...new Set(keys)].filter(isPresent);
  const parts = given.reduce((most, key) => Math.max(most, Array.isArray(key) ? key.length : 1), 1);
  const { chunk = Math.max(1, Math.floor(1000 / parts)) } = options;
  if (!Number.isInteger(chunk) || chunk < 1) throw new RangeError(`${caller}: chunk must be a whole number of at least 1, not ${String(chunk)}.`);
  const byText = new Map<string, Present<K>>();
  for (const key of given) {
    const text = textOfKey(caller, key);
    if (!byText.has(text)) byText.set(text, key);
  }
  const rowsByText = new Map<string, V[]>();
  const wanted = [...byText];
  for (let start = 0; start < wanted.length; start += chunk) {
    const part = wanted.slice(start, start + chunk);
    const rows = await loadPart(caller, part, load, keyOf);
    for (const [text, list] of rows) rowsByText.set(text, list);
  }
  return new ByKey(given.map((key) => [key, rowsByText.get(textOfKey(caller, key)) ?? []]));
}

/** The rows of some keys by the keys' text. */
async function loadPart<K, V>(
  caller: string,
  wanted: readonly (readonly [text: string, key: Present<K>])[],
  load: Load<K, V>,
  keyOf: (row: V) => unknown,
): Promise<Map<string, V[]>> {
  const rowsByText = new Map<string, V[]>(wanted.map(([text]) => [text, []]));
  const textsByFold = new Map<string, Set<string>>();
  const all: V[] = [];
  let strangers = 0;
  for (const row of await load(wanted.map(([, key]) => key))) {
    const key = keyOf(row);
    if (!isPresent(key)) throw new TypeError(`${caller}: keyOf gave ${written(key)} for a row. The column of the key must be among those that are read.`);
    const text = textOfKey(caller, key);
    all.push(row);
    const folded = foldOf(caller, key, text);
    textsByFold.set(folded, (textsByFold.get(folded) ?? new Set()).add(text));
    const list = rowsByText.get(text);
    if (list === undefined) strangers++;
    else list.push(row);
  }
  const [only] = wanted;
  if (wanted.length === 1 && only !== undefined) return new Map([[only[0], all]]);
  // The database may have matched a key that is written otherwise: 'ANNA' and 'anna', '1.50' and 1.5.
  const isDoubtful = (text: string, key: unknown): boolean => {
    const alike = textsByFold.get(foldOf(caller, key, text));
    if (alike !== undefined) return alike.size > 1 || !alike.has(text);
    return strangers > 0;
  };
  for (const [text, key] of wanted) if (isDoubtful(text, key)) rowsByText.set(text, [...(await load([key]))]);
  return rowsByText;
}

function isPresent<K>(key: K): key is K & Present<K> {
  return key !== null && key !== undefined && (!Array.isArray(key) || key.every((part) => part !== null && part !== undefined));
}

/** What stands before the text of a key with several parts. */
const several = '\0';

/** What is alike to a key, for a database that looks less closely. */
function foldOf(caller: string, key: unknown, text: string): string {
  return Array.isArray(key) ? several + JSON.stringify(key.map((part) => fold(textOfKey(caller, part)))) : fold(text);
}

/** Upper and lower case, accents and trailing spaces do not count in many collations; `'01'` is 1 to a column of numbers. */
function fold(text: string): string {
  const number = /^\s*([-+]?)0*(\d+?)(?:\.(\d*?)0*)?\s*$/.exec(text);
  if (number !== null) return `${number[1] === '-' ? '-' : ''}${number[2] ?? ''}${number[3] === undefined || number[3] === '' ? '' : `.${number[3]}`}`;
  return text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase().trimEnd();
}

/** What keys are compared by. */
function textOfKey(caller: string, key: unknown): string {
  switch (typeof key) {
    case 'string':
      return key;
    case 'number':
      return Object.is(key, -0) ? '0' : String(key);
    case 'bigint':
    case 'boolean':
      return String(key);
    case 'object': {
      if (key instanceof Date) return Number.isNaN(key.getTime()) ? 'Invalid Date' : key.toISOString();
      if (key instanceof Uint8Array) return Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('hex');
      if (Array.isArray(key)) return several + JSON.stringify(key.map((part) => textOfKey(caller, part)));
      // ObjectId, Decimal and the like say themselves what they are.
      const text = key === null ? '[object Object]' : (key as { readonly toString: () => string }).toString();
      if (!text.startsWith('[object ')) return text;
    }
  }
  throw new TypeError(
    `${caller}: a key must be a text, number, bigint, boolean, Date, bytes, an object with a toString of its own, or an array of such parts; got ${describe(key)}.`,
  );
}

function written(key: unknown): string {
  return Array.isArray(key) ? `[${key.map(String).join(', ')}]` : String(key);
}

function describe(key: unknown): string {
  return typeof key === 'object' ? 'an object' : `a ${typeof key}`;
}
