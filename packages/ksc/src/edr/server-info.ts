import type { EdrServerInfo } from "@cordon/agent-core";
import type { EndpointId } from "@cordon/core/kernel";
import * as z from "zod";
import { createHostGroup } from "../api/host-group.ts";
import { equals } from "../filter/filter.ts";
import { firstRecords } from "../paging/record-pages.ts";
import { datetime } from "../values/reply-schemas.ts";
import { type EdrContext, pagingIn } from "./context.ts";
import { hostIdOf } from "./host-id.ts";

const SERVER_FACTS = [
  "KLADMSRV_SERVER_HOSTNAME",
  "KLADMSRV_PRODUCT_FULL_VERSION",
  "KLADMSRV_SERVER_VERSION_ID",
  "KLADMSRV_IS_VIRTUAL",
  "KLADMSRV_VSID",
];
/** Not in KSCAPI's list for GetRunTimeInfo, so a server may leave it out; then nothing is said about its clock. */
const SERVER_TIME = "KLADMSRV_SERVER_TIME";
const LIFETIME_SECONDS = 60;

/** See port `Edr.serverInfo`. */
export async function readServerInfo(context: EdrContext, signal: AbortSignal): Promise<EdrServerInfo> {
  const facts = await createHostGroup(context.client).getStaticInfo(SERVER_FACTS, { signal });
  const text = (name: string): string => {
    const value = facts[name];
    return typeof value === "string" || typeof value === "number" ? String(value) : "";
  };
  const name = text("KLADMSRV_SERVER_HOSTNAME");
  const hostId = context.settings.serverHostId ?? (await ownHostId(context, name, signal));
  const clockSkewMs = await readClockSkew(context, signal);
  return {
    name,
    version: text("KLADMSRV_PRODUCT_FULL_VERSION") || text("KLADMSRV_SERVER_VERSION_ID"),
    virtualServer: facts.KLADMSRV_IS_VIRTUAL === true ? text("KLADMSRV_VSID") : undefined,
    ...(hostId === undefined ? {} : { hostId: hostId as EndpointId }),
    ...(clockSkewMs === undefined ? {} : { clockSkewMs }),
  };
}

/** KSC's own name for itself is its host's id where it manages that host; where it does not, no host has it. */
async function ownHostId(context: EdrContext, name: string, signal: AbortSignal): Promise<string | undefined> {
  const wanted = hostIdOf(name);
  if (wanted === undefined) return undefined;
  const paging = pagingIn(context, signal);
  const search = {
    filter: equals("KLHST_WKS_HOSTNAME", wanted),
    fields: ["KLHST_WKS_HOSTNAME"],
    lifetimeSeconds: LIFETIME_SECONDS,
  };
  const found = await firstRecords(paging, () => createHostGroup(paging.session).findHosts(search), 1);
  return found.some((record) => record.KLHST_WKS_HOSTNAME === wanted) ? wanted : undefined;
}

/** KSC tells whole seconds, and somewhere within the call: the middle of both is good to about a second. */
async function readClockSkew(context: EdrContext, signal: AbortSignal): Promise<number | undefined> {
  const { clock } = context;
  const asked = clock.now();
  const answer = await createHostGroup(context.client).getRunTimeInfo([SERVER_TIME], { signal });
  const told = z.optional(datetime).catch(undefined).parse(answer[SERVER_TIME]);
  return told === undefined ? undefined : Math.round(told + HALF_SECOND_MS - (asked + clock.now()) / 2);
}

const HALF_SECOND_MS = 500;
