import type { ActionKind } from "@cordon/core/action";
import { endpointKey } from "@cordon/core/guards";
import type { EpochMs, RuleId } from "@cordon/core/kernel";
import type { PlannedWrites } from "../ports/ingest-store.ts";
import type { ActionRecord } from "../ports/records.ts";
import { heldForPeople } from "./held-for-people.ts";
import {
  type ActionChange,
  type ActionChanges,
  type BehaviourDiff,
  type EndpointName,
  type PlannedPart,
  REPORT_LIMITS,
} from "./report.ts";
import type { SetTally } from "./set-tally.ts";

/** Holds what the two sets did on the same events against each other, batch by batch. */
export interface BehaviourCompare {
  add(before: PlannedWrites | undefined, after: PlannedWrites, now: EpochMs): void;
  report(active: SetTally | undefined, draft: SetTally): BehaviourDiff;
}

type Planned = Omit<ActionRecord, "state"> & { readonly state: "queued" | "held" };

export function createBehaviourCompare(): BehaviourCompare {
  const added = createChanges();
  const removed = createChanges();
  const changed = createChanges();
  return {
    add(wasDone, isDone, now) {
      const before = wasDone === undefined ? [] : actionsOf(wasDone);
      const after = actionsOf(isDone);
      const gone = new Map<string, Planned[]>();
      for (const action of before) push(gone, placeOf(action), action);
      const fresh: Planned[] = [];
      for (const action of after) {
        const same = gone.get(placeOf(action));
        const index = same?.findIndex((each) => isSame(each, action)) ?? -1;
        if (same === undefined || index < 0) fresh.push(action);
        else same.splice(index, 1);
      }
      for (const action of fresh) {
        const other = gone.get(placeOf(action))?.shift();
        if (other === undefined) added.add(action, toChange(now, undefined, action));
        else changed.add(action, toChange(now, other, action));
      }
      for (const action of [...gone.values()].flat()) removed.add(action, toChange(now, action, undefined));
    },
    report(active, draft) {
      const before = active?.touched ?? new Map<string, EndpointName>();
      const newly = [...draft.touched].filter(([key]) => !before.has(key)).map(([, endpoint]) => endpoint);
      const hits = [...draft.neverTouched].filter(
        ([key]) => active?.neverTouched.has(key) !== true && !before.has(key),
      );
      return {
        added: added.report(),
        removed: removed.report(),
        changed: changed.report(),
        newlyTouched: { total: newly.length, endpoints: firstOf(newly) },
        noLongerTouched: { total: [...before.keys()].filter((key) => !draft.touched.has(key)).length },
        neverTouch: { total: hits.length, endpoints: firstOf(hits.map(([, endpoint]) => endpoint)) },
      };
    },
  };
}

function actionsOf(writes: PlannedWrites): readonly Planned[] {
  const held = heldForPeople(writes);
  return writes.actions.map((action) => ({ ...action, state: held.has(action.actionId) ? "held" : "queued" }));
}

function firstOf<T extends EndpointName>(endpoints: readonly T[]): readonly T[] {
  return endpoints
    .toSorted((left, right) => (endpointKey(left) < endpointKey(right) ? -1 : 1))
    .slice(0, REPORT_LIMITS.endpointsMax);
}

/** Where two actions can be the same one: of one event, on one endpoint, of one kind. No part contains a line feed. */
function placeOf({ eventId, siteId, endpointId, spec }: Planned): string {
  return `${eventId}\n${siteId}\n${endpointId}\n${spec.kind}`;
}

function isSame(left: Planned, right: Planned): boolean {
  return left.state === right.state && JSON.stringify(left.spec) === JSON.stringify(right.spec);
}

function push<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}

function toChange(at: EpochMs, before: Planned | undefined, after: Planned | undefined): ActionChange {
  const { siteId, endpointId, endpointName: name, eventId, spec } = (after ?? before) as Planned;
  return {
    at,
    eventId,
    siteId,
    endpointId,
    name,
    kind: spec.kind,
    ...(before === undefined ? {} : { before: partOf(before) }),
    ...(after === undefined ? {} : { after: partOf(after) }),
  };
}

function partOf({ ruleId, state, spec }: Planned): PlannedPart {
  const { kind: _kind, ...args } = spec;
  return { ruleId, state, arguments: args };
}

/** Counts by rule and kind, and the first examples. */
function createChanges() {
  const byRule = new Map<string, { ruleId: RuleId; kind: ActionKind; actions: number }>();
  const examples: ActionChange[] = [];
  let total = 0;
  return {
    add({ ruleId, spec: { kind } }: Planned, change: ActionChange): void {
      total++;
      const key = `${ruleId}\n${kind}`;
      const known = byRule.get(key);
      if (known === undefined) byRule.set(key, { ruleId, kind, actions: 1 });
      else known.actions++;
      if (examples.length < REPORT_LIMITS.examplesMax) examples.push(change);
    },
    report: (): ActionChanges => ({
      total,
      byRule: [...byRule.values()].sort(
        (left, right) =>
          right.actions - left.actions || (`${left.ruleId}\n${left.kind}` < `${right.ruleId}\n${right.kind}` ? -1 : 1),
      ),
      examples,
    }),
  };
}
