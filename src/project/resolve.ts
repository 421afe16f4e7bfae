import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve as resolvePath } from 'node:path';

import { ResolverFactory } from 'oxc-resolver';

import { manifestsAbove, packageNameOf } from './manifest.ts';
import { findWorkspacePackage } from './workspace.ts';

const extensions = ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs', '.json'];
const shared = {
  extensions,
  extensionAlias: { '.js': ['.ts', '.tsx', '.js', '.jsx'], '.mjs': ['.mts', '.mjs'], '.cjs': ['.cts', '.cjs'] },
  conditionNames: ['source', 'development', 'node', 'import', 'require', 'default', 'types'],
  mainFields: ['source', 'module', 'main'],
};
const withPaths = new ResolverFactory({ ...shared, tsconfig: 'auto' });
const plain = new ResolverFactory(shared);
const answers = new Map<string, string | undefined>();
const answersMax = 50_000;

/**
 * The file of this project that a specifier names, seen from a file. `undefined` for Node's own modules, for packages
 * under node_modules, and where nothing is found.
 */
export function resolveModule(from: string, specifier: string): string | undefined {
  const directory = dirname(from);
  // What a package's name stands for is the same in every folder of a package.
  const place = /^[./#~$]|^@@?\//.test(specifier) ? directory : scopeOf(directory);
  const key = `${place}\0${specifier}`;
  if (answers.has(key)) return answers.get(key);
  if (answers.size > answersMax) answers.clear();
  const answer = findFile(from, directory, specifier);
  answers.set(key, answer);
  return answer;
}

const scopes = new Map<string, string>();

/** The nearest folder, upward, with a package.json or a tsconfig of its own. */
function scopeOf(directory: string): string {
  let scope = scopes.get(directory);
  if (scope === undefined) {
    const parent = dirname(directory);
    const isOwn = ['package.json', 'tsconfig.json', 'jsconfig.json', 'node_modules'].some((name) => existsSync(join(directory, name)));
    scope = isOwn || parent === directory ? directory : scopeOf(parent);
    scopes.set(directory, scope);
  }
  return scope;
}

/** Forgets what was resolved: files may have come or gone. */
export function forgetResolutions(): void {
  answers.clear();
  scopes.clear();
  withPaths.clearCache();
  plain.clearCache();
  tablesAbove.clear();
}

function findFile(from: string, directory: string, specifier: string): string | undefined {
  if (specifier === '' || specifier.startsWith('node:')) return undefined;
  if (specifier.startsWith('.') || specifier.startsWith('/')) return own(plain.sync(directory, specifier).path);
  if (isPublished(from, directory, specifier)) return undefined;
  const byPaths = withPaths.resolveFileSync(from, specifier);
  if (byPaths.path !== undefined) return own(byPaths.path);
  if (byPaths.builtin !== undefined) return undefined;
  return findByTsconfigText(directory, specifier) ?? findWorkspaceFile(directory, specifier) ?? findByAlias(from, specifier);
}

/** A package that the nearest package.json takes from a registry, and no alias of a tsconfig stands for: nothing to look for on the disk. */
function isPublished(from: string, directory: string, specifier: string): boolean {
  if (manifestsAbove(from)[0]?.published.has(packageNameOf(specifier)) !== true) return false;
  for (const { table } of pathTablesAbove(directory)) if (table.paths.some(([pattern]) => matchPattern(pattern, specifier) !== undefined)) return false;
  return findWorkspacePackage(directory, specifier) === undefined;
}

function own(path: string | undefined): string | undefined {
  if (path === undefined || /[\\/]node_modules[\\/]/.test(path) || path.endsWith('.json')) return undefined;
  return path.endsWith('.d.ts') ? undefined : path;
}

interface PathTable {
  readonly base: string;
  readonly paths: readonly (readonly [string, readonly string[]])[];
}
const tablesAbove = new Map<string, readonly PlacedTable[]>();

/** Reads `paths` from the nearest tsconfig itself, for a project whose tsconfig extends one that is not installed. */
function findByTsconfigText(directory: string, specifier: string): string | undefined {
  for (const { at, table } of pathTablesAbove(directory)) {
    for (const [pattern, targets] of table.paths) {
      const rest = matchPattern(pattern, specifier);
      if (rest === undefined) continue;
      for (const target of targets) {
        const found = own(plain.sync(at, resolvePath(table.base, target.replace('*', rest))).path);
        if (found !== undefined) return found;
      }
    }
    if (specifier.startsWith('src/') || table.base !== at) {
      const found = own(plain.sync(at, resolvePath(table.base, specifier)).path);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

interface PlacedTable {
  /** The folder of the tsconfig. */
  readonly at: string;
  readonly table: PathTable;
}

/** The tables from a folder up to the repository's root, nearest first. */
function pathTablesAbove(directory: string): readonly PlacedTable[] {
  let found = tablesAbove.get(directory);
  if (found === undefined) {
    const table = readPathTable(directory);
    const isRoot = dirname(directory) === directory || existsSync(join(directory, '.git'));
    const others = isRoot ? [] : pathTablesAbove(dirname(directory));
    tablesAbove.set(directory, (found = table === undefined ? others : [{ at: directory, table }, ...others]));
  }
  return found;
}

function matchPattern(pattern: string, specifier: string): string | undefined {
  const star = pattern.indexOf('*');
  if (star === -1) return pattern === specifier ? '' : undefined;
  const before = pattern.slice(0, star);
  const after = pattern.slice(star + 1);
  if (!specifier.startsWith(before) || !specifier.endsWith(after)) return undefined;
  return specifier.slice(before.length, specifier.length - after.length);
}

function readPathTable(directory: string): PathTable | undefined {
  let table: PathTable | undefined;
  for (const name of ['tsconfig.json', 'tsconfig.base.json', 'jsconfig.json']) {
    const options = readCompilerOptions(join(directory, name));
    if (options === undefined) continue;
    const base = resolvePath(directory, typeof options['baseUrl'] === 'string' ? options['baseUrl'] : '.');
    const paths = Object.entries(options['paths'] ?? {}).filter((entry): entry is [string, string[]] => Array.isArray(entry[1]));
    table = { base, paths: [...(table?.paths ?? []), ...paths] };
  }
  return table;
}

function readCompilerOptions(file: string): Record<string, unknown> | undefined {
  try {
    if (!statSync(file).isFile()) return undefined;
    const text = readFileSync(file, 'utf8')
      .replace(/("(?:\\.|[^"\\])*")|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, '$1')
      .replace(/,(\s*[}\]])/g, '$1');
    const parsed = JSON.parse(text) as { compilerOptions?: Record<string, unknown> };
    return parsed.compilerOptions;
  } catch {
    return undefined;
  }
}

/** Folders that stand for `@/` and `~/` where a bundler, a loader or a framework says so in code that is not read: the first that has the file. */
const roots = ['./src', '.', './app', './server'];

/** `@/models/user` without a tsconfig, `$lib/db` of SvelteKit, and the aliases of the package module-alias. */
function findByAlias(from: string, specifier: string): string | undefined {
  const [manifest] = manifestsAbove(from);
  if (manifest === undefined) return undefined;
  const targets = manifest.aliases.flatMap(([alias, target]) => {
    const rest = specifier === alias ? '' : specifier.startsWith(`${alias}/`) ? specifier.slice(alias.length) : undefined;
    return rest === undefined ? [] : [`./${target}${rest}`];
  });
  const rooted = /^(?:[@~]|~~|@@)\/(.+)$/.exec(specifier)?.[1];
  if (rooted !== undefined) targets.push(...roots.map((root) => `${root}/${rooted}`));
  if (specifier.startsWith('$lib/')) targets.push(`./src/lib/${specifier.slice('$lib/'.length)}`);
  for (const target of targets) {
    const path = own(plain.sync(manifest.directory, target).path);
    if (path !== undefined) return path;
  }
  return undefined;
}

/** A package of the same repository, also when it was never linked into node_modules or built. */
function findWorkspaceFile(directory: string, specifier: string): string | undefined {
  const found = findWorkspacePackage(directory, specifier);
  if (found === undefined) return undefined;
  const candidates = found.targets.flatMap((target) => [target, target.replace(/^\.?\/?(?:dist|build|lib)\//, './src/')]);
  if (found.subpath === '') candidates.push('./src/index', './index', './src/main', './lib/index');
  else candidates.push(`./${found.subpath}`, `./src/${found.subpath}`, `./${found.subpath}/index`, `./lib/${found.subpath}`);
  for (const candidate of candidates) {
    const request = `./${candidate.replace(/^\.\//, '')}`;
    const path = own(plain.sync(found.directory, request).path) ?? own(plain.sync(found.directory, request.replace(/\.[cm]?js$/, '')).path);
    if (path !== undefined) return path;
  }
  return undefined;
}
