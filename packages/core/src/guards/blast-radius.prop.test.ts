import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { guardFacts } from "../../test/guard-facts.ts";
import { anEvent, aRule } from "../../test/rule-builders.ts";
import { type EpochMs, endpointId, epochMs, eventId, type RuleId, ruleId, siteId } from "../kernel/index.ts";
import { planEvent } from "../planning/index.ts";
import type { RuleMode } from "../rules/index.ts";
import { type Attempt, type AttemptKey, attemptKey, createWindowBook } from "./attempts.ts";
import type { RuleHold } from "./blast-radius.ts";
import type { Brake } from "./brake.ts";
import { REACHES, type Reach } from "./reach-limits.ts";

const MINUTE_MS = 60_000;
const START = 1_772_442_000_000;
const INVENTORY = 10;
const RULES = [ruleId("a"), ruleId("b")];
const SITES = [siteId("hq"), siteId("branch")];

interface Step {
  readonly afterMs: number;
  readonly rule: RuleId;
  readonly site: (typeof SITES)[number];
  readonly host: number;
  /** A person re-arms the rule before this step. */
  readonly rearm: boolean;
}

const step: fc.Arbitrary<Step> = fc.record({
  afterMs: fc.integer({ min: 0, max: 4 * MINUTE_MS }),
  rule: fc.constantFrom(...RULES),
  site: fc.constantFrom(...SITES),
  host: fc.integer({ min: 1, max: 8 }),
  rearm: fc.boolean(),
});
const bounds = fc.oneof(
  fc.integer({ min: 1, max: 5 }).map((attemptsMax) => ({ attemptsMax })),
  fc.integer({ min: 1, max: 4 }).map((endpointsMax) => ({ endpointsMax })),
  fc.constantFrom(0.05, 0.1, 0.25, 0.4).map((shareMax) => ({ shareMax })),
);
const setup = fc.record({
  per: fc.constantFrom(...REACHES),
  windowMs: fc.integer({ min: 1, max: 10 }).map((minutes) => minutes * MINUTE_MS),
  bounds,
  steps: fc.array(step, { minLength: 1, maxLength: 25 }),
  neverTouch: fc.subarray([1, 2, 3, 4, 5, 6, 7, 8]),
  modes: fc.tuple(fc.constantFrom<RuleMode>("enforce", "observe"), fc.constantFrom<RuleMode>("enforce", "observe")),
});
type Setup = typeof setup extends fc.Arbitrary<infer T> ? T : never;

interface Past extends Attempt {
  readonly at: number;
}

function keyOf(per: Reach, rule: RuleId, site: Step["site"], windowMs: number): AttemptKey {
  return {
    windowMs,
    ...(per === "rule" || per === "ruleAtSite" ? { ruleId: rule } : {}),
    ...(per === "site" || per === "ruleAtSite" ? { siteId: site } : {}),
  };
}

/** What lies in the window, said once more and in the plainest way: the store's part. */
function inWindow(past: readonly Past[], key: AttemptKey, rearmedAt: ReadonlyMap<RuleId, number>, now: number) {
  const mine = past.filter(
    (each) =>
      each.at > now - key.windowMs &&
      each.at > (rearmedAt.get(each.ruleId) ?? 0) &&
      (key.ruleId === undefined ? !each.observed : each.ruleId === key.ruleId) &&
      (key.siteId === undefined || each.siteId === key.siteId),
  );
  return {
    attempts: mine.length,
    endpoints: new Set(mine.map((each) => `${each.siteId}\n${each.endpointId}`)),
    inventory: INVENTORY,
  };
}

function isOver({ attempts, endpoints }: ReturnType<typeof inWindow>, limits: Setup["bounds"]): boolean {
  if ("attemptsMax" in limits) return attempts > limits.attemptsMax;
  if ("endpointsMax" in limits) return endpoints.size > limits.endpointsMax;
  return endpoints.size > Math.max(1, Math.floor(limits.shareMax * INVENTORY));
}

