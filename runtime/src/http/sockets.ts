import { subscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

import { buildConnector } from 'undici';

type Connect = buildConnector.connector;

export interface SocketCounts {
  readonly open: number;
  readonly idle: number;
  /** Connections that wait for another one to close. */
  readonly waiting: number;
}

/** Sockets that carry a request, of every client of this copy of undici. */
const busy = new WeakMap<object, number>();
const socketOf = new WeakMap<object, object>();
let isWatching = false;

/** undici tells by its diagnostics channels which socket a request goes over, and when it is done. */
function watch(): void {
  if (isWatching) return;
  isWatching = true;
  subscribe('undici:client:sendHeaders', (message) => {
    const { request, socket } = message as { request: object; socket: object };
    socketOf.set(request, socket);
    busy.set(socket, (busy.get(socket) ?? 0) + 1);
  });
  const done = (message: unknown): void => {
    const { request } = message as { request: object };
    const socket = socketOf.get(request);
    if (socket === undefined) return;
    socketOf.delete(request);
    busy.set(socket, Math.max(0, (busy.get(socket) ?? 1) - 1));
  };
  subscribe('undici:request:trailers', done);
  subscribe('undici:request:error', done);
}

/** Connects no more than so many sockets at a time, over all origins: one that is idle makes room for one that is needed. */
export class Sockets {
  readonly #max: number;
  readonly #connect: Connect;
  readonly #open = new Set<Socket>();
  readonly #waiting: (() => void)[] = [];
  #connecting = 0;

  constructor(max: number, timeout: number) {
    this.#max = max;
    this.#connect = buildConnector({ timeout });
    watch();
  }

  readonly connect: Connect = (options, callback) => {
    if (this.#open.size + this.#connecting < this.#max) {
      this.#begin(options, callback);
      return;
    }
    this.#waiting.push(() => this.#begin(options, callback));
    this.#closeIdle();
  };

  #begin(options: buildConnector.Options, callback: buildConnector.Callback): void {
    this.#connecting++;
    this.#connect(options, (...[error, socket]) => {
      this.#connecting--;
      if (error !== null) {
        this.#next();
        callback(error, null);
        return;
      }
      this.#open.add(socket);
      socket.once('close', () => {
        this.#open.delete(socket);
        this.#next();
      });
      callback(null, socket);
    });
  }

  #next(): void {
    if (this.#open.size + this.#connecting < this.#max) this.#waiting.shift()?.();
    else this.#closeIdle();
  }

  /** Those that wait for a request give way; where all are busy, the next that is done does. */
  #closeIdle(): void {
    if (this.#waiting.length === 0) return;
    for (const socket of this.#open) {
      if ((busy.get(socket) ?? 0) > 0 || !busy.has(socket)) continue;
      socket.destroy();
      return;
    }
    setImmediate(() => this.#lookAgain());
  }

  #isLooking = false;

  /** A request that ends tells nobody here: while something waits, the sockets are looked at again. */
  #lookAgain(): void {
    if (this.#isLooking || this.#waiting.length === 0) return;
    this.#isLooking = true;
    setTimeout(() => {
      this.#isLooking = false;
      this.#next();
    }, lookPause);
  }

  counts(): SocketCounts {
    const idle = [...this.#open].filter((socket) => (busy.get(socket) ?? 0) === 0).length;
    return { open: this.#open.size + this.#connecting, idle, waiting: this.#waiting.length };
  }
}

/** Milliseconds. */
const lookPause = 5;
