/** How far what the ledger believed of an endpoint's tasks was from what KSC has. */
export interface Drift {
  /** Tasks that the ledger did not expect. */
  readonly appeared: number;
  /** Tasks that it believed to be there. */
  readonly vanished: number;
  readonly believed: number;
  readonly found: number;
}

/**
 * `believed`: the tasks that the last look showed, without those that the ledger itself removed since. `expected`: tasks that are
 * recognised as those of actions that were sent. Rule E1 of SPEC.md.
 */
export function measureDrift(
  believed: ReadonlySet<string>,
  expected: ReadonlySet<string>,
  found: ReadonlySet<string>,
): Drift {
  let appeared = 0;
  for (const taskId of found) if (!believed.has(taskId) && !expected.has(taskId)) appeared++;
  let vanished = 0;
  for (const taskId of believed) if (!found.has(taskId)) vanished++;
  return { appeared, vanished, believed: believed.size, found: found.size };
}

export function isDrift(drift: Drift): boolean {
  return drift.appeared > 0 || drift.vanished > 0;
}
