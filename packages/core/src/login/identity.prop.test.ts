import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CLAIM_LIMITS, type Identity, proposeNames, readIdentity } from "./identity.ts";

const base = { iss: "https://id.example", sub: "u-1" };
const identity = (more: Partial<Identity>): Identity => ({
  issuer: base.iss,
  subject: base.sub,
  displayName: "",
  nameHint: "",
  groups: [],
  groupsWithheld: false,
  ...more,
});

describe("claims", () => {
  it("[I1] the same address of mail at two issuers, or of two subjects, is two persons", () => {
    const read = (claims: object) => readIdentity({ ...base, email: "ann@acme.example", ...claims }, undefined);
    expect(read({ iss: "https://other.example" })).not.toMatchObject({ identity: { issuer: base.iss } });
    expect(read({ sub: "u-2" })).toMatchObject({ identity: { subject: "u-2", issuer: base.iss } });
  });

  it.each([
    ["iss", { iss: undefined }],
    ["iss", { iss: 7 }],
    ["sub", { sub: "" }],
    ["sub", { sub: "x".repeat(CLAIM_LIMITS.subjectChars + 1) }],
    ["sub", { sub: "u\0" }],
    ["sub", { sub: "u\ud800" }],
    ["groups", { groups: ["soc\0"] }],
    ["groups", { groups: [1] }],
    ["groups", { groups: { admin: true } }],
    ["groups", { groups: ["x".repeat(CLAIM_LIMITS.groupChars + 1)] }],
    ["groups", { groups: Array.from({ length: CLAIM_LIMITS.groups + 1 }, (_, index) => `g${index}`) }],
  ])("[I2] a wrong %s is refused by its name", (claim, wrong) => {
    expect(readIdentity({ ...base, ...wrong }, "groups")).toMatchObject({ kind: "refused", claim });
  });

  it("[I2] whatever claims come, they are read within their bounds or refused", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom("iss", "sub", "name", "email", "groups"), fc.anything()), (claims) => {
        const read = readIdentity(claims, "groups");
        if (read.kind === "refused") return;
        expect(read.identity.subject.length).toBeLessThanOrEqual(CLAIM_LIMITS.subjectChars);
        expect(read.identity.displayName.length).toBeLessThanOrEqual(CLAIM_LIMITS.nameChars);
        expect(read.identity.groups.every((name) => typeof name === "string")).toBe(true);
      }),
    );
  });

  it("a name that would break a line or turn its direction is not shown", () => {
    expect(readIdentity({ ...base, name: "Ann\nroot", email: "ann@acme.example" }, undefined)).toMatchObject({
      identity: { displayName: "ann@acme.example" },
    });
    expect(readIdentity({ ...base, name: "nnA\u202e" }, undefined)).toMatchObject({ identity: { displayName: "u-1" } });
  });

  it("[I3] groups that lie elsewhere are withheld; a lone group may be a string", () => {
    const overage = { ...base, _claim_names: { groups: "src1" }, _claim_sources: { src1: { endpoint: "https://x" } } };
    expect(readIdentity(overage, "groups")).toMatchObject({ identity: { groups: [], groupsWithheld: true } });
    expect(readIdentity(base, "groups")).toMatchObject({ identity: { groups: [], groupsWithheld: false } });
    expect(readIdentity({ ...base, groups: "soc" }, "groups")).toMatchObject({ identity: { groups: ["soc"] } });
  });
});

describe("names", () => {
  it("[I4] are of the form of names here, whatever the hint", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string(), (nameHint, subject) => {
        for (const name of proposeNames(identity({ nameHint, subject }), ["admin"])) {
          expect(name).toMatch(/^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$/);
          expect(name).not.toBe("admin");
        }
      }),
    );
  });

  it("[I4] the second choice differs between two identities with the same hint", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), fc.string(), (issuer, subject, otherIssuer, otherSubject) => {
        fc.pre(issuer !== otherIssuer || subject !== otherSubject);
        const [mine, others] = [
          { issuer, subject },
          { issuer: otherIssuer, subject: otherSubject },
        ].map((key) => proposeNames(identity({ ...key, nameHint: "ann" }), []).at(-1));
        expect(mine).not.toBe(others);
      }),
    );
  });

  it("[I4] take the hint without its domain and without what a name cannot have", () => {
    expect(proposeNames(identity({ nameHint: "Zoë.Müller@acme.example" }), [])[0]).toBe("zoe.muller");
    expect(proposeNames(identity({ nameHint: "admin@acme.example" }), ["admin"])).toHaveLength(1);
    expect(proposeNames(identity({ nameHint: "Анна" }), [])[0]).toBe("person");
  });
});
