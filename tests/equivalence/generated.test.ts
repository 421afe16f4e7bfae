import { afterAll, describe, expect, it } from 'vitest';

import { compareGenerated } from './generated.ts';

const programs = Number(process.env['LATENCY_PROGRAMS'] ?? 250);
const seed = Number(process.env['LATENCY_SEED'] ?? 1);

describe.each(['drizzle', 'kysely', 'knex', 'typeorm', 'sequelize', 'prisma'])('%s', (library) => {
  it.each(['fixes', 'suggestions'] as const)('%s change nothing that can be seen', async (applies) => {
    const report = await compareGenerated(library, programs, seed, applies);
    process.stdout.write(`${library}, ${applies}: ${JSON.stringify(report)}\n`);
    expect(report.rewritten).toBeGreaterThan(0);
    expect(report.statementsAfter).toBeLessThan(report.statementsBefore);
  });
  afterAll(async () => {
    const { close } = (await import(`./databases/${library}.ts`)) as { close: () => unknown };
    await close();
  });
});
