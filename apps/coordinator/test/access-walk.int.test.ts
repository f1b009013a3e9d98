import { Agent } from "node:https";
import { hasVerb, ROLES, type Role, VERBS, type Verb } from "@cordon/core/access";
import { addMs, sideBySide, systemClock } from "@cordon/core/kernel";
import { eventually, startTestPostgres, type TestPostgres } from "@cordon/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FOREIGN_MESSAGES } from "./access-messages.ts";
import { ACCESS_TABLE, BY_RECORD } from "./access-table.ts";
import { type Answer, call } from "./https-client.ts";
import { connectTestAgent, enrolTestAgent, testEndpoint } from "./test-agent.ts";
import { startTestCoordinator, type TestCoordinator } from "./test-coordinator.ts";

let postgres: TestPostgres;
let coordinator: TestCoordinator;
let operations: readonly Operation[];
/** How far the coordinator's clock is ahead of ours. */
let aheadMs = 0;
const agent = new Agent({ keepAlive: true, maxSockets: 6 });
const tokens = new Map<string, string>();

interface Operation {
  readonly method: string;
  readonly template: string;
  readonly key: string;
  readonly says: string | undefined;
  readonly hasBody: boolean;
}

const RULES = `
version: 1
rules:
  - id: scan
    name: Scan
    mode: enforce
    when: { field: Name, op: "=", value: x }
    target: [{ by: fqdn, field: DestinationHostName }]
    actions: [{ kind: onDemandScan }]
`;

beforeAll(async () => {
  postgres = await startTestPostgres();
  coordinator = await startTestCoordinator(postgres.url, {
    clock: { ...systemClock, now: () => addMs(systemClock.now(), aheadMs) },
  });
  for (const tenantId of ["acme", "globex"]) {
    await coordinator.api("POST", "/tenants", { tenantId, name: tenantId });
    for (const siteId of ["hq", "ot"])
      await coordinator.api("POST", `/tenants/${tenantId}/sites`, { siteId, name: siteId });
    await coordinator.api("PUT", `/tenants/${tenantId}/rules`, {
      files: [{ name: "a.yaml", text: RULES }],
      activate: true,
    });
  }
  for (const role of ROLES) {
    await join(role, { role, tenantId: "acme" });
    await join(`every.${role}`, { role, allTenants: true });
  }
  await join("outsider", { role: "tenant-admin", tenantId: "globex" });
  await join("both", { role: "platform-admin", tenantId: "acme" }, { role: "platform-admin", tenantId: "globex" });
  await join("nothing");
  operations = await readOperations();
});

afterAll(async () => {
  agent.destroy();
  await coordinator?.stop();
  await postgres?.stop();
});

async function join(name: string, ...grants: readonly object[]): Promise<void> {
  const made = await coordinator.api("POST", "/people", { name, grants });
  if (made.status !== 201) throw new Error(`${name}: ${made.text}`);
  tokens.set(name, String(made.body.token));
}

