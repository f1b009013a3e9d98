import { agentId, epochMs, siteId, tenantId } from "@cordon/core/kernel";
import { describe, expect, it } from "vitest";
import type { SessionHello } from "../ports/sessions.ts";
import { decideRole, decideSession, PROMOTION_MS_MAX, type SiteStanding } from "./decide-session.ts";

const NOW = epochMs(1_000_000_000);
const [A, B, C] = [agentId("a"), agentId("b"), agentId("c")];
const RULES = { actingLeaseMs: 30_000 };

const aSite = (patch: Partial<SiteStanding> = {}): SiteStanding => ({
  tenantId: tenantId("acme"),
  siteId: siteId("hq"),
  epoch: 7,
  beats: 40,
  agentId: A,
  isRevoked: false,
  ledgerId: "ledger-a",
  inventoryVersion: 12,
  actingLeaseMs: 30_000,
  agents: 2,
  ...patch,
});
const QUIET = { epoch: 7, beats: 40 };

const aHello = (patch: Partial<SessionHello> = {}): SessionHello => ({
  agentId: A,
  agentVersion: "1",
  ledgerId: "ledger-a",
  standBy: false,
  epoch: 7,
  statusSeq: 100,
  serviceConsole: "up",
  ledger: { endpoints: 0, open: 0, deferred: 0 },
  ...patch,
});

const neverActive = (): SiteStanding => {
  const { agentId: _agent, ledgerId: _ledger, ...rest } = aSite({ epoch: 0, beats: 0, actingLeaseMs: 0 });
  return rest;
};

describe("who is a site's active agent", () => {
  it("the active agent that comes back goes on", () => {
    expect(decideRole(aSite(), { agentId: A, standBy: false }, undefined, NOW)).toEqual({ role: "active" });
    expect(decideRole(aSite(), { agentId: A, standBy: true }, undefined, NOW)).toEqual({ role: "active" });
  });

  it("[L8] another one waits until the active one's lease has run out, as far as this process saw and the record still says", () => {
    const decide = (quiet?: typeof QUIET) => decideRole(aSite(), { agentId: B, standBy: false }, quiet, NOW);
    expect(decide()).toEqual({ role: "standby", reason: "active_alive" });
    expect(decide({ epoch: 7, beats: 39 })).toEqual({ role: "standby", reason: "active_alive" });
    expect(decide({ epoch: 6, beats: 40 })).toEqual({ role: "standby", reason: "active_alive" });
    expect(decide(QUIET)).toEqual({ role: "active" });
  });

  it("[L8] silence of an agent that keeps no lease proves nothing: a person must vouch for it, or have revoked it", () => {
    const unleased = aSite({ actingLeaseMs: 0 });
    const agent = { agentId: B, standBy: false };
    expect(decideRole(unleased, agent, QUIET, NOW)).toEqual({ role: "standby", reason: "unleased" });
    expect(decideRole({ ...unleased, isRevoked: true }, agent, QUIET, NOW)).toEqual({ role: "active" });
    const promotion = { agentId: B, at: NOW, oldIsStopped: true };
    expect(decideRole({ ...unleased, promotion }, agent, QUIET, NOW)).toEqual({ role: "active" });
    expect(decideRole({ ...unleased, promotion: { ...promotion, oldIsStopped: false } }, agent, QUIET, NOW)).toEqual({
      role: "standby",
      reason: "unleased",
    });
    // However it was vouched for: while it is heard it is not gone.
    expect(decideRole({ ...unleased, promotion }, agent, undefined, NOW).role).toBe("standby");
  });

  it("a promotion keeps everybody else waiting, the former active agent too, until it is void", () => {
    const site = aSite({ promotion: { agentId: B, at: NOW, oldIsStopped: false } });
    for (const agentId of [A, C]) {
      expect(decideRole(site, { agentId, standBy: false }, QUIET, NOW)).toEqual({
        role: "standby",
        reason: "other_promoted",
      });
    }
    const later = epochMs(NOW + PROMOTION_MS_MAX);
    expect(decideRole(site, { agentId: A, standBy: false }, undefined, later)).toEqual({ role: "active" });
  });

  it("at a new site the first agent is active; one that is set to stand by gives the other time to come", () => {
    const quiet = { epoch: 0, beats: 0 };
    expect(decideRole(neverActive(), { agentId: A, standBy: false }, undefined, NOW)).toEqual({ role: "active" });
    expect(decideRole(neverActive(), { agentId: A, standBy: true }, undefined, NOW)).toEqual({
      role: "standby",
      reason: "configured",
    });
    expect(decideRole(neverActive(), { agentId: A, standBy: true }, quiet, NOW)).toEqual({ role: "active" });
  });
});

