import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { confirm } from "@cordon/agent-core/update";
import { type Clock, systemClock } from "@cordon/core/kernel";
import { createReleaseMaker, createTempFolder, type TempFolder } from "@cordon/testkit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type BootDeps, type Booted, bootRelease } from "../src/update/boot-release.ts";
import { agentTarget } from "../src/update/launch.ts";
import { openReleaseStore } from "../src/update/release-store.ts";
import { type ReleaseCommand, runChild } from "../src/update/run-release.ts";
import { linesOf, script, stageRelease } from "./release-world.ts";

const INSTALLED = "0.1.0";
/** Waits between a trial's starts pass at once. */
const impatient: Clock = { ...systemClock, sleep: async () => {} };

let folder: TempFolder;
let trace: string;
let stateDir: string;
const maker = createReleaseMaker(agentTarget());

beforeEach(() => {
  folder = createTempFolder("cordon-boot");
  trace = path.join(folder.path, "trace");
  stateDir = path.join(folder.path, "state");
  configure("auto");
});
afterEach(() => folder.remove());

function configure(mode: "auto" | "off", more = ""): void {
  const text = `stateDir: state\nupdate: {mode: ${mode}, publicKeys: ["${maker.publicKey}"]}\n${more}`;
  writeFileSync(path.join(folder.path, "agent.yaml"), text);
}

const said: string[] = [];

async function boot(deps: Partial<BootDeps> = {}): Promise<Booted> {
  said.length = 0;
  return bootRelease({
    configFile: path.join(folder.path, "agent.yaml"),
    args: ["-c", "agent.yaml", "run"],
    env: { PATH: process.env.PATH },
    launcher: "/usr/local/bin/cordon-agent",
    installed: INSTALLED,
    target: agentTarget(),
    clock: impatient,
    say: (line) => said.push(line),
    runChild,
    become: () => {},
    ...deps,
  });
}

const store = () => openReleaseStore(stateDir);
const rejected = () => store().readBook(INSTALLED).rejected;
const put = (version: string, rest: string) => {
  const release = maker.release(version, script(version, trace, rest));
  stageRelease(stateDir, release, INSTALLED);
  return release;
};
const prove = () => store().writeBook(confirm(store().readBook(INSTALLED)));

