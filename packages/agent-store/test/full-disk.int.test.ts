import { renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { AppError } from "@cordon/core/kernel";
import { eventually, mountSmallDisk } from "@cordon/testkit";
import { describe, expect, it } from "vitest";
import { LEDGER_FILE, lockStateDir, openLedgerReader, openLedgerStore } from "../src/index.ts";
import { action, entryOf, statusOf } from "./entries.ts";

const MIB = 1_048_576;

function openOn(stateDir: string) {
  const told: (AppError | undefined)[] = [];
  const store = openLedgerStore(stateDir, {
    onSetAside: () => {},
    onDamage: () => {},
    onStuck: (problem) => told.push(problem),
  });
  return { store, told };
}

const isSettled = async (promise: Promise<unknown>) =>
  (await Promise.race([promise.then(() => "settled"), Promise.resolve("open")])) === "settled";

describe("a disk that takes nothing", () => {
  it("[D5] full: nothing is said to be on disk, and all of it is, in order, when there is room again", async () => {
    using disk = mountSmallDisk(4 * MIB);
    const { store, told } = openOn(disk.path);
    await store.write([{ kind: "entry", entry: entryOf("before") }]);
    disk.fill();
    const padding = "x".repeat(8_000);
    const count = 50;
    const writes = Array.from({ length: count }, (_, index) =>
      store.write([
        { kind: "entry", entry: entryOf(`e${index}`, { message: padding }) },
        { kind: "status", record: statusOf(index + 1) },
      ]),
    );
    const waiting = Promise.all(writes);
    await eventually(() => told.length > 0, { what: "the trouble to be told" });
    expect(told[0]).toMatchObject({ code: "ledger.unwritable" });
    expect(await isSettled(waiting)).toBe(false);
    const last = store.write([{ kind: "entry", entry: entryOf("e0", { state: "expired" }) }]);
    disk.free();
    await Promise.all([waiting, last]);
    expect(told.at(-1)).toBeUndefined();
    expect(store.find(action("e0"))?.state).toBe("expired");
    expect(store.find(action(`e${count - 1}`))).toBeDefined();
    expect(store.statusesAfter(0, 100_000).map(({ seq }) => seq)).toEqual(
      Array.from({ length: count }, (_, i) => i + 1),
    );
    await store.close();
  });

  it("mounted read-only: a ledger is not opened, with the code that says why", () => {
    using disk = mountSmallDisk(4 * MIB);
    disk.remount("ro");
    expect(() => openOn(disk.path)).toThrow(expect.objectContaining({ code: "ledger.unwritable" }));
    expect(() => lockStateDir(disk.path)).toThrow(expect.objectContaining({ code: "ledger.unwritable" }));
  });

  it("whose file was replaced by a new mount ends the wait: the process must open the new one", async () => {
    using old = mountSmallDisk(4 * MIB);
    const { store, told } = openOn(old.path);
    old.fill();
    const write = store.write([{ kind: "entry", entry: entryOf("lost", { message: "x".repeat(2 * MIB) }) }]);
    const refused = expect(write).rejects.toThrow("its disk was mounted anew");
    await eventually(() => told.length > 0, { what: "the trouble to be told" });
    renameSync(path.join(old.path, LEDGER_FILE), path.join(old.path, "old"));
    writeFileSync(path.join(old.path, LEDGER_FILE), "");
    await refused;
    await store.close();
  });

  it("when nobody waits any longer, what was told to nobody is rejected and lost, as in a crash", async () => {
    using disk = mountSmallDisk(4 * MIB);
    const { store, told } = openOn(disk.path);
    await store.write([{ kind: "entry", entry: entryOf("before") }]);
    disk.fill();
    const write = store.write([{ kind: "entry", entry: entryOf("lost", { message: "x".repeat(2 * MIB) }) }]);
    const refused = expect(write).rejects.toMatchObject({ code: "ledger.unwritable" });
    await eventually(() => told.length > 0, { what: "the trouble to be told" });
    store.giveUp();
    await refused;
    await store.close();
    disk.free();
    const reader = openLedgerReader(disk.path);
    expect(reader?.find(action("before"))).toBeDefined();
    expect(reader?.find(action("lost"))).toBeUndefined();
    reader?.close();
  });
});
