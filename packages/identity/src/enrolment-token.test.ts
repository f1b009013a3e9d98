import { inspect } from "node:util";
import { Secret, systemRandom } from "@cordon/core/kernel";
import { expect, test } from "vitest";
import {
  createEnrolmentSecret,
  formatEnrolmentToken,
  hashEnrolmentSecret,
  parseEnrolmentToken,
} from "./enrolment-token.ts";

const secret = createEnrolmentSecret(systemRandom);
const token = { url: "https://coordinator.example:8443", caFingerprint: "ab".repeat(32), secret };

test("a token survives being pasted with white space around it", () => {
  const parsed = parseEnrolmentToken(new Secret(`  ${formatEnrolmentToken(token).reveal()}\n`));
  expect(parsed?.url).toBe(token.url);
  expect(parsed?.caFingerprint).toBe(token.caFingerprint);
  expect(parsed?.secret.reveal()).toBe(secret.reveal());
});

test("a token that lost its end while being copied is refused, never half-read", () => {
  const whole = formatEnrolmentToken(token).reveal();
  // The last character of base64 may carry only padding bits, so the cut starts one before it.
  for (let length = 0; length < whole.length - 1; length += 1) {
    expect(parseEnrolmentToken(new Secret(whole.slice(0, length))), `cut to ${length}`).toBeUndefined();
  }
});

test("a token that names a plain http address, a wrong fingerprint or another shape is refused", () => {
  const format = (content: unknown) =>
    new Secret(`cordon-enrol.${Buffer.from(JSON.stringify(content)).toString("base64url")}`);
  const good = { u: token.url, c: token.caFingerprint, s: "x" };
  expect(parseEnrolmentToken(format(good))).toBeDefined();
  for (const bad of [{ ...good, u: "http://a" }, { ...good, c: "abc" }, { ...good, s: "" }, { u: 1 }, [], null, 7]) {
    expect(parseEnrolmentToken(format(bad)), JSON.stringify(bad)).toBeUndefined();
  }
});

test("[S9] neither token nor secret can be printed by accident", () => {
  const printed = `${inspect(parseEnrolmentToken(formatEnrolmentToken(token)))} ${JSON.stringify(token)} ${token.secret}`;
  expect(printed).not.toContain(secret.reveal());
});

test("the stored hash differs from the secret and between secrets", () => {
  expect(hashEnrolmentSecret(secret)).toMatch(/^[0-9a-f]{64}$/);
  expect(hashEnrolmentSecret(secret)).not.toBe(hashEnrolmentSecret(createEnrolmentSecret(systemRandom)));
});
