import { readFileSync } from "node:fs";
import path from "node:path";
import { pageOf, tenant } from "@cordon/contracts/api";
import { AppError, type Secret } from "@cordon/core/kernel";
import * as z from "zod";
import { createApiClient } from "../api/api-client.ts";
import { createSend } from "../api/send-request.ts";
import { addExamples } from "../command/examples.ts";
import type { Host, RegisterCommand } from "../command/host.ts";
import { type BrowserLogin, loginByBrowser } from "../login/browser-login.ts";
import { createLoginApi } from "../login/login-api.ts";
import { PROFILE_NAME, type Profile, profileFileName, readProfiles, writeProfiles } from "../profile/profile-file.ts";
import { readToken, type TokenSource } from "../profile/read-token.ts";
import { parseCoordinatorUrl, readCaFile } from "../profile/settings.ts";
import { formatFields } from "../show/table.ts";

interface Options {
  readonly caPin?: string | undefined;
  readonly tokenFile?: string | undefined;
  readonly dataDir?: string | undefined;
  readonly askToken?: boolean | undefined;
  readonly open: boolean;
}

export const registerLogin: RegisterCommand = (program, host) => {
  const command = program
    .command("login")
    .description("sign in at a coordinator, and keep its address, its root certificate and the token in a profile")
    .argument("[url]", "https://host:port of the coordinator's API; the profile's own when it is left out")
    .option("--ca-pin <sha256>", "fetch the root that the coordinator shows, and trust it if this is its fingerprint")
    .option("--token-file <file>", "file with a token; - reads it from standard input; nobody has to sign in then")
    .option("--ask-token", "ask for a token, also where people sign in with a browser")
    .option("--no-open", "print the address to sign in at, and open no browser")
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
  const token =
    local === undefined ? await tokenFor(host, { url, ca, open: options.open }, options) : await readToken(local.token);
  const send = createSend({ url, ca, token, env: host.env });
  const session = await createLoginApi(send, host.signal).session();
  const api = createApiClient(send, host.signal);
  const known = sameAsBefore && before.tenant !== undefined ? before.tenant : undefined;
  const tenantId = host.flags.tenant ?? known ?? (session.rights ? await onlyTenant(api) : undefined);
  const profile: Profile = {
    url: url.origin,
    token: token.reveal(),
    ...(ca === undefined ? {} : { ca }),
    ...(tenantId === undefined ? {} : { tenant: tenantId }),
  };
  await writeProfiles(file, { ...profiles, current: name, profiles: { ...profiles.profiles, [name]: profile } });
  const shown = { profile: name, url: url.origin, tenant: tenantId, file, name: session.name, rights: session.rights };
  host.print(shown, () =>
    [
      `Logged in to ${url.origin} as ${session.name}.`,
      formatFields([
        ["profile", name],
        ["rights", session.rights ? undefined : NO_RIGHTS],
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

/** What the user said comes first; then the way that the coordinator offers. */
async function tokenFor(host: Host, login: BrowserLogin, options: Options): Promise<Secret> {
  const said = options.askToken === true || options.tokenFile !== undefined || host.env.CORDON_TOKEN_FILE !== undefined;
  if (!said) {
    const open = createLoginApi(createSend({ ...login, token: undefined, env: host.env }), host.signal);
    if ((await open.methods())?.openId === true) return loginByBrowser(host, login);
  }
  return readToken(tokenSource(host, login.url, options));
}

function tokenSource(host: Host, url: URL, { tokenFile }: Options): TokenSource {
  const file = tokenFile ?? host.env.CORDON_TOKEN_FILE;
  if (file === "-") return { kind: "stdin", read: host.readStdin };
  if (file !== undefined) return { kind: "file", file };
  const { ask } = host;
  if (ask !== undefined) return { kind: "prompt", ask: () => ask.secret(`Token for ${url.host}`) };
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
  "cordon login https://cordon.example:7444 --ca-file ca.pem --no-open",
];

const NO_RIGHTS = "none yet: an administrator has to give you, or one of your groups, a role";

const NOTES = `Where the coordinator knows an OpenID provider, you sign in with a browser on this machine, and a token of this command line's own
is kept, which ends by itself. Another token is read from a prompt, a file or standard input, never from an argument: others could see it there.
The profile file has mode 0600. TLS is always verified: against --ca-file, --ca-pin, or the roots that Node trusts.`;
