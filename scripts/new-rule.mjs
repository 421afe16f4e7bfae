// npm run new-rule NAME: writes the rule, its test and its page, and enters it in the registry.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = process.env.SCAFFOLD_ROOT ?? fileURLToPath(new URL('..', import.meta.url));
const [name] = process.argv.slice(2);
if (name === undefined || !/^(?:no|prefer|require)(?:-[a-z]+)+$/.test(name)) {
  process.stderr.write('usage: npm run new-rule NAME, where NAME begins with no-, prefer- or require-, in kebab-case\n');
  process.exit(2);
}
const variable = name.replace(/-([a-z])/g, (_, letter) => letter.toUpperCase());
const files = {
  [`src/rules/${name}.ts`]: `import { findRemoteCall } from '../analysis/remote-call.ts';
import { createRule, locationOf } from '../create-rule.ts';

export default createRule({
  name: '${name}',
  meta: {
    docs: {
      description: 'Disallow what this rule will find',
      recommended: false,
    },
    messages: {
      found: '\`{{call}}\` is what this rule will find, which costs a round trip. Do it once.',
    },
    options: {},
  },
  skips: ['test', 'seed', 'migration', 'script', 'declaration', 'browser'],
  create(context, code) {
    return {
      CallExpression(node) {
        const call = findRemoteCall(code, node);
        // Guards first: what the rule does not speak about.
        if (call?.operation !== 'transaction') return;
        context.report({ node, loc: locationOf(context, call.range), messageId: 'found', data: { call: call.text } });
      },
    };
  },
});
`,
  [`tests/rules/${name}.test.ts`]: `import { testRule } from '../rule-tester.ts';

testRule('${name}', {
  reported: [],
  silent: [{ name: 'a call of something unknown', code: 'await something.unknown();' }],
});
`,
  [`rules-docs/${name}.md`]: `<!-- end auto-generated rule header -->

What the rule finds, in the reader's words.

## Why it is slow

Round trips before and after, as a formula, and when it does not matter.

## Examples

## What stays silent

## Fix safety

The rule reports and does not rewrite.

## When not to use it

## Limits
`,
};
for (const path of Object.keys(files)) {
  if (existsSync(join(root, path))) {
    process.stderr.write(`${path} exists already\n`);
    process.exit(1);
  }
}
for (const [path, text] of Object.entries(files)) writeFileSync(join(root, path), text);

const registry = join(root, 'src/rules/index.ts');
const lines = readFileSync(registry, 'utf8').split('\n');
const importAt = lines.findIndex((line) => /^import \w+ from '\.\/(.+)\.ts';$/.exec(line)?.[1] > name);
const lastImport = lines.findLastIndex((line) => /^import \w+ from '\.\//.test(line)) + 1;
lines.splice(importAt === -1 ? lastImport : importAt, 0, `import ${variable} from './${name}.ts';`);
const entryAt = lines.findIndex((line) => /^ {2}'(.+)': \w+,$/.exec(line)?.[1] > name);
lines.splice(entryAt === -1 ? lines.lastIndexOf('};') : entryAt, 0, `  '${name}': ${variable},`);
writeFileSync(registry, lines.join('\n'));
process.stdout.write(`${Object.keys(files).join('\n')}\nNow write the cases of the test, then npm run docs.\n`);
