/** Lines that stayed, went and came, in the order in which they are read. */
export interface LineChange {
  readonly kind: "same" | "removed" | "added";
  readonly text: string;
}

/** Beyond so many changed lines the shortest difference is not looked for any more: the files have little in common. */
const EDITS_MAX = 1_000;

/** The shortest difference of two texts by lines (Myers). */
export function diffLines(before: readonly string[], after: readonly string[]): readonly LineChange[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head++;
  let tail = 0;
  const shorter = Math.min(before.length, after.length) - head;
  while (tail < shorter && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  const same = (lines: readonly string[]) => lines.map((text): LineChange => ({ kind: "same", text }));
  return [
    ...same(before.slice(0, head)),
    ...diffMiddle(before.slice(head, before.length - tail), after.slice(head, after.length - tail)),
    ...same(before.slice(before.length - tail)),
  ];
}

function diffMiddle(before: readonly string[], after: readonly string[]): readonly LineChange[] {
  const trace = shortestEdit(before, after);
  if (trace === undefined) {
    return [
      ...before.map((text): LineChange => ({ kind: "removed", text })),
      ...after.map((text): LineChange => ({ kind: "added", text })),
    ];
  }
  return walkBack(before, after, trace);
}

/** For each number of edits, how far along `before` each diagonal gets; undefined beyond `EDITS_MAX`. */
function shortestEdit(
  before: readonly string[],
  after: readonly string[],
): readonly ReadonlyMap<number, number>[] | undefined {
  const trace: ReadonlyMap<number, number>[] = [];
  let reach = new Map([[1, 0]]);
  for (let edits = 0; edits <= EDITS_MAX; edits++) {
    trace.push(reach);
    const next = new Map<number, number>();
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      let x = isDown(reach, diagonal, edits) ? (reach.get(diagonal + 1) ?? 0) : (reach.get(diagonal - 1) ?? 0) + 1;
      let y = x - diagonal;
      while (x < before.length && y < after.length && before[x] === after[y]) {
        x++;
        y++;
      }
      next.set(diagonal, x);
      if (x >= before.length && y >= after.length) return trace;
    }
    reach = next;
  }
  return undefined;
}

/** A line of `after` comes in, rather than that one of `before` goes. */
function isDown(reach: ReadonlyMap<number, number>, diagonal: number, edits: number): boolean {
  if (diagonal === -edits) return true;
  return diagonal !== edits && (reach.get(diagonal - 1) ?? -1) < (reach.get(diagonal + 1) ?? -1);
}

function walkBack(
  before: readonly string[],
  after: readonly string[],
  trace: readonly ReadonlyMap<number, number>[],
): readonly LineChange[] {
  const changes: LineChange[] = [];
  let x = before.length;
  let y = after.length;
  for (let edits = trace.length - 1; edits >= 0; edits--) {
    const reach = trace[edits] as ReadonlyMap<number, number>;
    const diagonal = x - y;
    const from = isDown(reach, diagonal, edits) ? diagonal + 1 : diagonal - 1;
    const fromX = reach.get(from) ?? 0;
    const fromY = fromX - from;
    while (x > fromX && y > fromY && x > 0 && y > 0) {
      x--;
      y--;
      changes.push({ kind: "same", text: before[x] as string });
    }
    if (edits === 0) break;
    if (x === fromX) changes.push({ kind: "added", text: after[--y] as string });
    else changes.push({ kind: "removed", text: before[--x] as string });
  }
  return changes.reverse();
}
