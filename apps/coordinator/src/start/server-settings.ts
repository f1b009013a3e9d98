import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { asAppError, isThisMachine, readPostgresUrl, Secret } from "@cordon/core/kernel";
import { parseRedisUrl } from "@cordon/queue";

import type { DatabaseLogins } from "@cordon/store";
import * as z from "zod";

/** A URL may carry a password, so it is a secret from here on; what is wrong with it is told without it. */
const serverUrl = (read: (url: Secret) => unknown) =>
  z.string().transform((text, context) => {
    const url = new Secret(text);
    try {
      read(url);
      return url;
    } catch (error) {
      context.addIssue({ code: "custom", message: asAppError(error).message.replace("config.invalid: ", "") });
      return z.NEVER;
    }
  });

/** Where Postgres and Redis are, by environment variable; part of the schema of `config.ts`. docs/database.md tells them by example. */
export const SERVER_VARIABLES = {
  /** As `cordon_app`: what is done for one tenant. Left out: an own Postgres in the data directory. */
  CORDON_DATABASE_URL: serverUrl(readPostgresUrl).optional(),
  /** The same database as `cordon_fleet`: what is done for all tenants at once. */
  CORDON_DATABASE_FLEET_URL: serverUrl(readPostgresUrl).optional(),
  /** As `cordon_owner`: migrations. */
  CORDON_DATABASE_OWNER_URL: serverUrl(readPostgresUrl).optional(),
  /** As `cordon_queue`: the dispatch queue, unless it is on Redis. */
  CORDON_DATABASE_QUEUE_URL: serverUrl(readPostgresUrl).optional(),
  /** As `cordon_signer`: what is signed. Not given with `CORDON_SIGNER_SOCKET`: then another process has it. */
  CORDON_DATABASE_SIGNER_URL: serverUrl(readPostgresUrl).optional(),
  /** `allowed`: `CORDON_DATABASE_URL` is of one login that takes on all roles, so that the walls stop mistakes and not thieves. */
  CORDON_DATABASE_ONE_LOGIN: z.enum(["refused", "allowed"]).default("refused"),
  /** Connections to Postgres of this process, the queue's not counted. */
  CORDON_DATABASE_CONNECTIONS_MAX: z.coerce.number().int().min(2).max(200).default(10),
  /** `redis://` or `rediss://`. Left out: the queue lives in the same Postgres. */
  CORDON_REDIS_URL: serverUrl(parseRedisUrl).optional(),
  /** `allowed`: Postgres and Redis on other machines may be spoken to in plain text. */
  CORDON_PLAINTEXT_SERVERS: z.enum(["refused", "allowed"]).default("refused"),
} as const;

const variables = z.object(SERVER_VARIABLES);
type ServerValues = z.output<typeof variables>;

/** May also be given by a file or by what a command says: `<name>_FILE`, `<name>_COMMAND`. */
export const SECRET_NAMES = [
  "CORDON_DATABASE_URL",
  "CORDON_DATABASE_FLEET_URL",
  "CORDON_DATABASE_OWNER_URL",
  "CORDON_DATABASE_QUEUE_URL",
  "CORDON_DATABASE_SIGNER_URL",
  "CORDON_REDIS_URL",
] as const;

/** Undefined: the embedded server. */
export type DatabaseConfig = { readonly logins: DatabaseLogins } | { readonly oneLogin: Secret };

type Environment = Readonly<Record<string, string | undefined>>;

const COMMAND_MS_MAX = 10_000;
const SECRET_BYTES_MAX = 65_536;

/** The environment with the secrets that its files and commands hold in their own places; and what went wrong with those. */
export function withSecrets(environment: Environment): {
  readonly environment: Environment;
  readonly problems: readonly string[];
} {
  const read: Record<string, string | undefined> = { ...environment };
  const problems: string[] = [];
  for (const name of SECRET_NAMES) {
    const file = take(read, `${name}_FILE`);
    const command = take(read, `${name}_COMMAND`);
    if ([environment[name], file, command].filter(Boolean).length > 1) {
      problems.push(`${name} is given in more than one way: keep one of ${name}, ${name}_FILE and ${name}_COMMAND`);
      continue;
    }
    try {
      if (file) read[name] = readFileSync(file, "utf8").trim();
      if (command) read[name] = sayOf(command);
    } catch (error) {
      // What a command says when it fails may be the very secret: only that it failed is told.
      const why = error instanceof Error && "code" in error ? String(error.code) : "it failed";
      problems.push(
        file ? `${name}_FILE: ${file} cannot be read (${why})` : `${name}_COMMAND: the command gave nothing (${why})`,
      );
    }
  }
  return { environment: read, problems };
}

