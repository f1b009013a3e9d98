import type { Agent } from "node:http";
import { get } from "node:https";
import type { Socket } from "node:net";
import type { Clock } from "@cordon/core/kernel";
import type { AgentConfig } from "../config/index.ts";
import type { EnrolledIdentity } from "../identity-files.ts";
import { signsOf } from "../live-state.ts";
import { createSiteProxy } from "../proxy/site-proxy.ts";
import { formatDuration } from "../table.ts";
import type { Check } from "./check.ts";
import { addressOf, dnsCheck, tcpCheck, tlsFacts } from "./network-checks.ts";
import { byProxy, tunnelCheck } from "./tunnel-checks.ts";

/** Deadlines are minutes at least; a clock that is off by more than this shifts them noticeably. */
const SKEW_MAX_MS = 30_000;

/** The way to the coordinator, straight or through the site's proxy, and who stands at its end. */
export function coordinatorChecks(
  config: AgentConfig,
  clock: Clock,
  identityOf: () => EnrolledIdentity | undefined,
): readonly Check[] {
  const url = () => config.coordinator.url ?? identityOf()?.gatewayUrl ?? "wss://unknown.invalid";
  const address = () => addressOf(url(), 443);
  const proxy = createSiteProxy(config.proxy);
  const later = (name: string, needs: readonly string[], make: () => Check): Check => ({
    name,
    needs,
    run: (signal) => make().run(signal),
  });
  const dial = async (signal: AbortSignal): Promise<Socket | undefined> => {
    const { host, port } = address();
    return proxy.dialFor(url())?.(host, port, signal);
  };
  return [
    later("coordinator name", ["identity"], () => (proxy.dialFor(url()) ? byProxy("") : dnsCheck("", address(), []))),
    later("coordinator port", ["coordinator name"], () =>
      proxy.dialFor(url()) ? tunnelCheck("", config, dial, []) : tcpCheck("", address(), []),
    ),
    {
      name: "coordinator identity",
      needs: ["coordinator port"],
      async run(signal) {
        const socket = await dial(signal);
        const ca = { ca: identityOf()?.authority ?? "", ...(socket === undefined ? {} : { socket }) };
        const { authorized, problem } = await tlsFacts(address(), ca, signal);
        if (authorized) return { outcome: "ok", text: `${url()} shows a certificate of our coordinator` };
        const mend = "Is coordinator.url right? If the coordinator was set up anew, enroll again.";
        const text = `${url()} shows a certificate that is not our coordinator's: ${problem}`;
        return { outcome: "failed", text, mend };
      },
    },
    {
      name: "clock",
      needs: ["coordinator identity"],
      async run(signal) {
        const identity = identityOf();
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
  const { fresh, live } = signsOf(config.stateDir, clock.now());
  const running = fresh ? live : undefined;
  if (running?.coordinator.clockSkewMs !== undefined) return running.coordinator.clockSkewMs;
  if (identity.enrolledAt === undefined) return undefined;
  const theirs = await timeOf(identity.enrolledAt, {
    ca: identity.authority,
    signal,
    agent: createSiteProxy(config.proxy).agentFor(identity.enrolledAt) ?? false,
  });
  return theirs === undefined ? undefined : clock.now() - theirs;
}

/** To the second. */
function timeOf(
  url: string,
  way: { readonly ca: string; readonly signal: AbortSignal; readonly agent: Agent | false },
): Promise<number | undefined> {
  return new Promise((resolve) => {
    const call = get(url, { ...way, timeout: 5_000 }, (answer) => {
      answer.resume();
      const time = Date.parse(answer.headers.date ?? "");
      resolve(Number.isNaN(time) ? undefined : time);
    });
    call.once("timeout", () => call.destroy());
    call.once("error", () => resolve(undefined));
  });
}
