import {
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type LedgerEntry, type LedgerStore, slotOf } from "@cordon/agent-core";
import { epochMs } from "@cordon/core/kernel";
import { createTempFolder, spawnProgram } from "@cordon/testkit";
import { describe, expect, it } from "vitest";
import { holderOfStateDir, LEDGER_FILE, lockStateDir, openLedgerReader, openLedgerStore } from "../src/index.ts";
import { setAside, tellDamage } from "../src/set-aside.ts";
import { action, endpoint, entryOf, statusOf } from "./entries.ts";

const QUIET = { onSetAside: () => {}, onDamage: () => {} };
const script = (name: string) => path.join(import.meta.dirname, name);

async function withStore<T>(dir: string, use: (store: LedgerStore) => T | Promise<T>): Promise<T> {
  const store = openLedgerStore(dir, QUIET);
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

describe("the ledger on disk", () => {
  it("[D5] everything that was acknowledged is there after kill -9 in the middle of commits", async () => {
    using folder = createTempFolder();
    await using child = spawnProgram({ argv: [process.execPath, script("commit-until-killed.ts"), folder.path] });
    await child.waitForLine(/^status 40$/m);
    await child.kill9();
    const told = [...child.stdout().matchAll(/^acknowledged (\S+)\n/gm)].map(([, name]) => name ?? "");
    expect(told.length).toBeGreaterThanOrEqual(200);
    await withStore(folder.path, (store) => {
      expect(told.filter((name) => store.find(action(name)) === undefined)).toEqual([]);
      const seqs = store.statusesAfter(0, 100_000).map(({ seq }) => seq);
      expect(seqs).toEqual(seqs.map((_, index) => index + 1));
      expect(store.meta().statusSeq).toBe(seqs.length);
    });
  });

  it("a call's writes are all there or none, and a failed one ends the store", async () => {
    using folder = createTempFolder();
    const store = openLedgerStore(folder.path, QUIET);
    const wrong = { ...statusOf(1), seq: "not a number" as unknown as number };
    const failing = store.write([
      { kind: "entry", entry: entryOf("half") },
      { kind: "status", record: wrong },
    ]);
    await expect(failing).rejects.toMatchObject({ code: "ledger.unwritable" });
    expect(store.find(action("half"))).toBeUndefined();
    await expect(store.write([{ kind: "entry", entry: entryOf("later") }])).rejects.toMatchObject({
      code: "ledger.unwritable",
    });
    await store.close();
  });

  it("calls of one turn share a transaction and keep their order", async () => {
    using folder = createTempFolder();
    await withStore(folder.path, async (store) => {
      const first = store.write([{ kind: "entry", entry: entryOf("a") }]);
      const second = store.write([{ kind: "entry", entry: entryOf("a", { state: "expired" }) }]);
      expect(store.find(action("a"))).toBeUndefined();
      await first;
      expect(store.find(action("a"))?.state).toBe("expired");
      await second;
    });
  });

  it("[D5] many entries of one group are each there, new or changed, and of meta and cursor the last word counts", async () => {
    using folder = createTempFolder();
    const names = Array.from({ length: 19 }, (_, serial) => `a${serial}`);
    const inState = (state: LedgerEntry["state"]) =>
      names.map((name) => ({ kind: "entry" as const, entry: entryOf(name, { state }) }));
    await withStore(folder.path, async (store) => {
      await store.write(inState("delivered"));
      void store.write([...inState("submitting"), { kind: "meta", meta: { epoch: 1, eventCursor: 5 } }]);
      void store.write([{ kind: "acked", cursor: 3 }, ...inState("submitted").slice(0, 10)]);
      store.hurry();
      await store.write([
        { kind: "meta", meta: { epoch: 2 } },
        { kind: "acked", cursor: 4 },
      ]);
    });
    await withStore(folder.path, async (store) => {
      const states = names.map((name) => store.find(action(name))?.state);
      expect(states).toEqual(names.map((_, serial) => (serial < 10 ? "submitted" : "submitting")));
      expect(store.meta()).toMatchObject({ epoch: 2, eventCursor: 5, statusAcked: 4 });
    });
  });

  it("finds entries by action, endpoint and standing, and keeps occupancy and meta", async () => {
    using folder = createTempFolder();
    const occupancy = { endpointId: endpoint("host-1"), measuredAt: epochMs(5), foreign: [] };
    // Its effect has no end, which JSON cannot say.
    const { order } = entryOf("slot");
    const spec = { kind: "preventExecution", path: "C:\\a.exe" } as const;
    const prevention = entryOf("slot", { state: "succeeded", order: { ...order, spec } });
    await withStore(folder.path, async (store) => {
      await store.write([
        { kind: "entry", entry: entryOf("open") },
        { kind: "entry", entry: prevention },
        { kind: "entry", entry: entryOf("closed", { state: "expired" }) },
        { kind: "occupancy", occupancy },
        { kind: "meta", meta: { epoch: 7, namesCarryIncident: true } },
      ]);
    });
    await withStore(folder.path, (store) => {
      expect(store.openEntries().map(({ order }) => order.actionId)).toEqual(["open"]);
      const settled = store.settledOf(endpoint("host-1"));
      expect(settled.map(({ order }) => order.actionId)).toEqual(["slot"]);
      expect(store.slotsOf(endpoint("host-1"))).toEqual(settled.map(slotOf));
      expect(store.find(action("closed"))).toEqual(entryOf("closed", { state: "expired" }));
      expect(store.endpointsInUse()).toEqual(["host-1"]);
      expect(store.occupancyOf(endpoint("host-1"))).toEqual(occupancy);
      expect(store.meta()).toMatchObject({ epoch: 7, namesCarryIncident: true, statusSeq: 0 });
    });
  });

  it("[D5] statuses are forgotten only up to the cursor, and their sequence goes on after it", async () => {
    using folder = createTempFolder();
    await withStore(folder.path, async (store) => {
      await store.write([1, 2, 3].map((seq) => ({ kind: "status", record: statusOf(seq) })));
      await store.write([
        { kind: "status", record: statusOf(3, "succeeded") },
        { kind: "acked", cursor: 2 },
      ]);
      expect(store.statusesAfter(0, 10)).toEqual([statusOf(3, "succeeded")]);
      await store.write([{ kind: "acked", cursor: 3 }]);
    });
    await withStore(folder.path, (store) => expect(store.meta()).toMatchObject({ statusSeq: 3, statusAcked: 3 }));
  });

  it("[D4] memory of closed actions is kept until both its age and the deadline are past", async () => {
    using folder = createTempFolder();
    await withStore(folder.path, async (store) => {
      const order = { ...entryOf("live").order, deadline: epochMs(9_000) };
      await store.write([
        { kind: "entry", entry: entryOf("old", { state: "expired" }) },
        { kind: "entry", entry: entryOf("live", { state: "expired", order }) },
        { kind: "entry", entry: entryOf("slot", { state: "succeeded" }) },
        { kind: "prune", before: epochMs(5_000), max: 100 },
      ]);
      expect(store.find(action("old"))).toBeUndefined();
      expect(store.find(action("live"))).toBeDefined();
      expect(store.find(action("slot"))).toBeDefined();
    });
  });

  it("is readable by its owner only, the log beside it too", async () => {
    using folder = createTempFolder();
    const dir = path.join(folder.path, "state");
    await withStore(dir, async (store) => {
      await store.write([{ kind: "entry", entry: entryOf("a") }]);
      expect(statSync(dir).mode & 0o777).toBe(0o700);
      for (const file of readdirSync(dir)) expect(statSync(path.join(dir, file)).mode & 0o777, file).toBe(0o600);
    });
  });

  it.each([
    ["garbage", (file: string) => writeFileSync(file, "this is not a database, it is a text of some length")],
    ["a torn page", tearPage],
    ["a document that is none", (file: string) => sql(file, "UPDATE entries SET body = 'x' WHERE action_id = 'a7'")],
    ["other tables", (file: string) => sql(file, "ALTER TABLE occupancy RENAME COLUMN foreign_tasks TO x")],
    ["what the check found while the agent worked", (file: string) => tellDamage(path.dirname(file), "torn")],
  ])("[L8] %s: the file is set aside, kept, and a ledger with another id begins", async (_what, damage) => {
    using folder = createTempFolder();
    const file = path.join(folder.path, LEDGER_FILE);
    const before = await withStore(folder.path, async (store) => {
      for (let serial = 0; serial < 50; serial++) await store.write([{ kind: "entry", entry: entryOf(`a${serial}`) }]);
      return store.meta().ledgerId;
    });
    damage(file);
    const bytes = readFileSync(file);
    const told: string[] = [];
    const store = openLedgerStore(folder.path, { ...QUIET, onSetAside: (aside) => told.push(aside.file) });
    expect(told).toEqual([`${file}.damaged-1`]);
    expect(readFileSync(`${file}.damaged-1`)).toEqual(bytes);
    expect(store.openEntries()).toEqual([]);
    const { ledgerId } = store.meta();
    expect(ledgerId).not.toBe(before);
    await store.close();
    await withStore(folder.path, (again) => expect(again.meta().ledgerId).toBe(ledgerId));
  });

  it("[L8] what cannot be read is ledger.unreadable for who only reads, also when it shows late", async () => {
    using folder = createTempFolder();
    await withStore(folder.path, (store) => store.write([{ kind: "entry", entry: entryOf("a") }]));
    const file = path.join(folder.path, LEDGER_FILE);
    sql(file, "UPDATE entries SET body = 'x'");
    const reader = openLedgerReader(folder.path);
    expect(() => reader?.recent(10)).toThrow(`ledger.unreadable: ${file}`);
    reader?.close();
    sql(file, "ALTER TABLE entries RENAME TO others");
    expect(() => openLedgerReader(folder.path)).toThrow(`ledger.unreadable: ${file}`);
  });

  it("a file of a newer release is ledger.unreadable and stays where it is", async () => {
    using folder = createTempFolder();
    await withStore(folder.path, (store) => store.write([{ kind: "entry", entry: entryOf("a") }]));
    const file = path.join(folder.path, LEDGER_FILE);
    sql(file, "PRAGMA user_version = 99");
    expect(() => openLedgerStore(folder.path, QUIET)).toThrow(`ledger.unreadable: ${file}`);
    expect(readdirSync(folder.path).filter((name) => name.includes("damaged"))).toEqual([]);
  });

  it("at most five damaged ledgers are kept, the newest last", () => {
    using folder = createTempFolder();
    const file = path.join(folder.path, LEDGER_FILE);
    const asides = [1, 2, 3, 4, 5, 6].map((serial) => {
      writeFileSync(file, `ledger ${serial}`);
      return setAside(folder.path);
    });
    expect(asides.at(-1)).toBe(`${file}.damaged-5`);
    const kept = [1, 2, 3, 4, 5].map((number) => readFileSync(`${file}.damaged-${number}`, "utf8"));
    expect(kept).toEqual([2, 3, 4, 5, 6].map((serial) => `ledger ${serial}`));
  });

  it("is shown from outside while the agent writes, and is not made by looking", async () => {
    using folder = createTempFolder();
    expect(openLedgerReader(path.join(folder.path, "none"))).toBeUndefined();
    await withStore(folder.path, async (store) => {
      await store.write([{ kind: "entry", entry: entryOf("a") }]);
      const reader = openLedgerReader(folder.path);
      await store.write([{ kind: "entry", entry: entryOf("b", { changedAt: epochMs(1_500) }) }]);
      expect(reader?.recent(10).map(({ order }) => order.actionId)).toEqual(["b", "a"]);
      expect(reader?.counts()).toEqual({ open: 2, slots: 0, closed: 0, statuses: 0 });
      reader?.close();
    });
  });
});

describe("the lock on a state folder", () => {
  it("a second process is refused and told who has it; a killed one leaves nothing locked", async () => {
    using folder = createTempFolder();
    await using holder = spawnProgram({ argv: [process.execPath, script("hold-lock.ts"), folder.path] });
    await holder.waitForLine(/^locked$/m);
    expect(() => lockStateDir(folder.path)).toThrow(
      `agent.already_running: ${folder.path} is in use by process ${holder.pid}`,
    );
    expect(holderOfStateDir(folder.path)).toEqual({ pid: holder.pid });
    await holder.kill9();
    expect(holderOfStateDir(folder.path)).toBeUndefined();
    lockStateDir(folder.path).release();
    expect(holderOfStateDir(folder.path)).toBeUndefined();
  });
});

function sql(file: string, text: string): void {
  const db = new DatabaseSync(file);
  db.exec(text);
  db.close();
}

/** As a disk that lost the second half of a write. */
function tearPage(file: string): void {
  const { size } = statSync(file);
  const handle = openSync(file, "r+");
  writeSync(handle, Buffer.alloc(4_096, 0xab), 0, 4_096, 4_096);
  closeSync(handle);
  truncateSync(file, size);
}
