import type { Rule } from '../create-rule.ts';
import noClientPerRequest from './no-client-per-request.ts';
import noQueryInLoop from './no-query-in-loop.ts';
import noUnboundedQuery from './no-unbounded-query.ts';
import noWriteInLoop from './no-write-in-loop.ts';
import requireCompression from './require-compression.ts';

/** Every rule; `tests/plugin.test.ts` compares this list with the folder and the documentation. */
export const rules: Readonly<Record<string, Rule>> = {
  'no-client-per-request': noClientPerRequest,
  'no-query-in-loop': noQueryInLoop,
  'no-unbounded-query': noUnboundedQuery,
  'no-write-in-loop': noWriteInLoop,
  'require-compression': requireCompression,
};
