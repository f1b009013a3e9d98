import { createSiteLedger, DEFAULT_SETTINGS, type SiteLedger } from "@cordon/agent-core";
import { openLedgerStore } from "@cordon/agent-store";
import type { ActionArgs, ActionOrder } from "@cordon/core/action";
import { deriveActionId, endpointId, epochMs, systemClock } from "@cordon/core/kernel";

export interface OpenLedger {
  readonly ledger: SiteLedger;
  close(): Promise<void>;
}

/** The agent's ledger on a real file, as the agent opens it. */
export function openLedger(stateDir: string): OpenLedger {
  const fail = (cause: unknown) => {
    throw cause;
  };
  const store = openLedgerStore(stateDir, {
    onSetAside: (told) => fail(new Error(told.reason)),
    onDamage: fail,
  });
  const ledger = createSiteLedger({
    store,
    clock: systemClock,
    policy: DEFAULT_SETTINGS.ledger,
    pagesMax: DEFAULT_SETTINGS.pagesMax,
    onBroken: fail,
    onNews: () => {},
  });
  return { ledger, close: () => store.close() };
}

const SPEC: ActionArgs = { kind: "terminateProcess", path: "C:\\Users\\Public\\svc.exe", sha256: "ab".repeat(32) };
let orders = 0;

/** A new order each time, with an id as the coordinator derives them: in no order; of class `contain`, so that a nearly full endpoint takes it too. */
export function newOrder(endpoint: number): ActionOrder {
  orders++;
  return {
    actionId: deriveActionId([String(process.pid), String(orders)]),
    endpointId: endpointOf(endpoint),
    spec: SPEC,
    deadline: epochMs(Date.UTC(2100, 0, 1)),
  };
}

export function endpointOf(number: number) {
  return endpointId(`7c0d8a52-5a4e-4c0e-9a55-${number.toString(16).padStart(12, "0")}`);
}

/** Admits and waits until all of them are on disk. */
export async function admitDurably(ledger: SiteLedger, group: readonly ActionOrder[]): Promise<void> {
  for (const order of group) {
    const { admission } = ledger.admit(order);
    if (admission.kind !== "accepted" || admission.placement !== "held") throw new Error(JSON.stringify(admission));
  }
  await ledger.durable();
}
