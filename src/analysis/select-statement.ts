/** A SELECT that asks for the rows of one value, as it is written; offsets are into its text. */
export interface SelectStatement {
  readonly table: string;
  /** What compares the column with a parameter: `= $1::int`. */
  readonly compared: readonly [start: number, end: number];
  /** The parameter as it is written, and its cast: `$1`, `int`. */
  readonly parameter: string;
  readonly cast: string | undefined;
  /** The column of the key as it is compared: `u.id`. */
  readonly written: string;
  /** The property of a row that holds it, and whether it has to be added to the columns that are read. */
  readonly column: string;
  readonly adds: boolean;
  /** Where further columns, and what groups, are put in. */
  readonly columnsStart: number;
  readonly columnsEnd: number;
  readonly whereEnd: number;
  /** Where the order's first column stands. */
  readonly orderStart: number | undefined;
  /** `limit 1` with the space before. */
  readonly limit: readonly [start: number, end: number] | undefined;
  /** The order's columns, or one of them is an id. */
  readonly ordersByUnique: boolean;
  readonly joins: boolean;
  /** All columns are read, so that the name of the key's is the table's. */
  readonly all: boolean;
  /** It asks for the time, which goes on from turn to turn. */
  readonly asksTime: boolean;
  /** The one column is a count: its name in the row, and whether it is given as a number. */
  readonly count: { readonly name: string; readonly isNumber: boolean } | undefined;
}

/** Why a SELECT cannot be asked for many keys. */
export const notSelect = {
  form: 'the statement is more than one SELECT with conditions that all hold',
  key: 'the key is not compared for equality by a condition of its own',
  column: 'the column of the key is not among those that are read, or another one is called like it',
  computed: 'the columns may be computed over several rows',
} as const;

const clauses =
  /^\s*select\s+(?<columns>[\s\S]+?)\s+from\s+(?<from>[\s\S]+?)\s+where\s+(?<where>[\s\S]+?)(?:\s+order\s+by\s+(?<order>[\s\S]+?))?(?<limit>\s+limit\s+1)?\s*;?\s*$/di;
/** Words after which the rows of a key depend on others, or conditions do not all hold. */
const otherWords =
  /\b(?:distinct|group|having|union|intersect|except|limit|offset|fetch|for|window|over|returning|into|or|xor|case|select|from|where|order|lateral|tablesample|lock|on\s+conflict)\b/i;
/** Functions of one row that change nothing, and words before a bracket. */
const ofOneRow =
  /^(?:lower|upper|coalesce|nullif|concat|concat_ws|length|char_length|trim|btrim|ltrim|rtrim|substring|substr|left|right|replace|round|floor|ceil|abs|greatest|least|to_char|to_json|to_jsonb|date_trunc|date|extract|age|cast|now|ifnull|if|date_format|unix_timestamp|jsonb?_build_object|and|or|in|any|not|is|on|as|using|exists|values|where|then|else|varchar|char|numeric|decimal)$/i;
const ofRows = /^(?:count|sum|min|max|avg|array_agg|string_agg|json_agg|jsonb_agg|bool_and|bool_or|group_concat|row_number|rank|dense_rank|lag|lead|over)$/i;
const name = String.raw`(?:"[\w$]+"|\`[\w$]+\`|[a-z_][\w$]*)`;
const equality = new RegExp(String.raw`^((?:${name}\.)?${name})(\s*=\s*(\$\d+|\?)(?:::([a-z]\w*(?:\s+varying)?))?)$`, 'i');
const plainColumn = new RegExp(String.raw`^(?:(${name})\.)?(${name})(?:\s+(?:as\s+)?(${name}))?$`, 'i');
const plainTable = new RegExp(String.raw`^(?:${name}\.)*(${name})(?:\s+(?:as\s+)?(${name}))?`, 'i');

