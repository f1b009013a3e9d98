import {
  type AgentSettings,
  createSiteAgent,
  momentOf,
  type StatusRecord,
  type ToCoordinator,
} from "@cordon/agent-core";
import { openLedgerStore } from "@cordon/agent-store";
import type { ActionArgs, ActionOrder } from "@cordon/core/action";
import { actionId, endpointId, epochMs, Secret, silentLogger, systemClock, systemRandom } from "@cordon/core/kernel";
import { createKscClient, createKscEdr } from "@cordon/ksc";
import { type BenchKsc, KSC_PASSWORD, KSC_USER } from "./bench-ksc.ts";

/** A whole site agent but for its socket: real ledger on disk, real client of KSC, and a coordinator that only listens. */
export interface BenchSite extends AsyncDisposable {
  /** Resolves when the offer is on disk and its receipt is out; throws when it was not accepted. */
  offer(hostId: string, spec: ActionArgs): Promise<void>;
}

const EPOCH = 1;
let orders = 0;

export function startBenchSite(options: {
  readonly ksc: BenchKsc;
  readonly stateDir: string;
  readonly settings: AgentSettings;
  readonly onStatus: (status: StatusRecord) => void;
}): BenchSite {
  const { ksc, settings } = options;
  const fail = (cause: unknown) => {
    throw cause;
  };
  const client = createKscClient({
    host: "127.0.0.1",
    port: ksc.port,
    trust: { pinPem: ksc.certificatePem },
    credentials: { scheme: "KSCBasic", user: KSC_USER, password: new Secret(KSC_PASSWORD) },
    sessions: settings.submissionsMax,
  });
  const edr = createKscEdr({ client });
  const store = openLedgerStore(options.stateDir, {
    onSetAside: (told) => fail(new Error(told.reason)),
    onDamage: fail,
    onStuck: () => {},
  });
  const agent = createSiteAgent({
    edr,
    store,
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
    settings,
    onBroken: fail,
  });
  const verdicts = new Map<string, (message: Extract<ToCoordinator, { kind: "receipt" }>) => void>();
  agent.start();
  agent.sessionUp({
    epoch: EPOCH,
    role: "active",
    actingLeaseMs: 0,
    coordinatorTime: systemClock.now(),
    askedAt: momentOf(systemClock),
    statusCursor: 0,
    inventoryVersion: 0,
    statusesPerBatchMax: 500,
    uplink: { send: receive, drained: async () => {} },
  });

  function receive(message: ToCoordinator): "sent" {
    if (message.kind === "receipt") verdicts.get(message.actionId)?.(message);
    if (message.kind === "inventorySnapshot" || message.kind === "inventoryDelta") {
      setImmediate(() => void agent.handle({ kind: "inventoryAck", version: message.version }));
    }
    if (message.kind !== "statusBatch") return "sent";
    for (const status of message.statuses) options.onStatus(status);
    const cursor = message.statuses.at(-1)?.seq;
    if (cursor !== undefined) setImmediate(() => void agent.handle({ kind: "statusAck", cursor }));
    return "sent";
  }

  return {
    async offer(hostId, spec) {
      orders++;
      const order: ActionOrder = {
        actionId: actionId(`act_${orders.toString(16).padStart(32, "0")}`),
        endpointId: endpointId(hostId),
        spec,
        deadline: epochMs(Date.UTC(2100, 0, 1)),
      };
      verdicts.set(order.actionId, ({ verdict }) => {
        if (verdict.kind !== "accepted") fail(new Error(`${hostId}: ${JSON.stringify(verdict)}`));
      });
      await agent.handle({ kind: "offer", order, epoch: EPOCH });
      verdicts.delete(order.actionId);
    },
    async [Symbol.asyncDispose]() {
      await agent.stop(1_000);
      await edr.close();
      await store.close();
    },
  };
}
