import { expect, test } from "vitest";
import { readConfig } from "../start/config.ts";

const told = (environment: Readonly<Record<string, string>>) => {
  try {
    return readConfig(environment).auditForward;
  } catch (error) {
    return (error as { readonly details: { readonly problems: readonly string[] } }).details.problems;
  }
};

test("[S11] the audit goes nowhere unless a collector is named, and then as CEF", () => {
  expect(told({})).toBeUndefined();
  expect(told({ CORDON_AUDIT_FORWARD: "tls://siem.example:5140" })).toEqual({
    target: { host: "siem.example", port: 5140, tls: true },
    format: "cef",
    ca: undefined,
  });
  expect(told({ CORDON_AUDIT_FORWARD: "tcp://[::1]:514", CORDON_AUDIT_FORWARD_FORMAT: "syslog" })).toMatchObject({
    target: { host: "::1", port: 514, tls: false },
    format: "syslog",
  });
});

test("[S11] it is not sent to another machine in the open unless that is allowed", () => {
  const open = { CORDON_AUDIT_FORWARD: "tcp://siem.example:5140" };
  expect(told(open)).toEqual([expect.stringContaining("in plain text")]);
  expect(told({ ...open, CORDON_PLAINTEXT_SERVERS: "allowed" })).toMatchObject({ target: { tls: false } });
});

test.each([
  "siem.example:5140",
  "https://siem.example:5140",
  "tls://siem.example",
  "tls://ann:pw@siem.example:1",
  "tls://a:70000",
])("what is no collector's address is refused: %s", (text) => {
  expect(told({ CORDON_AUDIT_FORWARD: text })).toEqual([expect.stringContaining("tls://host:port")]);
});

test("authorities that would not be asked are a mistake", () => {
  expect(told({ CORDON_AUDIT_FORWARD_CA: "ca.pem" })).toEqual([expect.stringContaining("means nothing")]);
  const open = { CORDON_AUDIT_FORWARD: "tcp://127.0.0.1:514", CORDON_AUDIT_FORWARD_CA: "ca.pem" };
  expect(told(open)).toEqual([expect.stringContaining("means nothing with tcp://")]);
});
