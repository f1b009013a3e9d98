import { actionId, endpointId, epochMs } from "@cordon/core/kernel";
import { describe, expect, it } from "vitest";
import { findLeases } from "./find-leases.ts";
import { formatLeases } from "./format-leases.ts";
import type { HeldLease, HeldLeases } from "./read-leases.ts";

const NOW = epochMs(1_800_000_000_000);
const MIN = 60_000;

const lease = (id: string, patch: Partial<HeldLease> = {}): HeldLease => ({
  actionId: actionId(`act_${id}`),
  endpointId: endpointId(`host-${id}`),
  name: `WS-${id}`,
  fqdn: `ws-${id}.corp.example`,
  state: "holding",
  wantedUntil: epochMs(NOW + 240 * MIN),
  renewals: 0,
  renewalsMax: 24,
  heard: "yes",
  ...patch,
});
const held = (leases: readonly HeldLease[], patch: Partial<HeldLeases> = {}): HeldLeases => ({
  running: true,
  standBy: false,
  leases,
  ...patch,
});
const ids = (leases: readonly HeldLease[]) => leases.map(({ actionId: id }) => String(id));

describe("[S5] which isolation a person means", () => {
  const both = held([lease("1"), lease("2")]);

  it.each(["act_1", "host-1", "WS-1", "ws-1", "WS-1.corp.example"])("%s", (wanted) => {
    expect(ids(findLeases(both, wanted))).toEqual(["act_1"]);
  });

  it("of an endpoint all, of an action that one alone", () => {
    const twice = held([lease("1"), lease("3", { endpointId: endpointId("host-1"), name: "WS-1" })]);
    expect(ids(findLeases(twice, "ws-1"))).toEqual(["act_1", "act_3"]);
    expect(ids(findLeases(twice, "act_3"))).toEqual(["act_3"]);
  });

  it("two endpoints of one name, nobody, and nobody at an agent that stands by are refused with what to do", () => {
    const twins = held([lease("1", { name: "twin" }), lease("2", { name: "twin" })]);
    expect(() => findLeases(twins, "twin")).toThrow(/endpoint\.ambiguous.*twin \(host-1\), twin \(host-2\)/);
    expect(() => findLeases(both, "ws-9")).toThrow(/lease\.not_found.*It holds WS-1 \(host-1\), WS-2/);
    expect(() => findLeases(held([]), "ws-9")).toThrow(/It holds none at all/);
    expect(() => findLeases(held([], { standBy: true }), "ws-1")).toThrow(/ask the site's other agent/);
  });
});

describe("the table of isolations", () => {
  it("[S6] shows each end as far as it is known, and below it what a person must look at", () => {
    const text = formatLeases(
      held([
        lease("1", {
          since: epochMs(NOW - MIN),
          agentEndsAt: epochMs(NOW + 59 * MIN),
          endpointEndsAt: epochMs(NOW + 58 * MIN),
          nextRenewalAt: epochMs(NOW + 39 * MIN),
          problem: "Compare the clocks.",
        }),
        lease("2", { state: "ending", released: { at: NOW, by: "ada", reason: "false alarm" } }),
      ]),
      NOW,
    );
    const [, first, second, ...notes] = text.split("\n");
    expect(first).toMatch(/^WS-1 +holding +\S+ \S+ +in 4 h +in 59 min +in 58 min +0 of 24 +in 39 min +yes +act_1$/);
    expect(second).toMatch(/^WS-2 +ending +- +in 4 h +- +- +0 of 24 +- +yes +act_2$/);
    expect(notes).toEqual([
      "WS-1 (host-1): LOOK: Compare the clocks.",
      expect.stringMatching(/^WS-2 \(host-2\): released here by ada at .*: false alarm$/),
    ]);
  });

  it("says when nobody keeps them up", () => {
    expect(formatLeases(held([lease("1")], { running: false }), NOW)).toMatch(
      /^No agent is running: nothing is renewed/,
    );
    expect(formatLeases(held([], { standBy: true }), NOW)).toMatch(/stands by.*\nThis agent holds no isolation/);
  });
});
