import { defineLibrary } from '../library.ts';

/** Schedulers and job runners: the function that they are given runs once per tick or job. */
export const schedulers = defineLibrary({
  name: 'schedulers',
  title: 'a scheduler',
  kind: 'framework',
  packages: ['node-cron', 'cron', 'node-schedule', 'croner', 'inngest', '@trigger.dev/sdk', 'graphile-worker'],
  docs: 'https://github.com/node-cron/node-cron#readme',
  exports: {
    default: { is: 'cron' },
    'schedule scheduleJob Cron CronJob': { registers: 'job', callback: { at: 1, takes: [undefined] } },
  },
  objects: {
    cron: { members: { 'schedule scheduleJob': { registers: 'job', callback: { at: 1, takes: [undefined] } } } },
  },
  framework: {},
});
