import { chmodSync, writeFileSync } from "node:fs";
import { inspect } from "node:util";
import { createTempFolder } from "@cordon/testkit";
import { expect, onTestFinished, test } from "vitest";
import { readConfig } from "../start/config.ts";
import { readLoginFiles } from "./read-login-files.ts";

const ISSUER = { CORDON_OIDC_ISSUER: "https://id.example/realms/msp", CORDON_OIDC_CLIENT_ID: "cordon" };

function problemsOf(settings: Readonly<Record<string, string>>): unknown {
  try {
    readConfig(settings);
  } catch (thrown) {
    return (thrown as { details: { problems: string[] } }).details.problems;
  }
  return [];
}

function aFile(text: string, mode: number): string {
  const folder = createTempFolder("cordon-login");
  onTestFinished(() => folder.remove());
  const file = `${folder.path}/file`;
  writeFileSync(file, text);
  chmodSync(file, mode);
  return file;
}

test("without a provider nobody signs in, and the break-glass token is on", () => {
  expect(readConfig({}).login).toMatchObject({ openId: undefined, breakGlass: true });
});

test("a provider has an issuer and a client id; openid is always asked for", () => {
  expect(readConfig({ ...ISSUER, CORDON_OIDC_SCOPES: "profile, groups" }).login.openId).toMatchObject({
    issuer: "https://id.example/realms/msp",
    clientId: "cordon",
    scopes: ["openid", "profile", "groups"],
    groupsClaim: "groups",
  });
});

test.each([
  [{ CORDON_OIDC_ISSUER: "http://id.example", CORDON_OIDC_CLIENT_ID: "c" }, "starts with https://"],
  [{ CORDON_OIDC_ISSUER: "https://id.example/?a=b", CORDON_OIDC_CLIENT_ID: "c" }, "must have no ?"],
  [
    { CORDON_OIDC_ISSUER: "https://login.microsoftonline.com/common/v2.0", CORDON_OIDC_CLIENT_ID: "c" },
    "accounts of every organisation",
  ],
  [
    { CORDON_OIDC_ISSUER: "https://login.microsoftonline.com/organizations/v2.0", CORDON_OIDC_CLIENT_ID: "c" },
    "accounts of every organisation",
  ],
  [{ CORDON_OIDC_ISSUER: "https://id.example" }, "CORDON_OIDC_CLIENT_ID: must be given"],
  [{ CORDON_OIDC_CLIENT_ID: "c" }, "means nothing without CORDON_OIDC_ISSUER"],
  [{ CORDON_LOGIN_URL: "https://cordon.example/x" }, "without a path"],
  [{ CORDON_LOGIN_URL: "http://cordon.example" }, "https://cordon.example"],
  [{ CORDON_SESSION_HOURS: "0" }, "CORDON_SESSION_HOURS"],
  [{ CORDON_BREAK_GLASS: "maybe" }, "CORDON_BREAK_GLASS"],
  [{ CORDON_OIDC_ISSUR: "https://id.example" }, "did you mean CORDON_OIDC_ISSUER"],
])("%o is refused: %s", (settings, problem) => {
  expect(problemsOf(settings)).toEqual([expect.stringContaining(problem)]);
});

const read = (files: Readonly<Record<string, string>>) => {
  const { openId } = readConfig({ ...ISSUER, ...files }).login;
  if (openId === undefined) throw new Error("no provider");
  return readLoginFiles(openId);
};

test("[S9] the client's secret is read from its file and cannot be printed", async () => {
  const settings = await read({ CORDON_OIDC_CLIENT_SECRET_FILE: aFile("hunter2\n", 0o600) });
  expect(settings.clientSecret?.reveal()).toBe("hunter2");
  expect(inspect(settings) + JSON.stringify(settings)).not.toContain("hunter2");
});

test("groups are read with the names that the provider has for them", async () => {
  const settings = await read({ CORDON_OIDC_GROUPS_FILE: aFile('{"soc":["0b1c","CN=SOC,OU=MSP"]}', 0o644) });
  expect(settings.groups).toEqual(new Map([["soc", ["0b1c", "CN=SOC,OU=MSP"]]]));
});

test.each([
  ["is not there", "CORDON_OIDC_CLIENT_SECRET_FILE", () => "/nowhere/secret", "cannot be read (ENOENT)"],
  ["others can read", "CORDON_OIDC_CLIENT_SECRET_FILE", () => aFile("x", 0o644), "chmod 600"],
  ["its group can change", "CORDON_OIDC_CLIENT_SECRET_FILE", () => aFile("x", 0o660), "chmod 600"],
  ["is empty", "CORDON_OIDC_CLIENT_SECRET_FILE", () => aFile("\n", 0o600), "one line"],
  ["has two lines", "CORDON_OIDC_CLIENT_SECRET_FILE", () => aFile("a\nb\n", 0o600), "one line"],
  ["is no JSON", "CORDON_OIDC_GROUPS_FILE", () => aFile("soc: x", 0o644), "is not JSON"],
  ["has no list", "CORDON_OIDC_GROUPS_FILE", () => aFile('{"soc":"x"}', 0o644), "soc: Invalid input"],
  ["names no name", "CORDON_OIDC_GROUPS_FILE", () => aFile('{"So c":["x"]}', 0o644), "must be 1-64 characters"],
  ["is no certificate", "CORDON_OIDC_CA_FILE", () => aFile("x", 0o644), "no certificate in PEM"],
  ["is a folder", "CORDON_OIDC_CA_FILE", () => "/tmp", "cannot be read (EISDIR)"],
])("a file that %s is refused with the name of %s", async (_what, variable, file, problem) => {
  await expect(read({ [variable]: file() })).rejects.toMatchObject({
    code: "config.invalid",
    details: { problems: [expect.stringMatching(`^${variable}: .*${problem.replaceAll(/[()]/g, "\\$&")}`)] },
  });
});
