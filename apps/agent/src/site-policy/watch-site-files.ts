import { renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { SiteWord } from "@cordon/agent-core";
import { AppError, type Clock, type Logger } from "@cordon/core/kernel";
import { readKillFile } from "./kill-file.ts";
import type { RightPolicy } from "./policy-file.ts";
import type { PolicySource } from "./policy-source.ts";

/** The files are small, and a second is what a person takes for "at once"; [S4] allows five. */
export const SITE_FILES_POLL_MS = 1_000;
/** The last policy that was right: a restart with a wrong file must not be what stops the agent from watching and renewing. */
const LAST_GOOD = "policy.last-good.yaml";

export interface SiteFiles {
  /** Looks now, not at the next second (SIGHUP). */
  look(): void;
  stop(): void;
}

/**
 * Puts the site's policy and kill switch into force and keeps them so. Throws `config.invalid` when the configured policy file is
 * missing at the start, and `policy.invalid` when it is wrong and no right one was ever seen.
 */
export function watchSiteFiles(deps: {
  readonly stateDir: string;
  readonly policy: PolicySource | undefined;
  readonly killSwitchFile: string;
  readonly site: Pick<SiteWord, "setPolicy" | "setPolicyProblem" | "setKillSwitch">;
  readonly clock: Clock;
  readonly logger: Logger;
}): SiteFiles {
  const { policy: source, site, clock } = deps;
  const lastGood = path.join(deps.stateDir, LAST_GOOD);
  let inForce: string | undefined;
  let cancel: (() => void) | undefined;
  let pulledAt = clock.now();
  let wasPulled = false;

  function takePolicy({ file, read }: PolicySource): void {
    const found = read(file);
    site.setPolicyProblem(found.ok ? undefined : found.problem);
    if (found.ok && found.sha256 !== inForce) putInForce(found);
  }

  function putInForce({ policy, sha256, text }: RightPolicy): void {
    inForce = sha256;
    site.setPolicy({ policy, sha256 });
    keepLastGood(text);
  }

  function keepLastGood(text: string): void {
    try {
      writeFileSync(`${lastGood}.new`, text, { mode: 0o600 });
      renameSync(`${lastGood}.new`, lastGood);
    } catch (error) {
      deps.logger.warn("policy.keep", { error });
    }
  }

  function startWith({ file, read }: PolicySource): void {
    const found = read(file);
    const usable = found.ok || found.missing ? found : read(lastGood);
    if (usable.ok) putInForce(usable);
    if (found.ok) return;
    if (found.missing) {
      const text = `policy.file: ${found.problem}; an agent that is to obey a policy does not start without it`;
      throw new AppError("config.invalid", text);
    }
    if (!usable.ok) throw new AppError("policy.invalid", found.problem);
    site.setPolicyProblem(found.problem);
  }

  function lookAtKillSwitch(): void {
    if (!wasPulled) pulledAt = clock.now();
    const pulled = readKillFile(deps.killSwitchFile, pulledAt);
    wasPulled = pulled !== undefined;
    site.setKillSwitch(pulled);
  }

  function look(): void {
    lookAtKillSwitch();
    if (source !== undefined) takePolicy(source);
  }

  function poll(): void {
    cancel = clock.after(SITE_FILES_POLL_MS, poll);
    look();
  }

  lookAtKillSwitch();
  if (source !== undefined) startWith(source);
  cancel = clock.after(SITE_FILES_POLL_MS, poll);
  return { look, stop: () => cancel?.() };
}
