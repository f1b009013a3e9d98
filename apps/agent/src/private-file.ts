import { readFileSync, statSync } from "node:fs";
import { AppError, Secret } from "@cordon/core/kernel";

/**
 * [S9] Reads a secret from a file that nobody but its owner may read. Windows has no such mode bits; there the folder's access
 * list is the guard.
 */
export function readPrivateFile(file: string, what: string): Secret {
  try {
    const { mode } = statSync(file);
    if (process.platform !== "win32" && (mode & 0o077) !== 0) {
      const octal = (mode & 0o777).toString(8).padStart(4, "0");
      const text = `${what}: ${file} has mode ${octal}, so others can read it; run: chmod 600 ${file}`;
      throw new AppError("config.invalid", text);
    }
    const text = readFileSync(file, "utf8").replace(/\r?\n$/, "");
    if (text === "") throw new AppError("config.invalid", `${what}: ${file} is empty`);
    return new Secret(text);
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError("config.invalid", `${what}: ${(cause as Error).message}`, { cause });
  }
}
