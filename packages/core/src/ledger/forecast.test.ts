import { describe, expect, it } from "vitest";
import { type ActionKind, classOf } from "../action/index.ts";
import { addMs, type EndpointId, epochMs } from "../kernel/index.ts";
import { emptyBook, type Slot } from "./book.ts";
import { type ForecastInput, forecast } from "./forecast.ts";
import { DEFAULT_LEDGER_POLICY, type LedgerPolicy } from "./policy.ts";

const NOW = epochMs(1_800_000_000_000);
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const HOST = "host-1" as EndpointId;
const POLICY: LedgerPolicy = {
  ...DEFAULT_LEDGER_POLICY,
  endpoint: { limit: 10, lifespanMs: 30 * DAY_MS },
  containReserve: 2,
  remediateReserve: 1,
  foreignMargin: 1,
};

const tasks = (count: number, patch: Partial<Slot> = {}): Slot[] =>
  Array.from({ length: count }, (_, index) => ({
    key: `t${index}`,
    origin: "foreign",
    kind: "getFile",
    actionClass: "collect",
    stage: "present",
    finished: false,
    heldAt: NOW,
    createdAt: addMs(NOW, -(index + 1) * DAY_MS),
    ...patch,
  }));
const pending = (key: string, kind: ActionKind, patch: { deadline?: number } = {}) => ({
  key,
  kind,
  heldAt: addMs(NOW, -key.charCodeAt(0)),
  deadline: epochMs(patch.deadline ?? NOW + 60 * DAY_MS),
});
const play = (slots: Slot[], orders: ForecastInput["pending"], patch: Partial<ForecastInput> = {}) =>
  forecast(
    { book: { ...emptyBook(HOST), slots, measuredAt: NOW }, pending: orders, heavySent: [], ...patch },
    NOW,
    POLICY,
  );
const classOfForecast = (told: ReturnType<typeof play>, actionClass: string) =>
  told.classes.find((one) => one.actionClass === actionClass);

describe("the forecast", () => {
  it("[F1] tells per class how many more fit, and when the pending work will have used them up", () => {
    const told = play(tasks(5), [pending("b", "getFile"), pending("a", "getFile")]);
    expect(told.classes.map(({ actionClass, free }) => [actionClass, free])).toEqual([
      ["contain", 4],
      ["remediate", 3],
      ["collect", 2],
      ["scan", 2],
    ]);
    expect(classOfForecast(told, "scan")?.fullAt).toBe(NOW);
    expect(classOfForecast(told, "contain")?.fullAt).toBeUndefined();
    expect(told.pending.map(({ key, outcome }) => `${key} ${outcome}`)).toEqual(["b now", "a now"]);
  });

  it("[F2][L4] what finds no room is sent when the oldest tasks reach the end of their lifespan, one after the other", () => {
    const told = play(tasks(7), [pending("b", "getFile"), pending("a", "getFile")]);
    expect(told.pending).toEqual([
      expect.objectContaining({ key: "b", outcome: "waits", sendableAt: addMs(NOW, 23 * DAY_MS) }),
      expect.objectContaining({ key: "a", outcome: "waits", sendableAt: addMs(NOW, 24 * DAY_MS) }),
    ]);
    expect(told.pending[0]?.reason).toContain("collect may fill 7");
  });

  it("[F2][D6] what would be sent only after its deadline is told to expire", () => {
    const told = play(tasks(7), [pending("a", "getFile", { deadline: NOW + DAY_MS })]);
    expect(told.pending).toMatchObject([{ key: "a", outcome: "expires" }]);
    expect(told.pending[0]?.sendableAt).toBeUndefined();
  });

  it("[F2][D7] contain goes first and passes those that wait", () => {
    const told = play(tasks(7), [pending("scan", "onDemandScan"), pending("iso", "isolateHost")]);
    expect(told.pending.map(({ key, outcome }) => `${key} ${outcome}`)).toEqual(["iso now", "scan waits"]);
  });

  it("[F2][L6] scans are foretold at their turns, with the reason", () => {
    const heavySent = [addMs(NOW, -4 * MINUTE_MS)];
    const told = play([], [pending("b", "onDemandScan"), pending("a", "iocScan")], { heavySent });
    expect(told.pending.map(({ sendableAt }) => sendableAt)).toEqual([
      addMs(NOW, 6 * MINUTE_MS),
      addMs(NOW, 16 * MINUTE_MS),
    ]);
    expect(told.pending[0]?.reason).toContain("10 min apart");
  });

  it("[F3][L2] of an endpoint that was never looked at nothing is foretold, of an old look it is said how old", () => {
    const { measuredAt: _none, ...book } = { ...emptyBook(HOST), measuredAt: NOW };
    const told = play([], [pending("a", "getFile")], { book });
    expect(told).toMatchObject({ unknown: true, pending: [{ outcome: "unknown" }] });
    expect(told.classes.every(({ free, fullAt }) => free === undefined && fullAt === undefined)).toBe(true);
    const old = play([], [], { book: { ...book, measuredAt: addMs(NOW, -DAY_MS) } });
    expect(old).toMatchObject({ unknown: false, stale: true, measuredAt: addMs(NOW, -DAY_MS) });
  });

  it("[F2] what is foretold for now is what the ledger would let go now, even against what must be protected", () => {
    const precious = tasks(10, { kind: "isolateHost", actionClass: classOf("isolateHost") });
    expect(play(precious, [pending("iso", "isolateHost")]).pending).toMatchObject([{ outcome: "waits" }]);
    const spare = tasks(10, { kind: "onDemandScan", actionClass: "scan", finished: true });
    expect(play(spare, [pending("iso", "isolateHost")]).pending).toMatchObject([{ outcome: "now" }]);
  });
});
