import type { TSESTree } from '@typescript-eslint/types';

import type { Operation } from '../libraries/library.ts';
import type { Code } from '../project/code.ts';
import { findVariable } from './binding.ts';
import { lastName, unwrap } from './syntax.ts';

/** What a statement's text tells. */
export interface Statement {
  readonly operation: Operation;
  /** A list that grows with the table: no LIMIT, no aggregate, no key. */
  readonly bounded: boolean;
  readonly inList: boolean;
}

/** The text of an SQL argument, with `?` where a value stands, and a column by the name of what holds it. `undefined` when it is built elsewhere. */
export function sqlText(code: Code, node: TSESTree.Node | undefined, depth = 0): string | undefined {
  if (node === undefined || depth > 6) return undefined;
  const at = unwrap(node);
  switch (at.type) {
    case 'Literal':
      return typeof at.value === 'string' ? at.value : undefined;
    case 'TemplateLiteral':
      return at.quasis.map((quasi, index) => `${index === 0 ? '' : partText(at, index)}${quasi.value.cooked ?? ''}`).join('');
    case 'TaggedTemplateExpression':
      return sqlText(code, at.quasi, depth + 1);
    case 'BinaryExpression': {
      if (at.operator !== '+') return undefined;
      const left = sqlText(code, at.left, depth + 1);
      const right = sqlText(code, at.right, depth + 1);
      return left === undefined && right === undefined ? undefined : `${left ?? '?'}${right ?? '?'}`;
    }
    case 'ObjectExpression': {
      const text = at.properties.find(
        (property) => property.type === 'Property' && property.key.type === 'Identifier' && /^(?:text|sql|query)$/.test(property.key.name),
      );
      return text?.type === 'Property' ? sqlText(code, text.value, depth + 1) : undefined;
    }
    case 'Identifier': {
      const variable = findVariable(code, at);
      const definition = variable?.defs[0];
      const declarator = definition?.node as TSESTree.Node | undefined;
      if (variable === undefined || declarator?.type !== 'VariableDeclarator' || declarator.id.type !== 'Identifier') return undefined;
      const pieces = variable.references.map(({ writeExpr }) =>
        writeExpr === null || writeExpr === undefined ? undefined : sqlText(code, writeExpr, depth + 1),
      );
      const text = pieces.filter((piece) => piece !== undefined).join(' ');
      return text === '' ? undefined : text;
    }
    default:
      return undefined;
  }
}

/** `${fields.userId} = …` compares a column: `userId`. */
function partText({ expressions, quasis }: TSESTree.TemplateLiteral, index: number): string {
  const expression = expressions[index - 1];
  const isCompared = /^(?:\s*->>?\s*'\w+')?\s*(?:[=<>!]|in\b|is\b|like\b)/i.test(quasis[index]?.value.cooked ?? '');
  const name = isCompared && expression?.type === 'MemberExpression' ? lastName(expression) : undefined;
  // A value that is called as a word of SQL is none.
  return name === undefined || /^(?:limit|fetch|top|any|in|unnest|group|for|count|sum|min|max|avg)$/i.test(name) ? '?' : name;
}

