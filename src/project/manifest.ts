import { readFileSync } from 'node:fs';
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
  /** The text of `scripts`, to see what starts a file. */
  readonly scripts: string;
  readonly bin: string;
}

const manifests = new Map<string, Manifest | undefined>();

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
}

/** Every package.json from a file's folder upward, nearest first. */
export function* manifestsAbove(path: string): Generator<Manifest> {
  for (let at = dirname(path); ; at = dirname(at)) {
    const manifest = readManifest(at);
    if (manifest !== undefined) yield manifest;
    if (dirname(at) === at) return;
  }
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
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? specifier);
}

function parse(directory: string): Manifest | undefined {
  try {
    const raw = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as Record<string, unknown>;
    const dependencies = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'].flatMap((key) => Object.keys(record(raw[key])));
    return {
      directory,
      name: typeof raw['name'] === 'string' ? raw['name'] : undefined,
      exports: raw['exports'],
      entries: ['source', 'module', 'main', 'types'].map((key) => raw[key]).filter((entry): entry is string => typeof entry === 'string'),
      workspaces: raw['workspaces'] !== undefined,
      dependencies: new Set(dependencies),
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
