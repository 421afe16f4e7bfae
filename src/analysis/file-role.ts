import type { TSESTree } from '@typescript-eslint/types';

import { findExport, findLibrary, libraries } from '../libraries/index.ts';
import type { Code } from '../project/code.ts';
import { manifestsAbove } from '../project/manifest.ts';
import { requiredSpecifier } from './origin/exports.ts';
import { isFunction, lastName, nameOfKey, unwrap } from './syntax.ts';

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
    /(?:^|\/)(?:__tests__|__mocks__|mocks?|tests?|test-[\w-]+|e2e|specs?|fixtures|testing|test-utils|cypress|playwright|integration-tests?)\//i.test(path) ||
    /[.-](?:test|spec|e2e|e2e-spec|stories|bench|cy)\.[cm]?[jt]sx?$/.test(path) ||
    /(?:^|[\/.-])test-?(?:helpers?|utils?)\.[cm]?[jt]sx?$/i.test(path) ||
    importsForTests(code)
  )
    return 'test';
  if (
    /(?:^|\/)(?:(?:data|database|db|demo|dev|initial|migrations?|test)-)?(?:seeds?|seeders?|seeding)(?:\/|\.[cm]?[jt]s$)/i.test(path) ||
    /(?:^|\/|[.-])seeds?(?:-[\w-]+|er)?\.[cm]?[jt]s$/i.test(path) ||
    /(?:^|[\/-])sample-?data\//i.test(path)
  )
    return 'seed';
  if (/(?:^|\/)[\w-]*(?:migrations?|upgrades)\//i.test(path) || /[.-]migration\.[cm]?[jt]s$/.test(path)) return 'migration';
  if (
    /(?:^|\/)(?:scripts?|bin|cli|install(?:er)?|tools?|tooling|benchmarks?|examples?-scripts)\//i.test(path) ||
    /(?:^|\/)(?:install|upgrade)\.[cm]?[jt]s$/.test(path) ||
    code.text.startsWith('#!')
  )
    return 'script';
  return isMigration(code) ? 'migration' : 'server';
}

/** Packages that only tests, and what is made for them, import. */
const forTests =
  /^(?:vitest|@jest\/globals|node:test|mocha|chai|ava|tap|uvu|sinon|supertest|nock|@nestjs\/testing|@playwright\/test|pg-mem|ioredis-mock|knex-mock-client|aws-sdk-client-mock|(?:jest|vitest)-mock-extended)$/;

function importsForTests(code: Code): boolean {
  return code.ast.body.some((statement) => {
    if (statement.type === 'ImportDeclaration') return statement.importKind !== 'type' && forTests.test(statement.source.value);
    if (statement.type !== 'VariableDeclaration') return false;
    return statement.declarations.some(({ init }) => forTests.test((init === null ? undefined : requiredSpecifier(unwrap(init))) ?? ''));
  });
}

/** What the two functions of a migration are given. */
const givenToMigrations =
  /^(?:_?(?:query|qi|queryInterface|knex|db|database|pool|client|pgm|manager|connection|sequelize|schema|queryRunner|runner|kysely|mongoose|mongo|trx|tx|sql)|context|payload)$/;

/** A module that goes up and down: the two functions of a migration, exported, in an object or in a class. */
function isMigration(code: Code): boolean {
  if (!/\bup\b/.test(code.text) || !/\bdown\b/.test(code.text)) return false;
  const found = new Map<string, boolean>();
  return code.ast.body.some((statement) => goesUpAndDown(statement, found));
}

function goesUpAndDown(statement: TSESTree.Node, found: Map<string, boolean>): boolean {
  switch (statement.type) {
    case 'ExportNamedDeclaration': {
      const { declaration } = statement;
      if (declaration === null) return false;
      if (declaration.type === 'FunctionDeclaration') return isBoth(found, declaration.id?.name, declaration);
      if (declaration.type !== 'VariableDeclaration') return hasBoth(declaration);
      return declaration.declarations.some(({ id, init }) => init !== null && (isBoth(found, lastName(id), init) || hasBoth(init)));
    }
    case 'ExportDefaultDeclaration':
      return hasBoth(statement.declaration);
    case 'VariableDeclaration':
      return statement.declarations.some(({ init }) => init !== null && hasBoth(init));
    case 'ExpressionStatement': {
      if (statement.expression.type !== 'AssignmentExpression') return false;
      const { left, right } = statement.expression;
      const isExported = left.type === 'MemberExpression' && lastName(left.object) === 'exports';
      return (isExported && isBoth(found, lastName(left), right)) || hasBoth(right);
    }
    default:
      return hasBoth(statement);
  }
}

