import type { Brake, BrakeScope, BrakeType } from "@cordon/core/guards";
import type { EpochMs, TenantId } from "@cordon/core/kernel";

export interface BrakeLift {
  readonly at: EpochMs;
  readonly by: string;
  readonly reason: string;
}

/** A brake with its end, if it has one. */
export type BrakeRecord = Brake & { readonly lift?: BrakeLift };

/** Whose brakes: one tenant's own, or those that name every tenant. */
export type BrakeOwner = TenantId | "everyTenant";

export interface BrakeFilter {
  readonly type?: BrakeType;
  /** Only those that nobody has lifted. */
  readonly inForceOnly?: boolean;
  /** Keyset, newest first: the last row of the page before. */
  readonly after?: { readonly setAt: EpochMs; readonly brakeId: string };
  readonly limit: number;
}

export interface BrakeStore {
  /** All that nobody has lifted and that name the tenant or every tenant, oldest first. */
  inForce(tenantId: TenantId): Promise<readonly Brake[]>;
  /** `too_many`: the owner has `inForceMax` in force already. */
  addBrake(brake: Brake, inForceMax: number): Promise<"added" | "no_tenant" | "no_site" | "too_many">;
  getBrake(owner: BrakeOwner, brakeId: string): Promise<BrakeRecord | undefined>;
  /** A tenant's list holds those of every tenant as well: they bind it, too. */
  listBrakes(owner: BrakeOwner, filter: BrakeFilter): Promise<readonly BrakeRecord[]>;
  /** False when the owner has no such brake in force. */
  liftBrake(owner: BrakeOwner, brakeId: string, lift: BrakeLift): Promise<boolean>;
  /** Actions in the scope that were not handed to an agent yet. */
  countUnsent(scope: BrakeScope): Promise<number>;
}
