import { startTestPostgres, type TestPostgres } from "@cordon/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestCoordinator, type TestCoordinator } from "./test-coordinator.ts";

let postgres: TestPostgres;
let coordinator: TestCoordinator;

beforeAll(async () => {
  postgres = await startTestPostgres();
  coordinator = await startTestCoordinator(postgres.url);
  for (const tenantId of ["acme", "globex"]) {
    expect((await api("POST", "/tenants", { tenantId, name: tenantId })).status).toBe(201);
    expect((await api("POST", `/tenants/${tenantId}/sites`, { siteId: "hq", name: "HQ" })).status).toBe(201);
  }
});
afterAll(async () => {
  await coordinator?.stop();
  await postgres?.stop();
});

const api: TestCoordinator["api"] = (...args) => coordinator.api(...args);
const errorOf = (answer: { readonly body: Record<string, unknown> }) =>
  answer.body.error as { code: string; message: string; mend: string; details?: Record<string, unknown> };
const idsOf = (answer: { readonly body: Record<string, unknown> }) =>
  (answer.body.items as { brakeId: string }[]).map(({ brakeId }) => brakeId);

test("[S4] a kill switch is pulled in one call, listed with who, why and when, and lifted in another", async () => {
  const pulled = await api("POST", "/tenants/acme/brakes", {
    type: "killSwitch",
    siteId: "hq",
    kinds: ["contain", "startProcess"],
    reason: "a rule runs wild",
  });
  expect(pulled.status).toBe(201);
  expect(pulled.body).toMatchObject({
    type: "killSwitch",
    tenantId: "acme",
    siteId: "hq",
    kinds: ["isolateHost", "preventExecution", "startProcess", "terminateProcess"],
    reason: "a rule runs wild",
    setBy: "admin",
    unsent: 0,
    warnings: [],
  });
  const brakeId = String(pulled.body.brakeId);
  const everywhere = await api("POST", "/brakes", { type: "killSwitch", reason: "stop the line" });
  expect(everywhere.status).toBe(201);
  const globalId = String(everywhere.body.brakeId);
  // A tenant's list says everything that binds it.
  expect(idsOf(await api("GET", "/tenants/acme/brakes?inForce=true"))).toEqual([globalId, brakeId]);
  expect(idsOf(await api("GET", "/tenants/globex/brakes?inForce=true&type=killSwitch"))).toEqual([globalId]);
  expect(idsOf(await api("GET", "/brakes"))).toEqual([globalId]);
  const first = await api("GET", "/tenants/acme/brakes?limit=1");
  const rest = await api("GET", `/tenants/acme/brakes?limit=1&cursor=${String(first.body.nextCursor)}`);
  expect([...idsOf(first), ...idsOf(rest)]).toEqual([globalId, brakeId]);

  // Nobody lifts one of every tenant from a single tenant's list.
  const wrongPlace = await api("POST", `/tenants/acme/brakes/${globalId}/lift`, { reason: "r" });
  expect([wrongPlace.status, errorOf(wrongPlace).code]).toEqual([404, "brake.not_found"]);
  const lifted = await api("POST", `/brakes/${globalId}/lift`, { reason: "mended" });
  expect(lifted.body).toMatchObject({ lift: { by: "admin", reason: "mended" } });
  expect(idsOf(await api("GET", "/tenants/acme/brakes?inForce=true"))).toEqual([brakeId]);
  expect((await api("POST", `/tenants/acme/brakes/${brakeId}/lift`, { reason: "mended" })).status).toBe(200);
  expect(idsOf(await api("GET", "/tenants/acme/brakes?inForce=true"))).toEqual([]);
});

