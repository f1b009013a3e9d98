import { ACTION_CLASSES, type ActionClass, type ActionKind, classRank } from "../action/index.ts";
import { addMs, type EpochMs } from "../kernel/index.ts";
import { compareUrgency, type EndpointBook, type Slot } from "./book.ts";
import { capOf, type LedgerPolicy, type SharedLimits, type SlotLimits } from "./policy.ts";
import { classesIn, groupOf, type TaskGroup } from "./scope.ts";

/** May this order's task be created now? */
export type Placement =
  | { readonly kind: "room" }
  /** The endpoint's tasks are not known well enough: look at KSC first [L2]. */
  | { readonly kind: "look_first" }
  /** [L4] No slot that the class may use. `earliest`: when enough tasks reach the end of their lifespan, if that is known. */
  | {
      readonly kind: "full";
      readonly reason: string;
      readonly earliest?: EpochMs;
      /** Only the group of this order's kind is full: orders of another group need not wait behind it. */
      readonly group?: TaskGroup;
    };

export interface PlaceRequest {
  readonly key: string;
  readonly actionClass: ActionClass;
  readonly heldAt: EpochMs;
  /** Absent: it counts in no group. */
  readonly kind?: ActionKind | undefined;
}

export interface PlaceView {
  readonly book: EndpointBook;
  /** Slots of all endpoints of the KSC server, this one's included; only read when a limit is shared by them. */
  readonly serverSlots?: Iterable<Slot>;
  /** How many those are, and how many of them may be in each group: spares reading them while a shared limit is far. */
  readonly serverCounts?: ServerCounts;
  /** The look was tried and KSC did not answer it. */
  readonly lookFailed?: boolean;
}

export type ServerCounts = Readonly<Record<TaskGroup | "all", number>>;

/** Rules P1-P8 of SPEC.md. */
export function place(view: PlaceView, request: PlaceRequest, now: EpochMs, policy: LedgerPolicy): Placement {
  const scopes = scopesOf(view, request, policy);
  for (const scope of scopes) {
    const placement = placeInScope(scope, request, now, policy);
    if (placement.kind !== "room") return placement;
  }
  if (isKnown(view.book, now, policy)) return { kind: "room" };
  return view.lookFailed === true ? placeBlind(view.book, scopes, request, now, policy) : { kind: "look_first" };
}

export function isKnown(book: EndpointBook, now: EpochMs, policy: LedgerPolicy): boolean {
  // A look that lies ahead is one from before the clock was set back: how old it is, nobody knows.
  return book.measuredAt !== undefined && Math.abs(now - book.measuredAt) <= policy.occupancyMaxAgeMs;
}

/**
 * [L1] Whether losing this slot's task to a rotation would break the promise to it: it has not run and is of the same or a
 * higher class, or its isolation or prevention should still hold. What is not known counts as unfinished and highest.
 */
export function isProtected(slot: Slot, from: ActionClass, now: EpochMs): boolean {
  if (slot.stage === "held") return false;
  if (slot.finished) return slot.effectUntil !== undefined && slot.effectUntil > now;
  return slot.actionClass === undefined || classRank(slot.actionClass) <= classRank(from);
}

/**
 * [L1] Why one more task past the limit could lose what must not be lost: a protected task that is there, or one that is still to come
 * and would then rotate out what came before it, this order's own task among them.
 */
function isObstacle(slot: Slot, request: PlaceRequest, now: EpochMs): boolean {
  return slot.stage === "in_flight" || isProtected(slot, request.actionClass, now);
}

interface Scope {
  readonly name: string;
  readonly group?: TaskGroup;
  readonly limits: SlotLimits;
  readonly assumed: number;
  readonly classes: readonly ActionClass[];
  /** At least as many as `slots` yields. */
  readonly countMax: number;
  readonly slots: () => Iterable<Slot>;
}

function scopesOf(view: PlaceView, request: PlaceRequest, policy: LedgerPolicy): readonly Scope[] {
  const { slots } = view.book;
  const scopes: Scope[] = [
    {
      name: "endpoint",
      limits: policy.endpoint,
      assumed: 0,
      classes: ACTION_CLASSES,
      countMax: slots.length,
      slots: () => slots,
    },
  ];
  const shared = (name: string, limits: SharedLimits, count: keyof ServerCounts, of: Omit<Scope, SharedKeys>) =>
    scopes.push({
      ...of,
      name,
      limits,
      assumed: limits.foreignAssumed,
      countMax: view.serverCounts?.[count] ?? Number.POSITIVE_INFINITY,
    });
  const all = () => view.serverSlots ?? slots;
  if (policy.server !== undefined) {
    shared("server", policy.server, "all", { classes: ACTION_CLASSES, slots: all });
  }
  const group = request.kind === undefined ? undefined : groupOf(request.kind);
  const limits = group === undefined ? undefined : policy.groups?.[group];
  if (group !== undefined && limits !== undefined) {
    const slotsOf = () => slotsIn(group, all());
    shared(`server's group ${group}`, limits, group, { group, classes: classesIn(group), slots: slotsOf });
  }
  return scopes;
}

