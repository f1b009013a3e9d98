import { mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { OrderTrust } from "@cordon/agent-core";
import { AppError } from "@cordon/core/kernel";
import { type OrderKey, type OrderKeyList, parseOrderKeys, verifyOrder } from "@cordon/core/signing";
import * as z from "zod/mini";
import { replaceFile } from "./replace-file.ts";

const shape = z.object({
  version: z.number(),
  keys: z.array(z.object({ keyId: z.string(), publicKey: z.string() })),
});

const fileOf = (stateDir: string) => path.join(stateDir, "identity", "order-keys.json");

/** Whose orders this agent takes. The list came with its enrolment, and since then in orders that these keys signed [O6]. */
export function writeOrderKeys(stateDir: string, list: OrderKeyList): void {
  // What cannot be used is not kept.
  parseOrderKeys(list);
  mkdirSync(path.dirname(fileOf(stateDir)), { recursive: true, mode: 0o700 });
  replaceFile(fileOf(stateDir), `${JSON.stringify(list, undefined, 2)}\n`);
}

/** Throws `config.invalid` for a damaged file. Without one the agent takes no orders, and says so with each. */
export function openOrderTrust(stateDir: string): OrderTrust {
  let { version, keys } = read(stateDir);
  return {
    get version() {
      return version;
    },
    verify: (signed) => verifyOrder(signed, keys),
    replace(list) {
      const parsed = parseOrderKeys(list);
      writeOrderKeys(stateDir, list);
      ({ version } = list);
      keys = parsed;
    },
  };
}

function read(stateDir: string): { version: number; keys: readonly OrderKey[] } {
  let text: string;
  try {
    text = readFileSync(fileOf(stateDir), "utf8");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return { version: 0, keys: [] };
    throw new AppError("config.invalid", `${fileOf(stateDir)} cannot be read`, { cause });
  }
  try {
    const list = shape.parse(JSON.parse(text));
    return { version: list.version, keys: parseOrderKeys(list) };
  } catch (cause) {
    const mend = "enroll the agent again, or restore the file from the other agent of the site";
    throw new AppError("config.invalid", `${fileOf(stateDir)} is damaged (${(cause as Error).message}); ${mend}`, {
      cause,
    });
  }
}
