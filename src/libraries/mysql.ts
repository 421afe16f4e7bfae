import { defineLibrary } from './library.ts';
import { mysql2 } from './mysql2.ts';

/** What `mysql2` is described as, with answers that are the rows themselves, or go to a callback. */
export const mysql = defineLibrary({
  ...mysql2,
  name: 'mysql',
  title: 'mysql',
  packages: ['mysql', 'promise-mysql', 'serverless-mysql'],
  docs: 'https://github.com/mysqljs/mysql#readme',
  forMany: { reads: {}, placeholders: mysql2.forMany.placeholders, missing: 'undefined', nullKey: 'finds nothing' },
});
