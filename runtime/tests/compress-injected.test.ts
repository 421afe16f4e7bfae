import { gunzipSync } from 'node:zlib';

import express from 'express';
import { inject } from 'light-my-request';
import { expect, it } from 'vitest';

import { compression } from '../src/compress/index.ts';

// It changes the prototype of Express' responses for the whole process.
it('responses of light-my-request', async () => {
  const text = 'x'.repeat(3000);
  const app = express();
  app.use('/compressed', compression());
  app.use((_request, response) => void response.type('text').send(text));
  for (const path of ['/', '/compressed', '/']) {
    const { headers, rawPayload } = await inject(app as never, { url: path, headers: { 'accept-encoding': 'gzip' } });
    expect([path, headers['content-encoding']]).toEqual([path, path === '/' ? undefined : 'gzip']);
    expect((path === '/' ? rawPayload : gunzipSync(rawPayload)).toString()).toBe(text);
  }
});
