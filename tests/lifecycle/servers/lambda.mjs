import { closeOnSignals } from 'latency-runtime';

import { answer } from './shop.mjs';

// An instance gets the signal only where an extension is registered.
closeOnSignals();
export const handler = async () => ({ statusCode: 200, body: await answer() });
