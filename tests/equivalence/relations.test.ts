import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, describe, expect, it } from 'vitest';

import { type Outcome, observe } from './outcome.ts';
import { rewrite } from './rewriting.ts';
import { relationRewritesOf } from '../fixes/rewriting.ts';

const folder = fileURLToPath(new URL('./programs/', import.meta.url));
mkdirSync(folder, { recursive: true });

afterAll(async () => {
  for (const name of Object.keys(libraries)) await ((await import(`./databases/${name}.ts`)) as { close: () => unknown }).close();
  await (await import('./databases/server.ts')).stop();
});

interface Library {
  readonly imports: string;
  readonly kept?: 'documents';
  /** The list, and what loads the writer of a post for one post, and for one out of a list. */
  readonly read: string;
  readonly load: string;
  readonly loadOf: string;
  readonly writer: string;
}

const libraries: Readonly<Record<string, Library>> = {
  mongoose: {
    imports: `import { Post } from '../databases/mongoose.ts';`,
    kept: 'documents',
    read: 'await Post.find().sort({ _id: 1 })',
    load: `post.populate({ path: 'author', model: 'User', select: 'name' })`,
    loadOf: `Post.populate(post, { path: 'author', model: 'User' })`,
    writer: 'author',
  },
  objection: {
    imports: `import { Post } from '../databases/objection.ts';`,
    read: `await Post.query().orderBy('id')`,
    load: `post.$fetchGraph('writer.articles')`,
    loadOf: `Post.fetchGraph(post, 'writer')`,
    writer: 'writer',
  },
  mikroorm: {
    imports: `import { Article, em } from '../databases/mikroorm.ts';`,
    read: `await em.find(Article, {}, { orderBy: { id: 'asc' } })`,
    load: `em.populate(post, ['writer'])`,
    loadOf: `em.populate(post, ['writer'])`,
    writer: 'writer',
  },
};

const bodies: Readonly<Record<string, (library: Library) => string>> = {
  loop: ({ read, load }) => `const posts = ${read};\nfor (const post of posts) {\nawait ${load};\n}\nreturn posts;`,
  loopOfList: ({ read, loadOf }) => `const posts = ${read};\nfor (const post of posts) await ${loadOf};\nreturn posts;`,
  counted: ({ read, loadOf }) =>
    `const posts = ${read};\nfor (let i = 0; i < posts.length; i++) await ${loadOf.replaceAll('post,', 'posts[i],')};\nreturn posts;`,
  more: ({ read, load, writer }) =>
    `const posts = ${read};\nfor (const post of posts) {\nawait ${load};\ntrace.push(post.title, post.${writer}?.name);\n}\nreturn posts.length;`,
  together: ({ read, load }) => `const posts = ${read};\nawait Promise.all(posts.map((post) => ${load}));\nreturn posts;`,
  callback: ({ read, load, writer }) =>
    `const posts = ${read};\nreturn Promise.all(posts.map(async (post) => {\nawait ${load};\nreturn [post.title, post.${writer}?.name];\n}));`,
  kept: ({ read, load }) => `const posts = ${read};\nconst all = await Promise.all(posts.map((post) => ${load}));\nreturn [all, all.length, all === posts];`,
};

/** Why something stays as it is, with a program that a rewrite would break. */
const refused: Readonly<Record<string, { readonly program: string; readonly naive: string }>> = {
  'not every turn loads it': {
    program: `for (const user of users) if (user.id > 3) await user.$fetchGraph('articles');`,
    naive: `await User.fetchGraph(users, 'articles');`,
  },
  'the turn may change the item before': {
    program: `for (const user of users) {\n  user.$set({ id: 1 });\n  await user.$fetchGraph('articles');\n}`,
    naive: `await User.fetchGraph(users, 'articles');\nfor (const user of users) user.$set({ id: 1 });`,
  },
  'a limit or an order of what is loaded would be one for all items together': {
    program: `for (const user of users) await user.$fetchGraph('articles(first)');`,
    naive: `await User.fetchGraph(users, 'articles(first)');`,
  },
  'each turn handles its own error': {
    program: `for (const user of users) {\n  try {\n    await user.$fetchGraph('nobody');\n  } catch {\n    trace.push(user.id);\n  }\n}`,
    naive: `try {\n  await User.fetchGraph(users, 'nobody');\n} catch {\n  trace.push(0);\n}`,
  },
  'the loop changes its list or its counter': {
    program: `for (const user of users) {\n  await user.$fetchGraph('articles');\n  if (users.length < 12) users.push(User.fromJson({ id: user.id }));\n}`,
    naive: `await User.fetchGraph(users, 'articles');\nfor (const user of users) if (users.length < 12) users.push(User.fromJson({ id: user.id }));`,
  },
  'the query changes from turn to turn': {
    program: `for (const user of users) await user.$fetchGraph(user.id > 3 ? 'articles' : 'articles.writer');`,
    naive: `await User.fetchGraph(users, 'articles');`,
  },
};

