import type { Edr } from "@cordon/agent-core";
import type { Endpoint } from "@cordon/core/endpoint";
import { type ActionId, asAppError, type Clock, errorSpec } from "@cordon/core/kernel";
import type { AgentConfig } from "../config/index.ts";
import { createSiteProxy } from "../proxy/site-proxy.ts";
import { formatDuration } from "../table.ts";
import type { Check, CheckResult } from "./check.ts";
import { addressOf, dnsCheck, tcpCheck, tlsFacts } from "./network-checks.ts";
import { byProxy, tunnelCheck } from "./tunnel-checks.ts";

/** The endpoint's 30 days and its isolation's end are counted by KSC's clock. */
const SKEW_MAX_MS = 5 * 60_000;

/** The chain to KSC as a person would walk it: name, port, certificate, login, rights, console, hosts. */
export function kscChecks(config: AgentConfig, edr: Edr, clock: Clock): readonly Check[] {
  const address = addressOf(config.ksc.url, 13_299);
  const tunnel = config.ksc.throughProxy ? createSiteProxy(config.proxy).dialFor(config.ksc.url) : undefined;
  const dial = async (signal: AbortSignal) => tunnel?.(address.host, address.port, signal);
  const found: Endpoint[] = [];
  let skewMs: number | undefined;
  return [
    tunnel === undefined ? dnsCheck("ksc name", address, []) : byProxy("ksc name"),
    tunnel === undefined
      ? tcpCheck("ksc port", address, ["ksc name"])
      : tunnelCheck("ksc port", config, dial, ["ksc name"]),
    {
      name: "ksc certificate",
      needs: ["ksc port"],
      async run(signal) {
        const socket = await dial(signal);
        const way = socket === undefined ? {} : { socket };
        const { fingerprint, validTo } = await tlsFacts(address, way, signal);
        const text = `SHA-256 ${fingerprint}, until ${validTo}`;
        const pins = [config.ksc.trust.pinSha256 ?? []].flat().map((pin) => pin.replaceAll(":", "").toLowerCase());
        if (pins.length === 0 || pins.includes(fingerprint)) return { outcome: "ok", text };
        const mend =
          "If KSC's certificate was renewed, put this fingerprint into ksc.trust.pinSha256; else someone is in between.";
        return { outcome: "failed", text: `KSC shows another certificate than the pinned one: ${text}`, mend };
      },
    },
    asked("ksc login", ["ksc certificate"], async (signal) => {
      const { name, version, virtualServer, clockSkewMs } = await edr.serverInfo(signal);
      skewMs = clockSkewMs;
      const where = virtualServer === undefined ? "" : `, virtual server ${virtualServer}`;
      return { outcome: "ok", text: `logged in as ${config.ksc.user} to ${name} ${version}${where}` };
    }),
    asked("ksc clock", ["ksc login"], async () => {
      if (skewMs === undefined) return { outcome: "ok", text: "this KSC does not tell its time" };
      const text = `${formatDuration(Math.abs(skewMs))} ${skewMs < 0 ? "behind" : "ahead of"} this machine`;
      if (Math.abs(skewMs) <= SKEW_MAX_MS) return { outcome: "ok", text };
      return {
        outcome: "warning",
        text,
        mend: "Let both keep their time by NTP: KSC's clock decides when a task is too old.",
      };
    }),
    asked("ksc hosts", ["ksc login"], async (signal) => {
      for await (const page of edr.inventory(signal)) {
        found.push(...page);
        break;
      }
      if (found.length > 0)
        return { outcome: "ok", text: `FindHosts answers, ${found.length} host(s) on the first page` };
      const mend = "Check the account's rights on the managed groups, and edr.inventoryFilter.";
      return { outcome: "warning", text: "FindHosts answers, but shows no host", mend };
    }),
    asked("ksc rights", ["ksc hosts"], async (signal) => {
      const host = found[0]?.endpointId;
      if (host === undefined) return { outcome: "skipped", text: "there is no host to try them on" };
      const actionId = "act_doctor" as ActionId;
      const order = { actionId, endpointId: host, spec: { kind: "onDemandScan" }, deadline: clock.now() } as const;
      await edr.findIncident(order, clock.now(), signal);
      const tasks = await edr.tasksOf(host, signal);
      await edr.eventsAfter(Number.MAX_SAFE_INTEGER, 1, signal);
      const { missingRights } = await edr.capabilities(signal);
      if (missingRights.length > 0) {
        const mend = errorSpec("ksc.access_denied").mend;
        return { outcome: "failed", text: `the account lacks: ${missingRights.join("; ")}`, mend };
      }
      const text = `incidents, tasks (${tasks.length} on the first host) and events can be read; adding incidents shows with the first action`;
      return { outcome: "ok", text };
    }),
    asked("ksc service console", ["ksc login"], async (signal) => {
      if (await edr.consoleAvailable(signal)) return { outcome: "ok", text: "a service console is connected" };
      const text = "no service console is connected, so requests are stored and nothing happens";
      return { outcome: "failed", text, mend: errorSpec("evidence.no_console").mend };
    }),
  ];
}

/** A KSC error is told with its own mend. */
function asked(
  name: string,
  needs: readonly string[],
  run: (signal: AbortSignal) => Promise<Omit<CheckResult, "name">>,
): Check {
  return {
    name,
    needs,
    run: (signal) =>
      run(signal).catch((thrown) => {
        const error = asAppError(thrown);
        return { outcome: "failed", text: error.message, mend: error.spec.mend };
      }),
  };
}
