import { readFile, stat } from "node:fs/promises";
import { Secret } from "@cordon/core/kernel";
import { CLAIM_LIMITS, GROUP_NAME, type GroupMap } from "@cordon/core/login";
import * as z from "zod";
import { loginConfigError, type OpenIdConfig } from "./login-settings.ts";
import type { OpenIdSettings } from "./openid-client.ts";

/** A secret is a line, a bundle of roots some hundred kilobytes. */
const FILE_BYTES_MAX = 1_048_576;
/** Anybody may read it, or others than its owner may change it. */
const TOO_OPEN = 0o026;

/** The settings with what stands in files. Throws `config.invalid`, which names the variable and what to do. */
export async function readLoginFiles(config: OpenIdConfig): Promise<OpenIdSettings> {
  const { clientSecretFile, groupsFile, caFile, ...settings } = config;
  return {
    ...settings,
    clientSecret: clientSecretFile === undefined ? undefined : await readSecret(clientSecretFile),
    groups: groupsFile === undefined ? undefined : await readGroups(groupsFile),
    ca: caFile === undefined ? undefined : await readRoots(caFile),
  };
}

async function readSecret(file: string): Promise<Secret> {
  const variable = "CORDON_OIDC_CLIENT_SECRET_FILE";
  const text = await read(variable, file);
  const { mode } = await stat(file);
  if (process.platform !== "win32" && (mode & TOO_OPEN) !== 0) {
    const octal = (mode & 0o777).toString(8).padStart(4, "0");
    throw loginConfigError(
      variable,
      `${file} has mode ${octal}, so others can read or change it; run: chmod 600 ${file}`,
    );
  }
  const secret = text.trim();
  if (secret === "" || /[\r\n]/.test(secret))
    throw loginConfigError(variable, `${file} must hold one line: the secret`);
  return new Secret(secret);
}

const groupMap = z.record(
  z
    .string()
    .regex(GROUP_NAME, "a group's name must be 1-64 characters of a-z, 0-9 and inner dots, dashes and underscores"),
  z.array(z.string().min(1).max(CLAIM_LIMITS.groupChars)).max(CLAIM_LIMITS.groups),
);

async function readGroups(file: string): Promise<GroupMap> {
  const variable = "CORDON_OIDC_GROUPS_FILE";
  const text = await read(variable, file);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw loginConfigError(variable, `${file} is not JSON`, cause);
  }
  const parsed = groupMap.safeParse(json);
  if (parsed.success) return new Map(Object.entries(parsed.data));
  const [issue] = parsed.error.issues;
  const said = issue?.code === "invalid_key" ? issue.issues[0]?.message : issue?.message;
  throw loginConfigError(variable, `${file}: ${issue?.path.join(".") ?? ""}: ${said ?? "is wrong"}`);
}

async function readRoots(file: string): Promise<string> {
  const variable = "CORDON_OIDC_CA_FILE";
  const text = await read(variable, file);
  if (text.includes("-----BEGIN CERTIFICATE-----")) return text;
  throw loginConfigError(variable, `${file} holds no certificate in PEM (-----BEGIN CERTIFICATE-----)`);
}

async function read(variable: string, file: string): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size > FILE_BYTES_MAX) throw loginConfigError(variable, `${file} is too large to be that`);
    return await readFile(file, "utf8");
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && typeof cause.code === "string" && cause.code.startsWith("E")) {
      throw loginConfigError(variable, `${file} cannot be read (${cause.code})`, cause);
    }
    throw cause;
  }
}
