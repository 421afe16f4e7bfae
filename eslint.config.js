import { existsSync } from 'node:fs';

import eslintPlugin from 'eslint-plugin-eslint-plugin';
import tseslint from 'typescript-eslint';

// Our own rules, on our own code, once they are built.
const own = existsSync(new URL('./dist/index.js', import.meta.url)) ? [(await import('./dist/index.js')).default.configs.all] : [];

export default tseslint.config(
  {
    ignores: [
      'dist',
      'runtime/dist',
      'tests/typings/generated',
      'tests/typings/samples.ts',
      '**/.next',
      'tests/lifecycle/next-copy',
      'tests/equivalence/programs',
      'tests/equivalence/generated',
      'fixtures',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts'],
    // Their packages are installed when they first run.
    ignores: ['vitest.config.ts', 'tests/equivalence/**'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // Parsers differ in whether a missing part is null or undefined, which the types do not tell.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // The tree's node types are enumerations of strings; the strings read better.
      '@typescript-eslint/no-unsafe-enum-comparison': 'off',
      '@typescript-eslint/prefer-literal-enum-member': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  { files: ['tests/equivalence/**/*.ts'], extends: [tseslint.configs.strict] },
  {
    files: ['src/rules/*.ts', 'src/create-rule.ts'],
    extends: [eslintPlugin.configs.recommended],
    // create-rule.ts adds both.
    rules: {
      'eslint-plugin/require-meta-type': 'off',
      'eslint-plugin/require-meta-schema': 'off',
      // `offer` adds the suggestions.
      'eslint-plugin/require-meta-has-suggestions': 'off',
      'eslint-plugin/no-unused-message-ids': 'off',
    },
  },
  ...own,
);
