import { ROLES, type Role } from "./roles.ts";

/**
 * How far one use of a verb reaches. `site`: it is about one site. `tenant`: it is about a tenant as a whole. `fleet`: it is about every
 * tenant, also those that come later; only a grant on all tenants gives it, however many tenants somebody has rights in.
 */
export type Reach = "site" | "tenant" | "fleet";

export interface VerbSpec {
  readonly reach: Reach;
  /** What it lets somebody do, for people. */
  readonly says: string;
  /** The roles that have it. */
  readonly roles: readonly Role[];
  /** A grant's action classes count for it. */
  readonly byClass?: true;
}

const spec = (reach: Reach, says: string, ...roles: readonly Role[]): VerbSpec => ({ reach, says, roles });
const byClass = (verb: VerbSpec): VerbSpec => ({ ...verb, byClass: true });
const ADMINS = ["tenant-admin", "platform-admin"] as const;

/** Everything that can be allowed or denied, and to which roles it belongs. The one table of rights. */
const TABLE = {
  "estate.read": spec("site", "look at tenants, sites, agents, endpoints and how they are", ...ROLES),
  "actions.read": spec("site", "look at actions, isolations, evidence and approvals", ...ROLES),
  "records.read": spec("tenant", "look at events, decisions and quarantine", ...ROLES),
  "rules.read": spec("tenant", "look at rules, lists, plans and rollouts", ...ROLES),
  "brakes.read": spec("site", "look at brakes, holds and wishes to loosen", ...ROLES),

  "actions.order": byClass(spec("site", "order and retry actions", "responder", ...ADMINS)),
  "actions.cancel": spec("site", "cancel actions that wait", "responder", ...ADMINS),
  "actions.release": spec("site", "ask for the end of isolations", "responder", ...ADMINS),
  "evidence.request": spec("site", "ask for what an action found", "responder", ...ADMINS),
  "events.replay": spec("tenant", "replay quarantined events", "responder", ...ADMINS),
  "brakes.set": spec("site", "put brakes in force", "responder", "approver", ...ADMINS),

  "actions.approve": byClass(spec("site", "say yes or no to held actions", "approver", ...ADMINS)),
  "brakes.loosen": spec("site", "lift brakes, arm rules again, and confirm what loosens", "approver", ...ADMINS),

  "rules.write": spec("tenant", "publish rule sets", "rule-author", ...ADMINS),
  "lists.write": spec("tenant", "change lists", "rule-author", ...ADMINS),
  "plans.make": spec("tenant", "plan and replay rule sets", "rule-author", ...ADMINS),
  "rollout.apply": spec("tenant", "put rule sets in force, pause and roll back", ...ADMINS),

  "agents.enrol": spec("site", "make tokens with which agents enrol", "site-admin", ...ADMINS),
  "agents.manage": spec("site", "promote, revoke and recover agents", "site-admin", ...ADMINS),
  "endpoints.label": spec("site", "label sites and endpoints", "site-admin", ...ADMINS),
  "canaries.write": spec("site", "set up and run canaries", "site-admin", ...ADMINS),

  "signing.manage": spec("tenant", "make, retire and revoke the keys that sign orders", ...ADMINS),
  "sites.add": spec("tenant", "add sites", ...ADMINS),
  "intake.manage": spec("tenant", "give and take senders' credentials", ...ADMINS),
  "retention.write": spec("tenant", "say how long the record is kept", ...ADMINS),
  "people.manage": spec("tenant", "grant and deny roles in a tenant", ...ADMINS),
  "audit.read": spec("tenant", "read a tenant's audit trail", ...ROLES),
  "audit.export": spec("tenant", "export a tenant's audit trail", ...ROLES),
  "audit.manage": spec("tenant", "say how long the audit trail is kept and where it goes", ...ADMINS),

  "fleet.read": spec("fleet", "look at what belongs to several tenants", ...ROLES),
  "fleet.brakes.set": spec("fleet", "put brakes in force for every tenant", "responder", "approver", "platform-admin"),
  "fleet.brakes.loosen": spec("fleet", "lift brakes of every tenant", "approver", "platform-admin"),
  "fleet.plan": spec("fleet", "plan rule sets of several tenants at once", "rule-author", "platform-admin"),
  "fleet.rollout": spec("fleet", "put rule sets of several tenants in force", "platform-admin"),
  "fleet.people": spec("fleet", "add and remove people, and grant roles on all tenants", "platform-admin"),
  "fleet.audit.read": spec("fleet", "read and export the audit trail of what belongs to no tenant", ...ROLES),
  "tenants.add": spec("fleet", "add tenants", "platform-admin"),
  "agents.update": spec("fleet", "publish releases of the agent and roll them out", "platform-admin"),
  "authority.rotate": spec("fleet", "rotate authorities and signing keys", "platform-admin"),
  "break-glass.rotate": spec("fleet", "make a new break-glass token", "platform-admin"),
} as const satisfies Readonly<Record<string, VerbSpec>>;

export type Verb = keyof typeof TABLE;

export const VERBS: Readonly<Record<Verb, VerbSpec>> = TABLE;
export const VERB_NAMES = Object.keys(TABLE) as readonly Verb[];

export function hasVerb(role: Role, verb: Verb): boolean {
  return VERBS[verb].roles.includes(role);
}

/**
 * [A5] What a deny of a role takes: what the role may do beyond looking. A deny of `viewer` takes everything, for who may not look may do
 * nothing.
 */
export function takesVerb(role: Role, verb: Verb): boolean {
  return role === "viewer" || (hasVerb(role, verb) && !hasVerb("viewer", verb));
}
