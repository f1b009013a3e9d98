import { STATUS_MESSAGE_CHARS_MAX } from "@cordon/core/action";
import { type Clock, type EpochMs, type ErrorCode, errorSpec, type Logger, type TenantId } from "@cordon/core/kernel";
import type { ActionMove, ActionStore, DispatchableAction, MoveResult } from "../ports/action-store.ts";
import type { JobSettlement, TakenJob } from "../ports/dispatch-queue.ts";
import type { RedeliveryStore } from "../ports/redelivery-store.ts";
import type { OfferVerdict, SiteLink } from "../ports/site-link.ts";
import { createTenantLine } from "../tenant-line.ts";

/** What an offer came to; `overdue` was not sent at all [D6], nor was what a brake holds back. */
export type Receipt = OfferVerdict | "overdue" | HeldBack;

export interface HeldBack {
  readonly kind: "held_back";
  readonly code: ErrorCode;
  readonly message: string;
}

export interface ReceiptBook {
  /** Writes the receipt to the record, together with others that come meanwhile, and answers what is to become of the job. */
  record(job: TakenJob, receipt: Receipt, link: SiteLink, action: DispatchableAction): Promise<JobSettlement>;
  /** It was to be offered again, and needs no offer any more. */
  settled(job: TakenJob, link: SiteLink): void;
}

interface Entry {
  readonly job: TakenJob;
  readonly action: DispatchableAction;
  readonly receipt: Receipt;
  readonly link: SiteLink;
  readonly resolve: (settlement: JobSettlement) => void;
}

/** After trouble with the record a job waits so long before it is offered again; the agent answers `duplicate` if it has it. */
export const TROUBLE_DELAY_MS = 1_000;
const REFUSAL_DELAY = { firstMs: 5_000, maxMs: 60_000 } as const;
/** So long after a brake was lifted what it held back is offered at the latest, and once more the dispatcher's slow look. */
const HELD_BACK_DELAY = { firstMs: 2_000, maxMs: 20_000 } as const;
const RECEIPTS_PER_WRITE_MAX = 500;

/** The record's side of dispatch. */
export function createReceiptBook(deps: {
  readonly store: Pick<ActionStore, "move">;
  readonly redeliveries: Pick<RedeliveryStore, "answered">;
  readonly clock: Clock;
  readonly logger: Logger;
}): ReceiptBook {
  const { store, redeliveries, clock, logger } = deps;

  const write = async (tenantId: TenantId, entries: readonly Entry[]): Promise<void> => {
    const now = clock.now();
    const moves = entries.map((entry) => movesOf(entry, now));
    try {
      const results = await store.move(tenantId, moves.flat(), now);
      cancelWhatWasEnded(entries, results);
      const fenced = new Set(results.flatMap(({ actionId, outcome }) => (outcome === "fenced" ? [actionId] : [])));
      // Whoever is active by now is asked; that another one may have it is said in the offer.
      for (const { job, receipt, resolve } of entries) {
        if (fenced.has(job.actionId)) resolve({ kind: "again", delayMs: TROUBLE_DELAY_MS });
        else resolve(isHeldBack(receipt) ? { kind: "again", delayMs: HELD_BACK_DELAY.firstMs } : { kind: "done" });
      }
      for (const { job, receipt, action, link } of entries) {
        if (action.redelivered && !isHeldBack(receipt) && !fenced.has(job.actionId)) settled(job, link);
      }
    } catch (error) {
      logger.warn("action.receipt", {
        tenantId,
        outcome: "record_failed",
        receipts: entries.length,
        error: String(error),
      });
      // Offered again later: the agent answers `duplicate`, and that is recorded then.
      for (const { resolve } of entries) resolve({ kind: "again", delayMs: TROUBLE_DELAY_MS });
    }
  };

  /** Someone ended the action while its offer was on the way, and the agent took it: it has to be told. */
  const cancelWhatWasEnded = (entries: readonly Entry[], results: readonly MoveResult[]): void => {
    const ended = new Map(
      results.flatMap(({ actionId, state }) =>
        state === "cancelled" || state === "expired" ? [[actionId, state]] : [],
      ),
    );
    for (const { job, receipt, link } of entries) {
      const state = ended.get(job.actionId);
      if (state === undefined || receipt === "overdue" || receipt.kind === "refused" || isHeldBack(receipt)) continue;
      link.cancel(job.actionId, `${state} while the offer was on its way`).catch((error: unknown) => {
        // The agent's own deadline still ends an expired one; statuses tell the truth about a cancelled one.
        logger.warn("action.cancel", {
          tenantId: job.tenantId,
          siteId: job.siteId,
          actionId: job.actionId,
          error: String(error),
        });
      });
    }
  };

  /** A row that stays behind is offered once more, and answered `duplicate`. */
  const settled = ({ tenantId, siteId, actionId }: TakenJob, link: SiteLink): void => {
    redeliveries.answered(tenantId, [actionId], link.epoch).catch((error: unknown) => {
      logger.warn("site.redeliver", { tenantId, siteId, actionId, outcome: "record_failed", error: String(error) });
    });
  };

  const add = createTenantLine<Entry>({ take: (entries) => entries.splice(0, RECEIPTS_PER_WRITE_MAX), write });
  return {
    record: (job, receipt, link, action) => {
      const delayMs = retryDelayMs(job, receipt, action);
      if (delayMs !== undefined) return Promise.resolve({ kind: "again", delayMs });
      return new Promise((resolve) => add(job.tenantId, { job, action, receipt, link, resolve }));
    },
    settled,
  };
}

