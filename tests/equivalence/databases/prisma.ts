import { PrismaPg } from '@prisma/adapter-pg';

import { PrismaClient } from '../generated/prisma/client.js';
import { connection } from './server.ts';

export const prisma = new PrismaClient({ adapter: new PrismaPg({ ...connection, max: 1 }), errorFormat: 'minimal' });
export const close = () => prisma.$disconnect();
