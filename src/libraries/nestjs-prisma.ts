import { defineLibrary } from './library.ts';

/** A client that the container builds once. */
export const nestjsPrisma = defineLibrary({
  name: 'nestjs-prisma',
  title: 'nestjs-prisma',
  kind: 'database',
  packages: ['nestjs-prisma'],
  docs: 'https://nestjs-prisma.dev/',
  exports: {
    PrismaService: { type: 'prisma:client' },
    CustomPrismaService: { type: 'custom' },
  },
  objects: {
    custom: { members: { client: { is: 'prisma:client' } } },
  },
});
