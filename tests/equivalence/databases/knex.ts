import knex from 'knex';

import { connection } from './server.ts';

export const db = knex({ client: 'pg', connection, pool: { min: 1, max: 1 } });
export const close = () => db.destroy();
