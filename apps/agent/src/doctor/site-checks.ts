import { statSync } from "node:fs";
import { openLedgerReader } from "@cordon/agent-store";
import { asAppError, type Clock, errorSpec } from "@cordon/core/kernel";
import { certificateStart } from "@cordon/identity/fingerprint";
import type { AgentConfig } from "../config/index.ts";
import { type EnrolledIdentity, readIdentity } from "../identity-files.ts";
import { formatDuration, formatTime } from "../table.ts";
import type { Check } from "./check.ts";
import { coordinatorChecks } from "./coordinator-checks.ts";
import { localChecks } from "./local-checks.ts";

/** Renewal begins at half of a certificate's life; with less than a quarter left something keeps it from that. */
const LATE_SHARE = 4;

/** The machine's own side and the way to the coordinator. */
export function siteChecks(config: AgentConfig, clock: Clock): readonly Check[] {
  let identity: EnrolledIdentity | undefined;
  return [
    {
      name: "state folder",
      needs: [],
      async run() {
        try {
          const { mode } = statSync(config.stateDir);
          if (process.platform === "win32" || (mode & 0o077) === 0) return { outcome: "ok", text: config.stateDir };
          const text = `${config.stateDir} can be read by others`;
          return { outcome: "failed", text, mend: `chmod 700 ${config.stateDir}` };
        } catch (error) {
          const mend = "Run `cordon-agent enroll`, which makes it, or correct stateDir.";
          return { outcome: "failed", text: (error as Error).message, mend };
        }
      },
    },
    {
      name: "ledger",
      needs: ["state folder"],
      async run() {
        try {
          const reader = openLedgerReader(config.stateDir);
          if (reader === undefined) return { outcome: "ok", text: "none yet; the first run makes it" };
          try {
            const damage = reader.damage();
            if (damage !== undefined) {
              return { outcome: "failed", text: `damaged: ${damage}`, mend: errorSpec("ledger.unreadable").mend };
            }
            const { open, statuses } = reader.counts();
            const text = `whole; ${open} open action(s), ${statuses} report(s) wait for the coordinator`;
            return { outcome: "ok", text };
          } finally {
            reader.close();
          }
        } catch (thrown) {
          return { outcome: "failed", text: asAppError(thrown).message, mend: errorSpec("ledger.unreadable").mend };
        }
      },
    },
    {
      name: "identity",
      needs: [],
      async run() {
        try {
          identity = readIdentity(config.stateDir);
        } catch (thrown) {
          const error = asAppError(thrown);
          return { outcome: "failed", text: error.message, mend: error.spec.mend };
        }
        const leftMs = identity.expiresAt - clock.now();
        const text = `${identity.agentId} of ${identity.tenantId}/${identity.siteId}, until ${formatTime(identity.expiresAt)}`;
        if (leftMs <= 0) {
          const mend =
            "Check this machine's clock. The running agent asks for a new certificate by itself; its log says what came of it. If that was refused: a fresh token and `cordon-agent enroll --force`.";
          return { outcome: "failed", text: `${text}: expired`, mend };
        }
        const { from, until } = { from: certificateStart(identity.certificate), until: identity.expiresAt };
        if (clock.now() < from) {
          const mend = "Set this machine's clock: by it, the certificate is not good yet.";
          return { outcome: "failed", text: `${text}: good from ${formatTime(from)} on`, mend };
        }
        if (leftMs < (until - from) / LATE_SHARE) {
          const mend =
            "It should have been renewed by now: is the agent running and connected? `cordon-agent logs` shows identity.renew.";
          return { outcome: "warning", text: `${text}: ${formatDuration(leftMs)} left`, mend };
        }
        const waits = identity.next === undefined ? "" : "; a new one waits for its first session";
        return { outcome: "ok", text: `${text}${waits}` };
      },
    },
    ...localChecks(config, clock),
    ...coordinatorChecks(config, clock, () => identity),
  ];
}
