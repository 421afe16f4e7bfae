import { defineLibrary } from './library.ts';

export const bullmq = defineLibrary({
  name: 'bullmq',
  title: 'BullMQ',
  kind: 'queue',
  packages: ['bullmq', 'bull'],
  docs: 'https://docs.bullmq.io/',
  exports: {
    'Queue QueueEvents FlowProducer': { new: 'queue', opens: 'connection' },
    default: { new: 'queue', opens: 'connection' },
    Worker: { new: 'worker', opens: 'connection', callback: { at: 1, takes: ['job'] }, registers: 'job' },
    Job: { type: 'job', new: 'job', static: 'jobClass' },
  },
  objects: {
    queue: {
      members: {
        add: { does: 'publish', gives: 'job', batch: 'one `addBulk`' },
        addBulk: { does: 'publish-many', gives: 'job[]' },
        // No method takes a list of ids.
        getJob: { gives: 'job' },
        'getJobs getWaiting getActive getCompleted getFailed getDelayed': { does: 'read-many', gives: 'job[]', limitAt: 2 },
        'getJobCounts getWaitingCount getActiveCount getCompletedCount getFailedCount getDelayedCount count': {
          does: 'count',
        },
        process: { registers: 'job' },
        'clean drain obliterate pause resume remove removeRepeatable upsertJobScheduler on': {},
        close: { closes: true },
      },
    },
    worker: { members: { 'on run': {}, close: { closes: true } } },
    jobClass: { members: { fromId: { does: 'read-by-key', gives: 'job' } } },
    job: {
      members: {
        'getState isCompleted isFailed isActive isDelayed isWaiting': { does: 'read-by-key', batch: 'one `getJobCounts` or `getJobs` per state' },
        remove: { does: 'delete' },
        'retry promote': { does: 'update' },
        'updateProgress updateData log moveToFailed moveToCompleted': {},
      },
    },
  },
  options: { limit: [], filter: [], columns: [], inList: [] },
  forMany: {
    reads: {},
    writes: { add: 'addBulk' },
    rowOf: ['name', 'data', 'opts'],
    missing: 'null',
    nullKey: 'means something else',
    columnsMayDiffer: true,
  },
});
