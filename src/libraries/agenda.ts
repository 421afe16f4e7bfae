import { defineLibrary } from './library.ts';

export const agenda = defineLibrary({
  name: 'agenda',
  title: 'Agenda',
  kind: 'queue',
  packages: ['agenda', '@hokify/agenda'],
  docs: 'https://github.com/agenda/agenda#readme',
  exports: {
    'default Agenda': { new: 'agenda', opens: 'pool' },
    Job: { type: 'job' },
  },
  objects: {
    agenda: {
      members: {
        define: { registers: 'job', callback: { at: 'last', takes: ['job'] } },
        create: { gives: 'job' },
        'now schedule every': { does: 'publish', gives: 'job' },
        jobs: { does: 'read-many', gives: 'job[]', limitAt: 2 },
        cancel: { does: 'delete-many' },
        'start stop on processEvery': {},
      },
    },
    job: {
      members: {
        save: { does: 'publish' },
        'unique repeatEvery schedule priority': { gives: 'self' },
        remove: { does: 'delete' },
        attrs: {},
      },
    },
  },
});
