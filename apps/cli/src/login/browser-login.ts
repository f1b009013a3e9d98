import { createHash } from "node:crypto";
import { LOGIN_PREFIX } from "@cordon/contracts/api";
import { AppError, Secret } from "@cordon/core/kernel";
import { loginWords } from "@cordon/core/login";
import { createSend } from "../api/send-request.ts";
import type { Host } from "../command/host.ts";
import { listenForCode } from "./await-code.ts";
import { createLoginApi } from "./login-api.ts";

/** Password, second factor, and a word with a colleague. */
const BROWSER_MS_MAX = 300_000;
const SECRET_BYTES = 32;

export interface BrowserLogin {
  readonly url: URL;
  readonly ca: string | undefined;
  /** The browser is opened here; otherwise the address is printed only. */
  readonly open: boolean;
}

/**
 * A token of this command line's own, which a person allows in a browser on this machine. Only who began it can take it: what the
 * browser hands over is worth nothing without the verifier, which stays here.
 */
export async function loginByBrowser(host: Host, { url, ca, open }: BrowserLogin): Promise<Secret> {
  const secret = (): string => Buffer.from(host.random.bytes(SECRET_BYTES)).toString("base64url");
  const [verifier, state] = [secret(), secret()];
  const challenge = createHash("sha256").update(verifier).digest("base64url");
  await using listener = await listenForCode(state);
  const address = new URL(`${LOGIN_PREFIX}/login`, url);
  address.search = new URLSearchParams({ port: String(listener.port), challenge, state }).toString();
  const opened = open && (await host.browse(address.href));
  host.err(opened ? "Your browser was opened; if it shows nothing, go to:" : "Open this in a browser on this machine:");
  host.err(`\n  ${address.href}\n\nIt asks whether your terminal shows ${loginWords(challenge)}.`);
  const code = await codeOf(host, listener.code.bind(listener));
  const api = createLoginApi(createSend({ url, ca, token: undefined, env: host.env }), host.signal);
  return new Secret((await api.token(code, verifier)).token);
}

async function codeOf(host: Host, code: (signal: AbortSignal) => Promise<string>): Promise<string> {
  const limit = AbortSignal.timeout(BROWSER_MS_MAX);
  try {
    return await code(AbortSignal.any([host.signal, limit]));
  } catch (cause) {
    if (host.signal.aborted) throw cause;
    throw new AppError("cli.timed_out", `nobody signed in within ${BROWSER_MS_MAX / 60_000} minutes`, { cause });
  }
}
