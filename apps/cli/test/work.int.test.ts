import { writeFileSync } from "node:fs";
import path from "node:path";
import type { LeaseView } from "@cordon/core/endpoint";
import { type ActionId, addMs, type EndpointId, systemClock } from "@cordon/core/kernel";
import { eventually } from "@cordon/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestWorld, type TestAgent, type TestWorld } from "./test-world.ts";

let world: TestWorld;
let agent: TestAgent;
beforeAll(async () => {
  world = await startTestWorld();
  agent = await world.connectAgent();
});
afterAll(() => world?.[Symbol.asyncDispose]());

interface Items<T> {
  readonly items: readonly T[];
  readonly more: boolean;
}
interface ActionJson {
  readonly actionId: string;
  readonly state: string;
  readonly kind: string;
}

const respond = (kind: string, ...more: readonly string[]) =>
  world.json<ActionJson>(["respond", kind, "ws-1.acme.example", "--reason", "a test", "--yes", ...more]);
const receiptOf = (actionId: string) =>
  eventually(async () => (await world.json<ActionJson>(["actions", "show", actionId])).state === "delivered", {
    what: "the receipt",
  });

const RULES = `
version: 1
rules:
  - id: scan-on-ransomware
    name: Scan the host
    mode: enforce
    when: { field: Name, op: "=", value: Ransomware behaviour }
    target: [{ by: fqdn, field: DestinationHostName }]
    actions: [{ kind: onDemandScan }]
`;
const event = (id: string, more: object = {}) => ({
  ID: id,
  Type: 3,
  Timestamp: 1_772_442_847_123,
  Name: "Ransomware behaviour",
  DestinationHostName: "ws-1.acme.example",
  ...more,
});

describe("the estate", () => {
  it("status tells what the coordinator needs, and ends with 0 while it has it", async () => {
    expect(await world.cordon(["status"])).toMatchObject({ code: 0, out: expect.stringMatching(/record +up\n/) });
    expect(await world.json(["status"])).toMatchObject({ ok: true, queue: { backend: "postgres" } });
  });

  it("tenants and sites: list, show, add; another tenant's site is not found", async () => {
    expect((await world.json<Items<object>>(["tenants", "list"])).items).toMatchObject([
      { tenantId: "acme", name: "Acme" },
    ]);
    expect((await world.cordon(["tenants", "show", "acme"])).out).toMatch(/name +Acme/);
    expect(await world.cordon(["tenants", "add", "acme", "--name", "again"])).toMatchObject({ code: 5 });
    await world.json(["tenants", "add", "globex", "--name", "Globex"]);
    expect(await world.cordon(["sites", "show", "hq", "-t", "globex"])).toMatchObject({ code: 4, out: "" });
    const listed = await world.json<Items<object>>(["sites", "list"]);
    expect(listed).toMatchObject({ items: [{ siteId: "hq", health: { connected: true, endpoints: 2 } }], more: false });
    const words = (await world.cordon(["sites", "list"])).out;
    expect(words).toMatch(/^SITE +NAME +AGENT.*\nhq +Head office +connected +0\.1\.0/);
    expect((await world.cordon(["sites", "show", "hq"])).out).toMatch(
      /aliases +ksc\.acme\.example[\s\S]*agent +agent.*connected, epoch/,
    );
  });

  it("enrolment tokens stand alone on standard output, and their text is never shown again", async () => {
    const made = await world.cordon(["enrolment-token", "create", "hq", "--valid-for", "1h"]);
    expect(made).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^cordon-enrol\.\S+$/),
      err: expect.stringContaining("shown only now"),
    });
    const listed = await world.cordon(["enrolment-token", "list", "hq"]);
    expect(listed.out).not.toContain(made.out.slice(13));
    expect(await world.cordon(["enrolment-token", "create", "hq", "--valid-for", "30d"])).toMatchObject({
      code: 5,
      err: expect.stringContaining("validForSeconds"),
    });
    expect(await world.cordon(["enrolment-token", "create", "hq", "--valid-for", "soon"])).toMatchObject({ code: 2 });
  });

  it("agents: list; a revocation wants a yes; a promotion without a stand-by is refused", async () => {
    const { items } = await world.json<Items<{ agentId: string }>>(["agents", "list", "hq"]);
    expect(items).toHaveLength(1);
    const id = items[0]?.agentId ?? "";
    expect(await world.cordon(["agents", "revoke", id])).toMatchObject({
      code: 1,
      err: expect.stringContaining("cli.not_confirmed"),
    });
    expect(await world.cordon(["agents", "revoke", id], { answers: { yes: false } })).toMatchObject({ code: 1 });
    expect(await world.cordon(["agents", "revoke", "agent-none", "--yes"])).toMatchObject({ code: 4 });
    expect(await world.cordon(["sites", "promote", "hq", "--yes"])).toMatchObject({
      code: 4,
      err: expect.stringContaining("site.no_standby"),
    });
    expect(await world.json(["agents", "list", "hq"])).toMatchObject({ items: [{ agentId: id }] });
  });

  it("endpoints: list and show; a name must be whole and mean one", async () => {
    const listed = await world.json<Items<object>>(["endpoints", "list"]);
    expect(listed.items).toMatchObject([{ displayName: "WS-1", siteId: "hq" }, { displayName: "WS-2" }]);
    expect(await world.json(["endpoints", "list", "--limit", "1"])).toMatchObject({ items: [{}], more: true });
    expect((await world.cordon(["endpoints", "list", "--limit", "1"])).out).toContain("there are more");
    for (const name of ["WS-1", "ws-1.acme.example", "host-1", "hq/host-1"]) {
      expect(await world.json(["endpoints", "show", name])).toMatchObject({ endpointId: "host-1" });
    }
    expect(await world.cordon(["endpoints", "show", "ws-"])).toMatchObject({
      code: 4,
      err: expect.stringMatching(/hq\/host-1 +WS-1\n +hq\/host-2 +WS-2/),
    });
    const ambiguous = await world.cordon(["endpoints", "show", "10.20.4.114"]);
    expect(ambiguous).toMatchObject({
      code: 5,
      err: expect.stringMatching(/more than one[\s\S]*hq\/host-1[\s\S]*hq\/host-2/i),
    });
    expect(await world.cordon(["endpoints", "show", "hq/none"])).toMatchObject({ code: 4 });
  });
});

