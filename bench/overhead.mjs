// npm run bench:overhead -- DIR [--rounds N] [--rules]
// CPU time of the recommended rules on a folder, as a ratio within one run: to ESLint with no rules, and to ESLint with the
// core rule no-await-in-loop alone. The parser is typescript-eslint's, without type information.
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const args = process.argv.slice(2);
const option = (name, fallback) => (args.includes(name) ? args[args.indexOf(name) + 1] : fallback);
const skipped = new Set(['node_modules', 'dist', 'build', '.git', 'coverage', 'public', 'vendor']);
const bytesMax = 1_000_000;

/** Source files below a folder, in order. */
export function listFiles(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) return skipped.has(entry.name) ? [] : listFiles(join(folder, entry.name));
    return /\.[cm]?[jt]sx?$/.test(entry.name) && !/\.(?:d\.[cm]?ts|min\.js)$/.test(entry.name) ? [join(folder, entry.name)] : [];
  });
}

/**
 * Lints files with each set of rules, until a number of lines is reached, and gives CPU seconds per pass, counts and findings.
 * Runs in a process of its own: in the first pass nothing is warm. A second pass lints the same files again.
 */
async function lintAll(folder, sets, linesMax, passes) {
  const { Linter } = await import('eslint');
  const parser = await import('@typescript-eslint/parser');
  const { default: latency } = await import('../dist/index.js');
  const linter = new Linter({ cwd: folder });
  const config = (rules) => [
    {
      files: ['**/*.{js,mjs,cjs,jsx,ts,tsx,mts,cts}'],
      languageOptions: { parser, parserOptions: { ecmaFeatures: { jsx: true } } },
      linterOptions: { reportUnusedDisableDirectives: 'off' },
      plugins: { latency },
      rules,
    },
  ];
  const recommended = latency.configs.recommended.rules;
  const rulesOf = {
    none: {},
    core: { 'no-await-in-loop': 'error' },
    recommended,
    ...Object.fromEntries(Object.keys(recommended).map((rule) => [rule, { [rule]: 'error' }])),
  };
  const zero = () => Object.fromEntries(sets.map((set) => [set, 0]));
  const cpu = zero();
  const warm = zero();
  let files = 0;
  let lines = 0;
  const findings = {};
  const crashes = [];
  const linted = [];
  const lint = (file, text, turn, into) => {
    // The order turns from file to file, so that no set always pays for a cold cache.
    for (let index = 0; index < sets.length; index++) {
      const set = sets[(index + turn) % sets.length];
      const before = process.cpuUsage();
      try {
        const messages = linter.verify(text, config(rulesOf[set]), { filename: file, allowInlineConfig: false });
        if (set === 'recommended' && into === cpu)
          for (const { ruleId, line, message } of messages) if (ruleId?.startsWith('latency/')) (findings[ruleId] ??= []).push({ file, line, message });
      } catch (error) {
        crashes.push(`${file}: ${String(error.message).split('\n')[0]}`);
      }
      const { user, system } = process.cpuUsage(before);
      into[set] += (user + system) / 1e6;
    }
  };
  for (const file of listFiles(folder)) {
    if (lines >= linesMax) break;
    const text = readFileSync(file, 'utf8');
    if (text.length > bytesMax) continue;
    files++;
    lines += text.split('\n').length;
    linted.push(file);
    lint(file, text, files, cpu);
  }
  for (let pass = 1; pass < passes; pass++) for (const [index, file] of linted.entries()) lint(file, readFileSync(file, 'utf8'), index, warm);
  return { files, lines, cpu, warm, findings, crashes, memory: process.resourceUsage().maxRSS * 1024 };
}

/** Runs `lintAll` in a fresh process: nothing is warm. */
export function measure(folder, sets = ['none', 'core', 'recommended'], linesMax = Infinity, passes = 1) {
  const self = fileURLToPath(import.meta.url);
  const { stdout, stderr, status } = spawnSync(process.execPath, [self, '--child', resolve(folder), sets.join(','), String(linesMax), String(passes)], {
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  });
  if (status !== 0) throw new Error(`${folder}: ${stderr.slice(0, 500)}`);
  return JSON.parse(stdout);
}

if (args[0] === '--child') {
  process.stdout.write(JSON.stringify(await lintAll(args[1], args[2].split(','), Number(args[3] ?? Infinity), Number(args[4] ?? 1))));
} else if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder] = args;
  if (folder === undefined) {
    process.stderr.write('usage: npm run bench:overhead -- DIR [--rounds N] [--rules]\n');
    process.exit(2);
  }
  const sets = [
    'none',
    'core',
    'recommended',
    ...(args.includes('--rules')
      ? ['latency/no-query-in-loop', 'latency/no-write-in-loop', 'latency/no-unbounded-query', 'latency/no-client-per-request', 'latency/require-compression']
      : []),
  ];
  for (let round = 0; round < Number(option('--rounds', 1)); round++) {
    const { files, lines, cpu, crashes, findings, memory } = measure(folder, sets);
    process.stdout.write(
      `${files} files, ${lines} lines, ${crashes.length} crashes, ${Object.values(findings).flat().length} findings, ${(memory / 1e6).toFixed(0)} MB\n`,
    );
    for (const set of sets)
      process.stdout.write(
        `  ${set.padEnd(34)} ${cpu[set].toFixed(2).padStart(8)} s CPU  ${(cpu[set] / cpu.none).toFixed(3)} x no rules  ${(cpu[set] / cpu.core).toFixed(3)} x no-await-in-loop\n`,
      );
    for (const crash of crashes) process.stdout.write(`  CRASH ${crash}\n`);
  }
}
