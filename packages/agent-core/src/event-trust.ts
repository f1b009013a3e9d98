/**
 * Whether result events reach us on this site. They may be switched off in a policy, or be lost (kaspersky.md 4.12), so they are relied on
 * only after one told of an action of ours, and no longer when several ends became known without theirs.
 */
export interface EventTrust {
  /** An event told of an action of ours. */
  told(): void;
  /** An end became known otherwise, and its event never came. */
  missed(): void;
  /** Events could not be read. */
  broken(): void;
  readonly trusted: boolean;
}

/** So many ends in a row without their events, after many with them. */
const MISSES_MAX = 3;

export function createEventTrust(): EventTrust {
  let credit = 0;
  return {
    told() {
      credit = MISSES_MAX;
    },
    missed() {
      credit = Math.max(0, credit - 1);
    },
    broken() {
      credit = 0;
    },
    get trusted() {
      return credit > 0;
    },
  };
}
