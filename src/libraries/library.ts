/**
 * The vocabulary in which a library is described. A description is data: it names the objects that the library gives,
 * the members of each, and which of them cross the network. One engine (`src/analysis`) reads it.
 */

/** What a call does on the other side of the network. */
export type Operation =
  | 'read-many'
  | 'read-one'
  | 'read-by-key'
  | 'count'
  | 'exists'
  | 'insert'
  | 'insert-many'
  | 'update'
  | 'update-many'
  | 'upsert'
  | 'upsert-many'
  | 'delete'
  | 'delete-many'
  | 'publish'
  | 'publish-many'
  | 'request'
  | 'raw'
  | 'cursor'
  | 'transaction';

/**
 * A reference to what an expression evaluates to, once awaited: the name of an object of the same library, the same with
 * `[]` for a list of them, `self` for the receiver, `argument` for the first argument, `called` for what the first
 * argument gives when it is called, `result` for what the callback gives, `told` for what a type argument told the object
 * (`told.Variables` for a member of it, `told.Variables.*` for the member that the first argument names), or another library's
 * object as `library:object`.
 */
export type Reference = string;

/** What a builder step adds to the statement that it builds; `owner`: only what belongs to one row, be it one row or many. */
export type Mark = 'limit' | 'filter' | 'owner' | 'in-list' | 'aggregate' | 'group' | 'columns' | 'stream' | 'lock';

/** Where a function that the library will call stands among the arguments, and what it is called with. */
export interface Callback {
  readonly at: number | 'last' | 'any';
  readonly takes: readonly (Reference | undefined)[];
}

/** One property or method of an object. */
export interface Member {
  /** A property that is an object of the library. */
  readonly is?: Reference;
  /** A method that makes a round trip, and what the round trip does. */
  readonly does?: Operation;
  /** What the method evaluates to, once awaited. */
  readonly gives?: Reference;
  /** A builder step: what the statement evaluates to when it is sent. */
  readonly yields?: Reference;
  /** A builder step: what the statement does from here on. */
  readonly becomes?: Operation;
  /** A builder step: what it adds to the statement. */
  readonly marks?: Mark;
  /** The method sends the statement that the builder has built. */
  readonly sends?: true;
  /** The method gives one row, but its statement carries no LIMIT: all rows that match are read. */
  readonly forgetsLimit?: true;
  /** The method calls a function that it is given. */
  readonly callback?: Callback;
  /** Its type argument says what `told` is from here on. */
  readonly tells?: true;
  /** The method changes one row and gives it: whether there was one tells who changed it first. */
  readonly claims?: true;
  /** How to do the same for many items in one round trip, in words that end a sentence. */
  readonly batch?: string;
  /** The same, where the row that is written is used. */
  readonly batchGiving?: string;
  /** The same, where the row holds rows of other tables. */
  readonly batchNested?: string;
  /** Calls of one tick are sent together by the library itself. */
  readonly mergesInOneTick?: true;
  /** The call answers from memory when it was answered before. */
  readonly remembers?: true;
  /** The call sets the value of the key that is its first argument, whatever it was. */
  readonly overwrites?: true;
  /** Where the list of columns stands: the index of the argument. */
  readonly columnsAt?: number;
  /** Where the options that hold limit, filter and columns stand: the index of the argument. */
  readonly options?: number;
  /** An argument that limits the rows, where it is given. */
  readonly limitAt?: number;
  /** Where the filter itself stands, when it is an argument of its own. */
  readonly filterAt?: number;
  /** The argument that holds one item, or, as an array, many. */
  readonly items?: number;
  /** The first argument is the table, not what is written to it. */
  readonly takesTable?: true;
  /** The method builds a client whenever it is called; says what that opens. */
  readonly opens?: Opens;
  /** A framework's method that takes handlers. */
  readonly registers?: 'handler' | 'middleware' | 'hook' | 'boot' | 'plugin' | 'job';
  /** A framework's method that sends a response body. */
  readonly responds?: 'whole' | 'stream';
  /** The method closes the client. */
  readonly closes?: true;
  /** The text that holds the SQL is this argument; where `does` is not `raw`, it tells of a read how many rows it gives. */
  readonly sqlAt?: number;
}

