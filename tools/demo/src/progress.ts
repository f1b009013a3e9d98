import { isSettled } from "@cordon/core/action";
import { createLogUpdate } from "log-update";
import pc from "picocolors";
import type { DemoAction, DemoEndpoint, DemoSiteHealth } from "./admin-api.ts";

export interface SiteView {
  readonly tenantId: string;
  readonly siteId: string;
  readonly name: string;
  readonly health: DemoSiteHealth | undefined;
  /** Newest first. */
  readonly actions: readonly DemoAction[];
  /** Fullest first. */
  readonly budgets: readonly DemoEndpoint[];
}

export interface View {
  readonly headline: string;
  readonly sites: readonly SiteView[];
  readonly footer: readonly string[];
}

/** The way of an action, in the words that a person at the screen would use. */
const STAGES = ["queued", "at agent", "sent", "task", "running", "done"] as const;
const STAGE_OF: Readonly<Record<DemoAction["state"], number>> = {
  held: 0,
  queued: 0,
  delivered: 1,
  deferred: 1,
  submitting: 1,
  submitted: 2,
  no_console: 2,
  task_seen: 3,
  running: 4,
  rotated: 3,
  deleted_by_operator: 3,
  unknown: 2,
  succeeded: 5,
  failed: 5,
  refused: 0,
  expired: 0,
  cancelled: 0,
};
const BUDGETS_SHOWN = 3;
const ROWS_DEFAULT = 40;
const COLUMNS_DEFAULT = 120;
const BAR_CELLS = 20;
const ESCAPE = "\u001b";
/** Splits a line into text and colour codes. */
const COLOUR = new RegExp(`(${ESCAPE}\\[[0-9;]*m)`);

export interface Screen {
  show(view: View): void;
  /** Leaves the last picture where it is. */
  done(): void;
}

/** Redraws in place on a terminal; elsewhere prints each change as one line. */
export function createScreen(stream: NodeJS.WriteStream): Screen {
  return stream.isTTY ? redrawing(stream) : appending(stream);
}

function redrawing(stream: NodeJS.WriteStream): Screen {
  const update = createLogUpdate(stream, { showCursor: true });
  return {
    show: (view) =>
      update(render(view, { rows: stream.rows ?? ROWS_DEFAULT, columns: stream.columns ?? COLUMNS_DEFAULT })),
    done: () => update.done(),
  };
}

function appending(stream: NodeJS.WriteStream): Screen {
  const shown = new Map<string, string>();
  return {
    show({ sites }) {
      for (const site of sites) {
        for (const action of site.actions.toReversed()) {
          if (shown.get(action.actionId) === action.state) continue;
          shown.set(action.actionId, action.state);
          stream.write(
            `${site.tenantId}/${site.siteId}  ${action.kind} on ${action.endpointName}: ${action.state}${reason(action)}\n`,
          );
        }
      }
    },
    done: () => {},
  };
}

export function render(
  { headline, sites, footer }: View,
  { rows, columns }: { readonly rows: number; readonly columns: number },
): string {
  const fixed = 2 + footer.length + sites.length * (2 + BUDGETS_SHOWN);
  const perSite = Math.max(2, Math.floor((rows - fixed - 1) / Math.max(1, sites.length)));
  const blocks = sites.flatMap((site) => [
    siteLine(site),
    ...site.actions.slice(0, perSite).map(actionLine),
    ...(site.actions.length > perSite ? [pc.dim(`    … and ${site.actions.length - perSite} earlier`)] : []),
    ...site.budgets.slice(0, BUDGETS_SHOWN).map(budgetLine),
  ]);
  return [pc.bold(headline), ...blocks, ...footer.map((line) => pc.dim(line))]
    .map((line) => clip(line, columns))
    .join("\n");
}

/** Cuts to the terminal's width; a wrapped line would push the picture off the screen. Colours take no room. */
function clip(line: string, columns: number): string {
  let room = columns;
  let clipped = "";
  for (const piece of line.split(COLOUR)) {
    if (piece.startsWith(`${ESCAPE}[`)) clipped += piece;
    else {
      clipped += piece.slice(0, room);
      room = Math.max(0, room - piece.length);
    }
  }
  return clipped;
}

function siteLine({ tenantId, siteId, name, health, actions }: SiteView): string {
  const done = actions.filter(({ state }) => state === "succeeded").length;
  const link = health?.connected ? pc.green("agent connected") : pc.red("agent offline");
  const console =
    health?.serviceConsole === "down"
      ? pc.red("service console down")
      : `service console ${health?.serviceConsole ?? "unknown"}`;
  const facts = [
    link,
    console,
    `${health?.endpoints ?? 0} endpoints`,
    `queue ${health?.queue?.waiting ?? "?"}`,
    `${done}/${actions.length} done`,
  ];
  return `${pc.bold(pc.cyan(`${tenantId}/${siteId}`))} ${pc.dim(name)}  ${facts.join(pc.dim(" · "))}`;
}

function actionLine(action: DemoAction): string {
  const reached = STAGE_OF[action.state];
  const bad = isSettled(action.state) && action.state !== "succeeded";
  const way = STAGES.map((stage, index) => {
    if (index < reached) return pc.green("●");
    if (index > reached) return pc.dim("○");
    if (bad) return pc.red(`✗ ${action.state}`);
    return action.state === "succeeded"
      ? pc.green("● done")
      : pc.yellow(`◐ ${action.state === "deferred" ? "waits for a slot" : stage}`);
  }).join(" ");
  return `    ${action.kind.padEnd(17)} ${action.endpointName.slice(0, 18).padEnd(18)} ${way}${reason(action)}`;
}

function reason({ state, detail }: DemoAction): string {
  if (detail?.message !== undefined && state !== "succeeded") return pc.dim(`  ${detail.message.slice(0, 90)}`);
  return state === "succeeded" && detail !== undefined
    ? pc.dim(`  proven by ${detail.evidence.rung.replace("_", " ")}`)
    : "";
}

function budgetLine({ displayName, budget }: DemoEndpoint): string {
  if (budget === undefined) return "";
  const filled = Math.min(BAR_CELLS, Math.round((budget.used / Math.max(1, budget.limit)) * BAR_CELLS));
  const bar = `${"█".repeat(filled)}${"░".repeat(BAR_CELLS - filled)}`;
  const others = budget.foreign > 0 ? `, ${budget.foreign} of others` : "";
  const waiting = budget.deferred > 0 ? `, ${budget.deferred} waiting` : "";
  return pc.dim(
    `    slots ${displayName.slice(0, 18).padEnd(18)} ${bar} ${budget.used}/${budget.limit}${others}${waiting}`,
  );
}
