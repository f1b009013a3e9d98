import { closeSync, fsyncSync, openSync, rmSync, writeSync } from "node:fs";
import path from "node:path";
import { type Clock, errorSpec } from "@cordon/core/kernel";
import type { AgentConfig } from "../config/index.ts";
import { diskSpaceOf, formatBytes } from "../disk-space.ts";
import { signsOf } from "../live-state.ts";
import { readKillFile } from "../site-policy/kill-file.ts";
import { readPolicyFile } from "../site-policy/policy-file.ts";
import { formatTime } from "../table.ts";
import type { Check } from "./check.ts";

/** The machine's disk, and what the site's own people have put in the way. */
export function localChecks(config: AgentConfig, clock: Clock): readonly Check[] {
  return [
    {
      name: "disk",
      needs: ["state folder"],
      async run() {
        const mend = errorSpec("ledger.unwritable").mend;
        try {
          tryToWrite(config.stateDir);
        } catch (error) {
          return { outcome: "failed", text: (error as Error).message, mend };
        }
        const space = diskSpaceOf(config.stateDir);
        if (space === undefined) return { outcome: "warning", text: "the system does not tell how much room there is" };
        const text = `${formatBytes(space.freeBytes)} free of ${formatBytes(space.totalBytes)}`;
        if (space.freeBytes === 0) return { outcome: "failed", text, mend };
        if (!space.low) return { outcome: "ok", text };
        return { outcome: "warning", text, mend: "Make room before the ledger cannot be written." };
      },
    },
    {
      name: "site policy",
      needs: [],
      async run() {
        const { file } = config.policy;
        if (file === undefined) return { outcome: "ok", text: "none: the site allows what the coordinator orders" };
        const found = readPolicyFile(file);
        if (!found.ok) return { outcome: "failed", text: found.problem, mend: errorSpec("policy.invalid").mend };
        const { fresh, live } = signsOf(config.stateDir, clock.now());
        const obeyed = fresh ? live?.site.policySha256 : found.sha256;
        if (obeyed === found.sha256) return { outcome: "ok", text: `${file} is right` };
        const text = `${file} is right, but the running agent obeys another version`;
        return {
          outcome: "warning",
          text,
          mend: "Is it another file than the one the agent was started with? Restart the agent.",
        };
      },
    },
    {
      name: "kill switch",
      needs: [],
      async run() {
        const file = config.policy.killSwitchFile;
        const pulled = readKillFile(file, clock.now());
        if (pulled === undefined) return { outcome: "ok", text: "not pulled" };
        const why = pulled.reason ?? "no reason was written down";
        const text = `pulled since ${formatTime(pulled.since)}, so nothing is sent to KSC: ${why}`;
        return { outcome: "warning", text, mend: `cordon-agent kill off (or remove ${file})` };
      },
    },
  ];
}

/** The rights alone do not tell: a disk that the kernel made read-only after an error says that it can be written. */
function tryToWrite(stateDir: string): void {
  const file = path.join(stateDir, `doctor.${process.pid}`);
  const fd = openSync(file, "w", 0o600);
  try {
    writeSync(fd, "x");
    fsyncSync(fd);
  } finally {
    closeSync(fd);
    rmSync(file, { force: true });
  }
}