/** What building a client costs. Absent where building one is cheap. */
export type Opens = 'pool' | 'connection' | 'agent' | 'handshake' | 'setup';

export interface BuilderFacts {
  /** A builder is sent when it is awaited, or by one of its methods. */
  readonly sent: 'on await' | 'on method';
  /** What the statement does when no step said otherwise. */
  readonly does: Operation;
  readonly gives?: Reference;
}

export interface ObjectFacts {
  /** Calling the object itself: `knex('users')`. */
  readonly call?: Member;
  /** Constructing the object: `new User(…)` of a model. */
  readonly new?: Member;
  /** The object as a tag: `` sql`select 1` ``. */
  readonly tag?: Member;
  readonly builder?: BuilderFacts;
  /** Members by name; several names that share their facts are separated by spaces; `*` is every name not listed. */
  readonly members: Readonly<Record<string, Member>>;
  /** Members are looked up here when this object does not list them. */
  readonly extends?: string;
}

/** What an export of the package is. */
export interface ExportFacts {
  /** `new X()` gives this object. */
  readonly new?: Reference;
  /** `X()` gives this object. */
  readonly call?: Reference;
  /** `X(fn)` gives a function that answers from memory when it was answered before. */
  readonly remembers?: true;
  /** The export is this object. */
  readonly is?: Reference;
  /** A value declared with this type is this object. Default: what `new` gives. */
  readonly type?: Reference;
  /** The class itself, for its static members and for classes that extend it. */
  readonly static?: Reference;
  /** What building one costs; absent where it is cheap. */
  readonly opens?: Opens;
  /** The call is a round trip by itself: `fetch(url)`. */
  readonly does?: Operation;
  readonly batch?: string;
  /** The function calls one that it is given. */
  readonly callback?: Callback;
  /** The type argument of `new` says what `told` is from here on. */
  readonly tells?: true;
  /** The function takes handlers. */
  readonly registers?: Member['registers'];
  /** `opens` does not hold for a first argument that is another client rather than an address or options. */
  readonly opensFor?: 'addresses';
  /** The function reads the list that its callback begins page by page. */
  readonly pages?: true;
  /** What the function is given serves the whole process from then on. */
  readonly installs?: true;
  /** A module that imports this is loaded by a browser. */
  readonly runsIn?: 'browser';
}

/** How a call is recognised by its shape alone, for calls that occur in no other library. */
export interface Shape {
  /** The object whose member this is. */
  readonly object: string;
  /** Names of the members, separated by spaces. */
  readonly members: string;
  /**
   * What stands before the member: `*.*` a property of something, `Name` a capitalised name, `collections.*` what was taken from
   * something of that name, `*` anything.
   */
  readonly receiver: '*.query.*' | 'collections.*' | '*.*' | 'Name' | '*';
  /** The keys that the first argument, an object literal, may have. Absent: not looked at. */
  readonly keys?: string;
  /** The call is followed by one of these members: `select(…).from(…)`. */
  readonly then?: string;
  /** The first argument is a text. */
  readonly text?: true;
  /** The package must stand in the nearest package.json. */
  readonly listed?: true;
  /** What it is called on comes from the project, and what it gives is waited for: other packages have such members, too. */
  readonly own?: true;
}

/** How limits, filters and columns are written in an options object. */
export interface OptionWords {
  readonly limit: readonly string[];
  readonly filter: readonly string[];
  readonly columns: readonly string[];
  /** Operator keys that hold a list: `in`, `$in`. */
  readonly inList: readonly string[];
  /** An array as a value means `in`. */
  readonly arrayMeansIn?: true;
}

