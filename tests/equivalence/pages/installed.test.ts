// The pages of every library once more, on the PostgreSQL of this machine.
import { afterAll, it } from 'vitest';

import { isPostgresInstalled } from '../databases/installed.ts';
import { tellMissing } from '../missing-server.ts';

process.env['LATENCY_POSTGRES'] = 'installed';
if (isPostgresInstalled) {
  afterAll(async () => (await import('../databases/server.ts')).stop());
  await import('./pages.test.ts');
  await import('./rewritten.test.ts');
} else {
  tellMissing('PostgreSQL: initdb and postgres are not installed, pages are tested on the embedded one alone.');
  it.skip('pages, on the PostgreSQL of this machine', () => undefined);
}
