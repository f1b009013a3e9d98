import { statSync } from "node:fs";
import { get } from "node:https";
import { openLedgerReader } from "@cordon/agent-store";
import { asAppError, type Clock, errorSpec } from "@cordon/core/kernel";
import type { AgentConfig } from "../config.ts";
import { type EnrolledIdentity, readIdentity } from "../identity-files.ts";
import { formatDuration, formatTime } from "../table.ts";
import type { Check } from "./check.ts";
import { addressOf, dnsCheck, tcpCheck, tlsFacts } from "./network-checks.ts";

const DAY_MS = 86_400_000;
/** Deadlines are minutes at least; a clock that is off by more than this shifts them noticeably. */
const SKEW_MAX_MS = 30_000;

/** The machine's own side and the way to the coordinator. */
export function siteChecks(config: AgentConfig, clock: Clock): readonly Check[] {
  let identity: EnrolledIdentity | undefined;
  const url = () => config.coordinator.url ?? identity?.gatewayUrl ?? "wss://unknown.invalid";
  const later = (name: string, needs: readonly string[], make: () => Check): Check => ({
    name,
    needs,
    run: (signal) => make().run(signal),
  });
  const address = () => addressOf(url(), 443);
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
          const { open, statuses } = reader.counts();
          reader.close();
          return { outcome: "ok", text: `${open} open action(s), ${statuses} report(s) wait for the coordinator` };
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
        const mend = "Enroll again with a fresh token (`cordon-agent enroll --force`).";
        if (leftMs <= 0) return { outcome: "failed", text: `${text}: expired`, mend };
        if (leftMs < 14 * DAY_MS) return { outcome: "warning", text: `${text}: ${formatDuration(leftMs)} left`, mend };
        return { outcome: "ok", text };
      },
    },
    later("coordinator name", ["identity"], () => dnsCheck("", address(), [])),
    later("coordinator port", ["coordinator name"], () => tcpCheck("", address(), [])),
    {
      name: "coordinator identity",
      needs: ["coordinator port"],
      async run(signal) {
        const { authorized, problem } = await tlsFacts(address(), { ca: identity?.authority ?? "" }, signal);
        if (authorized) return { outcome: "ok", text: `${url()} shows a certificate of our coordinator` };
        const mend = "Is coordinator.url right? If the coordinator was set up anew, enroll again.";
        return {
          outcome: "failed",
          text: `${url()} shows a certificate that is not our coordinator's: ${problem}`,
          mend,
        };
      },
    },
    {
      name: "clock",
      needs: ["coordinator identity"],
      async run(signal) {
        const theirs = identity === undefined ? undefined : await timeOf(url(), identity, signal);
        if (theirs === undefined) return { outcome: "warning", text: "the coordinator does not tell its time" };
        const skewMs = clock.now() - theirs;
        const text = `${formatDuration(Math.abs(skewMs))} ${skewMs < 0 ? "behind" : "ahead of"} the coordinator`;
        if (Math.abs(skewMs) <= SKEW_MAX_MS) return { outcome: "ok", text };
        return { outcome: "failed", text, mend: "Let this machine keep its time by NTP: deadlines depend on it." };
      },
    },
  ];
}

/** Any HTTP answer carries the server's time, to the second. */
function timeOf(url: string, identity: EnrolledIdentity, signal: AbortSignal): Promise<number | undefined> {
  const target = url.replace(/^wss:/, "https:");
  const tls = { ca: identity.authority, cert: identity.certificate, key: identity.privateKey.reveal() };
  return new Promise((resolve) => {
    const call = get(target, { ...tls, signal, agent: false }, (answer) => {
      answer.resume();
      const time = Date.parse(answer.headers.date ?? "");
      resolve(Number.isNaN(time) ? undefined : time);
    });
    call.once("error", () => resolve(undefined));
  });
}
