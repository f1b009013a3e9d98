import type { Endpoint } from "@cordon/core/endpoint";
import { type EndpointId, epochMs, silentLogger } from "@cordon/core/kernel";
import { createFakeClock } from "@cordon/testkit";
import {
  type AgentSettings,
  createMemoryInventoryStore,
  DEFAULT_SETTINGS,
  momentOf,
  type Session,
  type ToCoordinator,
} from "../src/index.ts";
import { createInventorySync, type InventorySync } from "../src/inventory/sync-inventory.ts";
import { ScriptedEdr } from "./scripted-edr.ts";

export function host(name: string, change: Partial<Endpoint> = {}): Endpoint {
  return { endpointId: name as EndpointId, displayName: name, addresses: [], statusMask: 29, ...change };
}

/** The inventory's part of an agent, over a store that outlives its restarts, towards a coordinator that may lose things. */
export class InventoryWorld {
  readonly clock = createFakeClock();
  readonly edr = new ScriptedEdr(this.clock);
  readonly store = createMemoryInventoryStore();
  readonly settings: AgentSettings;
  /** What the coordinator was sent since the last `restart` or `reconnect` that asked for it to be forgotten. */
  sent: ToCoordinator[] = [];
  /** What the coordinator holds. */
  held = new Map<string, Endpoint>();
  heldVersion = 0;
  /** Called before a message is taken; `lost`: neither it nor its session arrive. `unanswered`: taken, but the answer is lost. */
  fate: (message: ToCoordinator) => "taken" | "lost" | "unanswered" = () => "taken";
  #parts = new Map<number, readonly Endpoint[]>();
  #partsVersion = 0;
  #meta = { inventoryVersion: 0 };
  #sync: InventorySync;

  constructor(patch: Partial<AgentSettings> = {}) {
    this.settings = { ...DEFAULT_SETTINGS, inventoryPartMax: 2, ...patch };
    this.#sync = this.#create();
  }

  #create(): InventorySync {
    const world = this;
    return createInventorySync({
      edr: this.edr,
      store: this.store,
      ledger: {
        get meta() {
          return { statusSeq: 0, statusAcked: 0, epoch: 0, eventCursor: 0, ...world.#meta } as never;
        },
        setMeta: (meta) => {
          world.#meta = { ...world.#meta, ...meta };
        },
      },
      health: { sawConsole: () => {}, failed: () => {}, pausedMs: () => 0 },
      clock: this.clock,
      logger: silentLogger,
      settings: this.settings,
      signal: new AbortController().signal,
    });
  }

  hosts(...hosts: Endpoint[]): void {
    this.edr.inventoryHosts.clear();
    for (const one of hosts) this.edr.inventoryHosts.set(one.endpointId, one);
  }

  async connect(): Promise<void> {
    const sync = this.#sync;
    const session = {
      role: "active",
      epoch: 1,
      actingLeaseMs: 0,
      askedAt: momentOf(this.clock),
      coordinatorTime: this.clock.now(),
      statusCursor: 0,
      inventoryVersion: this.heldVersion,
      statusesPerBatchMax: 100,
      uplink: {
        send: (message: ToCoordinator) => {
          if (sync !== this.#sync) return "down" as const;
          this.sent.push(message);
          const fate = this.fate(message);
          if (fate !== "lost") this.#take(message);
          const version = this.heldVersion;
          queueMicrotask(() => {
            if (fate === "taken") sync.acked(version);
            else sync.sessionDown();
          });
          return "sent" as const;
        },
        drained: async () => {},
      },
    } satisfies Session;
    sync.sessionUp(session);
    await this.settle();
  }

  /** The coordinator's side, as its store does it: parts are put aside until the last has come; a delta fits one version only. */
  #take(message: ToCoordinator): void {
    if (message.kind === "inventoryDelta") {
      if (message.fromVersion !== this.heldVersion) return;
      for (const id of message.removed) this.held.delete(id);
      for (const one of message.upserted) this.held.set(one.endpointId, one);
      this.heldVersion = message.version;
    }
    if (message.kind !== "inventorySnapshot") return;
    if (message.version !== this.#partsVersion) this.#parts.clear();
    this.#partsVersion = message.version;
    if (message.part > this.#parts.size) this.#parts.clear();
    else this.#parts.set(message.part, message.endpoints);
    if (!message.last || this.#parts.size <= message.part) return;
    this.held = new Map([...this.#parts.values()].flat().map((one) => [one.endpointId, one]));
    this.heldVersion = message.version;
    this.#parts.clear();
  }

  /** The coordinator loses what it put aside. */
  forgetParts(): void {
    this.#parts.clear();
  }

  /** The process ends and another one starts on the same store. */
  async restart(): Promise<void> {
    const old = this.#sync;
    this.#sync = this.#create();
    await Promise.all([old.stop(), this.settle()]);
    this.sent = [];
    this.edr.calls.length = 0;
  }

  async pass(ms: number): Promise<void> {
    await this.clock.advance(ms);
    await this.settle();
  }

  async settle(): Promise<void> {
    for (let turn = 0; turn < 30; turn++) await this.clock.advance(0);
  }

  ids(): readonly string[] {
    return [...this.held.keys()].sort();
  }
}

export const at = (ms: number) => epochMs(ms);
