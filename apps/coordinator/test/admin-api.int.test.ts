import { readFileSync } from "node:fs";
import { addMs, Secret, systemClock } from "@cordon/core/kernel";
import { createAgentRequest, parseEnrolmentToken } from "@cordon/identity";
import { startTestPostgres, type TestPostgres } from "@cordon/testkit";
import { Validator } from "@seriousme/openapi-schema-validator";
import { afterAll, beforeAll, expect, test } from "vitest";
import { basic, call } from "./https-client.ts";
import { startTestCoordinator, type TestCoordinator } from "./test-coordinator.ts";

let postgres: TestPostgres;
let coordinator: TestCoordinator;
/** How far the coordinator's clock is ahead of ours. */
let aheadMs = 0;
const sender = basic("kuma-acme", "correct horse battery");

interface OpenApi {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}
interface Operation {
  readonly summary?: string;
  readonly security?: unknown;
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly responses: Readonly<Record<string, unknown>>;
}

beforeAll(async () => {
  postgres = await startTestPostgres();
  coordinator = await startTestCoordinator(postgres.url, {
    clock: { ...systemClock, now: () => addMs(systemClock.now(), aheadMs) },
  });
  for (const tenantId of ["acme", "globex"]) {
    expect((await api("POST", "/tenants", { tenantId, name: tenantId })).status).toBe(201);
    const site = await api("POST", `/tenants/${tenantId}/sites`, { siteId: "hq", name: "HQ" });
    expect(site.status).toBe(201);
  }
  const credential = await api("POST", "/tenants/acme/intake-credentials", {
    kind: "basic",
    user: "kuma-acme",
    password: "correct horse battery",
  });
  expect(credential.status).toBe(201);
});

afterAll(async () => {
  await coordinator?.stop();
  await postgres?.stop();
});

const api: TestCoordinator["api"] = (...args) => coordinator.api(...args);
const errorOf = (answer: { readonly body: Record<string, unknown> }) =>
  answer.body.error as { code: string; message: string; mend: string; details?: Record<string, unknown> };
const items = (answer: { readonly body: Record<string, unknown> }) => answer.body.items as Record<string, unknown>[];
const event = (id: string, more: object = {}) => ({
  ID: id,
  Type: 3,
  Timestamp: 1_772_442_847_123,
  Name: "Ransomware behaviour",
  ...more,
});

const killSwitch = { type: "killSwitch", reason: "a rule runs wild" };

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

test("the OpenAPI document is 3.1, every route is in it with a summary, and every admin route asks for the token", async () => {
  const document = (await api("GET", "/openapi.json")).body as unknown as OpenApi;
  expect(document.openapi).toMatch(/^3\.1\./);
  expect(await new Validator().validate(structuredClone(document) as unknown as Record<string, unknown>)).toMatchObject(
    { valid: true },
  );
  expect(Object.keys(document.paths).length).toBeGreaterThan(20);
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      expect(operation.summary, `${method} ${path}`).toBeTruthy();
      expect(Object.keys(operation.responses), `${method} ${path}`).not.toEqual([]);
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const declared = (operation.parameters ?? [])
        .filter((parameter) => parameter.in === "path")
        .map(({ name }) => name);
      expect(declared.toSorted(), `${method} ${path}`).toEqual(named.toSorted());
      if (path.startsWith("/api/")) expect(operation.security, `${method} ${path}`).toEqual([{ adminToken: [] }]);
    }
  }
  expect(document.paths["/agent/v1/enroll"]).toHaveProperty("post");
});

/** Every operation of the admin API, with ids put into its path. */
async function operations(ids: Readonly<Record<string, string>>) {
  const document = (await api("GET", "/openapi.json")).body as unknown as OpenApi;
  return Object.entries(document.paths)
    .filter(([path]) => path.startsWith("/api/v1"))
    .flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => ({
        method: method.toUpperCase(),
        template: path,
        path: path.slice("/api/v1".length).replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? "1"),
      })),
    );
}