describe("actions", () => {
  it("respond orders one, and the same request twice orders it once", async () => {
    const once = await respond("onDemandScan", "--request-id", "ticket-1");
    const twice = await respond("onDemandScan", "--request-id", "ticket-1");
    expect(twice.actionId).toBe(once.actionId);
    const words = await world.cordon(["respond", "onDemandScan", "WS-2", "--reason", "x"], { answers: { yes: true } });
    expect(words).toMatchObject({ code: 0, out: expect.stringContaining("Ordered is not done.") });
  });

  it("respond: arguments are checked here, with their names, before anything is asked", async () => {
    const run = await world.cordon(["respond", "quarantineFile", "ws-1", "--reason", "x", "--yes"]);
    expect(run).toMatchObject({ code: 2, err: expect.stringContaining("quarantineFile takes: path, md5, sha256") });
    const twice = await world.cordon([
      "respond",
      "getFile",
      "WS-1",
      "--set",
      "path=a",
      "--set",
      "path=b",
      "--reason",
      "x",
    ]);
    expect(twice).toMatchObject({ code: 2, err: expect.stringContaining("path is given twice") });
    expect(await world.cordon(["respond", "onDemandScan", "WS-1", "--for", "4h", "--reason", "x"])).toMatchObject({
      code: 2,
    });
    expect(await world.cordon(["respond", "onDemandScan", "ws-", "--reason", "x", "--yes"])).toMatchObject({ code: 4 });
    expect(await world.cordon(["respond", "onDemandScan", "WS-1", "--reason", "x"])).toMatchObject({
      code: 1,
      err: expect.stringContaining("onDemandScan on WS-1 (hq/host-1)?"),
    });
  });

  it("a long isolation is asked as a term that is renewed", async () => {
    const made = await world.json(["respond", "isolateHost", "WS-2", "--for", "4h", "--reason", "x", "--yes"]);
    expect(made).toMatchObject({ arguments: { durationSeconds: 3_600, holdSeconds: 14_400 } });
  });

  it("watch prints each step as it comes and ends with the action: 0 when it succeeded, 1 otherwise", async () => {
    for (const [end, code] of [
      ["succeeded", 0],
      ["failed", 1],
    ] as const) {
      const { actionId } = await respond("onDemandScan");
      const steps: string[] = [];
      const watching = world.cordon(["actions", "watch", actionId, "--json"], { onOut: (line) => steps.push(line) });
      await eventually(() => steps.some((line) => line.includes('"delivered"')), { what: "the step to be shown" });
      agent.report(actionId, "submitting", "submitted", "task_seen", "running", end);
      expect((await watching).code).toBe(code);
      const states = steps.map((line) => (JSON.parse(line) as { state: string }).state);
      expect(states).toEqual(["queued", "delivered", "submitting", "submitted", "task_seen", "running", end]);
      const shown = await world.cordon(["actions", "show", actionId]);
      expect(shown.out).toMatch(new RegExp(`state +${end}`));
    }
  });

  it("watch ends with 7 when its time is over, and with 130 on Ctrl-C", async () => {
    const { actionId } = await respond("onDemandScan");
    // An hour passes between two looks.
    let passedMs = 0;
    const hasty = {
      ...systemClock,
      monotonicMs: () => passedMs,
      sleep: async () => {
        passedMs += 3_600_000;
      },
    };
    const impatient = await world.cordon(["actions", "watch", actionId, "--timeout", "10m"], { clock: hasty });
    expect(impatient).toMatchObject({ code: 7, err: expect.stringContaining("cli.timed_out") });
    const stopping = new AbortController();
    const watching = world.cordon(["actions", "watch", actionId], {
      signal: stopping.signal,
      onOut: () => stopping.abort(),
    });
    expect(await watching).toMatchObject({ code: 130, err: "" });
  });

  it("list filters; --watch shows a change anew, and redraws on a terminal", async () => {
    const { actionId } = await respond("getFile", "--set", "path=C:\\Temp\\x.exe");
    await receiptOf(actionId);
    const found = await world.json<Items<ActionJson>>([
      "actions",
      "list",
      "--kind",
      "getFile",
      "--endpoint",
      "WS-1",
      "--open",
    ]);
    expect(found.items).toMatchObject([{ actionId, state: "delivered" }]);
    expect(
      (await world.json<Items<object>>(["actions", "list", "--since", "2020-01-01", "--until", "2020-01-02"])).items,
    ).toEqual([]);
    const stopping = new AbortController();
    const lines: string[] = [];
    const argv = ["actions", "list", "--kind", "getFile", "--watch"];
    let looks = 0;
    const counting = {
      ...systemClock,
      sleep: async (_ms: number, signal?: AbortSignal) => {
        looks += 1;
        await systemClock.sleep(20, signal);
      },
    };
    const watching = world.cordon([...argv, "--json"], {
      signal: stopping.signal,
      clock: counting,
      onOut: (line) => lines.push(line),
    });
    await eventually(() => looks >= 4, { what: "looks at what does not change" });
    expect(lines).toHaveLength(1);
    agent.report(actionId, "submitting");
    await eventually(() => lines.length === 2, { what: "the change" });
    stopping.abort();
    expect((await watching).code).toBe(130);
    expect(lines.map((line) => (JSON.parse(line) as Items<ActionJson>).items[0]?.state)).toEqual([
      "delivered",
      "submitting",
    ]);
    const frames: string[] = [];
    const looking = new AbortController();
    const terminal = {
      colours: false,
      keep: () => {},
      draw: (frame: string) => {
        frames.push(frame);
        looking.abort();
      },
    };
    expect((await world.cordon(argv, { signal: looking.signal, terminal })).code).toBe(130);
    expect(frames[0]).toMatch(/ACTION +KIND[\s\S]*submitting[\s\S]*Ctrl-C ends/);
  });

  it("retry makes a new action of one that has ended, and says why it does not", async () => {
    const { actionId } = await respond("getFile", "--set", "path=C:\\once.txt");
    const again = (...more: readonly string[]) => ["actions", "retry", actionId, "--reason", "once more", ...more];
    expect(await world.cordon(again("--yes"))).toMatchObject({
      code: 5,
      err: expect.stringContaining("action.not_ended"),
    });
    await receiptOf(actionId);
    agent.report(actionId, "failed");
    await eventually(async () => (await world.json<ActionJson>(["actions", "show", actionId])).state === "failed", {
      what: "the end",
    });
    expect(await world.cordon(again(), { answers: { yes: false } })).toMatchObject({ code: 1 });
    const tried = await world.json<ActionJson & { retryOf: string }>(again("--yes"));
    expect(tried).toMatchObject({ kind: "getFile", retryOf: actionId });
    expect(tried.actionId).not.toBe(actionId);
    const shown = (await world.cordon(["actions", "show", actionId])).out;
    expect(shown).toContain(`Tried again as ${tried.actionId}: once more`);
    expect((await world.cordon(["actions", "show", tried.actionId])).out).toMatch(
      new RegExp(`try again of +${actionId}`),
    );
    await receiptOf(tried.actionId);
    agent.report(tried.actionId as string, "succeeded");
    const unsafe = () => world.cordon(["actions", "retry", tried.actionId, "--reason", "x", "--yes"]);
    await eventually(async () => (await unsafe()).err.includes("action.retry_unsafe"), { what: "the refusal" });
  });

  it("cancel says whether it came in time", async () => {
    const { actionId } = await respond("onDemandScan");
    await receiptOf(actionId);
    const cancelling = world.cordon(["actions", "cancel", actionId, "--reason", "wrong host"]);
    await eventually(() => agent.received.some((one) => one.kind === "cancel" && one.actionId === actionId), {
      what: "the cancel",
    });
    agent.link.send({ kind: "cancelResult", actionId: actionId as ActionId, outcome: "too_late", state: "running" });
    expect(await cancelling).toMatchObject({ code: 1, out: expect.stringContaining("too_late") });
    expect(await world.cordon(["actions", "cancel", "act_none", "--reason", "x"])).toMatchObject({ code: 4 });
  });

  it("evidence: asked of the site, listed, shown; a failure is told", async () => {
    const { actionId } = await respond("getFile", "--set", "path=C:\\Temp\\evil.exe");
    const asking = world.cordon(["evidence", "ask", actionId, "--file", "--json"]);
    const request = await eventually(() => agent.received.find((one) => one.kind === "evidenceRequest"), {
      what: "the question",
    });
    const items = [{ itemId: "i1", objectName: "C:\\Temp\\evil.exe", bytes: 6 }];
    const file = { itemId: "i1", path: "act/i1.bin", bytes: 6, sha256: "ab".repeat(32) };
    agent.link.send({ kind: "evidenceAnswer", requestId: request.requestId, items, file });
    const { code, out } = await asking;
    expect([code, JSON.parse(out)]).toMatchObject([0, { state: "answered", file: { path: "act/i1.bin" } }]);
    const { requestId } = JSON.parse(out) as { requestId: string };
    expect((await world.cordon(["evidence", "show", actionId, requestId])).out).toContain("it never leaves the site");
    expect((await world.cordon(["evidence", "list", actionId])).out).toContain("act/i1.bin");
    expect(await world.cordon(["evidence", "ask", "act_none"])).toMatchObject({ code: 4 });
  });
});

