import type { Endpoint } from "@cordon/core/endpoint";
import type { Clock, Logger } from "@cordon/core/kernel";
import { diffInventory, type InventoryState } from "./inventory-diff.ts";
import { troubleOf } from "./ksc-trouble.ts";
import type { Edr } from "./ports.ts";
import type { AgentSettings } from "./settings.ts";
import type { SiteHealth } from "./site-health.ts";
import type { SiteLedger } from "./site-ledger.ts";
import type { Session, ToCoordinator } from "./uplink.ts";

/**
 * Keeps the coordinator's list of this site's endpoints: a whole snapshot when it does not hold what we sent last, then only
 * what changed, against what it has acknowledged.
 */
export interface InventorySync {
  sessionUp(session: Session): void;
  sessionDown(): void;
  acked(version: number): void;
  stop(): Promise<void>;
}

export function createInventorySync(deps: {
  readonly edr: Edr;
  readonly ledger: SiteLedger;
  readonly health: SiteHealth;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly settings: AgentSettings;
  readonly signal: AbortSignal;
}): InventorySync {
  const { edr, ledger, clock, settings, signal } = deps;
  let session: Session | undefined;
  /** What the coordinator holds, as far as this process knows; unknown after a restart. */
  let held: { readonly version: number; readonly state: InventoryState } | undefined;
  let sending: { readonly version: number; readonly state: InventoryState } | undefined;
  let timer: (() => void) | undefined;
  let running: Promise<void> | undefined;

  function plan(afterMs: number): void {
    timer?.();
    if (session === undefined || signal.aborted) return;
    timer = clock.after(afterMs, () => {
      timer = undefined;
      running = sync().finally(() => {
        running = undefined;
      });
    });
  }

  async function sync(): Promise<void> {
    const current = session;
    if (current === undefined) return;
    let nextMs = settings.inventoryIntervalMs;
    try {
      // A site without work is looked at too: a missing console must be known before the first isolation needs it.
      deps.health.sawConsole(await edr.consoleAvailable(signal));
      const endpoints = await readAll();
      if (session !== current) return;
      if (held === undefined) await sendSnapshot(current, endpoints);
      else await sendDelta(current, held, endpoints);
    } catch (thrown) {
      if (signal.aborted) return;
      const trouble = troubleOf(thrown);
      deps.health.failed(trouble);
      deps.logger.warn("inventory.sync", { code: trouble.code, reason: trouble.message });
      nextMs = Math.max(deps.health.pausedMs(), settings.kscBackoff.maxMs / 4);
    }
    plan(nextMs);
  }

  async function readAll(): Promise<readonly Endpoint[]> {
    const endpoints: Endpoint[] = [];
    for await (const page of edr.inventory(signal)) endpoints.push(...page);
    return endpoints;
  }

  async function sendSnapshot(current: Session, endpoints: readonly Endpoint[]): Promise<void> {
    const version = nextVersion(current);
    const { state } = diffInventory(new Map(), endpoints);
    sending = { version, state };
    const parts = partsOf(endpoints, settings.inventoryPartMax);
    for (const [index, part] of parts.entries()) {
      const last = index === parts.length - 1;
      const done = await send(current, { kind: "inventorySnapshot", version, part: index, last, endpoints: part });
      if (!done) return;
    }
    deps.logger.info("inventory.snapshot", { version, endpoints: endpoints.length });
  }

  /** Large changes go as several deltas, each on top of the one before; the coordinator answers each with its version. */
  async function sendDelta(
    current: Session,
    base: { readonly version: number; readonly state: InventoryState },
    endpoints: readonly Endpoint[],
  ): Promise<void> {
    const { upserted, removed, state } = diffInventory(base.state, endpoints);
    if (upserted.length === 0 && removed.length === 0) return;
    const upserts = partsOf(upserted, settings.inventoryPartMax);
    const removals = partsOf(removed, settings.inventoryPartMax);
    const count = Math.max(upserts.length, removals.length);
    let fromVersion = base.version;
    const first = nextVersion(current);
    sending = { version: first + count - 1, state };
    for (let index = 0; index < count; index++) {
      const version = first + index;
      const delta = { upserted: upserts[index] ?? [], removed: removals[index] ?? [] };
      if (!(await send(current, { kind: "inventoryDelta", fromVersion, version, ...delta }))) return;
      fromVersion = version;
    }
    deps.logger.info("inventory.delta", { version: fromVersion, upserted: upserted.length, removed: removed.length });
  }

  async function send(current: Session, message: ToCoordinator): Promise<boolean> {
    while (session === current) {
      const outcome = current.uplink.send(message);
      if (outcome === "sent") return true;
      if (outcome === "down") return false;
      await current.uplink.drained();
    }
    return false;
  }

  function nextVersion(current: Session): number {
    return Math.max(ledger.meta.inventoryVersion, current.inventoryVersion, sending?.version ?? 0) + 1;
  }

  return {
    sessionUp(next) {
      session = next;
      sending = undefined;
      if (held?.version !== next.inventoryVersion) held = undefined;
      plan(held === undefined ? 0 : settings.inventoryIntervalMs);
    },
    sessionDown() {
      session = undefined;
      timer?.();
    },
    acked(version) {
      if (version === sending?.version) {
        held = sending;
        sending = undefined;
        ledger.setMeta({ inventoryVersion: version });
        return;
      }
      const onTheWay = sending !== undefined && version > (held?.version ?? 0) && version < sending.version;
      if (onTheWay) return;
      // It holds something else than we think: only a snapshot puts that right.
      held = undefined;
      sending = undefined;
      plan(RESYNC_MS);
    },
    async stop() {
      session = undefined;
      timer?.();
      await running;
    },
  };
}

/** A coordinator that keeps answering something else is not flooded with snapshots. */
const RESYNC_MS = 1_000;

function partsOf<T>(items: readonly T[], max: number): readonly (readonly T[])[] {
  const parts: T[][] = [];
  for (let at = 0; at < items.length; at += max) parts.push(items.slice(at, at + max));
  return parts.length === 0 ? [[]] : parts;
}
