import { isIP } from "node:net";
import type { InventorySearch } from "@cordon/agent-core";
import type { Endpoint } from "@cordon/core/endpoint";
import { AppError } from "@cordon/core/kernel";
import * as z from "zod";
import { createHostGroup, type HostSearch } from "../api/host-group.ts";
import { allOf, anyOf, equals, type Filter, trustedFilter, withinSeconds } from "../filter/filter.ts";
import { firstRecords, recordPages } from "../paging/record-pages.ts";
import { datetime, safeLong } from "../values/reply-schemas.ts";
import type { KscParams } from "../values/wire-types.ts";
import { type EdrContext, pagingIn } from "./context.ts";
import { hostIdOf } from "./host-id.ts";

/** Few columns: wide searches are slow ones (kaspersky.md 4.5). */
const FIELDS = [
  "KLHST_WKS_HOSTNAME",
  "KLHST_INSTANCEID",
  "KLHST_WKS_DN",
  "KLHST_WKS_FQDN",
  "KLHST_WKS_WINHOSTNAME",
  "KLHST_WKS_IP",
  "KLHST_WKS_IP_LONG",
  "KLHST_WKS_GROUPID",
  "name",
  "KLHST_WKS_RTP_AV_VERSION",
  "KLHST_WKS_NAG_VERSION",
  "KLHST_WKS_OS_NAME",
  "KLHST_WKS_EDR_STATUS",
  "KLHST_WKS_STATUS",
  "KLHST_WKS_LAST_VISIBLE",
];
const LIFETIME_SECONDS = 600;
/** A search that fits more than this names nobody in particular. */
const CANDIDATES_MAX = 20;

/** What a host lacks is left out of its record (S), and what is odd about one host must not hide the others. */
const text = z.string().optional().catch(undefined);
const hostRecord = z.looseObject({
  KLHST_WKS_HOSTNAME: z.string(),
  KLHST_INSTANCEID: text,
  KLHST_WKS_DN: text,
  KLHST_WKS_FQDN: text,
  KLHST_WKS_WINHOSTNAME: text,
  KLHST_WKS_IP: z.union([z.string(), safeLong]).optional().catch(undefined),
  KLHST_WKS_IP_LONG: safeLong.optional().catch(undefined),
  KLHST_WKS_GROUPID: z.int().optional().catch(undefined),
  name: text,
  KLHST_WKS_RTP_AV_VERSION: text,
  KLHST_WKS_NAG_VERSION: text,
  KLHST_WKS_OS_NAME: text,
  KLHST_WKS_EDR_STATUS: z.int().optional().catch(undefined),
  KLHST_WKS_STATUS: z.int().catch(0),
  KLHST_WKS_LAST_VISIBLE: datetime.optional().catch(undefined),
});

/** See port `Edr.inventory`. */
export async function* readInventory(
  context: EdrContext,
  signal: AbortSignal,
  lately?: InventorySearch,
): AsyncGenerator<readonly Endpoint[]> {
  const paging = pagingIn(context, signal);
  const search = hostSearch(inventoryFilter(context, lately));
  const open = () => createHostGroup(paging.session).findHosts(search);
  for await (const page of recordPages(paging, open, context.settings.inventoryPageSize)) {
    yield page.flatMap((record) => toEndpoint(context, record));
  }
}

function inventoryFilter({ settings }: EdrContext, lately: InventorySearch | undefined): Filter {
  const all = trustedFilter(settings.inventoryFilter);
  if (lately === undefined) return all;
  const seconds = Math.max(1, Math.ceil(lately.seenWithinMs / 1_000));
  return allOf(all, anyOf(...settings.inventoryTimes.map((attribute) => withinSeconds(attribute, seconds))));
}

/** See port `Edr.findEndpoints`. Every hit is compared once more here: KSC's own comparison may be wider than ours. */
export async function findEndpointsBy(
  context: EdrContext,
  by: "hostId" | "fqdn" | "name" | "address",
  value: string,
  signal: AbortSignal,
): Promise<readonly Endpoint[]> {
  const wanted = value.trim();
  if (wanted === "") return [];
  const same = (found: string | undefined): boolean => found?.toLowerCase() === wanted.toLowerCase();
  const search = async (filter: Filter, fits: (endpoint: Endpoint) => boolean) => {
    const paging = pagingIn(context, signal);
    const open = () => createHostGroup(paging.session).findHosts(hostSearch(filter));
    const records = await firstRecords(paging, open, CANDIDATES_MAX);
    return records.flatMap((record) => toEndpoint(context, record)).filter(fits);
  };
  switch (by) {
    case "hostId": {
      // KUMA may know a device by either of its two ids (kaspersky.md 3.10).
      const byHostId = await search(equals("KLHST_WKS_HOSTNAME", wanted), ({ endpointId }) => same(endpointId));
      if (byHostId.length > 0) return byHostId;
      return search(equals("KLHST_INSTANCEID", wanted), ({ instanceId }) => same(instanceId));
    }
    case "fqdn":
      return search(equals("KLHST_WKS_FQDN", wanted), ({ fqdn }) => same(fqdn));
    case "name":
      return search(
        anyOf(equals("KLHST_WKS_DN", wanted), equals("KLHST_WKS_WINHOSTNAME", wanted)),
        ({ displayName, hostName }) => same(displayName) || same(hostName),
      );
    case "address":
      return findByAddress(context, wanted, search);
  }
}