describe("the start of an installed agent", () => {
  it("runs the installed binary when nothing is staged, also with a configuration that it cannot read", async () => {
    expect(await boot()).toEqual({ kind: "here" });
    writeFileSync(path.join(folder.path, "agent.yaml"), "stateDir: [");
    expect(await boot()).toEqual({ kind: "here" });
  });

  it("a release that crashes at once is started three times, then the installed binary runs again", async () => {
    put("0.2.0", "exit 1");
    expect(await boot()).toEqual({ kind: "here" });
    expect(linesOf(trace)).toEqual(Array(3).fill("0.2.0 -c agent.yaml run"));
    expect(rejected()).toEqual([expect.objectContaining({ version: "0.2.0", code: "update.crashed" })]);
    expect(await boot()).toEqual({ kind: "here" });
    expect(linesOf(trace)).toHaveLength(3);
  });

  it("a release that is no program at all, or dies of a signal, is taken back the same way", async () => {
    stageRelease(stateDir, maker.release("0.2.0", "\x7fELF and nothing more"), INSTALLED);
    expect(await boot()).toEqual({ kind: "here" });
    put("0.3.0", "kill -SEGV $$");
    expect(await boot()).toEqual({ kind: "here" });
    expect(rejected().map(({ version, code }) => `${version} ${code}`)).toEqual([
      "0.2.0 update.crashed",
      "0.3.0 update.crashed",
    ]);
  });

  it("what ran before a bad release is what runs after it, not the oldest there is", async () => {
    put("0.2.0", "exit 0");
    prove();
    put("0.3.0", "exit 9");
    expect(await boot()).toEqual({ kind: "ended", code: 0 });
    expect(linesOf(trace).map((line) => line.split(" ")[0])).toEqual(["0.3.0", "0.3.0", "0.3.0", "0.2.0"]);
  });

  it("a release that proves itself is asked nothing more, and its end is the service's", async () => {
    const proven = JSON.stringify({
      format: 1,
      installed: INSTALLED,
      active: { version: "0.2.0", sha256: "0".repeat(64) },
      rejected: [],
    });
    stageRelease(
      stateDir,
      maker.release("0.2.0", script("0.2.0", trace, `echo '${proven}' > "${stateDir}/update/book.json"; exit 7`)),
      INSTALLED,
    );
    expect(await boot()).toEqual({ kind: "ended", code: 7 });
    expect(linesOf(trace)).toHaveLength(1);
  });

  it("a proven release takes over the process where the system can, and is told who started it", async () => {
    put("0.2.0", "exit 0");
    prove();
    const became: ReleaseCommand[] = [];
    await boot({ become: (command) => became.push(command) });
    expect(became).toEqual([
      {
        file: path.join(stateDir, "update", "0.2.0", "cordon-agent"),
        args: ["-c", "agent.yaml", "run"],
        env: expect.objectContaining({
          CORDON_AGENT_LAUNCHER: "/usr/local/bin/cordon-agent",
          CORDON_AGENT_SUPERVISED: "",
        }),
      },
    ]);
  });

  it("a release that asks for a restart is looked at anew: one that gave itself up makes room for the one before", async () => {
    put("0.2.0", "exit 0");
    prove();
    const given = JSON.stringify({
      format: 1,
      installed: INSTALLED,
      active: store().readBook(INSTALLED).active,
      rejected: [{ version: "0.3.0", sha256: "0".repeat(64), at: 0, code: "update.unhealthy", message: "no KSC" }],
    });
    put("0.3.0", `echo '${given}' > "${stateDir}/update/book.json"; exit 75`);
    expect(await boot()).toEqual({ kind: "ended", code: 0 });
    expect(linesOf(trace).map((line) => line.split(" ")[0])).toEqual(["0.3.0", "0.2.0"]);
  });

  it("changed by one byte after it was verified, it is not run: neither on trial nor proven", async () => {
    put("0.2.0", "exit 0");
    const file = store().executableOf("0.2.0");
    writeFileSync(file, `${readFileSync(file, "utf8")}#`);
    expect(await boot()).toEqual({ kind: "here" });
    expect(linesOf(trace)).toEqual([]);
    expect(rejected()).toEqual([expect.objectContaining({ code: "update.damaged" })]);
    expect(said.join()).toContain("its checksum is wrong");

    put("0.3.0", "exit 0");
    prove();
    writeFileSync(store().executableOf("0.3.0"), script("evil", trace, "exit 0"));
    expect(await boot()).toEqual({ kind: "here" });
    expect(linesOf(trace)).toEqual([]);
  });

  it("signed by a key that is no longer trusted, it is not run", async () => {
    put("0.2.0", "exit 0");
    const other = createReleaseMaker(agentTarget());
    writeFileSync(
      path.join(folder.path, "agent.yaml"),
      `stateDir: state\nupdate: {mode: auto, publicKeys: ["${other.publicKey}"]}\n`,
    );
    expect(await boot()).toEqual({ kind: "here" });
    expect(said.join()).toContain("not signed by a trusted key");
    expect(linesOf(trace)).toEqual([]);
  });

  it("off means off: a staged release is not started", async () => {
    put("0.2.0", "exit 0");
    configure("off");
    expect(await boot()).toEqual({ kind: "here" });
    expect(linesOf(trace)).toEqual([]);
  });

  it("settings of a newer release that the installed binary does not know do not keep it from starting that release", async () => {
    put("0.2.0", "exit 0");
    prove();
    configure("auto", "novelty: {colour: blue}\n");
    expect(await boot()).toEqual({ kind: "ended", code: 0 });
    expect(linesOf(trace)).toEqual(["0.2.0 -c agent.yaml run"]);
  });

  it("a lost or torn book runs the installed binary", async () => {
    put("0.2.0", "exit 0");
    prove();
    writeFileSync(path.join(stateDir, "update", "book.json"), '{"format":1,"inst');
    expect(await boot()).toEqual({ kind: "here" });
    rmSync(path.join(stateDir, "update"), { recursive: true });
    expect(await boot()).toEqual({ kind: "here" });
  });

  it("a start that cannot be counted, on a full disk, is not made: what ran before goes on", async () => {
    put("0.2.0", "exit 1");
    // A folder in the draft's place makes every write of the book fail, also for root.
    const draft = path.join(stateDir, "update", "book.json.new");
    mkdirSync(draft);
    expect(await boot()).toEqual({ kind: "here" });
    expect(said.join()).toContain("cannot be written");
    expect(linesOf(trace)).toEqual([]);
  });
});
