import type { EdrTaskSpec } from "./edr-tasks.ts";
import { checkEdrParams, findEdrTask } from "./edr-tasks.ts";

/** What the Web Console's plug-in makes of an incident's body. */
export type ResponseRequest =
  | {
      readonly ok: true;
      readonly spec: EdrTaskSpec;
      readonly targetHost: string;
      readonly area: string;
      readonly params: Readonly<Record<string, unknown>>;
    }
  | { readonly ok: false; readonly reason: string };

const MEMBERS = new Set(["task", "targetHost", "params", "responseEventIncident", "responseEventIncidentArea"]);

export function readResponseRequest(body: string, extra: "accept" | "refuse"): ResponseRequest {
  const parsed = parseObject(body);
  if (parsed === undefined) return ignored("the body is not a JSON object");
  if (parsed.responseEventIncident !== true) return ignored("responseEventIncident is not true");
  const { task, targetHost, params, responseEventIncidentArea: area } = parsed;
  if (typeof area !== "string" || area === "") return ignored("responseEventIncidentArea is missing");
  if (typeof task !== "string") return ignored("task is missing");
  const spec = findEdrTask(task);
  if (spec === undefined) return ignored(`task "${task}" is not known`);
  if (typeof targetHost !== "string" || targetHost === "") return ignored("targetHost is missing");
  const given = params ?? {};
  if (typeof given !== "object" || Array.isArray(given)) return ignored("params is not an object");
  if (extra === "refuse") {
    const stranger = Object.keys(parsed).find((name) => !MEMBERS.has(name));
    if (stranger !== undefined) return ignored(`member "${stranger}" is not known`);
  }
  const wrong = checkEdrParams(spec, given as Record<string, unknown>, extra);
  if (wrong !== undefined) return ignored(wrong);
  return { ok: true, spec, targetHost, area, params: given as Record<string, unknown> };
}

function ignored(reason: string): ResponseRequest {
  return { ok: false, reason };
}

function parseObject(body: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

const DISPLAY_NAME_MAX = 100;

/** `[Response][KUMA] isolateHost - 02.03.2026 12:14:11 - 4711`; KSC cuts a display name at 100 characters. */
export function responseTaskName(given: {
  area: string;
  kind: string;
  atMs: number;
  utcOffsetMinutes: number;
  id: string;
}): string {
  const name = `[Response][${given.area.toUpperCase()}] ${given.kind} - ${consoleTime(given.atMs, given.utcOffsetMinutes)} - ${given.id}`;
  return name.slice(0, DISPLAY_NAME_MAX);
}

/** `[Response][kuma] isolateHost.py - 02.03.2026 12:14:11`, the description of the events that KES sends. */
export function responseEventDescription(given: {
  area: string;
  kind: string;
  atMs: number;
  utcOffsetMinutes: number;
}): string {
  return `[Response][${given.area.toLowerCase()}] ${given.kind}.py - ${consoleTime(given.atMs, given.utcOffsetMinutes)}`;
}

function consoleTime(ms: number, utcOffsetMinutes: number): string {
  const [date = "", time = ""] = new Date(ms + utcOffsetMinutes * 60_000).toISOString().slice(0, 19).split("T");
  return `${date.split("-").reverse().join(".")} ${time}`;
}

export function isResponseName(name: string): boolean {
  return /^\[Response\]/i.test(name);
}