/** A call below `/api/v1` by a person, or with a token of its own. */
function ask(who: string, method: string, path: string, body?: unknown): Promise<Answer> {
  return call(
    { port: coordinator.ready.ports.api, ca: coordinator.ca },
    {
      method,
      path: `/api/v1${path}`,
      agent,
      headers: {
        authorization: `Bearer ${tokens.get(who) ?? who}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    },
  );
}

const codeOf = ({ body }: Answer) => (body.error as { code?: string } | undefined)?.code;

async function readOperations(): Promise<readonly Operation[]> {
  const { body } = await coordinator.api("GET", "/openapi.json");
  const paths = body.paths as Record<string, Record<string, { "x-cordon-access"?: string; requestBody?: object }>>;
  return Object.entries(paths)
    .filter(([path]) => path.startsWith("/api/v1"))
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]): Operation => {
        const template = path.slice("/api/v1".length);
        const key = `${method.toUpperCase()} ${template}`;
        const says = operation["x-cordon-access"];
        return { method: method.toUpperCase(), template, key, says, hasBody: operation.requestBody !== undefined };
      }),
    );
}

/** Ids that nothing has, so that whoever may come in changes nothing. */
const IDS: Readonly<Record<string, string>> = {
  siteId: "hq",
  version: "9",
  quarantineId: "999",
  name: "nobody",
  change: "pause",
};
const pathOf = ({ template }: Operation, tenantId: string): string =>
  template.replaceAll(/\{(\w+)\}/g, (_, name: string) => (name === "tenantId" ? tenantId : (IDS[name] ?? "none")));
const rowOf = ({ key }: Operation): Verb | "known" | undefined => ACCESS_TABLE[key];
/** It would do something for whoever may, whatever is sent. */
const acts = ({ method, template, hasBody }: Operation) =>
  method !== "GET" && !template.includes("{") && (!hasBody || template.startsWith("/authority"));

describe("every route of the API", () => {
  it("has its row in the table of rights, and says the same itself", () => {
    const known = operations.map(({ key }) => key);
    expect(Object.keys(ACCESS_TABLE).filter((key) => !known.includes(key))).toEqual([]);
    expect(operations.map(({ key, says }) => [key, says])).toEqual(
      operations.map((operation) => [operation.key, rowOf(operation) ?? "lacks its row in access-table.ts"]),
    );
    expect(operations.length).toBeGreaterThan(100);
  });

  it("[S10] answers another tenant's people as if the tenant were not there, whatever they send", async () => {
    const below = operations.filter(({ template }) => template.includes("{tenantId}"));
    await sideBySide(below, 6, async (operation) => {
      const body = operation.hasBody ? { nonsense: true } : undefined;
      const theirs = await ask("outsider", operation.method, pathOf(operation, "acme"), body);
      const nobodys = await ask("outsider", operation.method, pathOf(operation, "nobody"), body);
      const nothing = await ask("nothing", operation.method, pathOf(operation, "acme"), body);
      expect.soft([operation.key, theirs.status, codeOf(theirs)]).toEqual([operation.key, 404, "tenant.not_found"]);
      expect.soft([operation.key, theirs.text]).toEqual([operation.key, nobodys.text]);
      expect.soft([operation.key, theirs.text]).toEqual([operation.key, nothing.text]);
    });
    expect(below.length).toBeGreaterThan(70);
  });

  const cases: readonly (readonly [string, Role, "tenant" | "everywhere"])[] = [
    ...ROLES.map((role) => [role, role, "tenant"] as const),
    ...ROLES.map((role) => [`every.${role}`, role, "everywhere"] as const),
  ];
  for (const [name, role, where] of cases) {
    it(`[S10] lets ${role} ${where === "tenant" ? "of the tenant" : "on all tenants"} do what the table says, and names the right that is missing`, async () => {
      const wanted = operations.filter((operation) => {
        const verb = rowOf(operation) ?? "known";
        if (BY_RECORD.has(operation.key)) return false;
        // On all tenants a role has in a tenant what it has there; what differs is about all of them.
        return where === "tenant" || verb === "known" || VERBS[verb].reach === "fleet";
      });
      await sideBySide(wanted, 6, async (operation) => {
        const verb = rowOf(operation) ?? "known";
        const may =
          verb === "known" || (hasVerb(role, verb) && (where === "everywhere" || VERBS[verb].reach !== "fleet"));
        if (may && acts(operation)) return;
        const body = operation.hasBody ? {} : undefined;
        const answer = await ask(name, operation.method, pathOf(operation, "acme"), body);
        const error = answer.body.error as { code?: string; details?: { verb?: string } } | undefined;
        if (may)
          expect.soft([operation.key, answer.status === 403 || answer.status === 401]).toEqual([operation.key, false]);
        else
          expect
            .soft([operation.key, answer.status, error?.code, error?.details?.verb])
            .toEqual([operation.key, 403, "access.denied", verb]);
      });
    });
  }
});

describe("what is of several tenants", () => {
  it("[S10] is found by those alone who see all of them, and needs the right about all tenants", async () => {
    const plan = (who: string, ...tenants: readonly string[]) =>
      ask(who, "POST", "/plans", { tenants: tenants.map((tenantId) => ({ tenantId, version: 1 })) });
    expect(codeOf(await plan("viewer", "acme"))).toBe("access.denied");
    expect(codeOf(await plan("rule-author", "acme", "globex"))).toBe("tenant.not_found");
    expect((await plan("rule-author", "acme", "globex")).text).toBe((await plan("rule-author", "acme", "nobody")).text);
    const both = await plan("both", "acme", "globex");
    expect([both.status, both.body.error]).toMatchObject([403, { details: { verb: "fleet.plan" } }]);
    const made = await plan("rule-author", "acme");
    expect(made.status).toBe(202);
    const id = String(made.body.planId);
    const done = await eventually(
      async () => {
        const { body } = await ask("viewer", "GET", `/plans/${id}`);
        return body.state === "done" ? body : undefined;
      },
      { what: "the plan" },
    );
    for (const part of ["", "/report", "/standing"]) {
      const theirs = await ask("outsider", "GET", `/plans/${id}${part}`);
      const nobodys = await ask("outsider", "GET", `/plans/none${part}`);
      expect([theirs.status, theirs.text]).toEqual([404, nobodys.text]);
      expect((await ask("viewer", "GET", `/plans/${id}${part}`)).status).toBe(200);
    }
    expect(codeOf(await ask("outsider", "POST", `/plans/${id}/cancel`))).toBe("plan.not_found");
    expect(codeOf(await ask("viewer", "POST", `/plans/${id}/cancel`))).toBe("access.denied");
    expect((await ask("outsider", "GET", "/plans")).body.items).toEqual([]);
    expect((await ask("viewer", "GET", "/plans")).body.items).toHaveLength(1);
    const apply = { planHash: done.planHash, policy: { waves: [{ share: 1, soakSeconds: 60 }] } };
    for (const path of ["/rule-rollouts", "/rule-rollouts/preview"]) {
      const theirs = await ask("outsider", "POST", path, apply);
      const nobodys = await ask("outsider", "POST", path, { ...apply, planHash: "0".repeat(64) });
      expect([path, theirs.status, theirs.text]).toEqual([path, nobodys.status, nobodys.text]);
    }
    const rules = await ask("rule-author", "POST", "/rule-rollouts", apply);
    expect([rules.status, codeOf(rules)]).toEqual([
      rules.status === 400 ? 400 : 403,
      rules.status === 400 ? "input.invalid" : "access.denied",
    ]);
    expect((await ask("outsider", "GET", "/running-rules")).body.items).toMatchObject([
      { tenantId: "globex" },
      { tenantId: "globex" },
    ]);
    expect((await ask("nothing", "GET", "/tenants")).body.items).toEqual([]);
    expect((await ask("both", "GET", "/tenants")).body.items).toMatchObject([
      { tenantId: "acme" },
      { tenantId: "globex" },
    ]);
  });
});

describe("a person at one site", () => {
  it("[S10] sees that site's rows, and is denied by name what is about the others or about all", async () => {
    await join("guard", { role: "responder", tenantId: "acme", sites: ["hq"] });
    expect((await ask("guard", "GET", "/tenants/acme/sites")).body.items).toMatchObject([{ siteId: "hq" }]);
    expect((await ask("guard", "GET", "/tenants/acme/health")).body.items).toMatchObject([{ siteId: "hq" }]);
    expect((await ask("guard", "GET", "/tenants/acme/sites/ot")).body.error).toMatchObject({
      code: "access.denied",
      details: { verb: "estate.read", siteId: "ot" },
    });
    expect(codeOf(await ask("guard", "GET", "/tenants/acme/events"))).toBe("access.denied");
    const brake = (more: object) =>
      ask("guard", "POST", "/tenants/acme/brakes", { type: "killSwitch", reason: "r", ...more });
    expect(codeOf(await brake({}))).toBe("access.denied");
    expect(codeOf(await brake({ siteId: "ot" }))).toBe("access.denied");
    expect((await brake({ siteId: "hq" })).status).toBe(201);
  });

  it("with conflicting roles is denied what any of them denies: no containment at the OT site, scans and all else as before", async () => {
    await join(
      "careful",
      { role: "responder", tenantId: "acme" },
      { role: "responder", tenantId: "globex" },
      { effect: "deny", role: "responder", tenantId: "acme", sites: ["ot"], classes: ["contain"] },
    );
    const order = (tenant: string, siteId: string, kind: string, args: object = {}) =>
      ask("careful", "POST", `/tenants/${tenant}/actions`, {
        siteId,
        endpointId: "h",
        kind,
        arguments: args,
        reason: "r",
        requestId: "q",
      });
    const hour = { durationSeconds: 3_600 };
    expect((await order("acme", "ot", "isolateHost", hour)).body.error).toMatchObject({
      code: "access.denied",
      details: { verb: "actions.order", siteId: "ot", actionClass: "contain" },
    });
    expect(codeOf(await order("acme", "ot", "onDemandScan"))).toBe("endpoint.not_found");
    expect(codeOf(await order("acme", "hq", "isolateHost", hour))).toBe("endpoint.not_found");
    expect(codeOf(await order("globex", "ot", "isolateHost", hour))).toBe("endpoint.not_found");
    const explained = await coordinator.api(
      "GET",
      "/tenants/acme/access?person=careful&verb=actions.order&siteId=ot&actionClass=contain",
    );
    expect(explained.body).toMatchObject({ outcome: "denied", grant: { effect: "deny", sites: ["ot"] } });
  });
});

describe("handing out rights", () => {
  it("nobody gives what he does not have, and what is taken back is gone at the next request", async () => {
    const grant = (who: string, tenant: string, body: object) => ask(who, "POST", `/tenants/${tenant}/grants`, body);
    const to = { kind: "person", name: "nothing" };
    expect(codeOf(await ask("tenant-admin", "POST", "/grants", { to, role: "viewer" }))).toBe("access.denied");
    expect(codeOf(await grant("tenant-admin", "globex", { to, role: "viewer" }))).toBe("tenant.not_found");
    expect(
      codeOf(
        await grant("tenant-admin", "acme", {
          to: { kind: "person", name: "every.viewer" },
          effect: "deny",
          role: "viewer",
        }),
      ),
    ).toBe("access.above");
    const made = await grant("tenant-admin", "acme", { to, role: "responder" });
    expect(made.status).toBe(201);
    expect((await ask("nothing", "GET", "/tenants/acme")).status).toBe(200);
    expect(codeOf(await ask("outsider", "DELETE", `/tenants/globex/grants/${made.body.grantId}`))).toBe(
      "access.grant_not_found",
    );
    expect((await ask("tenant-admin", "DELETE", `/tenants/acme/grants/${made.body.grantId}`)).status).toBe(204);
    expect(codeOf(await ask("nothing", "GET", "/tenants/acme"))).toBe("tenant.not_found");
    const kept = await coordinator.api("POST", "/tenants/acme/grants", {
      to: { kind: "person", name: "tenant-admin" },
      effect: "deny",
      role: "responder",
      sites: ["ot"],
    });
    // Denied it himself somewhere, he has not got it whole any more, and cannot take that deny back.
    expect(codeOf(await grant("tenant-admin", "acme", { to, role: "responder" }))).toBe("access.lacking");
    expect(codeOf(await ask("tenant-admin", "DELETE", `/tenants/acme/grants/${kept.body.grantId}`))).toBe(
      "access.lacking",
    );
  });

  it("a group gives its members what it has", async () => {
    await coordinator.api("POST", "/tenants/globex/grants", { to: { kind: "group", name: "soc" }, role: "viewer" });
    expect(codeOf(await ask("nothing", "GET", "/tenants/globex"))).toBe("tenant.not_found");
    expect((await coordinator.api("PUT", "/groups/soc/members/nothing", {})).status).toBe(200);
    expect((await ask("nothing", "GET", "/tenants/globex")).status).toBe(200);
    expect((await ask("nothing", "GET", "/whoami")).body).toMatchObject({
      name: "nothing",
      groups: ["soc"],
      from: "127.0.0.1",
    });
    expect((await coordinator.api("DELETE", "/groups/soc/members/nothing")).status).toBe(204);
    expect(codeOf(await ask("nothing", "GET", "/tenants/globex"))).toBe("tenant.not_found");
  });
});

describe("an API token", () => {
  it("acts for its person within its bounds, is shown once, found by its beginning, and ends by time, by hand, and with its person", async () => {
    await join("maker", { role: "responder", tenantId: "acme" });
    const make = (bounds: readonly object[], days = 1) =>
      ask("maker", "POST", "/tokens", { label: "ci", bounds, days });
    expect(codeOf(await make([{ role: "tenant-admin", tenantId: "acme" }]))).toBe("access.lacking");
    expect(codeOf(await make([{ role: "viewer", tenantId: "globex" }]))).toBe("access.lacking");
    expect(codeOf(await make([{ role: "viewer", allTenants: true }]))).toBe("access.lacking");
    const made = await make([{ role: "viewer", tenantId: "acme" }]);
    const token = String(made.body.token);
    expect(token).toMatch(/^cordon_[\w-]{43}$/);
    expect((await ask(token, "GET", "/tenants/acme/sites")).status).toBe(200);
    expect((await ask(token, "GET", "/whoami")).body).toMatchObject({ kind: "token", name: "maker" });
    expect(codeOf(await ask(token, "POST", "/tenants/acme/brakes", { type: "killSwitch", reason: "r" }))).toBe(
      "access.denied",
    );
    expect(
      codeOf(await ask(token, "POST", "/tokens", { label: "more", bounds: [{ role: "responder", tenantId: "acme" }] })),
    ).toBe("access.lacking");
    const listed = await ask("maker", "GET", "/tokens");
    expect(listed.body.items).toMatchObject([{ prefix: token.slice(0, 15), lastUsed: { from: "127.0.0.1" } }]);
    expect(listed.text).not.toContain(token);
    expect((await ask("viewer", "GET", "/tokens")).body.items).toEqual([]);
    expect(codeOf(await ask("outsider", "DELETE", `/tokens/${made.body.tokenId}`))).toBe("access.token_not_found");
    expect((await ask("maker", "DELETE", `/tokens/${made.body.tokenId}`)).status).toBe(204);
    expect((await ask(token, "GET", "/whoami")).status).toBe(401);
    const second = String((await make([{ role: "viewer", tenantId: "acme" }])).body.token);
    aheadMs = 86_400_000;
    expect((await ask(second, "GET", "/whoami")).status).toBe(401);
    aheadMs = 0;
    expect((await ask(second, "GET", "/whoami")).status).toBe(200);
    await coordinator.api("DELETE", "/people/maker");
    expect((await ask(second, "GET", "/whoami")).status).toBe(401);
  });
});

describe("every message of an agent", () => {
  it("[S10] about what is another tenant's changes nothing there: whose it is, is the session's", async () => {
    const enrolled = [
      await enrolTestAgent(coordinator, "acme", "ot"),
      await enrolTestAgent(coordinator, "globex", "ot"),
    ] as const;
    const [own, other] = [connectTestAgent(enrolled[0], "ot"), connectTestAgent(enrolled[1], "ot")];
    try {
      await eventually(() => own.link.isOpen && other.link.isOpen, { what: "both agents" });
      own.inventory(1, [testEndpoint("shared", "ws-1.acme.example")]);
      await eventually(() => own.received.some(({ kind }) => kind === "inventoryAck"), { what: "the inventory" });
      const order = {
        siteId: "ot",
        endpointId: "shared",
        kind: "getFile",
        arguments: { path: "c:\\x" },
        reason: "r",
        requestId: "walk",
      };
      const ordered = await coordinator.api("POST", "/tenants/acme/actions", order);
      expect(ordered.status).toBe(201);
      const actionId = String(ordered.body.actionId) as never;
      const asked = await coordinator.api("POST", `/tenants/acme/actions/${actionId}/evidence`, { want: "metadata" });
      const theirs = { actionId, endpointId: "shared" as never, requestId: String(asked.body.requestId ?? "evq_none") };
      const look = async () => {
        const paths = [`actions/${actionId}`, "leases", "endpoints", `actions/${actionId}/evidence`, "endpoint-labels"];
        return Promise.all(paths.map(async (path) => (await coordinator.api("GET", `/tenants/acme/${path}`)).text));
      };
      const offered = () => own.received.length;
      await eventually(() => offered() > 1, { what: "the offer" });
      const before = await look();
      for (const row of Object.values(FOREIGN_MESSAGES)) if (typeof row !== "string") other.link.send(row(theirs));
      other.report(2, actionId, "failed");
      await eventually(() => other.received.some((message) => message.kind === "statusAck" && message.cursor === 2), {
        what: "the answer to the last of them",
      });
      expect(await look()).toEqual(before);
      expect((await coordinator.api("GET", `/tenants/globex/actions/${actionId}`)).status).toBe(404);
    } finally {
      await Promise.all([own.stop(), other.stop()]);
    }
  });
});