const aggregateOnly = /^\s*select\s+(?:distinct\s+)?(?:(?:count|sum|min|max|avg|exists|coalesce\s*\(\s*(?:sum|max|min|count|avg))\s*\()/;

/** A lock that is asked for by its own name is no read. */
const waitsForLock = /^\s*select\s+(?:pg_(?:try_)?advisory_\w+|pg_sleep|get_lock|release_lock)\s*\([^]*\)(?:\s+as\s+\w+)?\s*;?\s*$/;

/** Reads a statement's text. */
export function readStatement(text: string): Statement | undefined {
  const sql = text
    .replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, ' ')
    .trim()
    .toLowerCase();
  const verb =
    /^\(*\s*(?:explain\s+)?(select|insert|update|delete|replace|merge|upsert|with|values|call|truncate|begin|commit|rollback|set|lock|listen|notify|create|alter|drop|pragma|show|use|grant|revoke|analyze|vacuum|reindex|refresh|savepoint|release|reset|discard)\b/.exec(
      sql,
    )?.[1];
  if (verb === undefined) return undefined;
  const hasList = /\bin\s*\(|=\s*any\s*\(|\bany\s*\(|\bunnest\s*\(/.test(sql);
  // A list of constants, or of what another SELECT gives, is not what the code asks for.
  const inList = hasList && /\bin\s*\(\s*(?!select\b|(?:'[^']*'|\d+)(?:\s*,\s*(?:'[^']*'|\d+))*\s*\))|\bany\s*\(\s*(?!'|select\b)|\bunnest\s*\(/.test(sql);
  switch (verb) {
    case 'insert':
    case 'replace':
    case 'merge':
    case 'upsert':
      return { operation: inList || /\bselect\b/.test(sql) ? 'insert-many' : 'insert', bounded: true, inList };
    case 'update':
      return { operation: inList ? 'update-many' : 'update', bounded: true, inList };
    case 'delete':
    case 'truncate':
      return { operation: inList ? 'delete-many' : 'delete', bounded: true, inList };
    case 'with': {
      const write = /\)\s*(insert|update|delete)\b/.exec(sql)?.[1];
      if (write !== undefined)
        return { operation: inList ? 'update-many' : write === 'insert' ? 'insert' : write === 'delete' ? 'delete' : 'update', bounded: true, inList };
      return { operation: 'read-many', bounded: isBounded(sql, hasList), inList };
    }
    case 'select':
    case 'values':
      if (waitsForLock.test(sql)) return { operation: 'transaction', bounded: true, inList };
      return { operation: aggregateOnly.test(sql) && !/\bgroup by\b/.test(sql) ? 'count' : 'read-many', bounded: isBounded(sql, hasList), inList };
    default:
      return { operation: 'transaction', bounded: true, inList };
  }
}

function isBounded(text: string, inList: boolean): boolean {
  if (inList) return true;
  const sql = withoutFromOfFunctions(text);
  if (!/\bfrom\b/.test(sql)) return true;
  // As many rows as were asked for.
  if (/\bfrom\s+(?:generate_series|unnest|values)\b/.test(sql) && !/\bjoin\b/.test(sql)) return true;
  // What a function gives is the function's own matter: `from pg_logical_slot_get_changes($1, null, $2)`.
  if (isOfFunction(sql)) return true;
  // Rows that are locked are named; tables of the database itself are few.
  if (
    /\bwhere\b[\s\S]*\bfor\s+(?:no\s+key\s+)?(?:update|share)\b/.test(sql) ||
    /\bfrom\s+(?:pg_(?:catalog|tables|class|index(?:es)?|stat\w*|views|roles|database|settings|namespace|type|attribute|constraint|policies|extension|sequences|locks)|information_schema|sqlite_(?:master|schema))\b/.test(
      sql,
    )
  )
    return true;
  if (/\blimit\b|\bfetch\s+(?:first|next)\b|\btop\s*\(?\s*[\d?]/.test(sql)) return true;
  if (aggregateOnly.test(sql) || /\bgroup by\b/.test(sql)) return true;
  // Every column of the select list is an aggregate.
  const columns = /^\s*select\s+([\s\S]*?)\bfrom\b/.exec(sql)?.[1];
  if (columns !== undefined && /\b(?:count|sum|avg|min|max)\s*\(/.test(columns)) return true;
  // A statement that is assembled elsewhere may get its limit there.
  return /\?\s*$/.test(sql) && !/[=<>]\s*\?\s*$/.test(sql);
}

/** The one SELECT reads from a function, and from nothing else. */
function isOfFunction(sql: string): boolean {
  if (!hasOneSelect(sql) || !/^\s*select\b/.test(sql)) return false;
  const from = sql.slice(sql.search(/\bfrom\b/));
  return /^from\s+[\w.]+\s*\(/.test(from) && !/,|\bjoin\b/.test(from.replace(/^[^(]*\([^()]*\)/, ''));
}

const hasOneSelect = (sql: string): boolean => sql.match(/\bselect\b/gi)?.length === 1;

/** One table is asked by an equality with a parameter, in no order: the column may be unique. */
export function comparesParameter(sql: string): boolean {
  if (!hasOneSelect(sql) || /\b(?:join|or|order\s+by|union)\b/i.test(sql)) return false;
  return /\bwhere\b[\s\S]*[^<>!=]=\s*(?:\?|\$\d|:\w|@\w)/i.test(sql);
}

/** `extract(epoch from now())` names no table. */
function withoutFromOfFunctions(text: string): string {
  const begin = /\b(?:extract|substring|trim|overlay)\s*\(/g;
  let sql = '';
  let end = 0;
  for (let match = begin.exec(text); match !== null; match = begin.exec(text)) {
    sql += `${text.slice(end, match.index)}?`;
    let depth = 1;
    for (end = begin.lastIndex; end < text.length && depth > 0; end++) depth += text[end] === '(' ? 1 : text[end] === ')' ? -1 : 0;
    begin.lastIndex = end;
  }
  return sql + text.slice(end);
}

/** Whether the WHERE compares a column that looks like a key with a value. */
export function comparesKey(text: string): boolean {
  return (
    /\bwhere\b[\s\S]*?\b(?:\w+\.)?["`]?(?:\w*_?id|uuid|key|\w*_key|slug|\w*email|\w*phone|token|code|username)["`]?\s*=\s*(?:\?|\$|:|@|'|\d)/i.test(text) ||
    /\bwhere\b[\s\S]*?\b(?:\w+\.)?["`]?\w+Id["`]?\s*=/.test(text) ||
    /\bwhere\b[\s\S]*?->>?\s*'\w*id'\s*=/i.test(text)
  );
}
