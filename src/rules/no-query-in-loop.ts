import { wordingOf } from '../analysis/advice.ts';
import { findRoundTripPerItem } from '../analysis/round-trip-per-item.ts';
import { createRule, locationOf } from '../create-rule.ts';
import { installAdvice } from '../fixes/import-name.ts';
import { loadRelations } from '../fixes/load-relations.ts';
import { readByKeys } from '../fixes/read-by-keys.ts';
import { readOnce } from '../fixes/read-once.ts';
import { offer } from '../fixes/rewrite.ts';

export default createRule({
  name: 'no-query-in-loop',
  meta: {
    docs: {
      description: 'Disallow one read round trip per item of a loop',
      recommended: true,
    },
    messages: {
      queryPerItem: '`{{call}}` runs once per `{{item}}` ({{trips}} round trips). {{advice}}',
      queryPerItemInside: '`{{call}}` runs once per `{{item}}` and queries each time ({{chain}}). {{advice}}',
      rewrite: '{{title}}',
    },
    fixable: 'code',
    hasSuggestions: true,
    options: {},
  },
  skips: ['test', 'seed', 'migration', 'script', 'declaration', 'browser'],
  create(context, code) {
    return {
      'CallExpression, TaggedTemplateExpression, AwaitExpression'(node) {
        const found = findRoundTripPerItem(code, node);
        if (found?.does !== 'read') return;
        const data = wordingOf(code, found, (batch) =>
          batch === undefined ? 'Load all of them in one query before the loop.' : `Load all of them with ${batch}.`,
        );
        const rewrite = readByKeys(code, found);
        const messageId = found.chain.length > 0 ? 'queryPerItemInside' : 'queryPerItem';
        context.report({
          node,
          loc: locationOf(context, found.range),
          messageId,
          data: { ...data, advice: data.advice + installAdvice(rewrite) },
          ...offer([rewrite, readOnce(code, found), loadRelations(code, found)]),
        });
      },
    };
  },
});
