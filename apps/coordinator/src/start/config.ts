import path from "node:path";
import { fileURLToPath } from "node:url";
import { RETENTION_DAYS } from "@cordon/coordinator-core";
import { DEFAULT_MINIMUMS, type EndpointMinimums } from "@cordon/core/endpoint";
import { AppError, asAppError, type Secret } from "@cordon/core/kernel";
import { parseReleaseKey, type ReleaseKey } from "@cordon/core/release";
import { nearestName } from "@cordon/core/rules";
import * as z from "zod";
import { FORWARD_VARIABLES, type ForwardConfig, forwardProblems, toForwardConfig } from "../audit/forward-variables.ts";
import { LOGIN_VARIABLES, type LoginConfig, loginProblems, toLoginConfig } from "../login/login-settings.ts";
import { SIGNER_VARIABLES, type SignerConfig, toSignerConfig } from "../signer/signer-variables.ts";
import {
  type DatabaseConfig,
  SERVER_VARIABLES,
  serverProblems,
  toDatabaseConfig,
  withSecrets,
} from "./server-settings.ts";

const CHECKOUT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../../../..");
const MEBIBYTE = 1_048_576;

const port = z.coerce.number().int().min(0).max(65_535);
const bytes = z.coerce
  .number()
  .int()
  .min(1_024)
  .max(1_024 * MEBIBYTE);
const host = z.string().min(1).max(253);

/** All that the coordinator can be told, by environment variable. Flags of `main.ts` set the same names. */
const schema = z.object({
  /** Holds the CA's key, the admin token, the log and, unless another database is named, the database. Mode 0700. */
  CORDON_DATA_DIR: z
    .string()
    .min(1)
    .default(path.join(CHECKOUT, ".data", "coordinator")),
  ...SERVER_VARIABLES,
  ...SIGNER_VARIABLES,

  /** Address that all three listeners bind to. The default is reachable from this machine only; `0.0.0.0` is everywhere. */
  CORDON_HOST: host.default("127.0.0.1"),
  /** Ports; 0 is any free one, which the start banner names. */
  CORDON_INTAKE_PORT: port.default(7443),
  CORDON_API_PORT: port.default(7444),
  CORDON_GATEWAY_PORT: port.default(7445),
  /** The name or address by which KUMA, agents and admins reach this machine: in URLs that are handed out and in certificates. */
  CORDON_PUBLIC_HOST: host.default("localhost"),
  /** Further names and addresses for the listeners' certificates, separated by commas. */
  CORDON_CERTIFICATE_NAMES: z
    .string()
    .default("")
    .transform((text) =>
      text
        .split(",")
        .map((name) => name.trim())
        .filter((name) => name !== ""),
    )
    .pipe(z.array(host).max(50)),

  /** One request to the intake. KUMA's buffer holds 64 MB at most and 1 MB by default. */
  CORDON_INTAKE_BODY_BYTES_MAX: bytes.default(32 * MEBIBYTE),
  /** One event; KUMA's own bound is 4 MB. A larger one goes to quarantine. */
  CORDON_INTAKE_EVENT_BYTES_MAX: bytes.default(4 * MEBIBYTE),
  /** Bodies being received or waiting for the database; above it the intake answers 429. */
  CORDON_INTAKE_WAITING_BYTES_MAX: bytes.default(128 * MEBIBYTE),
  CORDON_INTAKE_WAITING_EVENTS_MAX: z.coerce.number().int().min(1).max(10_000_000).default(20_000),
  /** Offers of one site that wait for their receipt. */
  CORDON_OFFERS_IN_FLIGHT_MAX: z.coerce.number().int().min(1).max(10_000).default(256),

  /**
   * At a site with several agents the active one acts for so long after it last heard from here, and another takes over no
   * sooner. Shorter: a take-over comes sooner, and a break in the line stops the site sooner.
   */
  CORDON_ACTING_LEASE_SECONDS: z.coerce.number().int().min(2).max(600).default(30),

  /** How long agents' certificates live; each agent renews its own at about half of that. */
  CORDON_AGENT_CERTIFICATE_DAYS: z.coerce.number().int().min(1).max(90).default(14),
  /** For how long after its end an agent that was off may still renew its certificate without a person; 0: not at all. */
  CORDON_AGENT_RENEWAL_GRACE_DAYS: z.coerce.number().int().min(0).max(365).default(60),

  /** An endpoint whose Kaspersky Endpoint Security is known to be older is not asked for anything: response tasks came with 12.9. */
  CORDON_KES_VERSION_MIN: z
    .string()
    .regex(/^\d{1,4}(\.\d{1,6}){0,3}$/, "must be dotted numbers")
    .default(DEFAULT_MINIMUMS.kesVersion),

  /** Events, decisions and what is in quarantine are kept so long, by tenants that say nothing else, and less than a week more. */
  CORDON_RETENTION_DAYS: z.coerce
    .number()
    .int()
    .min(RETENTION_DAYS.min)
    .max(RETENTION_DAYS.max)
    .default(RETENTION_DAYS.default),

  /** Where releases of the agent are put, each in a folder of its version. Left out: `releases` in the data directory. */
  CORDON_RELEASES_DIR: z.string().min(1).optional(),
  /**
   * Ed25519 public keys that may sign releases, base64 of the SPKI form, separated by commas. Agents trust keys of their own
   * configuration; these only keep what no agent would take from being rolled out.
   */
  CORDON_RELEASE_KEYS: z
    .string()
    .default("")
    .transform((text, context) => {
      try {
        return text
          .split(",")
          .filter((key) => key.trim() !== "")
          .map(parseReleaseKey);
      } catch (error) {
        context.addIssue({ code: "custom", message: asAppError(error).message });
        return z.NEVER;
      }
    }),

  ...LOGIN_VARIABLES,
  ...FORWARD_VARIABLES,

  CORDON_LOG_LEVEL: z.enum(["debug", "info", "warn", "error"]).default("info"),
  /** JSON lines: to `coordinator.log` in the data directory, or to standard error. */
  CORDON_LOG: z.enum(["file", "stderr"]).default("file"),
});