function take(environment: Record<string, string | undefined>, name: string): string | undefined {
  const value = environment[name];
  delete environment[name];
  return value;
}

/** Its words are divided by blanks, and no shell is asked. */
function sayOf(command: string): string {
  const [program = "", ...words] = command.split(/\s+/).filter((word) => word !== "");
  return execFileSync(program, words, {
    encoding: "utf8",
    timeout: COMMAND_MS_MAX,
    maxBuffer: SECRET_BYTES_MAX,
    stdio: ["ignore", "pipe", "ignore"],
  }).trim();
}

/** What is missing for what is there, and what would be said in the open. */
export function serverProblems(values: ServerValues, signerElsewhere = false): readonly string[] {
  const { CORDON_DATABASE_URL: app, CORDON_DATABASE_FLEET_URL: fleet } = values;
  const { CORDON_DATABASE_OWNER_URL: owner, CORDON_DATABASE_QUEUE_URL: queue, CORDON_REDIS_URL: redis } = values;
  const oneLogin = values.CORDON_DATABASE_ONE_LOGIN === "allowed";
  const others = {
    CORDON_DATABASE_FLEET_URL: fleet,
    CORDON_DATABASE_OWNER_URL: owner,
    CORDON_DATABASE_QUEUE_URL: queue,
    CORDON_DATABASE_SIGNER_URL: values.CORDON_DATABASE_SIGNER_URL,
  };
  const given = Object.entries(others).filter(([, url]) => url !== undefined);
  const unused = [
    ...(redis === undefined ? [] : ["CORDON_DATABASE_QUEUE_URL"]),
    ...(signerElsewhere ? ["CORDON_DATABASE_SIGNER_URL"] : []),
  ];
  const wanted = Object.keys(others).filter((name) => !unused.includes(name));
  const missing = wanted.filter((name) => !given.some(([has]) => has === name));
  const databases =
    app === undefined
      ? given.map(([name]) => `${name} means nothing without CORDON_DATABASE_URL`)
      : oneLogin
        ? given.map(([name]) => `${name} means nothing with CORDON_DATABASE_ONE_LOGIN=allowed`)
        : missing.map(
            (name) =>
              `${name} must be given with CORDON_DATABASE_URL: each role of the database has its own login (docs/database.md)`,
          );
  return [...databases, ...inTheOpen(values)];
}

function inTheOpen(values: ServerValues): readonly string[] {
  if (values.CORDON_PLAINTEXT_SERVERS === "allowed") return [];
  return SECRET_NAMES.flatMap((name) => {
    const url = values[name];
    if (url === undefined) return [];
    const plain = name === "CORDON_REDIS_URL" ? isPlainRedis(url) : isPlainPostgres(url);
    if (!plain) return [];
    const mend = name === "CORDON_REDIS_URL" ? "use rediss://" : "add sslmode=verify-full";
    return [`${name} leads to another machine in plain text: ${mend}, or set CORDON_PLAINTEXT_SERVERS=allowed`];
  });
}

function isPlainPostgres(url: Secret): boolean {
  const { tls, isRemote } = readPostgresUrl(url);
  return isRemote && tls === undefined;
}

function isPlainRedis(url: Secret): boolean {
  const { tls, nodes } = parseRedisUrl(url);
  return !tls && nodes.some(({ host }) => !isThisMachine(host));
}

export function toDatabaseConfig(values: ServerValues): DatabaseConfig | undefined {
  const { CORDON_DATABASE_URL: app, CORDON_DATABASE_FLEET_URL: fleet } = values;
  const { CORDON_DATABASE_OWNER_URL: owner, CORDON_DATABASE_QUEUE_URL: queue } = values;
  if (app === undefined) return undefined;
  if (fleet === undefined || owner === undefined) return { oneLogin: app };
  // On Redis, nobody asks for the queue's.
  const { CORDON_DATABASE_SIGNER_URL: signer } = values;
  return { logins: { app, fleet, owner, queue: queue ?? app, ...(signer === undefined ? {} : { signer }) } };
}
