/** One part as Node would run a file of its own. */
export type PartBody = (exports: unknown, require: (name: string) => unknown, module: { exports: unknown }) => void;

export interface Parts {
  /** Compiled with the program. */
  readonly atStart: Readonly<Record<string, PartBody>>;
  /** Functions whose only content is a comment with the part's text: V8 skips that unread until the part is asked for. */
  readonly late: Readonly<Record<string, () => void>>;
  /** Modules of Node that are loaded when the first of their members is used. */
  readonly lateBuiltins: readonly string[];
}

/** Stands for `*​/` in a late part's text, which is in a comment. */
export const COMMENT_END = "*@/";

/**
 * Runs a program that was joined into one file (`join-parts.ts`). The file holds this function as its own text, so it may use
 * nothing but its arguments and what every Node has.
 */
export function runParts(
  main: string,
  { atStart, late, lateBuiltins }: Parts,
  commentEnd: string,
  node: (name: string) => unknown,
): void {
  const made = new Map<string, { exports: unknown }>();

  function load(name: string): unknown {
    const known = made.get(name);
    if (known !== undefined) return known.exports;
    const body = atStart[name] ?? compile(name);
    const module = { exports: {} };
    made.set(name, module);
    body(module.exports, find, module);
    return module.exports;
  }

  function compile(name: string): PartBody {
    const comment = String(late[name]);
    const text = comment.slice(comment.indexOf("/*") + 2, comment.lastIndexOf("*/")).replaceAll(commentEnd, "*/");
    const { Script } = node("node:vm") as typeof import("node:vm");
    const script = new Script(`(function(exports,require,module){${text}\n})`, { filename: name });
    return script.runInThisContext() as PartBody;
  }

  function find(name: string): unknown {
    if (Object.hasOwn(atStart, name) || Object.hasOwn(late, name)) return load(name);
    const plain = name.replace(/^node:/, "");
    return lateBuiltins.includes(plain) ? whenUsed(name) : node(name);
  }

  function whenUsed(name: string): unknown {
    return new Proxy({}, { get: (_, member) => (node(name) as Record<string | symbol, unknown>)[member] });
  }

  load(main);
}
