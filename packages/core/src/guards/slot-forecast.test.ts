import { describe, expect, it } from "vitest";
import { guardFacts } from "../../test/guard-facts.ts";
import { aRule } from "../../test/rule-builders.ts";
import type { ActionKind } from "../action/index.ts";
import { endpointId, epochMs, siteId, tenantId } from "../kernel/index.ts";
import type { SlotForecast } from "./brake.ts";
import { forecastSlots, noteSlot, SLOT_FORECAST_GUARD, type SlotBudget } from "./slot-forecast.ts";
import { endpointKey } from "./traits.ts";

const H1 = { siteId: siteId("hq"), endpointId: endpointId("h1") };
const NOW = epochMs(1_772_442_847_123);
const FULL: SlotBudget = { limit: 100, used: 97, deferred: 2, known: true, planned: 1 };

const brake = (change: Partial<SlotForecast>): SlotForecast => ({
  brakeId: "brk_1",
  type: "slotForecast",
  scope: {},
  whenFull: "hold",
  reserve: 0,
  reason: "room for the response",
  setBy: "ann",
  setAt: NOW,
  ...change,
});

function asked(budget: SlotBudget, brakes: readonly SlotForecast[], kind: ActionKind = "onDemandScan") {
  const subject = {
    tenantId: tenantId("acme"),
    rule: aRule("scan"),
    endpoint: { ...H1, name: "ws-1" },
    kind,
    now: NOW,
  };
  const facts = guardFacts({ brakes, slots: new Map([[endpointKey(H1), budget]]) });
  return { verdict: SLOT_FORECAST_GUARD.check(subject, facts), forecast: forecastSlots(subject, facts) };
}

describe("the slot forecast", () => {
  it("[G14] holds or denies what would find no slot, counting what waits before it, and says the numbers", () => {
    expect(asked({ ...FULL, planned: 0 }, [brake({})]).verdict).toEqual({ kind: "pass" });
    expect(asked(FULL, [brake({})]).verdict).toMatchObject({
      kind: "hold",
      code: "guard.slots",
      message:
        "ws-1 has 0 of 100 slots free (97 taken, 3 waiting): onDemandScan would be put off until one is. brk_1 asks for room.",
    });
    expect(asked(FULL, [brake({}), brake({ whenFull: "deny" })]).verdict.kind).toBe("suppress");
    expect(asked({ ...FULL, used: 80 }, [brake({ reserve: 20 })]).verdict.kind).toBe("hold");
  });

  it("[G14] warns without being against it", () => {
    const { verdict, forecast } = asked(FULL, [brake({ whenFull: "warn" })]);
    expect([verdict.kind, forecast?.warning]).toEqual(["pass", expect.stringContaining("0 of 100 slots free")]);
  });

  it.each(["isolateHost", "preventExecution", "terminateProcess"] as const)("[G14] never stops %s", (kind) => {
    expect(asked(FULL, [brake({ whenFull: "deny" })], kind).verdict).toEqual({ kind: "pass" });
  });

  it("[G14] an endpoint of which nothing is known has room", () => {
    expect(asked({ ...FULL, known: false }, [brake({ whenFull: "deny" })]).verdict).toEqual({ kind: "pass" });
  });

  it("[G14] what one plan orders counts for the next", () => {
    const slots = new Map([[endpointKey(H1), FULL]]);
    noteSlot(slots, endpointKey(H1));
    noteSlot(slots, "elsewhere");
    expect([...slots.values()]).toEqual([{ ...FULL, planned: 2 }]);
  });
});
