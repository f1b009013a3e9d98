import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

/** Where work goes over all tenants, and why no tenant can be named there. Whatever else is done is done for one tenant. */
const FLEET_WORK: Readonly<Record<string, string>> = {
  "access-store.ts": "who may do what is read before anybody is let in",
  "agent-store.ts": "a token or a certificate tells the tenant",
  "approval-store.ts": "silence decides over what is due anywhere",
  "audit-forward-store.ts": "one line to the collector carries the chains of all",
  "canary-store.ts": "the schedule and the watch over all sites",
  "chain-store.ts": "the watch over waiting links",
  "intake-credential-store.ts": "a credential tells the tenant",
  "lease-store.ts": "the watch over leases and unanswered releases",
  "list-reads.ts": "lists in memory are told apart by numbers of the installation",
  "list-store.ts": "what is over age goes, of every list",
  "login-store.ts": "persons belong to no tenant",
  "owner-work.ts": "what people put in force for every tenant",
  "people-store.ts": "persons belong to no tenant",
  "plan-store.ts": "a plan computes several tenants",
  "redelivery-store.ts": "the watch over changed ledgers",
  "retention-store.ts": "what is over age goes, and partitions hold all tenants",
  "rule-rollout-reads.ts": "a rollout goes over several tenants",
  "rule-rollout-store.ts": "a rollout goes over several tenants",
  "session-store.ts": "a gateway's sessions are of many tenants, and are told alive together",
  "standby-store.ts": "a gateway's sessions are of many tenants, and are told alive together",
  "sweep-store.ts": "the sweep over what is queued and what is overdue",
  "tenant-store.ts": "the list of tenants",
  "update-store.ts": "releases and their rollout are the provider's",
  "young-statistics.ts": "the server's statistics are of whole tables",
};

test("[W4] work over all tenants is done in the places that stand here, each with its reason", () => {
  const found = readdirSync(import.meta.dirname)
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts") && name !== "database.ts")
    .filter((name) => readFileSync(path.join(import.meta.dirname, name), "utf8").includes(".asFleet"));
  expect(found.filter((name) => !Object.hasOwn(FLEET_WORK, name))).toEqual([]);
});
