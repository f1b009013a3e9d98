import * as z from "zod";
import type { Filter } from "../filter/filter.ts";
import type { CallOptions, KscCaller } from "../session/caller.ts";
import {
  anyParams,
  anyValue,
  int,
  paramsList,
  reading,
  readNothing,
  returning,
  text,
} from "../values/reply-schemas.ts";
import type { KscParams, KscValue, KscWrapped } from "../values/wire-types.ts";

/** A search's result at the server: destroyed `lifetimeSeconds` after its last use, with its session, or by release. */
export interface FoundAccessor {
  readonly count: number;
  readonly accessor: string;
}

export interface HostSearch {
  readonly filter: Filter;
  /** Few columns are fast columns (kaspersky.md 4.5). */
  readonly fields: readonly string[];
  readonly orderBy?: readonly KscWrapped[];
  /** `KLGRP_FIND_FROM_CUR_VS_ONLY`: only the virtual server that is logged on to. */
  readonly currentServerOnly?: boolean;
  /** `KLSRVH_SLAVE_REC_DEPTH`: levels of secondary servers to search; asynchronous search only. */
  readonly secondaryDepth?: number;
  /** At most 7200. */
  readonly lifetimeSeconds: number;
}

export interface SettingsSection {
  readonly hostId: string;
  /** `SS_SETTINGS`, `SS_PRODINFO` … */
  readonly storageType: string;
  readonly product: string;
  readonly version: string;
  readonly section: string;
}

const found = reading(
  z
    .looseObject({ PxgRetVal: int, strAccessor: z.string() })
    .transform((reply): FoundAccessor => ({ count: reply.PxgRetVal, accessor: reply.strAccessor })),
);
const requestId = reading(z.looseObject({ strRequestId: z.string() }).transform((reply) => reply.strRequestId));
const actionGuid = reading(z.looseObject({ strActionGuid: z.string() }).transform((reply) => reply.strActionGuid));
const asyncFound = reading(
  z
    .looseObject({ strAccessor: z.string(), pFailedSlavesInfo: anyParams.optional() })
    .transform((reply) => ({ accessor: reply.strAccessor, failedServers: reply.pFailedSlavesInfo })),
);
const container = returning(anyParams);

