import type { Code } from '../project/code.ts';
import { manifestsAbove } from '../project/manifest.ts';

/** What a file is for, by its path and its first lines. Rules leave some roles alone. */
export type FileRole = 'server' | 'test' | 'seed' | 'migration' | 'script' | 'declaration' | 'browser';

const roles = new WeakMap<Code, FileRole>();

export function fileRole(code: Code): FileRole {
  let role = roles.get(code);
  if (role === undefined) roles.set(code, (role = decide(code)));
  return role;
}

function decide(code: Code): FileRole {
  const path = pathInProject(code);
  if (isForBrowser(code)) return 'browser';
  if (/cypress|playwright/i.test(path)) return 'test';
  if (/\.d\.[cm]?ts$/.test(path)) return 'declaration';
  if (
    /(?:^|\/)(?:__tests__|__mocks__|tests?|test-[\w-]+|e2e|specs?|fixtures|testing|test-utils|cypress|playwright|integration-tests?)\//i.test(path) ||
    /[.-](?:test|spec|e2e|e2e-spec|stories|bench|cy)\.[cm]?[jt]sx?$/.test(path)
  )
    return 'test';
  if (/(?:^|\/)(?:seeds?|seeders?|seeding)(?:\/|\.[cm]?[jt]s$)/i.test(path) || /(?:^|\/|[.-])seeds?(?:-[\w-]+|er)?\.[cm]?[jt]s$/i.test(path)) return 'seed';
  if (/(?:^|\/)(?:\w*-)?(?:migrations?|upgrades)\//i.test(path) || /[.-]migration\.[cm]?[jt]s$/.test(path)) return 'migration';
  if (/(?:^|\/)(?:scripts?|bin|cli|install(?:er)?|tools?|tooling|benchmarks?|examples?-scripts)\//i.test(path) || code.text.startsWith('#!')) return 'script';
  return 'server';
}

/** React's client components run in the browser, which reaches no database. */
function isForBrowser(code: Code): boolean {
  const [first] = code.ast.body;
  return first?.type === 'ExpressionStatement' && first.expression.type === 'Literal' && first.expression.value === 'use client';
}

/** The path below the nearest package.json, so that folders above the project say nothing. */
function pathInProject(code: Code): string {
  const path = code.path.replaceAll('\\', '/');
  const [nearest, above] = manifestsAbove(code.path);
  if (nearest !== undefined) {
    const root = nearest.directory.replaceAll('\\', '/');
    const inside = path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path;
    // A package of a workspace is known by its folder: `libs/testing/src`.
    return above === undefined ? inside : `${root.slice(root.lastIndexOf('/') + 1)}/${inside}`;
  }
  // Without a package.json, only the nearest folders can be the project's.
  return path.split('/').slice(-3).join('/');
}
