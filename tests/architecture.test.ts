import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from 'vitest';

import { libraries } from '../src/libraries/index.ts';

const src = fileURLToPath(new URL('../src/', import.meta.url));

/** Who may import whom: `index → rules → fixes → analysis → {project, libraries}`. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  'index.ts': ['create-rule.ts', 'rules'],
  'create-rule.ts': ['analysis', 'project'],
  rules: ['create-rule.ts', 'fixes', 'analysis'],
  fixes: ['fixes', 'analysis', 'project'],
  analysis: ['analysis', 'project', 'libraries'],
  project: ['project'],
  libraries: ['libraries'],
};

/** Packages that a layer may load at run time; types may come from anywhere. */
const packages: Readonly<Record<string, readonly string[]>> = {
  project: ['@typescript-eslint/scope-manager', '@typescript-eslint/visitor-keys', 'oxc-parser', 'oxc-resolver'],
};

interface Import {
  readonly from: string;
  readonly layer: string;
  readonly specifier: string;
  readonly typeOnly: boolean;
}

function filesOf(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesOf(join(folder, entry.name)) : entry.name.endsWith('.ts') ? [join(folder, entry.name)] : [],
  );
}

const layerOf = (path: string): string => relative(src, path).split('/')[0] ?? '';

const imports: Import[] = filesOf(src).flatMap((file) =>
  [...readFileSync(file, 'utf8').matchAll(/^(?:import|export)\s+(type\s+)?[^'"]*?from\s+'([^']+)'/gm)].map(([, type, specifier = '']) => ({
    from: relative(src, file),
    layer: layerOf(file),
    specifier: specifier.startsWith('.') ? relative(src, resolve(dirname(file), specifier)) : specifier,
    typeOnly: type !== undefined,
  })),
);

describe('layers', () => {
  it('sees the imports', () => {
    expect(imports.length).toBeGreaterThan(100);
  });

  it('imports run one way', () => {
    const wrong = imports.filter(({ layer, specifier }) => {
      const isOwn = /^(?:index\.ts|create-rule\.ts|rules|fixes|analysis|project|libraries)/.test(specifier);
      const target = specifier.split('/')[0] ?? '';
      return isOwn && !(layer === 'rules' && specifier === 'rules/index.ts') && !(allowed[layer] ?? []).includes(target);
    });
    expect(wrong.filter(({ from }) => from !== 'rules/index.ts')).toEqual([]);
  });

  it('rules never import rules', () => {
    expect(imports.filter(({ from, specifier }) => from.startsWith('rules/') && from !== 'rules/index.ts' && specifier.startsWith('rules/'))).toEqual([]);
  });

  it('nothing imports the runtime package', () => {
    expect(imports.filter(({ specifier }) => /runtime/.test(specifier) && !specifier.startsWith('libraries/'))).toEqual([]);
  });

  it('packages are loaded by the project layer only', () => {
    const wrong = imports.filter(({ layer, specifier, typeOnly }) => {
      const isPackage = !specifier.startsWith('node:') && !/\.ts$/.test(specifier);
      return isPackage && !typeOnly && !(packages[layer] ?? []).includes(specifier);
    });
    expect(wrong).toEqual([]);
  });

  it('only the project layer reads the disk', () => {
    const wrong = imports.filter(({ layer, specifier }) => specifier === 'node:fs' && layer !== 'project');
    expect(wrong).toEqual([]);
  });

  it('TypeScript is never loaded', () => {
    expect(imports.filter(({ specifier, typeOnly }) => !typeOnly && (specifier === 'typescript' || specifier.startsWith('@typescript-eslint/utils')))).toEqual(
      [],
    );
  });

  it('no folder or file is a drawer for the rest', () => {
    expect(filesOf(src).filter((file) => /(?:^|\/)(?:utils?|helpers?|shared|misc|common)(?:\/|\.ts$)/.test(relative(src, file)))).toEqual([]);
  });
});

describe('rules are about code, not about libraries', () => {
  const words = libraries
    .flatMap((library) => [library.name, ...library.packages])
    .filter((name) => name.length > 3 && !/^(?:memo|http|react|next|async|lambda|workers|graphql|fetch|schedulers|lodash|cron)$/.test(name));

  it.each(readdirSync(join(src, 'rules')))('%s names no library', (file) => {
    const text = readFileSync(join(src, 'rules', file), 'utf8').toLowerCase();
    expect(words.filter((word) => new RegExp(`\\b${word.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')}\\b`).test(text))).toEqual([]);
  });

  it.each(readdirSync(join(src, 'rules')))('%s is short', (file) => {
    expect(readFileSync(join(src, 'rules', file), 'utf8').split('\n').length).toBeLessThan(150);
  });

  it('an adapter of a library that is read page by page is short', () => {
    const manifest = JSON.parse(readFileSync(resolve(src, '../runtime/package.json'), 'utf8')) as { exports: Readonly<Record<string, unknown>> };
    const adapters = Object.keys(manifest.exports).filter((path) => path.startsWith('./paginate/'));
    expect(adapters.length).toBe(8);
    for (const path of adapters)
      expect(
        readFileSync(resolve(src, `../runtime/src/${path}.ts`), 'utf8')
          .trimEnd()
          .split('\n').length,
        path,
      ).toBeLessThanOrEqual(40);
  });
});
