import type { ActionId, EndpointId, EpochMs } from "@cordon/core/kernel";

/** The isolation that is to be ended before its timer does. */
export interface ReleaseTarget {
  readonly actionId: ActionId;
  readonly endpointId: EndpointId;
  /** The endpoint's name as KSC knows it; absent when KSC could not be asked. */
  readonly name?: string;
  /** When the endpoint's own timer ends it. */
  readonly endsAt?: EpochMs;
}

export interface ReleaseRun {
  /** False: it failed, and is run again when the release is asked for again. */
  readonly done: boolean;
  /** What was done, in one or two sentences; absent when the site has no method of its own. */
  readonly said?: string;
}

/** The site's own way to end an isolation, from its configuration. Neither the kill switch nor the policy stops it [S4]. Never rejects. */
export type ReleaseMethod = (target: ReleaseTarget, signal: AbortSignal) => Promise<ReleaseRun>;

/** `release: {method: none}`: a person does it. */
export const noReleaseMethod: ReleaseMethod = async () => ({ done: true });

/** The exact steps for a person (kaspersky.md 2.7). */
export function stepsFor(target: ReleaseTarget): string {
  const host =
    target.name === undefined
      ? `the device with KSC host id ${target.endpointId}`
      : `${target.name} (KSC host id ${target.endpointId})`;
  const timer =
    target.endsAt === undefined
      ? "Otherwise it ends with the device's own timer, which starts when the task has run."
      : `Otherwise the device's own timer ends it at ${new Date(target.endsAt).toISOString()}.`;
  return [
    `It is not renewed any more. To end it now: in the KSC console open ${host}, Applications, Kaspersky Endpoint Security, and choose "Unblock the device isolated from the network".`,
    "Or at the device, as administrator: avp.com isolation /OFF /login=<KLAdmin> /password=<its password>; then avp.com isolation /STAT must print isolation.enable=false.",
    timer,
  ].join(" ");
}

/** Bound of `steps`, so that a talkative command fits a frame. */
export const RELEASE_STEPS_CHARS_MAX = 4_000;
