import type { ActionArgs, ActionOrder, ActionState } from "@cordon/core/action";
import { type ActionId, addMs, type EndpointId, type EpochMs, silentLogger } from "@cordon/core/kernel";
import { createFakeClock, createSeededRandom, type FakeClock } from "@cordon/testkit";
import { MemoryLedgerStore } from "@cordon/testkit/memory-ledger-store";
import {
  type AgentSettings,
  createSiteAgent,
  DEFAULT_SETTINGS,
  type LedgerEntry,
  momentOf,
  type Session,
  type SiteAgent,
  type SiteAgentDeps,
  type StatusRecord,
  type ToCoordinator,
} from "../src/index.ts";
import { ScriptedEdr } from "./scripted-edr.ts";

/** A site agent on a clock that a test moves, an EDR that a test scripts, and a coordinator that only remembers. */
export class SiteWorld {
  readonly clock: FakeClock = createFakeClock();
  readonly edr = new ScriptedEdr(this.clock);
  readonly sent: ToCoordinator[] = [];
  readonly statuses: StatusRecord[] = [];
  readonly settings: AgentSettings;
  store = new MemoryLedgerStore();
  agent: SiteAgent;
  acknowledge = true;
  /** Of the next session. */
  role: Session["role"] = "active";
  actingLeaseMs = 0;
  #serial = 0;
  #epoch = 0;
  #cursor = 0;

  readonly #machine: Pick<SiteAgentDeps, "host" | "releaseMethod" | "orders">;

  constructor(
    patch: Partial<AgentSettings> = {},
    machine: Pick<SiteAgentDeps, "host" | "releaseMethod" | "orders"> = {},
  ) {
    this.settings = { ...DEFAULT_SETTINGS, ...patch };
    this.#machine = machine;
    this.agent = this.#createAgent();
  }

  #createAgent(): SiteAgent {
    return createSiteAgent({
      edr: this.edr,
      store: this.store,
      clock: this.clock,
      random: createSeededRandom(1),
      logger: silentLogger,
      settings: this.settings,
      ...this.#machine,
      onBroken: (cause) => {
        throw cause;
      },
    });
  }

  start(): this {
    this.agent.start();
    this.connect();
    return this;
  }

  /**
   * `step`: by how much the epoch rises; more than one when others may have acted. `olderCopy`: the coordinator sees that the ledger is
   * one, and its cursor follows it back.
   */
  connect(step = 1, olderCopy = false): void {
    const agent = this.agent;
    this.#epoch += step;
    if (olderCopy) this.#cursor = Math.min(this.#cursor, agent.facts().statusSeq);
    const session: Session = {
      epoch: this.#epoch,
      role: this.role,
      actingLeaseMs: this.actingLeaseMs,
      askedAt: momentOf(this.clock),
      coordinatorTime: this.clock.now(),
      statusCursor: this.#cursor,
      inventoryVersion: 0,
      statusesPerBatchMax: 500,
      uplink: {
        send: (message) => {
          if (agent === this.agent) this.#receive(message);
          return "sent";
        },
        drained: async () => {},
      },
    };
    agent.sessionUp(session);
  }

  #receive(message: ToCoordinator): void {
    this.sent.push(message);
    if (message.kind !== "statusBatch") return;
    for (const status of message.statuses) {
      if (status.seq !== this.#cursor + 1) throw new Error(`status ${status.seq} came after ${this.#cursor}`);
      this.#cursor = status.seq;
      this.statuses.push(status);
    }
    if (this.acknowledge) void this.agent.handle({ kind: "statusAck", cursor: this.#cursor });
  }

  /** The process is killed and started again: what was not committed is gone, and nothing of the old one acts any more. */
  async crash(): Promise<void> {
    this.store = this.store.crash();
    const old = this.agent;
    old.sessionDown();
    void old.stop(0);
    this.agent = this.#createAgent();
    this.start();
    await this.pass(0);
  }

  /** As `crash`, but no coordinator can be reached. */
  async restartAlone(): Promise<void> {
    this.store = this.store.crash();
    const old = this.agent;
    old.sessionDown();
    void old.stop(0);
    this.agent = this.#createAgent();
    this.agent.start();
    await this.pass(0);
  }

  /** The ledger's file is gone; the next process begins a new one. */
  async lose(): Promise<void> {
    this.store.kill();
    this.store = new MemoryLedgerStore();
    await this.crash();
  }

  /** The coordinator does not know whether it was sent before. */
  async reoffer(order: ActionOrder, firstOfferedAt: EpochMs): Promise<void> {
    await this.agent.handle({ kind: "offer", order, epoch: this.#epoch, firstOfferedAt });
  }

  /** The last report of the endpoint's slots. */
  budget(endpointId: EndpointId) {
    const budgets = this.sent.flatMap((message) => (message.kind === "budgetReport" ? message.budgets : []));
    return budgets.findLast((budget) => budget.endpointId === endpointId);
  }

  order(endpoint: string, spec: ActionArgs, patch: Partial<ActionOrder> = {}): ActionOrder {
    const actionId = `a${++this.#serial}` as ActionId;
    const deadline = addMs(this.clock.now(), 3_600_000);
    return { actionId, endpointId: endpoint as EndpointId, spec, deadline, ...patch };
  }

  async offer(...orders: ActionOrder[]): Promise<void> {
    await Promise.all(orders.map((order) => this.agent.handle({ kind: "offer", order, epoch: this.#epoch })));
  }

  /** Lets time go by; the event loop turns often enough for commits and calls to follow each other. */
  async pass(ms: number): Promise<void> {
    for (let turn = 0; turn < 20; turn++) await this.clock.advance(0);
    await this.clock.advance(ms);
    for (let turn = 0; turn < 20; turn++) await this.clock.advance(0);
  }

  /** What is committed of it. */
  entryOf(order: ActionOrder | undefined): LedgerEntry | undefined {
    return order && this.store.find(order.actionId);
  }

  state(order: ActionOrder): ActionState | undefined {
    return this.store.find(order.actionId)?.state;
  }

  verdicts() {
    return this.sent.flatMap((message) => (message.kind === "receipt" ? [message.verdict] : []));
  }
}

export const ISOLATE = { kind: "isolateHost", durationSeconds: 3_600 } as const;
export const KILL = { kind: "terminateProcess", pid: 7 } as const;
export const SCAN = { kind: "onDemandScan" } as const;
