import { certificateDer } from "../http/site.ts";
import type { KscParams, KscValue } from "../model/values.ts";
import { binary, datetime, long } from "../model/values.ts";
import type { Call, MethodTable } from "./method.ts";
import { method } from "./method.ts";

/** What the Administration Server says of itself. */
export const serverInfoMethods: MethodTable = {
  "HostGroup.GetStaticInfo": method({
    right: "read",
    args: { pValues: "strings?" },
    handle: (call, { pValues }) => ({ PxgRetVal: pick(staticInfo(call), pValues) }),
  }),
  "HostGroup.GetRunTimeInfo": method({
    right: "read",
    args: { pValues: "strings?" },
    handle: (call, { pValues }) => ({ PxgRetVal: pick(runTimeInfo(call), pValues) }),
  }),
  "HostGroup.GetInstanceStatistics": method({
    right: "read",
    args: { vecFilterFields: "strings?" },
    handle: (call, { vecFilterFields }) => ({ PxgRetVal: pick(statistics(call), vecFilterFields) }),
  }),
};

function pick(all: KscParams, names: readonly string[]): KscParams {
  if (names.length === 0) return all;
  const picked: KscParams = {};
  for (const name of names) {
    const value: KscValue | undefined = all[name];
    if (value !== undefined) picked[name] = value;
  }
  return picked;
}

const SERVER_VERSION_ID = 786_435;

function staticInfo({ site, session, world }: Call): KscParams {
  const virtual = world.virtualServers.get(session.virtualServer);
  return {
    KLADMSRV_SERVER_VERSION_ID: SERVER_VERSION_ID,
    KLADMSRV_PRODUCT_FULL_VERSION: world.version,
    KLADMSRV_IS_VIRTUAL: virtual !== undefined,
    KLADMSRV_VSID: virtual?.id ?? -1,
    // The host id of its own device, which its agent reports like any other.
    KLADMSRV_SERVER_HOSTNAME: site.config.serverHostId ?? site.instanceId,
    KLADMSRV_SERVER_CERT: binary(certificateDer(site)),
    KLADMSRV_SERVER_ADDRESSES: [site.name],
    KLSRV_INSTANCE_ID: site.instanceId,
  };
}

function runTimeInfo({ world, now }: Call): KscParams {
  return {
    KLADMSRV_SERVER_TIME: datetime(now),
    KLADMSRV_HOSTS_COUNT: world.hosts.size,
    KLADMSRV_EVENTS_COUNT: long(world.events.size),
    KLADMSRV_NEED_REBOOT: false,
  };
}

function statistics({ site, world }: Call): KscParams {
  return {
    KLSRV_ST_SESSIONS: site.sessions.size,
    KLSRV_ST_HOSTS: world.hosts.size,
    KLSRV_ST_TASKS: world.tasks.size,
    KLSRV_ST_INCIDENTS: world.incidents.size,
    KLSRV_ST_EVENTS: long(world.events.size),
  };
}
