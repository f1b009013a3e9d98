import { mkdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { AppError } from "@cordon/core/kernel";
import * as z from "zod";

const profile = z.strictObject({
  url: z.url(),
  /** The tenant that is meant when a command names none. */
  tenant: z.string().optional(),
  /** PEM of the only root to trust. */
  ca: z.string().optional(),
  token: z.string().optional(),
});

const profileFile = z.strictObject({
  format: z.literal(1),
  current: z.string(),
  profiles: z.record(z.string(), profile),
});

export type Profile = z.output<typeof profile>;
export type ProfileFile = z.output<typeof profileFile>;

export const PROFILE_NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/i;
const EMPTY: ProfileFile = { format: 1, current: "default", profiles: {} };

/** `CORDON_CONFIG_DIR`, or the platform's place for a user's own settings. */
export function profileFileName(env: Readonly<Record<string, string | undefined>>): string {
  const home = env.HOME ?? env.USERPROFILE ?? ".";
  const base = env.XDG_CONFIG_HOME ?? (process.platform === "win32" ? env.APPDATA : undefined);
  const folder = env.CORDON_CONFIG_DIR ?? path.join(base ?? path.join(home, ".config"), "cordon");
  return path.join(folder, "profiles.json");
}

/**
 * [S9] It holds tokens, so one that others can read is refused, as ssh does with keys. No file: no profiles.
 * Windows has no such mode bits; there the folder's access list is the guard.
 */
export async function readProfiles(file: string): Promise<ProfileFile> {
  let text: string;
  try {
    const { mode } = await stat(file);
    if (process.platform !== "win32" && (mode & 0o077) !== 0) {
      const octal = (mode & 0o777).toString(8).padStart(4, "0");
      const problem = `${file} has mode ${octal}, so others can read the token in it; run: chmod 600 ${file}`;
      throw new AppError("cli.profile_invalid", problem);
    }
    text = await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof AppError) throw error;
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return EMPTY;
    throw new AppError("cli.profile_invalid", error instanceof Error ? error.message : String(error), { cause: error });
  }
  const parsed = profileFile.safeParse(jsonOrNothing(text));
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues
    .map((issue) => `${issue.path.join(".") || "the file"}: ${issue.message}`)
    .join("; ");
  throw new AppError("cli.profile_invalid", `${file}: ${where}`);
}

/** Replaced in one step, mode 0600, in a folder that only its owner may look into. */
export async function writeProfiles(file: string, profiles: ProfileFile): Promise<void> {
  // Only commands that write need it, and it brings the libraries for certificates along.
  const { writeFileDurably } = await import("@cordon/identity");
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  await writeFileDurably(file, `${JSON.stringify(profiles, undefined, 2)}\n`, 0o600);
}

function jsonOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
