import { plan, planPage, planStanding, ruleSetPut } from "@cordon/contracts/api";
import { apiPath } from "../api/api-client.ts";
import { addExamples } from "../command/examples.ts";
import { followPlan, showPlan } from "../command/follow-plan.ts";
import type { RegisterCommand } from "../command/host.ts";
import { LIMIT_DEFAULT, LIMIT_FLAG, LIMIT_TEXT, limit, timeOrAge } from "../command/options.ts";
import { listLook } from "../command/print-list.ts";
import { showOrWatch, WATCH_FLAG, WATCH_TEXT } from "../command/watch.ts";
import { EXIT } from "../exit-codes.ts";
import { readTenantSets } from "../rules/read-tenant-sets.ts";
import { paintState } from "../show/paint.ts";
import { plain } from "../show/plain-text.ts";
import { formatAge } from "../show/times.ts";

export const registerPlan: RegisterCommand = (program, host) => {
  const command = program
    .command("plan")
    .description(
      "what a rule set would have done: its text and its behaviour against the active one's, with a hash to apply",
    )
    .requiredOption(
      "-f, --folder <folder>",
      "rule files of one tenant, or one folder of them per tenant, named by its id",
    )
    .option("--from <time>", "events since a time or within an age; 7 days", timeOrAge)
    .option("--to <time>", "events before a time or an age; now", timeOrAge)
    .option("--detach", "do not wait for it")
    .action(async ({ folder, from, to, detach }) => {
      const api = await host.api();
      const { tenant } = await host.settings();
      const tenants: { tenantId: string; version: number }[] = [];
      for (const { tenantId, files } of readTenantSets(folder, tenant)) {
        const published = await api.put(apiPath`/tenants/${tenantId}/rules`, { files, activate: false }, ruleSetPut);
        tenants.push({ tenantId, version: published.version });
      }
      const started = await api.post("/plans", { tenants, from, to }, plan);
      if (detach === true) await showPlan(host, started);
      else await followPlan(host, started);
    });
  addExamples(command, PLAN_EXAMPLES, PLAN_NOTES);
};

const PLAN_EXAMPLES = [
  "cordon plan -f rules/",
  "cordon plan -f tenants/ --from 30d",
  "cordon plan -f rules/ --from 2026-03-01T00:00:00Z --to 2026-03-08T00:00:00Z --json",
];

const PLAN_NOTES =
  "The files are published as a numbered set that nothing runs. Nothing is applied: `cordon apply --plan <hash>` does that.";

export const registerPlans: RegisterCommand = (program, host) => {
  const plans = program.command("plans").description("plans and replays that were made");
  addExamples(plans, PLANS_EXAMPLES);
  plans
    .command("list")
    .description("the newest first")
    .option(LIMIT_FLAG, LIMIT_TEXT, limit, LIMIT_DEFAULT)
    .option(WATCH_FLAG, WATCH_TEXT)
    .action(({ limit, watch }) =>
      showOrWatch(host, watch, async () => {
        const { tenant } = await host.settings();
        const listed = await (await host.api()).list("/plans", planPage, { query: { tenantId: tenant }, limit });
        const now = host.clock.now();
        return listLook(listed, [
          { title: "id", of: ({ planId }) => planId },
          { title: "what", of: ({ purpose }) => purpose },
          {
            title: "state",
            of: ({ state }) => state,
            paint: (cell, { state }) => paintState(host.paint, state)(cell),
          },
          { title: "tenants", of: ({ tenants }) => tenants.map(({ tenantId }) => tenantId).join(", ") },
          { title: "events", of: ({ progress: { done, total } }) => `${done}/${total}`, right: true },
          { title: "made", of: ({ createdAt }) => formatAge(createdAt, now), right: true },
          { title: "hash", of: ({ planHash }) => planHash?.slice(0, 16) },
        ]);
      }),
    );
  plans
    .command("show")
    .description("what it found, or how far it is")
    .argument("<id>", "its id")
    .option("--follow", "wait for its end")
    .action(async (id, { follow }) => {
      const found = await (await host.api()).get(apiPath`/plans/${id}`, plan);
      if (follow === true) await followPlan(host, found);
      else await showPlan(host, found);
    });
  plans
    .command("check")
    .description("whether it may be applied now; 1 when the world has moved on, with what changed")
    .argument("<id>", "its id")
    .action(async (id) => {
      const standing = await (await host.api()).get(apiPath`/plans/${id}/standing`, planStanding);
      host.print(standing, () =>
        standing.current
          ? "Nothing has changed: it may be applied."
          : [...standing.changes.map(plain), "Plan again."].join("\n"),
      );
      host.exitWith(standing.current ? EXIT.ok : EXIT.no);
    });
  plans
    .command("cancel")
    .description("stop one that runs")
    .argument("<id>", "its id")
    .action(async (id) => {
      const cancelled = await (await host.api()).post(apiPath`/plans/${id}/cancel`, undefined, plan);
      host.print(cancelled, () => `${cancelled.planId} is ${cancelled.state}.`);
    });
};

const PLANS_EXAMPLES = [
  "cordon plans list",
  "cordon plans show 3b1f6c0e-2d1a-4f6e-9a55-0c7d2b9e8f10 --follow",
  "cordon plans check 3b1f6c0e-2d1a-4f6e-9a55-0c7d2b9e8f10",
  "cordon plans cancel 3b1f6c0e-2d1a-4f6e-9a55-0c7d2b9e8f10",
];