export type ConfigName = keyof z.input<typeof schema>;

/** The process's environment with what its flags say instead. */
export function environmentWith(flags: Readonly<Record<string, string>>): Readonly<Record<string, string | undefined>> {
  return { ...process.env, ...flags };
}

export interface Config {
  readonly dataDirectory: string;
  /** Undefined: an own Postgres in the data directory. */
  readonly database: DatabaseConfig | undefined;
  readonly databaseConnectionsMax: number;
  readonly redisUrl: Secret | undefined;
  readonly host: string;
  readonly publicHost: string;
  readonly certificateNames: readonly string[];
  readonly ports: { readonly intake: number; readonly api: number; readonly gateway: number };
  readonly intake: {
    readonly bodyBytesMax: number;
    readonly eventBytesMax: number;
    readonly waitingBytesMax: number;
    readonly waitingEventsMax: number;
  };
  readonly offersInFlightMax: number;
  readonly actingLeaseMs: number;
  readonly agentCertificateMs: number;
  readonly agentRenewalGraceMs: number;
  /** What an endpoint must have for an action to be asked of it. */
  readonly minimums: EndpointMinimums;
  readonly retentionDays: number;
  /** Undefined: in the data directory. */
  readonly releasesDirectory: string | undefined;
  readonly releaseKeys: readonly ReleaseKey[];
  readonly login: LoginConfig;
  readonly signer: SignerConfig;
  /** Undefined: the audit is not forwarded. */
  readonly auditForward: ForwardConfig | undefined;
  readonly logLevel: "debug" | "info" | "warn" | "error";
  readonly log: "file" | "stderr";
}

/**
 * Throws `config.invalid` naming every wrong variable. A `CORDON_` name that is nearly one of ours is refused, because a typing
 * error is no default; others belong to other programs of ours that may share the environment.
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const secrets = withSecrets(environment);
  const given = Object.entries(secrets.environment).filter(([name, value]) => name.startsWith("CORDON_") && value);
  const names = Object.keys(schema.shape);
  const parsed = schema.safeParse(Object.fromEntries(given));
  const problems = [
    ...given.flatMap(([name]) => {
      const meant = names.includes(name) ? undefined : nearestName(name, names);
      return meant === undefined ? [] : [`${name} is not known; did you mean ${meant}?`];
    }),
    ...secrets.problems,
    ...(parsed.success ? serverProblems(parsed.data, parsed.data.CORDON_SIGNER_SOCKET !== undefined) : []),
    ...(parsed.success ? forwardProblems(parsed.data, parsed.data.CORDON_PLAINTEXT_SERVERS === "allowed") : []),
    ...loginProblems(given.map(([name]) => name)),
    ...(parsed.error?.issues ?? []).map((issue) => `${issue.path.join(".")}: ${issue.message}`),
  ];
  if (!parsed.success || problems.length > 0) {
    throw new AppError("config.invalid", problems.join("; "), { details: { problems } });
  }
  const values = parsed.data;
  return {
    dataDirectory: path.resolve(values.CORDON_DATA_DIR),
    database: toDatabaseConfig(values),
    databaseConnectionsMax: values.CORDON_DATABASE_CONNECTIONS_MAX,
    redisUrl: values.CORDON_REDIS_URL,
    host: values.CORDON_HOST,
    publicHost: values.CORDON_PUBLIC_HOST,
    certificateNames: [
      ...new Set([values.CORDON_PUBLIC_HOST, "localhost", "127.0.0.1", "::1", ...values.CORDON_CERTIFICATE_NAMES]),
    ],
    ports: { intake: values.CORDON_INTAKE_PORT, api: values.CORDON_API_PORT, gateway: values.CORDON_GATEWAY_PORT },
    intake: {
      bodyBytesMax: values.CORDON_INTAKE_BODY_BYTES_MAX,
      eventBytesMax: values.CORDON_INTAKE_EVENT_BYTES_MAX,
      waitingBytesMax: values.CORDON_INTAKE_WAITING_BYTES_MAX,
      waitingEventsMax: values.CORDON_INTAKE_WAITING_EVENTS_MAX,
    },
    offersInFlightMax: values.CORDON_OFFERS_IN_FLIGHT_MAX,
    actingLeaseMs: values.CORDON_ACTING_LEASE_SECONDS * 1_000,
    agentCertificateMs: values.CORDON_AGENT_CERTIFICATE_DAYS * 86_400_000,
    agentRenewalGraceMs: values.CORDON_AGENT_RENEWAL_GRACE_DAYS * 86_400_000,
    minimums: { ...DEFAULT_MINIMUMS, kesVersion: values.CORDON_KES_VERSION_MIN },
    retentionDays: values.CORDON_RETENTION_DAYS,
    releasesDirectory: values.CORDON_RELEASES_DIR === undefined ? undefined : path.resolve(values.CORDON_RELEASES_DIR),
    releaseKeys: values.CORDON_RELEASE_KEYS,
    login: toLoginConfig(values),
    signer: toSignerConfig(values),
    auditForward: toForwardConfig(values),
    logLevel: values.CORDON_LOG_LEVEL,
    log: values.CORDON_LOG,
  };
}