test("a brake that names what is not there, or says nothing, is refused with what is wrong", async () => {
  const unknownSite = await api("POST", "/tenants/acme/brakes", { type: "killSwitch", siteId: "nowhere", reason: "r" });
  expect([unknownSite.status, errorOf(unknownSite).code]).toEqual([404, "site.not_found"]);
  for (const [path, body] of [
    ["/tenants/acme/brakes", { type: "killSwitch" }],
    ["/tenants/acme/brakes", { type: "killSwitch", reason: "r", kinds: [] }],
    ["/tenants/acme/brakes", { type: "killSwitch", reason: "r", kinds: ["isolate"] }],
    ["/tenants/acme/brakes", { type: "handbrake", reason: "r" }],
    ["/brakes", { type: "killSwitch", reason: "r", siteId: "hq" }],
    ["/brakes", { type: "freeze", reason: "r", times: { zone: "Europe/Berlin" } }],
    ["/brakes", { type: "freeze", reason: "r", times: { zone: "Europe/Berln", spans: ["Sat"] } }],
    ["/brakes", { type: "freeze", reason: "r", times: { zone: "UTC", spans: ["Saturday"] } }],
    ["/brakes", { type: "freeze", reason: "r", times: { zone: "UTC", spans: ["Sat"], except: ["2026-02-30"] } }],
    [
      "/brakes",
      {
        type: "freeze",
        reason: "r",
        times: { zone: "UTC", between: [{ from: "2026-01-02T00:00", until: "2026-01-01T00:00" }] },
      },
    ],
  ] as const) {
    const answer = await api("POST", path, body);
    expect([JSON.stringify(body), answer.status, errorOf(answer).code]).toEqual([
      JSON.stringify(body),
      400,
      "input.invalid",
    ]);
  }
});

test("a freeze is kept and shown with its times", async () => {
  const times = {
    zone: "Europe/Berlin",
    spans: ["Mon-Fri 08:00-18:00"],
    except: ["2026-12-25"],
    between: [{ from: "2026-12-20T18:00", until: "2027-01-07T06:00" }],
  };
  const set = await api("POST", "/tenants/globex/brakes", {
    type: "freeze",
    kinds: ["scan"],
    reason: "year end",
    times,
  });
  expect([set.status, set.body]).toMatchObject([201, { type: "freeze", times, kinds: ["onDemandScan", "iocScan"] }]);
  const shown = await api("GET", `/tenants/globex/brakes/${String(set.body.brakeId)}`);
  expect(shown.body).toMatchObject({ type: "freeze", times });
});

test("[S2] a never-touch list is kept and shown with whom it names", async () => {
  const who = [
    { by: "endpoint", endpointId: "host-1" },
    { by: "name", pattern: "dc-*" },
    { by: "group", pattern: "Servers" },
    { by: "role", role: "domain-controller" },
    { by: "tag", tag: "crown-jewel" },
  ];
  const set = await api("POST", "/tenants/globex/brakes", { type: "neverTouch", reason: "keeps the lights on", who });
  expect([set.status, set.body]).toMatchObject([201, { type: "neverTouch", who }]);
  expect((await api("POST", "/brakes", { type: "neverTouch", reason: "ours", who })).status).toBe(201);
  for (const wrong of [
    [],
    [{ by: "role", role: "Domain Controller" }],
    [{ by: "name", tag: "x" }],
    [{ by: "owner" }],
  ]) {
    const answer = await api("POST", "/brakes", { type: "neverTouch", reason: "r", who: wrong });
    expect([wrong, answer.status, errorOf(answer).code]).toEqual([wrong, 400, "input.invalid"]);
  }
});

test("labels belong to endpoints of the inventory only", async () => {
  const path = "/tenants/acme/sites/hq/endpoints/nobody/labels";
  const put = await api("PUT", path, { roles: ["domain-controller"], tags: [] });
  expect([put.status, errorOf(put).code]).toEqual([404, "endpoint.not_found"]);
  expect(errorOf(await api("GET", path)).code).toBe("endpoint.labels_not_found");
  expect((await api("GET", "/tenants/acme/endpoint-labels")).body.items).toEqual([]);
});

