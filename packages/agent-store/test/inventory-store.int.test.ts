import { statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createMemoryInventoryStore, type InventoryStore } from "@cordon/agent-core";
import type { Endpoint } from "@cordon/core/endpoint";
import { type EndpointId, epochMs } from "@cordon/core/kernel";
import { createTempFolder } from "@cordon/testkit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { INVENTORY_FILE, openInventoryStore } from "../src/index.ts";

const GRAIN_MS = 10;

function host(name: string, change: Partial<Endpoint> = {}): Endpoint {
  return { endpointId: name as EndpointId, displayName: name, addresses: [], statusMask: 29, ...change };
}

/** Everything that can be asked of a store, in comparable form. */
function look(store: InventoryStore) {
  const { upload } = store.meta();
  return {
    meta: store.meta(),
    counts: store.counts(),
    hosts: NAMES.map((name) => store.find(name as EndpointId)),
    ...(upload?.kind === "snapshot" ? { part: store.snapshotPart(2) } : {}),
    ...(upload?.kind === "delta" ? { changes: store.changesUnderWay() } : {}),
  };
}

const NAMES = ["a", "b", "c", "d", "e"];
const name = fc.constantFrom(...NAMES);
const page = fc.array(
  fc.record({
    name,
    mask: fc.constantFrom(21, 29),
    seen: fc.option(fc.integer({ min: 0, max: 30 }), { nil: undefined }),
  }),
  { maxLength: 4 },
);

type Step = (store: InventoryStore) => unknown;

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ page, full: fc.boolean(), ended: fc.boolean() }).map(
      ({ page: found, full, ended }): Step =>
        (store) => {
          if (store.meta().upload !== undefined) return "not while something is sent";
          store.beginPass();
          const news = store.take(
            found.map((one) =>
              host(one.name, {
                statusMask: one.mask,
                ...(one.seen === undefined ? {} : { lastSeenAt: epochMs(one.seen) }),
              }),
            ),
            GRAIN_MS,
          );
          if (!ended) return news;
          const unseen = store.unseen();
          if (full) store.removeUnseen();
          store.endPass({ startedAt: epochMs(unseen), full });
          return [news, unseen];
        },
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constant<Step>((store) => {
      if (store.meta().upload === undefined) store.beginSnapshot(store.meta().version + 1);
    }),
  },
  {
    weight: 6,
    arbitrary: fc.integer({ min: 1, max: 3 }).map(
      (max): Step =>
        (store) => {
          const { version, upload } = store.meta();
          if (upload === undefined) return store.beginDelta(version + 1, max);
          if (upload.kind === "delta") return store.uploadAcked();
          const part = store.snapshotPart(max);
          const end = part.endpoints.at(-1);
          if (part.last) store.uploadAcked();
          else if (end !== undefined) store.partAcked(end.endpointId);
          return part;
        },
    ),
  },
);

describe("the copy of the inventory", () => {
  it("on disk it does what it does in memory, also when it is closed and opened in between", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(step, fc.boolean()), { minLength: 20, maxLength: 40 }), (steps) => {
        using folder = createTempFolder();
        const memory = createMemoryInventoryStore();
        let disk = openInventoryStore(folder.path);
        try {
          for (const [run, reopen] of steps) {
            expect(run(disk)).toEqual(run(memory));
            if (reopen) {
              disk.close();
              disk = openInventoryStore(folder.path);
            }
            expect(look(disk)).toEqual(look(memory));
          }
        } finally {
          disk.close();
        }
      }),
      { numRuns: 40, seed: 20_261_124 },
    );
  });

  it("whatever was taken, changed and lost on the way: after all is acknowledged the coordinator holds the copy", () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 10, maxLength: 40 }), (steps) => {
        const store = createMemoryInventoryStore();
        const held = new Map<string, Endpoint>();
        const staged = new Map<string, Endpoint>();
        const apply = () => {
          const { upload } = store.meta();
          if (upload?.kind === "snapshot") {
            if (upload.parts === 0) staged.clear();
            const part = store.snapshotPart(2);
            for (const one of part.endpoints) staged.set(one.endpointId, one);
            const end = part.endpoints.at(-1);
            if (!part.last) return end && store.partAcked(end.endpointId);
            held.clear();
            for (const [id, one] of staged) held.set(id, one);
            return store.uploadAcked();
          }
          const changes =
            upload === undefined ? store.beginDelta(store.meta().version + 1, 2) : store.changesUnderWay();
          if (changes === undefined) return;
          for (const one of changes.upserted) held.set(one.endpointId, one);
          for (const id of changes.removed) held.delete(id);
          store.uploadAcked();
        };
        for (const [index, run] of steps.entries()) {
          // Acknowledgements of the steps themselves would skip the coordinator: only passes and beginnings are taken from them.
          if (store.meta().upload === undefined) run(store);
          if (index % 3 === 0) apply();
        }
        for (let rounds = 0; rounds < 40 && (store.meta().upload ?? store.counts().waiting) !== 0; rounds++) apply();
        expect(store.counts().waiting).toBe(0);
        const copy = NAMES.map((each) => store.find(each as EndpointId)).filter((one) => one !== undefined);
        expect([...held.values()].sort((a, b) => (a.endpointId < b.endpointId ? -1 : 1))).toEqual(copy);
      }),
      { numRuns: 100, seed: 20_261_124 },
    );
  });

  it("a file that is no database, or of another form, is made anew instead of stopping the agent", () => {
    using folder = createTempFolder();
    writeFileSync(path.join(folder.path, INVENTORY_FILE), "torn".repeat(2_000));
    const store = openInventoryStore(folder.path);
    store.take([host("a")], GRAIN_MS);
    expect(store.counts()).toEqual({ endpoints: 1, waiting: 1 });
    store.close();
    expect(statSync(path.join(folder.path, INVENTORY_FILE)).mode & 0o777).toBe(0o600);
  });
});
