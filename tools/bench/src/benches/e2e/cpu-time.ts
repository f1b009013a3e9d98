import { readdirSync, readFileSync } from "node:fs";

/** Linux counts in hundredths of a second, whatever the kernel's own tick. */
const TICKS_PER_SECOND = 100;

interface Times {
  readonly parent: number;
  readonly seconds: number;
}

/** Processor seconds used so far by these processes and all below them that are alive; ended children count with their parent. */
export function cpuSeconds(pids: readonly number[]): number {
  const all = new Map<number, Times>();
  for (const name of readdirSync("/proc")) {
    const pid = Number(name);
    const times = Number.isInteger(pid) ? timesOf(pid) : undefined;
    if (times !== undefined) all.set(pid, times);
  }
  const counted = new Set(pids);
  for (let before = 0; before !== counted.size; ) {
    before = counted.size;
    for (const [pid, { parent }] of all) if (counted.has(parent)) counted.add(pid);
  }
  return [...counted].reduce((sum, pid) => sum + (all.get(pid)?.seconds ?? 0), 0);
}

/** proc(5): fields after the command, which may contain spaces; utime, stime, cutime and cstime are fields 14 to 17. */
function timesOf(pid: number): Times | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\)\s/s, "")
      .split(" ");
    const ticks = [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index]), 0);
    return { parent: Number(fields[1]), seconds: ticks / TICKS_PER_SECOND };
  } catch {
    return undefined;
  }
}
