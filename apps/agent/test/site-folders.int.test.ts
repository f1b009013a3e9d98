import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { silentLogger } from "@cordon/core/kernel";
import { createTempFolder } from "@cordon/testkit";
import { describe, expect, it } from "vitest";
import { parseConfig, settingsOf } from "../src/config/index.ts";
import { openSiteFolders } from "../src/open-site-folders.ts";

const text = (extra: string) => `
stateDir: state
ksc: { url: "https://ksc:13299", user: u, trust: { pinSha256: "${"ab".repeat(32)}" } }
${extra}`;

const config = (folder: string, extra = "") =>
  parseConfig(text(extra), { file: path.join(folder, "agent.yaml"), env: { CORDON_KSC_PASSWORD: "p" } });

describe("what an agent can do without", () => {
  it("lies in the state folder unless the configuration says otherwise", () => {
    using temp = createTempFolder();
    const folders = openSiteFolders(config(temp.path), silentLogger);
    folders.close();
    expect(existsSync(path.join(temp.path, "state", "inventory.sqlite"))).toBe(true);
    expect(existsSync(path.join(temp.path, "state", "evidence"))).toBe(true);
    openSiteFolders(config(temp.path, "evidence: { folder: elsewhere }"), silentLogger).close();
    expect(existsSync(path.join(temp.path, "elsewhere"))).toBe(true);
  });

  it("that cannot be opened is gone without: nothing keeps an agent from containing", () => {
    using temp = createTempFolder();
    writeFileSync(path.join(temp.path, "state"), "a file where the folder should be");
    const folders = openSiteFolders(config(temp.path), silentLogger);
    expect([folders.inventory, folders.vault]).toEqual([undefined, undefined]);
    folders.close();
  });

  it("a site that forbids to fetch files makes no folder for them", () => {
    using temp = createTempFolder();
    mkdirSync(path.join(temp.path, "state"));
    const forbidding = config(temp.path, "evidence: { enabled: false }");
    const folders = openSiteFolders(forbidding, silentLogger);
    folders.close();
    expect([folders.vault, existsSync(path.join(temp.path, "state", "evidence"))]).toEqual([undefined, false]);
    expect(settingsOf(forbidding).evidence.enabled).toBe(false);
  });

  it("minimums and intervals of the inventory are the site's own", () => {
    using temp = createTempFolder();
    const own =
      'inventory: { kesVersionMin: "12.6", edrMissing: [0, 6], fullIntervalSeconds: 60, lastSeenGrainSeconds: 3600 }';
    const settings = settingsOf(config(temp.path, own));
    expect(settings.capability.minimums).toEqual({ kesVersion: "12.6", edrMissing: [0, 6] });
    expect(settings.inventory).toMatchObject({ fullIntervalMs: 60_000, lastSeenGrainMs: 3_600_000 });
    expect(() => config(temp.path, 'inventory: { kesVersionMin: "twelve" }')).toThrow(/kesVersionMin.*dotted numbers/);
  });
});