/** A body that each writing route accepts, so that it is the id and not the body that is refused. */
const BODIES: Readonly<Record<string, unknown>> = {
  "POST /tenants": { tenantId: "x", name: "x" },
  "POST /sites": { siteId: "x", name: "x" },
  "POST /enrolment-tokens": {},
  "POST /intake-credentials": { kind: "secretPath" },
  "PUT /rules": { files: [{ name: "a.yaml", text: RULES }] },
  "POST /actions": { siteId: "hq", endpointId: "h", kind: "onDemandScan", reason: "r", requestId: "q" },
  "POST /brakes": { type: "killSwitch", reason: "r" },
  "POST /lift": { reason: "r" },
  "POST /re-arm": { reason: "r" },
  "POST /cool-down-resets": { ruleId: "r", reason: "r" },
  "PUT /{siteId}/labels": { labels: ["canary"] },
  "PUT /labels": { roles: ["domain-controller"], tags: [] },
  "POST /cancel": { reason: "r" },
  "POST /retry": { reason: "r", requestId: "q" },
  "POST /release": { reason: "r" },
  "POST /promote": {},
  "POST /evidence": { want: "metadata" },
  "PUT /canary": { endpointId: "h", everySeconds: 3_600, lateAfterSeconds: 600, slots: 2 },
  "PUT /retention": { days: 90 },
  "POST /replays": { version: 1 },
  "POST /approvals/decide": { verdict: "reject", ruleId: "r", reason: "r" },
  "POST /{looseningId}/decide": { verdict: "reject", reason: "r" },
  "POST /lists": { name: "x", kind: "activeList" },
  "PUT /{list}": { description: "x" },
  "PUT /entries": { entries: [{ key: ["x"] }] },
  "POST /remove": { keys: [["x"]] },
  "POST /end": { how: "retire" },
  "POST /import": JSON.stringify("key\nx"),
};
const bodyOf = ({ method, template }: { readonly method: string; readonly template: string }) =>
  BODIES[`${method} /${template.split("/").slice(-2).join("/")}`] ?? BODIES[`${method} /${template.split("/").at(-1)}`];

const IDS = {
  siteId: "hq",
  version: "1",
  eventId: "e",
  actionId: "a",
  brakeId: "b",
  ruleId: "r",
  quarantineId: "1",
  agentId: "a",
  credentialId: "c",
  endpointId: "h",
  requestId: "r",
  list: "l",
};

test("every route answers 401 without the token, with a wrong one, and with one that is almost right", async () => {
  const all = await operations({ ...IDS, tenantId: "acme" });
  expect(all.length).toBeGreaterThan(25);
  const { token } = coordinator;
  const almost = `${token.slice(0, -1)}${token.endsWith("A") ? "B" : "A"}`;
  for (const operation of all) {
    for (const headers of [
      {},
      { authorization: "Bearer x" },
      { authorization: `Bearer ${almost}` },
      { authorization: token },
    ]) {
      const answer = await api(operation.method, operation.path, bodyOf(operation), headers as Record<string, string>);
      expect([operation.template, answer.status, errorOf(answer).code]).toEqual([
        operation.template,
        401,
        "api.unauthorized",
      ]);
    }
  }
});

test("[S10] below a tenant that does not exist everything is tenant.not_found", async () => {
  for (const operation of await operations({ ...IDS, tenantId: "nobody" })) {
    if (!operation.template.includes("{tenantId}")) continue;
    const answer = await api(operation.method, operation.path, bodyOf(operation));
    expect
      .soft([operation.template, answer.status, errorOf(answer)?.code])
      .toEqual([operation.template, 404, "tenant.not_found"]);
  }
});

