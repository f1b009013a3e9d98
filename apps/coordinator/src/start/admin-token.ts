import { createHash, timingSafeEqual } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { type Random, Secret } from "@cordon/core/kernel";
import { writeFileDurably } from "@cordon/identity";

const TOKEN_BYTES = 32;
const TOKEN_CHARS_MIN = 32;

export interface AdminToken {
  readonly file: string;
  /** Whether an `Authorization` header carries the token; takes the same time for every wrong one. */
  accepts(authorization: string | undefined): boolean;
  /** Makes a new one; the old one is worth nothing once the new one is in the file. */
  rotate(): Promise<void>;
}

/** The token kept in `admin-token` (0600); made at the first start. Deleting the file and starting again makes a new one. */
export async function openAdminToken(directory: string, random: Random): Promise<AdminToken> {
  const file = path.join(directory, "admin-token");
  const kept = (await readOrNothing(file)).trim();
  const write = async (): Promise<Buffer> => {
    const token = new Secret(`cordon-admin-${Buffer.from(random.bytes(TOKEN_BYTES)).toString("base64url")}`);
    await writeFileDurably(file, `${token.reveal()}\n`, 0o600);
    return digest(`Bearer ${token.reveal()}`);
  };
  let expected = kept.length >= TOKEN_CHARS_MIN ? digest(`Bearer ${kept}`) : await write();
  return {
    file,
    accepts: (authorization) => timingSafeEqual(digest(authorization ?? ""), expected),
    rotate: async () => {
      expected = await write();
    },
  };
}

async function readOrNothing(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw error;
  }
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
