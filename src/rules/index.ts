import noQueryInLoop from './no-query-in-loop.ts';
import noWriteInLoop from './no-write-in-loop.ts';

/** Every rule; `tests/plugin.test.ts` compares this list with the folder and the documentation. */
export const rules = {
  'no-query-in-loop': noQueryInLoop,
  'no-write-in-loop': noWriteInLoop,
};
