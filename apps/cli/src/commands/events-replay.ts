import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { plan, ruleSetWithSource } from "@cordon/contracts/api";
import { AppError } from "@cordon/core/kernel";
import { followPlan, showPlan } from "../command/follow-plan.ts";
import type { Host } from "../command/host.ts";
import { limit, timeOrAge } from "../command/options.ts";
import { readRuleFiles } from "../rules/read-rule-files.ts";

/** Replay of stored events, also through files that nobody has published. */
export function registerEventReplay(events: CommandUnknownOpts, host: Host): void {
  events
    .command("replay")
    .description(
      "what stored events would lead to: nothing is ordered, nothing is published. Without a set: the active one",
    )
    .argument("[files...]", "rule files, or folders of which every .yaml is taken")
    .option("--set <version>", "a numbered set instead of files", limit)
    .option("--from <time>", "received since a time or within an age; 7 days", timeOrAge)
    .option("--to <time>", "received before a time or an age; now", timeOrAge)
    .option("--detach", "do not wait for it")
    .action(async (places, { set, from, to, detach }) => {
      if (set !== undefined && places.length > 0) throw new AppError("cli.usage", "give either files or --set");
      const api = await host.api();
      const tenant = await host.tenantPath();
      const what =
        places.length > 0
          ? { files: readRuleFiles(places) }
          : { version: set ?? (await api.get(`${tenant}/rules/active`, ruleSetWithSource)).version };
      const started = await api.post(`${tenant}/replays`, { ...what, from, to }, plan);
      if (detach === true) await showPlan(host, started);
      else await followPlan(host, started);
    });
}
