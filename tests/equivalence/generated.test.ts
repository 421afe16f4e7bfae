import { afterAll, describe, expect, it } from 'vitest';

import { compareGenerated } from './generated.ts';

const programs = Number(process.env['LATENCY_PROGRAMS'] ?? 250);
const seed = Number(process.env['LATENCY_SEED'] ?? 1);

afterAll(async () => (await import('./databases/server.ts')).stop());

describe.each(['drizzle', 'kysely', 'knex', 'objection', 'pg', 'postgres', 'pg-promise', 'typeorm', 'sequelize', 'prisma', 'mongoose', 'mongodb', 'mikroorm'])(
  '%s',
  (library) => {
    it.each(['fixes', 'suggestions'] as const)('%s change nothing that can be seen', async (applies) => {
      const report = await compareGenerated(library, programs, seed, applies);
      process.stdout.write(`${library}, ${applies}: ${JSON.stringify(report)}\n`);
      // Hooks of Sequelize, Mongoose and Objection differ between one row and many, MikroORM writes what waits where it reads, and
      // clients of postgres.js and pg-promise may rename columns: nothing is a fix there. What is one for mongodb is too rare to be drawn each time.
      if (applies === 'fixes' && /^(?:sequelize|mongoose|mikroorm|objection|postgres|pg-promise)$/.test(library)) expect(report.rewritten).toBe(0);
      else if (applies === 'suggestions' || library !== 'mongodb') {
        expect(report.rewritten).toBeGreaterThan(0);
        expect(report.statementsAfter).toBeLessThan(report.statementsBefore);
      }
    });
    afterAll(async () => {
      const { close } = (await import(`./databases/${library}.ts`)) as { close: () => unknown };
      await close();
    });
  },
);
