/** Helpers for servers that make fewer round trips; the fixes of eslint-plugin-latency call them. */
export { bulkInsert, type BulkOptions, bulkUpdate } from './bulk.ts';
export { bulkChunkSize, inChunks } from './chunks.ts';
export { mapConcurrent, type MapConcurrentOptions } from './concurrent.ts';
export { batchLoader, countByKeys, findByKeys, groupByKeys, type ByKeysOptions } from './keys.ts';
export { lazy } from './lazy.ts';
export { BulkError, type Part, type PartsOptions } from './parts.ts';
export { closeAll, closeOnSignals, shared, type CloseOnSignalsOptions, type SharedOptions } from './shared.ts';
