import { AppError, actionId, agentId, epochMs, silentLogger, siteId, systemClock, tenantId } from "@cordon/core/kernel";
import { expect, test } from "vitest";
import type { ActionStore, AgentStatus, StatusBatch } from "../ports/action-store.ts";
import { createApplyStatuses, type SessionRef } from "./apply-statuses.ts";

const sessionOf = (name: string): SessionRef => ({
  tenantId: tenantId("acme"),
  siteId: siteId(name),
  agentId: agentId(`agent-${name}`),
  ledgerId: `ledger-${name}`,
  role: "active",
  epoch: 1,
});

const status = (seq: number): AgentStatus => ({
  seq,
  actionId: actionId("a"),
  state: "running",
  at: epochMs(1),
  detail: { evidence: { rung: "task" } },
});

/** A store whose first write is held until it is let go; it says when that is under way, and which sites came together. */
function heldStore(outcome: (batches: readonly StatusBatch[]) => void = () => {}) {
  const writes: string[][] = [];
  const first = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const store: Pick<ActionStore, "applyStatuses"> = {
    async applyStatuses(_tenant, batches) {
      writes.push(batches.map((batch) => batch.siteId));
      begun.resolve();
      if (writes.length === 1) await first.promise;
      outcome(batches);
      return batches.map(({ statuses }) => ({
        kind: "applied",
        cursor: statuses.at(-1)?.seq ?? 0,
        moved: 0,
        ignored: 0,
        unknown: 0,
      }));
    },
  };
  return { store, writes, underWay: begun.promise, letGo: first.resolve };
}

const applier = (store: Pick<ActionStore, "applyStatuses">) =>
  createApplyStatuses({ store, chains: { ended: () => {} }, clock: systemClock, logger: silentLogger });

test("what sites report while a write is under way goes together with the next, in order", async () => {
  const { store, writes, underWay, letGo } = heldStore();
  const apply = applier(store);
  const first = apply(sessionOf("a"), [status(1)]);
  await underWay;
  const answers = [first, ...["b", "c", "b"].map((name, index) => apply(sessionOf(name), [status(index + 2)]))];
  letGo();
  expect((await Promise.all(answers)).map((answer) => answer.kind === "applied" && answer.cursor)).toEqual([
    1, 2, 3, 4,
  ]);
  expect(writes).toEqual([["a"], ["b", "c", "b"]]);
});

test("what sites report in the same moment goes together", async () => {
  const { store, writes, letGo } = heldStore();
  const apply = applier(store);
  const answers = ["a", "b"].map((name) => apply(sessionOf(name), [status(1)]));
  letGo();
  await Promise.all(answers);
  expect(writes).toEqual([["a", "b"]]);
});

test("what the database refuses of one site ends no other site's session", async () => {
  const { store, letGo } = heldStore((batches) => {
    if (batches.some((batch) => batch.siteId === "odd")) throw new TypeError("cannot be stored");
  });
  const apply = applier(store);
  const answers = ["a", "odd", "b"].map((name) => apply(sessionOf(name), [status(1)]));
  letGo();
  expect((await Promise.allSettled(answers)).map((answer) => answer.status)).toEqual([
    "fulfilled",
    "rejected",
    "fulfilled",
  ]);
});

test("a record that is away fails all that wait, without a try for each", async () => {
  const { store, writes, underWay, letGo } = heldStore((batches) => {
    if (batches.length > 1) throw new AppError("store.unavailable", "away");
  });
  const apply = applier(store);
  const first = apply(sessionOf("a"), [status(1)]);
  await underWay;
  const answers = [first, ...["b", "c"].map((name) => apply(sessionOf(name), [status(1)]))];
  letGo();
  expect((await Promise.allSettled(answers)).map((answer) => answer.status)).toEqual([
    "fulfilled",
    "rejected",
    "rejected",
  ]);
  expect(writes).toEqual([["a"], ["b", "c"]]);
});
