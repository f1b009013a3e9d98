import type { why, whyEvent } from "@cordon/contracts/api";
import type * as z from "zod";
import { formatDecision } from "./decision.ts";
import type { Paint } from "./paint.ts";
import { plain } from "./plain-text.ts";
import { formatFields } from "./table.ts";
import { formatTime } from "./times.ts";

export type Why = z.output<typeof why>;
export type ExplainedEvent = z.output<typeof whyEvent>;
type RuleAnswer = ExplainedEvent["rules"][number];

/** Of the rules that were not met so many are shown, unless all are asked for. */
export const RULES_SHOWN = 12;

export interface Shown {
  /** Only this one. */
  readonly rule?: string | undefined;
  readonly allRules: boolean;
}

export function formatWhy(answer: Why, paint: Paint, shown: Shown): string {
  const { endpoint, at, from, to, searchedFrom, events, orders, nextCursor } = answer;
  const head = `${plain(endpoint.displayName)} (${endpoint.siteId}/${endpoint.endpointId}) around ${formatTime(at)}, from ${formatTime(from)} to ${formatTime(to)}`;
  const searched =
    searchedFrom === undefined
      ? []
      : [
          `Only what came from ${formatTime(searchedFrom)} on was looked through: there is too much in this range. Narrow it: --around`,
        ];
  const nothing =
    events.length + orders.length === 0 ? ["Nothing came in that names this endpoint: no events, no decisions."] : [];
  const more =
    nextCursor === undefined
      ? []
      : ["… there are older events in this range; --limit shows more, --around looks at less."];
  return [
    [head, ...searched].join("\n"),
    formatState(answer),
    ...nothing,
    ...events.toReversed().map((event) => formatExplained(event, paint, shown, event.namedBy)),
    ...orders.toReversed().map((order) => formatDecision(order, paint)),
    ...more,
  ].join("\n\n");
}

function formatState({ state, endpoint }: Why): string {
  const { ruleSetVersion, brakes, holds, budget } = state;
  return formatFields([
    ["rules", ruleSetVersion === undefined ? `none were active at ${endpoint.siteId}` : `set ${ruleSetVersion}`],
    ...brakes.map((one): [string, string] => [
      one.held ? "brake" : "calendar",
      `${plain(one.message)} (${one.brake.brakeId})`,
    ]),
    ...(brakes.length === 0 ? [["brakes", "none"] as [string, string]] : []),
    ...holds.map(({ ruleId, trippedAt, message }): [string, string] => [
      "in hold",
      `${ruleId} since ${formatTime(trippedAt)}: ${plain(message)}`,
    ]),
    [
      "slots",
      budget === undefined
        ? "not known for then"
        : `${budget.used} of ${budget.limit} taken, ${budget.foreign} of them by others, ${budget.deferred} waiting (said at ${formatTime(budget.measuredAt)}${budget.known ? "" : ", the worst assumed"})`,
    ],
  ]);
}

export function formatExplained(
  explained: ExplainedEvent,
  paint: Paint,
  shown: Shown,
  namedBy: Why["events"][number]["namedBy"] = [],
): string {
  const { event, decisions } = explained;
  const names = namedBy.map(({ field, value, by }) => `${plain(field)} = ${plain(value)} (${by})`);
  return [
    `event ${event.eventId}  ${plain(event.name)}  received ${formatTime(event.receivedAt)}`,
    ...(names.length === 0 ? [] : [`  names it by ${names.join(", ")}`]),
    ...decisions.flatMap((one) =>
      formatDecision(one, paint)
        .split("\n")
        .map((line) => `  ${line}`),
    ),
    ...formatRules(explained, paint, shown).map((line) => `  ${line}`),
  ].join("\n");
}

/** What each rule made of it: those that were met first, for their decisions stand above. */
export function formatRules(
  { ruleSet, rules, problem }: ExplainedEvent,
  paint: Paint,
  shown: Shown,
): readonly string[] {
  if (ruleSet === undefined) return ["No rule set was active at the site then."];
  const known = ruleSet.knownBy === "event" ? "stored with the event" : "by when sets were activated";
  if (problem !== undefined) return [`Rule set ${ruleSet.version} (${known}). ${plain(problem)}`];
  const wanted = rules
    .filter(({ ruleId }) => shown.rule === undefined || ruleId === shown.rule)
    .toSorted((left, right) => Number(right.kind === "matched") - Number(left.kind === "matched"));
  const count = shown.allRules ? wanted.length : RULES_SHOWN;
  const matched = wanted.filter(({ kind }) => kind === "matched").length;
  const rest = wanted.length - count;
  return [
    `rule set ${ruleSet.version} (${known}): ${matched} of ${wanted.length} rules matched`,
    ...wanted.slice(0, count).flatMap((one) => formatRule(one, paint)),
    ...(rest > 0 ? [`… and ${rest} more; --all-rules shows them, --rule <id> one.`] : []),
  ];
}

function formatRule(answer: RuleAnswer, paint: Paint): readonly string[] {
  const clauseLine = ({ path, message }: { readonly path: readonly (string | number)[]; readonly message: string }) =>
    `             ${path.join(".")}: ${plain(message)}`;
  switch (answer.kind) {
    case "matched":
      return [`${paint.green("matched")}      ${answer.ruleId}`];
    case "not_matched":
      return [`${paint.dim("not matched")}  ${answer.ruleId}`, clauseLine(answer.clause)];
    case "stopped":
      return [`${paint.yellow("not asked")}    ${answer.ruleId}: ${answer.by} matched before and lets none follow`];
    case "not_known":
      return [
        `${paint.yellow("not matched")}  ${answer.ruleId}: which of these failed is not known`,
        ...answer.clauses.map(clauseLine),
      ];
    case "unrecorded":
      return [`${paint.yellow("unrecorded")}   ${answer.ruleId}: ${plain(answer.message)}`];
  }
}
