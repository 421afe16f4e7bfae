import { createHash } from 'node:crypto';

/** Longer keys are hashed. */
const lengthMax = 200;

/**
 * The key of some arguments: the same for equal arguments, and different for `1` and `"1"`, `null` and `undefined`, a `Map` and
 * an object, another order of arguments. The order of an object's keys, a map's or a set's members does not count.
 *
 * @throws TypeError for what has no value to compare: a function, a symbol, an object of a class without `toJSON`, an object that
 * holds itself.
 */
export function cacheKey(prefix: string, args: readonly unknown[]): string {
  const text = args.map((each) => written(each, [])).join(',');
  return `${prefix}:${text.length <= lengthMax ? text : `#${createHash('sha256').update(text).digest('base64url')}`}`;
}

function written(value: unknown, within: readonly object[]): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'bigint':
      return `${value}n`;
    case 'number':
    case 'boolean':
    case 'undefined':
      // 0 and -0 are equal.
      return String(value);
    case 'object':
      break;
    default:
      throw new TypeError(`A ${typeof value} cannot be part of a cache key.`);
  }
  if (value === null) return 'null';
  if (within.includes(value)) throw new TypeError('An object that holds itself cannot be part of a cache key.');
  const inside = [...within, value];
  const each = (values: Iterable<unknown>): string[] => Array.from(values, (one) => written(one, inside));
  const members = (object: object): string[] =>
    Object.entries(object)
      .map(([name, one]) => `${JSON.stringify(name)}:${written(one, inside)}`)
      .sort();
  if (Array.isArray(value)) return `[${each(value).join(',')}]`;
  if (value instanceof Date) return `Date(${value.getTime()})`;
  if (value instanceof RegExp) return `RegExp(${String(value)})`;
  if (value instanceof URL || value instanceof URLSearchParams) return `${value.constructor.name}(${JSON.stringify(String(value))})`;
  if (value instanceof Set) return `Set{${each(value).sort().join(',')}}`;
  if (value instanceof Map)
    return `Map{${Array.from(value, ([key, one]) => `${written(key, inside)}=>${written(one, inside)}`)
      .sort()
      .join(',')}}`;
  if (ArrayBuffer.isView(value)) return `${value.constructor.name}(${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')})`;
  if (value instanceof ArrayBuffer) return `ArrayBuffer(${Buffer.from(value).toString('base64')})`;
  if (value instanceof Number || value instanceof String || value instanceof Boolean) return `${value.constructor.name}(${written(value.valueOf(), inside)})`;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return `{${members(value).join(',')}}`;
  // Decimal, ObjectId and their like say themselves what they are; what others are made of may not be seen.
  const { toJSON } = value as { toJSON?: () => unknown };
  const name = (value.constructor as { readonly name?: string } | undefined)?.name ?? 'object';
  if (typeof toJSON !== 'function')
    throw new TypeError(`A ${name} cannot be part of a cache key: it has no toJSON. Name the part of it that tells, by \`key\`.`);
  return `${name}(${written(toJSON.call(value), inside)})`;
}
