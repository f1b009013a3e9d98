import type { Access, Grant } from "./grant.ts";

/** Who asks, as the listener found out, with what it may do at this moment. */
export interface Principal {
  /** `token` acts for its person; `service` is a part of Cordon itself; `break-glass` is the emergency account. */
  readonly kind: "person" | "token" | "service" | "break-glass";
  /** Of the credential: `person:ada`, `token:tok_…`, `break-glass`. */
  readonly id: string;
  /** The person who acts, under which everything is kept: a token has its person's. Two persons are told apart by it. */
  readonly name: string;
  /** The person's own and those of its groups. */
  readonly grants: readonly Grant[];
  /** Of a token: it may do only what these allow, too. */
  readonly bounds?: readonly Access[];
  readonly groups: readonly string[];
  readonly via: "session" | "personal-token" | "api-token" | "break-glass" | "internal";
  /** The address that the request came from. */
  readonly from: string;
}
