import type { HostBehaviour } from "../types.ts";
import type { HostRun } from "./tasks.ts";
import type { KscParams, KscValue } from "./values.ts";
import { datetime } from "./values.ts";

/** One device of the estate with what KSC knows of it and what KES does on it. */
export interface Host {
  /** KLHST_WKS_HOSTNAME: server-generated, not a network name. */
  readonly id: string;
  readonly instanceId: string;
  readonly name: string;
  readonly virtualServer: string;
  readonly kesVersion: string | undefined;
  readonly agentVersion: string;
  groupId: number;
  groupName: string;
  behaviour: HostBehaviour;
  /** How single task kinds end here, before `behaviour`. */
  outcomes: Readonly<Record<string, HostBehaviour>>;
  /** Attributes that do not change by themselves; those the device lacks are not in the map (K8). */
  readonly attributes: Map<string, KscValue>;
  /** Where in the synchronisation interval this device's turn is, 0…1. */
  readonly syncPhase: number;
  /** When the device was last seen; moves on while it is online. */
  lastSeenMs: number;
  /** Due time of the one outstanding synchronisation, so that a storm of tasks does not make a storm of timers. */
  syncDueMs: number | undefined;
  /** Runs waiting for the next synchronisation. */
  readonly waiting: Set<HostRun>;
  /** Finished while the server could not hear the device; told at the next contact. */
  readonly untold: Set<HostRun>;
  /** Every task that names this device. */
  readonly runs: Map<string, HostRun>;
  /** Network lists of the agent (Quarantine, Backup, TIF): item id → file. */
  readonly files: Map<string, HostFile>;
  /** SS_* storage: `type/product/version/section` → settings. */
  readonly settings: Map<string, KscParams>;
}

export interface HostFile {
  readonly list: "Quarantine" | "Backup" | "TIF";
  /** What the server's list of all devices numbers it with; rises. */
  readonly listId: number;
  readonly name: string;
  /** Where it came from; empty when the task named it by its hash only. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

const VISIBLE_AND_RUNNING = 0x01 | 0x08;
const AGENT = 0x04;
const PROTECTION = 0x10;
const SEEN_STEP_MS = 60_000;

/** Reads one attribute as FindHosts and the filter see it; undefined when the device lacks it. */
export function readHost(host: Host, name: string, nowMs: number): KscValue | undefined {
  switch (name) {
    case "KLHST_WKS_HOSTNAME":
      return host.id;
    case "KLHST_WKS_DN":
      return host.name;
    case "KLHST_WKS_GROUPID":
    case "KLHST_WKS_GROUPID_GP":
      return host.groupId;
    case "name":
      return host.groupName;
    case "KLHST_WKS_STATUS":
      return statusMask(host);
    case "KLHST_WKS_LAST_VISIBLE":
    case "KLHST_WKS_LAST_UPDATE":
      return datetime(seenAt(host, nowMs));
    case "KLHST_WKS_LAST_NAGENT_CONNECTED":
      return host.attributes.has("KLHST_INSTANCEID") ? datetime(seenAt(host, nowMs)) : undefined;
    default:
      return host.attributes.get(name);
  }
}

const COMPUTED = [
  "KLHST_WKS_HOSTNAME",
  "KLHST_WKS_DN",
  "KLHST_WKS_GROUPID",
  "KLHST_WKS_STATUS",
  "KLHST_WKS_LAST_VISIBLE",
  "KLHST_WKS_LAST_NAGENT_CONNECTED",
];

export function hostAttributeNames(host: Host): readonly string[] {
  return [...COMPUTED, ...host.attributes.keys()];
}

function statusMask(host: Host): number {
  const online = host.behaviour === "offline" ? 0 : VISIBLE_AND_RUNNING;
  const protection = host.kesVersion === undefined ? 0 : PROTECTION;
  return online | AGENT | protection;
}

function seenAt(host: Host, nowMs: number): number {
  if (host.behaviour !== "offline") host.lastSeenMs = nowMs - (nowMs % SEEN_STEP_MS);
  return host.lastSeenMs;
}

/** "12.9.0.384" ≥ 12.9: EDR Threat Response is known from there on. */
export function supportsThreatResponse(kesVersion: string | undefined): boolean {
  if (kesVersion === undefined) return false;
  const [major = 0, minor = 0] = kesVersion.split(".").map(Number);
  return major > 12 || (major === 12 && minor >= 9);
}
