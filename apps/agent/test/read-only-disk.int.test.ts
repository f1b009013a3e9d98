import { eventually, mountFailingDisk } from "@cordon/testkit";
import { describe, expect, it } from "vitest";
import { cordonAgent } from "./run-cli.ts";
import { hostOf, startTestSite, type TestSite } from "./test-site.ts";

const HOLD = { kind: "isolateHost", durationSeconds: 3_600, holdSeconds: 7_200 } as const;
const cli = (site: TestSite, ...argv: string[]) => cordonAgent(["-c", site.configFile, ...argv]);

/** The last sign of an agent counts as new for a quarter of a minute. */
const CASE_MS_MAX = 120_000;

describe("a disk that the kernel makes read-only while the agent runs (this test mounts one, so it needs root)", () => {
  it(
    "[D5][S4] nothing more is accepted or sent, releases go on, every command says what is wrong, and after the repair all is there",
    async () => {
      using disk = mountFailingDisk(32 * 1_048_576);
      await using site = await startTestSite({ stateDir: `${disk.path}/state`, top: { stopGraceSeconds: 0.5 } });
      const agent = await site.spawn();
      const { coordinator } = site;
      const held = coordinator.order(hostOf(site), HOLD);
      expect(await coordinator.offer(held)).toEqual({ kind: "accepted" });
      await coordinator.reached(held.actionId, "succeeded");
      disk.fail();
      // The first that needs the disk finds out; it is waited for, and told to nobody.
      const first = coordinator.order(hostOf(site, 1), HOLD);
      coordinator.sendOffer(first);
      await agent.waitForLine(/ledger\.unwritable/);
      const second = coordinator.order(hostOf(site, 2), HOLD);
      expect(await coordinator.offer(second)).toMatchObject({ kind: "refused", code: "ledger.unwritable" });

      coordinator.send({ kind: "release", actionId: held.actionId, reason: "host is clean" });
      const answered = await eventually(
        () => coordinator.messages.find((message) => message.kind === "releaseResult"),
        { what: "the release to be answered" },
      );
      expect(answered).toMatchObject({ outcome: "released", steps: expect.stringContaining("avp.com isolation /OFF") });

      const status = await eventually(
        async () => {
          const seen = await cli(site, "status");
          return seen.out.includes("MUTE") && seen;
        },
        { what: "status to tell that the agent is mute", withinMs: 40_000 },
      );
      expect(status).toMatchObject({ code: 0, out: expect.stringMatching(/^agent +running, process \d+, but MUTE: /) });
      const doctor = await cli(site, "doctor");
      expect(doctor).toMatchObject({ code: 1, out: expect.stringMatching(/FAILED {2}disk .*EROFS.*\n.*→ /) });
      expect(await cli(site, "ledger", "show", held.actionId)).toMatchObject({ code: 0 });
      expect((await cli(site, "leases")).out).toMatch(/ws-0 +holding/);
      const pulled = await cli(site, "kill", "on", "--reason", "x");
      expect(pulled).toMatchObject({ code: 1, err: expect.stringContaining("the kill switch is NOT pulled: EROFS") });
      const asked = await cli(site, "release", "ws-0", "--reason", "x", "--yes");
      expect(asked).toMatchObject({ code: 1, err: expect.stringContaining("the release is NOT asked for: EROFS") });

      expect(coordinator.sessionCount).toBe(1);
      expect(site.incidentsOf(first.actionId) + site.incidentsOf(second.actionId)).toBe(0);
      expect(await agent.end()).toEqual({ code: 0, signal: null });
      disk.repair();
      await site.spawn();
      expect(site.ledgerState(held.actionId)).toBe("succeeded");
      expect(await coordinator.offer(first)).toEqual({ kind: "accepted" });
      await coordinator.reached(first.actionId, "succeeded");
      expect([held, first, second].map(({ actionId }) => site.incidentsOf(actionId))).toEqual([1, 1, 0]);
    },
    CASE_MS_MAX,
  );
});
