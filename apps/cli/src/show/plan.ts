import type { plan, planReport, replayReport, ruleSetDiff } from "@cordon/contracts/api";
import type { EpochMs } from "@cordon/core/kernel";
import type * as z from "zod";
import { type Paint, paintState } from "./paint.ts";
import { counted, plain, shortValue } from "./plain-text.ts";
import { formatFields, formatTable } from "./table.ts";
import { formatMoment, formatTime } from "./times.ts";

type Plan = z.output<typeof plan>;
type Report = z.output<typeof planReport>;
type Replay = z.output<typeof replayReport>;
type Change = Replay["diff"]["added"]["examples"][number];

/** Rows of each table for eyes; `--json` has all that is kept. */
const ROWS = 15;

export function formatPlanHead(shown: Plan, paint: Paint, now: EpochMs): string {
  const { purpose, state, progress } = shown;
  return formatFields([
    [purpose, shown.planId],
    ["state", paintState(paint, state)(state)],
    ["failure", shown.failure === undefined ? undefined : plain(shown.failure)],
    ["again", state === "interrupted" ? "the coordinator ended before it was done: start it again" : undefined],
    ["events", `${formatTime(shown.from)} to ${formatTime(shown.to)}, ${counted(progress.done, "event")}`],
    ["made", `${formatMoment(shown.createdAt, now)} by ${plain(shown.createdBy)}`],
    ...(purpose === "plan" && shown.planHash !== undefined
      ? ([
          ["hash", shown.planHash],
          ["valid until", formatMoment(shown.expiresAt, now)],
        ] as const)
      : []),
  ]);
}

export function formatPlanReport(shown: Plan, { tenants }: Report, paint: Paint, now: EpochMs): string {
  const parts = tenants.map(({ tenantId, rules, replay }) => {
    const planned = shown.tenants.find((tenant) => tenant.tenantId === tenantId);
    const was = planned?.activeVersion === undefined ? "nothing" : `version ${planned.activeVersion}`;
    const becomes = planned?.draftVersion === 0 ? "these files" : `version ${planned?.draftVersion}`;
    return [
      paint.bold(`${tenantId}: ${was} → ${becomes}`),
      formatRules(rules, paint),
      formatReplay(replay, paint),
    ].join("\n\n");
  });
  const apply = shown.purpose === "plan" ? [`To apply it: cordon apply --plan ${shown.planHash} --reason "why"`] : [];
  return [formatPlanHead(shown, paint, now), ...parts, ...apply].join("\n\n");
}

function formatRules({ added, removed, changed, same, files }: z.output<typeof ruleSetDiff>, paint: Paint): string {
  const lines = [
    ...added.map((id) => paint.green(`+ ${id}`)),
    ...removed.map((id) => paint.red(`- ${id}`)),
    ...changed.map(({ ruleId, members }) => paint.yellow(`~ ${ruleId} (${members.join(", ")})`)),
  ];
  const text = files.flatMap(({ name, lines: diff, cut }) => [
    paint.bold(plain(name)),
    ...diff.map((line) => {
      const shown = plain(line);
      return line.startsWith("+") ? paint.green(shown) : line.startsWith("-") ? paint.red(shown) : shown;
    }),
    ...(cut ? ["… the rest is cut off"] : []),
  ]);
  const head = `Rules: ${added.length} added, ${removed.length} removed, ${changed.length} changed, ${same} the same`;
  return [head, ...lines, ...text].join("\n");
}

function formatReplay(replay: Replay, paint: Paint): string {
  const { diff, draft, active } = replay;
  const totals = formatTable(
    [
      { title: "behaviour", of: ({ name }: Total) => name },
      { title: "active", of: ({ before }: Total) => before, right: true },
      { title: "draft", of: ({ after }: Total) => after, right: true },
    ],
    totalsOf(active, draft),
  );
  return [
    `Replayed ${counted(replay.events, "event")}`,
    totals,
    ...changesText("added", diff.added, paint.green),
    ...changesText("removed", diff.removed, paint.red),
    ...changesText("changed", diff.changed, paint.yellow),
    ...touchedText(diff),
    ...draft.trips.map(({ at, message }) => paint.yellow(`${formatTime(at)} ${plain(message)}`)),
    ...silentText(draft.rules),
    ...slotsText(draft.slots),
    ...capabilityText(replay.capability),
  ].join("\n\n");
}

interface Total {
  readonly name: string;
  readonly before: number | string | undefined;
  readonly after: number | string;
}

function totalsOf(active: Replay["active"], draft: Replay["draft"]): readonly Total[] {
  const row = (name: string, of: (set: Replay["draft"]) => number): Total => ({
    name,
    before: active === undefined ? undefined : of(active),
    after: of(draft),
  });
  const actionsOf = (set: Replay["draft"], state: "queued" | "held") =>
    set.actions.reduce((sum, each) => sum + each[state], 0);
  const kinds = [...new Set([...(active?.actions ?? []), ...draft.actions].map(({ kind }) => kind))];
  return [
    row("actions ordered", (set) => actionsOf(set, "queued")),
    row("actions held for a person", (set) => actionsOf(set, "held")),
    row("  at most per hour", ({ approvals }) => approvals.perHourMax),
    ...kinds.map((kind) =>
      row(`  ${kind}`, ({ actions }) => {
        const found = actions.find((each) => each.kind === kind);
        return (found?.queued ?? 0) + (found?.held ?? 0);
      }),
    ),
    row("only observed", ({ decisions }) => decisions.observe),
    row("suppressed", ({ decisions }) => decisions.suppress),
    row("endpoints touched", ({ endpointsTouched }) => endpointsTouched),
    row("never-touch hits", ({ neverTouchHits }) => neverTouchHits),
    row("rules put in hold", ({ trips }) => trips.length),
    row("waiting for a slot", ({ slots }) => slots.waiting),
  ];
}

