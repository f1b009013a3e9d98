import { describe, expect, it } from "vitest";
import { ACTION_KINDS, type ActionKind, classOf } from "../action/index.ts";
import { addMs, epochMs } from "../kernel/index.ts";
import { chooseDeletions, type FinishedTask } from "./clean-up.ts";
import { measureDrift } from "./drift.ts";
import { checkLedgerPolicy, DEFAULT_LEDGER_POLICY } from "./policy.ts";

const NOW = epochMs(1_800_000_000_000);
const POLICY = { watermark: 50, perRoundMax: 10, restMs: 60_000 };
const task = (kind: ActionKind, minutesAgo: number, patch: Partial<FinishedTask> = {}): FinishedTask => ({
  key: `${kind} ${minutesAgo}`,
  kind,
  finishedAt: addMs(NOW, -minutesAgo * 60_000),
  told: true,
  ...patch,
});

describe("cleaning up", () => {
  it("[L7][U1] isolations, preventions and whatever else is not a scan or a collection are never deleted", () => {
    const all = ACTION_KINDS.map((kind) => task(kind, 30));
    const kinds = chooseDeletions(all, 100, NOW, POLICY).map(({ kind }) => classOf(kind));
    expect(new Set(kinds)).toEqual(new Set(["scan", "collect"]));
    expect(kinds).toHaveLength(3);
  });

  it("[L7][U2] only tasks whose end the coordinator has stored, and that have rested", () => {
    const tasks = [task("getFile", 30, { told: false }), task("iocScan", 0), task("onDemandScan", 1)];
    expect(chooseDeletions(tasks, 100, NOW, POLICY).map(({ kind }) => kind)).toEqual(["onDemandScan"]);
  });

  it("[L7][U3] only above the watermark and down to it, the oldest first, a bounded number at a time", () => {
    const tasks = Array.from({ length: 30 }, (_, index) => task("iocScan", index + 1));
    expect(chooseDeletions(tasks, 50, NOW, POLICY)).toEqual([]);
    expect(chooseDeletions(tasks, 52, NOW, POLICY).map(({ key }) => key)).toEqual(["iocScan 30", "iocScan 29"]);
    expect(chooseDeletions(tasks, 100, NOW, POLICY)).toHaveLength(10);
  });

  it("[L7] it is off unless it is configured, and a watermark beyond the limit is refused", () => {
    expect(DEFAULT_LEDGER_POLICY).not.toHaveProperty("cleanUp");
    const cleanUp = { ...POLICY, watermark: 101 };
    expect(() => checkLedgerPolicy({ ...DEFAULT_LEDGER_POLICY, cleanUp })).toThrow("config.invalid");
  });
});

describe("drift", () => {
  it("[L8][E1] tells tasks that came, tasks that went, and not those of ours that were on their way", () => {
    const drift = measureDrift(new Set(["kept", "gone"]), new Set(["ours"]), new Set(["kept", "ours", "new"]));
    expect(drift).toEqual({ appeared: 1, vanished: 1, believed: 2, found: 3 });
  });
});