/** The attribute is documented both as text and as a number; a server that refuses one form is asked in the other. */
async function findByAddress(
  context: EdrContext,
  address: string,
  search: (filter: Filter, fits: (endpoint: Endpoint) => boolean) => Promise<readonly Endpoint[]>,
): Promise<readonly Endpoint[]> {
  if (isIP(address) === 0) return [];
  const fits = ({ addresses }: Endpoint) => addresses.includes(address);
  try {
    const found = await search(equals("KLHST_WKS_IP", address), fits);
    if (found.length > 0 || isIP(address) !== 4) return found;
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "ksc.malformed_argument" || isIP(address) !== 4) throw error;
  }
  return search(equals("KLHST_WKS_IP_LONG", addressToLong(address, context.settings.ipLongByteOrder)), fits);
}

function hostSearch(filter: Filter): HostSearch {
  return { filter, fields: FIELDS, currentServerOnly: true, lifetimeSeconds: LIFETIME_SECONDS };
}

function toEndpoint(context: EdrContext, record: KscParams): readonly Endpoint[] {
  const parsed = hostRecord.safeParse(record);
  if (!parsed.success) {
    context.logger.warn("ksc.inventory", { outcome: "skipped", reason: "a host without KLHST_WKS_HOSTNAME" });
    return [];
  }
  const host = parsed.data;
  const endpointId = hostIdOf(host.KLHST_WKS_HOSTNAME);
  if (endpointId === undefined) {
    context.logger.warn("ksc.inventory", {
      outcome: "skipped",
      reason: "a host id that is not 1-128 printable characters",
    });
    return [];
  }
  const lastSeenAt = host.KLHST_WKS_LAST_VISIBLE;
  return [
    {
      endpointId,
      displayName: host.KLHST_WKS_DN ?? host.KLHST_WKS_WINHOSTNAME ?? endpointId,
      addresses: addressesOf(host, context.settings.ipLongByteOrder),
      statusMask: host.KLHST_WKS_STATUS,
      ...optional("instanceId", host.KLHST_INSTANCEID),
      ...optional("fqdn", host.KLHST_WKS_FQDN),
      ...optional("hostName", host.KLHST_WKS_WINHOSTNAME),
      ...optional("groupName", host.name),
      ...optional("kesVersion", host.KLHST_WKS_RTP_AV_VERSION),
      ...optional("agentVersion", host.KLHST_WKS_NAG_VERSION),
      ...optional("osName", host.KLHST_WKS_OS_NAME),
      ...(host.KLHST_WKS_EDR_STATUS === undefined ? {} : { edrStatus: host.KLHST_WKS_EDR_STATUS }),
      ...(host.KLHST_WKS_GROUPID === undefined ? {} : { groupId: host.KLHST_WKS_GROUPID }),
      ...(lastSeenAt === undefined ? {} : { lastSeenAt }),
    },
  ];
}

function optional<N extends string>(name: N, value: string | undefined): { readonly [K in N]?: string } {
  return (value === undefined || value === "" ? {} : { [name]: value }) as { readonly [K in N]?: string };
}

function addressesOf(host: z.infer<typeof hostRecord>, order: "little" | "big"): readonly string[] {
  const { KLHST_WKS_IP: ip, KLHST_WKS_IP_LONG: long } = host;
  if (typeof ip === "string") return ip.split(/[\s,;]+/).filter((part) => isIP(part) !== 0);
  const number = ip ?? long;
  return number === undefined || number === 0 ? [] : [longToAddress(number, order)];
}

function longToAddress(value: number, order: "little" | "big"): string {
  const bytes = [24, 16, 8, 0].map((shift) => (value >>> shift) & 255);
  return (order === "little" ? bytes.reverse() : bytes).join(".");
}

function addressToLong(address: string, order: "little" | "big"): number {
  const bytes = address.split(".").map(Number);
  return (order === "little" ? bytes.reverse() : bytes).reduce((sum, byte) => sum * 256 + byte, 0);
}
