import { type ActionId, type EndpointId, epochMs } from "@cordon/core/kernel";
import { expect, test } from "vitest";
import { type LedgerEntry, NEW_LEASE } from "../entry.ts";
import type { TaskRef } from "../ports.ts";
import { askKsc } from "./ask-ksc.ts";
import { keepLease } from "./kept-lease.ts";

const TURNS = { tasksPerCheck: 4, checksOfAllMax: 3, askedPerCallMax: 200 };

/** What each of three checks asks KSC about, with so many isolations that hold. */
async function askThrice(live: number): Promise<{ tasks: string[][]; hosts: number[] }> {
  const leases = Array.from({ length: live }, (_, index) => keepLease(isolation(index), () => undefined));
  const tasks: string[][] = [];
  const hosts: number[] = [];
  for (const nowMs of [1, 2, 3]) {
    const asked: string[] = [];
    const edr = {
      taskStates: async (refs: readonly TaskRef[]) => {
        asked.push(...refs.map(({ taskId }) => taskId));
        return new Map();
      },
      hostStates: async (ids: readonly EndpointId[]) => {
        hosts.push(ids.length);
        return new Map();
      },
    };
    await askKsc(edr, leases, TURNS, nowMs, AbortSignal.any([]));
    tasks.push(asked);
  }
  return { tasks, hosts };
}

function isolation(index: number): LedgerEntry {
  const at = epochMs(1_800_000_000_000);
  return {
    order: {
      actionId: `act_${index}` as ActionId,
      endpointId: `host-${index}` as EndpointId,
      spec: { kind: "isolateHost", durationSeconds: 3_600 },
      deadline: at,
    },
    state: "succeeded",
    admittedAt: at,
    changedAt: at,
    evidence: { rung: "event" },
    sends: 1,
    inDoubt: false,
    task: { taskId: String(index), scope: "global", name: "", createdAt: at },
    promoted: false,
    slotFreed: false,
    lease: NEW_LEASE,
  };
}

test("[S6] of few isolations each check asks for every task, of many a third, each in its turn; hosts are asked for all at once", async () => {
  const few = await askThrice(4);
  expect(few.tasks.map((asked) => new Set(asked).size)).toEqual([4, 4, 4]);
  const many = await askThrice(31);
  expect(many.tasks.map(({ length }) => length)).toEqual([11, 11, 11]);
  expect(new Set(many.tasks.flat()).size).toBe(31);
  expect(many.hosts).toEqual([31, 31, 31]);
});
