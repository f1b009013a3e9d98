import { badArgument, KscError } from "../model/errors.ts";
import type { KscParams } from "../model/values.ts";
import type { Call, MethodTable } from "./method.ts";
import { method, VOID } from "./method.ts";

/** What a settings-storage id refers to. */
export interface SettingsSubject {
  readonly product: string;
  readonly version: string;
  readonly sections: Map<string, KscParams>;
  /** False for what is computed (effective contents): it cannot be applied. */
  readonly writable: boolean;
}

/** The open storage: changes are kept apart until Ss_Apply. */
interface OpenSettings extends SettingsSubject {
  readonly changed: Map<string, KscParams>;
}

export function openSettings(call: Call, subject: SettingsSubject, lifetimeSeconds: number): string {
  const open: OpenSettings = { ...subject, changed: new Map() };
  return call.session.results.add(
    { kind: "settings", items: [], project: () => ({}), lifetimeSeconds, subject: open },
    call.now,
  );
}

const SECTION = { wstrID: "string", wstrProduct: "string", wstrVersion: "string", wstrSection: "string" } as const;

/** Class SsContents: reads and changes an open settings storage. */
export const settingsMethods: MethodTable = {
  "SsContents.SS_GetNames": method({
    right: "read",
    args: { wstrID: "string", wstrProduct: "string", wstrVersion: "string" },
    handle: (call, args) => {
      const open = opened(call, args);
      return { PxgRetVal: [...new Set([...open.sections.keys(), ...open.changed.keys()])] };
    },
  }),
  "SsContents.Ss_Read": method({
    right: "read",
    args: SECTION,
    handle: (call, args) => ({ PxgRetVal: sectionOf(opened(call, args), args.wstrSection) }),
  }),
  "SsContents.Ss_Update": changing((current, given, section) => {
    if (current === undefined) throw absent(section);
    return { ...current, ...given };
  }),
  "SsContents.Ss_Add": changing((current, given) => ({ ...current, ...given })),
  "SsContents.Ss_Replace": changing((_current, given) => given),
  "SsContents.Ss_Apply": method({
    right: "policies",
    args: { wstrID: "string" },
    handle: (call, { wstrID }) => {
      const open = call.session.results.get(wstrID, "settings", call.now).subject as OpenSettings;
      if (!open.writable) throw new KscError("notPermitted", "Effective settings cannot be changed");
      for (const [name, settings] of open.changed) open.sections.set(name, settings);
      open.changed.clear();
      return VOID;
    },
  }),
  "SsContents.Ss_Release": method({
    right: "read",
    args: { wstrID: "string" },
    handle: ({ session, now }, { wstrID }) => {
      session.results.release(wstrID, "settings", now);
      return VOID;
    },
  }),
};

function opened(call: Call, args: { wstrID: string; wstrProduct: string; wstrVersion: string }): OpenSettings {
  const open = call.session.results.get(args.wstrID, "settings", call.now).subject as OpenSettings;
  if (args.wstrProduct !== open.product) throw badArgument("wstrProduct", `must be "${open.product}"`);
  if (args.wstrVersion !== open.version) throw badArgument("wstrVersion", `must be "${open.version}"`);
  return open;
}

function sectionOf(open: OpenSettings, name: string): KscParams {
  const found = open.changed.get(name) ?? open.sections.get(name);
  if (found === undefined) throw absent(name);
  return found;
}

function absent(section: string): KscError {
  return new KscError("settingAbsent", `Section ${section} does not exist`, { args: [section] });
}

function changing(
  change: (current: KscParams | undefined, given: KscParams, section: string) => KscParams,
): MethodTable[string] {
  return method({
    right: "policies",
    args: { ...SECTION, pNewData: "params" },
    handle: (call, args) => {
      const open = opened(call, args);
      const current = open.changed.get(args.wstrSection) ?? open.sections.get(args.wstrSection);
      open.changed.set(args.wstrSection, change(current, args.pNewData, args.wstrSection));
      return VOID;
    },
  });
}
