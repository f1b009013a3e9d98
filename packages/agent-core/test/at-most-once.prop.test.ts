import { isSettled } from "@cordon/core/action";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DEFAULT_SETTINGS } from "../src/index.ts";
import { type SubmitScript, serves } from "./scripted-edr.ts";
import { ISOLATE, SCAN, SiteWorld } from "./site-world.ts";

const submit: fc.Arbitrary<SubmitScript> = fc.oneof(
  fc.constantFrom<SubmitScript>("store", "store", "store_lose", "lose"),
  fc.constantFrom<SubmitScript>({ throws: "ksc.unreachable" }, { reject: "ksc.unavailable" }, { reject: "ksc.limit" }),
);

/** Turns come soon, so that all have had theirs in the end. */
const QUICK = {
  ...DEFAULT_SETTINGS.ledger,
  pacing: { heavy: ["onDemandScan", "iocScan"], gapMs: 5_000, perHourMax: 1_000 },
} as const;

type Step =
  | { readonly do: "offer"; readonly host: number; readonly scan: boolean }
  | { readonly do: "repeat" | "pass"; readonly amount: number }
  | { readonly do: "crash" | "trouble" | "heal" | "task" };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant("offer" as const), host: fc.nat(2), scan: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("repeat" as const), amount: fc.nat(20) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("pass" as const), amount: fc.constantFrom(0, 1, 500, 5_000) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("crash" as const, "trouble", "heal", "task") }) },
);

describe("whatever KSC and the power supply do", () => {
  it("[D4][D5] an action takes effect at most once, an accepted one is never forgotten, and in the end each is settled or at KSC", async () => {
    let stored = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(submit, { maxLength: 30 }),
        fc.array(step, { maxLength: 30 }),
        async (scripts, steps) => {
          const world = new SiteWorld({ ledger: QUICK }).start();
          world.edr.submits.push(...scripts);
          const orders = [world.order("h0", ISOLATE)];
          for (const next of steps) {
            if (next.do === "offer") orders.push(world.order(`h${next.host}`, next.scan ? SCAN : ISOLATE));
            if (next.do === "offer" || next.do === "repeat") {
              const order = next.do === "repeat" ? orders[next.amount % orders.length] : orders.at(-1);
              // Not awaited: the answer may be lost with the process.
              if (order !== undefined) void world.offer(order);
            }
            if (next.do === "pass") await world.pass(next.amount);
            if (next.do === "crash") await world.crash();
            if (next.do === "trouble") world.edr.trouble = "ksc.unreachable";
            if (next.do === "heal") world.edr.trouble = undefined;
            const taskless = world.edr.stored.find(({ incidentId }) => !world.edr.states.has(`t${incidentId}`));
            if (next.do === "task" && taskless !== undefined) world.edr.makeTask(taskless.order.actionId);
          }
          await world.pass(0);
          // The faults end; the coordinator offers again what it has no receipt for.
          world.edr.trouble = undefined;
          world.edr.submits.length = 0;
          await world.offer(...orders);
          await world.pass(400_000);
          for (const order of orders) {
            const times = world.edr.stored.filter((one) => serves(one.order, order.actionId)).length;
            expect(times, `${order.actionId} took effect ${times} times`).toBeLessThanOrEqual(1);
            const state = world.state(order);
            expect(state, `${order.actionId} is in the ledger`).toBeDefined();
            const atKsc = state === "submitted" || state === "task_seen";
            expect(atKsc || (state !== undefined && isSettled(state)), `${order.actionId} is ${state}`).toBe(true);
            if (atKsc) expect(times).toBe(1);
          }
          stored += world.edr.stored.length;
          await world.agent.stop(0);
        },
      ),
      { numRuns: 150, seed: 4_711 },
    );
    expect(stored).toBeGreaterThan(300);
  });
});
