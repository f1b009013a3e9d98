import { ACTION_KINDS } from "@cordon/core/action";
import { type HoursWindow, printWho, type SitePolicy } from "@cordon/core/site-policy";

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/** The policy in words, a line for each thing it says. */
export function formatPolicy(policy: SitePolicy): string {
  const refused = ACTION_KINDS.filter((kind) => !policy.allowed.includes(kind));
  const lines = [
    line("allowed", policy.allowed.length === 0 ? "nothing" : kinds(policy.allowed)),
    ...(refused.length === 0 ? [] : [line("refused", kinds(refused))]),
    ...policy.limits.map((limit) => line("limit", `${limit.kind}: ${limitText(limit)}`)),
    ...policy.protections.map(({ who, from, reason }) =>
      line("protected", `${printWho(who)}, from ${kinds(from)}${reason === "" ? "" : ` (${reason})`}`),
    ),
    ...(policy.hours?.windows ?? []).map((window) =>
      line("hours", `${kinds(window.kinds)}: ${windowText(window)}, ${policy.hours?.timeZone}`),
    ),
    ...policy.caps.map(({ kinds: of, per, max, windowMs }) =>
      line("cap", `${kinds(of)}: at most ${max} per ${per} within ${windowMs / 60_000} min`),
    ),
  ];
  return lines.join("\n");
}

function kinds(of: readonly string[]): string {
  return of.length === ACTION_KINDS.length ? "every kind" : of.join(", ");
}

function limitText(limit: SitePolicy["limits"][number]): string {
  const { durationSecondsMax, holdSecondsMax, indicatorsMax, onlyPaths, exceptPaths } = limit;
  const hours = (seconds: number) => `${Math.round(seconds / 360) / 10} h`;
  const said = [
    durationSecondsMax === undefined ? undefined : `at most ${hours(durationSecondsMax)} at a time`,
    holdSecondsMax === undefined ? undefined : `held for at most ${hours(holdSecondsMax)}`,
    indicatorsMax === undefined ? undefined : `at most ${indicatorsMax} indicators`,
    onlyPaths === undefined ? undefined : `only ${onlyPaths.join(", ")}`,
    exceptPaths === undefined ? undefined : `never ${exceptPaths.join(", ")}`,
  ];
  return said.filter((text) => text !== undefined).join("; ");
}

function windowText({ days, from, to }: HoursWindow): string {
  const time = (minute: number) =>
    `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
  const on = days.length === DAYS.length ? "every day" : days.map((day) => DAYS[day]).join(" ");
  return from === to ? `${on}, the whole day` : `${on} ${time(from)} to ${time(to)}`;
}

function line(title: string, text: string): string {
  return `${title.padEnd(11)} ${text}`;
}
