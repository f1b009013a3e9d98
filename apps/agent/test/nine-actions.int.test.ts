import { ACTION_KINDS, type ActionArgs, type ActionKind } from "@cordon/core/action";
import { describe, expect, it } from "vitest";
import { hostOf, startTestSite } from "./test-site.ts";

const SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

const SPECS: { readonly [K in ActionKind]: ActionArgs } = {
  onDemandScan: { kind: "onDemandScan" },
  iocScan: { kind: "iocScan", indicators: [{ type: "sha256", value: SHA256 }] },
  quarantineFile: { kind: "quarantineFile", path: "C:\\Temp\\a.exe", sha256: SHA256 },
  deleteFile: { kind: "deleteFile", path: "C:\\Temp\\b.exe", searchInSubfolders: true },
  getFile: { kind: "getFile", path: "C:\\Temp\\c.exe" },
  isolateHost: { kind: "isolateHost", durationSeconds: 3_600 },
  preventExecution: { kind: "preventExecution", sha256: SHA256 },
  startProcess: { kind: "startProcess", path: "C:\\Tools\\collect.exe", arguments: "-q" },
  terminateProcess: { kind: "terminateProcess", pid: 4_242 },
};

describe("the nine actions against a KSC", () => {
  it("[T1] each becomes one task on the right endpoint and ends with the event's evidence", async () => {
    await using site = await startTestSite();
    await site.start();
    const { coordinator } = site;
    const orders = ACTION_KINDS.map((kind, index) => coordinator.order(hostOf(site, index % 4), SPECS[kind]));
    for (const order of orders) expect(await coordinator.offer(order)).toEqual({ kind: "accepted" });
    for (const order of orders) {
      await coordinator.reached(order.actionId, "succeeded");
      expect(site.incidentsOf(order.actionId), order.spec.kind).toBe(1);
    }
    const { effects } = site.ksc.control.truth();
    const seen = effects.map(({ kind, hostId }) => `${kind.toLowerCase()} ${hostId}`).sort();
    expect(seen).toEqual(orders.map(({ spec, endpointId }) => `${spec.kind.toLowerCase()} ${endpointId}`).sort());
  });
});