function brakesOf({ per, windowMs, bounds: limits, neverTouch }: Setup): readonly Brake[] {
  const set = { scope: {}, reason: "r", setBy: "ann", setAt: epochMs(1) };
  return [
    {
      ...set,
      type: "neverTouch",
      brakeId: "n1",
      who: neverTouch.map((host) => ({ by: "endpoint", endpointId: endpointId(`h${host}`) })),
    },
    { ...set, type: "blastRadius", brakeId: "b1", per, windowMs, bounds: limits },
  ];
}

describe("blast radius", () => {
  it("[S3] [G8] [G9] a rule acts only while its window, counted before exclusions, is within the limit, and never between a trip and its re-arm", () => {
    fc.assert(
      fc.property(setup, (given) => {
        const past: Past[] = [];
        const holds = new Map<RuleId, RuleHold>();
        const rearmedAt = new Map<RuleId, number>();
        let now = START;
        for (const [index, { afterMs, rule, site, host, rearm }] of given.steps.entries()) {
          now += afterMs + 1;
          if (rearm && holds.delete(rule)) rearmedAt.set(rule, now++);
          const mode = given.modes[RULES.indexOf(rule)] ?? "enforce";
          const key = keyOf(given.per, rule, site, given.windowMs);
          const wasHeld = holds.has(rule);
          const plan = planEvent({
            event: { ...anEvent({}), id: eventId(`e${index}`) },
            matches: [{ rule: aRule(rule, { mode }) }],
            resolutions: [
              {
                kind: "resolved",
                endpoint: { siteId: site, endpointId: endpointId(`h${host}`), name: `h${host}` },
                trace: { by: "hostId", field: "S.host", value: "x" },
              },
            ],
            facts: guardFacts({
              brakes: brakesOf(given),
              ruleHolds: holds,
              windows: new Map([[attemptKey(key), inWindow(past, key, rearmedAt, now)]]),
            }),
            ruleSet: { version: 1, hash: "h" },
            now: epochMs(now),
          });
          past.push(...plan.attempts.map((attempt) => ({ ...attempt, at: now })));
          const counts = mode !== "observe" || key.ruleId !== undefined;
          const over = counts && isOver(inWindow(past, key, rearmedAt, now), given.bounds);
          // Before exclusions: what a never-touch list keeps away is an attempt as well.
          expect(plan.attempts).toHaveLength(1);
          expect(plan.trips.map((trip) => trip.ruleId)).toEqual(over && !wasHeld ? [rule] : []);
          for (const trip of plan.trips) holds.set(trip.ruleId, trip);
          const excluded = given.neverTouch.includes(host);
          const expected = excluded ? "suppress" : mode === "observe" ? "observe" : over || wasHeld ? "hold" : "act";
          expect(plan.decisions.map(({ outcome }) => outcome)).toEqual([expected]);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("[G8] a batch that is planned event by event counts what one that is stored after each event counts", () => {
    fc.assert(
      fc.property(fc.constantFrom(...REACHES), fc.array(step, { maxLength: 30 }), (per, steps) => {
        const keys = new Map(
          steps.map(({ rule, site }) => keyOf(per, rule, site, MINUTE_MS)).map((key) => [attemptKey(key), key]),
        );
        const book = createWindowBook(keys.values(), new Map());
        const past: Past[] = [];
        for (const { rule, site, host } of steps) {
          const attempt: Attempt = {
            ruleId: rule,
            siteId: site,
            endpointId: endpointId(`h${host}`),
            kind: "onDemandScan",
            observed: rule === RULES[1],
          };
          book.note([attempt]);
          past.push({ ...attempt, at: START });
        }
        for (const [id, key] of keys) {
          const { attempts, endpoints } = inWindow(past, key, new Map(), START);
          expect(book.windows.get(id)).toMatchObject({ attempts, endpoints });
        }
      }),
    );
  });
});

function planOne(
  change: Parameters<typeof aRule>[1],
  windows: ReadonlyMap<string, { attempts: number }>,
  brakes: readonly Brake[] = [],
) {
  return planEvent({
    event: anEvent({}),
    matches: [{ rule: aRule("a", change) }],
    resolutions: [
      {
        kind: "resolved",
        endpoint: { siteId: siteId("hq"), endpointId: endpointId("h1"), name: "ws-1" },
        trace: { by: "hostId", field: "S.host", value: "x" },
      },
    ],
    facts: guardFacts({
      brakes,
      windows: new Map([...windows].map(([id, window]) => [id, { endpoints: new Set(), ...window }])),
    }),
    ruleSet: { version: 1, hash: "h" },
    now: START as EpochMs,
  });
}

describe("limits of the rule itself", () => {
  it("[G8] trip it as those in force do, several actions of one event counted one by one, and say what was counted", () => {
    const limits = { maxActions: { count: 3, windowMs: 60 * MINUTE_MS } };
    const key = attemptKey({ ruleId: ruleId("a"), windowMs: 60 * MINUTE_MS });
    const actions = [
      { kind: "isolateHost", arguments: { durationSeconds: 600 } },
      { kind: "onDemandScan", arguments: {} },
    ] as const;
    const { decisions, trips } = planOne({ limits, actions }, new Map([[key, { attempts: 2 }]]));
    expect(decisions.map(({ outcome, reason }) => `${outcome} ${reason.code}`)).toEqual([
      "act rule.matched",
      "hold guard.blast_radius",
    ]);
    expect(trips).toEqual([
      {
        ruleId: "a",
        code: "guard.blast_radius",
        limitedBy: "limits.maxActions",
        message:
          'Within 1 h 4 actions were asked for, 3 are allowed by rule "a" (limits.maxActions); ws-1 was the one too many.',
        trippedAt: START,
      },
    ]);
  });

  it("[G8] a share always allows one endpoint, also where nobody knows how many there are", () => {
    const limits = { maxSiteShare: { share: 0.05, windowMs: MINUTE_MS } };
    const key = attemptKey({ ruleId: ruleId("a"), siteId: siteId("hq"), windowMs: MINUTE_MS });
    expect(planOne({ limits }, new Map()).trips).toEqual([]);
    const one = { attempts: 1, endpoints: new Set(["hq\nh9"]) };
    expect(planOne({ limits }, new Map([[key, one]])).trips).toHaveLength(1);
    expect(planOne({ limits }, new Map([[key, { ...one, inventory: 40 }]])).trips).toEqual([]);
  });

  it("[G10] a storm holds the rule that makes it, at the site where it makes it", () => {
    const storm: Brake = {
      type: "storm",
      brakeId: "s1",
      scope: {},
      windowMs: 5 * MINUTE_MS,
      bounds: { endpointsMax: 2 },
      reason: "r",
      setBy: "ann",
      setAt: epochMs(1),
    };
    const at = (site: string) => attemptKey({ ruleId: ruleId("a"), siteId: siteId(site), windowMs: 5 * MINUTE_MS });
    const two = { attempts: 2, endpoints: new Set(["hq\nh2", "hq\nh3"]) };
    expect(planOne({}, new Map([[at("branch"), two]]), [storm]).trips).toEqual([]);
    const { decisions } = planOne({}, new Map([[at("hq"), two]]), [storm]);
    expect(decisions[0]).toMatchObject({
      outcome: "hold",
      reason: {
        code: "guard.storm",
        message: expect.stringContaining(
          'Within 5 min 3 endpoints were to be touched, 2 are allowed by rule "a" at site hq (s1)',
        ),
      },
    });
  });

  it("[G9] what a cool-down swallows is no attempt", () => {
    const limits = { coolDownMs: MINUTE_MS, maxActions: { count: 1, windowMs: MINUTE_MS } };
    const subject = { ruleId: ruleId("a"), siteId: siteId("hq"), endpointId: endpointId("h1") };
    const plan = planEvent({
      event: anEvent({}),
      matches: [{ rule: aRule("a", { limits }) }],
      resolutions: [
        {
          kind: "resolved",
          endpoint: { ...subject, name: "ws-1" },
          trace: { by: "hostId", field: "S.host", value: "x" },
        },
      ],
      facts: guardFacts({
        lastActs: new Map([[`a\nhq\nh1\nonDemandScan`, [epochMs(START - 1)]]]),
        windows: new Map([
          [attemptKey({ ruleId: ruleId("a"), windowMs: MINUTE_MS }), { attempts: 9, endpoints: new Set() }],
        ]),
      }),
      ruleSet: { version: 1, hash: "h" },
      now: epochMs(START),
    });
    expect([plan.attempts, plan.trips]).toEqual([[], []]);
  });
});
