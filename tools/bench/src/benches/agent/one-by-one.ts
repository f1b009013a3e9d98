import { setTimeout as pause } from "node:timers/promises";
import { Secret, systemClock } from "@cordon/core/kernel";
import { createIncidents, createKscClient, createTasks, HOST_TASK_STATES, INCIDENT_SEVERITY } from "@cordon/ksc";
import { type BenchKsc, KSC_PASSWORD, KSC_USER, totalOf } from "./bench-ksc.ts";

/** As often as the agent itself looks at the latest. */
const ASK_EVERY_MS = 15_000;
const CONNECTIONS = 4;

/**
 * The peer: every action is followed by itself, as a script does that waits for its result. It stores the incident, lists the host's
 * tasks until one carries the incident's number, and then asks for its statistics. Answers calls per action, counted at KSC.
 */
export async function askOneByOne(
  ksc: BenchKsc,
  given: { readonly actions: number; readonly timeScale: number },
): Promise<number> {
  const client = createKscClient({
    host: "127.0.0.1",
    port: ksc.port,
    trust: { pinPem: ksc.certificatePem },
    credentials: { scheme: "KSCBasic", user: KSC_USER, password: new Secret(KSC_PASSWORD) },
    sessions: CONNECTIONS,
    queueMax: given.actions,
  });
  const incidents = createIncidents(client);
  const tasks = createTasks(client);

  async function follow(hostId: string): Promise<void> {
    const body = {
      task: "getFile",
      targetHost: hostId,
      params: { md5hash: "", sha256hash: "", path: "C:\\Users\\Public\\a.ps1" },
      responseEventIncident: true,
      responseEventIncidentArea: "Kuma",
    };
    const incident = await incidents.addIncident({
      hostId,
      severity: INCIDENT_SEVERITY.warning,
      addedAt: systemClock.now(),
      body: JSON.stringify(body),
    });
    for (let task: string | undefined; ; ) {
      await pause(ASK_EVERY_MS / given.timeScale);
      task ??= await findTask(hostId, incident);
      if (task === undefined) continue;
      const statistics = await tasks.getTaskStatistics(task);
      if (statistics[String(HOST_TASK_STATES.ok)] === 1) return;
    }
  }

  async function findTask(hostId: string, incident: number): Promise<string | undefined> {
    for (const task of await tasks.getAllTasksOfHost(hostId)) {
      const { DisplayName: name = "" } = await tasks.getTask(task);
      if (name.endsWith(` - ${incident}`)) return task;
    }
    return undefined;
  }

  const before = totalOf(await ksc.calls());
  await Promise.all(ksc.hostIds.slice(0, given.actions).map(follow));
  await client.close();
  return (totalOf(await ksc.calls()) - before) / given.actions;
}