test("[S3] limits are kept and shown in their units; a limit without a bound is refused", async () => {
  const limit = { type: "blastRadius", per: "site", windowSeconds: 3_600, bounds: { attemptsMax: 50, shareMax: 0.05 } };
  const set = await api("POST", "/tenants/globex/brakes", { ...limit, reason: "no rule needs more" });
  expect([set.status, set.body]).toMatchObject([201, limit]);
  const storm = { type: "storm", windowSeconds: 300, bounds: { endpointsMax: 20 } };
  const shown = await api("POST", "/brakes", { ...storm, reason: "many hosts in minutes" });
  expect([shown.status, shown.body]).toMatchObject([201, storm]);
  for (const wrong of [{ bounds: {} }, { bounds: { shareMax: 2 } }, { per: "host" }, { windowSeconds: 1 }]) {
    const answer = await api("POST", "/brakes", { ...limit, reason: "r", ...wrong });
    expect([wrong, answer.status, errorOf(answer).code]).toEqual([wrong, 400, "input.invalid"]);
  }
  const rearm = await api("POST", "/tenants/globex/rule-holds/isolate/re-arm", { reason: "mended" });
  expect([rearm.status, errorOf(rearm).code]).toEqual([404, "brake.hold_not_found"]);
  expect((await api("GET", "/tenants/globex/rule-holds?open=true")).body.items).toEqual([]);
});

test("rules may hold, and may limit themselves", async () => {
  const text = `
version: 1
rules:
  - id: careful
    name: Careful
    mode: hold
    when: { field: Name, op: "=", value: x }
    target: [{ by: fqdn, field: DestinationHostName }]
    actions: [{ kind: onDemandScan }]
    limits: { coolDown: 1h, coolDownGrowth: { factor: 2, upTo: 1d, forgetAfter: 3d }, maxActions: { count: 5, within: 1h }, maxSiteShare: { share: 5%, within: 1d } }
`;
  const put = await api("PUT", "/tenants/acme/rules", { files: [{ name: "a.yaml", text }] });
  expect([put.status, put.body.active]).toEqual([200, true]);
});

test("a rule's cool-downs are reset by a person, with who and why", async () => {
  const path = "/tenants/globex/cool-down-resets";
  const body = { ruleId: "isolate", siteId: "hq", endpointId: "host-1", reason: "cleaned" };
  const made = await api("POST", path, body);
  expect([made.status, made.body]).toMatchObject([201, { ...body, resetBy: "admin" }]);
  expect((await api("GET", `${path}?ruleId=isolate`)).body.items).toMatchObject([body]);
  expect(errorOf(await api("POST", path, { ...body, siteId: "nowhere" })).code).toBe("site.not_found");
  const loose = await api("POST", path, { ruleId: "isolate", endpointId: "host-1", reason: "r" });
  expect([loose.status, errorOf(loose).code]).toEqual([400, "input.invalid"]);
});

test("decisions are found by what came of them and by their reason", async () => {
  expect((await api("GET", "/tenants/acme/decisions?verdict=hold&code=guard.never_touch")).body.items).toEqual([]);
  expect(errorOf(await api("GET", "/tenants/acme/decisions?verdict=maybe")).code).toBe("input.invalid");
});

test("what has to stay up of a redundancy group is kept and shown; one without a bound, or with kinds, is refused", async () => {
  const body = { type: "redundancy", group: { by: "role", role: "domain-controller" }, bounds: { upMin: 1 } };
  const set = await api("POST", "/tenants/globex/brakes", { ...body, siteId: "hq", reason: "somebody has to log on" });
  expect([set.status, set.body]).toMatchObject([201, { ...body, siteId: "hq" }]);
  expect((await api("POST", "/brakes", { ...body, reason: "everywhere" })).status).toBe(201);
  for (const wrong of [
    { bounds: {} },
    { bounds: { downShareMax: 2 } },
    { kinds: ["scan"] },
    { group: { by: "name" } },
  ]) {
    const answer = await api("POST", "/brakes", { ...body, reason: "r", ...wrong });
    expect([wrong, answer.status, errorOf(answer).code]).toEqual([wrong, 400, "input.invalid"]);
  }
});
