// How much CPU time a server takes for an answer that it compresses, with our adapter and with its framework's own.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { fileURLToPath } from 'node:url';
import * as zlib from 'node:zlib';

const hasZstd = 'createZstdCompress' in zlib;
const frameworks = [
  // compression has no zstd.
  { names: ['Express: latency-runtime', 'Express: compression'], encodings: ['gzip', 'br'] },
  { names: ['Fastify: latency-runtime', 'Fastify: @fastify/compress'], encodings: ['gzip', 'br', ...(hasZstd ? ['zstd'] : [])] },
  { names: ['Koa: latency-runtime', 'Koa: koa-compress'], encodings: ['gzip', 'br', ...(hasZstd ? ['zstd'] : [])] },
];
const program = fileURLToPath(new URL('compressed-server.mjs', import.meta.url));
/** Where a process has its memory makes a tenth of its speed: several are started, one after the other. */
const processes = 3;
const rounds = 3;
const atOnce = 10;

/** For each framework and encoding, the median of the server's microseconds of CPU for an answer: `[name, ours, theirs][]`. */
export async function compressed(items, calls) {
  const rows = [];
  for (const { names, encodings } of frameworks) {
    const times = new Map();
    for (let number = 0; number < processes; number++) {
      const servers = await Promise.all(names.map((name) => start(name, items)));
      for (const encoding of encodings)
        // They take turns, and the first round warms them up.
        for (let round = 0; round <= rounds; round++)
          for (const [index, server] of servers.entries()) {
            const time = await timeOf(server, encoding, calls);
            const key = `${encoding} ${index}`;
            if (round > 0) times.set(key, [...(times.get(key) ?? []), time]);
          }
      for (const { child } of servers) child.kill();
    }
    for (const encoding of encodings)
      rows.push([
        `${names[0].split(':')[0]}, ${encoding}, against ${names[1].split(': ')[1]}`,
        ...names.map((_name, index) => median(times.get(`${encoding} ${index}`))),
      ]);
  }
  return rows;
}

const median = (numbers) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

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
