// Writes what can be derived: the rules' headers and list (eslint-doc-generator) and the README's table of libraries.
// `--check` fails when something is not up to date.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const check = process.argv.includes('--check');
const { libraries } = await import('../dist/libraries/index.js');

const readme = `${root}README.md`;
const kinds = {
  database: 'Databases',
  cache: 'Caches',
  queue: 'Queues',
  http: 'HTTP',
  service: 'Services',
  framework: 'Frameworks',
  batching: 'Batching',
  concurrency: 'Loops by library',
  memo: 'Memoising',
};
const rows = Object.entries(kinds).map(([kind, title]) => {
  const named = libraries.filter((library) => library.kind === kind).map(({ title, docs }) => `[${title}](${docs})`);
  return `- **${title}**: ${named.join(', ')}`;
});
const before = readFileSync(readme, 'utf8');
const after = before.replace(/(<!-- begin libraries -->\n)[\s\S]*?(<!-- end libraries -->)/, `$1\n${rows.join('\n')}\n\n$2`);
if (check && after !== before) {
  process.stderr.write('README.md: the list of libraries is not up to date. Run npm run docs.\n');
  process.exit(1);
}
if (!check) writeFileSync(readme, after);

const bin = fileURLToPath(import.meta.resolve('eslint-doc-generator/dist/bin/eslint-doc-generator.js'));
const url = 'https://github.com/eslint-plugin-latency/eslint-plugin-latency#configs';
execFileSync(process.execPath, [bin, '--path-rule-doc', 'rules-docs/{name}.md', '--url-configs', url, ...(check ? ['--check'] : [])], {
  cwd: root,
  stdio: 'inherit',
});
