import path from "node:path";
import { type Program, spawnProgram } from "@cordon/testkit";

export const CHECKOUT = path.resolve(import.meta.dirname, "../../../../..");

/** Starts one of the programs of the checkout under this Node; no setting of a real Cordon leaks into it. */
export function startProgram(
  main: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Program {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("CORDON_"));
  return spawnProgram({
    argv: [process.execPath, path.join(CHECKOUT, main), ...args],
    env: { ...Object.fromEntries(inherited), ...env },
  });
}

/** The first line of its output that is a JSON object. */
export async function firstJson(program: Program): Promise<unknown> {
  const [line] = await program.waitForLine(/^\{.*\}$/, { withinMs: 60_000 });
  return JSON.parse(line);
}
