import type { ActionKind } from "@cordon/core/action";
import type { EndpointId } from "@cordon/core/kernel";
import { parseSubnet } from "@cordon/core/rules";
import {
  type ActionLimit,
  type Cap,
  type HoursWindow,
  kindsOf,
  type ProtectedWho,
  SITE_POLICY_LIMITS,
  type SitePolicy,
} from "@cordon/core/site-policy";
import { durationMs } from "../rules/duration.ts";
import type { PolicyProblem } from "./explain-issue.ts";
import { DAYS, type SitePolicyFile } from "./site-policy-schema.ts";

/** The file's value as the policy, and what one field alone could not tell. */
export function toSitePolicy(file: SitePolicyFile): {
  readonly policy: SitePolicy;
  readonly problems: readonly PolicyProblem[];
} {
  const problems: PolicyProblem[] = [];
  const wrong = (path: PolicyProblem["path"], message: string): void => {
    problems.push({ path, at: "value", code: "bad_shape", message });
  };
  const protections = file.protect.flatMap((entry, index) => {
    const who = whoOf(entry, (message, field) => wrong(["protect", index, ...(field ? [field] : [])], message));
    return who === undefined ? [] : [{ who, from: kindsOf(entry.from), reason: entry.reason }];
  });
  const caps = file.caps.map((cap, index): Cap => {
    const windowMs = durationMs(cap.within);
    if (windowMs < 1_000 || windowMs > SITE_POLICY_LIMITS.capWindowMsMax) {
      wrong(["caps", index, "within"], "must be between 1s and 31d");
    }
    return { kinds: kindsOf(cap.for), per: cap.per, max: cap.max, windowMs };
  });
  if (file.hours !== undefined && !isTimeZone(file.hours.timeZone)) {
    wrong(["hours", "timeZone"], `"${file.hours.timeZone}" is not a time zone; use an IANA name like Europe/Berlin`);
  }
  const limits = Object.entries(file.limits).flatMap(([kind, limit]) =>
    limit === undefined ? [] : [limitOf(kind as ActionKind, limit)],
  );
  const hours = file.hours && { timeZone: file.hours.timeZone, windows: file.hours.windows.map(windowOf) };
  return {
    policy: { allowed: kindsOf(file.allow), limits, protections, caps, ...(hours === undefined ? {} : { hours }) },
    problems,
  };
}

type Entry = SitePolicyFile["protect"][number];

function whoOf(entry: Entry, wrong: (message: string, field?: string) => void): ProtectedWho | undefined {
  const { host, name, address, group } = entry;
  if ([host, name, address, group].filter((one) => one !== undefined).length !== 1) {
    wrong("needs exactly one of host, name, address and group");
    return undefined;
  }
  if (host !== undefined) return { by: "host", endpointId: host as EndpointId };
  if (name !== undefined) return { by: "name", pattern: name };
  if (group !== undefined) return { by: "group", pattern: group };
  const text = address ?? "";
  const subnet = parseSubnet(text);
  if (subnet === undefined) wrong(`"${text}" is neither an address nor a subnet like 10.0.0.0/8`, "address");
  return subnet === undefined ? undefined : { by: "address", subnet, text };
}

type Limit = NonNullable<SitePolicyFile["limits"][keyof SitePolicyFile["limits"]]>;

function limitOf(kind: ActionKind, limit: Limit): ActionLimit {
  if ("indicators" in limit) return { kind, indicatorsMax: limit.indicators };
  if ("onlyPaths" in limit || "exceptPaths" in limit) {
    const { onlyPaths, exceptPaths } = limit;
    return { kind, ...(onlyPaths && { onlyPaths }), ...(exceptPaths && { exceptPaths }) };
  }
  if (!("duration" in limit || "hold" in limit)) return { kind };
  const { duration, hold } = limit;
  return {
    kind,
    ...(duration === undefined ? {} : { durationSecondsMax: durationMs(duration) / 1_000 }),
    ...(hold === undefined ? {} : { holdSecondsMax: durationMs(hold) / 1_000 }),
  };
}

function windowOf(window: NonNullable<SitePolicyFile["hours"]>["windows"][number]): HoursWindow {
  const days = window.days.map((day) => DAYS.indexOf(day));
  return { kinds: kindsOf(window.for), days, from: minuteOf(window.from), to: minuteOf(window.to) };
}

function minuteOf(text: string): number {
  const [hours, minutes] = text.split(":").map(Number);
  return (hours ?? 0) * 60 + (minutes ?? 0);
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en-US", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
