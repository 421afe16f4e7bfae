/** The layer did not answer in time, or is known not to. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
}

export interface BreakerOptions {
  /** Milliseconds after which an answer is no longer waited for. */
  readonly deadline: number;
  /** Milliseconds between two looks whether the layer is back. */
  readonly retryAfter: number;
  /** Whether it is known, without asking, that there is no answer to be had. */
  readonly isDown: () => boolean;
  /** The layer answered, if with an error. */
  readonly isAnswer: (error: unknown) => boolean;
  /** Asks whether the layer is back. */
  readonly probe: () => Promise<unknown>;
  /** Does what was left undone, before anybody uses the layer again. */
  readonly restore: () => Promise<unknown>;
  readonly onChange: (state: 'open' | 'closed', error: unknown) => void;
}

/**
 * Keeps a layer that does not answer out of the way: the first call that fails or passes its deadline opens the breaker, and
 * from then on nobody waits. Looks whether the layer is back are made beside, not by a caller.
 */
export class Breaker {
  readonly #options: BreakerOptions;
  #timer: NodeJS.Timeout | undefined;
  #isOpen = false;
  #isStopped = false;
  #asked: Promise<unknown> | undefined;

  constructor(options: BreakerOptions) {
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** @throws Unavailable, or what the call throws; both open the breaker, unless the layer answered. */
  async run<T>(call: () => Promise<T>): Promise<T> {
    if (this.#isOpen || this.#isStopped) throw new Unavailable('The layer is left out.');
    try {
      if (this.#options.isDown()) throw new Unavailable('The layer has no connection.');
      return await this.inTime(call);
    } catch (error) {
      if (!this.#options.isAnswer(error)) this.#open(error);
      throw error;
    }
  }

  /** @throws Unavailable where there is no answer in time. */
  async inTime<T>(call: () => Promise<T>): Promise<T> {
    const { deadline } = this.#options;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      // An answer that came while the process was busy is read before the immediate.
      timer = setTimeout(() => setImmediate(() => reject(new Unavailable(`No answer within ${deadline} ms.`))), deadline);
    });
    late.catch(() => undefined);
    try {
      const answer = call();
      // An answer that comes later, or an error, is nobody's any more.
      answer.catch(() => undefined);
      return await Promise.race([answer, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  #open(error: unknown): void {
    if (this.#isOpen || this.#isStopped) return;
    this.#isOpen = true;
    this.#options.onChange('open', error);
    this.#lookLater();
  }

  #lookLater(): void {
    this.#timer = setTimeout(() => void this.#look(), this.#options.retryAfter);
    this.#timer.unref();
  }

  async #look(): Promise<void> {
    try {
      if (this.#options.isDown()) throw new Unavailable('The layer has no connection.');
      // One look at a time: what is not answered is not asked again.
      this.#asked ??= this.#options.probe().finally(() => (this.#asked = undefined));
      const asked = this.#asked;
      await this.inTime(() => asked);
      await this.#options.restore();
    } catch {
      if (!this.#isStopped) this.#lookLater();
      return;
    }
    if (this.#isStopped) return;
    this.#isOpen = false;
    this.#options.onChange('closed', undefined);
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }
}
