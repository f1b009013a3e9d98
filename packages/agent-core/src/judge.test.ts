import type { ActionState, Evidence } from "@cordon/core/action";
import { addMs, type EpochMs, epochMs } from "@cordon/core/kernel";
import { describe, expect, it } from "vitest";
import type { LedgerEntry } from "./entry.ts";
import { onEvent, onGone, onHost, onPreventionPolicy, onSilence, onTaskState, qualify } from "./judge.ts";
import type { EdrEvent, HostState } from "./ports.ts";
import { DEFAULT_SETTINGS } from "./settings.ts";

const { watch, ledger: policy } = DEFAULT_SETTINGS;
const START = epochMs(Date.UTC(2026, 0, 1));
const MINUTE = 60_000;

function entry(state: ActionState, patch: Partial<LedgerEntry> = {}): LedgerEntry {
  return {
    order: {
      actionId: "act_1" as LedgerEntry["order"]["actionId"],
      endpointId: "host-1" as LedgerEntry["order"]["endpointId"],
      spec: { kind: "isolateHost", durationSeconds: 3_600 },
      deadline: addMs(START, 3_600_000),
    },
    state,
    admittedAt: START,
    changedAt: START,
    evidence: { rung: "incident", incidentId: 7 },
    sends: 1,
    inDoubt: false,
    promoted: false,
    slotFreed: false,
    ...patch,
  };
}

const after = (ms: number): EpochMs => addMs(START, ms);
const task = { taskId: "46", scope: "global", name: "[Response][KUMA] isolateHost - x - 7", createdAt: START } as const;
const at = (waitedMs: number) => ({ now: after(waitedMs), waitedMs });
const silence = (one: LedgerEntry, console: "up" | "down" | "unknown", ms: number, looked = true) =>
  onSilence(one, { console, looked }, ms, watch);

describe("[T1] each missing rung has its own message, deadline and mend", () => {
  it("no console: said at once, once, and after its deadline the end, but only after a look", () => {
    const submitted = entry("submitted");
    const warned = silence(submitted, "down", 5_000, false);
    expect(warned).toMatchObject({ patch: { code: "evidence.no_console" } });
    expect(warned?.state).toBeUndefined();
    expect(silence({ ...submitted, ...warned?.patch }, "down", 10_000, false)).toBeUndefined();
    expect(silence(submitted, "down", watch.consoleDeadlineMs, false)?.state).toBeUndefined();
    expect(silence(submitted, "down", watch.consoleDeadlineMs)).toMatchObject({
      state: "no_console",
      patch: { code: "evidence.no_console", message: expect.stringContaining("Start KSC Web Console") },
    });
  });

  it("a console that comes back takes its warning back", () => {
    const warned = entry("submitted", { code: "evidence.no_console" });
    expect(silence(warned, "up", MINUTE)).toMatchObject({
      patch: { code: "evidence.waiting", evidence: { rung: "console" } },
    });
    expect(silence(warned, "unknown", MINUTE)).toBeUndefined();
  });

  it("no task although a console is there: unknown after its deadline, never without a look", () => {
    expect(silence(entry("submitted"), "up", watch.taskDeadlineMs - 1)).toEqual({
      patch: { evidence: { rung: "console", incidentId: 7 } },
    });
    expect(silence(entry("submitted"), "up", watch.taskDeadlineMs, false)?.state).toBeUndefined();
    expect(silence(entry("submitted"), "up", watch.taskDeadlineMs)).toMatchObject({
      state: "unknown",
      patch: { code: "evidence.no_task", evidence: { rung: "console" } },
    });
  });

  it("a task that waits too long, and one that runs too long", () => {
    expect(silence(entry("task_seen", { task }), "up", watch.startWarnMs - 1)).toBeUndefined();
    expect(silence(entry("task_seen", { task }), "up", watch.startWarnMs)?.patch.code).toBe("evidence.not_started");
    expect(silence(entry("running", { task }), "up", watch.runWarnMs - 1)).toBeUndefined();
    expect(silence(entry("running", { task }), "up", watch.runWarnMs)?.patch.code).toBe("evidence.not_finished");
  });

  it("what is only unknown is given up after its own time", () => {
    expect(silence(entry("unknown"), "up", watch.reviveMs - 1)).toBeUndefined();
    expect(silence(entry("no_console"), "down", watch.reviveMs)).toEqual({ patch: { slotFreed: true } });
  });

  it("a rotated task and a deleted one are told apart by the endpoint's other tasks and the task's age", () => {
    const seen = entry("task_seen", { task });
    expect(onGone(seen, 100, after(MINUTE), policy)).toMatchObject({
      state: "rotated",
      patch: { code: "evidence.rotated", slotFreed: true },
    });
    expect(onGone(seen, 3, after(MINUTE), policy)).toMatchObject({
      state: "deleted_by_operator",
      patch: { code: "evidence.deleted", slotFreed: true },
    });
    expect(onGone(seen, 3, after(policy.endpoint.lifespanMs), policy).state).toBe("rotated");
    expect(onGone(entry("succeeded", { task }), 3, after(MINUTE), policy)).toEqual({ patch: { slotFreed: true } });
  });
});

