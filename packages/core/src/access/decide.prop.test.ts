import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ACTION_CLASSES } from "../action/index.ts";
import { siteId, tenantId } from "../kernel/index.ts";
import { decide, isAllowed, mayInTenant } from "./decide.ts";
import type { Grant, Request, Scope, Where } from "./grant.ts";
import { lackingVerb } from "./hand-out.ts";
import { ROLES } from "./roles.ts";
import { takesVerb, VERB_NAMES } from "./verbs.ts";

const TENANTS = ["acme", "globex"].map(tenantId);
const SITES = ["hq", "ot", "lab"].map(siteId);

const scope: fc.Arbitrary<Scope> = fc.oneof(
  fc.constant<Scope>({ kind: "allTenants" }),
  fc.record({
    kind: fc.constant("tenant"),
    tenantId: fc.constantFrom(...TENANTS),
    sites: fc.oneof(fc.constant("all" as const), fc.uniqueArray(fc.constantFrom(...SITES), { minLength: 1 })),
  }),
);
const grant: fc.Arbitrary<Grant> = fc.record(
  {
    grantId: fc.uuid(),
    to: fc.constant({ kind: "person", name: "ann" }),
    effect: fc.constantFrom("allow", "deny"),
    role: fc.constantFrom(...ROLES),
    scope,
    classes: fc.uniqueArray(fc.constantFrom(...ACTION_CLASSES), { minLength: 1 }),
  },
  { requiredKeys: ["grantId", "to", "effect", "role", "scope"] },
);
const grants = fc.array(grant, { maxLength: 6 });
const where: fc.Arbitrary<Where> = fc.oneof(
  fc.constant<Where>({ kind: "allTenants" }),
  fc.record(
    { kind: fc.constant("tenant"), tenantId: fc.constantFrom(...TENANTS), siteId: fc.constantFrom(...SITES) },
    { requiredKeys: ["kind", "tenantId"] },
  ),
);
const asked: fc.Arbitrary<Request> = fc.record(
  { where, actionClass: fc.constantFrom(...ACTION_CLASSES) },
  { requiredKeys: ["where"] },
);
const verb = fc.constantFrom(...VERB_NAMES);

describe("a decision", () => {
  it("[A1] allows nothing without an allow that is there", () => {
    fc.assert(
      fc.property(grants, verb, asked, (given, what, request) => {
        const denies = given.filter(({ effect }) => effect === "deny");
        expect(isAllowed({ grants: denies }, what, request)).toBe(false);
        const decision = decide({ grants: given }, what, request);
        if (decision.kind === "allowed") expect(given).toContain(decision.by);
      }),
    );
  });

  it("[A2] a deny always wins, adding one never widens, and order means nothing", () => {
    fc.assert(
      fc.property(grants, grant, verb, asked, fc.nat(), (given, more, what, request, turn) => {
        const taken = [...given, { ...more, effect: "deny" } as const];
        if (isAllowed({ grants: taken }, what, request)) expect(isAllowed({ grants: given }, what, request)).toBe(true);
        const turned = [...taken.slice(turn % taken.length), ...taken.slice(0, turn % taken.length)];
        expect(isAllowed({ grants: turned }, what, request)).toBe(isAllowed({ grants: taken }, what, request));
        const { classes: _classes, ...whole } = more;
        const wall: Grant = { ...whole, effect: "deny", role: "viewer", scope: { kind: "allTenants" } };
        expect(decide({ grants: [...given, wall] }, what, request).kind).toBe("denied");
      }),
    );
  });

  it("[A3] [A4] what is allowed for a tenant whole is allowed at each of its sites, and for each class", () => {
    fc.assert(
      fc.property(grants, verb, fc.constantFrom(...TENANTS), fc.constantFrom(...SITES), (given, what, tenant, site) => {
        if (!isAllowed({ grants: given }, what, { where: { kind: "tenant", tenantId: tenant } })) return;
        for (const actionClass of ACTION_CLASSES) {
          const inside: Request = { where: { kind: "tenant", tenantId: tenant, siteId: site }, actionClass };
          expect(isAllowed({ grants: given }, what, inside)).toBe(true);
        }
      }),
    );
  });

  it("[A9] whatever is allowed somewhere in a tenant may be asked about there", () => {
    fc.assert(
      fc.property(grants, verb, asked, (given, what, request) => {
        if (request.where.kind !== "tenant" || !isAllowed({ grants: given }, what, request)) return;
        expect(mayInTenant({ grants: given }, what, request.where.tenantId)).toBe(true);
      }),
    );
  });

  it("[A11] what somebody can hand out widens nothing beyond what he has himself", () => {
    fc.assert(
      fc.property(grants, grant, verb, asked, (given, wish, what, request) => {
        const gift = { ...wish, effect: "allow" } as const;
        if (lackingVerb({ grants: given }, gift) !== undefined) return;
        if (isAllowed({ grants: [gift] }, what, request))
          expect(isAllowed({ grants: given }, what, request)).toBe(true);
      }),
    );
  });

  it("[A12] a token does no more than its person, and no more than its bounds", () => {
    fc.assert(
      fc.property(grants, grants, verb, asked, (given, bounds, what, request) => {
        if (!isAllowed({ grants: given, bounds }, what, request)) return;
        expect(isAllowed({ grants: given }, what, request)).toBe(true);
        expect(isAllowed({ grants: bounds }, what, request)).toBe(true);
      }),
    );
  });

  it("[A5] a deny of a role takes no right to look, but that of viewer takes every right", () => {
    for (const role of ROLES) {
      expect(takesVerb(role, "estate.read")).toBe(role === "viewer");
      expect(takesVerb("viewer", "authority.rotate")).toBe(true);
    }
  });
});
