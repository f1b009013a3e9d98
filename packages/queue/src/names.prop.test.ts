import { actionId, deriveActionId, siteId, tenantId } from "@cordon/core/kernel";
import fc from "fast-check";
import { expect, test } from "vitest";
import { actionOfJob, jobIdOf, prefixOfQueue, queueNameOf, siteOfQueue } from "./names.ts";

const slug = fc.stringMatching(/^[a-z0-9](?:[a-z0-9-]{0,20}[a-z0-9])?$/);

test("a queue name reads back as its site, and no two sites share one", () => {
  fc.assert(
    fc.property(slug, slug, slug, slug, (tenantA, siteA, tenantB, siteB) => {
      const a = { tenantId: tenantId(tenantA), siteId: siteId(siteA) };
      const b = { tenantId: tenantId(tenantB), siteId: siteId(siteB) };
      expect(siteOfQueue(queueNameOf(a))).toEqual(a);
      expect(queueNameOf(a) === queueNameOf(b)).toBe(tenantA === tenantB && siteA === siteB);
      expect(queueNameOf(a)).not.toContain(":");
    }),
  );
});

test("[S10] keys of one tenant have a beginning that no other tenant's have", () => {
  fc.assert(
    fc.property(slug, slug, slug, slug, (tenantA, siteA, tenantB, siteB) => {
      const [a, b] = [
        queueNameOf({ tenantId: tenantId(tenantA), siteId: siteId(siteA) }),
        queueNameOf({ tenantId: tenantId(tenantB), siteId: siteId(siteB) }),
      ];
      const key = `${prefixOfQueue(b)}:${b}:wait`;
      expect(key.startsWith(`${prefixOfQueue(a)}:`)).toBe(tenantA === tenantB);
    }),
  );
});

test("[D4] every action id becomes a job id that reads back and cannot be mistaken for a key of BullMQ's", () => {
  const anyId = fc.oneof(
    fc.stringMatching(/^[!-~]{1,128}$/),
    fc.constantFrom("wait", "meta", "active", "42", "act_1:lock", "b64_YQ", "act_"),
  );
  fc.assert(
    fc.property(anyId, (text) => {
      const job = jobIdOf(actionId(text));
      expect(actionOfJob(job)).toBe(text);
      expect(job).toMatch(/^(act|b64)_[0-9A-Za-z_-]+$/);
    }),
  );
});

test("a derived id is its own job id", () => {
  const id = deriveActionId(["acme", "event"]);
  expect(jobIdOf(id)).toBe(id);
});

test("a name that is not ours names no site", () => {
  expect(siteOfQueue("acme.hq")).toBeUndefined();
  expect(siteOfQueue("{acme}")).toBeUndefined();
});