describe("what a hello comes to", () => {
  const known = { statusCursor: 100, epoch: 7, boundEpoch: 3 };

  it("the same ledger goes on where it was: next epoch, its cursor, its inventory, nothing to offer again", () => {
    const { start, active } = decideSession(aSite(), known, aHello(), RULES, NOW);
    expect(start).toEqual({
      role: "active",
      epoch: 8,
      actingLeaseMs: 30_000,
      statusCursor: 100,
      inventoryVersion: 12,
      redeliver: false,
    });
    expect(active).toMatchObject({ ledgerChanged: false, agreedLeaseMs: 30_000 });
  });

  it("[L8] one that missed an epoch, which was given for an agent that never came, is offered again what there was", () => {
    const { start } = decideSession(aSite({ epoch: 8 }), { statusCursor: 100, epoch: 7 }, aHello(), RULES, NOW);
    expect(start).toMatchObject({ role: "active", epoch: 10, statusCursor: 100, redeliver: true });
  });

  it("[L8] a lost ledger, another agent's, and an older copy are offered again what there was, with an epoch left out", () => {
    const cases = [
      [undefined, aHello({ ledgerId: "made-anew", epoch: 0, statusSeq: 0 }), 0],
      [undefined, aHello({ agentId: B, ledgerId: "ledger-b", epoch: 0, statusSeq: 0 }), 0],
      [known, aHello({ statusSeq: 60 }), 60],
      [known, aHello({ epoch: 5 }), 100],
    ] as const;
    for (const [ledger, hello, statusCursor] of cases) {
      const { start } = decideSession(aSite(), ledger, hello, { ...RULES, quiet: QUIET }, NOW);
      expect(start).toMatchObject({ role: "active", epoch: 9, statusCursor, redeliver: true });
    }
    expect(
      decideSession(aSite(), undefined, aHello({ ledgerId: "made-anew" }), RULES, NOW).start.inventoryVersion,
    ).toBe(0);
    // Back and forth: in between the other one was active.
    const site = aSite({ agentId: B, ledgerId: "ledger-b", epoch: 20 });
    const quiet = { epoch: 20, beats: 40 };
    expect(decideSession(site, known, aHello({ epoch: 20 }), { ...RULES, quiet }, NOW).start).toMatchObject({
      epoch: 22,
      redeliver: true,
    });
  });

  it("a site's first ledger has nothing to be offered again", () => {
    const hello = aHello({ epoch: 0, statusSeq: 0 });
    expect(decideSession(neverActive(), undefined, hello, RULES, NOW).start).toMatchObject({ redeliver: false });
  });

  it("an only agent keeps no lease", () => {
    const { start, active, ledger } = decideSession(aSite({ agents: 1 }), known, aHello(), RULES, NOW);
    expect([start.actingLeaseMs, active?.agreedLeaseMs, ledger.boundEpoch]).toEqual([0, 0, undefined]);
  });

  it("[L8] a lease counts as agreed only when a hello proves that the agent has it on disk", () => {
    const unbound = { statusCursor: 100, epoch: 7 };
    const first = decideSession(aSite({ actingLeaseMs: 0 }), unbound, aHello(), RULES, NOW);
    expect([first.start.actingLeaseMs, first.active?.agreedLeaseMs, first.ledger.boundEpoch]).toEqual([30_000, 0, 8]);
    const stored = { ...unbound, ...first.ledger };
    const site = aSite({ actingLeaseMs: 0, epoch: 8 });
    // That welcome did not arrive, or not on its disk.
    const lost = decideSession(site, stored, aHello({ epoch: 7 }), RULES, NOW);
    expect([lost.active?.agreedLeaseMs, lost.ledger.boundEpoch]).toEqual([0, 10]);
    const proven = decideSession(site, stored, aHello({ epoch: 8 }), RULES, NOW);
    expect([proven.active?.agreedLeaseMs, proven.ledger.boundEpoch]).toEqual([30_000, 8]);
  });

  it("[L8] a stand-by is bound by its welcome, but not by an epoch that it had before", () => {
    const waiting = (epoch: number) =>
      decideSession(aSite(), undefined, aHello({ agentId: B, ledgerId: "ledger-b", epoch }), RULES, NOW);
    expect(waiting(0)).toMatchObject({
      start: { role: "standby", epoch: 7, actingLeaseMs: 0 },
      ledger: { boundEpoch: 7 },
    });
    expect(waiting(7)).toMatchObject({ start: { epoch: 7 }, ledger: { boundEpoch: 8 } });
    expect(waiting(0).active).toBeUndefined();
  });

  it("an epoch is never below what the agent has seen: a restored record does not go back", () => {
    expect(decideSession(aSite(), known, aHello({ epoch: 500 }), RULES, NOW).start.epoch).toBe(501);
    const hello = aHello({ agentId: B, ledgerId: "ledger-b", epoch: 500 });
    expect(decideSession(aSite(), undefined, hello, RULES, NOW).start.epoch).toBe(500);
  });
});
