import fc from 'fast-check';

import type { Dialect } from './dialects.ts';

/** A generated function with one loop. */
export interface Program {
  readonly name: string;
  readonly text: string;
  /** It changes rows. */
  readonly writes: boolean;
}

/** How the loop is written, with what a turn calls its item. */
const loops = [
  { head: 'for (const item of items) {', item: 'item', tail: '}', kind: 'statement' },
  { head: 'for (const item of items.filter((each) => each.id > 0)) {', item: 'item', tail: '}', kind: 'statement' },
  { head: 'for (const item of new Set(items)) {', item: 'item', tail: '}', kind: 'statement' },
  { head: 'for (let i = 0; i < items.length; i++) {\nconst item = items[i];', item: 'item', tail: '}', kind: 'statement' },
  { head: 'for (let i = 0; i < items.length; i++) {', item: 'items[i]', tail: '}', kind: 'statement' },
  { head: 'for (const [index, item] of items.entries()) {\ntrace.push(index);', item: 'item', tail: '}', kind: 'statement' },
  { head: 'for (const item of walk(items)) {', item: 'item', tail: '}', kind: 'statement' },
  { head: 'for (const at in items) {', item: 'items[at]', tail: '}', kind: 'statement' },
  {
    head: 'const named: Record<string, Item> = Object.fromEntries(items.map((each, at) => [`n${at}`, each]));\nfor (const name in named) {',
    item: 'named[name]',
    tail: '}',
    kind: 'statement',
  },
  { head: 'await Promise.all(items.map(async (item) => {', item: 'item', tail: '}));', kind: 'callback' },
  { head: 'await Promise.allSettled(items.map(async (item) => {', item: 'item', tail: '}));', kind: 'callback' },
  { head: 'await Promise.all((items as Item[] | undefined)?.map(async (item) => {', item: 'item', tail: '}) ?? []);', kind: 'callback' },
  { head: 'const turns = items.map(async (item) => {', item: 'item', tail: '});\nawait Promise.all(turns);', kind: 'callback' },
] as const;

/** How the key is written. */
const keys = [
  { before: '', key: (item: string) => `${item}.id` },
  { before: '', key: (item: string) => `${item}.ref` },
  { before: '', key: (item: string) => `${item}.ref ?? 0` },
  { before: '', key: (item: string) => `Number(${item}.id)` },
  { before: (item: string) => `const key = ${item}.ref;`, key: () => 'key' },
  { before: (item: string) => `const { id } = ${item};`, key: () => 'id' },
  { before: (item: string) => `const owner = ${item}.owner;`, key: () => 'owner.id' },
  { before: '', key: (item: string) => `${item}.owner.id` },
  { before: '', key: () => '3' },
  { before: (item: string) => `let key = ${item}.id;\nkey += 1;`, key: () => 'key' },
] as const;

/** What stands between the start of a turn and its read. */
const guards = [
  () => '',
  () => '',
  (item: string) => `if (${item}.ref === null) continue;`,
  (item: string) => `if (${item}.skip) continue;`,
  (item: string) => `if (${item}.id === 4) break;`,
  (item: string) => `trace.push(${item}.id);`,
  (item: string) => `if (${item}.id > 100) throw new Error('too large');`,
] as const;

const usesOfOne = [
  (name: string) => `out.push(${name});`,
  (name: string) => `out.push(${name}?.name);`,
  (name: string, item: string) => `out.push({ ...${item}, row: ${name} });`,
  (name: string) => `if (${name}) out.push(${name}.name.length);`,
  (name: string) => `if (!${name}) continue;\nout.push(${name}.name);`,
  (name: string) => `if (${name}) ${name}.name += '!';\nout.push(${name}?.name);`,
  (name: string, item: string) => `${item}.row = ${name};`,
  (name: string) => `out.push(${name} === null, ${name} === undefined);`,
] as const;

const usesOfMany = [
  (name: string) => `out.push(${name});`,
  (name: string) => `out.push(${name}.length);`,
  (name: string) => `out.push(${name}.map((each) => each.title).join());`,
  (name: string, item: string) => `${item}.rows = ${name};`,
  (name: string) => `for (const each of ${name}) out.push(each.title);`,
  (name: string) => `${name}.push({ title: 'own' });\nout.push(${name}.length);`,
  (name: string) => `if (${name}.length === 0) continue;\nout.push(${name}[0].title);`,
] as const;

const usesOfCount = [
  (name: string) => `out.push(${name});`,
  (name: string) => `if (${name} === 0) continue;\nout.push(${name} + 1);`,
  (name: string, item: string) => `out.push({ ...${item}, count: ${name} });`,
] as const;

