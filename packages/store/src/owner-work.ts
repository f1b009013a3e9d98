import type { BrakeOwner } from "@cordon/coordinator-core";
import type { Database, Work } from "./database.ts";

/** What has one tenant is done behind its wall; what is every tenant's, as the fleet. */
export function ownerWork(database: Database, owner: BrakeOwner): Work {
  return owner === "everyTenant" ? database.asFleet : database.forTenant(owner);
}
