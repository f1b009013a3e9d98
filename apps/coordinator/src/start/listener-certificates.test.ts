import { silentLogger, systemRandom } from "@cordon/core/kernel";
import { createAuthority } from "@cordon/identity";
import { createFakeClock, eventually } from "@cordon/testkit";
import { expect, test } from "vitest";
import { issueListenerCertificates, type ListenerTls } from "./listener-certificates.ts";

const DAY_MS = 86_400_000;

test("a new certificate is handed out long before the old one ends, and none after stop", async () => {
  const clock = createFakeClock();
  const authority = await createAuthority(clock.now(), systemRandom);
  const certificates = await issueListenerCertificates({
    authority,
    names: ["localhost"],
    clock,
    logger: silentLogger,
  });
  const renewed: ListenerTls[] = [];
  certificates.onRenewed((tls) => renewed.push(tls));
  await clock.advance(89 * DAY_MS);
  expect(renewed).toEqual([]);
  await clock.advance(2 * DAY_MS);
  await eventually(() => renewed.length === 1, { what: "the new certificate" });
  expect(renewed[0]?.cert).not.toBe(certificates.first.cert);
  certificates.stop();
  expect(clock.pendingCount()).toBe(0);
});
