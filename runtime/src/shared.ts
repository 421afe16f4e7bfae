/**
 * Clients that live as long as the process: built on first use, kept across hot reloads, closed together. The registry hangs
 * on `globalThis`, so that two copies of this package, or of the module that calls it, share it.
 */
export interface SharedOptions<T> {
  /** How the client is closed. Default: the first of its methods `$disconnect`, `end`, `quit`, `close`, `destroy`, `disconnect`. */
  readonly close?: (client: T) => unknown;
  /** Lower numbers close first: a server before the pools that its requests use. Default: 0. */
  readonly order?: number;
}

interface Entry {
  readonly name: string;
  readonly value: unknown;
  readonly close: ((client: never) => unknown) | undefined;
  readonly order: number;
}

interface Registry {
  readonly entries: Map<string, Entry>;
  closing: Promise<void> | undefined;
  stopListening: (() => void) | undefined;
}

const symbol = Symbol.for('latency-runtime.shared');

function registry(): Registry {
  const holder = globalThis as { [symbol]?: Registry };
  return (holder[symbol] ??= { entries: new Map(), closing: undefined, stopListening: undefined });
}

/**
 * The client of that name: built by the first call, given back by every later one, wherever it stands. A promise is shared
 * while it is pending. A build that fails is not kept: the next call tries again.
 *
 * @param name One name per client of the process. The first call's `create` wins.
 * @throws What `create` throws; TypeError when the name is empty.
 */
export function shared<T>(name: string, create: () => T, options: SharedOptions<Awaited<T>> = {}): T {
  if (typeof name !== 'string' || name === '') throw new TypeError('shared: the name must be a text that is not empty.');
  const { entries } = registry();
  const known = entries.get(name);
  if (known !== undefined) return known.value as T;
  const value = create();
  const entry: Entry = { name, value, close: options.close, order: options.order ?? 0 };
  entries.set(name, entry);
  if (isThenable(value)) {
    value.then(undefined, () => {
      if (entries.get(name) === entry) entries.delete(name);
    });
  }
  return value;
}

/** Takes a client that is closed out of the registry: the next `shared` of the name builds anew. */
export function forget(name: string, client: unknown): void {
  const { entries } = registry();
  if (entries.get(name)?.value === client) entries.delete(name);
}

export interface CloseAllOptions {
  /** Milliseconds for all clients together. Default: 10 000. */
  readonly timeout?: number;
}

/**
 * Closes every shared client, one after the other: by `order`, then the one built last first. Call it when the server has
 * answered its last request. A client that fails to close keeps no other from closing. A second call while the first runs
 * waits for the same; afterwards `shared` builds anew.
 *
 * @throws AggregateError naming each client that failed to close, or had not closed in time.
 */
export function closeAll({ timeout = 10_000 }: CloseAllOptions = {}): Promise<void> {
  const all = registry();
  all.closing ??= closeEntries(all, timeout).finally(() => {
    all.closing = undefined;
  });
  return all.closing;
}

async function closeEntries({ entries }: Registry, timeout: number): Promise<void> {
  const inTurn = [...entries.values()].reverse().sort((a, b) => a.order - b.order);
  entries.clear();
  const errors: Error[] = [];
  const deadline = startDeadline(timeout);
  for (const entry of inTurn) {
    const outcome = await Promise.race([closeEntry(entry), deadline.passed]);
    if (outcome !== undefined) errors.push(new Error(`shared client "${entry.name}" ${outcome.says}`, { cause: outcome.cause }));
  }
  deadline.stop();
  if (errors.length > 0) throw new AggregateError(errors, errors.map(({ message }) => message).join('; '));
}

interface Failure {
  readonly says: string;
  readonly cause?: unknown;
}

function startDeadline(timeout: number): { readonly passed: Promise<Failure>; readonly stop: () => void } {
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise<Failure>((pass) => {
    timer = setTimeout(() => pass({ says: `had not closed after ${timeout} ms` }), timeout);
  });
  return { passed, stop: () => clearTimeout(timer) };
}

async function closeEntry({ value, close }: Entry): Promise<Failure | undefined> {
  let client: unknown;
  try {
    client = await value;
  } catch {
    // It was never built.
    return undefined;
  }
  try {
    if (close !== undefined) await close(client as never);
    else await closeByMethod(client);
    return undefined;
  } catch (cause) {
    return { says: `failed to close: ${cause instanceof Error ? cause.message : String(cause)}`, cause };
  }
}

const closingMethods = ['$disconnect', 'end', 'quit', 'close', 'destroy', 'disconnect'];

/** Some clients are functions: `postgres()`, `knex()`. Drizzle keeps the driver's client in `$client`. */
async function closeByMethod(client: unknown): Promise<void> {
  for (const holder of [client, (client as { $client?: unknown } | null | undefined)?.$client]) {
    if ((typeof holder !== 'object' && typeof holder !== 'function') || holder === null) continue;
    const method = closingMethods.find((name) => typeof (holder as Record<string, unknown>)[name] === 'function');
    if (method === undefined) continue;
    await (holder as Record<string, () => unknown>)[method]?.();
    return;
  }
}

export interface CloseOnSignalsOptions extends CloseAllOptions {
  /** Default: SIGTERM and SIGINT. */
  readonly signals?: readonly NodeJS.Signals[];
  /** Runs first and is waited for: stops taking requests and answers those that run. */
  readonly before?: () => unknown;
}

/**
 * Closes all shared clients when the process is told to stop, then lets the signal end it. A second signal ends it at once.
 * Calling it again replaces the earlier listeners. Errors are written to stderr; the process ends all the same.
 *
 * @returns A function that takes the listeners away.
 */
export function closeOnSignals({ signals = ['SIGTERM', 'SIGINT'], before, timeout }: CloseOnSignalsOptions = {}): () => void {
  const all = registry();
  all.stopListening?.();
  const listen = (signal: NodeJS.Signals): void => {
    // The next signal meets the default: it ends the process.
    stop();
    void finish(before, timeout === undefined ? {} : { timeout }).then(() => process.kill(process.pid, signal));
  };
  const stop = (): void => {
    for (const signal of signals) process.removeListener(signal, listen);
    if (all.stopListening === stop) all.stopListening = undefined;
  };
  for (const signal of signals) process.on(signal, listen);
  all.stopListening = stop;
  return stop;
}

async function finish(before: (() => unknown) | undefined, options: CloseAllOptions): Promise<void> {
  for (const step of [before, () => closeAll(options)]) {
    try {
      await step?.();
    } catch (error) {
      process.stderr.write(`latency-runtime: ${error instanceof Error ? error.message : String(error)}\n`);
    }
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}
