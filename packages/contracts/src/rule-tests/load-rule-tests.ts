import type { CorrelationEvent } from "@cordon/core/event";
import type { Brake, EndpointTraits } from "@cordon/core/guards";
import { addMs, type EpochMs, type EventId, epochMs, type SiteId, tenantId } from "@cordon/core/kernel";
import type { DecisionOutcome, EndpointCandidate } from "@cordon/core/planning";
import { nearestName, type RulePath } from "@cordon/core/rules";
import type * as z from "zod";
import { EVENT_LIMITS } from "../events/limits.ts";
import { parseEvent } from "../events/parse-event.ts";
import { readYaml } from "../rules/read-yaml.ts";
import { printPath, type RuleFile, type RuleFileProblem, withSuggestion } from "../rules/rule-file-problem.ts";
import { type RuleTestFile, ruleTestFile } from "./rule-test-schema.ts";
import { type TestLists, toLists } from "./test-lists.ts";
import { toBrake } from "./to-brake.ts";

/** Every test's tenant. */
export const TEST_TENANT = tenantId("test");

export interface RuleTestSuite {
  readonly file: string;
  readonly estate: TestEstate;
  readonly lists: TestLists;
  readonly tests: readonly RuleTest[];
}

/** As a replay takes an estate. */
export interface TestEstate {
  readonly sites: readonly {
    readonly siteId: SiteId;
    readonly names: readonly string[];
    readonly labels: readonly string[];
  }[];
  readonly endpoints: readonly (EndpointCandidate &
    Pick<EndpointTraits, "groupName" | "roles" | "tags"> & { readonly addresses: readonly string[] })[];
  readonly brakes: readonly Brake[];
}

export interface RuleTest {
  readonly name: string;
  readonly place: TestPlace;
  readonly events: readonly { readonly event: CorrelationEvent; readonly receivedAt: EpochMs }[];
  /** Only decisions of these rules are looked at; absent: of all. */
  readonly rules?: readonly string[];
  /** Exactly these, in any order. */
  readonly expect: readonly ExpectedDecision[];
}

export interface TestPlace {
  /** From 1. */
  readonly line: number;
  readonly column: number;
}

/** What is absent is not compared. */
export interface ExpectedDecision {
  readonly place: TestPlace;
  /** Which event, from 1. */
  readonly event?: number;
  readonly rule: string;
  readonly action?: string;
  readonly outcome?: DecisionOutcome;
  readonly code?: string;
  /** Its name, FQDN or id. */
  readonly endpoint?: string;
  /** Those named are compared; the action may have others. */
  readonly arguments?: Readonly<Record<string, unknown>>;
}

export type LoadedRuleTests =
  | { readonly ok: true; readonly suite: RuleTestSuite }
  | { readonly ok: false; readonly problems: readonly RuleFileProblem[] };

/** A Monday at noon, UTC: what a test's clock says when nobody sets it. */
const START_AT = Date.UTC(2026, 0, 5, 12);
const SITE = { id: "site-1" };
/** Of an endpoint that the test says nothing about: it is able to do everything. */
const KES_VERSION = "12.9";

