import { describe, expect, it } from "vitest";
import { epochMs } from "../kernel/index.ts";
import { type Candidate, recognise, type SeenTask } from "./recognise.ts";

const NOW = epochMs(1_800_000_000_000);
const POLICY = { namesCarryIncident: false, clockToleranceMs: 60_000, otherNumberAfterMs: 60_000 };

const action = (key: string, patch: Partial<Candidate> = {}): Candidate => ({
  key,
  kind: "getFile",
  submittedAt: epochMs(NOW - 5_000),
  ...patch,
});
const task = (taskId: string, patch: Partial<SeenTask> = {}): SeenTask => ({
  taskId,
  createdAt: NOW,
  nameKind: "getFile",
  nameIncidentId: undefined,
  ...patch,
});
const pairs = (candidates: Candidate[], tasks: SeenTask[], policy = POLICY) =>
  [...recognise(candidates, tasks, NOW, policy)].map(([key, { taskId }]) => `${key}=${taskId}`);

describe("recognising tasks", () => {
  it("[R1] the incident id in the name decides, whatever the order", () => {
    const candidates = [action("a", { incidentId: 7 }), action("b", { incidentId: 8 })];
    expect(pairs(candidates, [task("t8", { nameIncidentId: 8 }), task("t7", { nameIncidentId: 7 })])).toEqual([
      "a=t7",
      "b=t8",
    ]);
  });

  it("[R1] a fitting number on a task of another kind is not ours", () => {
    expect(
      pairs([action("a", { incidentId: 7 })], [task("t", { nameIncidentId: 7, nameKind: "isolateHost" })]),
    ).toEqual([]);
  });

  it("[R3] a task that a look had shown before the send is not of it, however near the clocks put the two", () => {
    const before = task("t", { seenAt: epochMs(NOW - 5_000), createdAt: epochMs(NOW - 6_000) });
    expect(pairs([action("a")], [before])).toEqual([]);
    expect(pairs([action("a")], [{ ...before, seenAt: epochMs(NOW - 4_999) }])).toEqual(["a=t"]);
  });

  it("[R2] without numbers kind and time decide, oldest to oldest", () => {
    const candidates = [action("young"), action("old", { submittedAt: epochMs(NOW - 9_000) })];
    expect(pairs(candidates, [task("t2"), task("t1", { createdAt: epochMs(NOW - 3_000) })])).toEqual([
      "old=t1",
      "young=t2",
    ]);
  });

  it("[R2] a task with another's number is taken only late, and never where names carry incident ids", () => {
    const other = [task("t", { nameIncidentId: 99 })];
    expect(pairs([action("a", { incidentId: 7 })], other)).toEqual([]);
    const patient = action("a", { incidentId: 7, submittedAt: epochMs(NOW - 61_000) });
    expect(pairs([patient], other)).toEqual(["a=t"]);
    expect(pairs([patient], other, { ...POLICY, namesCarryIncident: true })).toEqual([]);
  });

  it("[R3] one task is never given to two actions, nor to one submitted after it", () => {
    expect(pairs([action("a"), action("b")], [task("t")])).toHaveLength(1);
    expect(pairs([action("a")], [task("t", { createdAt: epochMs(NOW - 70_000) })])).toEqual([]);
  });
});
