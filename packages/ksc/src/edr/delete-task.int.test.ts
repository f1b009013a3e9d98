import { endpointId } from "@cordon/core/kernel";
import { eventually } from "@cordon/testkit";
import { afterEach, expect, test } from "vitest";
import { orderFor, type SimulatedSite, startSimulatedSite } from "../../test/simulated-site.ts";

let site: SimulatedSite | undefined;
afterEach(() => site?.stop());

const { signal } = new AbortController();

test.each(["global", "local"] as const)(
  "[L7] a %s task is deleted once, and then it is gone",
  async (taskPlacement) => {
    site = await startSimulatedSite({ knobs: { taskPlacement } });
    const { server, edr } = site;
    const host = endpointId(server.hosts().find(({ kesVersion }) => kesVersion?.startsWith("12.9"))?.id ?? "");
    expect(await edr.submit(orderFor(host, { kind: "onDemandScan" }), signal)).toMatchObject({ kind: "stored" });
    const task = await eventually(async () => (await edr.tasksOf(host, signal))[0], { what: "the task", everyMs: 25 });
    expect(task.scope).toBe(taskPlacement);
    expect(await edr.deleteTask(task, signal)).toBe("deleted");
    expect(server.control.truth().tasks).toEqual([]);
    expect(await edr.deleteTask(task, signal)).toBe("gone");
    expect(await edr.tasksOf(host, signal)).toEqual([]);
  },
);