describe("isolations", () => {
  it("leases show the three ends; release by the endpoint's name ends what holds it", async () => {
    const { actionId } = await respond("isolateHost", "--for", "30m");
    await receiptOf(actionId);
    const endsAt = addMs(systemClock.now(), 1_800_000);
    const lease: LeaseView = {
      actionId: actionId as ActionId,
      endpointId: "host-1" as EndpointId,
      state: "holding",
      wantedUntil: endsAt,
      agentEndsAt: endsAt,
      endpointEndsAt: endsAt,
      renewals: 0,
      renewalsMax: 3,
      heard: "yes",
    };
    agent.link.send({ kind: "leaseReport", leases: [lease] });
    await eventually(async () => (await world.json<Items<object>>(["leases", "list"])).items.length === 1, {
      what: "the lease",
    });
    expect((await world.cordon(["leases", "list", "--state", "holding"])).out).toMatch(/WS-1 +hq +holding/);
    expect((await world.cordon(["leases", "show", actionId])).out).toMatch(/ends device +\d{4}-/);
    expect(await world.cordon(["leases", "list", "--state", "held"])).toMatchObject({ code: 2 });
    expect(await world.cordon(["release", "WS-2", "--reason", "x", "--yes"])).toMatchObject({
      code: 4,
      err: expect.stringContaining("nothing that Cordon asked for isolates WS-2"),
    });
    expect(await world.cordon(["release", "WS-1", "--reason", "x"])).toMatchObject({
      code: 1,
      err: expect.stringContaining(`Release WS-1 (${actionId})?`),
    });
    const releasing = world.cordon(["release", "WS-1", "--reason", "cleaned", "--yes"]);
    await eventually(() => agent.received.some(({ kind }) => kind === "release"), { what: "the release" });
    agent.link.send({
      kind: "releaseResult",
      actionId: actionId as ActionId,
      outcome: "released",
      endpointEndsAt: endsAt,
      steps: "In KSC, unblock it.",
    });
    expect(await releasing).toMatchObject({
      code: 0,
      out: expect.stringMatching(/WS-1 +released: [\s\S]*steps +In KSC, unblock it\./),
    });
    const forgotten = world.cordon(["release", actionId, "--reason", "once more", "--yes"]);
    await eventually(() => agent.received.filter(({ kind }) => kind === "release").length === 2, {
      what: "the second",
    });
    agent.link.send({
      kind: "releaseResult",
      actionId: actionId as ActionId,
      outcome: "not_found",
      steps: "Look at it.",
    });
    expect(await forgotten).toMatchObject({ code: 1, out: expect.stringContaining("not_found") });
    expect(await world.cordon(["leases", "show", "act_none"])).toMatchObject({ code: 4 });
  });
});

