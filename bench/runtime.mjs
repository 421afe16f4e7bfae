// Compares latency-runtime with its peers, in CPU time of one run: `npm run bench:runtime`.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

import { build } from 'esbuild';

import { compressed } from './runtime/compressed.mjs';
import { deadRedis, isRedisInstalled } from './runtime/dead-redis.mjs';
import { wire } from './runtime/wire.mjs';

const folder = fileURLToPath(new URL('./runtime/', import.meta.url));
if (!existsSync(join(folder, 'node_modules')))
  execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock'], { cwd: folder, stdio: 'inherit' });
const load = async (name) => import(await resolveEsm(name));
async function resolveEsm(name) {
  const probe = join(folder, '.resolve.mjs');
  writeFileSync(probe, `console.log(import.meta.resolve(${JSON.stringify(name)}))`);
  return execFileSync(process.execPath, [probe], { encoding: 'utf8' }).trim();
}

const cpu = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};
const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** Calls per second of CPU time, in rounds that take turns. */
async function rates(candidates, calls, rounds = 5) {
  const found = new Map(Object.keys(candidates).map((name) => [name, []]));
  for (let round = 0; round <= rounds; round++)
    for (const [name, run] of Object.entries(candidates)) {
      const start = cpu();
      await run(calls);
      if (round > 0) found.get(name).push(calls / (cpu() - start));
    }
  return new Map([...found].map(([name, all]) => [name, median(all)]));
}

function table(title, rows, width = 16) {
  console.log(`\n${title}\n`);
  for (const [name, ...cells] of rows) console.log(`  ${name.padEnd(44)}${cells.map((cell) => String(cell).padStart(width)).join('')}`);
}

const millions = (rate) => `${(rate / 1e6).toFixed(2)} M/s`;

async function cacheHits() {
  const { createCache } = await load('latency-runtime/cache');
  const { LRUCache } = await load('lru-cache');
  const { BentoCache, bentostore } = await load('bentocache');
  const { memoryDriver } = await load('bentocache/drivers/memory');
  const { Cacheable } = await load('cacheable');
  const keys = Array.from({ length: 1000 }, (_, id) => `user:${id}`);
  const value = { id: 1, name: 'Ada', roles: ['admin'] };
  const ours = createCache();
  const lru = new LRUCache({ max: 10_000, ttl: 60_000, fetchMethod: () => value });
  const bento = new BentoCache({ default: 'm', stores: { m: bentostore().useL1Layer(memoryDriver({ maxItems: 10_000, serialize: false })) } });
  const cacheable = new Cacheable();
  const factory = () => value;
  const walk = (get) => async (calls) => {
    for (let call = 0; call < calls; call++) await get(keys[call % 1000]);
  };
  const found = await rates(
    {
      'latency-runtime getOrSet': walk((key) => ours.getOrSet(key, factory)),
      'lru-cache await fetch': walk((key) => lru.fetch(key)),
      'bentocache getOrSet': walk((key) => bento.getOrSet({ key, ttl: '1m', factory })),
      'cacheable getOrSet': walk((key) => cacheable.getOrSet(key, factory)),
    },
    200_000,
  );
  const own = found.get('latency-runtime getOrSet');
  table(
    'A value that this process has (per second of CPU; ours ÷ theirs)',
    [...found].map(([name, rate]) => [name, millions(rate), (own / rate).toFixed(2)]),
  );
}

async function misses() {
  const { createCache } = await load('latency-runtime/cache');
  const ask = async (load) => {
    const cache = createCache();
    let loads = 0;
    const outcomes = await Promise.allSettled(Array.from({ length: 10_000 }, () => cache.getOrSet('k', () => (loads++, load()))));
    return [loads, outcomes.filter(({ status }) => status === 'fulfilled').length, outcomes.filter(({ status }) => status === 'rejected').length];
  };
  const later = (value) => new Promise((resolve) => setTimeout(() => resolve(value), 20));
  table('10 000 ask for a key that nobody has (loads, answers, errors)', [
    ['an origin that answers', ...(await ask(() => later(1)))],
    ['an origin that fails', ...(await ask(() => later().then(() => Promise.reject(new Error('no')))))],
  ]);
}

