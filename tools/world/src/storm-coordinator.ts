import type { FromCoordinator, Session, SiteAgent, StatusRecord, ToCoordinator, Verdict } from "@cordon/agent-core";
import { type ActionOrder, type ActionState, advance, isSettled } from "@cordon/core/action";
import { type ActionId, type EpochMs, epochMs, errorSpec } from "@cordon/core/kernel";
import { STORM_STARTS_AT } from "./estate.ts";
import type { LinkTroubles } from "./storm-plan.ts";
import type { StormRandom } from "./storm-random.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** What the coordinator knows of one action. */
export interface ActionRecord {
  readonly order: ActionOrder;
  readonly createdAt: EpochMs;
  /** The agent's last word on the offer; undefined as long as it has given none. */
  verdict: Verdict | undefined;
  /** An earlier ledger accepted it, and the one that took over has not answered for it. */
  redeliver: boolean;
  state: ActionState;
  readonly timeline: StatusRecord[];
}

/**
 * The coordinator as the agent meets it, by the same rules as the real one (`decideSession`, `loadForDispatch`): it offers until
 * there is a receipt, stores statuses by cursor, and when the ledger is another one or an older copy it offers again what the
 * one before had accepted. Messages are in order, take time, and are gone with their session.
 */
export interface StormCoordinator {
  readonly records: ReadonlyMap<ActionId, ActionRecord>;
  /** Broken promises of the agent towards the coordinator. */
  readonly complaints: readonly string[];
  plan(order: ActionOrder): void;
  cancel(actionId: ActionId): void;
  release(actionId: ActionId): void;
  up(agent: SiteAgent): void;
  down(): void;
}

interface LedgerStanding {
  readonly id: string;
  readonly epoch: number;
  cursor: number;
}

const RETRY_MS = 30_000;
const CLOCKS_APART_MS = 60_000;
const AT_KSC: ReadonlySet<ActionState> = new Set<ActionState>(["submitted", "task_seen", "running", "succeeded"]);
/** That a ledger gives up on what KSC was known to have says that it does not know (`readActive`). */
const HAD_BY_KSC: ReadonlySet<ActionState> = new Set<ActionState>(["submitted", "task_seen", "running"]);
const GIVEN_UP: ReadonlySet<ActionState> = new Set<ActionState>(["expired", "cancelled", "refused"]);

