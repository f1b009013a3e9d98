import type { ActionArgs, ArgsOf } from "../action/index.ts";
import type { ActionId, EndpointId, EpochMs, EventId, RuleId, SiteId } from "../kernel/index.ts";

/** An action that is not sent yet: a later wish for the same may be served by it. */
export interface OpenAction {
  readonly actionId: ActionId;
  readonly siteId: SiteId;
  readonly endpointId: EndpointId;
  readonly spec: ActionArgs;
  readonly deadline: EpochMs;
  readonly state: "queued" | "held";
  readonly ruleId: RuleId;
  readonly eventId: EventId;
  /** Held until an action before it in its chain has ended. */
  readonly waits?: ChainWait;
}

export interface ChainWait {
  readonly on: ActionId;
  /** What a failure of that one would mean. */
  readonly onFailure: "stop" | "continue";
  /** It is held for a person, too. */
  readonly person: boolean;
}

/** What a rule wants done, as far as it counts for what others want. */
export type Wish = Pick<OpenAction, "siteId" | "endpointId" | "spec" | "state" | "ruleId" | "waits">;

export type Found =
  | { readonly kind: "none" }
  /** It does all that is wished for. */
  | { readonly kind: "serves"; readonly action: OpenAction }
  /** An isolation in the same state that would end sooner than is wished for. */
  | { readonly kind: "shorter"; readonly action: OpenAction };

export interface OpenActions {
  find(wish: Wish): Found;
  /** Of the event that is being planned: takes the place of what does the same. */
  put(action: OpenAction): void;
}

/** Where wishes for the same thing meet: those of one event, and with them what earlier events left unsent [P10, P14]. */
export function createOpenActions(stored: readonly OpenAction[]): OpenActions {
  const open = new Map<string, OpenAction>();
  // Of several isolations the longest stands for all: it serves whomever a shorter one would serve.
  for (const action of stored) {
    const key = keyOf(action, action.ruleId);
    const before = open.get(key);
    if (before === undefined || !covers(before.spec, action.spec)) open.set(key, action);
  }
  return {
    find(wish) {
      // What is on its way serves one that would be held, too; what is held serves nobody who need not wait. What another event's
      // rule has held is for a person to let go for that rule's reasons.
      const onItsWay = wish.waits === undefined ? open.get(keyOf({ ...wish, state: "queued" })) : undefined;
      if (onItsWay !== undefined && covers(onItsWay.spec, wish.spec)) return { kind: "serves", action: onItsWay };
      const beside = wish.state === "queued" ? onItsWay : (open.get(keyOf(wish)) ?? open.get(keyOf(wish, wish.ruleId)));
      if (beside === undefined) return { kind: "none" };
      return { kind: covers(beside.spec, wish.spec) ? "serves" : "shorter", action: beside };
    },
    put: (action) => {
      open.set(keyOf(action), action);
    },
  };
}

/** `rule`: only that rule's wishes are served. What is on its way serves everybody's. */
function keyOf({ siteId, endpointId, spec, state, waits }: Wish, rule?: RuleId): string {
  const of = state === "queued" ? null : (rule ?? null);
  return JSON.stringify([state, of, waits ?? null, siteId, endpointId, withoutTimes(spec)], inOrderOfNames);
}

/** How long an isolation lasts does not make it another one. */
function withoutTimes(spec: ActionArgs): unknown {
  if (spec.kind !== "isolateHost") return spec;
  const { durationSeconds: _timer, holdSeconds: _hold, ...rest } = spec;
  return rest;
}

function inOrderOfNames(_name: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1)));
}

/** Of two that do the same: the first lasts as long as the second, at least. */
function covers(spec: ActionArgs, wished: ActionArgs): boolean {
  if (spec.kind !== "isolateHost" || wished.kind !== "isolateHost") return true;
  return spec.durationSeconds >= wished.durationSeconds && heldFor(spec) >= heldFor(wished);
}

function heldFor({ durationSeconds, holdSeconds = 0 }: ArgsOf<"isolateHost">): number {
  return Math.max(durationSeconds, holdSeconds);
}

/** The isolation that lasts as long as the longer of the two in each respect. */
export function longerOf(spec: ActionArgs, wished: ActionArgs): ActionArgs {
  if (spec.kind !== "isolateHost" || wished.kind !== "isolateHost") return wished;
  const durationSeconds = Math.max(spec.durationSeconds, wished.durationSeconds);
  const hold = Math.max(heldFor(spec), heldFor(wished));
  const { holdSeconds: _hold, ...rest } = wished;
  return { ...rest, durationSeconds, ...(hold > durationSeconds ? { holdSeconds: hold } : {}) };
}
