import type { Request, Verb } from "@cordon/core/access";
import type { ErrorCode } from "@cordon/core/kernel";
import type { FastifyRequest } from "fastify";

/** One thing that a request asks for. */
export interface Ask extends Request {
  readonly verb: Verb;
}

/** What may be done at a route, and by whom: declared at each route, enforced by one hook. */
export type RouteAccess =
  /** Everybody who is known; what is shown or changed is the asker's own. */
  | { readonly kind: "known" }
  /** About every tenant. */
  | { readonly kind: "fleet"; readonly verb: Verb }
  /** About the tenant of the path, whole. */
  | { readonly kind: "tenant"; readonly verb: Verb }
  /** About the site of the path. */
  | { readonly kind: "site"; readonly verb: Verb }
  /** About anything in the tenant of the path: the handler shows or changes only what the asker may. */
  | { readonly kind: "some"; readonly verb: Verb }
  /** What exactly stands in the body or in the record. None: there is no such thing, which the handler says. */
  | {
      readonly kind: "each";
      readonly verb: Verb;
      readonly asks: (request: FastifyRequest) => readonly Ask[] | Promise<readonly Ask[]>;
      /** What is said when it is another tenant's: the same as when it is nobody's. */
      readonly missing?: ErrorCode;
    };

declare module "fastify" {
  interface FastifyContextConfig {
    access?: RouteAccess;
  }
}

export const known = (): RouteAccess => ({ kind: "known" });
export const fleet = (verb: Verb): RouteAccess => ({ kind: "fleet", verb });
export const wholeTenant = (verb: Verb): RouteAccess => ({ kind: "tenant", verb });
export const atSite = (verb: Verb): RouteAccess => ({ kind: "site", verb });
export const someOf = (verb: Verb): RouteAccess => ({ kind: "some", verb });

/**
 * What is asked for stands in the path and the body, or is looked up by them. The hook runs behind the validation, so `P` and `B` are
 * what the route's own schemas give.
 */
export function eachOf<P, B = unknown>(
  verb: Verb,
  asks: (params: P, body: B) => readonly Ask[] | Promise<readonly Ask[]>,
  missing?: ErrorCode,
): RouteAccess {
  return {
    kind: "each",
    verb,
    asks: ({ params, body }) => asks(params as P, body as B),
    ...(missing === undefined ? {} : { missing }),
  };
}
