import type { ActionKind } from "@cordon/core/action";
import {
  type ActionId,
  type Clock,
  epochMs,
  type Random,
  type SiteId,
  silentLogger,
  type TenantId,
} from "@cordon/core/kernel";
import { describe, expect, it } from "vitest";
import type { EvidenceRecord } from "../ports/evidence.ts";
import type { ActionRecord } from "../ports/records.ts";
import { createEvidenceDesk, EVIDENCE_LIMITS, type EvidenceQuestion, shown } from "./evidence-desk.ts";

const TENANT = "acme" as TenantId;
const SITE = { tenantId: TENANT, siteId: "hq" as SiteId };
const ACTION = "act_1" as ActionId;
const FILE = { itemId: "i1", path: "act_1/i1.bin", bytes: 3, sha256: "ab".repeat(32) };

/** A clock that a test moves, as far as the desk asks it for anything. */
function manualClock() {
  let nowMs = 1_772_442_900_000;
  const timers = new Set<{ readonly at: number; readonly run: () => void }>();
  const clock: Pick<Clock, "now" | "after"> = {
    now: () => epochMs(nowMs),
    after: (durationMs, run) => {
      const timer = { at: nowMs + durationMs, run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
  };
  const advance = (ms: number) => {
    nowMs += ms;
    for (const timer of [...timers]) if (timer.at <= nowMs && timers.delete(timer)) timer.run();
  };
  return { clock: clock as Clock, advance };
}

function world(kind: ActionKind = "getFile") {
  const { clock, advance } = manualClock();
  let ids = 0;
  const records = new Map<string, EvidenceRecord>();
  const told: EvidenceQuestion[] = [];
  const state = { online: true };
  const desk = createEvidenceDesk({
    store: {
      addEvidence: async (record) => void records.set(record.requestId, record),
      finishEvidence: async (_tenant, siteId, requestId, answer, now) => {
        const record = records.get(requestId);
        if (record?.state !== "asked" || record.siteId !== siteId) return undefined;
        const done: EvidenceRecord = {
          ...record,
          ...answer,
          state: answer.problem === undefined ? "answered" : "failed",
          answeredAt: now,
        };
        records.set(requestId, done);
        return done;
      },
      getEvidence: async (_tenant, requestId) => records.get(requestId),
      listEvidence: async () => [...records.values()].reverse(),
    },
    actions: {
      getAction: async (_tenant, actionId) =>
        actionId === ACTION
          ? ({ ...SITE, actionId, endpointId: "h1", spec: { kind } } as never as ActionRecord)
          : undefined,
    },
    tell: async (_site, question) => {
      told.push(question);
      return state.online;
    },
    clock,
    random: { uuid: () => `request-${++ids}` } as Random,
    logger: silentLogger,
  });
  const settle = async () => {
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  };
  return { advance, desk, told, records, state, settle };
}

const ask = { actionId: ACTION, want: "file", requestedBy: "eve" } as const;

describe("asking for evidence", () => {
  it("is on record before the site is asked, and answers with what the site said", async () => {
    const { desk, told, records, settle } = world();
    const asked = desk.ask(TENANT, ask);
    await settle();
    expect([...records.values()]).toMatchObject([{ state: "asked", requestedBy: "eve", want: "file", siteId: "hq" }]);
    await desk.answered(SITE, told[0]?.requestId ?? "", { items: [{ itemId: "i1", objectName: "C:\\a" }], file: FILE });
    expect(await asked).toMatchObject({
      kind: "recorded",
      record: { state: "answered", file: FILE, requestedBy: "eve" },
    });
  });

  it("that takes longer than a caller may wait stays on record, and the late answer counts", async () => {
    const { desk, told, advance, settle } = world();
    const asked = desk.ask(TENANT, ask);
    await settle();
    advance(EVIDENCE_LIMITS.waitMs);
    expect(await asked).toMatchObject({ record: { state: "asked" } });
    const requestId = told[0]?.requestId ?? "";
    await desk.answered(SITE, requestId, { items: [], file: FILE });
    expect(await desk.get(TENANT, ACTION, requestId)).toMatchObject({ state: "answered", file: FILE });
    await desk.answered(SITE, requestId, { items: [], problem: { code: "fetch.busy", message: "again" } });
    expect(await desk.get(TENANT, ACTION, requestId)).toMatchObject({ state: "answered" });
  });

  it("another site's answer, and one under an unknown id, changes nothing", async () => {
    const { desk, told, advance, settle } = world();
    const asked = desk.ask(TENANT, ask);
    await settle();
    await desk.answered({ ...SITE, siteId: "branch" as SiteId }, told[0]?.requestId ?? "", { items: [], file: FILE });
    await desk.answered(SITE, "unknown", { items: [], file: FILE });
    advance(EVIDENCE_LIMITS.waitMs);
    expect(await asked).toMatchObject({ record: { state: "asked" } });
    expect(await desk.get(TENANT, "act_2" as ActionId, told[0]?.requestId ?? "")).toBeUndefined();
  });

  it("of a site that is not connected fails at once, and that is on record too", async () => {
    const { desk, state } = world();
    state.online = false;
    expect(await desk.ask(TENANT, ask)).toMatchObject({
      record: { state: "failed", problem: { code: "site.offline" } },
    });
    expect(await desk.list(TENANT, ACTION)).toHaveLength(1);
  });

  it("for an action that leaves no file, or that is not there, asks nobody", async () => {
    const { desk, told, records } = world("isolateHost");
    expect(await desk.ask(TENANT, ask)).toEqual({
      kind: "not_collected",
      code: "fetch.not_collected",
      action: "isolateHost",
    });
    expect(await desk.ask(TENANT, { ...ask, actionId: "act_9" as ActionId })).toMatchObject({ kind: "not_found" });
    expect(await desk.list(TENANT, "act_9" as ActionId)).toBeUndefined();
    expect([told, [...records]]).toEqual([[], []]);
  });

  it("a request that nobody ever answered is shown as failed", () => {
    const record = { ...SITE, requestedAt: epochMs(0), state: "asked" } as EvidenceRecord;
    expect(shown(record, EVIDENCE_LIMITS.answerMs - 1).state).toBe("asked");
    expect(shown(record, EVIDENCE_LIMITS.answerMs)).toMatchObject({
      state: "failed",
      problem: { code: "fetch.no_answer" },
    });
  });
});