test("[S10] another tenant's ids are not found, at every route that takes one", async () => {
  // Real ids of acme …
  await api("PUT", "/tenants/acme/rules", { files: [{ name: "a.yaml", text: RULES }] });
  await api("POST", "/tenants/acme/sites", { siteId: "branch", name: "Branch" });
  await coordinator.send(JSON.stringify([event("s10-event"), event("s10-bad", { Type: 1 })]), sender);
  const quarantine = items(await api("GET", "/tenants/acme/quarantine"));
  const credentials = items(await api("GET", "/tenants/acme/intake-credentials"));
  const agentId = await enrolledAgent("branch");
  await api("POST", "/tenants/acme/lists", { name: "l", kind: "activeList" });
  const brake = await api("POST", "/tenants/acme/brakes", { ...killSwitch, kinds: ["preventExecution"] });
  const ids = {
    ...IDS,
    tenantId: "globex",
    siteId: "branch",
    eventId: "s10-event",
    quarantineId: String(quarantine[0]?.quarantineId),
    credentialId: String(credentials[0]?.credentialId),
    agentId,
    brakeId: String(brake.body.brakeId),
  };
  expect((await api("GET", `/tenants/acme/brakes/${ids.brakeId}`)).status).toBe(200);
  expect((await api("GET", `/tenants/acme/events/${ids.eventId}`)).status).toBe(200);
  expect((await api("GET", `/tenants/acme/quarantine/${ids.quarantineId}`)).status).toBe(200);
  expect((await api("GET", "/tenants/acme/rules/1")).status).toBe(200);
  expect((await api("GET", "/tenants/acme/lists/l/export")).text).toBe("key,expiresAt\n");
  // … asked for as globex.
  let asked = 0;
  for (const operation of await operations(ids)) {
    // What is not below a tenant, such as a release of the agent, belongs to none.
    if (!operation.template.includes("{tenantId}") || !/\{(?!tenantId)\w+\}/.test(operation.template)) continue;
    const answer = await api(operation.method, operation.path, bodyOf(operation));
    expect
      .soft([operation.template, answer.status, errorOf(answer)?.code])
      .toEqual([operation.template, 404, expect.stringMatching(/not_found|not_quarantined/)]);
    asked += 1;
  }
  expect(asked).toBeGreaterThan(10);
  expect(items(await api("GET", "/tenants/globex/events"))).toEqual([]);
});

test("an unknown route, a malformed body, unknown members and wrong types each say what and where", async () => {
  expect(errorOf(await api("GET", "/nowhere"))).toMatchObject({ code: "api.no_route", mend: expect.any(String) });
  const outside = await call({ port: coordinator.ready.ports.api, ca: coordinator.ca }, { path: "/x" });
  expect(errorOf(outside).code).toBe("api.no_route");
  const broken = await api("POST", "/tenants", '{"tenantId":');
  expect([broken.status, errorOf(broken).code]).toEqual([400, "input.invalid"]);
  const extra = await api("POST", "/tenants", { tenantId: "x", name: "x", admin: true });
  expect(errorOf(extra)).toMatchObject({
    code: "input.invalid",
    details: { fields: [expect.objectContaining({ message: expect.stringContaining("admin") })] },
  });
  const wrong = await api("POST", "/tenants", { tenantId: "Not A Slug", name: 7 });
  const fields = errorOf(wrong).details?.fields as { path: string; message: string }[];
  expect(fields.map(({ path }) => path)).toEqual(["body.tenantId", "body.name"]);
  const query = await api("GET", "/tenants?limit=9999");
  expect([query.status, errorOf(query).code]).toEqual([400, "input.invalid"]);
  const cursor = await api("GET", "/tenants?cursor=rubbish");
  expect([cursor.status, errorOf(cursor).code]).toEqual([400, "input.invalid"]);
  const xml = await call(
    { port: coordinator.ready.ports.api, ca: coordinator.ca },
    {
      method: "POST",
      path: "/api/v1/tenants",
      body: "<x/>",
      headers: { authorization: `Bearer ${coordinator.token}`, "content-type": "text/xml" },
    },
  );
  expect([xml.status, errorOf(xml).code]).toEqual([415, "api.media_type"]);
  const large = await api("POST", "/tenants", { tenantId: "x", name: "x".repeat(6 * 1_048_576) });
  expect([large.status, errorOf(large).code]).toEqual([413, "api.body_too_large"]);
});

test("creating twice is a conflict that changes nothing", async () => {
  const again = await api("POST", "/tenants", { tenantId: "acme", name: "Other" });
  expect([again.status, errorOf(again).code]).toEqual([409, "tenant.exists"]);
  expect((await api("GET", "/tenants/acme")).body.name).toBe("acme");
  expect(errorOf(await api("POST", "/tenants/acme/sites", { siteId: "hq", name: "x" })).code).toBe("site.exists");
  const credential = await api("POST", "/tenants/globex/intake-credentials", { kind: "basic", user: "kuma-acme" });
  expect([credential.status, errorOf(credential).code]).toEqual([409, "intake.credential_exists"]);
});

