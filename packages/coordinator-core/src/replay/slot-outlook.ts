import type { ActionClass } from "@cordon/core/action";
import { endpointKey } from "@cordon/core/guards";
import type { EpochMs } from "@cordon/core/kernel";
import { capOf, DEFAULT_LEDGER_POLICY } from "@cordon/core/ledger";
import type { ActionRecord } from "../ports/records.ts";
import type { ReplayEndpoint } from "../ports/replay-store.ts";
import { type EndpointSlots, REPORT_LIMITS, type SlotReport } from "./report.ts";

const DAY_MS = 86_400_000;
const { endpoint: LIMITS } = DEFAULT_LEDGER_POLICY;
const LIFESPAN_DAYS = Math.ceil(LIMITS.lifespanMs / DAY_MS);

/** Follows each endpoint's places while actions come in the order of time. Per endpoint it keeps a number for each day of a lifespan. */
export interface SlotOutlook {
  take(action: Pick<ActionRecord, "siteId" | "endpointId" | "endpointName" | "actionClass">, now: EpochMs): void;
  /** Places that the set's own tasks have now, by `endpointKey`. */
  used(key: string, now: EpochMs): number;
  report(): SlotReport;
}

interface Page {
  readonly siteId: ActionRecord["siteId"];
  readonly endpointId: ActionRecord["endpointId"];
  readonly name: string;
  readonly limit: number;
  readonly foreignUsed: number | undefined;
  /** Tasks by the day of their creation, a ring of one lifespan. */
  readonly ring: Uint16Array;
  day: number;
  used: number;
  today: number;
  actions: number;
  perDayMax: number;
  usedMax: number;
  waiting: number;
}

export function createSlotOutlook(endpointOf: (key: string) => ReplayEndpoint | undefined): SlotOutlook {
  const pages = new Map<string, Page>();
  let waiting = 0;
  let rotating = 0;

  const pageOf = ({ siteId, endpointId, endpointName }: Parameters<SlotOutlook["take"]>[0], day: number): Page => {
    const key = endpointKey({ siteId, endpointId });
    const known = pages.get(key);
    if (known !== undefined) return known;
    const slots = endpointOf(key)?.slots;
    const page: Page = {
      siteId,
      endpointId,
      name: endpointName,
      limit: slots?.limit ?? LIMITS.limit,
      foreignUsed: slots?.foreignUsed,
      ring: new Uint16Array(LIFESPAN_DAYS),
      day,
      used: 0,
      today: 0,
      actions: 0,
      perDayMax: 0,
      usedMax: 0,
      waiting: 0,
    };
    pages.set(key, page);
    return page;
  };

  return {
    take(action, now) {
      const day = Math.floor(now / DAY_MS);
      const page = pageOf(action, day);
      turnTo(page, day);
      page.actions++;
      page.today++;
      page.perDayMax = Math.max(page.perDayMax, page.today);
      const occupied = page.used + (page.foreignUsed ?? 0);
      if (occupied + 1 > capFor(page, action.actionClass)) {
        if (action.actionClass !== "contain") {
          page.waiting++;
          waiting++;
          return;
        }
        // [L1] It goes out, and KES drops the oldest: the number of tasks stays.
        rotating++;
        page.usedMax = Math.max(page.usedMax, occupied);
        return;
      }
      const place = day % LIFESPAN_DAYS;
      page.ring[place] = (page.ring[place] ?? 0) + 1;
      page.used++;
      page.usedMax = Math.max(page.usedMax, occupied + 1);
    },
    used(key, now) {
      const page = pages.get(key);
      if (page === undefined) return 0;
      turnTo(page, Math.floor(now / DAY_MS));
      return page.used;
    },
    report() {
      const worst = [...pages.values()]
        .toSorted(
          (left, right) =>
            right.waiting - left.waiting ||
            right.usedMax / right.limit - left.usedMax / left.limit ||
            (endpointKey(left) < endpointKey(right) ? -1 : 1),
        )
        .slice(0, REPORT_LIMITS.endpointsMax);
      return { waiting, rotating, endpoints: worst.map(toSlots) };
    },
  };
}

function capFor({ limit }: Page, actionClass: ActionClass): number {
  // A site with a smaller limit than the reserves has its own policy; what it lets through is not known here.
  return Math.max(1, capOf(DEFAULT_LEDGER_POLICY, limit, actionClass));
}

/** Takes off the tasks whose lifespan ended since the last look. */
function turnTo(page: Page, day: number): void {
  const passed = Math.min(day - page.day, LIFESPAN_DAYS);
  for (let step = 1; step <= passed; step++) {
    const place = (page.day + step) % LIFESPAN_DAYS;
    page.used -= page.ring[place] ?? 0;
    page.ring[place] = 0;
  }
  if (day !== page.day) page.today = 0;
  page.day = day;
}

function toSlots({
  siteId,
  endpointId,
  name,
  limit,
  foreignUsed,
  actions,
  perDayMax,
  usedMax,
  waiting,
}: Page): EndpointSlots {
  const known = foreignUsed === undefined ? {} : { foreignUsed };
  return { siteId, endpointId, name, limit, ...known, actions, perDayMax, usedMax, waiting };
}
