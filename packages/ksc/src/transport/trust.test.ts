import { X509Certificate } from "node:crypto";
import { Secret } from "@cordon/core/kernel";
import { expect, test } from "vitest";
import { STUB_CERTIFICATE } from "../../test/stub-ksc.ts";
import { authorizationHeader, virtualServerHeader } from "./authorization.ts";
import { trustFrom } from "./trust.ts";

const FINGERPRINT = new X509Certificate(STUB_CERTIFICATE).fingerprint256;
const DIGITS = FINGERPRINT.replaceAll(":", "").toLowerCase();

test("a pin may be a fingerprint in any spelling, several, or a certificate", () => {
  expect(trustFrom({ pinSha256: FINGERPRINT })).toEqual({ kind: "pin", sha256: [DIGITS] });
  expect(trustFrom({ pinSha256: [DIGITS.toUpperCase(), "0".repeat(64)] })).toEqual({
    kind: "pin",
    sha256: [DIGITS, "0".repeat(64)],
  });
  expect(trustFrom({ pinPem: `subject=x\n${STUB_CERTIFICATE}` })).toEqual({ kind: "pin", sha256: [DIGITS] });
});

test("verification is never silently off: neither pin nor CA is an error that says what to do", () => {
  expect(() => trustFrom({})).toThrow(/config\.invalid.*pinSha256, pinPem or caPem is missing.*klserver\.cer/);
  expect(() => trustFrom({ pinSha256: [] })).toThrow("is missing");
});

test.each([
  [{ pinSha256: "abc" }, "64 hex digits"],
  [{ pinPem: "not a certificate" }, "pinPem holds no PEM certificate"],
  [{ caPem: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----" }, "in caPem cannot be read"],
  [{ pinSha256: DIGITS, caPem: STUB_CERTIFICATE }, "not both"],
])("%j is refused: %s", (settings, problem) => {
  expect(() => trustFrom(settings)).toThrow(problem);
});

test("the three login schemes have their documented header", () => {
  const password = new Secret('p"ä');
  expect(authorizationHeader({ scheme: "KSCBasic", user: "soc-relay", password, internalUser: true })).toBe(
    `KSCBasic user="c29jLXJlbGF5", pass="${Buffer.from('p"ä').toString("base64")}", domain="", internal="1"`,
  );
  expect(authorizationHeader({ scheme: "KSCBasic", user: "u", password, domain: "corp" })).toContain(
    'domain="corp", internal="0"',
  );
  expect(authorizationHeader({ scheme: "KSCT", token: new Secret("abc") })).toBe("KSCT abc");
  expect(authorizationHeader({ scheme: "KSCWT", token: new Secret("abc") })).toBe("KSCWT abc");
});

test("a value that would break the header is refused without being shown", () => {
  expect(() => authorizationHeader({ scheme: "KSCT", token: new Secret("a\r\nHost: x") })).toThrow(
    /^config\.invalid: (?!.*Host)/,
  );
  expect(() => authorizationHeader({ scheme: "KSCBasic", user: "u", password: new Secret(""), domain: 'x"' })).toThrow(
    "domain",
  );
});

test("the virtual server's name goes encoded, the main server's header stays away", () => {
  expect(virtualServerHeader("Kunde Ä")).toEqual({ "x-ksc-vserver": Buffer.from("Kunde Ä").toString("base64") });
  expect(virtualServerHeader(undefined)).toEqual({});
  expect(virtualServerHeader("")).toEqual({});
});
