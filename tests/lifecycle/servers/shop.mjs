/** What a request needs: one client for the whole process, and one for other servers. Says when the first opens and closes. */
import { shared } from 'latency-runtime';
import { createHttpClient } from 'latency-runtime/http';

export async function answer() {
  const database = shared('database', () => {
    console.log('opened');
    const client = { isOpen: true, close: () => ((client.isOpen = false), console.log('closed')) };
    return client;
  });
  const payments = createHttpClient({ name: 'payments' });
  const text = await (await payments.fetch(process.env.ORIGIN)).text();
  return database.isOpen ? `answered ${text}` : 'closed too early';
}
