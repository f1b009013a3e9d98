import { readFileSync } from "node:fs";
import path from "node:path";
import { type AgentSettings, DEFAULT_SETTINGS } from "@cordon/agent-core";
import { AppError, Secret } from "@cordon/core/kernel";
import { checkLedgerPolicy } from "@cordon/core/ledger";
import { parse, YAMLParseError } from "yaml";
import { z } from "zod";
import { readPrivateFile } from "./private-file.ts";

const count = (min: number, max: number) => z.int().min(min).max(max);
const seconds = (max = 30 * 86_400) => z.number().min(0.05).max(max);
const fileName = z.string().min(1);

const ksc = z.strictObject({
  /** Open API address of the Administration Server, `https://host:13299`. */
  url: z.url({ protocol: /^https$/, error: "must be https://host:port" }),
  /** KSC account; see docs/runbook.md for the rights it needs. */
  user: z.string().min(1),
  /** File with the password alone, mode 0600. Without it `CORDON_KSC_PASSWORD` must be set. */
  passwordFile: fileName.optional(),
  /** NT domain of a Windows account. */
  domain: z.string().optional(),
  /** True for an account that exists in KSC only. */
  internalUser: z.boolean().optional(),
  /** How KSC's certificate is known: exactly one of `pinSha256`, `pinFile` and `caFile`. */
  trust: z.strictObject({
    /** SHA-256 of the server's certificate; a list while it is being renewed. */
    pinSha256: z.union([z.string(), z.array(z.string()).min(1).max(8)]).optional(),
    /** PEM of the server's own certificate (klserver.cer). */
    pinFile: fileName.optional(),
    /** PEM of the CA that issued it. */
    caFile: fileName.optional(),
    /** With `caFile`: the name in the certificate, when it is not the address. */
    serverName: z.string().optional(),
  }),
  /** Virtual Administration Server to log on to. */
  virtualServer: z.string().min(1).optional(),
  /** Sessions towards KSC: how many requests are under way at once. */
  sessions: count(1, 32).default(4),
  loginMode: z.enum(["token", "connection"]).default("token"),
  timeoutSeconds: seconds(600).default(30),
});

const ledger = z.strictObject({
  /** Tasks that may exist on one endpoint, and how long one lives (kaspersky.md 2.6). */
  limit: count(1, 100_000).default(DEFAULT_SETTINGS.ledger.endpoint.limit),
  lifespanDays: z.number().positive().max(3_650).default(30),
  containReserve: count(0, 100_000).default(DEFAULT_SETTINGS.ledger.containReserve),
  remediateReserve: count(0, 100_000).default(DEFAULT_SETTINGS.ledger.remediateReserve),
  foreignMargin: count(0, 1_000).default(DEFAULT_SETTINGS.ledger.foreignMargin),
  occupancyMaxAgeSeconds: seconds().default(DEFAULT_SETTINGS.ledger.occupancyMaxAgeMs / 1_000),
  /** Count per KSC server as well; `foreignAssumed`: tasks of others on endpoints that were not looked at. */
  perServer: z.strictObject({ limit: count(1, 1_000_000), foreignAssumed: count(0, 1_000_000) }).optional(),
});

const { watch, doubt } = DEFAULT_SETTINGS;

const polling = z.strictObject({
  /** Shortest and longest time between two looks at one action. */
  minSeconds: seconds().default(watch.pollMinMs / 1_000),
  maxSeconds: seconds().default(watch.pollMaxMs / 1_000),
  /** Incident stored and no service console for so long: `no_console`. */
  consoleDeadlineSeconds: seconds().default(watch.consoleDeadlineMs / 1_000),
  /** Console connected and no task for so long: `unknown`. */
  taskDeadlineSeconds: seconds().default(watch.taskDeadlineMs / 1_000),
  /** Task not started, or not finished, for so long: a warning. */
  startWarnSeconds: seconds().default(watch.startWarnMs / 1_000),
  runWarnSeconds: seconds().default(watch.runWarnMs / 1_000),
  /** How often an endpoint with waiting orders is looked at for free slots. */
  deferredLookSeconds: seconds().default(watch.deferredLookMs / 1_000),
  inventorySeconds: seconds().default(DEFAULT_SETTINGS.inventoryIntervalMs / 1_000),
  budgetSeconds: seconds().default(DEFAULT_SETTINGS.budgetIntervalMs / 1_000),
  /** After a lost answer: how long KSC is given before "it is not there" is believed. */
  doubtSettleSeconds: seconds().default(doubt.settleMs / 1_000),
});

const agentConfig = z.strictObject({
  /** Ledger, identity and lock; 0700. Relative paths start at this file's folder. */
  stateDir: fileName,
  coordinator: z
    .strictObject({
      /** `wss://host:port`, when it is not the address that enrolment gave. */
      url: z.url({ protocol: /^wss$/, error: "must be wss://host:port" }).optional(),
    })
    .prefault({}),
  ksc,
  /** Everything about this site's KSC and KES that differs from the best guess; see packages/ksc/README.md. */
  edr: z.record(z.string(), z.unknown()).prefault({}),
  ledger: ledger.prefault({}),
  polling: polling.prefault({}),
  log: z
    .strictObject({
      level: z.enum(["debug", "info", "warn", "error", "silent"]).default("info"),
      /** JSON lines go to stderr, or are appended to this file. */
      file: fileName.optional(),
    })
    .prefault({}),
  /** How long calls under way may take to end when the agent is told to stop. */
  stopGraceSeconds: seconds(300).default(10),
});