type Module = Readonly<Record<string, (trace: unknown[]) => Promise<unknown>>>;

describe.each(Object.entries(libraries))('%s', (name, library) => {
  const text = `${library.imports}\n${Object.entries(bodies)
    .map(([title, body]) => `export async function ${title}(trace: any[]): Promise<unknown> {\n${body(library)}\n}`)
    .join('\n')}\n`;
  const paths = { original: join(folder, `${name}.relations.original.ts`), fixed: join(folder, `${name}.relations.fixed.ts`) };
  writeFileSync(paths.original, text);
  const { text: fixed } = rewrite(text, paths.original, (title) => title.startsWith('Load what belongs'));
  writeFileSync(paths.fixed, fixed);
  const rewritten = new Map(fixed.split('export async function ').map((part) => [/^\w+/.exec(part)?.[0] ?? '', part]));

  it.each(Object.keys(bodies))('%s: the same, with less round trips', async (title) => {
    // What MikroORM's populate gives is a list, whatever it was given.
    if (name === 'mikroorm' && title === 'kept') {
      expect(rewritten.get(title)).toContain(library.load);
      return;
    }
    expect(rewritten.get(title)).not.toMatch(/populate\(post,|post\.(?:populate|\$fetchGraph)\(|fetchGraph\(post,/);
    const { countStatements, dump, reset } = await (library.kept === undefined ? import('./databases/server.ts') : import('./databases/documents.ts'));
    const { begin } = (await import(`./databases/${name}.ts`)) as { begin?: () => void };
    const run = async (path: string): Promise<Outcome> => {
      await reset();
      begin?.();
      const module = (await import(/* @vite-ignore */ path)) as Module;
      const trace: unknown[] = [];
      return observe(
        () => module[title]?.(trace) ?? Promise.reject(new Error('no such program')),
        trace,
        countStatements,
        () => dump(),
      );
    };
    const [before, after] = [await run(paths.original), await run(paths.fixed)];
    expect({ ...after, statements: 0 }).toEqual({ ...before, statements: 0 });
    expect(before.value).not.toMatch(/^throws/);
    expect(after.statements).toBeLessThan(before.statements / (name === 'mikroorm' ? 1.5 : 4));
  });
});

describe('what is refused would break', () => {
  const moduleOf = (body: string): string =>
    `import { User } from '../databases/objection.ts';\nexport async function run(trace: any[]): Promise<unknown> {\nconst users = await User.query().orderBy('id');\n${body}\nreturn users;\n}\n`;

  it.each(Object.entries(refused))('%s', async (reason, { program, naive }) => {
    const judged = moduleOf(program).replace(/^import.*/, `import { Model } from 'objection';\nclass User extends Model {}`);
    expect(relationRewritesOf(judged)).toContainEqual({ refused: reason });
    const { countStatements, dump, reset } = await import('./databases/server.ts');
    const run = async (kind: string, body: string): Promise<string> => {
      const path = join(folder, `relations.${reason.replaceAll(/\W+/g, '-')}.${kind}.ts`);
      writeFileSync(path, moduleOf(body));
      await reset();
      const module = (await import(/* @vite-ignore */ path)) as Module;
      const trace: unknown[] = [];
      const outcome = await observe(
        () => module['run']?.(trace) ?? Promise.reject(new Error('no such program')),
        trace,
        countStatements,
        () => dump(),
      );
      return `${outcome.value} ${outcome.trace}`;
    };
    const before = await run('original', program);
    expect(before).not.toMatch(/^throws/);
    expect(await run('naive', naive)).not.toBe(before);
  });
});