export interface Library {
  /** The file's name, and what `settings.latency.clients` calls it. */
  readonly name: string;
  /** As people write it. */
  readonly title: string;
  /** The option without which a client opens a connection per call, however long it lives. */
  readonly keptOpenBy?: string;
  readonly kind: 'database' | 'cache' | 'queue' | 'http' | 'service' | 'batching' | 'memo' | 'concurrency' | 'framework' | 'compression';
  /** Exact package names; a `/*` at the end stands for every subpath, which is implied for plain names as well. */
  readonly packages: readonly string[];
  /** Where its documentation says what is described here. */
  readonly docs: string;
  /** The library answers from this process: no network. */
  readonly inProcess?: true;
  readonly exports: Readonly<Record<string, ExportFacts>>;
  readonly objects: Readonly<Record<string, ObjectFacts>>;
  /** Names that mean this library wherever they are imported from: generated clients. */
  readonly generated?: readonly string[];
  /** Globals of the runtime. */
  readonly globals?: Readonly<Record<string, ExportFacts>>;
  readonly options?: OptionWords;
  readonly shapes?: readonly Shape[];
  /** How members begin that get the rest of their names from the project: `getPosts` of an association. */
  readonly begins?: readonly string[];
  readonly forMany?: ForMany;
  /**
   * The adapter that reads its lists page by page: the entry below `latency-runtime/paginate`, its name, and what it takes: the
   * options of a read, a table, or a statement; `ends` is the call that sends a statement.
   */
  readonly pages?: { readonly entry: string; readonly name: string; readonly by: 'options' | 'table' | 'statement'; readonly ends?: string };
  /** The step that limits a statement to its first row. */
  readonly oneRow?: string;
  /** Parameters of one statement, and whether the library splits longer lists by itself. */
  readonly bindLimit?: { readonly parameters: number; readonly splits: boolean };
  /** Several queries on one connection run one after the other. */
  readonly connection?: 'pool' | 'multiplexed' | 'queued';
  readonly framework?: FrameworkFacts;
}

