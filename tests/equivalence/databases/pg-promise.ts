import pgPromise from 'pg-promise';

import { connection } from './server.ts';

const main = pgPromise();
export const db = main({ ...connection, max: 1 });
export const close = () => main.end();
