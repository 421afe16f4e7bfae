import { isAbsolute, resolve } from 'node:path';

import type { TSESLint } from '@typescript-eslint/utils';
import type { ScopeManager } from '@typescript-eslint/scope-manager';

import { getLibrary, libraries } from '../libraries/index.ts';
import { type Code, type Settings, type TypeServices, defaultSettings } from '../project/code.ts';
import { beginLint } from '../project/text.ts';

const opened = new WeakMap<object, Code>();

/** The file that ESLint lints, opened once for all rules. */
export function openLinted(sourceCode: Readonly<TSESLint.SourceCode>, filename: string, settings: unknown): Code {
  const known = opened.get(sourceCode);
  if (known !== undefined) return known;
  beginLint();
  const code: Code = {
    path: isAbsolute(filename) ? filename : resolve(filename),
    text: sourceCode.text,
    ast: sourceCode.ast,
    scopes: sourceCode.scopeManager as unknown as ScopeManager,
    visitorKeys: sourceCode.visitorKeys,
    types: typesOf(sourceCode.parserServices),
    settings: readSettings(settings),
  };
  opened.set(sourceCode, code);
  return code;
}

/** Types are there when the parser was given a project. */
function typesOf(services: unknown): TypeServices | undefined {
  const { program, getTypeAtLocation } = (services ?? {}) as { program?: unknown; getTypeAtLocation?: TypeServices['getTypeAtLocation'] };
  return program === null || program === undefined || getTypeAtLocation === undefined ? undefined : { getTypeAtLocation };
}

const readBefore = new WeakMap<object, Settings>();

function readSettings(settings: unknown): Settings {
  const given = (settings as { latency?: unknown } | undefined)?.latency;
  if (given === undefined) return defaultSettings;
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw new TypeError(`settings.latency must be an object, not ${JSON.stringify(given)}.`);
  const known = readBefore.get(given);
  if (known !== undefined) return known;
  const read = checkSettings(given as Record<string, unknown>);
  readBefore.set(given, read);
  return read;
}

function checkSettings(given: Record<string, unknown>): Settings {
  for (const key of Object.keys(given)) {
    if (key !== 'clients' && key !== 'compressedBy')
      throw new TypeError(`settings.latency.${key} is not a setting. The settings are clients and compressedBy.`);
  }
  const { clients = {}, compressedBy = 'application' } = given;
  if (typeof clients !== 'object' || clients === null || Array.isArray(clients))
    throw new TypeError('settings.latency.clients must map modules to library names, such as { "./db": "prisma" }.');
  for (const [module, name] of Object.entries(clients)) {
    if (typeof name !== 'string' || getLibrary(name) === undefined) {
      throw new TypeError(
        `settings.latency.clients["${module}"] names no known library: ${JSON.stringify(name)}. Known are ${libraries.map((library) => library.name).join(', ')}.`,
      );
    }
  }
  if (compressedBy !== 'application' && compressedBy !== 'proxy')
    throw new TypeError(`settings.latency.compressedBy must be "application" or "proxy", not ${JSON.stringify(compressedBy)}.`);
  return { clients: clients as Settings['clients'], compressedBy };
}
