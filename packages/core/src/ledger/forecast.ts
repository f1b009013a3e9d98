import { ACTION_CLASSES, type ActionClass, type ActionKind, classOf } from "../action/index.ts";
import { addMs, type EndpointId, type EpochMs, epochMs } from "../kernel/index.ts";
import { compareUrgency, type EndpointBook, type Slot } from "./book.ts";
import { giveTurns, isHeavy } from "./pace.ts";
import { isKnown, type Placement, type PlaceView, place, standsBefore } from "./place.ts";
import type { LedgerPolicy } from "./policy.ts";

/** An action that has not reached KSC. */
export interface PendingAction {
  readonly key: string;
  readonly kind: ActionKind;
  readonly heldAt: EpochMs;
  readonly deadline: EpochMs;
}

export interface ForecastInput {
  /** Held and waiting actions of `pending` may be in it or not; they are taken from `pending`. */
  readonly book: EndpointBook;
  readonly serverSlots?: Iterable<Slot>;
  readonly pending: readonly PendingAction[];
  /** When heavy actions of ours were sent to this endpoint lately. */
  readonly heavySent: readonly EpochMs[];
}

export interface ClassForecast {
  readonly actionClass: ActionClass;
  /** Further tasks of this class that fit now. Absent: unknown. */
  readonly free?: number;
  /** When there is no room for one more, given what is pending. Absent with `unknown` false: not by what is pending. */
  readonly fullAt?: EpochMs;
}

export interface ActionForecast {
  readonly key: string;
  readonly kind: ActionKind;
  /** When it can be sent at the earliest. Absent: never, as far as is known, or unknown. */
  readonly sendableAt?: EpochMs;
  readonly outcome: "now" | "waits" | "expires" | "unknown";
  readonly reason?: string;
}

export interface EndpointForecast {
  readonly endpointId: EndpointId;
  /** The endpoint's tasks were never looked at, so nothing is foretold [L2]. */
  readonly unknown: boolean;
  /** It is foretold from a look at this time; `stale` when that is no longer knowledge. */
  readonly measuredAt?: EpochMs;
  readonly stale: boolean;
  readonly limit: number;
  /** Tasks there now, ours and others'. */
  readonly used: number;
  readonly classes: readonly ClassForecast[];
  /** In the order in which they will be sent. */
  readonly pending: readonly ActionForecast[];
}

/** Steps of the clock that are looked at: each gives or frees at least one slot. */
const STEPS_MAX = 1_000;

/**
 * Plays the pending work forward (rules F1-F3 of SPEC.md): each action takes a slot as soon as the ledger would let it, and a slot
 * frees when its task reaches the end of its lifespan. When a task will finish is not known, so none does.
 */
export function forecast(input: ForecastInput, now: EpochMs, policy: LedgerPolicy): EndpointForecast {
  const { book } = input;
  const keys = new Set(input.pending.map(({ key }) => key));
  const present = book.slots.filter((slot) => !keys.has(slot.key));
  const facts = {
    endpointId: book.endpointId,
    ...(book.measuredAt === undefined ? {} : { measuredAt: book.measuredAt }),
    stale: book.measuredAt !== undefined && !isKnown(book, now, policy),
    limit: policy.endpoint.limit,
    used: present.length,
  };
  if (book.measuredAt === undefined) {
    return {
      ...facts,
      unknown: true,
      classes: ACTION_CLASSES.map((actionClass) => ({ actionClass })),
      pending: input.pending.map(({ key, kind }) => ({
        key,
        kind,
        outcome: "unknown" as const,
        reason: NOT_LOOKED_AT,
      })),
    };
  }
  const play = new Play(input, present, now, policy);
  const free = new Map(ACTION_CLASSES.map((actionClass) => [actionClass, play.freeFor(actionClass)]));
  play.run();
  return {
    ...facts,
    unknown: false,
    classes: ACTION_CLASSES.map((actionClass) => {
      const fullAt = play.fullAt.get(actionClass);
      return { actionClass, free: free.get(actionClass) ?? 0, ...(fullAt === undefined ? {} : { fullAt }) };
    }),
    pending: play.told,
  };
}

const NOT_LOOKED_AT = "the endpoint's tasks have not been looked at yet, so nothing is known of its slots";

class Play {
  readonly fullAt = new Map<ActionClass, EpochMs>();
  readonly told: ActionForecast[] = [];
  #now: EpochMs;
  #slots: Slot[];
  #heavy: EpochMs[];
  #pending: readonly PendingAction[];
  #reasons = new Map<string, string>();
  readonly #others: readonly Slot[];
  readonly #input: ForecastInput;
  readonly #start: EpochMs;
  readonly #policy: LedgerPolicy;

  constructor(input: ForecastInput, present: readonly Slot[], now: EpochMs, policy: LedgerPolicy) {
    this.#input = input;
    this.#policy = policy;
    this.#start = now;
    this.#now = now;
    this.#slots = [...present];
    this.#heavy = [...input.heavySent];
    const own = new Set([...input.book.slots, ...input.pending].map(({ key }) => key));
    this.#others = [...(input.serverSlots ?? [])].filter(({ key }) => !own.has(key));
    this.#pending = [...input.pending].sort((a, b) => compareUrgency(urgencyOf(a), urgencyOf(b)));
  }

