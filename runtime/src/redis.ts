/** A client of ioredis 5 or 6, or of node-redis 4 to 6, single or cluster. */
export type RedisClient = IoredisLike | NodeRedisLike | NodeRedisClusterLike;

/** ioredis: `new Redis()`, `new Cluster()`. */
export interface IoredisLike {
  readonly status: string;
  callBuffer(command: string, ...args: (string | Buffer | number)[]): Promise<unknown>;
  duplicate(...args: never[]): unknown;
  nodes?(role: 'master'): unknown[];
}
/** node-redis: `createClient()`. */
export interface NodeRedisLike {
  readonly isReady: boolean;
  sendCommand(args: never, options?: never): Promise<unknown>;
  duplicate(...args: never[]): unknown;
}
/** node-redis: `createCluster()`. */
export interface NodeRedisClusterLike {
  readonly masters: readonly unknown[];
  sendCommand(...args: never[]): Promise<unknown>;
  duplicate(...args: never[]): unknown;
}

type Argument = string | Buffer;
type Send = (args: readonly Argument[]) => Promise<unknown>;

/** What is needed of a server, whatever client speaks to it. Answers are bytes. */
export interface Redis {
  /** The client knows that it has no connection: asking it would only wait. */
  isDown(): boolean;
  get(key: string): Promise<Buffer | undefined>;
  /** For good, if no time is said. */
  set(key: string, value: Buffer, milliseconds?: number): Promise<void>;
  /** Whether the key was free. */
  take(key: string, owner: string, milliseconds: number): Promise<boolean>;
  run(script: string, key: string, args: readonly string[]): Promise<unknown>;
  unlink(keys: readonly string[]): Promise<void>;
  /** Keys by a pattern, some at a time. */
  scan(pattern: string): AsyncIterable<string[]>;
  /** Members of a sorted set, some at a time. */
  members(key: string): AsyncIterable<string[]>;
  removeMembers(key: string, members: readonly string[]): Promise<void>;
  ping(): Promise<void>;
  publish(channel: string, message: string): Promise<void>;
  /** Listens on a connection of its own. `onGap` is called when messages may have been missed. */
  subscribe(channel: string, onMessage: (message: string) => void, onGap: () => void): Promise<() => Promise<void>>;
}

/** Something that stands around every command. */
export type Guard = <T>(command: () => Promise<T>) => Promise<T>;

/** @throws TypeError for what is no client that is known. */
export function redisOf(client: RedisClient, guard: Guard = (command) => command()): Redis {
  const { callBuffer, sendCommand } = client as Partial<IoredisLike & NodeRedisLike>;
  if (typeof callBuffer === 'function') return ofIoredis(client as IoredisLike, guard);
  if (typeof sendCommand === 'function') return 'masters' in client ? ofNodeRedisCluster(client, guard) : ofNodeRedis(client as NodeRedisLike, guard);
  throw new TypeError('redis: a client of ioredis or node-redis is needed.');
}

/** How one connection is asked; a cluster is walked node by node. */
interface Connection {
  readonly send: Send;
  readonly nodes: () => Send[] | Promise<Send[]>;
  readonly isCluster: boolean;
  readonly isDown: () => boolean;
  readonly subscribe: Redis['subscribe'];
  /** What the client puts before every key by itself. */
  readonly prefix?: string;
}

function commands({ send: sendNow, nodes, isCluster, isDown, subscribe, prefix = '' }: Connection, guard: Guard): Redis {
  const send: Send = (args) => guard(() => sendNow(args));
  return {
    isDown,
    subscribe,
    get: async (key) => bytesOf(await send(['GET', key])),
    set: async (key, value, milliseconds) => {
      await send([
        'SET',
        key,
        value,
        ...(milliseconds === undefined || milliseconds === Infinity ? [] : ['PX', String(Math.max(1, Math.round(milliseconds)))]),
      ]);
    },
    take: async (key, owner, milliseconds) => (await send(['SET', key, owner, 'NX', 'PX', String(Math.max(1, Math.round(milliseconds)))])) !== null,
    run: (script, key, args) => send(['EVAL', script, '1', key, ...args]),
    unlink: async (keys) => {
      // Keys of a cluster stand on several nodes.
      if (isCluster) await Promise.all(keys.map((key) => send(['UNLINK', key])));
      else if (keys.length > 0) await send(['UNLINK', ...keys]);
    },
    scan: async function* (pattern) {
      for (const node of await nodes())
        for await (const found of walk((cursor) => guard(() => node(['SCAN', cursor, 'MATCH', escaped(prefix) + pattern, 'COUNT', '500']))))
          yield found.map((key) => key.slice(prefix.length));
    },
    members: async function* (key) {
      // Members and their scores take turns.
      for await (const found of walk((cursor) => send(['ZSCAN', key, cursor, 'COUNT', '500']))) yield found.filter((_each, index) => index % 2 === 0);
    },
    removeMembers: async (key, members) => {
      await send(['ZREM', key, ...members]);
    },
    ping: async () => {
      await send(['PING']);
    },
    publish: async (channel, message) => {
      await send(['PUBLISH', channel, message]);
    },
  };
}

/** A text that stands for itself in a pattern of Redis'. */
export function escaped(text: string): string {
  return text.replaceAll(/[*?[\]\\^]/g, '\\$&');
}

