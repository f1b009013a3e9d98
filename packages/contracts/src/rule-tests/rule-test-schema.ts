import { ACTION_KINDS } from "@cordon/core/action";
import { REACHES } from "@cordon/core/guards";
import { DECISION_OUTCOMES } from "@cordon/core/planning";
import { LIST_KINDS } from "@cordon/core/rules";
import * as z from "zod";
import { freezeTimes, label } from "../api/brakes.ts";
import { DURATION, durationMs } from "../rules/duration.ts";

export const RULE_TEST_LIMITS = {
  testsMax: 500,
  eventsMax: 1_000,
  endpointsMax: 1_000,
  brakesMax: 100,
  listsMax: 100,
} as const;

const text = z.string().min(1).max(256);
const duration = z.string().regex(DURATION, "must be a duration like 90s, 5m, 4h or 7d").transform(durationMs);
const kinds = z.array(z.enum(ACTION_KINDS)).min(1).optional();
const count = z.int().min(1).max(10_000);

const site = z.strictObject({ id: text, name: text.optional(), aliases: z.array(text).optional() });

const endpoint = z.strictObject({
  site: text,
  id: text.optional(),
  name: text,
  fqdn: text.optional(),
  hostName: text.optional(),
  addresses: z.array(text).optional(),
  group: text.optional(),
  roles: z.array(label).optional(),
  tags: z.array(label).optional(),
  kes: text.optional(),
});

const who = z.union([
  z.strictObject({ endpoint: text }),
  z.strictObject({ name: text }),
  z.strictObject({ group: text }),
  z.strictObject({ role: label }),
  z.strictObject({ tag: label }),
]);

const share = z.number().gt(0).max(1);
const brake = z.union([
  z.strictObject({ killSwitch: z.strictObject({ site: text.optional(), rule: text.optional(), kinds }) }),
  z.strictObject({ freeze: z.strictObject({ site: text.optional(), kinds, times: freezeTimes.optional() }) }),
  z.strictObject({ neverTouch: z.array(who).min(1) }),
  z.strictObject({
    redundancy: z.strictObject({
      role: label.optional(),
      tag: label.optional(),
      upMin: count.optional(),
      downShareMax: z.number().min(0).max(1).optional(),
    }),
  }),
  z.strictObject({
    blastRadius: z.strictObject({
      per: z.enum(REACHES),
      within: duration,
      kinds,
      attemptsMax: count.optional(),
      endpointsMax: count.optional(),
      shareMax: share.optional(),
    }),
  }),
  z.strictObject({ storm: z.strictObject({ within: duration, endpointsMax: count }) }),
]);

const cell = z.union([z.string(), z.number(), z.array(z.string()), z.array(z.number())]);
const list = z.strictObject({
  name: text,
  kind: z.enum(LIST_KINDS),
  keyParts: z.int().min(1).max(10).optional(),
  columns: z.array(text).optional(),
  entries: z.array(z.strictObject({ key: z.array(z.string()).min(1), cells: z.record(z.string(), cell).optional() })),
});

const event = z.strictObject({
  after: duration.optional(),
  fields: z.record(z.string().min(1), z.unknown()),
});

const expected = z.strictObject({
  event: z.int().min(1).optional(),
  rule: text,
  action: z.enum(ACTION_KINDS).optional(),
  outcome: z.enum(DECISION_OUTCOMES).optional(),
  code: text.optional(),
  endpoint: text.optional(),
  arguments: z.record(z.string(), z.unknown()).optional(),
});

const test = z.strictObject({
  name: text,
  startAt: z.iso.datetime({ offset: true }).optional(),
  events: z.array(event).min(1).max(RULE_TEST_LIMITS.eventsMax),
  rules: z.array(text).min(1).optional(),
  expect: z.array(expected).max(RULE_TEST_LIMITS.eventsMax * 20),
});

/** A file of tests that stands beside the rules as `<name>.test.yaml`. */
export const ruleTestFile = z.strictObject({
  sites: z.array(site).min(1).optional(),
  endpoints: z.array(endpoint).max(RULE_TEST_LIMITS.endpointsMax).optional(),
  brakes: z.array(brake).max(RULE_TEST_LIMITS.brakesMax).optional(),
  lists: z.array(list).max(RULE_TEST_LIMITS.listsMax).optional(),
  tests: z.array(test).min(1).max(RULE_TEST_LIMITS.testsMax),
});

export type RuleTestFile = z.output<typeof ruleTestFile>;
