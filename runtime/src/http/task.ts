import { AsyncLocalStorage } from 'node:async_hooks';

import { DecoratorHandler, type Dispatcher } from 'undici';

import type { Limiter } from './limiter.ts';

/** What runs under one call: `fetch` may begin several requests, one after the other. */
export const current = new AsyncLocalStorage<Task>();

/** A call with its time limit. The timer holds the signal, which nothing else might. */
export class Task {
  readonly #controller = new AbortController();
  readonly #given: AbortSignal | undefined;
  readonly #timer: NodeJS.Timeout | undefined;
  #running = 0;
  #isSettled = false;

  constructor(given: AbortSignal | undefined, time: number) {
    this.#given = given;
    if (given?.aborted === true) this.#controller.abort(given.reason);
    else given?.addEventListener('abort', this.#forward, { once: true });
    if (!Number.isFinite(time)) return;
    this.#timer = setTimeout(() => this.#controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError')), time);
    this.#timer.unref();
  }

  readonly #forward = (): void => this.#controller.abort(this.#given?.reason);

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** What the call gives, or the reason for which it was ended: undici looks at the signal only when there is a connection. */
  async before<T>(call: Promise<T>): Promise<T> {
    const { signal } = this;
    let stop: (() => void) | undefined;
    const aborted = new Promise<never>((_resolve, reject) => {
      stop = () => reject(signal.reason as Error);
      if (signal.aborted) stop();
      else signal.addEventListener('abort', stop, { once: true });
    });
    call.catch(() => undefined);
    aborted.catch(() => undefined);
    try {
      return await Promise.race([call, aborted]);
    } finally {
      if (stop !== undefined) signal.removeEventListener('abort', stop);
    }
  }

  begin(): void {
    this.#running++;
  }

  end(): void {
    this.#running--;
    this.#clean();
  }

  settle(): void {
    this.#isSettled = true;
    this.#clean();
  }

  #clean(): void {
    if (!this.#isSettled || this.#running > 0) return;
    clearTimeout(this.#timer);
    this.#given?.removeEventListener('abort', this.#forward);
  }
}

/** Requests wait for their turn before they take a connection; those that are ended meanwhile leave the line. */
export function limited(limiter: Limiter): Dispatcher.DispatcherComposeInterceptor {
  return (dispatch) => (options, handler) => {
    const origin = String(options.origin);
    const task = current.getStore();
    const inside = new Inside(handler, () => {
      limiter.leave(origin);
      task?.end();
    });
    task?.begin();
    const signal = task?.signal;
    function onAbort(): void {
      if (leaveLine?.() !== true) return;
      task?.end();
      inside.refuse(signal?.reason);
    }
    const leaveLine = limiter.enter(origin, () => {
      signal?.removeEventListener('abort', onAbort);
      try {
        dispatch(options, inside);
      } catch (error) {
        inside.onResponseError(undefined, error);
      }
    });
    // It may have begun already, and even ended.
    if (leaveLine !== undefined) signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted === true) onAbort();
    return true;
  };
}

interface Handled {
  onResponseEnd(controller: unknown, trailers: unknown): void;
  onResponseError(controller: unknown, error: unknown): void;
  onRequestUpgrade(controller: unknown, status: unknown, headers: unknown, socket: unknown): void;
}

const Decorated = DecoratorHandler as unknown as new (handler: Dispatcher.DispatchHandler) => Handled;

/** Tells when a request that runs is done. */
class Inside extends Decorated {
  #done: (() => void) | undefined;

  constructor(handler: Dispatcher.DispatchHandler, done: () => void) {
    super(handler);
    this.#done = done;
  }

  #end(): void {
    const done = this.#done;
    this.#done = undefined;
    done?.();
  }

  override onResponseEnd(controller: unknown, trailers: unknown): void {
    this.#end();
    super.onResponseEnd(controller, trailers);
  }

  override onResponseError(controller: unknown, error: unknown): void {
    this.#end();
    super.onResponseError(controller, error);
  }

  override onRequestUpgrade(controller: unknown, status: unknown, headers: unknown, socket: unknown): void {
    this.#end();
    super.onRequestUpgrade(controller, status, headers, socket);
  }

  /** It never ran. */
  refuse(reason: unknown): void {
    this.#done = undefined;
    super.onResponseError(undefined, reason);
  }
}