describe("brakes", () => {
  it("kill stops at once, is listed, and is lifted with a yes; for every tenant it asks first", async () => {
    const made = await world.json<{ brakeId: string }>(["kill", "--kinds", "scan", "--reason", "a test"]);
    expect(made).toMatchObject({ type: "killSwitch", tenantId: "acme", unsent: expect.any(Number) });
    const held = await world.cordon(["respond", "onDemandScan", "WS-2", "--reason", "x", "--yes"]);
    expect(held).toMatchObject({ code: 5, err: expect.stringContaining("guard.kill_switch") });
    expect((await world.cordon(["brakes", "list", "--in-force"])).out).toMatch(/killSwitch +in force +acme, .*scan/i);
    expect(await world.cordon(["brakes", "lift", made.brakeId, "--reason", "x"])).toMatchObject({ code: 1 });
    expect((await world.cordon(["brakes", "lift", made.brakeId, "--reason", "done", "--yes"])).out).toMatch(
      /lifted .* by admin: done/,
    );
    expect(await world.json(["brakes", "list", "--in-force"])).toMatchObject({ items: [] });
    expect((await world.cordon(["brakes", "show", made.brakeId])).out).toMatch(/state +lifted/);
    const all = ["kill", "--every-tenant", "--reason", "x"];
    expect(await world.cordon(all)).toMatchObject({ code: 1, err: expect.stringContaining("EVERY tenant?") });
    const every = await world.json<{ brakeId: string }>([...all, "--yes"]);
    expect(await world.cordon(["brakes", "lift", every.brakeId, "--reason", "x", "--yes"])).toMatchObject({ code: 4 });
    expect(
      await world.cordon(["brakes", "lift", every.brakeId, "--every-tenant", "--reason", "x", "--yes"]),
    ).toMatchObject({ code: 0 });
    expect(await world.cordon(["kill", "--kinds", "scna", "--reason", "x"])).toMatchObject({ code: 2 });
    expect(await world.cordon(["kill", "--site", "none", "--reason", "x"])).toMatchObject({ code: 4 });
  });

  it("freeze takes its times, and names what is wrong with them", async () => {
    const times = ["--zone", "Europe/Berlin", "--span", "Mon-Fri 08:00-18:00", "Sat", "--except", "2026-12-25"];
    const made = await world.json<{ brakeId: string }>([
      "freeze",
      "--site",
      "hq",
      ...times,
      "--reason",
      "office hours",
    ]);
    expect(made).toMatchObject({
      type: "freeze",
      siteId: "hq",
      times: { zone: "Europe/Berlin", spans: ["Mon-Fri 08:00-18:00", "Sat"] },
    });
    expect((await world.cordon(["brakes", "show", made.brakeId])).out).toMatch(
      /every week +Mon-Fri 08:00-18:00\n +Sat/,
    );
    expect(await world.cordon(["freeze", "--span", "Sat", "--reason", "x"])).toMatchObject({
      code: 2,
      err: expect.stringContaining("--zone"),
    });
    expect(await world.cordon(["freeze", "--zone", "UTC", "--reason", "x"])).toMatchObject({ code: 2 });
    expect(await world.cordon(["freeze", "--zone", "Mars/Base", "--span", "Sat", "--reason", "x"])).toMatchObject({
      code: 5,
      err: expect.stringContaining("zone"),
    });
    expect(await world.cordon(["freeze", "--zone", "UTC", "--between", "soon", "--reason", "x"])).toMatchObject({
      code: 2,
    });
    await world.json(["brakes", "lift", made.brakeId, "--reason", "x", "--yes"]);
  });

  it("never-touch protects whom it names, by endpoint, pattern, role; labels say the roles", async () => {
    expect(
      (await world.cordon(["endpoints", "label", "WS-2", "--add-role", "file-server", "--add-tag", "tier-1"])).out,
    ).toContain("roles file-server; tags tier-1");
    expect((await world.cordon(["endpoints", "label", "WS-2", "--remove-tag", "tier-1"])).out).toContain("tags none");
    expect(await world.json(["endpoints", "labels"])).toMatchObject({
      items: [{ endpointId: "host-2", roles: ["file-server"], tags: [] }],
    });
    const argv = [
      "never-touch",
      "--role",
      "file-server",
      "--name",
      "DC*",
      "--endpoint",
      "hq/host-2",
      "--reason",
      "serves all",
    ];
    const made = await world.json<{ brakeId: string }>(argv);
    expect(made).toMatchObject({
      type: "neverTouch",
      who: [{ by: "endpoint", endpointId: "host-2" }, { by: "name" }, { by: "role" }],
    });
    const refused = await world.cordon(["respond", "onDemandScan", "WS-2", "--reason", "x", "--yes"]);
    expect(refused.code).toBe(5);
    expect(await world.cordon(["never-touch", "--reason", "x"])).toMatchObject({
      code: 2,
      err: expect.stringContaining("name whom it protects"),
    });
    await world.json(["brakes", "lift", made.brakeId, "--reason", "x", "--yes"]);
  });
});

