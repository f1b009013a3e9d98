import type { ActionKind } from "../action/index.ts";
import type { RuleId, SiteId } from "../kernel/index.ts";
import { type EndpointRef, endpointKey } from "./traits.ts";

/**
 * [S3] What a rule asked for on an endpoint that was found, whatever came of it: refusals, never-touch lists and holds count
 * too, or a bad rule could not be seen. Only what its own cool-down swallowed is no attempt.
 */
export interface Attempt extends EndpointRef {
  readonly ruleId: RuleId;
  readonly kind: ActionKind;
  /** The rule only observes: it counts for itself, and uses up nobody else's room. */
  readonly observed: boolean;
}

/** Which attempts are counted together, over the last `windowMs`; a part that is absent stands for all. */
export interface AttemptKey {
  readonly ruleId?: RuleId;
  readonly siteId?: SiteId;
  readonly kinds?: readonly ActionKind[];
  readonly windowMs: number;
}

/** What lies in the window of a key. */
export interface AttemptWindow {
  readonly attempts: number;
  /** `endpointKey` of each endpoint that was meant. */
  readonly endpoints: ReadonlySet<string>;
  /** Endpoints that the site, or without one the tenant, has; only where a share is asked for. */
  readonly inventory?: number;
}

export const EMPTY_WINDOW: AttemptWindow = { attempts: 0, endpoints: new Set() };

/** No part contains a line feed: ids are slugs, kinds are ours. */
export function attemptKey({ ruleId, siteId, kinds, windowMs }: AttemptKey): string {
  return `${ruleId ?? ""}\n${siteId ?? ""}\n${kinds?.toSorted().join(",") ?? ""}\n${windowMs}`;
}

export function isCounted(key: AttemptKey, attempt: Attempt): boolean {
  return (
    (key.ruleId === undefined ? !attempt.observed : key.ruleId === attempt.ruleId) &&
    (key.siteId === undefined || key.siteId === attempt.siteId) &&
    (key.kinds === undefined || key.kinds.includes(attempt.kind))
  );
}

/** How much lies in the window when these attempts are added. */
export function countWith(
  window: AttemptWindow,
  key: AttemptKey,
  attempts: readonly Attempt[],
): { readonly attempts: number; readonly endpoints: number } {
  const counted = attempts.filter((attempt) => isCounted(key, attempt));
  const fresh = new Set(counted.map(endpointKey).filter((each) => !window.endpoints.has(each)));
  return { attempts: window.attempts + counted.length, endpoints: window.endpoints.size + fresh.size };
}

/** Windows that grow while a batch of events is planned one after another. */
export interface WindowBook {
  readonly windows: ReadonlyMap<string, AttemptWindow>;
  note(attempts: readonly Attempt[]): void;
}

export function createWindowBook(keys: Iterable<AttemptKey>, stored: ReadonlyMap<string, AttemptWindow>): WindowBook {
  const growing = [...keys].map((key) => {
    const window = stored.get(attemptKey(key)) ?? EMPTY_WINDOW;
    return { key, window: { ...window, endpoints: new Set(window.endpoints) } };
  });
  return {
    windows: new Map(growing.map(({ key, window }) => [attemptKey(key), window])),
    note(attempts) {
      for (const attempt of attempts) {
        for (const { key, window } of growing) {
          if (!isCounted(key, attempt)) continue;
          window.attempts++;
          window.endpoints.add(endpointKey(attempt));
        }
      }
    },
  };
}
