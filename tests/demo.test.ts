import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

interface Demo {
  /** Round trips and explanations per endpoint. */
  readonly table: ReadonlyMap<string, { readonly trips: number; readonly explained: string }>;
  /** Round trips before and after the fixes, and whether the response stayed the same. */
  readonly fixed: ReadonlyMap<string, readonly [before: number, after: number, same: string]>;
}

/** Runs the demo on a copy of the shop. */
function runDemo(change: (source: string) => string): Demo {
  const shop = mkdtempSync(join(root, 'fixtures/shop-'));
  folders.push(shop);
  cpSync(join(root, 'fixtures/shop'), shop, { recursive: true });
  const orders = join(shop, 'src/routes/orders.ts');
  writeFileSync(orders, change(readFileSync(orders, 'utf8')));
  const { stdout, stderr } = spawnSync(join(root, 'node_modules/.bin/tsx'), [join(shop, 'demo.ts')], { cwd: root, encoding: 'utf8' });
  const rows = [...stdout.matchAll(/^((?:GET|POST|PATCH|job) \S+)\s+(\d+)\s+.*? {2}(–|\S+\.ts:.*?) *$/gm)];
  if (rows.length === 0) throw new Error(stdout + stderr);
  const fixed = [...stdout.matchAll(/^((?:GET|POST|PATCH|job) \S+)\s+(\d+) → (\d+)\s.*? {2}(yes|NO) *$/gm)];
  return {
    table: new Map(rows.map(([, name = '', trips, explained = '']) => [name, { trips: Number(trips), explained: explained.trim() }])),
    fixed: new Map(fixed.map(([, name = '', before, after, same = '']) => [name, [Number(before), Number(after), same] as const])),
  };
}

describe('npm run demo', () => {
  it('measures every endpoint and explains the slow ones', () => {
    const { table, fixed } = runDemo((source) => source);
    expect(table.size).toBe(13);
    expect(table.get('GET /orders/')).toEqual({ trips: 101, explained: 'orders.ts:14 no-query-in-loop, orders.ts:15 no-query-in-loop' });
    for (const [name, { trips, explained }] of table) if (trips > 2) expect([name, explained]).not.toEqual([name, '–']);
    // What is fixed answers the same.
    expect([...fixed.keys()]).toEqual([...table.keys()]);
    for (const [name, [, , same]] of fixed) expect([name, same]).toEqual([name, 'yes']);
    expect(fixed.get('GET /orders/')?.slice(0, 2)).toEqual([101, 3]);
    expect(fixed.get('job reminders')?.slice(0, 2)).toEqual([61, 2]);
    const total = (at: 0 | 1): number => [...fixed.values()].reduce((sum, trips) => sum + trips[at], 0);
    expect([total(0), total(1)]).toEqual([240, 19]);
  });

  it('follows the source: without the queries in the loop the row changes', () => {
    const { table, fixed } = runDemo((source) => source.replace(/for \(const order of latest\) \{[\s\S]*?\n {2}\}\n/, 'result.push(...latest);\n'));
    expect(table.get('GET /orders/')).toEqual({ trips: 1, explained: '–' });
    expect(fixed.get('GET /orders/')).toEqual([1, 1, 'yes']);
  });
});
