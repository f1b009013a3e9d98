import { statSync } from "node:fs";
import { get } from "node:https";
import { openLedgerReader } from "@cordon/agent-store";
import { asAppError, type Clock, errorSpec } from "@cordon/core/kernel";
import type { AgentConfig } from "../config/index.ts";
import { type EnrolledIdentity, readIdentity } from "../identity-files.ts";
import { LIVE_MAX_AGE_MS, readLiveState } from "../live-state.ts";
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
        const skewMs = identity === undefined ? undefined : await skewOf(config, identity, clock, signal);
        if (skewMs === undefined)
          return { outcome: "warning", text: "the coordinator's time is not known; start the agent" };
        const text = `${formatDuration(Math.abs(skewMs))} ${skewMs < 0 ? "behind" : "ahead of"} the coordinator`;
        if (Math.abs(skewMs) <= SKEW_MAX_MS) return { outcome: "ok", text };
        return { outcome: "failed", text, mend: "Let this machine keep its time by NTP: deadlines depend on it." };
      },
    },
  ];
}

/** A running agent learned it with its welcome; otherwise the listener it enrolled at tells its time with any HTTP answer. */
async function skewOf(
  config: AgentConfig,
  identity: EnrolledIdentity,
  clock: Clock,
  signal: AbortSignal,
): Promise<number | undefined> {
  const live = readLiveState(config.stateDir);
  const isRunning = live !== undefined && clock.now() - live.writtenAt <= LIVE_MAX_AGE_MS;
  if (isRunning && live.coordinator.clockSkewMs !== undefined) return live.coordinator.clockSkewMs;
  if (identity.enrolledAt === undefined) return undefined;
  const theirs = await timeOf(identity.enrolledAt, identity, signal);
  return theirs === undefined ? undefined : clock.now() - theirs;
}

/** To the second. */
function timeOf(url: string, { authority }: EnrolledIdentity, signal: AbortSignal): Promise<number | undefined> {
  return new Promise((resolve) => {
    const call = get(url, { ca: authority, signal, agent: false, timeout: 5_000 }, (answer) => {
      answer.resume();
      const time = Date.parse(answer.headers.date ?? "");
      resolve(Number.isNaN(time) ? undefined : time);
    });
    call.once("timeout", () => call.destroy());
    call.once("error", () => resolve(undefined));
  });
}