test("lists come in bounded pages that together hold everything once", async () => {
  for (const index of [1, 2, 3, 4, 5]) {
    await api("POST", "/tenants/globex/sites", { siteId: `page-${index}`, name: `${index}` });
  }
  const seen: unknown[] = [];
  let cursor = "";
  do {
    const page = await api("GET", `/tenants/globex/sites?limit=2${cursor && `&cursor=${cursor}`}`);
    expect(items(page).length).toBeLessThanOrEqual(2);
    seen.push(...items(page).map(({ siteId }) => siteId));
    cursor = String(page.body.nextCursor ?? "");
  } while (cursor !== "");
  expect(seen).toEqual(["hq", "page-1", "page-2", "page-3", "page-4", "page-5"]);
});

test("events are listed newest first in pages, with their decisions", async () => {
  const ids = ["p1", "p2", "p3", "p4", "p5"];
  for (const id of ids) await coordinator.send(JSON.stringify(event(id)), sender);
  const seen: unknown[] = [];
  let cursor = "";
  do {
    const page = await api("GET", `/tenants/acme/events?limit=2${cursor && `&cursor=${cursor}`}`);
    seen.push(...items(page).map(({ eventId }) => eventId));
    cursor = String(page.body.nextCursor ?? "");
  } while (cursor !== "");
  expect(new Set(seen).size).toBe(seen.length);
  expect(seen.filter((id) => ids.includes(String(id)))).toEqual(ids.toReversed());
});

test("a rule file with mistakes in three places is refused whole with all three positions; the active set stays", async () => {
  await api("PUT", "/tenants/acme/rules", { files: [{ name: "a.yaml", text: RULES }] });
  const active = (await api("GET", "/tenants/acme/rules/active")).body.version;
  const bad = `
version: 1
rules:
  - id: one
    name: First
    mode: enforce
    when: { field: Nmae, op: "=", value: x }
    target: [{ by: fqdn, field: DestinationHostName }]
    actions: [{ kind: onDemandScan }]
  - id: two
    name: Second
    mode: enforce
    when: { field: Name, op: "~", value: x }
    target: [{ by: fqdn, field: DestinationHostName }]
    actions: [{ kind: isolateHost, arguments: { durationSeconds: 5 } }]
`;
  const answer = await api("PUT", "/tenants/acme/rules", {
    files: [
      { name: "good.yaml", text: RULES },
      { name: "bad.yaml", text: bad },
    ],
  });
  expect([answer.status, errorOf(answer).code]).toEqual([422, "rules.invalid"]);
  const problems = errorOf(answer).details?.problems as {
    file: string;
    line: number;
    column: number;
    message: string;
  }[];
  expect(problems.map(({ file, line }) => `${file}:${line}`)).toEqual(["bad.yaml:7", "bad.yaml:13", "bad.yaml:15"]);
  expect(problems[0]?.message).toContain("Name");
  for (const { column } of problems) expect(column).toBeGreaterThan(1);
  const still = await api("GET", "/tenants/acme/rules/active");
  expect(still.body.version).toBe(active);
});

test("rule sets are numbered, can be rolled back, and the same files keep their number", async () => {
  const put = (text: string) => api("PUT", "/tenants/globex/rules", { files: [{ name: "a.yaml", text }] });
  expect(errorOf(await api("GET", "/tenants/globex/rules/active")).code).toBe("rules.not_found");
  const first = await put(RULES);
  expect(first.body).toMatchObject({ version: 1, active: true, created: true, rules: 1 });
  const second = await put(RULES.replace("Scan the host", "Scan that host"));
  expect(second.body).toMatchObject({ version: 2, active: true });
  expect((await put(RULES)).body).toMatchObject({ version: 1, created: false, active: true });
  expect((await api("POST", "/tenants/globex/rules/2/activate")).body).toMatchObject({ version: 2, active: true });
  expect((await api("GET", "/tenants/globex/rules/1")).body).toMatchObject({
    active: false,
    files: [{ name: "a.yaml", text: RULES }],
  });
  expect(items(await api("GET", "/tenants/globex/rules")).map(({ version }) => version)).toEqual([2, 1]);
  expect(errorOf(await api("POST", "/tenants/globex/rules/9/activate")).code).toBe("rules.not_found");
});

