import { isResolveInfo, requestedOf, type ResolveInfo } from './graphql.ts';

/**
 * What clients may ask for. `true`: the column of that name; a text: another column; a list: the columns that a computed field
 * needs; an object: the fields of a relation.
 */
export interface AllowedFields {
  readonly [field: string]: true | string | readonly string[] | AllowedFields;
}

/** What is read: columns, and the columns of relations. */
export interface Fields {
  readonly [column: string]: true | Fields;
}

export interface SelectOptions {
  /** Columns that are read whatever is asked for; `author.id` for those of a relation that is asked for. */
  readonly always?: readonly string[];
  /** Where the fields begin in a GraphQL selection: `edges.node`. */
  readonly path?: string;
  /**
   * The types of a union, or of an interface, whose fields are wanted: the member's own, and the interfaces that it has. Default:
   * the fields of all members together.
   */
  readonly types?: readonly string[];
}

/** A field was asked for that is not offered. Frameworks that read `status`, `statusCode` and `expose` answer 400. */
export class FieldError extends Error {
  override readonly name = 'FieldError';
  readonly code = 'ERR_FIELD_UNKNOWN';
  readonly status = 400;
  readonly statusCode = 400;
  readonly expose = true;
  readonly field: string;

  constructor(field: string, offered: readonly string[]) {
    const shown = field.length > 60 ? `${field.slice(0, 60)}…` : field;
    super(`There is no field "${shown}".${offered.length === 0 ? '' : ` Possible: ${offered.join(', ')}.`}`);
    this.field = field;
  }
}

/** Fields as they were asked for; `itself`: the field was named, not only fields of it. */
export interface Requested {
  readonly [field: string]: Requested;
  readonly [itself]?: true;
}

const itself = Symbol('itself');

/** Names that are nested deeper are refused: an allow-list may lead back to itself. */
const depthMax = 10;

/**
 * The columns that a request needs, of those that are allowed. Takes a list (`['id', 'author.name']`), the text of a query string
 * (`id,author.name`), or the info of a GraphQL resolver. Where nothing is asked for, all columns that are allowed, without
 * relations.
 *
 * @throws FieldError for a field that is not allowed.
 */
export function selectFields(
  requested: string | readonly string[] | ResolveInfo | undefined,
  allowed: AllowedFields,
  { always = [], path, types }: SelectOptions = {},
): Fields {
  const asked = isResolveInfo(requested) ? requestedOf(requested, path === undefined ? [] : path.split('.'), types) : treeOf(requested ?? []);
  const fields: Mutable = Object.create(null) as Mutable;
  if (Object.keys(asked).length === 0) addAll(fields, allowed);
  else add(fields, asked, allowed, '');
  for (const column of always) addAlways(fields, column.split('.'));
  return plain(fields);
}

interface Mutable {
  [column: string]: true | Mutable;
}

interface Tree {
  [field: string]: Tree;
}

function treeOf(requested: string | readonly string[]): Requested {
  const tree = Object.create(null) as Tree;
  // A query string may hold anything.
  const texts: readonly unknown[] = typeof requested === 'string' ? [requested] : Array.isArray(requested) ? requested : [requested];
  for (const text of texts) {
    if (typeof text !== 'string') throw new FieldError(typeof text, []);
    for (const each of text.split(',')) {
      const parts = each
        .trim()
        .split('.')
        .filter((name) => name !== '');
      if (parts.length > depthMax) throw new FieldError(each.trim(), []);
      let at = tree;
      for (const part of parts) at = at[part] ??= Object.create(null) as Tree;
      if (parts.length > 0) (at as { [itself]?: true })[itself] = true;
    }
  }
  return tree;
}

function add(fields: Mutable, asked: Requested, allowed: AllowedFields, above: string): void {
  for (const [name, inside] of Object.entries(asked)) {
    const rule = Object.hasOwn(allowed, name) ? allowed[name] : undefined;
    const isRelation = typeof rule === 'object' && !Array.isArray(rule);
    const [deeper] = Object.keys(inside);
    if (rule === undefined) throw new FieldError(`${above}${name}`, Object.keys(allowed));
    if (!isRelation && deeper !== undefined) throw new FieldError(`${above}${name}.${deeper}`, []);
    if (isRelation) {
      const nested = relationOf(fields, name);
      if (deeper === undefined || inside[itself] === true) addAll(nested, rule as AllowedFields);
      if (deeper !== undefined) add(nested, inside, rule as AllowedFields, `${above}${name}.`);
    } else addColumns(fields, name, rule as true | string | readonly string[]);
  }
}

/** All columns that are allowed, relations aside. */
function addAll(fields: Mutable, allowed: AllowedFields): void {
  for (const [name, rule] of Object.entries(allowed))
    if (typeof rule !== 'object' || Array.isArray(rule)) addColumns(fields, name, rule as true | string | readonly string[]);
}

function addColumns(fields: Mutable, name: string, rule: true | string | readonly string[]): void {
  for (const column of rule === true ? [name] : typeof rule === 'string' ? [rule] : rule) fields[column] ??= true;
}

function relationOf(fields: Mutable, name: string): Mutable {
  const known = fields[name];
  return typeof known === 'object' ? known : (fields[name] = Object.create(null) as Mutable);
}

/** The columns of a relation only where the relation is read. */
function addAlways(fields: Mutable, [name = '', ...rest]: readonly string[]): void {
  if (rest.length === 0) fields[name] ??= true;
  else {
    const inside = fields[name];
    if (typeof inside === 'object') addAlways(inside, rest);
  }
}

function plain(fields: Mutable): Fields {
  return Object.fromEntries(Object.entries(fields).map(([name, inside]) => [name, inside === true ? true : plain(inside)]));
}
