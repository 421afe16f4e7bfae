import Koa from 'koa';
import { closeOnSignals } from 'latency-runtime';

import { answer } from './shop.mjs';

const app = new Koa();
app.use(async (context) => {
  context.body = await answer();
});
const server = app.listen(0, () => console.log(`listening ${server.address().port}`));
closeOnSignals({ before: () => new Promise((done) => server.close(done)) });
