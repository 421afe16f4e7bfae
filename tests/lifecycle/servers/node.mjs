import { createServer } from 'node:http';

import { closeOnSignals } from 'latency-runtime';

import { answer } from './shop.mjs';

const server = createServer(async (_request, response) => response.end(await answer()));
server.listen(0, () => console.log(`listening ${server.address().port}`));
closeOnSignals({ before: () => new Promise((done) => server.close(done)) });
