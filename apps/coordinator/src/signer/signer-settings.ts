import { Secret } from "@cordon/core/kernel";
import * as z from "zod";

/** What a signer process is told: by the coordinator that starts it, or by its own environment. */
export interface SignerSettings {
  readonly folder: string;
  readonly database: { readonly url: Secret; readonly role?: string };
  /** Keys behind a program instead of in files. */
  readonly command?: readonly [string, ...string[]];
  readonly logLevel: "debug" | "info" | "warn" | "error";
  /** Absent: standard error. */
  readonly logFile?: string;
}

const told = z.strictObject({
  folder: z.string(),
  url: z.string(),
  role: z.string().exactOptional(),
  command: z.tuple([z.string()], z.string()).exactOptional(),
  logLevel: z.enum(["debug", "info", "warn", "error"]),
  logFile: z.string().exactOptional(),
});

/** The first message that the coordinator sends to the signer that it started: over a pipe, since it has a password in it. */
export function writeSettings({ database, ...rest }: SignerSettings): unknown {
  const { url, role } = database;
  return { ...rest, url: url.reveal(), ...(role === undefined ? {} : { role }) };
}

export function readSettings(message: unknown): SignerSettings {
  const { url, role, ...rest } = told.parse(message);
  return { ...rest, database: { url: new Secret(url), ...(role === undefined ? {} : { role }) } };
}
