import { readFile } from "node:fs/promises";
import { AppError, Secret } from "@cordon/core/kernel";

export type TokenSource =
  | { readonly kind: "file"; readonly file: string }
  | { readonly kind: "stdin"; readonly read: () => Promise<string> }
  | { readonly kind: "prompt"; readonly ask: () => Promise<string> };

/** A header cannot carry anything else, and nothing that we make is longer. */
const TOKEN = /^[!-~]{16,512}$/;

/** Never from an argument: everybody on the machine could read it there. */
export async function readToken(source: TokenSource): Promise<Secret> {
  const text = (await textOf(source)).trim();
  if (TOKEN.test(text)) return new Secret(text);
  const what = text === "" ? "is empty" : "is not a token: it must be one line of 16-512 printable characters";
  throw new AppError("cli.usage", `${source.kind === "file" ? source.file : "the token"} ${what}`);
}

async function textOf(source: TokenSource): Promise<string> {
  if (source.kind === "prompt") return source.ask();
  if (source.kind === "stdin") return source.read();
  try {
    return await readFile(source.file, "utf8");
  } catch (cause) {
    throw new AppError("cli.usage", `the token file cannot be read: ${(cause as Error).message}`, { cause });
  }
}
