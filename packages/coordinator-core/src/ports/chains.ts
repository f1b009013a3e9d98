import type { ActionKind, ActionState } from "@cordon/core/action";
import type { ActionId, DecisionId, EpochMs, TenantId } from "@cordon/core/kernel";

export interface ChainRef {
  readonly tenantId: TenantId;
  /** The decision about its first action. */
  readonly chainId: DecisionId;
}

/** One action of a chain, as it is now. */
export interface ChainLink {
  readonly place: number;
  readonly onFailure: "stop" | "continue";
  /** Absent: it was never ordered. */
  readonly action?: { readonly actionId: ActionId; readonly kind: ActionKind; readonly state: ActionState };
  /** The action of which it waits for the end. */
  readonly waitsFor?: ActionId;
}

/** What becomes of the waiting links of a chain; those that are not named wait as before. */
export interface ChainMoves {
  /** It waits no more, and its action is to be let go. */
  readonly free: readonly number[];
  /** They wait no more, and never go out: their actions are `cancelled` with `action.chain_stopped` and this sentence. */
  readonly stop?: { readonly places: readonly number[]; readonly message: string };
  /** They wait for nothing any more: their actions have ended by themselves. */
  readonly done: readonly number[];
  /** They wait for another action than before. */
  readonly wait: readonly { readonly place: number; readonly on: ActionId }[];
}

export interface DueLink {
  readonly tenantId: TenantId;
  readonly actionId: ActionId;
  /** As planned: how long it may wait in all. */
  readonly deadline: EpochMs;
  /** How long it may take to be sent, from its release on. */
  readonly deadlineMs: number;
}

export interface ChainStore {
  /** Up to `limit` chains of which something that is waited for has ended; of one tenant only those that wait for these actions. */
  listSettled(
    limit: number,
    after?: { readonly tenantId: TenantId; readonly actionIds: readonly ActionId[] },
  ): Promise<readonly ChainRef[]>;
  /** In one transaction: the chain and its actions are locked, `decide` says what becomes of it, and that is written. */
  step(chain: ChainRef, decide: (links: readonly ChainLink[]) => ChainMoves, now: EpochMs): Promise<void>;
  /** Links that wait no more and whose actions are still to be let go, at most `limit`. */
  listDue(limit: number): Promise<readonly DueLink[]>;
  /** Their actions were let go, or ended, or somebody else will let them go. */
  settleDue(tenantId: TenantId, actionIds: readonly ActionId[]): Promise<void>;
}
