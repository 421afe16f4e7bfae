import Fastify from 'fastify';
import { closeAll, closeOnSignals } from 'latency-runtime';

import { answer } from './shop.mjs';

const app = Fastify();
app.addHook('onClose', () => closeAll());
app.get('/', answer);
closeOnSignals({ before: () => app.close() });
await app.listen({ port: 0 });
console.log(`listening ${app.server.address().port}`);
