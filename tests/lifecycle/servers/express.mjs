import express from 'express';
import { closeOnSignals } from 'latency-runtime';

import { answer } from './shop.mjs';

const app = express();
app.get('/', async (_request, response) => response.send(await answer()));
const server = app.listen(0, () => console.log(`listening ${server.address().port}`));
closeOnSignals({ before: () => new Promise((done) => server.close(done)) });
