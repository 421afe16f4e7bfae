import { subscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

import { buildConnector } from 'undici';

type Connect = buildConnector.connector;

/** Sockets that carry a request, of every client of this copy of undici. */
const busy = new WeakSet();
const socketOf = new WeakMap<object, object>();
const told = new Set<WeakRef<Sockets>>();
let isWatching = false;

/** undici tells by its diagnostics channels which socket a request goes over, and when it is done. */
function watch(): void {
  if (isWatching) return;
  isWatching = true;
  subscribe('undici:client:sendHeaders', (message) => {
    const { request, socket } = message as { request: object; socket: object };
    socketOf.set(request, socket);
    busy.add(socket);
  });
  const done = (message: unknown): void => {
    const { request } = message as { request: object };
    const socket = socketOf.get(request);
    if (socket === undefined) return;
    socketOf.delete(request);
    busy.delete(socket);
    for (const each of told) {
      const sockets = each.deref();
      if (sockets === undefined) told.delete(each);
      else sockets.serve();
    }
  };
  subscribe('undici:request:trailers', done);
  subscribe('undici:request:error', done);
}

/** Opens no more than so many sockets at a time, over all origins: one without a request makes room for one that is needed. */
export class Sockets {
  readonly #max: number;
  readonly #connect: Connect;
  readonly #open = new Set<Socket>();
  #waiting: (() => void)[] = [];
  #connecting = 0;

  constructor(max: number, timeout: number) {
    this.#max = max;
    this.#connect = buildConnector({ timeout });
    watch();
    told.add(new WeakRef(this));
  }

  readonly connect: Connect = (options, callback) => {
    this.#waiting.push(() => this.#begin(options, callback));
    this.serve();
  };

  #begin(options: buildConnector.Options, callback: buildConnector.Callback): void {
    this.#connecting++;
    this.#connect(options, (...[error, socket]) => {
      this.#connecting--;
      if (error !== null) {
        this.serve();
        callback(error, null);
        return;
      }
      this.#open.add(socket);
      socket.once('close', () => {
        this.#open.delete(socket);
        this.serve();
      });
      callback(null, socket);
    });
  }

  /** Those that wait begin where there is room, or idle sockets give way to them. */
  serve(): void {
    while (this.#waiting.length > 0 && this.#open.size + this.#connecting < this.#max) this.#waiting.shift()?.();
    let needed = this.#waiting.length;
    for (const socket of this.#open) {
      if (needed === 0) return;
      if (socket.destroyed) needed--;
      else if (!busy.has(socket)) {
        socket.destroy();
        needed--;
      }
    }
  }

  get open(): number {
    return this.#open.size + this.#connecting;
  }

  get idle(): number {
    return [...this.#open].filter((socket) => !busy.has(socket)).length;
  }
}
