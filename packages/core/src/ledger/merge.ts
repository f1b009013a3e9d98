import { type ActionArgs, ARGUMENT_LIMITS, type Indicator } from "../action/index.ts";
import type { EpochMs } from "../kernel/index.ts";

/** [L5] */
export interface MergePolicy {
  /** Actions that one task may serve beside the one that carries them. */
  readonly ridersMax: number;
}

/** An order that has not reached KSC and takes a slot or waits for one, with those that ride with it. */
export interface CarrierView {
  readonly key: string;
  readonly spec: ActionArgs;
  readonly riders: readonly ActionArgs[];
}

/**
 * Orders of one endpoint whose keys are equal ask for the same work, as far as one task can do it for both. Undefined: never
 * merged. Paths and values are compared as they are written: a merge that is missed costs a slot, a wrong one an outcome.
 */
export function mergeKeyOf(spec: ActionArgs): string | undefined {
  switch (spec.kind) {
    case "onDemandScan":
    case "iocScan":
      return spec.kind;
    case "quarantineFile":
    case "getFile":
      return JSON.stringify([spec.kind, spec.path, spec.md5, spec.sha256]);
    case "deleteFile":
      return JSON.stringify([spec.kind, spec.path, spec.md5, spec.sha256, spec.searchInSubfolders === true]);
    default:
      return undefined;
  }
}

/** What one task must do to serve all of these; undefined when that does not fit one. All have the same merge key. */
export function unite(specs: readonly [ActionArgs, ...ActionArgs[]]): ActionArgs | undefined {
  const [first] = specs;
  if (first.kind !== "iocScan") return first;
  const united = new Map<string, Indicator>();
  for (const spec of specs) {
    if (spec.kind !== "iocScan") continue;
    for (const indicator of spec.indicators) united.set(`${indicator.type} ${indicator.value}`, indicator);
  }
  if (united.size > ARGUMENT_LIMITS.indicatorsMax) return undefined;
  return { kind: "iocScan", indicators: [...united.values()] };
}

/** With which of the unsent carriers of the same merge key, the oldest first, this order can ride. */
export function chooseCarrier(
  carriers: readonly CarrierView[],
  spec: ActionArgs,
  policy: MergePolicy,
): CarrierView | undefined {
  return carriers.find(
    (carrier) =>
      carrier.riders.length < policy.ridersMax && unite([carrier.spec, ...carrier.riders, spec]) !== undefined,
  );
}

/**
 * Who carries on when the carrier left unsent: the one that has longest to go, so that a storm whose deadlines pass one after the
 * other changes carriers seldom; of equal ones the first by key.
 */
export function nextCarrier<R extends { readonly key: string; readonly deadline: EpochMs }>(
  riders: readonly R[],
): R | undefined {
  let next: R | undefined;
  for (const rider of riders) {
    const later = next === undefined || rider.deadline > next.deadline;
    if (later || (rider.deadline === next?.deadline && rider.key < next.key)) next = rider;
  }
  return next;
}
