import { createActiveLists, createActiveRules, createListSweep, createPlanDesk } from "@cordon/coordinator-core";
import { createRuleCompiler } from "../rules/rule-compiler.ts";
import { type Ground, keepRunning } from "./ground.ts";

export type OpenRules = Awaited<ReturnType<typeof openRules>>;

/** The rules that are in force, what they ask beside the event, and what others would do. */
export async function openRules(ground: Ground) {
  const { config, record, clock, random, logger, opened } = ground;
  const lists = createActiveLists({ store: record.lists, clock, logger });
  const compiler = createRuleCompiler(lists);
  const active = createActiveRules({ store: record.ruleSets, compiler, lists, clock, logger });
  keepRunning(ground, lists);
  await active.start();
  opened.defer(() => active.stop());
  keepRunning(ground, createListSweep({ store: record.lists, clock, logger }));
  const plans = createPlanDesk({
    store: record.plans,
    replay: record.replay,
    ruleSets: record.ruleSets,
    compiler,
    lists,
    clock,
    random,
    logger,
    minimums: config.minimums,
  });
  plans.watch();
  opened.defer(() => plans.stop());
  return { lists, compiler, active, plans };
}
