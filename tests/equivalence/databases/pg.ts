import { Pool } from 'pg';

import { connection } from './server.ts';

export const pool = new Pool({ ...connection, max: 1 });
export const close = () => pool.end();