async function* walk(next: (cursor: string) => Promise<unknown>): AsyncGenerator<string[], void, undefined> {
  let cursor = '0';
  do {
    const [following, found] = (await next(cursor)) as [unknown, unknown[]];
    cursor = String(following);
    if (found.length > 0) yield found.map(String);
  } while (cursor !== '0');
}

function bytesOf(answer: unknown): Buffer | undefined {
  if (answer === null || answer === undefined) return undefined;
  return answer instanceof Uint8Array ? Buffer.from(answer.buffer, answer.byteOffset, answer.byteLength) : Buffer.from(answer as string);
}

interface Emitter {
  on(event: string, listener: (...args: never[]) => void): unknown;
}

function ofIoredis(client: IoredisLike, guard: Guard): Redis {
  const sendTo =
    (to: IoredisLike): Send =>
    ([command = '', ...args]) => {
      // With automatic pipelines, `callBuffer` loses the command's name; its own methods do not.
      const method = (to as unknown as Readonly<Record<string, unknown>>)[`${String(command).toLowerCase()}Buffer`];
      if (typeof method === 'function') return (method as (...args: unknown[]) => Promise<unknown>).apply(to, args);
      return to.callBuffer(String(command), ...args);
    };
  const send = sendTo(client);
  const { options } = client as { readonly options?: { readonly keyPrefix?: string; readonly redisOptions?: { readonly keyPrefix?: string } } };
  return commands(
    {
      send,
      nodes: () => client.nodes?.('master').map((node) => sendTo(node as IoredisLike)) ?? [send],
      isCluster: client.nodes !== undefined,
      isDown: () => /^(?:close|reconnecting|end|disconnecting)$/.test(client.status),
      prefix: options?.keyPrefix ?? options?.redisOptions?.keyPrefix ?? '',
      subscribe: async (channel, onMessage, onGap) => {
        const own = client.duplicate() as Emitter &
          IoredisLike & { subscribe(channel: string): Promise<unknown>; connect(): Promise<unknown>; disconnect(): void };
        // ioredis connects again by itself; the errors on the way are its own.
        own.on('error', () => undefined);
        own.on('message', (_channel: string, message: string) => onMessage(message));
        own.on('ready', () => void own.subscribe(channel).then(onGap, () => undefined));
        if (own.status === 'wait') void own.connect().catch(() => undefined);
        await Promise.resolve();
        return () => {
          own.disconnect();
          return Promise.resolve();
        };
      },
    },
    guard,
  );
}

/** Answers as bytes: `returnBuffers` says it to node-redis 4; 5 and 6 map types by their first byte, and bulk strings are `$`. */
const inBytes = { returnBuffers: true, typeMapping: { 36: Buffer } };

interface NodeRedisSender {
  sendCommand(args: readonly Argument[], options: object): Promise<unknown>;
}

function ofNodeRedis(client: NodeRedisLike, guard: Guard): Redis {
  const send = nodeRedisSender(client as unknown as NodeRedisSender);
  const subscribe = subscribeNodeRedis(client as unknown as NodeRedisSubscriber);
  return commands({ send, nodes: () => [send], isCluster: false, isDown: () => false, subscribe }, guard);
}

function nodeRedisSender(client: NodeRedisSender): Send {
  return (args) => client.sendCommand(args, inBytes);
}

interface NodeRedisSubscriber {
  duplicate(): NodeRedisSubscriber & Emitter;
  connect(): Promise<unknown>;
  subscribe(channel: string, listener: (message: string) => void): Promise<unknown>;
  destroy?(): void;
  disconnect?(): unknown;
}

function subscribeNodeRedis(client: NodeRedisSubscriber): Redis['subscribe'] {
  return async (channel, onMessage, onGap) => {
    const own = client.duplicate();
    own.on('error', () => undefined);
    let isClosed = false;
    const close = async (): Promise<void> => {
      isClosed = true;
      try {
        if (own.destroy !== undefined) own.destroy();
        else await own.disconnect?.();
      } catch {
        // It was not connected.
      }
    };
    void own
      .connect()
      .then(async () => {
        // It was closed while it connected.
        if (isClosed) return close();
        await own.subscribe(channel, onMessage);
        onGap();
        own.on('ready', onGap);
      })
      .catch(() => undefined);
    await Promise.resolve();
    return close;
  };
}

interface NodeRedisCluster {
  readonly masters: readonly { readonly address?: string }[];
  sendCommand(firstKey: string | undefined, isReadonly: boolean, args: readonly Argument[], options: object): Promise<unknown>;
  nodeClient(node: unknown): unknown;
}

function ofNodeRedisCluster(given: NodeRedisClusterLike, guard: Guard): Redis {
  const client = given as unknown as NodeRedisCluster;
  const keyOf = ([command, first, , third]: readonly Argument[]): string | undefined =>
    command === 'EVAL' ? String(third) : command === 'PING' || command === 'PUBLISH' ? undefined : String(first);
  return commands(
    {
      send: (args) => client.sendCommand(keyOf(args), false, args, inBytes),
      nodes: () => Promise.all(client.masters.map(async (master) => nodeRedisSender((await client.nodeClient(master)) as NodeRedisSender))),
      isCluster: true,
      isDown: () => false,
      subscribe: subscribeNodeRedis(given as unknown as NodeRedisSubscriber),
    },
    guard,
  );
}
