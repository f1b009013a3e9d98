import { readFileSync } from "node:fs";
import { AppError, Secret } from "@cordon/core/kernel";
import { type Profile, type ProfileFile, profileFileName, readProfiles } from "./profile-file.ts";
import { readToken } from "./read-token.ts";

/** What the command line says about the coordinator; each is optional. */
export interface TargetFlags {
  readonly profile?: string | undefined;
  readonly url?: string | undefined;
  readonly caFile?: string | undefined;
  readonly tenant?: string | undefined;
}

export interface Settings {
  readonly profile: string;
  readonly url: URL;
  readonly ca: string | undefined;
  readonly token: Secret;
  /** Undefined: neither said nor kept. */
  readonly tenant: string | undefined;
}

type Env = Readonly<Record<string, string | undefined>>;

/** Flags before environment before profile. Throws `cli.not_logged_in`, `cli.profile_invalid`, `cli.usage`. */
export async function readSettings(flags: TargetFlags, env: Env): Promise<Settings> {
  const file = profileFileName(env);
  const profiles = await readProfiles(file);
  const { name, profile } = chooseProfile(profiles, flags, env);
  const given = flags.url ?? env.CORDON_COORDINATOR_URL ?? profile?.url;
  if (given === undefined) throw new AppError("cli.not_logged_in", `profile "${name}" is not in ${file}`);
  const url = parseCoordinatorUrl(given);
  const caFile = flags.caFile ?? env.CORDON_CA_FILE;
  // What was kept for one coordinator is not shown to another: neither its token nor trust in its root.
  const kept = profile !== undefined && parseCoordinatorUrl(profile.url).origin === url.origin ? profile : undefined;
  const token = await tokenOf(env, kept);
  if (token === undefined) {
    throw new AppError("cli.not_logged_in", `no token for ${url.origin} in profile "${name}" of ${file}`);
  }
  return {
    profile: name,
    url,
    ca: caFile === undefined ? kept?.ca : readCaFile(caFile),
    token,
    tenant: flags.tenant ?? env.CORDON_TENANT ?? kept?.tenant,
  };
}

/** A variable that is set to nothing is not set. */
export function withoutEmpty(env: Env): Env {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ""));
}

/** The profile that is asked for. One that was named must be there, unless it is about to be made. */
export function chooseProfile(
  profiles: ProfileFile,
  flags: TargetFlags,
  env: Env,
): { name: string; profile?: Profile } {
  const named = flags.profile ?? env.CORDON_PROFILE;
  const name = named ?? profiles.current;
  const profile = profiles.profiles[name];
  if (profile !== undefined) return { name, profile };
  if (named === undefined) return { name };
  const known = Object.keys(profiles.profiles);
  const there = known.length === 0 ? "there are none yet" : `there are: ${known.join(", ")}`;
  throw new AppError("cli.not_logged_in", `there is no profile "${name}"; ${there}`);
}

export function parseCoordinatorUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "https:" && url.username === "" && url.password === "") return new URL(url.origin);
  throw new AppError("cli.usage", `"${text}" is not an address like https://cordon.example:7444`);
}

export function readCaFile(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new AppError("cli.usage", `the CA file cannot be read: ${(cause as Error).message}`, { cause });
  }
  if (text.includes("-----BEGIN CERTIFICATE-----")) return text;
  throw new AppError("cli.usage", `${file} holds no certificate in PEM (-----BEGIN CERTIFICATE-----)`);
}

async function tokenOf(env: Env, kept: Profile | undefined): Promise<Secret | undefined> {
  if (env.CORDON_ADMIN_TOKEN) return new Secret(env.CORDON_ADMIN_TOKEN.trim());
  if (env.CORDON_TOKEN_FILE) return readToken({ kind: "file", file: env.CORDON_TOKEN_FILE });
  return kept?.token === undefined ? undefined : new Secret(kept.token);
}
