import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What the plugin needs of a package.json. */
export interface Manifest {
  readonly directory: string;
  readonly name: string | undefined;
  readonly exports: unknown;
  readonly entries: readonly string[];
  readonly workspaces: boolean;
  /** Names under dependencies, devDependencies, peerDependencies and optionalDependencies. */
  readonly dependencies: ReadonlySet<string>;
  /** Those of them that are no folders of the repository, as their version says: `workspace:*`, `file:../shared`. */
  readonly published: ReadonlySet<string>;
  /** Names that the package module-alias is told to load from a folder, each with the folder. */
  readonly aliases: readonly (readonly [alias: string, folder: string])[];
  /** The text of `scripts`, to see what starts a file. */
  readonly scripts: string;
  readonly bin: string;
}

const manifests = new Map<string, Manifest | undefined>();
const above = new Map<string, readonly Manifest[]>();

/** The package.json of a folder. A broken one counts as none. */
export function readManifest(directory: string): Manifest | undefined {
  if (manifests.has(directory)) return manifests.get(directory);
  const manifest = parse(directory);
  manifests.set(directory, manifest);
  return manifest;
}

/** Forgets every package.json that was read. */
export function forgetManifests(): void {
  manifests.clear();
  above.clear();
}

/** Every package.json from a file's folder upward, nearest first. */
export function manifestsAbove(path: string): readonly Manifest[] {
  const directory = dirname(path);
  let found = above.get(directory);
  if (found === undefined) {
    const own = readManifest(directory);
    const others = dirname(directory) === directory ? [] : manifestsAbove(directory);
    above.set(directory, (found = own === undefined ? others : [own, ...others]));
  }
  return found;
}

/** Whether a package.json from the file's folder upward lists one of these packages. */
export function isListed(path: string, packages: readonly string[]): boolean {
  for (const manifest of manifestsAbove(path)) {
    if (packages.some((name) => lists(manifest, name))) return true;
  }
  return false;
}

function lists(manifest: Manifest, name: string): boolean {
  if (!name.endsWith('*')) return manifest.dependencies.has(packageNameOf(name));
  const prefix = name.slice(0, -1);
  return [...manifest.dependencies].some((dependency) => dependency.startsWith(prefix));
}

export function packageNameOf(specifier: string): string {
  const scope = specifier.startsWith('@') ? specifier.indexOf('/') + 1 : 0;
  const end = specifier.indexOf('/', scope);
  return end === -1 ? specifier : specifier.slice(0, end);
}

function parse(directory: string): Manifest | undefined {
  const path = join(directory, 'package.json');
  // Most folders have none, and an error is dear.
  if (!existsSync(path)) return undefined;
  try {
    const raw = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
    const dependencies = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'].flatMap((key) => Object.entries(record(raw[key])));
    return {
      directory,
      name: typeof raw['name'] === 'string' ? raw['name'] : undefined,
      exports: raw['exports'],
      entries: ['source', 'module', 'main', 'types'].map((key) => raw[key]).filter((entry): entry is string => typeof entry === 'string'),
      workspaces: raw['workspaces'] !== undefined,
      dependencies: new Set(dependencies.map(([name]) => name)),
      published: new Set(dependencies.filter(([, version]) => /^(?:[\d~^<>=v*x]|npm:|catalog:|latest$)/.test(String(version))).map(([name]) => name)),
      aliases: Object.entries(record(raw['_moduleAliases'])).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
      scripts: Object.values(record(raw['scripts'])).join('\n'),
      bin: JSON.stringify(raw['bin'] ?? ''),
    };
  } catch {
    return undefined;
  }
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
