import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { Secret } from "@cordon/core/kernel";

/** Names of secrets that a service manager hands over (systemd's LoadCredential). */
export const KSC_CREDENTIAL = "ksc-password";
export const PROXY_CREDENTIAL = "proxy-password";

/**
 * A secret that systemd put into a folder which only this service can read (systemd.exec(5), CREDENTIALS). Its mode says 0440,
 * because the right to read is given by an access list; so it is not held against the file.
 */
export function readCredential(
  env: Readonly<Record<string, string | undefined>>,
  name: typeof KSC_CREDENTIAL | typeof PROXY_CREDENTIAL,
): Secret | undefined {
  const folder = env.CREDENTIALS_DIRECTORY;
  if (folder === undefined || folder === "") return undefined;
  const file = path.join(folder, name);
  return existsSync(file) ? new Secret(readFileSync(file, "utf8").replace(/\r?\n$/, "")) : undefined;
}
