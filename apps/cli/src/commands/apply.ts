import { InvalidArgumentError } from "@commander-js/extra-typings";
import { ruleRolloutPreview, ruleRolloutWithSteps } from "@cordon/contracts/api";
import { AppError } from "@cordon/core/kernel";
import { addExamples } from "../command/examples.ts";
import type { Host, RegisterCommand } from "../command/host.ts";
import { WATCH_FLAG, WATCH_TEXT } from "../command/watch.ts";
import { readFleetFolder } from "../fleet/read-fleet-folder.ts";
import { counted, plain } from "../show/plain-text.ts";
import { formatPreview, formatRuleRollout } from "../show/rule-rollout.ts";
import { watchRollout } from "./rollout-status.ts";

interface Options {
  readonly plan: string;
  readonly folder?: string | undefined;
  readonly prune?: true | undefined;
  readonly dryRun?: true | undefined;
  readonly reason: string;
  readonly yes?: true | undefined;
  readonly watch?: true | undefined;
}

export const registerApply: RegisterCommand = (program, host) => {
  const command = program
    .command("apply")
    .description("let the rule sets of a plan go over the sites, wave by wave")
    .requiredOption("--plan <hash>", "the plan that was read: what it showed is what is rolled out", planHash)
    .requiredOption("--reason <text>", "why; kept in the record")
    .option(
      "-f, --folder <folder>",
      "the files: their rules must be those that were planned; a fleet folder's rollout.yaml says how",
    )
    .option("--prune", "rules that are in force and not in the plan may go")
    .option("--dry-run", "show which sites are in which wave and which rules would go; begin nothing")
    .option("-y, --yes", "do not ask")
    .option(WATCH_FLAG, WATCH_TEXT)
    .action((options) => apply(host, options));
  addExamples(command, EXAMPLES, NOTES);
};

async function apply(host: Host, { plan, folder: place, prune, dryRun, reason, yes, watch }: Options): Promise<void> {
  const { tenant } = await host.settings();
  const folder = place === undefined ? undefined : readFleetFolder(place, tenant);
  const contents = folder?.tenants.map(({ tenantId, contentHash }) => ({ tenantId, contentHash }));
  const request = {
    planHash: plan,
    ...(contents === undefined ? {} : { contents }),
    ...(folder?.policy === undefined ? {} : { policy: folder.policy }),
  };
  const api = await host.api();
  const preview = await api.post("/rule-rollouts/preview", request, ruleRolloutPreview);
  if (dryRun === true) {
    host.print(preview, () => formatPreview(preview));
    return;
  }
  const { goes, waves } = preview;
  if (goes.length > 0 && prune !== true) {
    throw new AppError("rule_rollout.prune_needed", goes.map((rule) => plain(rule)).join("\n"));
  }
  // What is about to be done is seen before it is agreed to.
  if (yes !== true && !host.json) host.err(formatPreview(preview));
  const sites = waves.reduce((sum, wave) => sum + wave.sites.length, 0);
  await host.confirm(`Roll this out to ${counted(sites, "site")} in ${counted(waves.length, "wave")}?`, yes);
  const body = { ...request, reason, prune: prune === true };
  const made = await api.post("/rule-rollouts", body, ruleRolloutWithSteps);
  if (watch === true) return watchRollout(host, made.rolloutId);
  host.print(made, () => formatRuleRollout(made, host.paint, host.clock.now()));
}

function planHash(text: string): string {
  if (/^[0-9a-f]{64}$/.test(text)) return text;
  throw new InvalidArgumentError("must be the hash that cordon plan printed: 64 hexadecimal digits");
}

const HASH = "3f1c9a5be0d24c7781f6a2b4c5d6e7f80911223344556677889900aabbccddee";

const EXAMPLES = [
  `cordon apply --plan ${HASH} --reason "ticket 4711"`,
  `cordon apply -f rules/ --plan ${HASH} --reason "ticket 4711"`,
  `cordon apply -f fleet/ --plan ${HASH} --dry-run --reason "ticket 4711"`,
  `cordon apply -f fleet/ --plan ${HASH} --reason "ticket 4711" --watch`,
  `cordon apply -f fleet/ --plan ${HASH} --prune --yes --reason "merge request 82" --json`,
];

const NOTES = `A fleet folder holds rollout.yaml (waves and gates) and tenants/<tenant>/*.yaml; docs/rollout.md shows one.`;
