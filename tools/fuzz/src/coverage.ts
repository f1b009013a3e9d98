import { type Profiler, Session } from "node:inspector";

const ROOT = new URL("../../../", import.meta.url).href;
const OWN = new URL("../", import.meta.url).href;

/** What ran between two looks: per function, its ranges from the outside in. */
export type Ran = ReadonlyMap<string, readonly Profiler.CoverageRange[]>;

/** Which parts of the code under test have run so far. */
export interface Coverage {
  /** Characters of source that have run. */
  readonly reached: number;
  /** What ran since the last call. */
  take(): Ran;
  /** Whether it holds something that is not known yet. */
  isNew(ran: Ran): boolean;
  learn(ran: Ran): void;
  stop(): void;
}

/** V8's own block coverage of this thread: no instrumented copy of the code, and sources run as they are. */
export function startCoverage(): Coverage {
  const session = new Session();
  session.connect();
  // A session to its own thread answers before `post` returns.
  session.post("Profiler.enable");
  session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  const known = new Map<string, Uint8Array>();
  /** Shapes of coverage that were looked at already: most cases repeat one. */
  const shapes = new Set<string>();
  let reached = 0;

  return {
    get reached() {
      return reached;
    },
    take() {
      const ran = new Map<string, readonly Profiler.CoverageRange[]>();
      session.post("Profiler.takePreciseCoverage", (error, taken) => {
        if (error !== null) throw error;
        for (const { url, functions } of taken.result) {
          if (!url.startsWith(ROOT) || url.startsWith(OWN)) continue;
          for (const { ranges } of functions) {
            const [whole] = ranges;
            if (whole !== undefined && whole.count > 0)
              ran.set(`${url}:${whole.startOffset}:${whole.endOffset}`, ranges);
          }
        }
      });
      return ran;
    },
    isNew: (ran) => {
      for (const [place, ranges] of ran) {
        if (shapes.has(shapeOf(place, ranges))) continue;
        const before = known.get(place);
        if (before === undefined || painted(ranges).some((one, index) => one === 1 && before[index] === 0)) return true;
        shapes.add(shapeOf(place, ranges));
      }
      return false;
    },
    learn(ran) {
      for (const [place, ranges] of ran) {
        const now = painted(ranges);
        const all = known.get(place) ?? new Uint8Array(now.length);
        for (const [index, one] of now.entries()) {
          if (one === 0 || all[index] === 1) continue;
          all[index] = 1;
          reached++;
        }
        known.set(place, all);
      }
    },
    stop() {
      session.post("Profiler.stopPreciseCoverage");
      session.disconnect();
    },
  };
}

function shapeOf(place: string, ranges: readonly Profiler.CoverageRange[]): string {
  return (
    place +
    ranges.map(({ startOffset, endOffset, count }) => ` ${startOffset}-${endOffset}${count > 0 ? "+" : "-"}`).join("")
  );
}

/** A function's characters, 1 where they ran; inner ranges come after those around them. */
function painted(ranges: readonly Profiler.CoverageRange[]): Uint8Array {
  const { startOffset: base = 0, endOffset = 0 } = ranges[0] ?? {};
  const ran = new Uint8Array(endOffset - base);
  for (const one of ranges) ran.fill(one.count > 0 ? 1 : 0, one.startOffset - base, one.endOffset - base);
  return ran;
}
