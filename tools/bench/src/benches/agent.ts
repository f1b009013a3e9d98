import type { Bench } from "../bench.ts";
import { measureIdle } from "./agent/idle.ts";
import { measureIncidentRate } from "./agent/incident-rate.ts";
import { measureInventory } from "./agent/inventory.ts";
import { measureKscCalls } from "./agent/ksc-calls.ts";

/** What a site's agent costs the machine that it runs on and the KSC that it asks. */
export const agentBench: Bench = {
  name: "agent",
  summary:
    "the idle agent, KSC calls per finished action, AddIncident rate and inventory of one site, each beside its peer",
  run: async (context) => [
    ...(await measureIdle(context)),
    ...(await measureKscCalls(context)),
    ...(await measureIncidentRate(context)),
    ...(await measureInventory(context)),
  ],
};
