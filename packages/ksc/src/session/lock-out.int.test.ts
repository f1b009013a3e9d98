import { Secret } from "@cordon/core/kernel";
import { type SimulatedServer, startSimulator } from "@cordon/ksc-sim";
import { createFakeClock } from "@cordon/testkit";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import * as z from "zod";
import { returning } from "../values/reply-schemas.ts";
import { createKscClient, type KscClient } from "./client.ts";

const HOUR_MS = 3_600_000;
/** KSC's own default is ten; the simulated one is stricter. */
const LOCK_AFTER = 3;

let stop: () => Promise<void>;
let ksc: SimulatedServer;

beforeAll(async () => {
  const servers = [{ name: "site-a", hosts: 1, user: "soc", password: "secret" }];
  const simulator = await startSimulator({
    servers,
    knobs: { lockAfter: LOCK_AFTER, lockFor: 900 },
    seed: 7,
    controlPort: null,
  });
  stop = () => simulator.stop();
  ksc = simulator.server("site-a");
});

afterAll(() => stop());

beforeEach(() => ksc.control.unlockUser("soc"));

const answer = returning(z.unknown());
const tries = (method: string): number => ksc.control.truth().calls[method] ?? 0;

async function weekOf(client: KscClient, advance: (ms: number) => Promise<void>): Promise<readonly string[]> {
  const codes = new Set<string>();
  for (let hour = 0; hour < 7 * 24; hour++) {
    // Several parts of an agent want something at once.
    const outcomes = await Promise.allSettled(
      Array.from({ length: 4 }, () => client.call("HostGroup.GetStaticInfo", {}, "reads", answer)),
    );
    for (const outcome of outcomes) if (outcome.status === "rejected") codes.add(outcome.reason.code);
    await advance(HOUR_MS);
  }
  return [...codes];
}

test.each(["token", "connection"] as const)(
  "a wrong password is tried once in a week, by all sessions of an account together (%s)",
  async (loginMode) => {
    const clock = createFakeClock();
    const client = createKscClient({
      host: "127.0.0.1",
      port: ksc.port,
      trust: { pinPem: ksc.certificatePem },
      credentials: { scheme: "KSCBasic", user: "soc", password: new Secret("wrong") },
      loginMode,
      clock,
    });
    const method = loginMode === "token" ? "Session.StartSession" : "login";
    const before = tries(method);
    try {
      expect(await weekOf(client, (ms) => clock.advance(ms))).toEqual(["ksc.bad_credentials"]);
      expect(tries(method) - before).toBe(1);
    } finally {
      await client.close();
    }
    // The account is as good as before: its owner gets in.
    const owner = createKscClient({
      host: "127.0.0.1",
      port: ksc.port,
      trust: { pinPem: ksc.certificatePem },
      credentials: { scheme: "KSCBasic", user: "soc", password: new Secret("secret") },
      loginMode,
    });
    try {
      expect(await owner.call("HostGroup.GetStaticInfo", {}, "reads", answer)).toBeDefined();
    } finally {
      await owner.close();
    }
  },
);
