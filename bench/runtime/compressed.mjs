// How much CPU time a server takes for an answer that it compresses, with our adapter and with its framework's own.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { fileURLToPath } from 'node:url';

const frameworks = [
  ['Express: latency-runtime', 'Express: compression'],
  ['Fastify: latency-runtime', 'Fastify: @fastify/compress'],
  ['Koa: latency-runtime', 'Koa: koa-compress'],
];
const program = fileURLToPath(new URL('compressed-server.mjs', import.meta.url));
const rounds = 9;
const atOnce = 10;

/** For each framework and encoding, the median of the server's microseconds of CPU for an answer: `[name, ours, theirs][]`. */
export async function compressed(items, calls) {
  const rows = [];
  for (const names of frameworks) {
    const servers = await Promise.all(names.map((name) => start(name, items)));
    for (const encoding of ['gzip', 'br']) {
      const times = servers.map(() => []);
      // They take turns, and the first round warms them up.
      for (let round = 0; round <= rounds; round++)
        for (const [index, server] of servers.entries()) {
          const time = await timeOf(server, encoding, calls);
          if (round > 0) times[index].push(time);
        }
      rows.push([
        `${names[0].split(':')[0]}, ${encoding}, against ${names[1].split(': ')[1]}`,
        ...times.map((each) => each.sort((a, b) => a - b)[Math.floor(rounds / 2)]),
      ]);
    }
    for (const { child } of servers) child.kill();
  }
  return rows;
}

async function start(name, items) {
  const child = fork(program, [name, String(items)]);
  const [port] = await once(child, 'message');
  return { child, port, agent: new Agent({ keepAlive: true, maxSockets: atOnce }) };
}

async function timeOf({ child, port, agent }, encoding, calls) {
  const before = await cpuOf(child);
  for (let call = 0; call < calls; call += atOnce) await Promise.all(Array.from({ length: atOnce }, () => ask(port, agent, encoding)));
  return ((await cpuOf(child)) - before) / calls;
}

async function cpuOf(child) {
  child.send('cpu');
  const [time] = await once(child, 'message');
  return time;
}

function ask(port, agent, encoding) {
  return new Promise((resolve, reject) => {
    request({ port, agent, host: '127.0.0.1', headers: { 'accept-encoding': encoding } }, (response) => {
      if (response.headers['content-encoding'] !== encoding) reject(new Error(`not ${encoding}`));
      response.resume().on('end', resolve);
    })
      .on('error', reject)
      .end();
  });
}
