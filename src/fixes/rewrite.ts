import type { TSESTree } from '@typescript-eslint/types';
import type { TSESLint } from '@typescript-eslint/utils';

import { findNamed } from '../analysis/binding.ts';
import { enclosingFunction } from '../analysis/syntax.ts';
import { type Code, textOf, hasWord } from '../project/code.ts';

/** One replaced piece of the text; offsets from the file's start. */
export interface Edit {
  readonly range: readonly [number, number];
  readonly text: string;
}

/** How a finding is rewritten. Edits do not overlap. */
export interface Rewrite {
  /** A fix keeps results, errors and the order of effects; a suggestion's title says what may change. */
  readonly level: 'fix' | 'suggestion';
  readonly title: string;
  readonly edits: readonly Edit[];
  /** What no other fix of the same pass may touch: names were chosen for it as it stands. */
  readonly holds: readonly [number, number];
}

/** Why a finding is not rewritten, in words that the rule's page lists. */
export interface Refusal {
  readonly refused: string;
}

export function refuse(refused: string): Refusal {
  return { refused };
}

/** Fix or suggestion, decided by what may change. */
export function rewriteOf(what: string, changes: readonly string[], edits: readonly Edit[], holds: readonly [number, number] = [0, 0]): Rewrite {
  const title = changes.length === 0 ? what : `${what} — ${changes.join('; ')}`;
  return { level: changes.length === 0 ? 'fix' : 'suggestion', title, edits, holds };
}

/** A node's text with some of its pieces replaced. */
export function textWith(code: Code, range: readonly [number, number], edits: readonly Edit[]): string {
  let text = code.text.slice(range[0], range[1]);
  for (const { range: piece, text: by } of [...edits].sort((a, b) => b.range[0] - a.range[0]))
    text = text.slice(0, piece[0] - range[0]) + by + text.slice(piece[1] - range[0]);
  return text;
}

/** Whether replacing a range drops a comment that stands in none of the kept ranges. */
export function dropsComment(code: Code, range: readonly [number, number], kept: readonly (readonly [number, number])[]): boolean {
  const inside = (outer: readonly [number, number], inner: readonly [number, number]): boolean => outer[0] <= inner[0] && inner[1] <= outer[1];
  return (code.ast.comments ?? []).some((comment) => inside(range, comment.range) && !kept.some((each) => inside(each, comment.range)));
}

/** A name that nothing has in the function around the node, nor in sight of it. */
export function freshName(code: Code, at: TSESTree.Node, wanted: string): string {
  const around = textOf(code, enclosingFunction(at) ?? code.ast);
  return freshIn(around, wanted, (name) => findNamed(code, at, name) !== undefined);
}

/** A name that does not occur in a text. */
export function freshIn(text: string, wanted: string, isTaken: (name: string) => boolean = () => false): string {
  let name = wanted;
  for (let number = 2; hasWord(text, name) || isTaken(name); number++) name = `${wanted}${number}`;
  return name;
}

/** The white space before a statement on its line. */
export function indentOf(code: Code, node: TSESTree.Node): string {
  const lineStart = code.text.lastIndexOf('\n', node.range[0] - 1) + 1;
  return /^[\t ]*/.exec(code.text.slice(lineStart, node.range[0]))?.[0] ?? '';
}

/** One step of indent as the file has it. */
export function indentStep(code: Code): string {
  const first = /\n(\t| {2,8})(?=\S)/.exec(code.text)?.[1];
  return first ?? '  ';
}

/** `;` where the file's statements end with one, or where what follows would go on with the statement. */
export function semicolonOf(code: Code, following = ''): string {
  const usual = usualSemicolon(code);
  const [, space = '', next = ''] = /^(\s*)(\S?)/.exec(following) ?? [];
  const goesOn = next !== '' && (/[[(`+\-*/.,?]/.test(next) || (!space.includes('\n') && next !== '}'));
  return usual === '' && goesOn ? ';' : usual;
}

function usualSemicolon(code: Code): string {
  const ends = code.ast.body.filter(({ type }) => type === 'ImportDeclaration' || type === 'VariableDeclaration' || type === 'ExpressionStatement');
  if (ends.length === 0) return /;\s*\n/.test(code.text) ? ';' : '';
  return ends.some(({ range }) => code.text.slice(range[0], range[1]).endsWith(';')) ? ';' : '';
}

/** `await Promise.all(…), log()`: a bracket in the place of the first part could go on with the statement before. */
export function startsStatement(node: TSESTree.Node): boolean {
  for (let at = node.parent; at !== undefined && at !== null && at.range[0] === node.range[0]; at = at.parent)
    if (at.type === 'ExpressionStatement') return true;
  return false;
}

/** A statement goes with its line, where it stands alone; a semicolon at the start of the next line stays there. */
export function removalOf(code: Code, { range: [start, last] }: TSESTree.Node): Edit {
  const end = last - (/\n\s*;$/.exec(code.text.slice(start, last))?.[0].length ?? 0);
  const lineStart = code.text.lastIndexOf('\n', start - 1) + 1;
  const lineEnd = code.text.indexOf('\n', end);
  const isAlone = code.text.slice(lineStart, start).trim() === '' && lineEnd !== -1 && code.text.slice(end, lineEnd).trim() === '';
  return { range: isAlone ? [lineStart, lineEnd + 1] : [start, end], text: '' };
}

/** The part of a report that ESLint applies, or offers. */
export interface Offer {
  readonly fix?: TSESLint.ReportFixFunction;
  readonly suggest?: readonly { readonly messageId: 'rewrite'; readonly data: { readonly title: string }; readonly fix: TSESLint.ReportFixFunction }[];
}

/** What a report carries: one fix, or the suggestions. */
export function offer(rewrites: readonly (Rewrite | Refusal)[]): Offer {
  const possible = rewrites.filter((each): each is Rewrite => 'edits' in each);
  const [fix] = possible.filter(({ level }) => level === 'fix');
  if (fix !== undefined) return { fix: applying(fix) };
  return possible.length === 0 ? {} : { suggest: possible.map((each) => ({ messageId: 'rewrite', data: { title: each.title }, fix: applying(each) })) };
}

function applying({ edits, holds: [start, end] }: Rewrite): TSESLint.ReportFixFunction {
  const held: Edit[] = start === end ? [] : [start, end].map((at) => ({ range: [at, at], text: '' }));
  return (fixer) => [...edits, ...held].map(({ range, text }) => fixer.replaceTextRange([...range], text));
}

/** The function around a node, or the whole module. */
export function functionAround(code: Code, at: TSESTree.Node): readonly [number, number] {
  return (enclosingFunction(at) ?? code.ast).range;
}