/** Reads one file of tests; all mistakes are named with their place. Events are read as those that KUMA sends. */
export function loadRuleTests(file: RuleFile): LoadedRuleTests {
  const yaml = readYaml(file);
  if (yaml.problems.length > 0) return { ok: false, problems: yaml.problems };
  const problem = ({ path, at, message }: Mistake): RuleFileProblem => {
    const code = at === "key" ? "unknown_key" : "bad_shape";
    return { file: file.name, ...yaml.position(path, at), path: printPath(path), code, message };
  };
  const parsed = ruleTestFile.safeParse(yaml.value ?? {});
  if (!parsed.success) {
    const problems = parsed.error.issues.flatMap((issue) => explain(issue, [])).map(problem);
    return {
      ok: false,
      problems: problems.toSorted((left, right) => left.line - right.line || left.column - right.column),
    };
  }
  const mistakes: Mistake[] = [];
  const estate = toEstate(parsed.data, mistakes);
  const placeOf = (path: RulePath): TestPlace => {
    const { line, column } = yaml.position(path);
    return { line, column };
  };
  const tests = parsed.data.tests.map(({ name, startAt, events, rules, expect }, index): RuleTest => {
    let at = epochMs(startAt === undefined ? START_AT : Date.parse(startAt));
    return {
      name,
      place: placeOf(["tests", index]),
      events: events.flatMap(({ after = 0, fields }, place) => {
        at = addMs(at, after);
        const path = ["tests", index, "events", place, "fields"];
        const id = `test-${index + 1}-${place + 1}`;
        const read = parseEvent(
          { ID: id, Type: 3, Timestamp: at, ...fields },
          { tenantId: TEST_TENANT, receivedAt: at },
          EVENT_LIMITS,
        );
        if (!read.ok) mistakes.push({ path, at: "value", message: read.message });
        return read.ok ? [{ event: { ...read.event, id: id as EventId }, receivedAt: at }] : [];
      }),
      ...(rules === undefined ? {} : { rules }),
      expect: expect.map((wanted, place): ExpectedDecision => {
        const path = ["tests", index, "expect", place];
        if (wanted.event !== undefined && wanted.event > events.length) {
          const message = `there is no event ${wanted.event}; the test has ${events.length}`;
          mistakes.push({ path: [...path, "event"], at: "value", message });
        }
        return { place: placeOf(path), ...withoutUndefined(wanted) } as ExpectedDecision;
      }),
    };
  });
  if (mistakes.length > 0) return { ok: false, problems: mistakes.map(problem) };
  return { ok: true, suite: { file: file.name, estate, lists: toLists(parsed.data.lists ?? []), tests } };
}

interface Mistake {
  readonly path: RulePath;
  readonly at: "key" | "value";
  readonly message: string;
}

function toEstate({ sites = [SITE], endpoints = [], brakes = [] }: RuleTestFile, mistakes: Mistake[]): TestEstate {
  const known = new Set(sites.map(({ id }) => id));
  return {
    sites: sites.map((site) => {
      const { id, name, aliases = [] } = { name: undefined, aliases: [], ...site };
      const names = [id, ...(name === undefined ? [] : [name]), ...aliases].map((each) => each.toLowerCase());
      return { siteId: id as SiteId, names, labels: [] };
    }),
    endpoints: endpoints.map(
      ({ site, id, name, fqdn, hostName, addresses = [], group, roles = [], tags = [], kes }, index) => {
        if (!known.has(site)) {
          const message = withSuggestion(`there is no site "${site}" in this file`, nearestName(site, [...known]));
          mistakes.push({ path: ["endpoints", index, "site"], at: "value", message });
        }
        return {
          siteId: site as SiteId,
          endpointId: (id ?? name) as EndpointCandidate["endpointId"],
          name,
          ...(fqdn === undefined ? {} : { fqdn }),
          ...(hostName === undefined ? {} : { hostName }),
          addresses,
          ...(group === undefined ? {} : { groupName: group }),
          roles,
          tags,
          kesVersion: kes ?? KES_VERSION,
        };
      },
    ),
    brakes: brakes.map((brake, index) => toBrake(brake, index, epochMs(0))),
  };
}

function withoutUndefined<T extends object>(value: T): Partial<T> {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Partial<T>;
}

/** One mistake per member that is wrong, in words of the file. */
function explain(issue: z.core.$ZodIssue, prefix: RulePath): readonly Mistake[] {
  const path = [...prefix, ...issue.path.filter((part) => typeof part !== "symbol")];
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ path: [...path, key], at: "key", message: `there is no member "${key}" here` }));
  }
  if (issue.code === "invalid_union") {
    // The form that got furthest says more than all of them together.
    const nested = issue.errors.map((each) => each.flatMap((one) => explain(one, path)));
    return nested.toSorted((left, right) => deepest(right) - deepest(left))[0] ?? [];
  }
  return [{ path, at: "value", message: issue.message }];
}

function deepest(mistakes: readonly Mistake[]): number {
  return mistakes.reduce((most, { path }) => Math.max(most, path.length), 0);
}