function changesText(
  what: string,
  { total, byRule, examples }: Replay["diff"]["added"],
  paint: (text: string) => string,
): readonly string[] {
  if (total === 0) return [];
  const head = paint(
    `${counted(total, "action")} ${what}: ${byRule
      .slice(0, ROWS)
      .map(({ ruleId, kind, actions }) => `${actions} ${kind} by ${ruleId}`)
      .join(", ")}`,
  );
  const table = formatTable<Change>(
    [
      { title: "at", of: ({ at }) => formatTime(at) },
      { title: "endpoint", of: ({ siteId, name }) => `${siteId}/${name}` },
      { title: "action", of: ({ kind }) => kind },
      { title: "rule", of: ({ before, after }) => (after ?? before)?.ruleId },
      { title: "what", of: whatOf },
    ],
    examples.slice(0, ROWS),
  );
  const more =
    total > ROWS ? [`… and ${(total - ROWS).toLocaleString("en")} more; --json has the first ${examples.length}`] : [];
  return [[head, table, ...more].join("\n")];
}

function whatOf({ before, after }: Change): string {
  if (before === undefined || after === undefined) {
    const only = after ?? before;
    return only === undefined
      ? ""
      : [...(only.state === "held" ? ["held"] : []), argumentsText(only.arguments)].join(" ");
  }
  const state = before.state === after.state ? [] : [`${before.state} → ${after.state}`];
  const names = new Set([...Object.keys(before.arguments), ...Object.keys(after.arguments)]);
  const changed = [...names].filter(
    (name) => JSON.stringify(before.arguments[name]) !== JSON.stringify(after.arguments[name]),
  );
  const value = (part: typeof before, name: string) =>
    name in part.arguments ? shortValue(part.arguments[name]) : "none";
  return [...state, ...changed.map((name) => `${name} ${value(before, name)} → ${value(after, name)}`)].join(", ");
}

function argumentsText(args: Readonly<Record<string, unknown>>): string {
  return Object.entries(args)
    .map(([name, value]) => `${name}=${shortValue(value)}`)
    .join(" ");
}

function touchedText({ newlyTouched, noLongerTouched, neverTouch }: Replay["diff"]): readonly string[] {
  const names = (endpoints: readonly { readonly siteId: string; readonly name: string }[], total: number) => {
    const shown = endpoints
      .slice(0, ROWS)
      .map(({ siteId, name }) => plain(`${siteId}/${name}`))
      .join(", ");
    return total > ROWS ? `${shown} and ${total - ROWS} more` : shown;
  };
  return [
    ...(newlyTouched.total === 0
      ? []
      : [
          `${counted(newlyTouched.total, "endpoint")} newly touched: ${names(newlyTouched.endpoints, newlyTouched.total)}`,
        ]),
    ...(noLongerTouched.total === 0 ? [] : [`${counted(noLongerTouched.total, "endpoint")} not touched any more`]),
    ...(neverTouch.total === 0
      ? []
      : [`Never-touch lists would stop it on ${names(neverTouch.endpoints, neverTouch.total)}`]),
  ];
}

function silentText(rules: Replay["draft"]["rules"]): readonly string[] {
  const silent = rules.filter(
    ({ act, observe, suppress, hold, merge }) => act + observe + suppress + hold + merge === 0,
  );
  return silent.length === 0 ? [] : [`Met by no event: ${silent.map(({ ruleId }) => ruleId).join(", ")}`];
}

function slotsText({ endpoints, waiting, rotating }: Replay["draft"]["slots"]): readonly string[] {
  const near = endpoints
    .filter(({ usedMax, limit, waiting: waits }) => waits > 0 || usedMax * 2 >= limit)
    .slice(0, ROWS);
  if (near.length === 0) return [];
  const table = formatTable(
    [
      { title: "endpoint", of: ({ siteId, name }) => `${siteId}/${name}` },
      { title: "slots at most", of: ({ usedMax, limit }) => `${usedMax}/${limit}`, right: true },
      { title: "of others", of: ({ foreignUsed }) => foreignUsed, right: true },
      { title: "actions", of: ({ actions }) => actions, right: true },
      { title: "a day at most", of: ({ perDayMax }) => perDayMax, right: true },
      { title: "waiting", of: ({ waiting: waits }) => waits, right: true },
    ],
    near,
  );
  return [`Slots: ${counted(waiting, "action")} would wait, ${rotating} would go out past the limit\n${table}`];
}

function capabilityText(capability: Replay["capability"]): readonly string[] {
  const rows = capability.flatMap(({ siteId, endpoints, connected, kinds }) =>
    kinds.flatMap(({ kind, able, unable, refused }) => {
      const why = [
        ...unable.map(({ code, endpoints: count }) => `${count} ${code}`),
        ...(refused === undefined ? [] : [`refused: ${refused}`]),
      ];
      return why.length === 0 ? [] : [{ siteId, connected, kind, able: `${able}/${endpoints}`, why: why.join(", ") }];
    }),
  );
  if (rows.length === 0) return [];
  return [
    formatTable(
      [
        { title: "site", of: ({ siteId }) => siteId },
        { title: "agent", of: ({ connected }) => (connected ? "connected" : "away") },
        { title: "action", of: ({ kind }) => kind },
        { title: "able", of: ({ able }) => able, right: true },
        { title: "why not", of: ({ why }) => why },
      ],
      rows,
    ),
  ];
}
