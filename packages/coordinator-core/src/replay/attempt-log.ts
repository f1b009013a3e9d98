import {
  type Attempt,
  type AttemptKey,
  type AttemptWindow,
  attemptKey,
  EMPTY_WINDOW,
  endpointKey,
  isCounted,
} from "@cordon/core/guards";
import { addMs, type EpochMs } from "@cordon/core/kernel";

/** What was asked for and when, answered in windows as the record answers [S3]. */
export interface AttemptLog {
  note(attempt: Attempt, at: EpochMs): void;
  /** `at` never goes back from one call to the next. */
  window(key: AttemptKey, now: EpochMs): AttemptWindow;
}

interface Entry {
  readonly attempt: Attempt;
  readonly at: EpochMs;
}

/** A window that follows the time: entries are counted when they come and taken off when they leave. */
interface Sliding {
  readonly key: AttemptKey;
  /** How far into its line it has counted, and how far it has taken off. */
  counted: number;
  left: number;
  attempts: number;
  readonly endpoints: Map<string, number>;
}

/** Entries that may be counted together, oldest first; what no window needs any more is cut off. */
interface Line {
  entries: Entry[];
  /** Entries cut off so far. */
  base: number;
}

/** Below that cutting costs more than it frees. */
const CUT_ENTRIES_MIN = 4_096;

/**
 * `windowMsMax`: of every limit that is in force or that a rule has; older entries are forgotten. Each attempt stands in one
 * line for each way of counting it, so that a window reads only what it may count.
 */
export function createAttemptLog(windowMsMax: number, cutEntriesMin: number = CUT_ENTRIES_MIN): AttemptLog {
  const lines = new Map<string, Line>();
  const windows = new Map<string, Sliding>();

  const lineOf = ({ ruleId, siteId }: Pick<AttemptKey, "ruleId" | "siteId">): Line => {
    const key = `${ruleId ?? ""}\n${siteId ?? ""}`;
    const line = lines.get(key) ?? { entries: [], base: 0 };
    lines.set(key, line);
    return line;
  };

  return {
    note(attempt, at) {
      if (windowMsMax === 0) return;
      const { ruleId, siteId } = attempt;
      for (const key of [{ ruleId, siteId }, { ruleId }, { siteId }, {}]) {
        if (key.ruleId === undefined && attempt.observed) continue;
        const line = lineOf(key);
        line.entries.push({ attempt, at });
        if (line.entries.length >= cutEntriesMin) cut(line, addMs(at, -windowMsMax));
      }
    },
    window(key, now) {
      const id = attemptKey(key);
      const line = lineOf(key);
      const sliding = windows.get(id) ?? {
        key,
        counted: line.base,
        left: line.base,
        attempts: 0,
        endpoints: new Map(),
      };
      windows.set(id, sliding);
      advance(sliding, line, now);
      const { attempts, endpoints } = sliding;
      return attempts === 0 ? EMPTY_WINDOW : { attempts, endpoints: new Set(endpoints.keys()) };
    },
  };
}

function advance(sliding: Sliding, { entries, base }: Line, now: EpochMs): void {
  const { key, endpoints } = sliding;
  const since = now - key.windowMs;
  // What was cut off had left every window by then; one that slept over it begins anew.
  if (sliding.left < base) {
    sliding.attempts = 0;
    endpoints.clear();
    sliding.counted = base;
    sliding.left = base;
  }
  for (; sliding.counted < base + entries.length; sliding.counted++) {
    const { attempt } = entries[sliding.counted - base] as Entry;
    if (!isCounted(key, attempt)) continue;
    sliding.attempts++;
    const endpoint = endpointKey(attempt);
    endpoints.set(endpoint, (endpoints.get(endpoint) ?? 0) + 1);
  }
  for (; sliding.left < sliding.counted; sliding.left++) {
    const { attempt, at } = entries[sliding.left - base] as Entry;
    if (at > since) break;
    if (!isCounted(key, attempt)) continue;
    sliding.attempts--;
    const endpoint = endpointKey(attempt);
    const times = (endpoints.get(endpoint) ?? 1) - 1;
    if (times === 0) endpoints.delete(endpoint);
    else endpoints.set(endpoint, times);
  }
}

/** Half at a time, so that each entry is moved a few times at most. */
function cut(line: Line, before: EpochMs): void {
  const half = Math.floor(line.entries.length / 2);
  if ((line.entries[half] as Entry).at > before) return;
  line.entries = line.entries.slice(half);
  line.base += half;
}
