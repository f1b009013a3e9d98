import { readFileSync } from "node:fs";
import path from "node:path";
import { pageOf, processHealth, tenant } from "@cordon/contracts/api";
import { AppError } from "@cordon/core/kernel";
import * as z from "zod";
import { createApiClient } from "../api/api-client.ts";
import { createSend } from "../api/send-request.ts";
import { addExamples } from "../command/examples.ts";
import type { Host, RegisterCommand } from "../command/host.ts";
import { PROFILE_NAME, type Profile, profileFileName, readProfiles, writeProfiles } from "../profile/profile-file.ts";
import { readToken, type TokenSource } from "../profile/read-token.ts";
import { parseCoordinatorUrl, readCaFile } from "../profile/settings.ts";
import { formatFields } from "../show/table.ts";

interface Options {
  readonly caPin?: string | undefined;
  readonly tokenFile?: string | undefined;
  readonly dataDir?: string | undefined;
}

export const registerLogin: RegisterCommand = (program, host) => {
  const command = program
    .command("login")
    .description("keep a coordinator's address, its root certificate and the admin token in a profile")
    .argument("[url]", "https://host:port of the coordinator's API; the profile's own when it is left out")
    .option("--ca-pin <sha256>", "fetch the root that the coordinator shows, and trust it if this is its fingerprint")
    .option(
      "--token-file <file>",
      "file with the admin token; - reads it from standard input; without it you are asked",
    )
    .option("--data-dir <folder>", "take address, root and token from a coordinator that runs on this machine")
    .action((url, options) => login(host, url, options));
  addExamples(command, EXAMPLES, NOTES);
};

async function login(host: Host, givenUrl: string | undefined, options: Options): Promise<void> {
  const file = profileFileName(host.env);
  const profiles = await readProfiles(file);
  const name = host.flags.profile ?? host.env.CORDON_PROFILE ?? profiles.current;
  if (!PROFILE_NAME.test(name)) {
    throw new AppError("cli.usage", `"${name}" cannot name a profile: 1-64 letters, digits, dots, dashes`);
  }
  const before = profiles.profiles[name];
  const local = options.dataDir === undefined ? undefined : readLocal(options.dataDir);
  const address = givenUrl ?? host.flags.url ?? local?.url ?? host.env.CORDON_COORDINATOR_URL ?? before?.url;
  if (address === undefined) throw new AppError("cli.usage", "no address: cordon login https://host:7444");
  const url = parseCoordinatorUrl(address);
  const sameAsBefore = before !== undefined && parseCoordinatorUrl(before.url).origin === url.origin;
  const ca = (await rootFor(host, url, options)) ?? local?.ca ?? (sameAsBefore ? before.ca : undefined);
  const token = await readToken(local === undefined ? tokenSource(host, url, options) : local.token);
  const api = createApiClient(createSend({ url, ca, token, env: host.env }), host.signal);
  const health = await api.get("/health", processHealth);
  const tenantId = host.flags.tenant ?? (sameAsBefore ? before.tenant : undefined) ?? (await onlyTenant(api));
  const profile: Profile = {
    url: url.origin,
    token: token.reveal(),
    ...(ca === undefined ? {} : { ca }),
    ...(tenantId === undefined ? {} : { tenant: tenantId }),
  };
  await writeProfiles(file, { ...profiles, current: name, profiles: { ...profiles.profiles, [name]: profile } });
  const shown = { profile: name, url: url.origin, tenant: tenantId, file, version: health.version };
  host.print(shown, () =>
    [
      `Logged in to ${url.origin} (Cordon ${health.version}).`,
      formatFields([
        ["profile", name],
        ["tenant", tenantId ?? "none kept: give --tenant with each command, or cordon profiles set-tenant <tenant>"],
        ["trusts", ca === undefined ? "the roots that Node trusts" : "the coordinator's own root only"],
        ["kept in", file],
      ]),
    ].join("\n"),
  );
}

/** Undefined: nothing was said about a root. */
async function rootFor(host: Host, url: URL, { caPin }: Options): Promise<string | undefined> {
  const caFile = host.flags.caFile ?? host.env.CORDON_CA_FILE;
  if (caFile !== undefined) return readCaFile(caFile);
  if (caPin === undefined) return undefined;
  const { fetchPinnedRoot, parseFingerprint } = await import("@cordon/identity");
  const fingerprint = parseFingerprint(caPin);
  if (fingerprint === undefined) throw new AppError("cli.usage", "--ca-pin must be a SHA-256: 64 hex digits");
  return fetchPinnedRoot(url.origin, fingerprint, host.signal);
}

function tokenSource(host: Host, url: URL, { tokenFile }: Options): TokenSource {
  const file = tokenFile ?? host.env.CORDON_TOKEN_FILE;
  if (file === "-") return { kind: "stdin", read: host.readStdin };
  if (file !== undefined) return { kind: "file", file };
  const { ask } = host;
  if (ask !== undefined) return { kind: "prompt", ask: () => ask.secret(`Admin token of ${url.host}`) };
  throw new AppError(
    "cli.usage",
    "nobody can be asked for the token here: give --token-file <file>, or - for standard input",
  );
}

const readyFile = z.object({ urls: z.object({ api: z.url() }), adminTokenFile: z.string(), caFile: z.string() });

/** What a coordinator that runs leaves in its data directory for others on its machine. */
function readLocal(folder: string): { url: string; ca: string; token: TokenSource } {
  const file = path.join(folder, "ready.json");
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    const problem = `no coordinator runs on ${folder}, or you may not look into it: ${(cause as Error).message}`;
    throw new AppError("cli.usage", problem, { cause });
  }
  const ready = readyFile.parse(JSON.parse(text));
  return { url: ready.urls.api, ca: readCaFile(ready.caFile), token: { kind: "file", file: ready.adminTokenFile } };
}

async function onlyTenant(api: ReturnType<typeof createApiClient>): Promise<string | undefined> {
  const { items, more } = await api.list("/tenants", pageOf(tenant), { limit: 2 });
  return items.length === 1 && !more ? items[0]?.tenantId : undefined;
}

const EXAMPLES = [
  "cordon login https://cordon.example:7444 --ca-file ca.pem --tenant acme",
  "cordon login https://cordon.example:7444 --ca-pin 3f2a…c1 --token-file token.txt --profile production",
  "vault read -field=token cordon | cordon login https://cordon.example:7444 --token-file -",
  "cordon login --data-dir .data/coordinator",
];

const NOTES = `The token is read from a prompt, a file or standard input, never from an argument: others could see it there.
The profile file has mode 0600. TLS is always verified: against --ca-file, --ca-pin, or the roots that Node trusts.`;
