import { createRequire } from 'node:module';

import { rules } from './rules/index.ts';

const manifest = createRequire(import.meta.url)('../package.json') as { name: string; version: string };

const plugin = {
  meta: { name: manifest.name, version: manifest.version, namespace: 'latency' },
  rules,
};

export default plugin;
