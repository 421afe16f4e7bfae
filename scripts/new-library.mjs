// npm run new-library NAME: writes the description of a library, enters it in the registry, and adds the package whose
// typings tests/libraries.test.ts compares it with.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = process.env.SCAFFOLD_ROOT ?? fileURLToPath(new URL('..', import.meta.url));
const [name] = process.argv.slice(2);
if (name === undefined || !/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(name)) {
  process.stderr.write('usage: npm run new-library NAME, where NAME is the package, in kebab-case\n');
  process.exit(2);
}
const path = `src/libraries/${name}.ts`;
if (existsSync(join(root, path))) {
  process.stderr.write(`${path} exists already\n`);
  process.exit(1);
}
const variable = name.replace(/-([a-z0-9])/g, (_, letter) => letter.toUpperCase());
writeFileSync(
  join(root, path),
  `import { defineLibrary } from './library.ts';

export const ${variable} = defineLibrary({
  name: '${name}',
  title: '${name}',
  kind: 'database',
  packages: ['${name}'],
  docs: 'https://www.npmjs.com/package/${name}',
  exports: {
    // How a client comes to be: default: { new: 'client', opens: 'pool' },
  },
  objects: {
    client: {
      members: {
        // What its members do: get: { does: 'read-by-key', batch: 'one \`getMany\`' },
      },
    },
  },
});
`,
);

const registry = join(root, 'src/libraries/index.ts');
const lines = readFileSync(registry, 'utf8').split('\n');
const isImport = /^import \{ \w+ \} from '\.\/([a-z0-9-]+)\.ts';$/;
const importAt = lines.findIndex((line) => isImport.exec(line)?.[1] > name);
lines.splice(importAt, 0, `import { ${variable} } from './${name}.ts';`);
const listAt = lines.findIndex((line) => line.startsWith('export const libraries')) + 1;
lines.splice(listAt, 0, `  ${variable},`);
writeFileSync(registry, lines.join('\n'));

const manifest = join(root, 'tests/typings/package.json');
const typings = JSON.parse(readFileSync(manifest, 'utf8'));
typings.dependencies = Object.fromEntries(Object.entries({ ...typings.dependencies, [name]: '*' }).sort(([one], [other]) => (one < other ? -1 : 1)));
writeFileSync(manifest, `${JSON.stringify(typings, undefined, 2)}\n`);

const samples = join(root, 'tests/typings/samples.ts');
const text = readFileSync(samples, 'utf8');
writeFileSync(samples, text.replace(/(export const samples[^\n]*\n)/, `$1  '${name}': { client: \`import('${name}').default\` },\n`));
process.stdout.write(
  `${path}\nsrc/libraries/index.ts\ntests/typings/package.json\ntests/typings/samples.ts\nNow describe the library, then: npx vitest run tests/libraries.test.ts\n`,
);