async function inCpuTime() {
  for (const [items, calls] of [
    [50, 3000],
    [200, 2000],
    [1000, 1000],
  ]) {
    const size = JSON.stringify(Array.from({ length: items }, (_, id) => ({ id, name: `item ${id}`, price: (id * 37) % 1000, tags: ['a', 'b'] }))).length;
    table(
      `${(size / 1024).toFixed(0)} KB of JSON: the server's µs of CPU for an answer, ours and theirs, and theirs ÷ ours`,
      (await compressed(items, calls)).map(([name, own, peer]) => [name, own.toFixed(0), peer.toFixed(0), (peer / own).toFixed(2)]),
    );
  }
}

async function onTheWire() {
  const { servers, results } = await wire(load);
  table(
    'Compression on the wire (✔: as it should be)',
    [
      ['', ...servers.map((_server, index) => `[${index + 1}]`)],
      ...results.map(([row, cells]) => [row, ...cells.map((isRight) => (isRight ? '✔' : '✘'))]),
      ['rows that are right', ...servers.map((_server, index) => results.filter(([, cells]) => cells[index]).length)],
    ],
    5,
  );
  for (const [index, name] of servers.entries()) console.log(`  [${index + 1}] ${name}`);
}

async function withoutRedis() {
  if (!isRedisInstalled) {
    console.log('\nRedis: redis-server is not installed, how long reads wait without it is not measured.');
    return;
  }
  const { deadline, rows } = await deadRedis(load);
  table(
    `1000 cold reads one after the other; the deadline is ${deadline} ms (ms: median, p99, longest; unhandled rejections; timers and sockets left)`,
    rows,
    10,
  );
}

async function sizes() {
  const project = mkdtempSync(join(tmpdir(), 'size-'));
  const runtime = fileURLToPath(new URL('../runtime/', import.meta.url));
  const packed = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--pack-destination', project], { cwd: runtime, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
  )[0].filename;
  writeFileSync(join(project, 'package.json'), '{"type":"module"}');
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--omit=peer', join(project, packed)], { cwd: project, stdio: 'ignore' });
  const sizeOf = (path) => (statSync(path).isDirectory() ? readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0) : statSync(path).size);
  const rows = readdirSync(join(project, 'node_modules'))
    .filter((name) => !name.startsWith('.'))
    .map((name) => [name, sizeOf(join(project, 'node_modules', name))]);
  const total = rows.reduce((sum, [, size]) => sum + size, 0);
  table(
    'Installed (KB)',
    [...rows, ['all', total]].map(([name, size]) => [name, (size / 1024).toFixed(0)]),
  );
  const entries = ['', '/http', '/paginate', '/paginate/prisma', '/cache', '/compress', '/select'].map((entry) => `latency-runtime${entry}`);
  const bundles = [];
  for (const entry of entries) {
    const stdin = { contents: `export * from '${entry}'`, resolveDir: folder };
    const { outputFiles } = await build({
      stdin,
      bundle: true,
      minify: true,
      write: false,
      platform: 'node',
      format: 'esm',
      external: ['undici', 'drizzle-orm'],
    });
    const [{ contents }] = outputFiles;
    bundles.push([entry, (contents.length / 1024).toFixed(1), (gzipSync(contents).length / 1024).toFixed(1)]);
  }
  table('Bundled and minified (KB, gzipped KB)', bundles);
  const measure = (code) => {
    const file = join(project, 'entry.mjs');
    writeFileSync(file, `const start = process.cpuUsage(); ${code} const { user, system } = process.cpuUsage(start); console.log((user + system) / 1000);`);
    return median(Array.from({ length: 9 }, () => Number(spawnSync(process.execPath, [file], { encoding: 'utf8' }).stdout)));
  };
  table(
    'Importing (ms of CPU, median of 9)',
    ['latency-runtime', 'latency-runtime/paginate', 'latency-runtime/cache', 'latency-runtime/compress', 'latency-runtime/select'].map((entry) => [
      entry,
      measure(`await import('${entry}');`).toFixed(1),
    ]),
  );
  rmSync(project, { recursive: true, force: true });
}

const parts = { hits: cacheHits, misses, dead: withoutRedis, wire: onTheWire, compressed: inCpuTime, sizes };
const wanted = process.argv.slice(2);
console.log(`Node.js ${process.version}`);
for (const [name, run] of Object.entries(parts)) if (wanted.length === 0 || wanted.includes(name)) await run();
rmSync(join(folder, '.resolve.mjs'), { force: true });
process.exit();
