import { describe, expect, it } from "vitest";
import { siteId, tenantId } from "../kernel/index.ts";
import { decide, mayInTenant, seesTenant } from "./decide.ts";
import type { Access, Grant, Request } from "./grant.ts";
import { lackingVerb } from "./hand-out.ts";
import type { Role } from "./roles.ts";
import { standingOf } from "./standing.ts";
import type { Verb } from "./verbs.ts";

const ACME = tenantId("acme");
const GLOBEX = tenantId("globex");
const HQ = siteId("hq");
const OT = siteId("ot");
const ALL: Access["scope"] = { kind: "allTenants" };
const acme = (...sites: (typeof HQ)[]): Access["scope"] => ({
  kind: "tenant",
  tenantId: ACME,
  sites: sites.length === 0 ? "all" : sites,
});

let made = 0;
const one = (effect: "allow" | "deny", role: Role, scope: Access["scope"], classes?: Access["classes"]): Grant => ({
  grantId: `${effect} ${role} ${++made}`,
  to: { kind: "person", name: "ann" },
  effect,
  role,
  scope,
  ...(classes === undefined ? {} : { classes }),
});
const allow = (role: Role, scope: Access["scope"], classes?: Access["classes"]) => one("allow", role, scope, classes);
const deny = (role: Role, scope: Access["scope"], classes?: Access["classes"]) => one("deny", role, scope, classes);

const inAcme = (site?: typeof HQ, actionClass?: Request["actionClass"]): Request => ({
  where: { kind: "tenant", tenantId: ACME, ...(site === undefined ? {} : { siteId: site }) },
  ...(actionClass === undefined ? {} : { actionClass }),
});
const inGlobex: Request = { where: { kind: "tenant", tenantId: GLOBEX } };
const everywhere: Request = { where: { kind: "allTenants" } };

/** Rows: what somebody has, what is asked, what comes of it. */
const TABLE: readonly (readonly [string, readonly Grant[], Verb, Request, ReturnType<typeof decide>["kind"]])[] = [
  ["[A1] nothing gives nothing", [], "estate.read", inAcme(), "no_grant"],
  ["a viewer looks", [allow("viewer", acme())], "records.read", inAcme(), "allowed"],
  ["a viewer does not order", [allow("viewer", acme())], "actions.order", inAcme(HQ, "scan"), "no_grant"],
  ["a viewer looks at no other tenant", [allow("viewer", acme())], "estate.read", inGlobex, "no_grant"],
  ["a responder orders", [allow("responder", acme())], "actions.order", inAcme(HQ, "contain"), "allowed"],
  ["a responder approves nothing", [allow("responder", acme())], "actions.approve", inAcme(HQ, "scan"), "no_grant"],
  ["an approver orders nothing", [allow("approver", acme())], "actions.order", inAcme(HQ, "scan"), "no_grant"],
  ["a rule author applies nothing", [allow("rule-author", acme())], "rollout.apply", inAcme(), "no_grant"],
  ["[A3] a site is not the tenant", [allow("viewer", acme(HQ))], "records.read", inAcme(), "no_grant"],
  [
    "[A3] nor are all its sites one by one",
    [allow("responder", acme(HQ)), allow("responder", acme(OT))],
    "brakes.set",
    inAcme(),
    "no_grant",
  ],
  [
    "[A6] a later site is not among named ones",
    [allow("viewer", acme(HQ))],
    "estate.read",
    inAcme(siteId("new")),
    "no_grant",
  ],
  ["[A6] it is among all", [allow("viewer", acme())], "estate.read", inAcme(siteId("new")), "allowed"],
  [
    "[A6] a deny of all sites takes it, too",
    [allow("viewer", ALL), deny("viewer", acme())],
    "estate.read",
    inAcme(siteId("new")),
    "denied",
  ],
  [
    "[A7] a tenant's admin is none of all tenants",
    [allow("tenant-admin", acme())],
    "fleet.read",
    everywhere,
    "no_grant",
  ],
  [
    "[A7] nor by rights in each",
    [allow("platform-admin", acme()), allow("platform-admin", { kind: "tenant", tenantId: GLOBEX, sites: "all" })],
    "fleet.read",
    everywhere,
    "no_grant",
  ],
  ["[A7] a viewer of all tenants is", [allow("viewer", ALL)], "fleet.read", everywhere, "allowed"],
  [
    "[A4] a deny in one tenant takes what is about all",
    [allow("platform-admin", ALL), deny("viewer", acme())],
    "fleet.read",
    everywhere,
    "denied",
  ],
  [
    "[A2] conflicting roles: the deny wins",
    [allow("platform-admin", ALL), deny("responder", acme(OT))],
    "actions.order",
    inAcme(OT, "scan"),
    "denied",
  ],
  [
    "[A4] and it takes what is about the tenant whole",
    [allow("responder", acme()), deny("responder", acme(OT))],
    "brakes.set",
    inAcme(),
    "denied",
  ],
  [
    "[A4] but not what is about another site",
    [allow("responder", acme()), deny("responder", acme(OT))],
    "brakes.set",
    inAcme(HQ),
    "allowed",
  ],
  [
    "[A5] a deny of a role leaves looking",
    [allow("responder", acme()), deny("responder", acme())],
    "actions.read",
    inAcme(HQ),
    "allowed",
  ],
  [
    "[A5] a deny of viewer leaves nothing",
    [allow("responder", acme()), deny("viewer", acme())],
    "actions.order",
    inAcme(HQ, "scan"),
    "denied",
  ],
  [
    "[A8] no contain on the OT site",
    [allow("responder", acme()), deny("responder", acme(OT), ["contain"])],
    "actions.order",
    inAcme(OT, "contain"),
    "denied",
  ],
  [
    "[A8] scans there go on",
    [allow("responder", acme()), deny("responder", acme(OT), ["contain"])],
    "actions.order",
    inAcme(OT, "scan"),
    "allowed",
  ],
  [
    "[A8] so does ending an isolation",
    [allow("responder", acme()), deny("responder", acme(OT), ["contain"])],
    "actions.release",
    inAcme(OT, "contain"),
    "allowed",
  ],
  [
    "[A8] an allow of scans gives no contain",
    [allow("responder", acme(), ["scan"])],
    "actions.order",
    inAcme(HQ, "contain"),
    "no_grant",
  ],
  [
    "[A8] no class named is every class",
    [allow("responder", acme(), ["scan"])],
    "actions.order",
    inAcme(HQ),
    "no_grant",
  ],
  [
    "[A8] it gives the role's other verbs",
    [allow("responder", acme(), ["scan"])],
    "actions.cancel",
    inAcme(HQ),
    "allowed",
  ],
];

