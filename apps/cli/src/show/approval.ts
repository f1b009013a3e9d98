import type { approval, approvalPolicy, decideResult } from "@cordon/contracts/api";
import type { EpochMs } from "@cordon/core/kernel";
import type * as z from "zod";
import type { Paint } from "./paint.ts";
import { counted, plain } from "./plain-text.ts";
import { type Column, formatFields } from "./table.ts";
import { formatAge, formatDuration, formatMoment, formatWhen } from "./times.ts";

export type Approval = z.output<typeof approval>;

export function approvalColumns(paint: Paint, now: EpochMs): readonly Column<Approval>[] {
  return [
    { title: "action", of: ({ actionId }) => actionId },
    {
      title: "state",
      of: ({ state }) => state,
      paint: (cell, { state }) => (state === "open" ? paint.yellow(cell) : cell),
    },
    { title: "kind", of: ({ kind }) => kind },
    { title: "endpoint", of: ({ siteId, endpointName }) => `${siteId}/${endpointName}` },
    { title: "rule", of: ({ ruleId, ruleSetVersion }) => `${ruleId} (${ruleSetVersion})` },
    { title: "held by", of: ({ heldBy }) => heldBy },
    { title: "yes", of: yesOf, right: true },
    { title: "age", of: ({ askedAt }) => formatAge(askedAt, now), right: true },
    { title: "ends", of: (one) => endOf(one, now) },
  ];
}

export function formatApproval(one: Approval, now: EpochMs): string {
  return formatFields([
    ["action", one.actionId],
    ["state", one.state],
    ["asks for", `${one.kind} on ${plain(one.endpointName)} (site ${one.siteId}, ${one.endpointId})`],
    ["arguments", plain(JSON.stringify(one.arguments))],
    ["rule", `${one.ruleId}, rule set ${one.ruleSetVersion}${one.author === undefined ? "" : ` by ${one.author}`}`],
    ["event", one.eventId],
    ["held by", one.heldBy],
    ["needs the yes of", one.policies.map(policyText).join("\n")],
    ["asked", formatMoment(one.askedAt, now)],
    ["ends", endOf(one, now)],
    ["hash", one.hash],
    ["said", one.votes.map((vote) => `${plain(vote.voter)}: ${vote.verdict}, ${plain(vote.reason)}`).join("\n")],
    ["decided", decidedText(one, now)],
  ]);
}

export function policyText({
  need,
  of,
  timeoutSeconds,
  onTimeout,
  notAuthor,
}: z.output<typeof approvalPolicy>): string {
  const who = of === undefined ? counted(need, "person") : `${need} of ${of.map(plain).join(", ")}`;
  const author = notAuthor ? ", not who asks for it" : "";
  const within = timeoutSeconds === undefined ? "" : `, within ${formatDuration(timeoutSeconds * 1_000)}`;
  return `${who}${author}${within}; silence means ${onTimeout}`;
}

export function formatDecision({ votes, releases }: z.output<typeof decideResult>): string {
  const by = Map.groupBy(votes, ({ outcome }) => outcome);
  const lines = [...by].map(([outcome, some]) => `${counted(some.length, "action")} ${SAID[outcome]}`);
  const messages = new Set(votes.flatMap(({ message }) => message ?? []));
  const out = [...Map.groupBy(releases, ({ outcome }) => outcome)].map(
    ([outcome, some]) => `${counted(some.length, "action")} ${outcome.replaceAll("_", " ")}`,
  );
  const why = new Set(releases.flatMap(({ message }) => message ?? []));
  return [...lines, ...[...messages].slice(0, SHOWN_MAX), ...out, ...[...why].slice(0, SHOWN_MAX)]
    .map(plain)
    .join("\n");
}

const SHOWN_MAX = 5;

const SAID = {
  approved: "approved",
  counted: "counted: more persons are needed",
  rejected: "rejected",
  refused: "refused",
} as const;

function yesOf({ votes, policies }: Approval): string {
  const yes = votes.filter(({ verdict }) => verdict === "approve").length;
  return `${yes}/${Math.max(...policies.map(({ need }) => need))}`;
}

function endOf(one: Approval, now: EpochMs): string | undefined {
  if (one.state !== "open") return decidedText(one, now);
  return `${formatWhen(one.expiresAt, now)}, then ${one.onTimeout}`;
}

function decidedText({ decided }: Approval, now: EpochMs): string | undefined {
  if (decided === undefined) return undefined;
  const { at, by, reason } = decided;
  return plain(`${formatWhen(at, now)} by ${by ?? "silence"}${reason === undefined ? "" : `: ${reason}`}`);
}
