import type { ActionClass } from "@cordon/core/action";
import { type ActionId, type EndpointId, epochMs } from "@cordon/core/kernel";
import { compareUrgency } from "@cordon/core/ledger";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRunQueue, type RunItem } from "./run-queue.ts";

const anyClass = fc.constantFrom<ActionClass>("contain", "remediate", "collect", "scan");
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("add" as const), host: fc.nat(4), actionClass: anyClass }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("take" as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("release" as const, "remove"), pick: fc.nat(50) }) },
);

describe("the run queue", () => {
  it("[D7] always gives the most urgent order of any free endpoint, and never two of one endpoint", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const queue = createRunQueue();
        let waiting: { endpointId: EndpointId; item: RunItem }[] = [];
        const busy: EndpointId[] = [];
        let serial = 0;
        for (const next of steps) {
          if (next.do === "add") {
            const endpointId = `h${next.host}` as EndpointId;
            const key = `a${String(++serial).padStart(4, "0")}` as ActionId;
            const item = { key, actionClass: next.actionClass, heldAt: epochMs(serial % 7) };
            waiting.push({ endpointId, item });
            queue.add(endpointId, item);
          }
          if (next.do === "take") {
            const free = waiting.filter(({ endpointId }) => !busy.includes(endpointId));
            const [best] = free.sort((a, b) => compareUrgency(a.item, b.item));
            expect(queue.take(3)?.actionId).toBe(best?.item.key);
            if (best !== undefined) busy.push(best.endpointId);
            waiting = waiting.filter((one) => one !== best);
          }
          if (next.do === "release" && busy.length > 0) {
            const [freed] = busy.splice(next.pick % busy.length, 1);
            if (freed !== undefined) queue.release(freed);
          }
          if (next.do === "remove") {
            const gone = waiting[next.pick % Math.max(1, waiting.length)];
            if (gone !== undefined) queue.remove(gone.endpointId, gone.item.key);
            waiting = waiting.filter((one) => one !== gone);
          }
          expect(queue.size).toBe(waiting.length);
        }
      }),
      { seed: 12 },
    );
  });
});
