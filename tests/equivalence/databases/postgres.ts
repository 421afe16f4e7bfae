import postgres from 'postgres';

import { connection } from './server.ts';

export const sql = postgres({ ...connection, max: 1, onnotice: () => {} });
export const close = () => sql.end();
