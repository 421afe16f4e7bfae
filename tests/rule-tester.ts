import { resolve } from 'node:path';

import { RuleTester } from '@typescript-eslint/rule-tester';
import * as vitest from 'vitest';

import type { Rule } from '../src/create-rule.ts';
import { rules } from '../src/rules/index.ts';

RuleTester.afterAll = vitest.afterAll;
RuleTester.it = vitest.it;
RuleTester.itOnly = vitest.it.only;
RuleTester.describe = vitest.describe;

/** A file of a server, in a folder where no package.json lists any library. */
export const serverFile = resolve('/server/src/service.ts');

export interface Silent {
  readonly name: string;
  readonly code: string;
  readonly filename?: string;
  readonly options?: Record<string, unknown>;
  readonly settings?: Record<string, unknown>;
}

export interface Reported extends Silent {
  /** `line:column messageId`; `tests/messages.test.ts` reads the messages. */
  readonly at: readonly (readonly [position: string, messageId: string])[];
}

/** The rule as far as it finds; what it rewrites is tested with the rewrites. */
function withoutRewrites(rule: Rule): Rule {
  const create: Rule['create'] = (context) => {
    const report = (descriptor: object): void => context.report({ ...descriptor, fix: null, suggest: null } as never);
    return rule.create(Object.create(context, { report: { value: report } }) as typeof context);
  };
  return { ...rule, create };
}

/** Runs a rule over cases; every report's place and message are asserted. */
export function testRule(name: string, cases: { readonly silent: readonly Silent[]; readonly reported: readonly Reported[] }): void {
  const rule = withoutRewrites(rules[name] as Rule);
  const tester = new RuleTester({ languageOptions: { parserOptions: { ecmaFeatures: { jsx: true } } } });
  const common = ({ name: title, code, filename = serverFile, options, settings }: Silent): object => ({
    name: title,
    code,
    filename,
    ...(options === undefined ? {} : { options: [options] }),
    ...(settings === undefined ? {} : { settings }),
  });
  tester.run(name, rule as never, {
    valid: cases.silent.map((each) => common(each)) as never,
    invalid: cases.reported.map((each) => ({
      ...common(each),
      errors: each.at.map(([position, messageId]) => ({ messageId, line: Number(position.split(':')[0]), column: Number(position.split(':')[1]) })),
    })) as never,
  });
}
