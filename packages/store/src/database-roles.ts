import { createHmac } from "node:crypto";
import { Secret } from "@cordon/core/kernel";

/**
 * Who may do what in the database [W4]; the rights themselves stand in the migrations.
 * `cordon_owner` owns the tables and changes their shape. `cordon_app` works for one tenant at a time, `cordon_fleet` for all at
 * once. `cordon_queue` has the dispatch queue's schema and nothing of the record; `cordon_signer` reads what it signs;
 * `cordon_auditor` only looks.
 */
export const DATABASE_ROLES = [
  "cordon_owner",
  "cordon_app",
  "cordon_fleet",
  "cordon_queue",
  "cordon_signer",
  "cordon_auditor",
] as const;

export type DatabaseRole = (typeof DATABASE_ROLES)[number];

/** The same database, once for each role that a coordinator works in. */
export interface DatabaseLogins {
  readonly owner: Secret;
  readonly app: Secret;
  readonly fleet: Secret;
  readonly queue: Secret;
  /** Absent: another process signs. */
  readonly signer?: Secret;
}

/** One role's login at a server whose administrator's URL this is, where `createRoles` made the roles. */
export function loginOf(administrator: Secret, role: DatabaseRole): Secret {
  const url = new URL(administrator.reveal());
  url.password = rolePassword(new Secret(decodeURIComponent(url.password)), role).reveal();
  url.username = role;
  return new Secret(url.href);
}

export function loginsOf(administrator: Secret): Required<DatabaseLogins> {
  return {
    owner: loginOf(administrator, "cordon_owner"),
    app: loginOf(administrator, "cordon_app"),
    fleet: loginOf(administrator, "cordon_fleet"),
    queue: loginOf(administrator, "cordon_queue"),
    signer: loginOf(administrator, "cordon_signer"),
  };
}

/** Whoever has the administrator's password has the server anyway, so the roles' passwords follow from it and are kept nowhere. */
export function rolePassword(administrator: Secret, role: DatabaseRole): Secret {
  return new Secret(createHmac("sha256", administrator.reveal()).update(`cordon role ${role}`).digest("base64url"));
}