export type AgentConfig = z.output<typeof agentConfig> & {
  readonly kscPassword: () => Secret;
};

/** Reads and checks the configuration. Throws `config.invalid` that names every wrong field at once. */
export function loadConfig(file: string, env: Readonly<Record<string, string | undefined>>): AgentConfig {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new AppError("config.invalid", `cannot read ${file}: ${(cause as Error).message}`, { cause });
  }
  return parseConfig(text, { file, env });
}

export function parseConfig(
  text: string,
  source: { readonly file: string; readonly env: Readonly<Record<string, string | undefined>> },
): AgentConfig {
  const { file, env } = source;
  const parsed = agentConfig.safeParse(parseYaml(text, file));
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path: at, message }) => `${at.join(".") || "the file"}: ${message}`);
    throw new AppError("config.invalid", `${file}: ${problems.join("; ")}`, { details: { problems } });
  }
  const base = path.dirname(path.resolve(file));
  const absolute = (name: string) => path.resolve(base, name);
  const { data } = parsed;
  const { trust } = data.ksc;
  const named = [trust.pinSha256, trust.pinFile, trust.caFile].filter((one) => one !== undefined).length;
  if (named !== 1) {
    const text =
      "ksc.trust: give exactly one of pinSha256, pinFile and caFile; copy klserver.cer from the server to pin it";
    throw new AppError("config.invalid", `${file}: ${text}`);
  }
  const config: AgentConfig = {
    ...data,
    stateDir: absolute(data.stateDir),
    ksc: {
      ...data.ksc,
      ...optionalPath("passwordFile", data.ksc.passwordFile, absolute),
      trust: {
        ...trust,
        ...optionalPath("pinFile", trust.pinFile, absolute),
        ...optionalPath("caFile", trust.caFile, absolute),
      },
    },
    log: { ...data.log, ...optionalPath("file", data.log.file, absolute) },
    kscPassword: () => passwordOf(config.ksc.passwordFile, env),
  };
  // What one field cannot tell: whether the ledger's numbers fit each other.
  settingsOf(config);
  return config;
}

function parseYaml(text: string, file: string): unknown {
  try {
    return parse(text, { prettyErrors: true });
  } catch (cause) {
    if (cause instanceof YAMLParseError) throw new AppError("config.invalid", `${file}: ${cause.message}`, { cause });
    throw cause;
  }
}

function optionalPath<K extends string>(key: K, name: string | undefined, absolute: (name: string) => string) {
  return (name === undefined ? {} : { [key]: absolute(name) }) as { [P in K]?: string };
}

function passwordOf(file: string | undefined, env: Readonly<Record<string, string | undefined>>): Secret {
  if (file !== undefined) return readPrivateFile(file, "ksc.passwordFile");
  const value = env.CORDON_KSC_PASSWORD;
  if (value !== undefined && value !== "") return new Secret(value);
  throw new AppError(
    "config.invalid",
    "no KSC password: set ksc.passwordFile, or CORDON_KSC_PASSWORD in the environment",
  );
}

/** The configuration in the words of the use cases. */
export function settingsOf(config: AgentConfig): AgentSettings {
  const { ledger: slots, polling: pace } = config;
  const ms = (value: number) => Math.round(value * 1_000);
  const lifespanMs = slots.lifespanDays * 86_400_000;
  return {
    ...DEFAULT_SETTINGS,
    ledger: checkLedgerPolicy({
      ...DEFAULT_SETTINGS.ledger,
      endpoint: { limit: slots.limit, lifespanMs },
      containReserve: slots.containReserve,
      remediateReserve: slots.remediateReserve,
      foreignMargin: slots.foreignMargin,
      occupancyMaxAgeMs: ms(slots.occupancyMaxAgeSeconds),
      ...(slots.perServer === undefined ? {} : { server: { ...slots.perServer, lifespanMs } }),
    }),
    submissionsMax: config.ksc.sessions,
    doubt: { ...DEFAULT_SETTINGS.doubt, settleMs: ms(pace.doubtSettleSeconds) },
    watch: {
      ...DEFAULT_SETTINGS.watch,
      pollMinMs: ms(pace.minSeconds),
      pollMaxMs: Math.max(ms(pace.minSeconds), ms(pace.maxSeconds)),
      consoleDeadlineMs: ms(pace.consoleDeadlineSeconds),
      taskDeadlineMs: ms(pace.taskDeadlineSeconds),
      startWarnMs: ms(pace.startWarnSeconds),
      runWarnMs: ms(pace.runWarnSeconds),
      deferredLookMs: ms(pace.deferredLookSeconds),
    },
    inventoryIntervalMs: ms(pace.inventorySeconds),
    budgetIntervalMs: ms(pace.budgetSeconds),
  };
}
