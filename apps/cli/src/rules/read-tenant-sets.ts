import { readdirSync, statSync } from "node:fs";
import path from "node:path";
import type { RuleFile } from "@cordon/contracts";
import { AppError } from "@cordon/core/kernel";
import { readRuleFiles } from "./read-rule-files.ts";

/** One tenant's files. */
export interface TenantSet {
  readonly tenantId: string;
  readonly files: readonly RuleFile[];
}

const SLUG = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/;

/**
 * A folder of rule files is the set of the tenant that is meant; a folder of folders holds one set for each tenant, under the
 * tenant's id, and so does its folder `tenants`.
 */
export function readTenantSets(place: string, tenant: string | undefined): readonly TenantSet[] {
  const within = path.join(place, "tenants");
  if (statSync(within, { throwIfNoEntry: false })?.isDirectory() === true) return readTenantSets(within, tenant);
  const folders = tenantFoldersIn(place);
  if (folders.length > 0) {
    return folders
      .filter((name) => tenant === undefined || name === tenant)
      .map((tenantId) => ({ tenantId, files: readRuleFiles([path.join(place, tenantId)]) }));
  }
  if (tenant === undefined) {
    throw new AppError(
      "cli.usage",
      `${place} holds the rules of one tenant: name it with --tenant, or give a folder with one folder per tenant`,
    );
  }
  return [{ tenantId: tenant, files: readRuleFiles([place]) }];
}

function tenantFoldersIn(place: string): readonly string[] {
  const found = statSync(place, { throwIfNoEntry: false });
  if (found === undefined) throw new AppError("cli.usage", `there is no file or folder ${place}`);
  if (!found.isDirectory()) return [];
  const entries = readdirSync(place, { withFileTypes: true });
  if (entries.some((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))) return [];
  return entries
    .filter((entry) => entry.isDirectory() && SLUG.test(entry.name))
    .map(({ name }) => name)
    .sort();
}
