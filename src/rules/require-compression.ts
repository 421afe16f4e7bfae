import { findUncompressed } from '../analysis/compression.ts';
import { createRule, locationOf } from '../create-rule.ts';
import { compressedApp } from '../fixes/compressed-app.ts';
import { offer } from '../fixes/rewrite.ts';

export default createRule({
  name: 'require-compression',
  meta: {
    docs: {
      description: 'Require an application that sends bodies to compress them',
      recommended: true,
    },
    messages: {
      neverCompresses: 'This {{framework}} application sends every body uncompressed, about 5 to 10 times larger for JSON. Register {{register}}.',
      compressesLate: 'This {{framework}} application registers compression after its first route, which stays uncompressed. Register {{register}}.',
      rewrite: '{{title}}',
    },
    hasSuggestions: true,
    options: {},
  },
  skips: ['test', 'seed', 'migration', 'script', 'declaration', 'browser'],
  create(context, code) {
    if (code.settings.compressedBy === 'proxy') return {};
    return {
      'CallExpression, NewExpression'(node) {
        const found = findUncompressed(code, node);
        if (found === undefined) return;
        const { callee, range } = node as { callee: { range: [number, number] }; range: [number, number] };
        context.report({
          node,
          loc: locationOf(context, [range[0], callee.range[1]]),
          messageId: found.problem === 'never compresses' ? 'neverCompresses' : 'compressesLate',
          data: { framework: found.library.title, register: found.library.framework?.compression?.register ?? 'a compression middleware' },
          ...offer([compressedApp(code, found)]),
        });
      },
    };
  },
});
