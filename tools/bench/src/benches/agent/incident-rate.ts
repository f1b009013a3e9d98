import { Agent, request } from "node:https";
import { DEFAULT_SETTINGS } from "@cordon/agent-core";
import type { ActionArgs } from "@cordon/core/action";
import { createTempFolder, eventually } from "@cordon/testkit";
import type { BenchContext } from "../../bench.ts";
import type { Measurement } from "../../figure.ts";
import { interleavedMedians } from "../../rounds.ts";
import { type BenchKsc, KSC_PASSWORD, KSC_USER, startBenchKscs } from "./bench-ksc.ts";
import { startBenchSite } from "./bench-site.ts";

/** An action for each; so many rounds over the same endpoints stay far from the limit of tasks. */
const ENDPOINTS = 2_000;
/** Offers without a receipt: the window that the coordinator gives a site. */
const WINDOW = 256;
const ROUND_MS_MAX = 60_000;
const SPEC: ActionArgs = { kind: "getFile", path: "C:\\Users\\Public\\a.ps1", sha256: "d1".repeat(32) };

/** Of the actions of a round: how it gets under way and how it runs out are no part of what a site sustains. */
const FIRST_SHARE = 0.1;
const LAST_SHARE = 0.9;

/**
 * How many actions per second one site brings to KSC, from the offer (durable admission, receipt, intent on disk) to the stored incident, on
 * endpoints that it has looked at lately; beside the same request sent by nothing but a loop over as many kept-alive connections.
 */
export async function measureIncidentRate({ rounds, say }: BenchContext): Promise<readonly Measurement[]> {
  using folder = createTempFolder("cordon-bench");
  const servers = ["ours", "bare"].map((name) => ({ name, hosts: ENDPOINTS }));
  await using kscs = await startBenchKscs(folder.path, servers);
  const [ourKsc, bareKsc] = kscs.servers;
  if (ourKsc === undefined || bareKsc === undefined) throw new Error("unreachable");
  say(`AddIncident: ${rounds} rounds of ${ENDPOINTS} actions on each side …`);
  const connections = DEFAULT_SETTINGS.submissionsMax;
  let meter = createMeter();
  await using site = startBenchSite({
    ksc: ourKsc,
    stateDir: folder.path,
    settings: DEFAULT_SETTINGS,
    onStatus: ({ state }) => {
      if (state === "submitted") meter.note();
    },
  });
  const bare = await openLoop(bareKsc, connections);
  const medians = await interleavedMedians(rounds, {
    bare: async () => {
      meter = createMeter();
      await inLanes(connections, bareKsc.hostIds, async (hostId) => {
        await bare.addIncident(hostId);
        meter.note();
      });
      return meter.perSecond();
    },
    ours: async () => {
      meter = createMeter();
      await inLanes(WINDOW, ourKsc.hostIds, (hostId) => site.offer(hostId, SPEC));
      await eventually(() => meter.noted >= ENDPOINTS, {
        what: "every action to be submitted",
        withinMs: ROUND_MS_MAX,
        everyMs: 5,
      });
      return meter.perSecond();
    },
  });
  bare.close();
  return [
    {
      name: "AddIncident rate of one site",
      value: medians.ours,
      unit: "actions/s",
      peer: { name: `bare HTTPS loop, ${connections} connections`, value: medians.bare },
      goal: { of: "ratio", atLeast: 0.7 },
    },
  ];
}

/** Counts one round's actions. */
function createMeter() {
  const first = Math.floor(ENDPOINTS * FIRST_SHARE);
  const last = Math.floor(ENDPOINTS * LAST_SHARE);
  let noted = 0;
  let firstMs = Number.NaN;
  let lastMs = Number.NaN;
  return {
    note() {
      noted++;
      if (noted === first) firstMs = performance.now();
      if (noted === last) lastMs = performance.now();
    },
    get noted() {
      return noted;
    },
    perSecond: () => ((last - first) * 1_000) / (lastMs - firstMs),
  };
}

async function inLanes<T>(lanes: number, items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < items.length) await work(items[next++] as T);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

/** Logged in once; the certificate is checked as the agent does, by its own identity. */
async function openLoop(ksc: BenchKsc, connections: number) {
  const agent = new Agent({
    keepAlive: true,
    maxSockets: connections,
    ca: ksc.certificatePem,
    checkServerIdentity: () => undefined,
  });
  const call = (method: string, headers: Readonly<Record<string, string>>, body: string) =>
    new Promise<{ readonly PxgRetVal?: unknown }>((resolve, reject) => {
      const length = Buffer.byteLength(body);
      const sending = request(
        `${ksc.url}/api/v1.0/${method}`,
        {
          agent,
          method: "POST",
          headers: { "content-type": "application/json", "content-length": length, ...headers },
        },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on("data", (chunk: Buffer) => chunks.push(chunk));
          answer.once("error", reject);
          answer.once("end", () => resolve(JSON.parse(Buffer.concat(chunks).toString("utf8"))));
        },
      );
      sending.once("error", reject);
      sending.end(body);
    });
  const encoded = (text: string) => Buffer.from(text).toString("base64");
  const authorization = `KSCBasic user="${encoded(KSC_USER)}", pass="${encoded(KSC_PASSWORD)}"`;
  const { PxgRetVal: token } = await call("Session.StartSession", { authorization }, "{}");
  const session = { "x-ksc-session": String(token) };
  let serial = 0;
  return {
    close: () => agent.destroy(),
    async addIncident(hostId: string): Promise<void> {
      const { PxgRetVal } = await call("HostGroup.AddIncident", session, incident(hostId, ++serial));
      if (typeof PxgRetVal !== "number") throw new Error("KSC refused the incident");
    },
  };
}

/** The same request as the agent's, member by member. */
function incident(hostId: string, serial: number): string {
  const body = {
    task: "getFile",
    targetHost: hostId,
    params: { md5hash: "", sha256hash: "d1".repeat(32), path: "C:\\Users\\Public\\a.ps1" },
    responseEventIncident: true,
    responseEventIncidentArea: "Kuma",
    cordonActionId: `act_${serial.toString(16).padStart(32, "0")}`,
  };
  const pData = {
    KLINCDT_SEVERITY: 2,
    KLINCDT_ADDED: { type: "datetime", value: new Date().toISOString().replace(/\.\d+Z/, "Z") },
    KLINCDT_IS_HANDLED: false,
    KLHST_WKS_HOSTNAME: hostId,
    KLINCDT_BODY: JSON.stringify(body),
  };
  return JSON.stringify({ pData });
}