/** How the same is asked or written for many keys or rows, for rewrites. `KEYS` and `ROWS` stand for the lists. */
export interface ForMany {
  /** Members that read the rows of one key, each with the member that reads those of many; empty: the step is left out. */
  readonly reads: Readonly<Record<string, string>>;
  /** The read of many keys gives its answers in the order of the keys, without the keys. */
  readonly inOrder?: true;
  /** What differs for a read of many keys, in words. */
  readonly differs?: string;
  /** Members that count the rows of one key, and the call that counts those of many; `WHERE` is the filter, `COLUMN` the key's column. */
  readonly counts?: Readonly<Record<string, { readonly call: string; readonly key: string; readonly count: string; readonly differs?: string }>>;
  /** Members that write one row, each with the member that writes many, or with that member's whole call. */
  readonly writes?: Readonly<Record<string, string>>;
  /**
   * How rows are written together where the answers are used, which then come in the order of the rows: the members as in `writes`,
   * the option that lists the columns of an answer, the steps of a builder without which nothing comes back, and what differs, in words.
   */
  readonly gives?: { readonly writes: Readonly<Record<string, string>>; readonly takes?: string; readonly steps?: string; readonly differs?: string };
  /** Members whose first argument is the key itself: the column that it names, and the argument for many. */
  readonly keyed?: Readonly<Record<string, readonly [column: string, argument: string]>>;
  /**
   * Per object, members that load what belongs to it, each with the member of its class that does so for a list of them. Where this
   * is said, a read that takes one item or many (`items`) loads what belongs to them, too.
   */
  readonly relations?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** How a list stands as the value of a filter's property: `{ in: KEYS }`. */
  readonly property?: string;
  /** The function that compares a column with one value, and the one that compares with many. */
  readonly compares?: readonly [one: string, many: string];
  /** A filter's step with a column and a value, and how it is written for many: `whereIn(COLUMN, KEYS)`. */
  readonly step?: string;
  /**
   * How several values of a filter stand for a list of keys that have as many parts: `KEYS` is the list, `PARTS` the names of one
   * key's parts, `ROW` what compares them all; and a word that the text needs.
   */
  readonly several?: {
    readonly text: string;
    readonly needs?: string;
    readonly from?: string;
    /** It stands for the whole filter, and each row has what else is in it. */
    readonly whole?: true;
    /** A row of steps, `where(column, value)`, is a callback that takes them again: an object has to name columns of the row's type. */
    readonly stepsAgain?: true;
  };
  /** A filter's property may name a unique key of several columns: `{ userId_postId: { userId, postId } }`. */
  readonly compound?: true;
  /** The package that the words of these texts are imported from. */
  readonly imports?: string;
  /**
   * A read asks a reference for its row, `users.doc(id).get()`, and the client takes a list of references: the step that makes
   * one of a key, the client's object, the call that takes them, the member of a reference's holder that is the client, and what
   * has to be so, in words.
   */
  readonly references?: {
    readonly step: string;
    readonly client: string;
    readonly by: string;
    readonly clientIn: string;
    readonly demands: string;
  };
  /** A read of many keys answers for each, also where there is no row. */
  readonly answersAll?: true;
  /** What a single read gives where there is no row. */
  readonly missing: 'null' | 'undefined';
  /** The call that takes a list of single writes, and the name under which each stands in it: `bulkWrite([{ updateOne: … }])`. */
  readonly listed?: { readonly by: string; readonly writes: Readonly<Record<string, string>>; readonly key: string; readonly changes: string };
  /**
   * How one update gives every row its own value, by the key: `COLUMN` is the key's column, `ROWS` the list, `KEY` and `VALUE` the
   * members of its rows, `CAST` the type by `casts`.
   */
  readonly ownValues?: {
    readonly dialect: string;
    readonly set: string;
    readonly value: string;
    readonly needs: string;
    readonly casts: Readonly<Record<string, string>>;
  };
  /** How the first of several rows per key is asked for: what is added to `select`, which then takes the key's column first, as does the order. */
  readonly firstOfEach?: { readonly dialect: string; readonly select: string; readonly suffix: string; readonly order: string };
  /** The members that take SQL and a list of its parameters, and how the parameters are written: `$1`, or `?`, for which a list of lists may stand. */
  readonly placeholders?: { readonly members: readonly string[]; readonly are: 'numbered' | 'nested' };
  /** Reads that are written as SQL, and how a list of keys stands in place of one. */
  readonly sqlReads?: {
    /** The members that take the text and its parameters, each with what it gives. None: a template gives the rows. */
    readonly members: Readonly<Record<string, 'many' | 'one' | 'one or error'>>;
    /** `$1`; `?` in the order of the list; or the values themselves, in a template. */
    readonly parameters: 'numbered' | 'in order' | 'template';
    /** The text and its parameters may stand in one object, under these names. */
    readonly object?: readonly [text: string, values: string];
    /** One parameter may stand alone, without a list around it. */
    readonly alone?: true;
    /** What compares with a list: `= any(PARAM)`; in a template with `TAG`, its tag, and `KEYS`. */
    readonly oneOf: string;
    /** A parameter may be cast, and then the list is: `$1::int[]`. */
    readonly casts?: true;
    /** A name without quotes gets small letters in a row, or stays as it is written. */
    readonly names: 'folds' | 'keeps';
    /** Where the answer has its rows: a member, or a place in a list. Absent: the answer is the list of rows. */
    readonly rowsIn?: 'rows' | 0;
    /** What a list of rows has beside them, which is not that of one key. */
    readonly alsoHas?: string;
    /** TypeScript knows the rows by a type argument only. */
    readonly needsType?: true;
    /** `distinct on` gives the first row of each key. */
    readonly distinctOn?: true;
  };
  /** The option of a read of many rows that keeps the first of each key; `COLUMN` is the key's. */
  readonly firstByOption?: string;
  /** How rows that hold nothing but counts are asked for many keys: the function that counts, and the step that groups. */
  readonly grouped?: { readonly count: string; readonly by: string };
  /** A key that is null or undefined: finds nothing, or something else. */
  readonly nullKey: 'finds nothing' | 'means something else';
  /** Hooks or middleware of the single call and of the one for many are not the same. */
  readonly hooks?: true;
  /** The column that is always among those that are read. */
  readonly alwaysReads?: string;
  /** Columns are listed in an object, to which one can be added: `{ name: true }`. */
  readonly listsColumns?: true;
  /** Columns are listed as arguments of their own: `select('id', 'name')`. */
  readonly listsArguments?: true;
  /** Two reads of one row give the same object: the library keeps an identity map. */
  readonly sharesRows?: true;
  /** The column of `keyed` is only the usual one: models may name another. */
  readonly usualKey?: true;
  /** The option that holds the row of an insert: `data`. */
  readonly rowIn?: string;
  /** A row is made of a call's arguments, under these names. */
  readonly rowOf?: readonly string[];
  /** Rows that one insert takes at most, whatever their columns. */
  readonly rowsMax?: number;
  /** The member by which an insert leaves the rows alone that are there: of rows that are the same, the first stays. */
  readonly leaves?: string;
  /** What differs for an insert of many rows, in words. */
  readonly insertDiffers?: string;
  /** A single insert takes further rows as further arguments. */
  readonly rowsAsArguments?: true;
  /** Rows of one insert may have different columns: the others get their defaults, as in an insert of their own. */
  readonly columnsMayDiffer?: true;
  /** A single update or delete throws where there is no row; the one for many does not. */
  readonly throwsWithoutRow?: true;
  /** Calls that can be collected and sent together: the member, what takes it, and what sends all. */
  readonly collected?: {
    readonly members: string;
    /** The collecting object, made of the client: `pipeline()`. Absent: the client itself. */
    readonly by?: string;
    /** The member that takes the call, where it has another name. */
    readonly as?: Readonly<Record<string, string>>;
    readonly sends: string;
    /** What differs, in words. */
    readonly changes: string;
  };
}

