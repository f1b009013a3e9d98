import { type ActionArgs, type ActionOrder, type ActionState, isSettled } from "@cordon/core/action";
import { addMs, type EpochMs } from "@cordon/core/kernel";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DEFAULT_SETTINGS } from "../src/index.ts";
import { type SubmitScript, serves } from "./scripted-edr.ts";
import { SCAN, SiteWorld } from "./site-world.ts";

const MINUTE_MS = 60_000;
const WORK: readonly ActionArgs[] = [
  SCAN,
  ...["a", "b", "c"].map((value): ActionArgs => ({ kind: "iocScan", indicators: [{ type: "fileName", value }] })),
  { kind: "iocScan", indicators: ["a", "d"].map((value) => ({ type: "fileName", value })) },
  { kind: "getFile", path: "x" },
  { kind: "quarantineFile", path: "x" },
];

const submit: fc.Arbitrary<SubmitScript> = fc.oneof(
  fc.constantFrom<SubmitScript>("store", "store", "store_lose", "lose"),
  fc.constantFrom<SubmitScript>({ throws: "ksc.unreachable" }, { reject: "ksc.malformed_argument" }),
);

type Step =
  | { readonly do: "offer"; readonly host: number; readonly works: readonly number[]; readonly soon: boolean }
  | { readonly do: "cancel" | "pass"; readonly amount: number }
  | { readonly do: "crash" | "lose" | "trouble" | "heal" | "task" | "end" };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.record({
      do: fc.constant("offer" as const),
      host: fc.nat(1),
      works: fc.array(fc.nat(WORK.length - 1), { minLength: 1, maxLength: 6 }),
      soon: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("cancel" as const), amount: fc.nat(20) }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("pass" as const), amount: fc.constantFrom(0, 1, 500, 5_000, 90_000) }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom("crash" as const, "trouble", "heal", "task", "end") }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("lose" as const) }) },
);

/** One storm of work that may merge, and what the coordinator remembers of it. */
class Storm {
  readonly world: SiteWorld;
  readonly orders: ActionOrder[] = [];
  readonly offeredAt = new Map<string, EpochMs>();

  constructor(scripts: readonly SubmitScript[], ridersMax: number) {
    const pacing = { heavy: ["onDemandScan", "iocScan"], gapMs: MINUTE_MS, perHourMax: 20 } as const;
    this.world = new SiteWorld({ ledger: { ...DEFAULT_SETTINGS.ledger, merging: { ridersMax }, pacing } }).start();
    this.world.edr.submits.push(...scripts);
  }

  async run(next: Step): Promise<void> {
    const { world } = this;
    if (next.do === "offer") for (const work of next.works) await this.offer(next.host, work, next.soon);
    if (next.do === "cancel") {
      const order = this.orders[next.amount % Math.max(1, this.orders.length)];
      const { actionId } = order ?? {};
      if (actionId !== undefined) await world.agent.handle({ kind: "cancel", actionId, reason: "no" });
    }
    if (next.do === "pass") await world.pass(next.amount);
    if (next.do === "crash") await world.crash();
    if (next.do === "lose") await this.lose();
    if (next.do === "trouble") world.edr.trouble = "ksc.unreachable";
    if (next.do === "heal") world.edr.trouble = undefined;
    if (next.do === "task") this.makeTask();
    if (next.do === "end")
      for (const tasks of world.edr.tasks.values()) for (const task of tasks) this.end(task.taskId);
  }

  async offer(host: number, work: number, soon: boolean): Promise<void> {
    const { clock } = this.world;
    const deadline = addMs(clock.now(), soon ? MINUTE_MS : 120 * MINUTE_MS);
    const order = this.world.order(`h${host}`, WORK[work] ?? SCAN, { deadline });
    this.orders.push(order);
    this.offeredAt.set(order.actionId, clock.now());
    await this.world.offer(order);
  }

  /** [L8] The coordinator offers again what it has heard no end of, in another order than the first time. */
  async lose(): Promise<void> {
    await this.world.pass(100);
    const ended = new Set(this.orders.filter((order) => isSettled(this.lastState(order) ?? "held")));
    await this.world.lose();
    for (const order of [...this.orders].reverse()) {
      if (!ended.has(order)) await this.world.reoffer(order, this.offeredAt.get(order.actionId) as EpochMs);
    }
  }

  lastState(order: ActionOrder): ActionState | undefined {
    return this.world.statuses.findLast(({ actionId }) => actionId === order.actionId)?.state;
  }

  makeTask(): void {
    const { stored, states } = this.world.edr;
    const taskless = stored.find(({ incidentId }) => !states.has(`t${incidentId}`));
    if (taskless !== undefined) this.world.edr.makeTask(taskless.order.actionId);
  }

  end(taskId: string): void {
    this.world.edr.states.set(taskId, { kind: "present", hostState: 4, description: "" });
  }

  /** The faults end, KSC works off what it has, and all that may be sent is. */
  async settle(): Promise<void> {
    const { world } = this;
    world.edr.trouble = undefined;
    world.edr.submits.length = 0;
    for (let round = 0; round < 12; round++) {
      await world.pass(2 * MINUTE_MS);
      for (let made = 0; made < 10; made++) this.makeTask();
      await this.run({ do: "end" });
    }
  }
}

describe("a storm of work that may merge", () => {
  it("[L5][D4][L8] count in is count out: each action has at most one effect, what served it looked for just what was asked, and each ends with the task that served it", async () => {
    let merged = 0;
    let ended = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(submit, { maxLength: 12 }),
        fc.array(step, { minLength: 5, maxLength: 25 }),
        fc.constantFrom(1, 3, 100),
        async (scripts, steps, ridersMax) => {
          const storm = new Storm(scripts, ridersMax);
          const { world, orders } = storm;
          for (const next of steps) await storm.run(next);
          await storm.settle();
          for (const order of orders) {
            const effects = world.edr.stored.filter((one) => serves(one.order, order.actionId));
            const state = storm.lastState(order);
            const what = `${order.actionId} ${order.spec.kind} is ${state}`;
            expect(effects.length, what).toBeLessThanOrEqual(1);
            expect(state !== undefined && isSettled(state), what).toBe(true);
            const [effect] = effects;
            if (effect === undefined) expect(["cancelled", "expired", "refused", "unknown"], what).toContain(state);
            else expect(["succeeded", "unknown"], what).toContain(state);
            const told = world.statuses.findLast(({ actionId }) => actionId === order.actionId);
            if (state === "succeeded") {
              expect(told?.detail.evidence.incidentId, what).toBe(effect?.incidentId);
              ended++;
            }
          }
          for (const { order: sent } of world.edr.stored) {
            const served = orders.filter(({ actionId }) => serves(sent, actionId));
            expect(new Set(served.map(({ endpointId }) => endpointId)).size).toBe(1);
            merged += served.length - 1;
            const asked = served.flatMap(({ spec }) => (spec.kind === "iocScan" ? spec.indicators : []));
            const sought = sent.spec.kind === "iocScan" ? sent.spec.indicators : [];
            const names = (list: typeof asked) => [...new Set(list.map(({ value }) => value))].sort();
            expect(names([...sought])).toEqual(names(asked));
          }
          await world.agent.stop(0);
        },
      ),
      { numRuns: 60, seed: 20_261_124 },
    );
    expect(merged).toBeGreaterThan(150);
    expect(ended).toBeGreaterThan(400);
  });
});
