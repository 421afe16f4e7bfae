import { defineLibrary } from '../library.ts';

/** Schedulers and job runners: the function that they are given runs once per tick or job. */
export const schedulers = defineLibrary({
  name: 'schedulers',
  title: 'a scheduler',
  kind: 'framework',
  packages: ['node-cron', 'cron', 'node-schedule', 'croner', 'agenda', 'inngest', '@trigger.dev/sdk', 'pg-boss', 'graphile-worker'],
  docs: 'https://github.com/node-cron/node-cron#readme',
  exports: {
    default: { is: 'cron' },
    'schedule scheduleJob': { registers: 'job', callback: { at: 1, takes: [undefined] } },
    Agenda: { new: 'agenda' },
    'Job AgendaJob': { type: 'job' },
  },
  objects: {
    cron: { members: { 'schedule scheduleJob': { registers: 'job', callback: { at: 1, takes: [undefined] } } } },
    agenda: {
      members: {
        define: { registers: 'job', callback: { at: 'last', takes: [undefined] } },
        create: { gives: 'job' },
        'now schedule every': { does: 'publish', gives: 'job' },
        'jobs cancel': { does: 'read-many', gives: 'job[]' },
        'start stop on processEvery': {},
      },
    },
    job: { members: { save: { does: 'publish' }, 'unique repeatEvery schedule priority attrs': { gives: 'self' }, remove: { does: 'delete' } } },
  },
  framework: {},
});
