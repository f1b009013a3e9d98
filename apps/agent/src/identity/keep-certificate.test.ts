import { BACKDATE_MS } from "@cordon/agent-core/identity";
import { epochMs, silentLogger, systemRandom } from "@cordon/core/kernel";
import type { ToCoordinator } from "@cordon/protocol";
import { createFakeClock, eventually } from "@cordon/testkit";
import { expect, test } from "vitest";
import type { Credential } from "../identity-files.ts";
import { createCertificateKeeper } from "./keep-certificate.ts";
import type { Wallet } from "./wallet.ts";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** A certificate of 12 days, made at the coordinator's time; `skewMs`: by how much this machine's clock is off. */
function keeper(skewMs = 0) {
  const clock = createFakeClock();
  const coordinator = () => epochMs(clock.now() - skewMs);
  const madeAt = coordinator();
  const sent: ToCoordinator[] = [];
  const adopted: Credential[] = [];
  const trusted: number[] = [];
  let reconnects = 0;
  const wallet = {
    validity: () => ({ from: epochMs(madeAt - BACKDATE_MS), until: epochMs(madeAt + 12 * DAY_MS - BACKDATE_MS) }),
    identity: () => ({ trustVersion: trusted.at(-1) ?? 1 }),
    adopt: (next: Credential) => void adopted.push(next),
    trust: (_roots: readonly string[], { version }: { readonly version?: number }) => void trusted.push(version ?? 0),
  } as unknown as Wallet;
  const kept = createCertificateKeeper({
    wallet,
    send: (message) => void sent.push(message),
    reconnect: () => {
      reconnects += 1;
    },
    clock,
    random: { ...systemRandom, float: () => 0 },
    logger: silentLogger,
  });
  const asked = () => sent.filter(({ kind }) => kind === "renewalRequest").length;
  const hours = async (count: number) => {
    for (let hour = 0; hour < count; hour += 1) await clock.advance(HOUR_MS);
  };
  return { clock, coordinator, kept, sent, adopted, trusted, asked, hours, reconnects: () => reconnects };
}

test.each([0, -400 * DAY_MS, 4_000 * DAY_MS])(
  "[I5, I9] with a clock that is off by %d ms it renews at half of the life by the coordinator's, once",
  async (skewMs) => {
    const { kept, coordinator, asked, hours, adopted, reconnects } = keeper(skewMs);
    kept.sessionUp(coordinator());
    await hours(5 * 24);
    expect(asked()).toBe(0);
    // Half of the life, which began an hour before the certificate was made.
    await hours(23);
    await eventually(() => asked() === 1, { what: "the request" });
    kept.renewed({ kind: "renewalAnswer", certificate: "new" });
    expect(adopted).toHaveLength(1);
    expect(reconnects()).toBe(1);
    kept.stop();
  },
);

test("[I9] a renewal that is refused is asked for again, seldom, and each time for another key", async () => {
  const { kept, coordinator, asked, hours, sent, adopted } = keeper();
  kept.sessionUp(coordinator());
  await hours(6 * 24);
  await eventually(() => asked() > 0, { what: "the request" });
  const before = asked();
  kept.renewed({ kind: "renewalAnswer", problem: { code: "internal.unexpected", message: "no" } });
  await hours(3);
  await eventually(() => asked() > before, { what: "another request" });
  expect(asked() - before).toBeLessThanOrEqual(10);
  const requests = sent.flatMap((message) => (message.kind === "renewalRequest" ? [message.csr] : []));
  expect(new Set(requests).size).toBe(requests.length);
  expect(adopted).toEqual([]);
  // What nobody asked for is not taken.
  kept.sessionDown();
  kept.renewed({ kind: "renewalAnswer", certificate: "unasked" });
  expect(adopted).toEqual([]);
  kept.stop();
});

test("[I10] a newer bundle is kept and confirmed, an older one only answered; what is to be renewed is asked for within minutes", async () => {
  const { kept, coordinator, asked, clock, sent, trusted } = keeper();
  kept.sessionUp(coordinator());
  const bundle = { kind: "trustBundle", roots: ["root"], recoverySequence: 1 } as const;
  kept.trusted({ ...bundle, version: 1 });
  kept.trusted({ ...bundle, version: 2, renewIssuedBefore: epochMs(coordinator() + 1) });
  expect(trusted).toEqual([2]);
  expect(sent.filter(({ kind }) => kind === "trustApplied")).toEqual([
    { kind: "trustApplied", version: 1 },
    { kind: "trustApplied", version: 2 },
  ]);
  await clock.advance(1_000);
  await eventually(() => asked() === 1, { what: "the request" });
  kept.stop();
});