describe("the decision table", () => {
  for (const [title, grants, verb, asked, outcome] of TABLE) {
    it(title, () => expect(decide({ grants }, verb, asked).kind).toBe(outcome));
  }

  it("names the grant that decides", () => {
    const given = allow("responder", acme());
    const taken = deny("responder", acme(OT));
    expect(decide({ grants: [given, taken] }, "actions.order", inAcme(OT, "scan"))).toEqual({
      kind: "denied",
      by: taken,
    });
    expect(decide({ grants: [given, taken] }, "actions.order", inAcme(HQ, "scan"))).toEqual({
      kind: "allowed",
      by: given,
    });
  });
});

describe("a token", () => {
  it("[A12] does what its bounds and its person's grants both allow", () => {
    const grants = [allow("responder", acme())];
    const bounds = [allow("viewer", ALL)];
    expect(decide({ grants, bounds }, "actions.order", inAcme(HQ, "scan")).kind).toBe("out_of_bounds");
    expect(decide({ grants, bounds }, "actions.read", inAcme(HQ)).kind).toBe("allowed");
    expect(decide({ grants, bounds }, "actions.read", inGlobex).kind).toBe("no_grant");
    expect(decide({ grants, bounds: [] }, "actions.read", inAcme(HQ)).kind).toBe("out_of_bounds");
  });
});

describe("handing out", () => {
  const admin = { grants: [allow("tenant-admin", acme())] };

  it("[A11] nobody gives what he does not have", () => {
    expect(lackingVerb(admin, { effect: "allow", role: "responder", scope: acme() })).toBeUndefined();
    expect(
      lackingVerb(admin, { effect: "allow", role: "responder", scope: acme(HQ), classes: ["scan"] }),
    ).toBeUndefined();
    expect(lackingVerb(admin, { effect: "allow", role: "viewer", scope: ALL })).toBe("estate.read");
    expect(
      lackingVerb(admin, {
        effect: "allow",
        role: "viewer",
        scope: { kind: "tenant", tenantId: GLOBEX, sites: "all" },
      }),
    ).toBe("estate.read");
    expect(
      lackingVerb({ grants: [allow("viewer", acme())] }, { effect: "allow", role: "responder", scope: acme() }),
    ).toBe("actions.order");
  });

  it("[A11] who is denied something cannot take that deny back", () => {
    const kept = deny("responder", acme(OT), ["contain"]);
    expect(lackingVerb({ grants: [...admin.grants, kept] }, kept)).toBe("actions.order");
    expect(lackingVerb(admin, kept)).toBeUndefined();
  });
});

describe("a tenant", () => {
  it("[A10] is there for those who see anything of it, and for nobody else", () => {
    expect(seesTenant({ grants: [allow("viewer", acme(HQ))] }, ACME)).toBe(true);
    expect(seesTenant({ grants: [allow("viewer", acme(HQ))] }, GLOBEX)).toBe(false);
    expect(seesTenant({ grants: [allow("viewer", ALL), deny("viewer", acme())] }, ACME)).toBe(false);
    expect(seesTenant({ grants: [allow("viewer", acme())], bounds: [] }, ACME)).toBe(false);
  });

  it("[A9] is asked about by verb", () => {
    expect(mayInTenant({ grants: [allow("responder", acme(HQ), ["scan"])] }, "actions.order", ACME)).toBe(true);
    expect(mayInTenant({ grants: [allow("viewer", acme())] }, "actions.order", ACME)).toBe(false);
  });
});

describe("where people are asked", () => {
  it("[A13] somebody counts by the roles that reach there whole, and by groups", () => {
    const who = { grants: [allow("approver", acme(HQ)), allow("viewer", acme())], groups: ["soc"] };
    expect(standingOf(who, inAcme(HQ, "contain"))).toEqual(["role:viewer", "role:approver", "group:soc"]);
    expect(standingOf(who, inAcme(OT, "contain"))).toEqual(["role:viewer", "group:soc"]);
    const less = { ...who, grants: [...who.grants, deny("approver", acme(HQ), ["contain"])] };
    expect(standingOf(less, inAcme(HQ, "contain"))).toEqual(["role:viewer", "group:soc"]);
    expect(standingOf(less, inAcme(HQ, "scan"))).toContain("role:approver");
  });
});
