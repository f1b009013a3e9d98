import { chmodSync, writeFileSync } from "node:fs";
import path from "node:path";
import { DEFAULT_LEDGER_POLICY } from "@cordon/core/ledger";
import { createTempFolder } from "@cordon/testkit";
import { describe, expect, it } from "vitest";
import { parseConfig, settingsOf } from "./index.ts";

const PIN = "ab".repeat(32);
const MINIMAL = `stateDir: state\nksc: {url: "https://ksc.site:13299", user: soc, trust: {pinSha256: "${PIN}"}}\n`;
const parse = (text: string, env: Record<string, string> = {}) =>
  parseConfig(text, { file: "/etc/cordon/a.yaml", env });

describe("the agent's configuration", () => {
  it("is short: state, KSC and how to trust it; paths start at the file's folder", () => {
    const config = parse(MINIMAL);
    expect(config.stateDir).toBe("/etc/cordon/state");
    expect(settingsOf(config)).toMatchObject({ submissionsMax: 4, ledger: { endpoint: { limit: 100 } } });
  });

  it("names every mistake at once, with its place", () => {
    const text = MINIMAL.replace("user: soc", "user: '', passwort: x").replace("https://", "http://");
    expect(() => parse(text)).toThrow(/ksc\.url: must be https.*ksc\.user.*passwort/s);
    expect(() => parse("stateDir: [\n")).toThrow(/at line 2/);
  });

  it("never leaves KSC's certificate unverified: exactly one way of trust", () => {
    expect(() => parse(MINIMAL.replace(`pinSha256: "${PIN}"`, ""))).toThrow("exactly one of pinSha256");
    expect(() => parse(MINIMAL.replace(`"${PIN}"`, `"${PIN}", caFile: ca.pem`))).toThrow("exactly one of");
  });

  it("a ledger whose reserves leave nothing for scans is refused at the start", () => {
    expect(() => parse(`${MINIMAL}ledger: {limit: 30}\n`)).toThrow("leave no slot");
  });

  it("[L5][L6][L7] merging and pacing are on, clean-up and shared limits are off, and each can be set", () => {
    const plain = settingsOf(parse(MINIMAL)).ledger;
    expect(plain).toEqual(DEFAULT_LEDGER_POLICY);
    const set = `{mergeMax: 0, pacing: {heavy: []}, cleanUp: {above: 60}, taskGroups: {IOC: {limit: 90, foreignAssumed: 5}}}`;
    const changed = settingsOf(parse(`${MINIMAL}ledger: ${set}\n`)).ledger;
    expect([changed.merging, changed.pacing]).toEqual([undefined, undefined]);
    expect(changed.cleanUp).toEqual({ watermark: 60, perRoundMax: 10, restMs: 1_800_000 });
    expect(changed.groups).toEqual({ IOC: { limit: 90, foreignAssumed: 5, lifespanMs: 30 * 86_400_000 } });
    expect(() => parse(`${MINIMAL}ledger: {pacing: {heavy: [isolateHost]}}\n`)).toThrow("can never be paced");
  });

  it("[S9] the password comes from a private file or the environment, and prints as nothing", () => {
    using folder = createTempFolder();
    const file = path.join(folder.path, "password");
    writeFileSync(file, "hunter2\n", { mode: 0o600 });
    const config = parse(MINIMAL.replace("user: soc", `user: soc, passwordFile: ${file}`));
    expect(config.kscPassword().reveal()).toBe("hunter2");
    expect(JSON.stringify([config, config.kscPassword()])).not.toContain("hunter2");
    chmodSync(file, 0o644);
    expect(() => config.kscPassword()).toThrow(/mode 0644.*chmod 600/);
    expect(parse(MINIMAL, { CORDON_KSC_PASSWORD: "env" }).kscPassword().reveal()).toBe("env");
    expect(() => parse(MINIMAL).kscPassword()).toThrow("no KSC password");
  });
});
