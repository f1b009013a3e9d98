import { endpoint, endpointPage } from "@cordon/contracts/api";
import { AppError } from "@cordon/core/kernel";
import type * as z from "zod";
import { type ApiClient, apiPath } from "./api-client.ts";

export type Endpoint = z.output<typeof endpoint>;

/** Enough to see what was meant; nobody chooses out of more. */
const CANDIDATES_MAX = 20;

/**
 * The one endpoint that a person means: `site/hostId`, or a whole name, host id or address. [S5] Part of a name is no name, and
 * several that fit are `cli.endpoint_ambiguous` with all of them named; none is `endpoint.not_found` with what is near.
 */
export async function findEndpoint(api: ApiClient, tenantPath: string, wanted: string): Promise<Endpoint> {
  const [siteId, endpointId, ...rest] = wanted.split("/");
  if (siteId !== undefined && endpointId !== undefined && rest.length === 0) {
    return api.get(`${tenantPath}${apiPath`/sites/${siteId}/endpoints/${endpointId}`}`, endpoint);
  }
  const { items } = await api.list(`${tenantPath}/endpoints`, endpointPage, { query: { text: wanted } });
  const fitting = items.filter((one) => namesOf(one).includes(wanted.toLowerCase()));
  const [only, second] = fitting;
  if (only === undefined) throw new AppError("endpoint.not_found", notFoundText(wanted, items));
  if (second === undefined) return only;
  const text = `"${wanted}" is each of these:\n${listed(fitting)}`;
  throw new AppError("cli.endpoint_ambiguous", text, { details: {} });
}

/** What a list is asked for by the place that a person gave: an endpoint's own site goes before a site. */
export async function placeQuery(
  api: ApiClient,
  tenantPath: string,
  { site, endpoint: wanted }: { readonly site?: string | undefined; readonly endpoint?: string | undefined },
): Promise<{ readonly siteId: string | undefined; readonly endpointId: string | undefined }> {
  const found = wanted === undefined ? undefined : await findEndpoint(api, tenantPath, wanted);
  return { siteId: found?.siteId ?? site, endpointId: found?.endpointId };
}

function namesOf({ displayName, fqdn, hostName, endpointId, addresses }: Endpoint): readonly string[] {
  return [displayName, fqdn, hostName, endpointId, ...addresses].flatMap((name) =>
    name === undefined ? [] : [name.toLowerCase()],
  );
}

function notFoundText(wanted: string, near: readonly Endpoint[]): string {
  const text = `no endpoint has the whole name, host id or address "${wanted}"`;
  return near.length === 0 ? text : `${text}; it is part of these:\n${listed(near)}`;
}

function listed(endpoints: readonly Endpoint[]): string {
  const lines = endpoints
    .slice(0, CANDIDATES_MAX)
    .map(({ siteId, endpointId, displayName }) => `${siteId}/${endpointId}  ${displayName}`);
  const more = endpoints.length - lines.length;
  return [...lines, ...(more > 0 ? [`… and ${more} more`] : [])].join("\n");
}