export function createStormCoordinator(deps: {
  readonly time: VirtualTime;
  readonly link: LinkTroubles;
  readonly random: StormRandom;
  readonly onMessage: (message: ToCoordinator) => void;
}): StormCoordinator {
  const { time, link, random } = deps;
  const records = new Map<ActionId, ActionRecord>();
  const complaints: string[] = [];
  let session: { readonly agent: SiteAgent; readonly epoch: number; busyUntilMs: number } | undefined;
  let epoch = 0;
  let ledger: LedgerStanding | undefined;
  /** What is known of every ledger that was ever seen. */
  const ledgers = new Map<string, LedgerStanding>();
  /** When the ledger was last another one than before. */
  let ledgerSince: EpochMs | undefined;
  /** When the session before this one was last heard. */
  let offeredUntil: EpochMs | undefined;

  const now = () => epochMs(STORM_STARTS_AT + Math.floor(time.elapsedMs()));

  /** In order, and only while this session lives. */
  function carry(of: NonNullable<typeof session>, deliver: () => void): void {
    const dueMs = Math.max(of.busyUntilMs, time.elapsedMs() + random.whole(link.latencyMs));
    of.busyUntilMs = dueMs;
    time.after(dueMs - time.elapsedMs(), () => {
      if (session === of) deliver();
    });
  }

  function tell(message: FromCoordinator): void {
    const current = session;
    if (current === undefined) return;
    const times = random.float() < link.repeated ? 2 : 1;
    const handle = () => {
      current.agent.handle(message).catch((thrown) => {
        // A process whose disk has failed ends; what it throws on its way out is nobody's business.
        if (session === current) complaints.push(`the agent threw at ${message.kind}: ${thrown}`);
      });
    };
    for (let count = 0; count < times; count++) carry(current, handle);
  }

  function offer({ order, createdAt, state }: ActionRecord, redelivered = false): void {
    if (session === undefined) return;
    const { epoch } = session;
    const until = Math.max(ledgerSince ?? 0, offeredUntil ?? 0);
    const mayHaveBeen = redelivered || createdAt < until + CLOCKS_APART_MS;
    if (!mayHaveBeen) {
      tell({ kind: "offer", order, epoch });
      return;
    }
    // What KSC is known to have is looked for and watched, never sent again.
    const deadline = AT_KSC.has(state) ? epochMs(Math.min(order.deadline, createdAt)) : order.deadline;
    tell({ kind: "offer", order: { ...order, deadline }, epoch, firstOfferedAt: createdAt });
  }

  function isOlderCopy(copy: {
    readonly ledgerId: string;
    readonly statusSeq: number;
    readonly epoch: number;
  }): boolean {
    const known = ledgers.get(copy.ledgerId);
    return known !== undefined && (copy.statusSeq < known.cursor || copy.epoch < known.epoch);
  }

  function receipt(actionId: ActionId, verdict: Verdict): void {
    const record = records.get(actionId);
    if (record === undefined) return void complaints.push(`a receipt for ${actionId}, which was never offered`);
    // The first yes counts: what was accepted must stay in the book, whatever a repeated offer is told.
    if (record.verdict === undefined || record.verdict.kind === "refused") record.verdict = verdict;
    if (verdict.kind !== "refused") record.redeliver = false;
    if (verdict.kind !== "refused") return;
    if (errorSpec(verdict.code).retry === "backoff" && record.order.deadline > now()) {
      time.after(RETRY_MS, () => {
        if (record.verdict?.kind === "refused") offer(record);
      });
    }
  }

  function store(status: StatusRecord): void {
    if (ledger === undefined || status.seq <= ledger.cursor) return;
    if (status.seq !== ledger.cursor + 1) complaints.push(`status ${status.seq} came after ${ledger.cursor}`);
    ledger.cursor = status.seq;
    const record = records.get(status.actionId);
    if (record === undefined) return void complaints.push(`a status of ${status.actionId}, which was never offered`);
    record.timeline.push(status);
    const state = HAD_BY_KSC.has(record.state) && GIVEN_UP.has(status.state) ? "unknown" : status.state;
    if (advance(record.state, state).kind === "moved") record.state = state;
  }

  function receive(message: ToCoordinator): void {
    deps.onMessage(message);
    if (message.kind === "receipt") receipt(message.actionId, message.verdict);
    if (message.kind === "statusBatch") {
      for (const status of message.statuses) store(status);
      tell({ kind: "statusAck", cursor: ledger?.cursor ?? 0 });
    }
    if (message.kind === "inventorySnapshot" && message.last) tell({ kind: "inventoryAck", version: message.version });
    if (message.kind === "inventoryDelta") tell({ kind: "inventoryAck", version: message.version });
  }

  return {
    records,
    complaints,
    plan(order) {
      const record: ActionRecord = {
        order,
        createdAt: now(),
        verdict: undefined,
        redeliver: false,
        state: "queued",
        timeline: [],
      };
      records.set(order.actionId, record);
      offer(record);
    },
    cancel: (actionId) => tell({ kind: "cancel", actionId, reason: "the storm takes it back" }),
    release: (actionId) => tell({ kind: "release", actionId, reason: "the storm lets it go" }),
    up(agent) {
      const facts = agent.facts();
      const isOther = facts.ledgerId !== ledger?.id || isOlderCopy(facts) || epoch > facts.epoch;
      const changed = ledger !== undefined && isOther;
      // An older copy counts its statuses anew, so the cursor follows it back.
      const cursor = Math.min(ledgers.get(facts.ledgerId)?.cursor ?? 0, facts.statusSeq);
      epoch = Math.max(epoch, facts.epoch) + (changed ? 2 : 1);
      ledger = { id: facts.ledgerId, epoch, cursor };
      ledgers.set(ledger.id, ledger);
      if (changed) ledgerSince = now();
      const next = { agent, epoch, busyUntilMs: 0 };
      session = next;
      const welcome: Session = {
        epoch,
        role: "active",
        actingLeaseMs: 0,
        coordinatorTime: now(),
        askedAt: { monotonicMs: time.elapsedMs(), wall: now() },
        statusCursor: cursor,
        inventoryVersion: 0,
        statusesPerBatchMax: 250,
        uplink: {
          send: (message) => {
            if (session !== next) return "down";
            carry(next, () => receive(message));
            return "sent";
          },
          drained: async () => {},
        },
      };
      agent.sessionUp(welcome);
      for (const record of records.values()) {
        const { verdict, state, order } = record;
        const isolation = order.spec.kind === "isolateHost" && state === "succeeded";
        if (verdict === undefined || verdict.kind === "refused") {
          if (order.deadline > now()) offer(record);
        } else {
          if (changed && (!isSettled(state) || isolation)) record.redeliver = true;
          if (record.redeliver) offer(record, true);
        }
      }
    },
    down() {
      if (session !== undefined) offeredUntil = now();
      session?.agent.sessionDown();
      session = undefined;
    },
  };
}