describe("redundancy", () => {
  it("keeps enough of a group up, and names what is missing in how it is said", async () => {
    await world.json(["endpoints", "label", "WS-2", "--add-role", "gateway"]);
    const argv = [
      "redundancy",
      "--role",
      "gateway",
      "--up-min",
      "1",
      "--down-share",
      "50%",
      "--reason",
      "the only one",
    ];
    const made = await world.json<{ brakeId: string }>(argv);
    expect(made).toMatchObject({
      type: "redundancy",
      group: { by: "role", role: "gateway" },
      bounds: { upMin: 1, downShareMax: 0.5 },
    });
    const shown = await world.cordon(["brakes", "show", made.brakeId]);
    expect(shown.out).toMatch(/group +role gateway\nbounds +1 never isolated, at most 50 % isolated at once$/);
    const refused = await world.cordon(["respond", "isolateHost", "WS-2", "--for", "30m", "--reason", "x", "--yes"]);
    expect(refused).toMatchObject({ code: 5, err: expect.stringContaining("guard.") });
    expect(await world.cordon(["redundancy", "--role", "gateway", "--reason", "x"])).toMatchObject({ code: 2 });
    expect(await world.cordon(["redundancy", "--up-min", "1", "--reason", "x"])).toMatchObject({ code: 2 });
    await world.json(["brakes", "lift", made.brakeId, "--reason", "x", "--yes"]);
  });
});