test("an event whose host no site knows leads to a decision that refuses and says so [T2]", async () => {
  await api("PUT", "/tenants/acme/rules", { files: [{ name: "a.yaml", text: RULES }] });
  const sent = await coordinator.send(
    JSON.stringify(event("unknown-host", { DestinationHostName: "ghost.example" })),
    sender,
  );
  expect(sent.body).toMatchObject({ accepted: 1 });
  const found = await api("GET", "/tenants/acme/events/unknown-host");
  expect(found.body).toMatchObject({
    decisions: 1,
    actions: [],
    decisionList: [
      { ruleId: "scan-on-ransomware", code: "endpoint.not_found", reason: expect.stringContaining("ghost") },
    ],
  });
});

test("unknown fields of an event are kept, and a repeat is a duplicate", async () => {
  const body = JSON.stringify(event("loose", { SomethingNew: "kept", Extra: { colour: "blue" } }));
  expect((await coordinator.send(body, sender)).body).toEqual({ accepted: 1, duplicates: 0, quarantined: 0 });
  expect((await coordinator.send(body, sender)).body).toEqual({ accepted: 0, duplicates: 1, quarantined: 0 });
  const { fields } = (await api("GET", "/tenants/acme/events/loose")).body as { fields: Record<string, unknown> };
  expect(fields).toMatchObject({ SomethingNew: "kept", "Extra.colour": "blue" });
});

test("what cannot be stored as sent (NUL characters, lone surrogates) is accepted, not an outage", async () => {
  const body = `{"ID":"odd","Type":3,"Name":"a\\u0000b\\ud800c"}`;
  expect(await coordinator.send(body, sender)).toMatchObject({ status: 200, body: { accepted: 1 } });
  expect((await api("GET", "/tenants/acme/events/odd")).status).toBe(200);
});

test("a bad event is in quarantine with its reason and its text, and a replay says that it is still bad", async () => {
  const bad = JSON.stringify(event("still-bad", { Type: 1 }));
  expect((await coordinator.send(bad, sender)).body).toMatchObject({ quarantined: 1 });
  const [newest] = items(await api("GET", "/tenants/acme/quarantine?limit=1"));
  expect(newest).toMatchObject({ code: "event.not_correlation", raw: bad, truncated: false });
  const replay = await api("POST", `/tenants/acme/quarantine/${newest?.quarantineId}/replay`);
  expect([replay.status, errorOf(replay).code]).toEqual([422, "event.invalid"]);
});

test("malformed JSON is answered 400 and kept in quarantine; a 5 MB event is kept out and its neighbour in", async () => {
  expect((await coordinator.send("{nope", sender)).status).toBe(400);
  expect(items(await api("GET", "/tenants/acme/quarantine?limit=1"))[0]).toMatchObject({
    code: "event.bad_json",
    raw: "{nope",
  });
  const large = event("large", { Message: "x".repeat(5 * 1_048_576) });
  const answer = await coordinator.send(JSON.stringify([event("beside-large"), large]), sender);
  expect(answer).toMatchObject({ status: 200, body: { accepted: 1, quarantined: 1 } });
  const [kept] = items(await api("GET", "/tenants/acme/quarantine?limit=1"));
  expect(kept).toMatchObject({ code: "event.too_large", truncated: true });
  const replay = await api("POST", `/tenants/acme/quarantine/${kept?.quarantineId}/replay`);
  expect([replay.status, errorOf(replay).code]).toEqual([409, "event.not_replayable"]);
});

test("a sender is let in by what was made for it and shut out by its removal, at once", async () => {
  const made = await api("POST", "/tenants/globex/intake-credentials", { kind: "secretPath" });
  const { pathname } = new URL(String(made.body.url));
  const send = (id: string) => coordinator.send(JSON.stringify(event(id)), {}, { path: pathname });
  expect((await send("g1")).status).toBe(200);
  expect((await api("DELETE", `/tenants/globex/intake-credentials/${made.body.credentialId}`)).status).toBe(204);
  expect((await send("g2")).status).toBe(401);
  const password = await api("POST", "/tenants/globex/intake-credentials", { kind: "basic", user: "kuma-globex" });
  const generated = basic("kuma-globex", String(password.body.password));
  expect((await coordinator.send(JSON.stringify(event("g3")), generated)).status).toBe(200);
  expect((await api("DELETE", `/tenants/globex/intake-credentials/${password.body.credentialId}`)).status).toBe(204);
  expect((await coordinator.send(JSON.stringify(event("g4")), generated)).status).toBe(401);
  const listed = await api("GET", "/tenants/acme/intake-credentials");
  expect(listed.text).not.toContain("correct horse");
});

