import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';

import type { Database } from './server.ts';

/** PostgreSQL in this process, behind a socket: what drivers send is counted on the wire. */
export async function startEmbedded(): Promise<Database> {
  const database = await PGlite.create();
  let sent = 0;
  const send = database.execProtocolRawStream.bind(database);
  database.execProtocolRawStream = async (message, options) => {
    // A simple query, or the execution of a prepared one.
    if (message[0] === 0x51 || message[0] === 0x45) sent++;
    return send(message, options);
  };
  const server = new PGLiteSocketServer({ db: database, port: 0, host: '127.0.0.1', maxConnections: 10 });
  await server.start();
  return {
    port: Number(server.getServerConn().split(':').at(-1)),
    run: async (sql) => {
      await database.exec(sql);
    },
    rows: async (sql) => (await database.query(sql)).rows,
    sent: () => sent,
    stop: async () => {
      await server.stop();
      await database.close();
    },
  };
}
