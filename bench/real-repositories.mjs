// npm run bench:real -- CORPUS_DIR [--json FILE] [NAME …]
// Lints checked-out public repositories (CORPUS_DIR/owner__name) with the recommended rules and prints a table: files, lines,
// findings per rule, crashes, and CPU time as a ratio within one run. With --sample N --seed S it also prints N findings drawn
// at random, to be read and judged.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

import { measure } from './overhead.mjs';

const args = process.argv.slice(2);
const take = (name) => {
  const at = args.indexOf(name);
  return at === -1 ? undefined : args.splice(at, 2)[1];
};
const json = take('--json');
const sample = Number(take('--sample') ?? 0);
const seed = Number(take('--seed') ?? 1);
const [corpus, ...names] = args;
const rules = ['no-query-in-loop', 'no-write-in-loop', 'no-unbounded-query', 'no-client-per-request', 'require-compression'];
const repositories = names.length > 0 ? names : readdirSync(corpus).sort();

const results = [];
process.stdout.write(`| repository | files | lines | ${rules.join(' | ')} | crashes | × no rules | × no-await-in-loop |\n`);
process.stdout.write(`| --- | ---: | ---: | ${rules.map(() => '---:').join(' | ')} | ---: | ---: | ---: |\n`);
const row = (name, { files, lines, findings, crashes, cpu }) => {
  const counts = rules.map((rule) => findings[`latency/${rule}`]?.length ?? 0);
  return `| ${name} | ${files} | ${lines} | ${counts.join(' | ')} | ${crashes.length} | ${(cpu.recommended / cpu.none).toFixed(3)} | ${(cpu.recommended / cpu.core).toFixed(3)} |\n`;
};
for (const name of repositories) {
  const folder = join(corpus, name);
  const result = measure(folder);
  for (const found of Object.values(result.findings).flat()) found.file = relative(corpus, found.file);
  results.push({ name, ...result });
  process.stdout.write(row(name.replace('__', '/'), result));
  for (const crash of result.crashes) process.stderr.write(`${crash}\n`);
}
const sum = (pick) => results.reduce((total, result) => total + pick(result), 0);
process.stdout.write(
  row('**all**', {
    files: sum(({ files }) => files),
    lines: sum(({ lines }) => lines),
    findings: Object.fromEntries(rules.map((rule) => [`latency/${rule}`, results.flatMap(({ findings }) => findings[`latency/${rule}`] ?? [])])),
    crashes: results.flatMap(({ crashes }) => crashes),
    cpu: Object.fromEntries(['none', 'core', 'recommended'].map((set) => [set, sum(({ cpu }) => cpu[set])])),
  }),
);
if (json !== undefined) writeFileSync(json, JSON.stringify(results));

/** mulberry32, so that a draw can be repeated. */
function random(state) {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
if (sample > 0) {
  const next = random(seed);
  const all = results.flatMap(({ findings }) => Object.entries(findings).flatMap(([rule, list]) => list.map((found) => ({ rule, ...found }))));
  for (let drawn = 0; drawn < sample && all.length > 0; drawn++) {
    const [{ rule, file, line, message }] = all.splice(Math.floor(next() * all.length), 1);
    const text = readFileSync(join(corpus, file), 'utf8').split('\n')[line - 1].trim();
    process.stdout.write(`${drawn + 1}. ${rule} ${file}:${line}\n   ${message}\n   ${text.slice(0, 160)}\n`);
  }
}
