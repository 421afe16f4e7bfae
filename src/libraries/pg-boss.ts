import { defineLibrary } from './library.ts';

const insert = 'one `insert([…])`';

export const pgBoss = defineLibrary({
  name: 'pg-boss',
  title: 'pg-boss',
  kind: 'queue',
  packages: ['pg-boss'],
  docs: 'https://github.com/timgit/pg-boss/tree/master/docs',
  exports: {
    // The default export of versions before 11.
    'default PgBoss': { new: 'boss', opens: 'pool' },
  },
  objects: {
    boss: {
      members: {
        'send sendAfter': { does: 'publish', batch: insert },
        insert: { does: 'publish-many' },
        getJobById: { does: 'read-by-key', batch: 'one `findJobs`' },
        'cancel resume retry deleteJob': { does: 'update', items: 1, batch: 'one call with all ids' },
        fetch: { does: 'read-many' },
        work: { registers: 'job', callback: { at: 'last', takes: [undefined] } },
        // None of these takes many.
        'sendThrottled sendDebounced publish': {},
        // A job is done, or not, when it is.
        'complete fail on start createQueue schedule unschedule': {},
        stop: { closes: true },
      },
    },
  },
});
