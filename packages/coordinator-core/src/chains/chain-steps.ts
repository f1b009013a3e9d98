import { type ActionId, asAppError, type Clock, epochMs, type Logger, type TenantId } from "@cordon/core/kernel";
import type { HeldRelease, ReleaseHeld } from "../actions/release-held.ts";
import type { ChainStore, DueLink } from "../ports/chains.ts";
import { decideChain } from "./decide-chain.ts";

/** Lets the actions of chains go, one after another, as those before them end. */
export interface ChainSteps {
  /** These actions have ended. Never fails and never waits: what does not get done is found by the sweep. */
  ended(tenantId: TenantId, actionIds: readonly ActionId[]): void;
  /** Everything that can go on by now; answers how many chains did. Throws `store.unavailable`. */
  run(): Promise<number>;
  idle(): Promise<void>;
}

/** Chains, and links to let go, in one look. */
const PAGE_ROWS = 500;
/** Looks of one run: far more than are ever due at once; the next run goes on. */
const PAGES_MAX = 200;
/** Actions that ended and were not looked at yet; beyond it the sweep looks. */
const WAITING_MAX = 10_000;

export function createChainSteps(deps: {
  readonly chains: ChainStore;
  readonly release: ReleaseHeld;
  readonly clock: Clock;
  readonly logger: Logger;
}): ChainSteps {
  const { chains, release, clock, logger } = deps;
  const waiting = new Map<TenantId, Set<ActionId>>();
  let running: Promise<void> | undefined;

  const stepAll = async (after?: Parameters<ChainStore["listSettled"]>[1]): Promise<number> => {
    let stepped = 0;
    for (let page = 0; page < PAGES_MAX; page++) {
      const found = await chains.listSettled(PAGE_ROWS, after);
      for (const chain of found) await chains.step(chain, decideChain, clock.now());
      stepped += found.length;
      if (found.length < PAGE_ROWS) break;
    }
    return stepped;
  };

  const letGo = async (tenantId: TenantId, links: readonly DueLink[]): Promise<void> => {
    const now = clock.now();
    const wishes = new Map(
      links.map(({ actionId, deadline, deadlineMs }) => [
        actionId,
        { actionId, deadline: epochMs(Math.min(deadline, now + deadlineMs)) },
      ]),
    );
    const answers = await release(tenantId, [...wishes.values()], {
      source: "rules",
      reason: "What it waited for in its chain has come.",
    });
    const settled = answers.filter((answer) => !isToBeTriedAgain(answer)).map(({ actionId }) => actionId);
    if (settled.length > 0) await chains.settleDue(tenantId, settled);
  };

  const letDueGo = async (): Promise<void> => {
    const due = await chains.listDue(PAGE_ROWS);
    for (const [tenantId, links] of Map.groupBy(due, (link) => link.tenantId)) await letGo(tenantId, links);
  };

  const work = async (): Promise<void> => {
    while (waiting.size > 0) {
      const [[tenantId, ids] = []] = waiting;
      if (tenantId === undefined || ids === undefined) break;
      waiting.delete(tenantId);
      try {
        if ((await stepAll({ tenantId, actionIds: [...ids] })) > 0) await letDueGo();
      } catch (error) {
        logger.warn("chain.step", { tenantId, outcome: "left_to_sweep", code: asAppError(error).code });
      }
    }
    running = undefined;
  };

  return {
    ended(tenantId, actionIds) {
      const ids = waiting.get(tenantId) ?? new Set();
      waiting.set(tenantId, ids);
      for (const actionId of actionIds) if (ids.size < WAITING_MAX) ids.add(actionId);
      running ??= work();
    },
    async run() {
      const stepped = await stepAll();
      await letDueGo();
      return stepped;
    },
    idle: async () => {
      await running;
    },
  };
}

/** A brake that holds it is lifted some day; another chain that it belongs to goes on by itself. */
function isToBeTriedAgain(answer: HeldRelease): boolean {
  return answer.kind === "held_back" || (answer.kind === "waits" && answer.for === "chain");
}