/** How an answer is kept that a turn is given: by a loop, and by a callback. */
const keeps = {
  row: {
    statement: [(text: string) => `out.push(await ${text});`, (text: string) => `const row = await ${text};\nout.push(row);`],
    callback: [(text: string) => `return ${text};`, (text: string) => `return await ${text};`, (text: string) => `const row = await ${text};\nreturn row;`],
  },
  list: {
    statement: [(text: string) => `out.push((await ${text})[0]);`, (text: string) => `const [row] = await ${text};\nout.push(row);`],
    callback: [(text: string) => `return (await ${text})[0];`, (text: string) => `const [row] = await ${text};\nreturn row;`],
  },
} as const;

const shape = fc.record({
  loop: fc.nat(loops.length - 1),
  key: fc.nat(keys.length - 1),
  guard: fc.nat(guards.length - 1),
  reads: fc.array(fc.nat(99), { maxLength: 2 }),
  use: fc.nat(99),
  write: fc.option(fc.nat(99), { freq: 2 }),
  writeFirst: fc.boolean(),
  branch: fc.constantFrom('', '', 'if (!ITEM.skip)'),
  caught: fc.constantFrom('turn', 'read', ...Array.from({ length: 10 }, () => 'nowhere' as const)),
  creates: fc.oneof({ weight: 5, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.nat(99) }),
  after: fc.constantFrom('return out;', 'return { out, items };', "for (const each of out) if (each?.name) each.name = 'changed';\nreturn out;"),
});

function inBranch(test: string, write: string): string {
  return test === '' ? write : `${test} {\n${write}\n}`;
}

/** A read whose own failure is nothing; those that are written over several lines stay as they are. */
function caughtRead(text: string): string {
  return text.replace(/^(const \w+ = await [^\n]+);$/, '$1.catch(() => undefined);');
}

/** Programs of one library; the same for the same seed. */
export function generatePrograms(dialect: Dialect, count: number, seed: number): Program[] {
  return fc.sample(shape, { numRuns: count, seed }).map((made, index) => {
    const create = made.creates === null ? undefined : dialect.creates?.[made.creates % dialect.creates.length];
    const drawn = loops[made.loop] ?? loops[0];
    // What is settled is no row.
    const loop = create !== undefined && drawn.head.includes('allSettled') ? loops[0] : drawn;
    const key = keys[made.key] ?? keys[0];
    const { item } = loop;
    const name = `program${index}`;
    const keyText = key.key(item);
    const before = typeof key.before === 'string' ? key.before : key.before(item);
    if (create !== undefined) {
      const ways = keeps[create.gives][loop.kind];
      const turn = [before, ways[made.use % ways.length]?.(create.text(item, keyText)) ?? ''].filter((line) => line !== '').join('\n');
      const body = `${loop.head.replace(/^await (?=Promise)/, 'const made = await ')}\n${turn}\n${loop.tail.replace(/\nawait /, '\nconst made = await ')}`;
      const kept = loop.kind === 'callback' ? '\nout.push(...made);' : '';
      const text = `export async function ${name}(items: Item[], trace: unknown[]) {\nconst out: any[] = [];\n${body}${kept}\nreturn out.map((each) => [each.ref, each.note]);\n}`;
      return { name, text, writes: true };
    }
    const skip = (text: string): string => (loop.kind === 'callback' ? text.replaceAll(/\bcontinue;/g, 'return;').replaceAll(/\bbreak;/g, 'return;') : text);
    const reads = made.reads.map((number, at) => {
      const read = dialect.reads[number % dialect.reads.length];
      const uses = read?.gives === 'one' ? usesOfOne : read?.gives === 'count' ? usesOfCount : usesOfMany;
      const name = `row${at}`;
      const text = read?.text(name, keyText, item) ?? '';
      return `${made.caught === 'read' ? caughtRead(text) : text}\n${uses[(made.use + at) % uses.length]?.(name, item) ?? ''}`;
    });
    const write =
      made.write === null ? undefined : inBranch(made.branch.replace('ITEM', item), dialect.writes[made.write % dialect.writes.length]?.(item, keyText) ?? '');
    const turn = [...(made.writeFirst && write !== undefined ? [write] : []), ...reads, ...(!made.writeFirst && write !== undefined ? [write] : [])];
    const body = [before, guards[made.guard]?.(item) ?? '', ...turn].filter((line) => line !== '').join('\n');
    const inside = made.caught === 'turn' ? `try {\n${body}\n} catch (error) {\ntrace.push(String(error));\n}` : body;
    const text = `export async function ${name}(items: Item[], trace: unknown[]) {\nconst out: any[] = [];\n${skip(`${loop.head}\n${inside}\n${loop.tail}`)}\n${made.after}\n}`;
    return { name, text, writes: write !== undefined };
  });
}

/** What every generated module holds beside its programs. */
export const prelude =
  'interface Item {\n  id: number;\n  ref: number | null;\n  skip: boolean;\n  owner: { id: number };\n  row?: any;\n  rows?: any;\n}\n\nfunction* walk<T>(list: T[]): Generator<T> {\n  yield* list;\n}\n';
