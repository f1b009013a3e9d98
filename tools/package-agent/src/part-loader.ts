/** One part as Node would run a file of its own. */
export type PartBody = (exports: unknown, require: (name: string) => unknown, module: { exports: unknown }) => void;

/**
 * A function whose only content is a comment with a packed text: V8 skips that unread until the text is asked for. It is in zstd and
 * base64, so that what is never asked for takes little room in memory.
 */
export type Packed = () => void;

export interface PackedProgram {
  /** The text of a function that takes `late` and `node`, and runs the program. */
  readonly start: Packed;
  /** What V8 made of that text when the program was joined. Another V8 than that one refuses it, and reads the text. */
  readonly codeCache: Packed | undefined;
  /** The texts of one `PartBody` each. */
  readonly late: Readonly<Record<string, Packed>>;
}

type Unpack = (packed: Uint8Array) => Buffer;
type Node = (name: string) => unknown;

/**
 * What the joined file itself does; like `runParts` it is in there as its own text, so it may use nothing but its arguments. Nothing
 * that it hands on refers to the file's text, so that V8 can let go of that.
 */
export function bootProgram({ start, codeCache, late }: PackedProgram, node: Node): void {
  const { Script } = node("node:vm") as typeof import("node:vm");
  const { zstdDecompressSync } = node("node:zlib") as typeof import("node:zlib");
  // In few large pieces: of the usual ones there would be a hundred.
  const unpack = (packed: Uint8Array) => zstdDecompressSync(packed, { chunkSize: 1_048_576 });
  const bytesOf = (packed: Packed) => {
    const text = String(packed);
    return Buffer.from(text.slice(text.indexOf("/*") + 2, text.lastIndexOf("*/")), "base64");
  };
  const script = new Script(unpack(bytesOf(start)).toString("latin1"), {
    filename: "cordon-agent.js",
    ...(codeCache === undefined ? {} : { cachedData: unpack(bytesOf(codeCache)) }),
  });
  const lateBytes = Object.fromEntries(Object.entries(late).map(([name, packed]) => [name, bytesOf(packed)]));
  script.runInThisContext()(lateBytes, unpack, node);
}

export interface StartedParts {
  readonly main: string;
  readonly bodies: Readonly<Record<string, PartBody>>;
  /** Modules of Node that are loaded when they, or the first of their members, are used. */
  readonly lateBuiltins: readonly string[];
}

/** Runs a program that was split into parts: those of its start, and those that are compiled when they are asked for. */
export function runParts(
  { main, bodies, lateBuiltins }: StartedParts,
  late: Readonly<Record<string, Uint8Array>>,
  unpack: Unpack,
  node: Node,
): void {
  const made = new Map<string, { exports: unknown }>();

  function load(name: string): unknown {
    const known = made.get(name);
    if (known !== undefined) return known.exports;
    const body = bodies[name] ?? compile(name);
    const module = { exports: {} };
    made.set(name, module);
    body(module.exports, find, module);
    return module.exports;
  }

  function compile(name: string): PartBody {
    const { Script } = node("node:vm") as typeof import("node:vm");
    const text = unpack(late[name] as Uint8Array).toString("latin1");
    return new Script(text, { filename: name }).runInThisContext() as PartBody;
  }

  function find(name: string): unknown {
    if (Object.hasOwn(bodies, name) || Object.hasOwn(late, name)) return load(name);
    return lateBuiltins.includes(name.replace(/^node:/, "")) ? whenUsed(name) : node(name);
  }

  function whenUsed(name: string): unknown {
    const real = () => node(name) as ((...given: unknown[]) => unknown) & Record<string | symbol, unknown>;
    return new Proxy(() => {}, {
      // Asked by every import of a CommonJS module, and never so of Node's.
      get: (_, member) => (member === "__esModule" ? undefined : real()[member]),
      apply: (_, __, given) => real()(...given),
    });
  }

  load(main);
}