/** How a text that is a SELECT asks by the parameter that stands at an offset. */
export function readSelect(text: string, at: number, fold: 'folds' | 'keeps'): SelectStatement | (typeof notSelect)[keyof typeof notSelect] {
  const outside = outsideQuotes(text, fold);
  if (outside === undefined) return notSelect.form;
  const flat = withoutBrackets(outside);
  const found = flat === undefined ? undefined : clauses.exec(flat);
  const { columns, from, where, order, limit } = found?.indices?.groups ?? {};
  if (flat === undefined || columns === undefined || from === undefined || where === undefined) return notSelect.form;
  const part = (range: readonly [number, number], of = flat): string => of.slice(range[0], range[1]);
  if ([columns, from, where, ...(order === undefined ? [] : [order])].some((range) => otherWords.test(part(range)))) return notSelect.form;
  const joins = /join\b|,/i.test(part(from));
  const [, table] = plainTable.exec(part(from)) ?? [];
  const condition = pieces(part(where), /\s+and\s+/gi, where[0]).find(([start, end]) => start <= at && at < end);
  const [, written, , parameter, cast] = (condition === undefined ? null : equality.exec(part(condition))) ?? [];
  if (table === undefined) return notSelect.form;
  if (condition === undefined || written === undefined || parameter === undefined) return notSelect.key;
  // The same parameter stands for something else, too.
  if (parameter !== '?' && text.split(parameter).filter((each, index) => index === 0 || !/^\d/.test(each)).length !== 2) return notSelect.key;

  const listed = pieces(part(columns), /\s*,\s*/g, columns[0]).map((range) => part(range, outside).trim());
  const count = listed.length === 1 ? countOf(listed[0] ?? '', fold) : undefined;
  const rest = outside.slice(count === undefined ? columns[0] : columns[1]);
  if (calledIn(rest).some((each) => !ofOneRow.test(each))) return notSelect.computed;
  const property = columnIn(listed, written, joins, fold);
  if (count === undefined && property === undefined) return notSelect.column;
  const column = property?.column ?? rowName(lastOf(written), fold);
  if (count !== undefined && (count.name === column || joins || limit !== undefined || order !== undefined)) return notSelect.computed;
  return {
    table: bare(table),
    compared: [condition[0] + written.length, condition[1]],
    parameter,
    cast,
    written,
    column,
    adds: count !== undefined || property?.adds === true,
    columnsStart: columns[0],
    columnsEnd: columns[1],
    whereEnd: where[1],
    orderStart: order?.[0],
    limit,
    ordersByUnique:
      order !== undefined &&
      !joins &&
      /(?:^|,)\s*(?:\w+\.)?["`]?(?:id|uuid)["`]?(?:\s+(?:asc|desc))?(?:\s+nulls\s+(?:first|last))?\s*(?:,|$)/i.test(part(order)),
    joins,
    all: property?.all === true,
    asksTime: /\b(?:now|age|unix_timestamp)\s*\(|\bcurrent_/i.test(outside),
    count,
  };
}

/** The text, as long as it is, without what stands in quotes; `undefined` where that, or what else it says, cannot be told. */
function outsideQuotes(text: string, fold: 'folds' | 'keeps'): string | undefined {
  // Comments, escapes, `$$quotes$$`, names that are called or hold a quote; and of MySQL `#`, `||` and variables.
  if (/--|\/\*|\\|\$\w*\$|"\s*\(|"[^"]*'[^"]*"|\s{200}/.test(text) || (fold === 'keeps' && /[#@]|\|\||&&/.test(text))) return undefined;
  const quoted = fold === 'keeps' ? /'(?:[^']|'')*'|"(?:[^"]|"")*"/g : /'(?:[^']|'')*'/g;
  return text.replaceAll(quoted, (each) => `'${'_'.repeat(each.length - 2)}'`);
}

/** The names that stand before a bracket. */
function calledIn(sql: string): string[] {
  return [...sql.matchAll(/([\w$]+)\s*\(/g)].map(([, each]) => each ?? '');
}

/** Whether a statement is a SELECT that changes nothing and locks nothing, as far as its text tells. */
export function onlyReads(sql: string): boolean {
  if (!/^[\s(]*select\b/i.test(sql) || /\b(?:insert|update|delete|merge|into|for\s+(?:no\s+key\s+)?(?:update|share|key\s+share))\b/i.test(sql)) return false;
  return (
    /\bfrom\b/i.test(sql) &&
    calledIn(sql.replaceAll(/'(?:[^']|'')*'/g, "''")).every(
      (each) => ofOneRow.test(each) || ofRows.test(each) || /^(?:select|from|join|lateral|filter|by)$/i.test(each),
    )
  );
}

/** What stands outside of brackets; `undefined` where they do not match. */
function withoutBrackets(text: string): string | undefined {
  let depth = 0;
  let flat = '';
  for (const each of text) {
    if (each === ')') depth--;
    if (depth < 0) return undefined;
    flat += depth > 0 ? '_'.repeat(each.length) : each;
    if (each === '(') depth++;
  }
  return depth === 0 ? flat : undefined;
}

/** The ranges between separators. */
function pieces(text: string, separator: RegExp, offset: number): [number, number][] {
  const ranges: [number, number][] = [];
  let start = 0;
  for (const match of text.matchAll(separator)) {
    ranges.push([offset + start, offset + match.index]);
    start = match.index + match[0].length;
  }
  return [...ranges, [offset + start, offset + text.length]];
}

/** `count(*)`, `count(*)::int as total` */
function countOf(column: string, fold: 'folds' | 'keeps'): SelectStatement['count'] {
  const match = new RegExp(String.raw`^count\s*\([^()]*\)(::int(?:4|eger)?)?(?:\s+(?:as\s+)?(${name}))?$`, 'i').exec(column);
  if (match === null) return undefined;
  const [, cast, alias] = match;
  // Elsewhere than in PostgreSQL a count without a name is called as it is written.
  if (alias === undefined && fold === 'keeps') return undefined;
  return { name: alias === undefined ? 'count' : rowName(alias, fold), isNumber: cast !== undefined || fold === 'keeps' };
}

/** The property of a row that holds a column, or that it can be given. */
function columnIn(
  listed: readonly string[],
  written: string,
  joins: boolean,
  fold: 'folds' | 'keeps',
): { readonly column: string; readonly adds: boolean; readonly all: boolean } | undefined {
  const own = rowName(lastOf(written), fold);
  const qualifier = written.includes('.') ? bare(written.split('.')[0] ?? '') : undefined;
  const isOwn = (of: string | undefined): boolean =>
    of === undefined ? !joins || qualifier === undefined : bare(of) === qualifier || (!joins && qualifier === undefined);
  const given: { readonly name: string; readonly isKey: boolean }[] = [];
  let all = false;
  for (const each of listed) {
    const star = new RegExp(String.raw`^(?:(${name})\.)?\*$`, 'i').exec(each);
    const plain = plainColumn.exec(each);
    if (star !== null) {
      // Of several tables, two columns may have one name.
      if (joins && !(star[1] !== undefined && bare(star[1]) === qualifier)) return undefined;
      all = true;
    } else if (plain === null) {
      // Without a name of its own, it may be called like anything in it: a cast like its column, a sub-select like what it selects.
      const alias = /\sas\s+(["`]?[\w$]+["`]?)$/i.exec(each)?.[1];
      const names = alias === undefined ? (each.match(/["`]?[a-z_][\w$]*["`]?/gi) ?? []) : [alias];
      given.push(...names.map((name) => ({ name: rowName(name, fold), isKey: false })));
    } else {
      const [, of, column = '', alias] = plain;
      given.push({ name: rowName(alias ?? column, fold), isKey: isOwn(of) && rowName(column, fold) === own });
    }
  }
  if (given.some((each) => each.name === own && !each.isKey)) return undefined;
  const key = given.findLast(({ isKey }) => isKey);
  if (key === undefined) return { column: own, adds: !all, all };
  return given.some((each) => each.name === key.name && !each.isKey) ? undefined : { column: key.name, adds: false, all: false };
}

function lastOf(written: string): string {
  return written.split('.').at(-1) ?? written;
}

function bare(written: string): string {
  return written.replaceAll(/["`]/g, '');
}

/** What a row calls a column: PostgreSQL makes small letters of names without quotes. */
function rowName(written: string, fold: 'folds' | 'keeps'): string {
  return fold === 'folds' && !/["`]/.test(written) ? written.toLowerCase() : bare(written);
}
