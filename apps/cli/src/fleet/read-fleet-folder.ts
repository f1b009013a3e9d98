import { readdirSync, statSync } from "node:fs";
import path from "node:path";
import { printRuleFileProblem } from "@cordon/contracts";
import type { RuleRolloutPolicy } from "@cordon/contracts/api";
import { loadRolloutFile } from "@cordon/contracts/fleet";
import { AppError } from "@cordon/core/kernel";
import { nearestName } from "@cordon/core/rules";
import { contentOfRules, readText } from "../rules/read-rule-files.ts";
import { readTenantSets, type TenantSet } from "../rules/read-tenant-sets.ts";

/** What a folder kept in version control says of a fleet. */
export interface FleetFolder {
  /** Absent: the folder does not say how a rollout is to go. */
  readonly policy?: RuleRolloutPolicy;
  /** By tenant id; at least one. */
  readonly tenants: readonly FleetTenant[];
}

export interface FleetTenant {
  readonly tenantId: string;
  /** What the rules say, whatever files they stand in. */
  readonly contentHash: string;
}

const POLICY_FILE = "rollout.yaml";
const TENANTS = "tenants";
const YAML = /\.ya?ml$/;
/** May stand anywhere, for people. */
const NOTES = /^(?:\.|README)/;

/**
 * ```text
 * rollout.yaml            waves, gates (may be absent)
 * tenants/<tenant>/*.yaml the tenant's whole rule set
 * ```
 * Anything else is a slip and refused by name, or it would be left out without a word. A folder without `tenants` holds rule files
 * as `cordon plan` takes them, and a tenant that is named is the only one that is meant, there as here. Every mistake of all files is named.
 */
export function readFleetFolder(folder: string, tenant: string | undefined): FleetFolder {
  const problems: string[] = [];
  if (!namesIn(folder).includes(TENANTS)) {
    return { tenants: loadAll(readTenantSets(folder, tenant), problems) };
  }
  refuseStrange(folder, namesIn(folder), (name) => name === POLICY_FILE || name === TENANTS, [POLICY_FILE, TENANTS]);
  const within = path.join(folder, TENANTS);
  for (const id of namesIn(within)) {
    const own = path.join(within, id);
    refuseStrange(own, namesIn(own), (name) => YAML.test(name), ["rule files that end in .yaml"]);
  }
  const policy = namesIn(folder).includes(POLICY_FILE)
    ? loadPolicy(path.join(folder, POLICY_FILE), problems)
    : undefined;
  const tenants = loadAll(readTenantSets(within, tenant), problems);
  return { tenants, ...(policy === undefined ? {} : { policy }) };
}

function loadPolicy(file: string, problems: string[]): RuleRolloutPolicy | undefined {
  const loaded = loadRolloutFile({ name: file, text: readText(file) });
  if (loaded.ok) return loaded.policy;
  problems.push(...loaded.problems.map(printRuleFileProblem));
  return undefined;
}

function loadAll(sets: readonly TenantSet[], problems: string[]): readonly FleetTenant[] {
  const tenants = sets.flatMap(({ tenantId, files }): readonly FleetTenant[] => {
    const content = contentOfRules(files);
    if (typeof content === "string") return [{ tenantId, contentHash: content }];
    problems.push(...content.map(printRuleFileProblem));
    return [];
  });
  if (problems.length > 0) throw new AppError("rules.invalid", problems.join("\n"));
  return tenants;
}

function namesIn(folder: string): readonly string[] {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (!found?.isDirectory()) throw new AppError("cli.usage", `there is no folder ${folder}`);
  return readdirSync(folder)
    .filter((name) => !NOTES.test(name))
    .sort();
}

function refuseStrange(
  folder: string,
  names: readonly string[],
  isKnown: (name: string) => boolean,
  known: readonly string[],
): void {
  const strange = names.find((name) => !isKnown(name));
  if (strange === undefined) return;
  const near = nearestName(strange, known);
  const mend = near === undefined ? `known here: ${known.join(", ")}` : `did you mean ${near}?`;
  throw new AppError("cli.usage", `${path.join(folder, strange)} is nothing that this folder may have; ${mend}`);
}
