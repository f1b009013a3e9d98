import type { brake } from "@cordon/contracts/api";
import type { EpochMs } from "@cordon/core/kernel";
import type * as z from "zod";
import { policyText } from "./approval.ts";
import type { Paint } from "./paint.ts";
import { counted, plain } from "./plain-text.ts";
import { type Column, formatFields } from "./table.ts";
import { formatAge, formatDuration, formatMoment } from "./times.ts";

export type Brake = z.output<typeof brake>;

export function brakeColumns(paint: Paint, now: EpochMs): readonly Column<Brake>[] {
  return [
    { title: "brake", of: ({ brakeId }) => brakeId },
    { title: "type", of: ({ type }) => type },
    {
      title: "state",
      of: ({ lift }) => (lift === undefined ? "in force" : "lifted"),
      paint: (cell, { lift }) => (lift === undefined ? paint.red(cell) : cell),
    },
    { title: "scope", of: scopeOf },
    { title: "age", of: ({ setAt }) => formatAge(setAt, now), right: true },
    { title: "by", of: ({ setBy }) => setBy },
    { title: "reason", of: ({ reason }) => reason },
  ];
}

export function formatBrake(one: Brake, paint: Paint, now: EpochMs): string {
  const { lift, times } = one;
  return formatFields([
    ["brake", one.brakeId],
    ["type", one.type],
    ["state", lift === undefined ? paint.red("in force") : "lifted"],
    ["scope", scopeOf(one)],
    ["reason", plain(one.reason)],
    ["set", `${formatMoment(one.setAt, now)} by ${plain(one.setBy)}`],
    ["counted per", one.per],
    ["window", one.windowSeconds === undefined ? undefined : formatDuration(one.windowSeconds * 1_000)],
    ["group", one.group === undefined ? undefined : whoText(one.group)],
    ["bounds", one.bounds === undefined ? undefined : boundsText(one.bounds)],
    ["needs the yes of", one.policy === undefined ? undefined : policyText(one.policy)],
    ["without a slot", one.whenFull],
    ["slots kept free", one.reserve],
    ["zone", times?.zone],
    ["every week", times?.spans?.join("\n")],
    ["but not on", times?.except?.join(", ")],
    ["between", times?.between?.map(({ from, until }) => `${from} and ${until}`).join("\n")],
    ["protects", one.who?.map(whoText).join("\n")],
    [
      "lifted",
      lift === undefined ? undefined : `${formatMoment(lift.at, now)} by ${plain(lift.by)}: ${plain(lift.reason)}`,
    ],
  ]);
}

function boundsText(bounds: NonNullable<Brake["bounds"]>): string {
  const { attemptsMax, endpointsMax, shareMax, upMin, downShareMax } = bounds;
  const percent = (share: number): string => `${Math.round(share * 10_000) / 100} %`;
  const parts = [
    attemptsMax === undefined ? undefined : `at most ${counted(attemptsMax, "attempt")}`,
    endpointsMax === undefined ? undefined : `at most ${counted(endpointsMax, "endpoint")}`,
    shareMax === undefined ? undefined : `at most ${percent(shareMax)} of the endpoints`,
    upMin === undefined ? undefined : `${upMin} never isolated`,
    downShareMax === undefined ? undefined : `at most ${percent(downShareMax)} isolated at once`,
  ];
  return parts.filter((part) => part !== undefined).join(", ");
}

function scopeOf({ tenantId, siteId, ruleId, kinds }: Brake): string {
  const where = tenantId === undefined ? "every tenant" : siteId === undefined ? tenantId : `${tenantId}/${siteId}`;
  const parts = [where, ruleId === undefined ? undefined : `rule ${ruleId}`, kinds?.join(" ")];
  return parts.filter((part) => part !== undefined).join(", ");
}

function whoText(named: NonNullable<Brake["who"]>[number] | NonNullable<Brake["group"]>): string {
  const { by, endpointId, pattern, role, tag } = { endpointId: undefined, pattern: undefined, ...named };
  return plain(`${by} ${endpointId ?? pattern ?? role ?? tag ?? ""}`);
}
