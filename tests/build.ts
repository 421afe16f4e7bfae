import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The integration tests run the built plugin, as its users do; others need packages that the plugin itself does not. */
export default function prepare(): void {
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: 'ignore' });
  if (process.env['LATENCY_NO_INSTALL'] !== undefined) return;
  for (const folder of ['tests/typings', 'tests/equivalence', 'tests/lifecycle']) install(join(root, folder));
}

/** Installs a folder's packages when its package.json has changed since, without install scripts, and generates Prisma's client. */
function install(folder: string): void {
  const stamp = join(folder, 'node_modules', '.installed');
  const schema = join(folder, 'schema.prisma');
  const manifest = readFileSync(join(folder, 'package.json'), 'utf8') + (existsSync(schema) ? readFileSync(schema, 'utf8') : '');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === manifest) return;
  execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--legacy-peer-deps'], { cwd: folder, stdio: 'ignore' });
  if (existsSync(schema))
    execFileSync(process.execPath, [join(folder, 'node_modules/prisma/build/index.js'), 'generate', '--schema', 'schema.prisma'], {
      cwd: folder,
      stdio: 'ignore',
      // The schema engine would be downloaded; generating needs none.
      env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true' },
    });
  writeFileSync(stamp, manifest);
}