async function enrol(secret: string) {
  const { csrPem } = await createAgentRequest();
  return call(
    { port: coordinator.ready.ports.api, ca: coordinator.ca },
    {
      method: "POST",
      path: "/agent/v1/enroll",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ secret, csr: csrPem, agentVersion: "0.1.0", machineName: "test" }),
    },
  );
}

async function newToken(site = "hq"): Promise<string> {
  const made = await api("POST", `/tenants/acme/sites/${site}/enrolment-tokens`, {});
  expect(made.status).toBe(201);
  const token = parseEnrolmentToken(new Secret(String(made.body.token)));
  expect(token?.url).toBe(coordinator.ready.urls.api);
  return token?.secret.reveal() ?? "";
}

async function enrolledAgent(site: string): Promise<string> {
  const answer = await enrol(await newToken(site));
  expect(answer.status).toBe(201);
  return String(answer.body.agentId);
}

test("a token is good for one agent: used, unknown and malformed ones are told apart", async () => {
  const secret = await newToken();
  const first = await enrol(secret);
  expect(first).toMatchObject({ status: 201, body: { tenantId: "acme", siteId: "hq" } });
  expect(first.body.authority).toBe(readFileSync(coordinator.ready.caFile, "utf8"));
  const again = await enrol(secret);
  expect([again.status, errorOf(again).code]).toEqual([401, "enrolment.token_used"]);
  const unknown = await enrol("made-up");
  expect([unknown.status, errorOf(unknown).code]).toEqual([401, "enrolment.token_unknown"]);
  const listed = items(await api("GET", "/tenants/acme/sites/hq/agents"));
  expect(listed.map(({ agentId }) => agentId)).toContain(first.body.agentId);
});

test("a token that nobody used in time is expired, and says so", async () => {
  const secret = await newToken();
  aheadMs = 25 * 3_600_000;
  const late = await enrol(secret).finally(() => {
    aheadMs = 0;
  });
  expect([late.status, errorOf(late).code]).toEqual([401, "enrolment.token_expired"]);
});

test("a request that proves no key does not spend the token", async () => {
  const secret = await newToken();
  const bad = await call(
    { port: coordinator.ready.ports.api, ca: coordinator.ca },
    {
      method: "POST",
      path: "/agent/v1/enroll",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ secret, csr: "rubbish", agentVersion: "0.1.0", machineName: "test" }),
    },
  );
  expect([bad.status, errorOf(bad).code]).toEqual([400, "enrolment.bad_request"]);
  expect((await enrol(secret)).status).toBe(201);
});

test("of many that race with one token exactly one enrols", async () => {
  const secret = await newToken();
  const answers = await Promise.all(Array.from({ length: 8 }, () => enrol(secret)));
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  expect(
    answers
      .filter((answer) => answer.status === 401)
      .every((answer) => errorOf(answer).code === "enrolment.token_used"),
  ).toBe(true);
});

test("an action by hand checks its endpoint and its arguments before anything is stored", async () => {
  const order = { siteId: "hq", endpointId: "ghost", kind: "isolateHost", reason: "03:00", requestId: "r-1" };
  const unknown = await api("POST", "/tenants/acme/actions", { ...order, arguments: { durationSeconds: 3600 } });
  expect([unknown.status, errorOf(unknown).code]).toEqual([404, "endpoint.not_found"]);
  expect(errorOf(await api("POST", "/tenants/acme/actions", { ...order, kind: "formatDisk" })).code).toBe(
    "input.invalid",
  );
  expect(items(await api("GET", "/tenants/acme/actions"))).toEqual([]);
});

test("health says what works, per process and per site, and what to do about the rest", async () => {
  const health = await api("GET", "/health");
  expect(health).toMatchObject({
    status: 200,
    body: { ok: true, database: { ok: true }, queue: { ok: true, backend: "postgres" } },
  });
  const sites = items(await api("GET", "/tenants/acme/health"));
  expect(sites.find(({ siteId }) => siteId === "hq")).toMatchObject({
    connected: false,
    serviceConsole: "unknown",
    queue: { waiting: 0 },
  });
});
