import { forgetsLimit, judgeBound } from '../analysis/bounded.ts';
import { findHandedSelect } from '../analysis/handed-text.ts';
import { findReached } from '../analysis/reached.ts';
import { mayReadMany } from '../analysis/known-names.ts';
import { isOnlyCounted } from '../analysis/only-counted.ts';
import { findRemoteCall } from '../analysis/remote-call.ts';
import { useOfRows } from '../analysis/use-of-rows.ts';
import { createRule, locationOf } from '../create-rule.ts';
import { limitTo, limitToOne } from '../fixes/limited-read.ts';
import { readByPage } from '../fixes/paged-read.ts';
import { offer } from '../fixes/rewrite.ts';

/** A limit would leave rows out that are needed. */
const instead = {
  'worked through': 'Read them page by page.',
  'looked up': 'Ask only for those that are needed, or keep the list for some time.',
  'added up': 'Let the database add them up.',
} as const;

export default createRule({
  name: 'no-unbounded-query',
  meta: {
    docs: {
      description: 'Disallow reading a list that grows with the table, without a limit',
      recommended: true,
      strict: [{ scoped: true }],
    },
    messages: {
      unbounded: '`{{call}}` reads every row that matches, however many there will be. {{advice}}',
      firstWithoutLimit: '`{{call}}` is read for its first row, but the statement has no limit: every row that matches is sent. Limit it to 1.',
      onlyCounted: '`{{call}}` reads every row that matches, and only their number is used. Ask the database to count them.',
      scopedUnbounded: '`{{call}}` reads all rows of one owner, however many there will be. {{advice}}',
      rewrite: '{{title}}',
    },
    fixable: 'code',
    hasSuggestions: true,
    options: {
      defaultLimit: {
        type: 'integer',
        minimum: 1,
        default: 100,
        description: 'The limit that the suggestion writes.',
      },
      scoped: {
        type: 'boolean',
        default: false,
        description: 'Report reads that only a foreign key narrows, such as all orders of one user.',
      },
    },
  },
  skips: ['test', 'seed', 'migration', 'script', 'declaration', 'browser'],
  create(context, code, options) {
    return {
      'CallExpression, TaggedTemplateExpression, AwaitExpression'(node) {
        if (!mayReadMany(node)) return;
        const direct = findRemoteCall(code, node);
        const call = direct ?? findHandedSelect(code, node);
        if (call === undefined || (call.operation !== 'read-many' && !forgetsLimit(call))) return;
        const bound = judgeBound(call);
        const scoped = bound === 'rows of one owner';
        if (bound !== undefined && !(scoped && options['scoped'] === true)) return;
        const moment = findReached(code, node);
        if (moment === 'start' || moment === 'build') return;
        const loc = locationOf(context, call.range);
        if (forgetsLimit(call)) {
          context.report({ node, loc, messageId: 'firstWithoutLimit', data: { call: call.text }, ...offer([limitToOne(code, call)]) });
          return;
        }
        if (isOnlyCounted(call)) {
          context.report({ node, loc, messageId: 'onlyCounted', data: { call: call.text } });
          return;
        }
        const word = call.library.options?.limit[0];
        const limit = call.sql !== undefined ? '`LIMIT`' : word === undefined ? 'a limit' : `\`${word}\``;
        const use = direct === undefined ? 'handed on' : useOfRows(call);
        const advice = use === 'handed on' ? `Add ${limit}, or read page by page.` : instead[use];
        context.report({
          node,
          loc,
          messageId: scoped ? 'scopedUnbounded' : 'unbounded',
          data: { call: call.text, advice },
          ...(direct === undefined
            ? {}
            : offer([...(use === 'handed on' ? [limitTo(code, call, Number(options['defaultLimit']))] : []), readByPage(code, call)])),
        });
      },
    };
  },
});
