import { appendFileSync, readFileSync, renameSync, statSync, truncateSync, writeFileSync } from "node:fs";
import path from "node:path";
import { systemClock } from "@cordon/core/kernel";
import { createTempFolder, eventually } from "@cordon/testkit";
import { describe, expect, it } from "vitest";
import { followLog } from "../src/logs/read-log.ts";
import { startConnectProxy } from "./connect-proxy.ts";
import { cordonAgent } from "./run-cli.ts";
import { hostOf, startTestSite } from "./test-site.ts";

const lineOf = (minute: number, level: string, op: string, fields: object = {}) =>
  `${JSON.stringify({ level, time: `2026-03-01T02:${String(minute).padStart(2, "0")}:00.000Z`, app: "agent", ...fields, op })}\n`;

async function siteWithLog() {
  const site = await startTestSite({ config: { log: { file: "agent.log" } } });
  const file = path.join(path.dirname(site.configFile), "agent.log");
  writeFileSync(`${file}.2`, lineOf(1, "info", "agent.start"));
  writeFileSync(`${file}.1`, lineOf(2, "warn", "session.down", { code: "session.silent", reason: "no word came" }));
  writeFileSync(
    file,
    lineOf(3, "error", "ledger.unwritable", { actionId: "act_1" }) + lineOf(4, "debug", "offer.receive"),
  );
  const logs = (...argv: string[]) => cordonAgent(["-c", site.configFile, "logs", ...argv]);
  return { ...site, file, logs };
}

describe("cordon-agent logs", () => {
  it("shows the older files first, in words, and finds by level, time and action", async () => {
    await using site = await siteWithLog();
    const all = await site.logs();
    expect(all.out.split("\n")).toEqual([
      "2026-03-01 02:01:00.000Z INFO  agent.start",
      '2026-03-01 02:02:00.000Z WARN  session.down  code=session.silent reason="no word came"',
      "2026-03-01 02:03:00.000Z ERROR ledger.unwritable  actionId=act_1",
      "2026-03-01 02:04:00.000Z DEBUG offer.receive",
    ]);
    expect((await site.logs("--level", "warn", "--json")).out.split("\n")).toHaveLength(2);
    expect((await site.logs("--since", "2026-03-01T02:03:00Z")).out.split("\n")).toHaveLength(2);
    expect((await site.logs("--action", "act_1")).out).toContain("ledger.unwritable");
    expect((await site.logs("-n", "1")).out).toContain("offer.receive");
    expect(await site.logs("--since", "yesterday")).toMatchObject({
      code: 2,
      err: expect.stringContaining("15m, 4h, 2d"),
    });
  });

  it("follows through a rotation without losing a line", async () => {
    using folder = createTempFolder();
    const file = path.join(folder.path, "agent.log");
    writeFileSync(file, "one\n");
    const lines: string[] = [];
    const stop = new AbortController();
    const caughtUp = Promise.withResolvers<void>();
    const done = followLog(file, (line) => lines.push(line), {
      clock: systemClock,
      signal: stop.signal,
      onCaughtUp: caughtUp.resolve,
    });
    await caughtUp.promise;
    appendFileSync(file, "two\nthr");
    await eventually(() => lines.length === 2, { what: "the second line" });
    appendFileSync(file, "ee\n");
    renameSync(file, `${file}.1`);
    writeFileSync(file, "four\n");
    await eventually(() => lines.length === 4, { what: "the line behind the rotation" });
    stop.abort();
    await done;
    expect(lines).toEqual(["one", "two", "three", "four"]);
  });

  it("without a log file it says where the log is", async () => {
    await using site = await startTestSite();
    const said = await cordonAgent(["-c", site.configFile, "logs"]);
    expect(said).toMatchObject({ code: 2, err: expect.stringContaining("journalctl") });
  });
});

describe("cordon-agent ledger", () => {
  it("export streams every entry and goes on with a file that was cut off in the middle of a line", async () => {
    await using site = await startTestSite();
    await site.start();
    const orders = [0, 1, 2].map((host) => site.coordinator.order(hostOf(site, host), { kind: "onDemandScan" }));
    for (const order of orders) await site.coordinator.offer(order);
    const cli = (...argv: string[]) => cordonAgent(["-c", site.configFile, "ledger", "export", ...argv]);
    const idsOf = (text: string) =>
      text
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line).order.actionId);
    const ids = orders.map(({ actionId }) => actionId).sort();
    expect(idsOf((await cli()).out)).toEqual(ids);
    const file = path.join(path.dirname(site.configFile), "out.jsonl");
    expect(await cli("--out", file)).toMatchObject({ code: 0, err: expect.stringContaining("3 entries") });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await cli("--out", file)).toMatchObject({ code: 2, err: expect.stringContaining("--resume goes on") });
    truncateSync(file, statSync(file).size - 20);
    expect(await cli("--out", file, "--resume")).toMatchObject({ code: 0, err: expect.stringContaining("1 entries") });
    expect(idsOf(readFileSync(file, "utf8"))).toEqual(ids);
    expect(idsOf((await cli("--endpoint", hostOf(site, 1))).out)).toEqual([orders[1]?.actionId]);
    expect(readFileSync(file, "utf8")).not.toContain("secret");
  });

  it("forecast says how full an endpoint is, and that nothing is known of one that was never looked at", async () => {
    await using site = await startTestSite();
    await site.start();
    const order = site.coordinator.order(hostOf(site), { kind: "onDemandScan" });
    await site.coordinator.offer(order);
    await eventually(() => site.incidentsOf(order.actionId) === 1, { what: "the scan to go out" });
    const cli = (id: string) => cordonAgent(["-c", site.configFile, "ledger", "forecast", id]);
    const known = await eventually(
      async () => {
        const said = await cli(hostOf(site));
        return said.out.includes("of 100 slots taken") && said;
      },
      { what: "the first look at the endpoint" },
    );
    expect(known.out).toMatch(/CLASS +FREE NOW +FULL AT\ncontain +\d+/);
    expect((await cli(hostOf(site, 3))).out).toContain("never looked at");
  });
});

describe("cordon-agent doctor", () => {
  it("walks through the proxy, and names it when it is what is broken", async () => {
    await using proxy = await startConnectProxy();
    await using site = await startTestSite({ config: { proxy: { url: proxy.url } } });
    const doctor = () => cordonAgent(["-c", site.configFile, "doctor"]);
    expect((await doctor()).out).toMatch(/ok +coordinator port +the proxy .* opens the way\nok +coordinator identity/);
    proxy.refuseWith = 407;
    const broken = await doctor();
    expect(broken.code).toBe(1);
    expect(broken.out).toMatch(/FAILED +coordinator port .*proxy\.auth_required.*\n.*proxy\.passwordFile/);
  });

  it("names a wrong policy file and a pulled kill switch", async () => {
    await using site = await startTestSite({ config: { policy: { file: "policy.yaml" } } });
    writeFileSync(path.join(path.dirname(site.configFile), "policy.yaml"), "version: 1\nallow: [nothing]\n");
    writeFileSync(path.join(site.stateDir, "KILL"), "maintenance until noon");
    const { out, code } = await cordonAgent(["-c", site.configFile, "doctor"]);
    expect(code).toBe(1);
    expect(out).toMatch(/FAILED +site policy +policy\.yaml:2:9: allow\[0\]/);
    expect(out).toMatch(/WARNING +kill switch +pulled since .*maintenance until noon\n.*kill off/);
  });
});