/** Class HostGroup without incidents (kaspersky.md 4.6): hosts, groups, per-host settings, the server's own facts. */
export function createHostGroup(caller: KscCaller) {
  return {
    findHosts: (search: HostSearch, options?: CallOptions): Promise<FoundAccessor> =>
      caller.call("HostGroup.FindHosts", searchArgs(search), "reads", found, options),

    /** Also searches secondary servers. Await the action, then ask for the accessor, all in one session. */
    findHostsAsync: (search: HostSearch, options?: CallOptions): Promise<string> =>
      caller.call("HostGroup.FindHostsAsync", searchArgs(search), "reads", requestId, options),

    findHostsAsyncGetAccessor: (
      request: string,
      options?: CallOptions,
    ): Promise<{ readonly accessor: string; readonly failedServers: KscParams | undefined }> =>
      caller.call("HostGroup.FindHostsAsyncGetAccessor", { strRequestId: request }, "reads", asyncFound, options),

    findHostsAsyncCancel: (request: string, options?: CallOptions): Promise<void> =>
      caller.call("HostGroup.FindHostsAsyncCancel", { strRequestId: request }, "reads", readNothing, options),

    getHostInfo: (hostId: string, fields: readonly string[], options?: CallOptions): Promise<KscParams> =>
      caller.call(
        "HostGroup.GetHostInfo",
        { strHostName: hostId, pFields2Return: fields },
        "reads",
        container,
        options,
      ),

    /** Products by name and version, e.g. `{KES: {"12.9.0.384": {…}}}`. */
    getHostProducts: (hostId: string, options?: CallOptions): Promise<KscParams> =>
      caller.call("HostGroup.GetHostProducts", { strHostName: hostId }, "reads", container, options),

    getComponentsForProductOnHost: (
      of: { readonly hostId: string; readonly product: string; readonly version: string },
      options?: CallOptions,
    ): Promise<readonly KscParams[]> =>
      caller.call(
        "HostGroup.GetComponentsForProductOnHost",
        { strHostName: of.hostId, strProductName: of.product, strProductVersion: of.version },
        "reads",
        returning(paramsList),
        options,
      ),

    /** The object id under which class HostTasks reaches the host's local tasks. */
    getHostTasks: (hostId: string, options?: CallOptions): Promise<string> =>
      caller.call("HostGroup.GetHostTasks", { strHostName: hostId }, "reads", returning(text), options),

    /** E.g. `KLADMSRV_PRODUCT_FULL_VERSION`, `KLADMSRV_IS_VIRTUAL`, `KLADMSRV_SERVER_HOSTNAME`. */
    getStaticInfo: (values: readonly string[], options?: CallOptions): Promise<KscParams> =>
      caller.call("HostGroup.GetStaticInfo", { pValues: values }, "reads", container, options),

    getRunTimeInfo: (values: readonly string[], options?: CallOptions): Promise<KscParams> =>
      caller.call("HostGroup.GetRunTimeInfo", { pValues: values }, "reads", container, options),

    getInstanceStatistics: (fields: readonly string[], options?: CallOptions): Promise<KscParams> =>
      caller.call("HostGroup.GetInstanceStatistics", { vecFilterFields: fields }, "reads", container, options),

    /** The group "Managed devices", normally 0. */
    groupIdGroups: (options?: CallOptions): Promise<number> =>
      caller.call("HostGroup.GroupIdGroups", {}, "reads", returning(int), options),

    groupIdUnassigned: (options?: CallOptions): Promise<number> =>
      caller.call("HostGroup.GroupIdUnassigned", {}, "reads", returning(int), options),

    groupIdSuper: (options?: CallOptions): Promise<number> =>
      caller.call("HostGroup.GroupIdSuper", {}, "reads", returning(int), options),

    findGroups: (search: HostSearch, options?: CallOptions): Promise<FoundAccessor> =>
      caller.call("HostGroup.FindGroups", searchArgs(search), "reads", found, options),

    getSubgroups: (
      of: { readonly groupId: number; readonly depth: number },
      options?: CallOptions,
    ): Promise<readonly KscParams[]> =>
      caller.call(
        "HostGroup.GetSubgroups",
        { nGroupId: of.groupId, nDepth: of.depth },
        "reads",
        returning(paramsList),
        options,
      ),

    getGroupInfo: (groupId: number, options?: CallOptions): Promise<KscParams> =>
      caller.call("HostGroup.GetGroupInfo", { nGroupId: groupId }, "reads", container, options),

    /** Forces a synchronisation of settings; returns the action to await. */
    addHostsForSync: (hostIds: readonly string[], storageType: string, options?: CallOptions): Promise<string> =>
      caller.call(
        "HostGroup.AddHostsForSync",
        { pHostNames: hostIds, strSSType: storageType },
        "reads",
        actionGuid,
        options,
      ),

    ssRead: (of: SettingsSection, options?: CallOptions): Promise<KscParams> =>
      caller.call("HostGroup.SS_Read", sectionArgs(of), "reads", container, options),

    ssGetNames: (of: Omit<SettingsSection, "section">, options?: CallOptions): Promise<KscValue> =>
      caller.call("HostGroup.SS_GetNames", storageArgs(of), "reads", returning(anyValue), options),

    /** `option` 7 is what Kaspersky's own sample uses: replace the section. */
    ssWrite: (
      of: SettingsSection & { readonly option: number; readonly settings: KscParams },
      options?: CallOptions,
    ): Promise<void> =>
      caller.call(
        "HostGroup.SS_Write",
        { ...sectionArgs(of), nOption: of.option, pSettings: of.settings },
        "changes",
        readNothing,
        options,
      ),

    ssCreateSection: (of: SettingsSection, options?: CallOptions): Promise<void> =>
      caller.call("HostGroup.SS_CreateSection", sectionArgs(of), "changes", readNothing, options),
  };
}

function searchArgs(search: HostSearch) {
  return {
    wstrFilter: search.filter,
    vecFieldsToReturn: search.fields,
    vecFieldsToOrder: search.orderBy ?? [],
    pParams: {
      ...(search.currentServerOnly === undefined ? {} : { KLGRP_FIND_FROM_CUR_VS_ONLY: search.currentServerOnly }),
      ...(search.secondaryDepth === undefined ? {} : { KLSRVH_SLAVE_REC_DEPTH: search.secondaryDepth }),
    },
    lMaxLifeTime: search.lifetimeSeconds,
  };
}

function storageArgs(of: Omit<SettingsSection, "section">) {
  return { strHostName: of.hostId, strType: of.storageType, strProduct: of.product, strVersion: of.version };
}

function sectionArgs(of: SettingsSection) {
  return { ...storageArgs(of), strSection: of.section };
}
