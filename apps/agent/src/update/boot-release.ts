import { readFileSync } from "node:fs";
import path from "node:path";
import { chooseBoot, withoutRelease } from "@cordon/agent-core/update";
import type { Clock } from "@cordon/core/kernel";
import { parseReleaseKey, type ReleaseKey } from "@cordon/core/release";
import { parse } from "yaml";
import * as z from "zod";
import { openReleaseStore, type ReleaseStore } from "./release-store.ts";
import {
  type Environment,
  LAUNCHER_VARIABLE,
  RESTART_EXIT_CODE,
  type ReleaseCommand,
  type ReleaseEnd,
  SUPERVISED_VARIABLE,
} from "./run-release.ts";

export interface BootDeps {
  readonly configFile: string;
  /** All arguments after the program's name. */
  readonly args: readonly string[];
  readonly env: Environment;
  /** The installed binary: what the service manager starts. */
  readonly launcher: string;
  readonly installed: string;
  readonly target: string;
  readonly clock: Clock;
  readonly say: (line: string) => void;
  readonly runChild: (command: ReleaseCommand) => Promise<ReleaseEnd>;
  readonly become: (command: ReleaseCommand) => void;
}

/** `here`: the installed binary is the one to run. */
export type Booted = { readonly kind: "here" } | { readonly kind: "ended"; readonly code: number };

/** Between a trial's crash and its next start, so that a passing trouble has time to pass. */
const TRIAL_PAUSE_MS = 2_000;

/**
 * The first thing that `run` does in the installed binary: looks which release is to run, and runs it. A release on trial is a
 * child, watched until it was healthy or crashed too often; a proven one takes over this process. The same on every
 * platform, with any service manager or none.
 */
export async function bootRelease(deps: BootDeps): Promise<Booted> {
  const facts = readBootFacts(deps.configFile);
  if (facts === undefined) return { kind: "here" };
  const store = openReleaseStore(facts.stateDir);
  for (;;) {
    const choice = await chooseVerified(store, facts, deps);
    if (choice.run.kind === "installed") return { kind: "here" };
    const command = (supervised: boolean): ReleaseCommand => ({
      file: store.executableOf(choice.run.kind === "release" ? choice.run.release.version : ""),
      args: deps.args,
      env: { ...deps.env, [LAUNCHER_VARIABLE]: deps.launcher, [SUPERVISED_VARIABLE]: supervised ? "1" : "" },
    });
    if (!choice.isTrial) deps.become(command(false));
    const { code, stopped } = await deps.runChild(command(true));
    if (code === RESTART_EXIT_CODE && !stopped) continue;
    const isOnTrial = store.readBook(deps.installed).trial !== undefined;
    if (stopped || !isOnTrial) return { kind: "ended", code };
    deps.say(`cordon-agent: ${choice.run.release.version} ended with ${code} before it was healthy`);
    await deps.clock.sleep(TRIAL_PAUSE_MS);
  }
}

/** The choice, with the executable checked and the book on disk. At most three: trial, active, installed. */
async function chooseVerified(store: ReleaseStore, facts: BootFacts, deps: BootDeps) {
  const { installed, clock, say } = deps;
  const before = store.readBook(installed);
  let choice = chooseBoot({ book: before, installed, mode: facts.mode, now: clock.now() });
  while (choice.run.kind === "release") {
    const trust = { keys: facts.keys, target: deps.target };
    const problem = await store.verify(choice.run.release, trust);
    if (problem === undefined) break;
    choice = withoutRelease(choice, problem, clock.now());
  }
  if (choice.note !== undefined) say(`cordon-agent: ${choice.note}`);
  if (choice.book === before) return choice;
  try {
    store.writeBook(choice.book);
    return choice;
  } catch (error) {
    // What cannot be counted is not tried: it could crash for ever.
    say(`cordon-agent: the update book cannot be written (${(error as Error).message})`);
    if (!choice.isTrial) return choice;
    const { trial: _postponed, ...rest } = before;
    return chooseBoot({ book: rest, installed, mode: facts.mode, now: clock.now() });
  }
}

interface BootFacts {
  readonly stateDir: string;
  readonly mode: "off" | "auto";
  readonly keys: readonly ReleaseKey[];
}

/** Loose: a newer release may have settings that the installed binary does not know. */
const bootConfig = z.object({
  stateDir: z.string().min(1),
  update: z
    .object({ mode: z.enum(["off", "auto"]).default("off"), publicKeys: z.array(z.string()).max(8).default([]) })
    .prefault({}),
});

/** Undefined when the file tells not even this; then the installed binary runs, and says what is wrong with it. */
function readBootFacts(configFile: string): BootFacts | undefined {
  try {
    const { stateDir, update } = bootConfig.parse(parse(readFileSync(configFile, "utf8")));
    return {
      stateDir: path.resolve(path.dirname(path.resolve(configFile)), stateDir),
      mode: update.mode,
      keys: update.publicKeys.map(parseReleaseKey),
    };
  } catch {
    return undefined;
  }
}
