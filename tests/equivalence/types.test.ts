import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import ts from 'typescript';
import { expect, it } from 'vitest';

import { dialects } from './dialects.ts';
import { generatePrograms, prelude } from './programs.ts';
import { rewrite } from './rewriting.ts';

const folder = fileURLToPath(new URL('./programs/', import.meta.url));
const count = 120;

/** Rows whose columns take a few texts only. */
const withEnums: Readonly<Record<string, string>> = {
  drizzle: `
import { drizzle } from 'drizzle-orm/node-postgres';
import { integer, pgEnum, pgTable, text } from 'drizzle-orm/pg-core';
const role = pgEnum('role', ['ADMIN', 'USER', 'not yet']);
const members = pgTable('members', { userId: integer().notNull(), role: role().notNull(), tags: text({ enum: ['a', 'b'] }).array().notNull(), note: text() });
const db = drizzle('');
export async function add(users: { readonly id: number }[]) {
  for (const user of users) await db.insert(members).values({ userId: user.id, role: 'ADMIN', tags: ['a'], note: 'not one of a few' });
}
export async function addLater(users: { readonly id: number; readonly role?: 'ADMIN' }[]) {
  for (const user of users) {
    console.log(user.id);
    await db.insert(members).values({ userId: user.id, role: user.role ?? (user.id > 1 ? 'ADMIN' : 'not yet'), tags: [], note: 'one' });
  }
}`,
  kysely: `
import type { Kysely } from 'kysely';
interface Database { members: { userId: number; role: 'ADMIN' | 'USER' } }
export async function add(db: Kysely<Database>, users: { readonly id: number }[]) {
  for (const user of users) await db.insertInto('members').values({ userId: user.id, role: 'ADMIN' }).execute();
}`,
  mongodb: `
import { type Db } from 'mongodb';
interface Member { userId: number; role: 'ADMIN' | 'USER'; token?: string; name: string }
export async function add(db: Db, users: { readonly id: number; readonly name: string }[]) {
  const members = db.collection<Member>('members');
  for (const user of users) await members.updateOne({ userId: user.id, role: 'USER' }, { $set: { role: 'ADMIN', name: user.name }, $unset: { token: '' } });
}`,
};

/** Every rewrite, whatever its title says, has types under `strict`. */
it('what is rewritten has no type error that the original did not have', () => {
  mkdirSync(folder, { recursive: true });
  const paths = Object.entries(dialects).map(([library, dialect]) => {
    const original = join(folder, `${library}.types.original.ts`);
    const fixed = join(folder, `${library}.types.fixed.ts`);
    const text = `${dialect.imports}\n\n${prelude}\n${dialect.functions}\n\n${generatePrograms(dialect, count, 3)
      .map((program) => program.text)
      .join('\n\n')}\n`;
    const { text: rewritten, applied } = rewrite(text, original, () => true);
    expect(applied.length).toBeGreaterThan(20);
    writeFileSync(original, text);
    writeFileSync(fixed, rewritten);
    return { library, original, fixed };
  });
  for (const [library, text] of Object.entries(withEnums)) {
    const original = join(folder, `${library}.enums.original.ts`);
    const fixed = join(folder, `${library}.enums.fixed.ts`);
    const { text: rewritten, applied } = rewrite(text, original, () => true);
    expect([library, applied.length]).toEqual([library, text.split('for (const user').length - 1]);
    writeFileSync(original, text);
    writeFileSync(fixed, rewritten);
    paths.push({ library, original, fixed });
  }
  const program = ts.createProgram(
    paths.flatMap(({ original, fixed }) => [original, fixed]),
    {
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      target: ts.ScriptTarget.ES2023,
      allowImportingTsExtensions: true,
      types: ['node'],
    },
  );
  for (const { library, original, fixed } of paths) {
    const errors = (path: string): string[] => {
      const source = program.getSourceFile(path);
      return program.getSemanticDiagnostics(source).map(({ messageText, start = 0 }) => {
        const line = source?.text.slice(0, start).split('\n').length ?? 0;
        return `${ts.flattenDiagnosticMessageText(messageText, ' ')} | ${source?.text.split('\n')[line - 1] ?? ''}`;
      });
    };
    if (original.includes('.enums.')) expect([library, errors(original)]).toEqual([library, []]);
    const known = new Set(errors(original).map((error) => error.split(' | ')[0]));
    expect([library, errors(fixed).filter((error) => !known.has(error.split(' | ')[0]))]).toEqual([library, []]);
  }
});
