import { createHash } from "node:crypto";

/** [I1] Who somebody is to a provider. */
export interface IdentityKey {
  readonly issuer: string;
  readonly subject: string;
}

export interface Identity extends IdentityKey {
  /** For people to read; may change, and two persons may have the same. */
  readonly displayName: string;
  /** What a name here is made of at the first login. */
  readonly nameHint: string;
  /** As the provider calls them. */
  readonly groups: readonly string[];
  /** [I3] The provider has groups and did not send them. */
  readonly groupsWithheld: boolean;
}

export type ReadIdentity =
  | { readonly kind: "read"; readonly identity: Identity }
  | { readonly kind: "refused"; readonly claim: string; readonly problem: string };

/** Bounds of what is believed of a provider. OpenID Connect Core 2: a subject has at most 255 characters. */
export const CLAIM_LIMITS = { subjectChars: 255, nameChars: 256, groups: 500, groupChars: 256 } as const;

type Claims = Readonly<Record<string, unknown>>;

/** [I2] What the claims of a verified ID token say. `groupsClaim` undefined: groups are not asked for. */
export function readIdentity(claims: Claims, groupsClaim: string | undefined): ReadIdentity {
  const { iss: issuer, sub: subject } = claims;
  if (typeof issuer !== "string" || issuer === "") return refused("iss", "is missing");
  if (typeof subject !== "string" || subject === "") return refused("sub", "is missing");
  if (subject.length > CLAIM_LIMITS.subjectChars) return refused("sub", "is too long");
  if (!isStorable(subject)) return refused("sub", "has what no record can hold");
  const groups = readGroups(claims, groupsClaim);
  if (groups.kind === "refused") return groups;
  const named = [claims.name, claims.preferred_username, claims.email, subject].find(isName);
  const hint = [claims.preferred_username, claims.email, claims.name, subject].find(isName);
  return {
    kind: "read",
    identity: {
      issuer,
      subject,
      displayName: named ?? subject,
      nameHint: hint ?? subject,
      groups: groups.names,
      groupsWithheld: groups.withheld,
    },
  };
}

function readGroups(claims: Claims, claim: string | undefined) {
  const none = { kind: "read" as const, names: [], withheld: false };
  if (claim === undefined) return none;
  const value = claims[claim];
  if (value === undefined) return { ...none, withheld: isElsewhere(claims, claim) };
  // One group is a string with some providers.
  const names: readonly unknown[] = typeof value === "string" ? [value] : Array.isArray(value) ? value : [undefined];
  if (names.length > CLAIM_LIMITS.groups) return refused(claim, `names more than ${CLAIM_LIMITS.groups} groups`);
  const texts = names.filter(
    (name) => typeof name === "string" && name !== "" && name.length <= CLAIM_LIMITS.groupChars && isStorable(name),
  );
  if (texts.length !== names.length) return refused(claim, "must be a list of names");
  return { kind: "read" as const, names: [...new Set(texts as string[])].toSorted(), withheld: false };
}

/** [I3] OpenID Connect Core 5.6.2, distributed claims; Entra ID sends this beyond 200 groups. */
function isElsewhere(claims: Claims, claim: string): boolean {
  const { _claim_names: names } = claims;
  return typeof names === "object" && names !== null && Object.hasOwn(names, claim);
}

function refused(claim: string, problem: string) {
  return { kind: "refused" as const, claim, problem };
}

/** Postgres holds neither a zero byte nor half a character: better refused by name than as a failure of ours. */
function isStorable(text: string): boolean {
  return !text.includes("\0") && text.isWellFormed();
}

/** A name of one line; what would break a line or turn its direction is none. */
function isName(value: unknown): value is string {
  return (
    typeof value === "string" &&
    value.trim() !== "" &&
    value.length <= CLAIM_LIMITS.nameChars &&
    !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(value)
  );
}

/** Names here are 1-64 characters; the second choice needs room for its suffix. */
const STEM_CHARS = 50;

/**
 * [I4] How the person could be called here, best first: the hint without its domain, then that with a part of the identity's hash,
 * which nobody else has.
 */
export function proposeNames({ issuer, subject, nameHint }: Identity, reserved: readonly string[]): readonly string[] {
  const [local = ""] = nameHint.split("@");
  const words = local
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/\p{M}/gu, "")
    .replaceAll(/[^a-z0-9._-]+/g, "-")
    .slice(0, STEM_CHARS)
    .replaceAll(/^[._-]+|[._-]+$/g, "");
  const stem = words === "" ? "person" : words;
  const hash = createHash("sha256").update(`${issuer.length}:${issuer};${subject}`).digest("hex").slice(0, 12);
  return [...(reserved.includes(stem) ? [] : [stem]), `${stem}-${hash}`];
}
