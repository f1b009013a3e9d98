import type { Clock, Logger } from "@cordon/core/kernel";
import type { Session, ToCoordinator } from "../uplink.ts";
import type { InventoryStore } from "./inventory-store.ts";

/** `lost`: the session ended, or nothing was answered in time. `resync`: the coordinator holds something else than we thought. */
export type UploadEnd = "done" | "lost" | "resync";

/**
 * Brings the coordinator to what the copy holds, one message after the other, each begun on disk before it is sent and ended
 * there when it is acknowledged: so whatever breaks, the next session goes on behind the last acknowledged part.
 */
export interface InventoryUploader {
  /** What the coordinator said it holds when the session began. */
  sessionUp(session: Session): void;
  sessionDown(): void;
  acked(version: number): void;
  /** Sends all that waits. */
  run(): Promise<UploadEnd>;
}

export function createInventoryUploader(deps: {
  readonly store: InventoryStore;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Lowest version that may be used next, beside what store and session know. */
  readonly versionFloor: () => number;
  readonly onVersion: (version: number) => void;
  readonly partMax: number;
  readonly ackMs: number;
}): InventoryUploader {
  const { store, clock, logger } = deps;
  let session: Session | undefined;
  /** What the coordinator holds, by its last word. */
  let held = 0;
  let waiting: ((version: number | undefined) => void) | undefined;

  async function run(): Promise<UploadEnd> {
    const current = session;
    if (current === undefined) return "lost";
    settleWhatArrived();
    const { version, upload } = store.meta();
    // A delta fits on top of one version only; a snapshot fits always. Version 0 says nothing of what the coordinator holds.
    if (upload?.kind !== "snapshot" && (version === 0 || version !== held)) store.beginSnapshot(nextVersion());
    if (store.meta().upload?.kind === "snapshot") {
      const end = await sendSnapshot(current);
      if (end !== "done") return end;
    }
    return sendDeltas(current);
  }

  /** The acknowledgement of the last message may have been lost with its session. */
  function settleWhatArrived(): void {
    const { upload } = store.meta();
    if (upload !== undefined && upload.version === held) settle(held);
  }

  function settle(version: number): void {
    store.uploadAcked();
    deps.onVersion(version);
  }

  async function sendSnapshot(current: Session): Promise<UploadEnd> {
    for (;;) {
      const { upload } = store.meta();
      if (upload?.kind !== "snapshot") return "done";
      const { version, parts } = upload;
      const { endpoints, last } = store.snapshotPart(deps.partMax);
      const ack = await ask(current, { kind: "inventorySnapshot", version, part: parts, last, endpoints });
      if (ack === undefined) return "lost";
      if (last) {
        if (ack !== version) return giveUp(version, ack);
        settle(version);
        logger.info("inventory.snapshot", { version, ...store.counts() });
        return "done";
      }
      const end = endpoints.at(-1);
      if (end !== undefined) store.partAcked(end.endpointId);
    }
  }

  /** The coordinator lost parts, or another agent took over in between: from the first part, as another version. */
  function giveUp(version: number, ack: number): UploadEnd {
    logger.warn("inventory.resync", { sent: version, held: ack });
    store.beginSnapshot(nextVersion());
    return "resync";
  }

  async function sendDeltas(current: Session): Promise<UploadEnd> {
    for (;;) {
      const { version: fromVersion, upload } = store.meta();
      const version = upload?.version ?? nextVersion();
      const changes = upload === undefined ? store.beginDelta(version, deps.partMax) : store.changesUnderWay();
      if (changes === undefined) return "done";
      const ack = await ask(current, { kind: "inventoryDelta", fromVersion, version, ...changes });
      if (ack === undefined) return "lost";
      if (ack !== version) return giveUp(version, ack);
      settle(version);
      logger.info("inventory.delta", {
        version,
        upserted: changes.upserted.length,
        removed: changes.removed.length,
      });
    }
  }

  async function ask(current: Session, message: ToCoordinator): Promise<number | undefined> {
    while (session === current) {
      const outcome = current.uplink.send(message);
      if (outcome === "sent") return acknowledgement();
      if (outcome === "down") return undefined;
      await current.uplink.drained();
    }
    return undefined;
  }

  function acknowledgement(): Promise<number | undefined> {
    const { promise, resolve } = Promise.withResolvers<number | undefined>();
    const cancel = clock.after(deps.ackMs, () => waiting?.(undefined));
    waiting = (version) => {
      waiting = undefined;
      cancel();
      resolve(version);
    };
    return promise;
  }

  function nextVersion(): number {
    const { version, upload } = store.meta();
    return Math.max(version, upload?.version ?? 0, held, deps.versionFloor()) + 1;
  }

  return {
    sessionUp(next) {
      waiting?.(undefined);
      session = next;
      held = next.inventoryVersion;
    },
    sessionDown() {
      session = undefined;
      waiting?.(undefined);
    },
    acked(version) {
      held = version;
      waiting?.(version);
    },
    run,
  };
}
