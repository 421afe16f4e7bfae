import { wordingOf } from '../analysis/advice.ts';
import { findRoundTripPerItem } from '../analysis/round-trip-per-item.ts';
import { createRule, locationOf } from '../create-rule.ts';
import { installAdvice } from '../fixes/import-name.ts';
import { offer } from '../fixes/rewrite.ts';
import { writeTogether } from '../fixes/write-together.ts';

const withoutForm = {
  statement: 'Write all of them with one statement after the loop.',
  call: 'Send all of them in one call, where there is one that takes many.',
} as const;

export default createRule({
  name: 'no-write-in-loop',
  meta: {
    docs: {
      description: 'Disallow one write round trip per item of a loop',
      recommended: true,
    },
    messages: {
      writePerItem: '`{{call}}` runs once per `{{item}}` (N round trips). {{advice}}',
      writePerItemInside: '`{{call}}` runs once per `{{item}}` and writes each time ({{chain}}). {{advice}}',
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
        if (found?.does !== 'write') return;
        const data = wordingOf(code, found, (batch) =>
          batch === undefined ? withoutForm[found.call.library.kind === 'database' ? 'statement' : 'call'] : `Write all of them with ${batch}.`,
        );
        const rewrite = writeTogether(code, found);
        const messageId = found.chain.length > 0 ? 'writePerItemInside' : 'writePerItem';
        context.report({
          node,
          loc: locationOf(context, found.range),
          messageId,
          data: { ...data, advice: data.advice + installAdvice(rewrite) },
          ...offer([rewrite]),
        });
      },
    };
  },
});
