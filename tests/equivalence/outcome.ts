/** A value in words that tell apart what `toEqual` does not: null and undefined, classes, holes. */
export function describe(value: unknown, seen = new Set<unknown>()): string {
  if (typeof value !== 'object' || value === null) return typeof value === 'bigint' ? `${value}n` : (JSON.stringify(value) ?? String(value));
  if (seen.has(value)) return '<again>';
  if (value instanceof Date) return `Date(${value.toISOString()})`;
  const inside = new Set(seen).add(value);
  if (Array.isArray(value)) return `[${value.map((each) => describe(each, inside)).join(', ')}]`;
  const { name } = (Object.getPrototypeOf(value) as { constructor?: { name: string } } | null)?.constructor ?? { name: 'null' };
  const plain = typeof (value as { toJSON?: unknown }).toJSON === 'function' ? (value as { toJSON: () => unknown }).toJSON() : value;
  const entries = Object.entries(plain as object).sort(([a], [b]) => (a < b ? -1 : 1));
  return `${name === 'Object' ? '' : `${name} `}{${entries.map(([key, each]) => `${key}: ${describe(each, inside)}`).join(', ')}}`;
}

export interface Outcome {
  readonly value: string;
  readonly trace: string;
  readonly rows: string;
  readonly statements: number;
}

/** Keeps what is given to `Promise.all`, until all of it has settled. */
function watchTogether(): { settled: () => Promise<void> } {
  const all = Promise.all.bind(Promise);
  const given: unknown[] = [];
  Promise.all = ((promises: Iterable<unknown>) => {
    const list = [...promises];
    given.push(...list);
    return all(list);
  }) as typeof Promise.all;
  return {
    settled: async () => {
      await Promise.allSettled(given);
      Promise.all = all;
    },
  };
}

/** Runs a program and tells all that can be seen of it. */
export async function observe(run: () => Promise<unknown>, trace: unknown[], count: () => number, dump: () => Promise<unknown>): Promise<Outcome> {
  count();
  const together = watchTogether();
  let value: string;
  try {
    value = describe(await run());
  } catch (error) {
    value = `throws ${(error as Error).constructor.name}: ${(error as Error).message}`;
  }
  // Where one of several promises fails, the others go on.
  await together.settled();
  const statements = count();
  return { value, trace: describe(trace), rows: describe(await dump()), statements };
}