function isHeldBack(receipt: Receipt): receipt is HeldBack {
  return receipt !== "overdue" && receipt.kind === "held_back";
}

function shown({ message }: HeldBack): string {
  return message.slice(0, STATUS_MESSAGE_CHARS_MAX);
}

/**
 * A refusal that passes by itself (the agent is busy or just starting) is no answer: the action stays queued. So does what is
 * held back; that it is, is written once, and again when the reason changes.
 */
function retryDelayMs({ attempt }: TakenJob, receipt: Receipt, action: DispatchableAction): number | undefined {
  if (isHeldBack(receipt)) {
    if (action.detailMessage !== shown(receipt) && action.state === "queued") return undefined;
    return Math.min(HELD_BACK_DELAY.maxMs, HELD_BACK_DELAY.firstMs * 2 ** Math.min(attempt, 10));
  }
  if (receipt === "overdue" || receipt.kind !== "refused" || errorSpec(receipt.code).retry !== "backoff")
    return undefined;
  return Math.min(REFUSAL_DELAY.maxMs, REFUSAL_DELAY.firstMs * 2 ** Math.min(attempt, 10));
}

function movesOf({ job, receipt, link, action }: Entry, at: EpochMs): readonly ActionMove[] {
  const { actionId, siteId } = job;
  const move = { actionId, at, source: "dispatch", session: { siteId, epoch: link.epoch } } as const;
  if (receipt === "overdue") {
    return [{ ...move, state: "expired", detail: { evidence: { rung: "none" }, code: "action.expired" } }];
  }
  switch (receipt.kind) {
    case "held_back": {
      const detail = { evidence: { rung: "none" }, code: receipt.code, message: shown(receipt) } as const;
      return [{ ...move, state: "queued", detail }];
    }
    case "accepted":
      // What held it back is over.
      return [
        {
          ...move,
          state: "delivered",
          ...(action.detailMessage === undefined ? {} : { detail: { evidence: { rung: "none" } } }),
        },
      ];
    case "duplicate":
      // The agent has it from an offer whose receipt was lost; how far it is settles it here until its statuses come.
      return receipt.state === "delivered"
        ? [{ ...move, state: "delivered" }]
        : [
            { ...move, state: "delivered" },
            { ...move, state: receipt.state },
          ];
    case "refused": {
      const { code, message } = receipt;
      // An agent that may have had it before did not say what it did with it, and this one has not looked.
      const state = action.otherLedger ? "unknown" : "refused";
      return [{ ...move, state, detail: { evidence: { rung: "none" }, code, message } }];
    }
  }
}
