// The pages of every library once more, on the PostgreSQL of this machine.
import { afterAll, it } from 'vitest';

import { isPostgresInstalled } from '../databases/installed.ts';

process.env['LATENCY_POSTGRES'] = 'installed';
if (isPostgresInstalled) {
  afterAll(async () => (await import('../databases/server.ts')).stop());
  await import('./pages.test.ts');
  await import('./rewritten.test.ts');
} else {
  const reason = 'PostgreSQL: initdb and postgres are not installed, pages are tested on the embedded one alone.\n';
  if (process.env['CI'] !== undefined) throw new Error(reason);
  process.stdout.write(reason);
  it.skip('pages, on the PostgreSQL of this machine', () => undefined);
}
