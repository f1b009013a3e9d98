import { readFileSync } from "node:fs";
import path from "node:path";
import { AppError, type Secret } from "@cordon/core/kernel";
import { parse, YAMLParseError } from "yaml";
import * as z from "zod/mini";
import { coordinatorSection } from "./coordinator-section.ts";
import { evidenceSection } from "./evidence-section.ts";
import { fileName, optionalPath, seconds } from "./fields.ts";
import { inventorySection } from "./inventory-section.ts";
import { isolationSection } from "./isolation-section.ts";
import { finishKsc, kscPasswordOf, kscSection } from "./ksc-section.ts";
import { ledgerSection } from "./ledger-section.ts";
import { logSection } from "./log-section.ts";
import { policySection } from "./policy-section.ts";
import { pollingSection } from "./polling-section.ts";
import { finishProxy, type ProxyConfig, proxySection } from "./proxy-section.ts";
import { settingsOf } from "./settings.ts";
import { checkUpdate, updateSection } from "./update-section.ts";

const agentConfig = z.strictObject({
  /** Ledger, identity and lock; 0700. Relative paths start at this file's folder. */
  stateDir: fileName,
  coordinator: z.prefault(coordinatorSection, {}),
  proxy: z.prefault(proxySection, {}),
  /** This agent is its site's second: it waits until the active one is gone. Both need an enrolment and a `stateDir` of their own. */
  standBy: z._default(z.boolean(), false),
  ksc: kscSection,
  /** Everything about this site's KSC and KES that differs from the best guess; see packages/ksc/README.md. */
  edr: z.prefault(z.record(z.string(), z.unknown()), {}),
  ledger: z.prefault(ledgerSection, {}),
  polling: z.prefault(pollingSection, {}),
  isolation: z.prefault(isolationSection, {}),
  inventory: z.prefault(inventorySection, {}),
  evidence: z.prefault(evidenceSection, {}),
  policy: z.prefault(policySection, {}),
  log: z.prefault(logSection, {}),
  update: z.prefault(updateSection, {}),
  /** How long calls under way may take to end when the agent is told to stop. */
  stopGraceSeconds: z._default(seconds(300), 10),
});

export type AgentConfig = Omit<z.output<typeof agentConfig>, "policy" | "proxy" | "evidence"> & {
  readonly evidence: { readonly enabled: boolean; readonly maxBytes: number; readonly folder: string };
  readonly proxy: ProxyConfig | undefined;
  readonly policy: { readonly file?: string; readonly killSwitchFile: string };
  readonly kscPassword: () => Secret;
  /** What a program that the agent starts gets of its environment: to be found, and to run. */
  readonly programEnv: Readonly<Record<"PATH" | "SystemRoot", string | undefined>>;
};

export interface ConfigSource {
  readonly file: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Reads and checks the configuration. Throws `config.invalid` that names every wrong field at once. */
export function loadConfig(file: string, env: ConfigSource["env"]): AgentConfig {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === "ENOENT";
    const text = missing
      ? `there is no ${path.resolve(file)}: name the configuration with -c <file>, or in CORDON_AGENT_CONFIG`
      : `cannot read ${file}: ${(cause as Error).message}`;
    throw new AppError("config.invalid", text, { cause });
  }
  return parseConfig(text, { file, env });
}

export function parseConfig(text: string, { file, env }: ConfigSource): AgentConfig {
  const parsed = agentConfig.safeParse(parseYaml(text, file));
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path: at, message }) => `${at.join(".") || "the file"}: ${message}`);
    throw new AppError("config.invalid", `${file}: ${problems.join("; ")}`, { details: { problems } });
  }
  const base = path.dirname(path.resolve(file));
  const absolute = (name: string) => path.resolve(base, name);
  const { data } = parsed;
  const config: AgentConfig = {
    ...data,
    stateDir: absolute(data.stateDir),
    ksc: finishKsc(data.ksc, absolute, file),
    proxy: finishProxy(data.proxy, { file, absolute, env }),
    policy: {
      ...optionalPath("file", data.policy.file, absolute),
      killSwitchFile: absolute(data.policy.killSwitchFile ?? path.join(data.stateDir, "KILL")),
    },
    evidence: {
      ...data.evidence,
      folder: absolute(data.evidence.folder ?? path.join(data.stateDir, "evidence")),
    },
    update: checkUpdate(data.update, file),
    log: { ...data.log, ...optionalPath("file", data.log.file, absolute) },
    programEnv: { PATH: env.PATH, SystemRoot: env.SystemRoot },
    kscPassword: () => kscPasswordOf(config.ksc.passwordFile, env),
  };
  if (config.ksc.throughProxy && config.proxy === undefined) {
    throw new AppError("config.invalid", `${file}: ksc.throughProxy: there is no proxy; name one under proxy`);
  }
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
