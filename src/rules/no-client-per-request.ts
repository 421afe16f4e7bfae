import { findFactoryCall } from '../analysis/client-factory.ts';
import { findConstruction, judgeLifetime, lacksOption } from '../analysis/client-lifetime.ts';
import { createRule, locationOf } from '../create-rule.ts';
import { installAdvice } from '../fixes/import-name.ts';
import { offer } from '../fixes/rewrite.ts';
import { sharedClient } from '../fixes/shared-client.ts';

const costs = {
  pool: 'opens a new connection pool',
  connection: 'opens a new connection',
  agent: 'opens new sockets, which no later call reuses',
  handshake: 'repeats the connection, TLS and login handshakes',
  setup: 'builds the whole client again',
} as const;

export default createRule({
  name: 'no-client-per-request',
  meta: {
    docs: {
      description: 'Disallow building a client for every request, message or call',
      recommended: true,
    },
    messages: {
      clientPerRequest: '`{{client}}` runs on every call and {{cost}}. Build it once, {{how}}.{{install}}',
      clientPerRequestInside: '`{{client}}` runs on every call and {{cost}} ({{where}}). Build it once, {{how}}.',
      rewrite: '{{title}}',
    },
    fixable: 'code',
    hasSuggestions: true,
    options: {},
  },
  skips: ['test', 'seed', 'migration', 'script', 'declaration', 'browser'],
  create(context, code) {
    return {
      'NewExpression, CallExpression'(node) {
        const direct = findConstruction(code, node);
        const inside = direct === undefined ? findFactoryCall(code, node) : undefined;
        const construction = direct ?? inside;
        if (construction === undefined || judgeLifetime(code, node) !== 'per call') return;
        const { callee, range } = node as { callee: { range: [number, number] }; range: [number, number] };
        const loc = locationOf(context, [range[0], callee.range[1]]);
        const client = construction.text;
        const cost = costs[construction.opens];
        const needs = inside === undefined && lacksOption(code, node, construction) ? construction.library.keptOpenBy : undefined;
        const how = needs === undefined ? 'at the top of a module or lazily' : `with \`${needs}: true\``;
        if (inside === undefined) {
          const rewrite = sharedClient(code, node, construction);
          context.report({ node, loc, messageId: 'clientPerRequest', data: { client, cost, how, install: installAdvice(rewrite) }, ...offer([rewrite]) });
        } else context.report({ node, loc, messageId: 'clientPerRequestInside', data: { client, cost, how, where: inside.where } });
      },
    };
  },
});
