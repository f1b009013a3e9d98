import { chownSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createTempFolder } from "@cordon/testkit";
import { describe, expect, it } from "vitest";
import { writeForAgent } from "./file-for-agent.ts";

/** Any user but root. */
const SERVICE = 65_534;

describe("a file for the running agent", () => {
  it("[S4] that root writes belongs to the service's own user, and nobody else can read it (this test needs root)", () => {
    expect(process.getuid?.(), "only root can give files away: run this test as root").toBe(0);
    using folder = createTempFolder();
    chownSync(folder.path, SERVICE, SERVICE);
    const file = path.join(folder.path, "KILL");
    writeForAgent(file, "reason: x\n", folder.path);
    expect(statSync(file)).toMatchObject({ uid: SERVICE, gid: SERVICE });
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it("a link that somebody put in its draft's place leads root's write nowhere", () => {
    using folder = createTempFolder();
    const victim = path.join(folder.path, "victim");
    writeFileSync(victim, "untouched");
    symlinkSync(victim, path.join(folder.path, "KILL.new"));
    writeForAgent(path.join(folder.path, "KILL"), "pulled", folder.path);
    expect(readFileSync(victim, "utf8")).toBe("untouched");
    expect(readdirSync(folder.path).sort()).toEqual(["KILL", "victim"]);
  });
});