describe("[T1] an endpoint that is off", () => {
  const heard: HostState = { statusMask: 29, lastSeenAt: START, agentRunning: true };

  it.each<[string, HostState]>([
    ["its agent does not run", { statusMask: 20, lastSeenAt: START, agentRunning: false }],
    ["it was never seen", { statusMask: 29, agentRunning: true }],
    ["it was last seen long ago", { ...heard, lastSeenAt: addMs(START, -watch.offlineAfterMs) }],
  ])("is told early and once, with when it was last heard: %s", (_what, host) => {
    const told = onHost(entry("submitted"), host, at(1_000), watch);
    expect(told).toMatchObject({ patch: { code: "evidence.offline" } });
    expect(told?.patch.message).toContain(host.lastSeenAt === undefined ? "never" : "UTC");
    expect(onHost(entry("submitted", told?.patch), host, at(2_000), watch)).toBeUndefined();
  });

  it("is told again when it is back, and one that is heard is not spoken of", () => {
    expect(onHost(entry("submitted"), heard, at(1_000), watch)).toBeUndefined();
    const back = onHost(entry("task_seen", { code: "evidence.offline" }), heard, at(1_000), watch);
    expect(back).toMatchObject({ patch: { code: "evidence.waiting" } });
    expect(onHost(entry("task_seen", back?.patch), heard, at(2_000), watch)).toBeUndefined();
  });

  it("that KSC does not know any more ends the waiting after a while", () => {
    expect(onHost(entry("submitted"), undefined, at(1_000), watch)).toMatchObject({
      patch: { code: "evidence.host_gone" },
    });
    expect(onHost(entry("running"), undefined, at(watch.consoleDeadlineMs), watch)).toMatchObject({
      state: "unknown",
      patch: { code: "evidence.host_gone" },
    });
  });

  it("two warnings that hold at once do not take turns: the graver one stays", () => {
    const off = entry("submitted", { code: "evidence.offline" });
    expect(silence(off, "down", 5_000)?.patch.code).toBe("evidence.no_console");
    const noConsole = entry("submitted", { code: "evidence.no_console" });
    const host: HostState = { statusMask: 20, agentRunning: false };
    expect(onHost(noConsole, host, at(5_000), watch)).toBeUndefined();
    expect(silence(entry("task_seen", { task, code: "evidence.offline" }), "up", watch.startWarnMs)).toBeUndefined();
  });
});

describe("a prevention on a site whose policy switch nobody vouches for", () => {
  const doubtful = { kind: "unknown", reason: "nobody has declared it for this site" } as const;

  it("carries a warning from the start and still at its good end, and is never blocked", () => {
    const warned = onPreventionPolicy(entry("submitted"), doubtful);
    expect(warned).toMatchObject({ patch: { code: "evidence.policy_unconfirmed" } });
    expect(warned?.state).toBeUndefined();
    const end = qualify({ state: "succeeded", patch: {} }, doubtful);
    expect(end).toMatchObject({ state: "succeeded", patch: { code: "evidence.policy_unconfirmed" } });
  });

  it("carries none where it is known to work, nor on any other end", () => {
    expect(onPreventionPolicy(entry("submitted"), { kind: "declared" })).toBeUndefined();
    expect(qualify({ state: "succeeded", patch: {} }, { kind: "fits" })).toEqual({ state: "succeeded", patch: {} });
    expect(qualify({ state: "failed", patch: {} }, doubtful)).toEqual({ state: "failed", patch: {} });
  });
});

describe("events and states", () => {
  const event = (newState: number): EdrEvent => ({
    eventDbId: 9,
    endpointId: entry("submitted").order.endpointId,
    taskDisplayName: task.name,
    description: "",
    newState,
    at: after(MINUTE),
  });

  it("an event of the end settles an action whose task nobody looked at", () => {
    expect(onEvent(entry("submitted"), event(4))).toMatchObject({
      state: "succeeded",
      patch: { endedAt: after(MINUTE), evidence: { rung: "event", eventDbId: 9 } },
    });
  });

  it("an event of a failure waits for the reason in the task's state, but not for ever", () => {
    const failing = entry("running", { task });
    const told = onEvent(failing, event(3));
    expect(told?.state).toBeUndefined();
    const known = entry("running", { task, ...told?.patch });
    const reason = onTaskState(known, { kind: "present", hostState: 16, description: "access is denied" });
    expect(reason).toMatchObject({ state: "failed", patch: { message: "KSC says: access is denied" } });
    expect(silence(known, "up", watch.eventWaitMs - 1)).toBeUndefined();
    expect(silence(known, "up", watch.eventWaitMs)).toMatchObject({ state: "failed" });
  });

  it("evidence only grows", () => {
    const proved: Evidence = { rung: "event", incidentId: 7, eventDbId: 9 };
    const step = onTaskState(entry("running", { task, evidence: proved }), {
      kind: "present",
      hostState: 4,
      description: "",
    });
    expect(step?.patch.evidence).toEqual({ ...proved, hostState: 4 });
  });
});
