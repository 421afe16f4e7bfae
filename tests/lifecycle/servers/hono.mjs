import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { closeOnSignals } from 'latency-runtime';

import { answer } from './shop.mjs';

const app = new Hono();
app.get('/', async (context) => context.text(await answer()));
const server = serve({ fetch: app.fetch, port: 0 }, ({ port }) => console.log(`listening ${port}`));
closeOnSignals({ before: () => new Promise((done) => server.close(done)) });
