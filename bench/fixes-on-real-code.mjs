/**
 * Applies every fix, and every first suggestion, to the source files of the given folders, in memory: `node
 * bench/fixes-on-real-code.mjs FOLDER… [--list]`. A changed file must parse, must name nothing that is not declared, and must
 * not change again. A folder whose package.json does not list latency-runtime gets fewer rewrites.
 */
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';

import * as parser from '@typescript-eslint/parser';
import { Linter } from 'eslint';

import latency from '../dist/index.js';

const folders = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const list = process.argv.includes('--list');
const linter = new Linter({ cwd: '/' });
const files = ['**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs}'];
const config = [
  { files, languageOptions: { parser, parserOptions: { ecmaFeatures: { jsx: true } } }, linterOptions: { reportUnusedDisableDirectives: 'off' } },
  { files, ...latency.configs.recommended },
];

function* sources(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name === 'node_modules' || entry.name === '.git' || entry.name === 'dist') continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* sources(path);
    else if (/\.[cm]?[jt]sx?$/.test(entry.name) && !entry.name.endsWith('.d.ts') && statSync(path).size < 500_000) yield path;
  }
}

/** Names that a module uses and does not declare. */
function undeclared(text, path) {
  const { scopeManager } = parser.parseForESLint(text, { range: true, loc: true, filePath: path, sourceType: 'module', ecmaFeatures: { jsx: true } });
  return new Set(scopeManager.globalScope.through.map(({ identifier }) => identifier.name));
}

const kinds = new Map();
const problems = [];
let changedFiles = 0;
let linted = 0;
for (const folder of folders) {
  for (const path of sources(folder)) {
    const original = readFileSync(path, 'utf8');
    if (!/\bimport\b|\brequire\b/.test(original)) continue;
    linted++;
    let text = original;
    const changes = [];
    for (let pass = 0; pass < 60; pass++) {
      const messages = linter.verify(text, config, { filename: path });
      const broken = messages.find(({ fatal }) => fatal);
      if (broken !== undefined) {
        if (pass > 0) problems.push(`${path}: does not parse after ${changes.at(-1)?.title}: ${broken.message} (line ${broken.line})`);
        break;
      }
      const change = messages.flatMap((message) => {
        const { fix, suggestions = [], ruleId, line } = message;
        if (fix !== undefined) return [{ ...fix, rule: ruleId, line, title: 'fix' }];
        return suggestions.slice(0, 1).map((each) => ({ ...each.fix, rule: ruleId, line, title: each.desc.split(' — ')[0].replace(/`[^`]*`/, '…') }));
      })[0];
      if (change === undefined) break;
      changes.push(change);
      text = text.slice(0, change.range[0]) + change.text + text.slice(change.range[1]);
      if (list)
        process.stdout.write(`\n### ${relative(folder, path)}:${change.line} ${change.rule} ${change.title}\n${original === text ? '' : change.text}\n`);
      if (pass === 59) problems.push(`${path}: does not come to an end`);
    }
    if (changes.length === 0) continue;
    changedFiles++;
    for (const { rule, title } of changes) {
      const key = `${rule} | ${title}`;
      kinds.set(key, (kinds.get(key) ?? 0) + 1);
    }
    try {
      const before = undeclared(original, path);
      for (const name of undeclared(text, path)) if (!before.has(name)) problems.push(`${path}: ${name} is not declared`);
    } catch (error) {
      problems.push(`${path}: ${error.message}`);
    }
    if (process.env.OUT) writeFileSync(join(process.env.OUT, `${basename(folder)}__${relative(folder, path).replaceAll('/', '__')}`), text);
  }
}
process.stdout.write(`\n${linted} files linted, ${changedFiles} changed, ${problems.length} problems\n\n| Rule | Rewrite | Count |\n| --- | --- | ---: |\n`);
for (const [key, count] of [...kinds].sort((a, b) => b[1] - a[1])) process.stdout.write(`| ${key} | ${count} |\n`);
for (const problem of problems) process.stdout.write(`${problem}\n`);
