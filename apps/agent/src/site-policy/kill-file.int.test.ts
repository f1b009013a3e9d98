import { writeFileSync } from "node:fs";
import path from "node:path";
import { ACTION_KINDS } from "@cordon/core/action";
import { epochMs } from "@cordon/core/kernel";
import { createTempFolder, mountSmallDisk } from "@cordon/testkit";
import { describe, expect, it } from "vitest";
import { parseKillFile, pullKillSwitch, readKillFile, releaseKillSwitch } from "./kill-file.ts";

const NOW = epochMs(1_772_442_847_000);

describe("[S4] the kill-switch file", () => {
  it.each([
    ["", ACTION_KINDS, undefined],
    ["KSC upgrade until noon", ACTION_KINDS, "KSC upgrade until noon"],
    ["reason: backup\nactions: [scan]\n", ["onDemandScan", "iocScan"], "backup"],
    ["actions: isolateHost\n", ["isolateHost"], undefined],
    ["reason: typo\nactions: [scann]\n", ACTION_KINDS, "typo"],
    ["reason: none named\nactions: []\n", ACTION_KINDS, "none named"],
    ["{[}", ACTION_KINDS, "{[}"],
  ])("whatever it holds, it is pulled; what is not understood stops everything: %j", (text, kinds, reason) => {
    expect(parseKillFile(text, NOW)).toEqual({ since: NOW, kinds, ...(reason === undefined ? {} : { reason }) });
  });

  it("what cannot be read counts as pulled", () => {
    using folder = createTempFolder();
    expect(readKillFile(path.join(folder.path, "KILL"), NOW)).toBeUndefined();
    // A folder of that name.
    expect(readKillFile(folder.path, NOW)).toMatchObject({ kinds: ACTION_KINDS });
    // A path that leads through a file.
    writeFileSync(path.join(folder.path, "file"), "");
    expect(readKillFile(path.join(folder.path, "file", "KILL"), NOW)).toMatchObject({ kinds: ACTION_KINDS });
  });

  it("can be pulled and let go on a full disk", () => {
    using disk = mountSmallDisk(1_048_576);
    const file = path.join(disk.path, "KILL");
    disk.fill();
    pullKillSwitch(file, disk.path, { reason: "the reason has no room", since: NOW });
    expect(readKillFile(file, NOW)).toMatchObject({ kinds: ACTION_KINDS });
    releaseKillSwitch(file);
    expect(readKillFile(file, NOW)).toBeUndefined();
  });
});
