/** A request that waits for its turn. */
interface Waiting {
  readonly origin: string;
  readonly begin: () => void;
}

/** Lets so many requests run at a time, over all origins and to each; the others wait in their order. */
export class Limiter {
  readonly #max: number;
  readonly #maxPerOrigin: number;
  readonly #running = new Map<string, number>();
  readonly #waiting = new Set<Waiting>();
  #total = 0;
  #idle: (() => void)[] = [];

  constructor(max: number, maxPerOrigin: number) {
    this.#max = max;
    this.#maxPerOrigin = maxPerOrigin;
  }

  /** Calls `begin` now, or later: then gives what takes the request out of the line again, which says whether it was there. */
  enter(origin: string, begin: () => void): (() => boolean) | undefined {
    const waiting: Waiting = { origin, begin };
    this.#waiting.add(waiting);
    this.#serve();
    return this.#waiting.has(waiting) ? () => this.#waiting.delete(waiting) : undefined;
  }

  /** A request is done. */
  leave(origin: string): void {
    const left = (this.#running.get(origin) ?? 1) - 1;
    if (left > 0) this.#running.set(origin, left);
    else this.#running.delete(origin);
    this.#total--;
    this.#serve();
    if (this.#total === 0 && this.#waiting.size === 0) for (const tell of this.#idle.splice(0)) tell();
  }

  #serve(): void {
    for (const waiting of this.#waiting) {
      if (this.#total >= this.#max) return;
      const running = this.#running.get(waiting.origin) ?? 0;
      if (running >= this.#maxPerOrigin) continue;
      this.#waiting.delete(waiting);
      this.#running.set(waiting.origin, running + 1);
      this.#total++;
      waiting.begin();
    }
  }

  get running(): number {
    return this.#total;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** When nothing runs and nothing waits. */
  idle(): Promise<void> {
    if (this.#total === 0 && this.#waiting.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }
}