  run(): void {
    for (let step = 0; step < STEPS_MAX; step++) {
      this.#expire();
      this.#sendWhatFits();
      this.#noteFull();
      const next = this.#pending.length === 0 ? undefined : this.#nextChange();
      if (next === undefined) break;
      this.#now = next;
      const { lifespanMs } = this.#policy.endpoint;
      this.#slots = this.#slots.filter((slot) => addMs(slot.createdAt ?? slot.heldAt, lifespanMs) > next);
    }
    for (const { key, kind } of this.#pending) this.#tell(key, kind, "waits", {});
  }

  /** How many more of a class fit, one after the other, were there nothing pending. */
  freeFor(actionClass: ActionClass): number {
    const slots = [...this.#slots];
    const { limit } = this.#policy.endpoint;
    for (let free = 0; free < limit; free++) {
      const slot = this.#slotOf({ key: `free ${free}`, kind: undefined, actionClass, heldAt: this.#now });
      if (this.#place(slot, slots).kind === "full") return free;
      slots.push(slot);
    }
    return limit;
  }

  /** Its task is taken to come at once. */
  #slotOf(of: Pick<Slot, "key" | "kind" | "heldAt"> & { readonly actionClass: ActionClass }) {
    return { ...of, origin: "ours", stage: "present", finished: false } as const;
  }

  #place(
    request: { readonly key: string; readonly actionClass: ActionClass; readonly heldAt: EpochMs },
    slots: Slot[],
  ) {
    // What was seen last is taken as true: how old it is, is told beside the forecast.
    const book = { ...this.#input.book, measuredAt: this.#now, slots };
    const view: PlaceView = { book, serverSlots: [...slots, ...this.#others] };
    return place(view, request, this.#now, this.#policy);
  }

  #expire(): void {
    const late = this.#pending.filter(({ deadline }) => deadline <= this.#now);
    for (const { key, kind } of late) this.#tell(key, kind, "expires", {});
    this.#pending = this.#pending.filter((action) => !late.includes(action));
  }

  /** [A4] Who finds no room keeps the lower and the younger behind it. */
  #sendWhatFits(): void {
    const stuck: Placement[] = [];
    for (const action of this.#pending) {
      const request = urgencyOf(action);
      if (stuck.some((placement) => standsBefore(placement, action.kind))) continue;
      const { pacing } = this.#policy;
      const heavy = isHeavy(action.kind, pacing);
      const turn = heavy && pacing !== undefined ? this.#turnOf(action) : undefined;
      if (turn !== undefined && turn.at > this.#now) {
        this.#reasons.set(action.key, turn.reason);
        continue;
      }
      const placement = this.#place(request, this.#slots);
      if (placement.kind === "full") {
        this.#reasons.set(action.key, placement.reason);
        stuck.push(placement);
        continue;
      }
      this.#slots.push(this.#slotOf({ ...request, heldAt: this.#now }));
      if (heavy) this.#heavy.push(this.#now);
      this.#tell(action.key, action.kind, this.#now === this.#start ? "now" : "waits", { sendableAt: this.#now });
      this.#pending = this.#pending.filter(({ key }) => key !== action.key);
    }
  }

  #turnOf(action: PendingAction) {
    const { pacing } = this.#policy;
    return pacing && giveTurns(this.#heavy, [urgencyOf(action)], this.#now, pacing).get(action.key);
  }

  #noteFull(): void {
    for (const actionClass of ACTION_CLASSES) {
      if (this.fullAt.has(actionClass)) continue;
      const request = { key: "one more", actionClass, heldAt: this.#now };
      if (this.#place(request, this.#slots).kind === "full") this.fullAt.set(actionClass, this.#now);
    }
  }

  /** The next time at which something can be otherwise: a slot frees, an effect ends, a turn comes, a deadline passes. */
  #nextChange(): EpochMs | undefined {
    const { lifespanMs } = this.#policy.endpoint;
    const times: number[] = this.#pending.map(({ deadline }) => deadline);
    for (const slot of this.#slots) {
      times.push(addMs(slot.createdAt ?? slot.heldAt, lifespanMs));
      if (slot.effectUntil !== undefined && Number.isFinite(slot.effectUntil)) times.push(slot.effectUntil);
    }
    for (const action of this.#pending) {
      const turn = isHeavy(action.kind, this.#policy.pacing) ? this.#turnOf(action) : undefined;
      if (turn !== undefined) times.push(turn.at);
    }
    const later = times.filter((at) => at > this.#now);
    return later.length === 0 ? undefined : epochMs(Math.ceil(Math.min(...later)));
  }

  #tell(key: string, kind: ActionKind, outcome: ActionForecast["outcome"], when: { sendableAt?: EpochMs }): void {
    const reason = this.#reasons.get(key);
    this.told.push({ key, kind, outcome, ...when, ...(reason === undefined || outcome === "now" ? {} : { reason }) });
  }
}

function urgencyOf({ key, kind, heldAt }: PendingAction) {
  return { key, kind, heldAt, actionClass: classOf(kind) };
}