type SharedKeys = "name" | "limits" | "assumed" | "countMax";

/** A task of unknown kind may be in any group. */
export function isInGroup(slot: Slot, group: TaskGroup): boolean {
  return slot.kind === undefined || groupOf(slot.kind) === group;
}

function* slotsIn(group: TaskGroup, slots: Iterable<Slot>): Iterable<Slot> {
  for (const slot of slots) if (isInGroup(slot, group)) yield slot;
}

function placeInScope(scope: Scope, request: PlaceRequest, now: EpochMs, policy: LedgerPolicy): Placement {
  const { limits, assumed } = scope;
  const cap = capOf(policy, limits.limit, request.actionClass, scope.classes);
  if (scope.countMax + assumed + 1 <= cap) return { kind: "room" };
  const counted = [...scope.slots()].filter((slot) => countsAgainst(slot, request));
  const used = counted.length + assumed;
  if (used + 1 <= cap) return { kind: "room" };
  // Past its cap, only `contain` may go on, and only if whatever KES rotates out can be spared [L1].
  const losable = request.actionClass === "contain" && assumed === 0;
  const obstacle = losable ? counted.find((slot) => isObstacle(slot, request, now)) : undefined;
  if (losable && obstacle === undefined) return { kind: "room" };
  const earliest = earliestFree(counted, used + 1 - cap, limits.lifespanMs);
  return {
    kind: "full",
    reason: fullReason(scope.name, used, limits.limit, cap, request.actionClass, obstacle),
    ...(earliest === undefined ? {} : { earliest }),
    ...(scope.group === undefined ? {} : { group: scope.group }),
  };
}

/** [A4] Whether orders of this kind must wait because that one waits. */
export function standsBefore(placement: Placement, kind: ActionKind | undefined): boolean {
  if (placement.kind !== "full") return false;
  return placement.group === undefined || kind === undefined || groupOf(kind) === placement.group;
}

/**
 * Unsent orders count only when they go before this one: an order must never wait behind what is less urgent or younger
 * [D7]. What it takes from them, they find taken when their own turn comes.
 */
function countsAgainst(slot: Slot, request: PlaceRequest): boolean {
  if (slot.key === request.key) return false;
  if (slot.stage !== "held" || slot.actionClass === undefined) return true;
  return compareUrgency({ key: slot.key, heldAt: slot.heldAt, actionClass: slot.actionClass }, request) < 0;
}

/**
 * The look at KSC failed, so the endpoint's tasks may be any number of anything, and with them those of the server. Lower classes
 * wait. An isolation that is not sent is certain harm, so `contain` goes out while nothing that we know of could be lost anywhere
 * where its task counts, and its own reserve on the endpoint is not used up [L8].
 */
function placeBlind(
  book: EndpointBook,
  scopes: readonly Scope[],
  request: PlaceRequest,
  now: EpochMs,
  policy: LedgerPolicy,
): Placement {
  const unknown = "KSC did not tell which tasks the endpoint has, so its slots are taken as full";
  const again = "it goes out when KSC answers again";
  const used = book.slots.filter((slot) => countsAgainst(slot, request)).length;
  if (request.actionClass !== "contain" || used >= policy.containReserve) {
    return { kind: "full", reason: `${unknown}; ${again}` };
  }
  for (const { name, slots } of scopes) {
    for (const slot of slots()) {
      if (!countsAgainst(slot, request) || !isObstacle(slot, request, now)) continue;
      return { kind: "full", reason: `${unknown}, and the ${name} has ${obstacleText(slot)}; ${again}` };
    }
  }
  return { kind: "room" };
}

/** When the `count` oldest tasks will have reached their lifespan. Absent when there are not that many tasks. */
function earliestFree(slots: readonly Slot[], count: number, lifespanMs: number): EpochMs | undefined {
  const births = slots.map((slot) => slot.createdAt ?? slot.heldAt).sort((a, b) => a - b);
  const last = births[count - 1];
  return last === undefined ? undefined : addMs(last, lifespanMs);
}

function fullReason(
  scope: string,
  used: number,
  limit: number,
  cap: number,
  actionClass: ActionClass,
  obstacle: Slot | undefined,
): string {
  if (obstacle === undefined) {
    return `the ${scope} has ${used} of ${limit} task slots in use, and ${actionClass} may fill ${cap}`;
  }
  return `the ${scope} has ${used} of ${limit} tasks, and one more could make KES rotate out what must not be lost: ${obstacleText(obstacle)}`;
}

function obstacleText(slot: Slot): string {
  const what = `${slot.kind ?? "a task of unknown kind"} (${slot.key})`;
  if (slot.stage === "in_flight") return `${what}, whose task is still to come`;
  return `${what}, ${slot.finished ? "whose effect should still hold" : "which has not finished"}`;
}
