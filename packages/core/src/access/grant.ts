import type { ActionClass } from "../action/index.ts";
import type { SiteId, TenantId } from "../kernel/index.ts";
import type { Role } from "./roles.ts";

/** `all`: the tenant's sites, also those that come later. A list: these alone, so that a new site is not among them. */
export type Scope =
  | { readonly kind: "allTenants" }
  | { readonly kind: "tenant"; readonly tenantId: TenantId; readonly sites: "all" | readonly SiteId[] };

/** A role somewhere, given or taken. */
export interface Access {
  readonly effect: "allow" | "deny";
  readonly role: Role;
  readonly scope: Scope;
  /** Of the verbs that are about actions, only for these classes; absent: for all. Never empty. */
  readonly classes?: readonly ActionClass[];
}

export interface Grant extends Access {
  readonly grantId: string;
  /** Groups that a provider tells of are called `oidc:NAME`. */
  readonly to: { readonly kind: "person" | "group"; readonly name: string };
}

/** What a request is about. Without a site: every site of the tenant. */
export type Where =
  | { readonly kind: "allTenants" }
  | { readonly kind: "tenant"; readonly tenantId: TenantId; readonly siteId?: SiteId };

export interface Request {
  readonly where: Where;
  /** Absent: every class. */
  readonly actionClass?: ActionClass;
}