/** Both functions have been found, and one of them is given a database. */
function isBoth(found: Map<string, boolean>, name: string | undefined, fn: TSESTree.Node): boolean {
  if (!isFunction(fn) || (name !== 'up' && name !== 'down')) return false;
  found.set(name, isGivenDatabase(fn));
  return found.size === 2 && [...found.values()].includes(true);
}

function isGivenDatabase({ params: [first] }: { readonly params: readonly TSESTree.Node[] }): boolean {
  if (first?.type !== 'ObjectPattern') return first?.type === 'Identifier' && givenToMigrations.test(first.name);
  return first.properties.some((each) => each.type === 'Property' && givenToMigrations.test(nameOfKey(each) ?? ''));
}

/** An object or a class with both as functions. */
function hasBoth(node: TSESTree.Node): boolean {
  const at = unwrap(node);
  const members = at.type === 'ObjectExpression' ? at.properties : at.type === 'ClassDeclaration' || at.type === 'ClassExpression' ? at.body.body : [];
  const found = new Map<string, boolean>();
  return members.some(
    (each) =>
      (each.type === 'Property' || each.type === 'MethodDefinition' || each.type === 'PropertyDefinition') &&
      each.value !== null &&
      isBoth(found, nameOfKey(each), each.value),
  );
}

/** Components that run in the browser reach no database, unless the same file holds what their server runs for them. */
function isForBrowser(code: Code): boolean {
  const [first] = code.ast.body;
  if (first?.type === 'ExpressionStatement' && first.expression.type === 'Literal' && first.expression.value === 'use client') return true;
  const imports = code.ast.body.filter((statement) => statement.type === 'ImportDeclaration');
  return imports.some(importsForBrowser) && !imports.some(importsForServer) && !exportsForServer.test(code.text);
}

function importsForBrowser(statement: TSESTree.ImportDeclaration): boolean {
  const library = findLibrary(statement.source.value);
  if (library === undefined) return false;
  return statement.specifiers.some(
    (specifier) =>
      specifier.type === 'ImportSpecifier' &&
      findExport(library, specifier.imported.type === 'Identifier' ? specifier.imported.name : specifier.imported.value)?.runsIn === 'browser',
  );
}

function importsForServer(statement: TSESTree.ImportDeclaration): boolean {
  const kind = statement.importKind === 'type' ? undefined : findLibrary(statement.source.value)?.kind;
  return kind === 'database' || kind === 'queue' || kind === 'cache' || statement.source.value.startsWith('node:');
}

/** `export async function loader`, `export const getServerSideProps`: what a framework calls on the server for a component. */
const exportsForServer = new RegExp(
  `\\bexport\\b[^=({;]*\\b(?:${libraries
    .flatMap((library) => [...(library.framework?.files ?? []).map((file) => file.exports), library.framework?.buildTime ?? ''])
    .flatMap((names) => names.split(' '))
    .filter((name) => /^\w+$/.test(name) && name !== 'default')
    .join('|')})\\b`,
);

/** The path below the nearest package.json, so that folders above the project say nothing. */
function pathInProject(code: Code): string {
  const path = code.path.replaceAll('\\', '/');
  const [nearest, ...above] = manifestsAbove(code.path);
  if (nearest !== undefined) {
    const outermost = above.at(-1);
    const root = nearest.directory.replaceAll('\\', '/');
    const inside = path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path;
    if (outermost === undefined) return inside;
    // A package among the tests of another, `tests/app/package.json`, is one of them.
    if (/\/(?:__tests__|tests?|e2e)\//i.test(root.slice(outermost.directory.length))) return `tests/${inside}`;
    if (/\/scripts\//i.test(root.slice(outermost.directory.length))) return `scripts/${inside}`;
    // A package of a workspace is known by its folder: `libs/testing/src`.
    return `${root.slice(root.lastIndexOf('/') + 1)}/${inside}`;
  }
  // Without a package.json, only the nearest folders can be the project's.
  return path.split('/').slice(-3).join('/');
}
