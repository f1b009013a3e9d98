import { KscError } from "../model/errors.ts";
import type { Host } from "../model/host.ts";
import { setting } from "../model/policies.ts";
import type { KscParams } from "../model/values.ts";
import type { MethodTable } from "./method.ts";
import { method, VOID } from "./method.ts";
import { hostOf } from "./scope.ts";

const STORAGE = { strHostName: "string", strType: "string", strProduct: "string", strVersion: "string" } as const;
const SECTION = { ...STORAGE, strSection: "string" } as const;

interface Storage {
  readonly strType: string;
  readonly strProduct: string;
  readonly strVersion: string;
}

/** Per-host settings storage. */
export const hostSettingsMethods: MethodTable = {
  "HostGroup.SS_GetNames": method({
    right: "read",
    args: STORAGE,
    handle: (call, args) => {
      const prefix = storageKey(args);
      const names: string[] = [];
      for (const key of storageOf(hostOf(call, args.strHostName)).keys())
        if (key.startsWith(prefix)) names.push(key.slice(prefix.length));
      return { PxgRetVal: names };
    },
  }),
  "HostGroup.SS_Read": method({
    right: "read",
    args: SECTION,
    handle: (call, args) => ({ PxgRetVal: section(hostOf(call, args.strHostName), args) }),
  }),
  "HostGroup.SS_Write": method({
    right: "policies",
    args: { ...SECTION, nOption: "int", pSettings: "params" },
    handle: (call, args) => {
      const host = hostOf(call, args.strHostName);
      storageOf(host).set(sectionKey(args), { ...storageOf(host).get(sectionKey(args)), ...args.pSettings });
      return VOID;
    },
  }),
  "HostGroup.SS_CreateSection": method({
    right: "policies",
    args: SECTION,
    handle: (call, args) => {
      const storage = storageOf(hostOf(call, args.strHostName));
      if (storage.has(sectionKey(args))) throw new KscError("exists", `Section ${args.strSection} already exists`);
      storage.set(sectionKey(args), {});
      return VOID;
    },
  }),
  "HostGroup.SS_DeleteSection": method({
    right: "policies",
    args: SECTION,
    handle: (call, args) => {
      section(hostOf(call, args.strHostName), args);
      storageOf(hostOf(call, args.strHostName)).delete(sectionKey(args));
      return VOID;
    },
  }),
};

function storageKey(storage: Storage): string {
  return `${storage.strType}/${storage.strProduct}/${storage.strVersion}/`;
}

function sectionKey(args: Storage & { readonly strSection: string }): string {
  return storageKey(args) + args.strSection;
}

function section(host: Host, args: Storage & { readonly strSection: string }): KscParams {
  const found = storageOf(host).get(sectionKey(args));
  if (found === undefined)
    throw new KscError("settingAbsent", `Section ${args.strSection} does not exist`, { args: [args.strSection] });
  return found;
}

/** Filled when somebody first looks: most hosts are never asked. */
function storageOf(host: Host): Map<string, KscParams> {
  if (host.settings.size > 0) return host.settings;
  host.settings.set("SS_SETTINGS/1103/1.0.0.0/ConnectionSettings", {
    SyncPeriodMinutes: setting(15, true),
    UseProxy: setting(false, false),
  });
  host.settings.set("SS_PRODINFO/1103/1.0.0.0/Product", { DisplayVersion: host.agentVersion });
  if (host.kesVersion !== undefined) {
    host.settings.set("SS_SETTINGS/KES/12.0.0.0/NetworkIsolation", { Enabled: setting(false, false) });
    host.settings.set("SS_PRODINFO/KES/12.0.0.0/Product", { DisplayVersion: host.kesVersion });
  }
  return host.settings;
}