/** What makes a function a handler, where no registration call shows it. */
export interface FrameworkFacts {
  /** Decorators of methods that run per request. */
  readonly handlerDecorators?: string;
  /** Names of methods that the framework calls once, when the application starts or ends. */
  readonly startMethods?: string;
  /** Decorators of methods that run per scheduled job or message. */
  readonly jobDecorators?: string;
  /** Names of parameter types that only a handler has. */
  readonly handlerTypes?: string;
  /** Files whose exports are handlers: a pattern for the path (`**` any folders, `*` any name), and the names of the exports. */
  readonly files?: readonly { readonly path: string; readonly exports: string; readonly directive?: string }[];
  /** Exports of such files that run at build time. */
  readonly buildTime?: string;
  /** Modules and global namespaces in which projects add members to its types: `declare module 'fastify'`. */
  readonly augmented?: readonly string[];
  /** What the framework's own plugins put on its application, by its name there. */
  readonly plugins?: Readonly<Record<string, { readonly packages: readonly string[]; readonly is: string }>>;
  /** Where the first parameter of a handler keeps the parsed query string: `.query`. */
  readonly query?: string;
  /** How the framework's application compresses. */
  readonly compression?: {
    /** `by default`: nothing to do; `platform`: the platform does it. */
    readonly is: 'by default' | 'by middleware';
    /** Packages whose middleware or plugin compresses. */
    readonly packages?: readonly string[];
    /** Applies to routes that were registered before it, too. */
    readonly inAnyOrder?: true;
    /** The application compresses by itself only where one of these packages is listed; elsewhere the platform does. */
    readonly onlyWith?: readonly string[];
    /** What to register, for the message. */
    readonly register?: string;
    /** How it is registered: the package that must be listed, the import, and the statement with `APP` and `NAME`. */
    readonly registrations?: readonly {
      readonly listed: string;
      readonly from: string;
      readonly name: string;
      /** The import is by name; else it is the default. */
      readonly named?: true;
      readonly text: string;
    }[];
  };
  /** Modules of this framework run where a client cannot outlive a request. */
  readonly isolates?: true;
}

/** Gives the description back; the compiler checks it. */
export function defineLibrary<const L extends Library>(library: L): L {
  return library;
}