describe("rules, events and why", () => {
  const file = (name: string) => path.join(world.folder, name);

  it("check names every mistake with its place and ends with 1; it asks no coordinator", async () => {
    writeFileSync(file("bad.yaml"), RULES.replace("value:", "valeu:").replace("fqdn", "fqdnn"));
    const bad = await world.cordon(["rules", "check", file("bad.yaml"), "--url", "https://localhost:1"]);
    expect(bad.code).toBe(1);
    expect(bad.out).toMatch(/bad\.yaml:7:\d+: rules\[0\]\.when/);
    expect(bad.out).toMatch(/bad\.yaml:8:\d+: rules\[0\]\.target/);
    expect(await world.cordon(["rules", "check", file("none.yaml")])).toMatchObject({ code: 2 });
    writeFileSync(file("good.yaml"), RULES);
    expect(await world.json(["rules", "check", file("good.yaml")])).toMatchObject({
      ok: true,
      rules: ["scan-on-ransomware"],
    });
    expect((await world.cordon(["rules", "print", file("good.yaml")])).out).toContain("Name = 'Ransomware behaviour'");
  });

  it("put publishes, and only --activate or activate makes a set the active one", async () => {
    const refused = await world.cordon(["rules", "put", file("bad.yaml")]);
    expect(refused).toMatchObject({ code: 5, err: expect.stringMatching(/rules\.invalid[\s\S]*bad\.yaml:7:/) });
    expect((await world.cordon(["rules", "show", "active"])).code).toBe(4);
    expect((await world.cordon(["rules", "put", file("good.yaml")])).out).toContain("It is not active");
    expect(await world.json(["rules", "list"])).toMatchObject({ items: [{ version: 1, active: false }] });
    expect(await world.cordon(["rules", "activate", "1"])).toMatchObject({
      code: 1,
      err: expect.stringContaining("Make rule set 1 the active one of acme?"),
    });
    expect(await world.json(["rules", "activate", "1", "--yes"])).toMatchObject({ active: true });
    expect((await world.cordon(["rules", "show", "active"])).out).toContain("scan-on-ransomware");
    expect((await world.cordon(["rules", "print", "--active"])).out).toContain("scan-on-ransomware (Scan the host)");
    expect(await world.cordon(["rules", "activate", "99", "--yes"])).toMatchObject({ code: 4 });
  });

  it.each([
    ["hold", "mode: hold"],
    ["a chain", "mode: observe\n    chain: inOrder"],
    ["a limit of its own", "mode: observe\n    limits: { maxActions: { count: 3, within: 1h } }"],
    ["a wrong limit", "mode: observe\n    limits: { coolDown: 90d }"],
    ["an unknown member", "mode: observe\n    colour: red"],
  ])("what check says of a rule with %s is what the coordinator says", async (name, members) => {
    const place = file(`${name.replaceAll(" ", "-")}.yaml`);
    writeFileSync(place, RULES.replace("mode: enforce", members));
    const checked = await world.cordon(["rules", "check", place, "--json"]);
    const put = await world.cordon(["rules", "put", place, "--json"]);
    const { problems } = JSON.parse(checked.out) as { problems?: readonly { message: string }[] };
    const answer = JSON.parse(put.code === 0 ? put.out : put.err) as {
      error?: { details: { problems: readonly { message: string }[] } };
    };
    const messages = (list: readonly { message: string }[] | undefined) => list?.map(({ message }) => message);
    expect(messages(answer.error?.details.problems)).toEqual(messages(problems));
    expect(put.code === 0).toBe(checked.code === 0);
  });

  it("an event that came in is shown with what was decided, and why answers for event and endpoint", async () => {
    const sender = await world.json<{ user: string; password: string; credentialId: string }>([
      "intake",
      "add-basic",
      "kuma-acme",
    ]);
    expect((await world.cordon(["intake", "list"])).out).not.toContain(sender.password);
    expect(await world.sendEvent(event("ev-1"), sender)).toBe(200);
    expect(await world.sendEvent(event("ev-2", { Name: "Something else", FileName: "a\u001b[2Jb" }), sender)).toBe(200);
    expect(await world.sendEvent({ Type: 3, Name: "no id" }, sender)).toBe(200);
    expect(await world.json(["events", "list", "--decided"])).toMatchObject({
      items: [{ eventId: "ev-1", decisions: 1 }],
    });
    expect((await world.cordon(["events", "show", "ev-1"])).out).toMatch(
      /act +onDemandScan on WS-1[\s\S]*rule scan-on-ransomware \(set 1\)/,
    );
    expect((await world.cordon(["why", "ev-1"])).out).toMatch(/act +onDemandScan on WS-1/);
    // [T2] Of what met no rule, too: by the set that it was evaluated with, not by today's.
    expect((await world.cordon(["why", "ev-2"])).out).toMatch(
      /No decision: no rule[\s\S]*rule set 1 \(stored with the event\): 0 of 1 rules matched\nnot matched +scan-on-ransomware\n +when: Name = 'Ransomware behaviour'/,
    );
    const around = await world.cordon(["why", "WS-1", "--at", "0s", "--around", "1h"]);
    expect(around.out).toMatch(/rules +set 1\n/);
    expect(around.out).toMatch(/event ev-2 [\s\S]*names it by DestinationHostName = ws-1\.acme\.example \(fqdn\)/);
    expect(around.out).toMatch(/event ev-1 [\s\S]*matched +scan-on-ransomware/);
    const told = await world.json<{ events: readonly { event: { eventId: string } }[] }>(["why", "WS-1", "--at", "0s"]);
    expect(told.events.map(({ event: one }) => one.eventId)).toEqual(["ev-2", "ev-1"]);
    expect((await world.cordon(["why", "WS-1"])).out).toMatch(/rule scan-on-ransomware \(set 1\), event ev-1/);
    expect((await world.cordon(["why", "WS-1", "--at", "2020-01-01"])).out).toContain("no decisions");
    expect(await world.cordon(["why", "nobody"])).toMatchObject({
      code: 4,
      err: expect.stringContaining("no event with this id either"),
    });
    expect((await world.cordon(["decisions", "--rule", "scan-on-ransomware"])).out).toMatch(/act +scan-on-ransomware/);
    expect(
      (await world.json<Items<object>>(["decisions", "--verdict", "hold", "--rule", "scan-on-ransomware"])).items,
    ).toEqual([]);
    const explained = await world.cordon(["rules", "explain", "--event", "ev-2"]);
    expect(explained.out).toMatch(/not matched +scan-on-ransomware\n +when: Name = 'Ransomware behaviour'/);
    // What an attacker put into an event must not reach the terminal as it is.
    expect((await world.cordon(["events", "show", "ev-2"])).out).toContain("a\\u001b[2Jb");
    const [put] = (await world.json<Items<{ quarantineId: number }>>(["quarantine", "list"])).items;
    expect((await world.cordon(["quarantine", "show", String(put?.quarantineId)])).out).toContain('"Name":"no id"');
    expect(await world.cordon(["quarantine", "replay", String(put?.quarantineId), "--yes"])).toMatchObject({ code: 5 });
    expect(await world.cordon(["intake", "remove", sender.credentialId, "--yes"])).toMatchObject({ code: 0 });
    expect(await world.sendEvent(event("ev-3"), sender)).toBe(401);
  });

  it("[S3] a rule past its limit is in hold, listed, and acts again once it is re-armed", async () => {
    const sender = await world.json<{ user: string; password: string }>(["intake", "add-basic", "kuma-limits"]);
    const per = ["limit", "blast-radius", "--per", "rule", "--window", "1h"];
    const made = await world.json<{ brakeId: string }>([...per, "--endpoints", "1", "--reason", "a test"]);
    expect(made).toMatchObject({ type: "blastRadius", windowSeconds: 3_600, bounds: { endpointsMax: 1 } });
    expect((await world.cordon(["brakes", "show", made.brakeId])).out).toMatch(
      /window +60m\nbounds +at most 1 endpoint$/,
    );
    expect(await world.sendEvent(event("l-1"), sender)).toBe(200);
    expect(await world.sendEvent(event("l-2", { DestinationHostName: "ws-2.acme.example" }), sender)).toBe(200);
    expect(await world.json(["holds", "--open"])).toMatchObject({
      items: [{ ruleId: "scan-on-ransomware", limitedBy: made.brakeId }],
    });
    expect((await world.cordon(["why", "l-2"])).out).toMatch(/hold +onDemandScan on WS-2/);
    expect(await world.cordon(["re-arm", "scan-on-ransomware", "--reason", "x"])).toMatchObject({ code: 1 });
    expect(await world.cordon(["re-arm", "scan-on-ransomware", "--reason", "looked at", "--yes"])).toMatchObject({
      code: 0,
    });
    expect((await world.cordon(["holds"])).out).toContain("by admin: looked at");
    expect(await world.cordon(["re-arm", "scan-on-ransomware", "--reason", "x", "--yes"])).toMatchObject({ code: 4 });
    expect(await world.cordon([...per, "--reason", "x"])).toMatchObject({
      code: 2,
      err: expect.stringContaining("at least one bound"),
    });
    expect(await world.cordon([...per, "--share", "200%", "--reason", "x"])).toMatchObject({ code: 2 });
    const storm = ["limit", "storm", "--window", "5m", "--endpoints", "20", "--every-tenant", "--reason", "x", "--yes"];
    expect(await world.json(storm)).toMatchObject({ type: "storm", windowSeconds: 300 });
    await world.json(["brakes", "lift", made.brakeId, "--reason", "x", "--yes"]);
  });

  it("cool-downs are reset by a person, and that is listed", async () => {
    const reset = ["cool-down", "reset", "scan-on-ransomware", "--endpoint", "WS-1", "--reason", "cleaned"];
    expect(await world.cordon(reset)).toMatchObject({ code: 1, err: expect.stringContaining("begin anew (WS-1)?") });
    expect(await world.json([...reset, "--yes"])).toMatchObject({ siteId: "hq", endpointId: "host-1" });
    expect((await world.cordon(["cool-down", "list"])).out).toMatch(
      /scan-on-ransomware +hq\/host-1 .*by admin +cleaned/,
    );
    expect(await world.cordon(["cool-down", "reset", "x", "--site", "none", "--reason", "x", "--yes"])).toMatchObject({
      code: 4,
    });
  });

  it("explain takes an event and rules out of files, without any coordinator", async () => {
    writeFileSync(file("event.json"), JSON.stringify(event("local-1")));
    const argv = ["rules", "explain", "--event-file", file("event.json"), "--rules", file("good.yaml")];
    expect(await world.json([...argv, "--url", "https://localhost:1"])).toMatchObject({
      items: [{ ruleId: "scan-on-ransomware", kind: "matched" }],
    });
    expect(await world.cordon(["rules", "explain"])).toMatchObject({ code: 2 });
  });

  it("import writes rules that `check` takes, tells what became of each resource, and replaces no file unasked", async () => {
    const filter = { id: "", name: "inline", code: "Priority >= 3 AND DeviceVendor = 'Example'" };
    const payload = {
      kind: "script",
      scriptName: "isolateHost.py",
      scriptArgs: "--hostid {{.S.KscHostID}} --loud",
      filter,
    };
    const resources = [
      { id: "r1", kind: "responseRule", name: "Isolate it", payload },
      { id: "r2", kind: "responseRule", name: "Mail it", payload: { kind: "notification", filter } },
    ];
    writeFileSync(file("kuma.json"), JSON.stringify(resources));
    const run = await world.cordon(["rules", "import", file("kuma.json"), "--out", file("imported.yaml")]);
    expect(run.code).toBe(1);
    expect(run.out).toMatch(/rule isolate-it {2}responseRule "Isolate it" \(r1\)[\s\S]*lost +--loud/);
    expect(run.out).toMatch(/NOT carried over {2}responseRule "Mail it" \(r2\)[\s\S]*when +Priority >= 3/);
    expect(run.out).toContain("2 resources: 1 rule (all observe), 0 filters as conditions, 1 not carried over.");
    expect(await world.json(["rules", "check", file("imported.yaml")])).toMatchObject({
      ok: true,
      rules: ["isolate-it"],
    });
    const again = await world.cordon(["rules", "import", file("kuma.json"), "--out", file("imported.yaml")]);
    expect(again).toMatchObject({ code: 2, err: expect.stringContaining("--force") });
    const piped = await world.cordon(["rules", "import", file("kuma.json")]);
    expect(piped.out).toMatch(/^# Imported from KUMA/);
    expect(piped.err).toContain("NOT carried over");
    expect(await world.json(["rules", "import", file("kuma.json")], 1)).toMatchObject({
      items: [{ outcome: "rule" }, { outcome: "not_carried_over" }],
    });
    writeFileSync(file("pack.bin"), "\u0001\u0002");
    expect(await world.cordon(["rules", "import", file("pack.bin")])).toMatchObject({
      code: 2,
      err: expect.stringContaining("encrypted"),
    });
  });
});
