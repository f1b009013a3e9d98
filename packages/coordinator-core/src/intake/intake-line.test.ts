import { AppError, type TenantId, tenantId } from "@cordon/core/kernel";
import { expect, test } from "vitest";
import { createIntakeLine, type StoredAnswer, type Waiting } from "./intake-line.ts";

const acme = tenantId("acme");
const globex = tenantId("globex");
const request = (bytes: number): Waiting => ({
  events: [],
  rejected: [{ code: "event.invalid", message: "x", raw: "x" }],
  bytes,
});
const stored: StoredAnswer = { kind: "stored", accepted: 0, duplicates: 0, quarantined: 1, decisions: 0, actions: 0 };
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A line whose commits end when the test says so. */
function aLine(limits: { readonly commitsMax?: number; readonly batchEventsMax?: number } = {}) {
  const commits: {
    readonly tenant: TenantId;
    readonly bytes: readonly number[];
    end(answer?: StoredAnswer | AppError): void;
  }[] = [];
  const line = createIntakeLine({
    commitsMax: limits.commitsMax ?? 4,
    batchEventsMax: limits.batchEventsMax ?? 100,
    commit: (tenant, requests) =>
      new Promise((resolve, reject) => {
        commits.push({
          tenant,
          bytes: requests.map(({ bytes }) => bytes),
          end: (answer = stored) =>
            answer instanceof AppError && answer.code === "internal.unexpected"
              ? reject(answer)
              : resolve(requests.map(() => answer)),
        });
      }),
  });
  return { line, commits };
}

test("the first request goes at once; what comes meanwhile goes together in the next transaction", async () => {
  const { line, commits } = aLine();
  const all = [1, 2, 3].map((bytes) => line.add(acme, request(bytes)));
  expect(commits.map(({ bytes }) => bytes)).toEqual([[1]]);
  commits[0]?.end();
  await turn();
  expect(commits.map(({ bytes }) => bytes)).toEqual([[1], [2, 3]]);
  commits[1]?.end();
  expect(await Promise.all(all)).toEqual([stored, stored, stored]);
  expect(line.waiting()).toEqual({ events: 0, bytes: 0 });
});

test("[D7] one tenant's storm does not delay another's: tenants take turns", async () => {
  const { line, commits } = aLine({ commitsMax: 1, batchEventsMax: 1 });
  for (const bytes of [1, 2, 3]) void line.add(acme, request(bytes));
  void line.add(globex, request(9));
  for (let index = 0; index < 4; index++) {
    commits[index]?.end();
    await turn();
  }
  expect(commits.map(({ tenant, bytes }) => `${tenant} ${bytes}`)).toEqual(["acme 1", "acme 2", "globex 9", "acme 3"]);
});

test("a batch never holds more than its bound, but always at least one request", async () => {
  const { line, commits } = aLine({ batchEventsMax: 2 });
  void line.add(acme, request(0));
  for (const bytes of [1, 2, 3]) void line.add(acme, request(bytes));
  commits[0]?.end();
  await turn();
  commits[1]?.end();
  await turn();
  expect(commits.map(({ bytes }) => bytes)).toEqual([[0], [1, 2], [3]]);
});

test("a failed transaction fails its own requests only, and the line goes on", async () => {
  const { line, commits } = aLine();
  const first = line.add(acme, request(1));
  const second = line.add(acme, request(2));
  commits[0]?.end(new AppError("internal.unexpected", "thrown"));
  await expect(first).rejects.toMatchObject({ code: "internal.unexpected" });
  commits[1]?.end(new AppError("store.unavailable", "answered"));
  await expect(second).rejects.toMatchObject({ code: "store.unavailable" });
  expect(line.waiting()).toEqual({ events: 0, bytes: 0 });
});

test("the line is idle only when everything has been answered", async () => {
  const { line, commits } = aLine();
  void line.add(acme, request(1));
  void line.add(acme, request(2));
  let idle = false;
  const waiting = line.idle().then(() => {
    idle = true;
  });
  commits[0]?.end();
  await turn();
  expect(idle).toBe(false);
  commits[1]?.end();
  await waiting;
  expect(idle).toBe(true);
});
