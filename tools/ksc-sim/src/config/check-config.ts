import * as z from "zod";
import type { SimulatorConfig } from "../types.ts";
import { RIGHTS } from "../types.ts";
import type { Knobs } from "./knobs.ts";
import { DEFAULT_KNOBS } from "./knobs.ts";

/** A configuration that cannot be used; the message lists every mistake with its place. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

const CHOICES: Partial<Record<keyof Knobs, readonly string[]>> = {
  onOverlap: ["queue", "reset"],
  unknownHost: ["reject", "accept"],
  serviceConsole: ["up", "down"],
  scope: ["host", "server", "group"],
  victim: ["oldest", "oldestCompleted", "any"],
  isolationUnit: ["seconds", "minutes", "hours"],
  preventionWhenOff: ["noop", "fail"],
  preventionNeedsSwitch: ["off", "on"],
  taskPlacement: ["global", "local"],
  taskNameId: ["incident", "random"],
  extraBodyMembers: ["accept", "refuse"],
  nullInParams: ["accept", "refuse"],
};

const PROBABILITIES: readonly (keyof Knobs)[] = ["dropEvents", "dropAfterCommit"];

/** Built from the defaults, so that a new knob cannot be forgotten here. */
function knobSchema(name: keyof Knobs): z.ZodType {
  const choices = CHOICES[name];
  if (choices !== undefined) return z.enum(choices as [string, ...string[]]);
  const value = DEFAULT_KNOBS[name];
  if (typeof value === "boolean") return z.boolean();
  if (typeof value === "string") return z.string().min(1);
  if (PROBABILITIES.includes(name)) return z.number().min(0).max(1);
  return name === "consoleUtcOffsetMinutes" ? z.number().int().min(-720).max(840) : z.number().min(0);
}

export const knobsSchema = z
  .strictObject(Object.fromEntries(Object.keys(DEFAULT_KNOBS).map((name) => [name, knobSchema(name as keyof Knobs)])))
  .partial();

const port = z.number().int().min(0).max(65_535);
const count = z.number().int().min(0).max(100_000);
const behaviour = z.enum(["online", "offline", "slow", "fail", "warn", "never"]);
const attributes = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));

const userSchema = z.strictObject({
  user: z.string().min(1),
  password: z.string(),
  rights: z.union([z.literal("all"), z.array(z.enum(RIGHTS))]).optional(),
  denyMethods: z.array(z.string()).optional(),
  virtualServers: z.array(z.string()).optional(),
  webToken: z.string().min(1).optional(),
  totp: z.boolean().optional(),
});

const hostSchema = z.strictObject({
  id: z.string().min(1).optional(),
  name: z.string().min(1),
  fqdn: z.string().optional(),
  ip: z.string().optional(),
  kesVersion: z.string().optional(),
  behaviour: behaviour.optional(),
  attributes: attributes.optional(),
});

const serverSchema = z.strictObject({
  name: z.string().min(1),
  port: port.optional(),
  names: z.array(z.string().min(1)).optional(),
  user: z.string().min(1).optional(),
  password: z.string().optional(),
  users: z.array(userSchema).optional(),
  hosts: count.optional(),
  hostList: z.array(hostSchema).optional(),
  virtualServers: z.array(z.strictObject({ name: z.string().min(1), hosts: count.optional() })).optional(),
  secondaryOf: z.string().optional(),
  knobs: knobsSchema.optional(),
  version: z.string().optional(),
  serverHostId: z.string().min(1).optional(),
});

/** What a configuration file may hold. */
export const fileSchema = z.strictObject({
  servers: z.array(serverSchema).min(1),
  seed: z.number().int().optional(),
  timeScale: z.number().positive().optional(),
  host: z.string().optional(),
  controlPort: port.nullable().optional(),
  knobs: knobsSchema.optional(),
});

/** Throws ConfigError with every mistake: wrong shapes, double names, a hierarchy that is not a tree. */
export function checkConfig(config: SimulatorConfig): void {
  const { clock: _clock, ...plain } = config;
  const parsed = fileSchema.safeParse(plain);
  const mistakes = parsed.success
    ? []
    : parsed.error.issues.map((issue) => `${issue.path.join(".") || "configuration"}: ${issue.message}`);
  const names = config.servers?.map((server) => server.name) ?? [];
  for (const [index, name] of names.entries()) {
    if (names.indexOf(name) !== index) mistakes.push(`servers.${index}.name: "${name}" is used twice`);
    const primary = config.servers[index]?.secondaryOf;
    if (primary !== undefined && !names.includes(primary))
      mistakes.push(`servers.${index}.secondaryOf: no server "${primary}"`);
    else if (primary !== undefined && ancestors(config, name).includes(name))
      mistakes.push(`servers.${index}.secondaryOf: "${name}" is its own ancestor`);
  }
  if (mistakes.length > 0) throw new ConfigError(`The simulator's configuration is wrong:\n  ${mistakes.join("\n  ")}`);
}

function ancestors(config: SimulatorConfig, name: string): string[] {
  const found: string[] = [];
  let at = config.servers.find((server) => server.name === name)?.secondaryOf;
  while (at !== undefined && !found.includes(at)) {
    found.push(at);
    const above = at;
    at = config.servers.find((server) => server.name === above)?.secondaryOf;
  }
  return found;
}
