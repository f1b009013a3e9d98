import type { ActionKind } from "@cordon/core/action";
import type { ActionId, Clock, Logger, Random, SiteId, TenantId } from "@cordon/core/kernel";
import type { ActionStore } from "../ports/action-store.ts";
import type { SiteRef } from "../ports/dispatch-queue.ts";
import type { EvidenceAnswerFacts, EvidenceRecord, EvidenceStore } from "../ports/evidence.ts";

export interface EvidenceAsk {
  readonly actionId: ActionId;
  readonly want: "metadata" | "file";
  readonly itemId?: string;
  readonly requestedBy: string;
}

export type EvidenceAskAnswer =
  /** `record.state` is `asked` when the site takes longer than a caller may be kept waiting. */
  | { readonly kind: "recorded"; readonly record: EvidenceRecord }
  | { readonly kind: "not_found"; readonly code: "action.not_found" }
  | { readonly kind: "not_collected"; readonly code: "fetch.not_collected"; readonly action: ActionKind };

/** What goes to the agent; the answer comes back by its id, in this session or a later one. */
export interface EvidenceQuestion {
  readonly requestId: string;
  readonly actionId: ActionId;
  readonly want: "metadata" | "file";
  readonly itemId?: string;
  readonly requestedBy: string;
}

/** What actions brought: asked of their sites, and kept with who asked, when, and what came of it. The files stay at the site. */
export interface EvidenceDesk {
  ask(tenantId: TenantId, ask: EvidenceAsk): Promise<EvidenceAskAnswer>;
  /** The site's word on a request of ours; repeated and unknown ones change nothing. */
  answered(site: SiteRef, requestId: string, answer: EvidenceAnswerFacts): Promise<void>;
  get(tenantId: TenantId, actionId: ActionId, requestId: string): Promise<EvidenceRecord | undefined>;
  /** Newest first; undefined when the tenant has no such action. */
  list(tenantId: TenantId, actionId: ActionId): Promise<readonly EvidenceRecord[] | undefined>;
}

export interface EvidenceDeskDeps {
  readonly store: EvidenceStore;
  readonly actions: Pick<ActionStore, "getAction">;
  /** True when it was handed to the site's socket. */
  readonly tell: (site: SiteRef, question: EvidenceQuestion) => Promise<boolean>;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** The kinds that leave an object in the endpoint's quarantine (kaspersky.md 2.7). */
const COLLECTED: readonly ActionKind[] = ["getFile", "quarantineFile"];

export const EVIDENCE_LIMITS = {
  /** A caller is kept waiting this long; a list of objects comes within it, a large file does not. */
  waitMs: 8_000,
  /** Callers that are kept waiting at once; more are told to look again. */
  waitingMax: 200,
  /** 100 MB, the largest object of a quarantine, over a slow line; after that nobody works on the request any more. */
  answerMs: 3_600_000,
  /** Of one action; nobody reads more. */
  listMax: 100,
} as const;

export function createEvidenceDesk(deps: EvidenceDeskDeps): EvidenceDesk {
  const { store, actions, clock, random, logger } = deps;
  const waiting = new Map<string, () => void>();

  async function ask(tenantId: TenantId, { actionId, want, itemId, requestedBy }: EvidenceAsk) {
    const action = await actions.getAction(tenantId, actionId);
    if (!action) return { kind: "not_found", code: "action.not_found" } as const;
    const { kind } = action.spec;
    if (!COLLECTED.includes(kind)) return { kind: "not_collected", code: "fetch.not_collected", action: kind } as const;
    const { siteId, endpointId } = action;
    const requestId = random.uuid();
    const question = { requestId, actionId, want, ...(itemId === undefined ? {} : { itemId }), requestedBy };
    const record: EvidenceRecord = {
      ...question,
      tenantId,
      siteId,
      endpointId,
      requestedAt: clock.now(),
      state: "asked",
      items: [],
    };
    // On record before it is asked: an answer to something that nobody asked would not be known.
    await store.addEvidence(record);
    logger.info("evidence.ask", { tenantId, siteId, endpointId, actionId, requestId, want, requestedBy });
    const answered = waitFor(requestId);
    if (!(await deps.tell({ tenantId, siteId }, question))) {
      const message = `site ${siteId} is not connected; ask again when it is`;
      await finish(tenantId, siteId, requestId, { items: [], problem: { code: "site.offline", message } });
    }
    await answered;
    return { kind: "recorded", record: (await read(tenantId, requestId)) ?? record } as const;
  }

  /** Resolves when the answer is stored, or when the caller has waited long enough. */
  async function waitFor(requestId: string): Promise<void> {
    if (waiting.size >= EVIDENCE_LIMITS.waitingMax) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = clock.after(EVIDENCE_LIMITS.waitMs, resolve);
    waiting.set(requestId, resolve);
    await promise;
    cancel();
    waiting.delete(requestId);
  }

  async function finish(
    tenantId: TenantId,
    siteId: SiteId,
    requestId: string,
    answer: EvidenceAnswerFacts,
  ): Promise<void> {
    const record = await store.finishEvidence(tenantId, siteId, requestId, answer, clock.now());
    waiting.get(requestId)?.();
    if (record === undefined) {
      logger.info("evidence.answer", { tenantId, siteId, requestId, outcome: "not_asked" });
      return;
    }
    const { actionId, endpointId, requestedBy, want, state, file, problem, items } = record;
    logger.info("evidence.answer", {
      tenantId,
      siteId,
      endpointId,
      actionId,
      requestId,
      requestedBy,
      want,
      outcome: state,
      items: items.length,
      ...(file === undefined ? {} : { path: file.path, bytes: file.bytes, sha256: file.sha256 }),
      ...(problem === undefined ? {} : { code: problem.code }),
    });
  }

  async function read(tenantId: TenantId, requestId: string): Promise<EvidenceRecord | undefined> {
    const record = await store.getEvidence(tenantId, requestId);
    return record && shown(record, clock.now());
  }

  return {
    ask,
    answered: ({ tenantId, siteId }, requestId, answer) => finish(tenantId, siteId, requestId, answer),
    async get(tenantId, actionId, requestId) {
      const record = await read(tenantId, requestId);
      return record?.actionId === actionId ? record : undefined;
    },
    async list(tenantId, actionId) {
      if (!(await actions.getAction(tenantId, actionId))) return undefined;
      const records = await store.listEvidence(tenantId, actionId, EVIDENCE_LIMITS.listMax);
      return records.map((record) => shown(record, clock.now()));
    },
  };
}

/** A request that was never answered is shown as failed; its answer still counts if it comes. */
export function shown(record: EvidenceRecord, now: number): EvidenceRecord {
  if (record.state !== "asked" || now - record.requestedAt < EVIDENCE_LIMITS.answerMs) return record;
  const message = `site ${record.siteId} has not answered for ${EVIDENCE_LIMITS.answerMs / 60_000} minutes`;
  return { ...record, state: "failed", problem: { code: "fetch.no_answer", message } };
}
