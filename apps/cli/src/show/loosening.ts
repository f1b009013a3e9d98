import type { loosening } from "@cordon/contracts/api";
import type { EpochMs } from "@cordon/core/kernel";
import type * as z from "zod";
import { plain } from "./plain-text.ts";
import type { Column } from "./table.ts";
import { formatAge, formatWhen } from "./times.ts";

type Loosening = z.output<typeof loosening>;

export function looseningColumns(now: EpochMs): readonly Column<Loosening>[] {
  return [
    { title: "loosening", of: ({ looseningId }) => looseningId },
    { title: "state", of: ({ state, expiresAt }) => (state === "open" && expiresAt <= now ? "expired" : state) },
    { title: "what", of: changeText },
    { title: "age", of: ({ askedAt }) => formatAge(askedAt, now), right: true },
    { title: "by", of: ({ askedBy }) => askedBy },
    { title: "reason", of: ({ reason }) => reason },
    { title: "until", of: ({ expiresAt }) => formatWhen(expiresAt, now) },
    {
      title: "decided",
      of: ({ decided }) =>
        decided === undefined ? undefined : `${formatWhen(decided.at, now)} by ${decided.by}: ${decided.reason}`,
    },
  ];
}

/** What is said instead of what was asked for, while a second person has to confirm it. */
export function formatAwaitsSecond(one: Loosening, everyTenant: boolean): string {
  const every = everyTenant ? " --every-tenant" : "";
  return [
    `Nothing has changed yet: ${changeText(one)} takes protection away, and a second person has to confirm it.`,
    `They confirm it: cordon loosenings confirm ${one.looseningId}${every} --reason …`,
  ].join("\n");
}

function changeText({ change }: Loosening): string {
  if (change.kind === "lift") return `lift ${change.type} ${change.brakeId}`;
  const { siteId, endpointId, before, after } = change;
  const gone = [...before.roles, ...before.tags].filter((one) => ![...after.roles, ...after.tags].includes(one));
  return plain(`take ${gone.join(", ")} from ${siteId}/${endpointId}`);
}
