import {
  ruleRollout,
  ruleRolloutCompensated,
  ruleRolloutCompensation,
  ruleRolloutPage,
  runningVersionPage,
} from "@cordon/contracts/api";
import { apiPath } from "../api/api-client.ts";
import { addExamples } from "../command/examples.ts";
import type { Host, RegisterCommand } from "../command/host.ts";
import { LIMIT_DEFAULT, LIMIT_FLAG, LIMIT_TEXT, limit } from "../command/options.ts";
import { listLook } from "../command/print-list.ts";
import { showOrWatch, WATCH_FLAG, WATCH_TEXT } from "../command/watch.ts";
import { counted } from "../show/plain-text.ts";
import { formatCompensation, ruleRolloutColumns, runningColumns } from "../show/rule-rollout.ts";
import { lookAtRollout, rolloutMeant } from "./rollout-status.ts";

const WHICH = ["[rollout]", "its id; left out: the only one that is under way, or else the newest"] as const;
const REASON = ["--reason <text>", "why; kept in the record"] as const;
const YES = ["-y, --yes", "do not ask"] as const;

export const registerRollout: RegisterCommand = (program, host) => {
  const rollouts = program
    .command("rollout")
    .description("how rule sets go over the sites, wave by wave (cordon apply begins one)");
  addExamples(rollouts, EXAMPLES, NOTES);
  rollouts
    .command("list")
    .description("all of them, the newest first")
    .option(LIMIT_FLAG, LIMIT_TEXT, limit, LIMIT_DEFAULT)
    .option(WATCH_FLAG, WATCH_TEXT)
    .action(({ limit, watch }) =>
      showOrWatch(host, watch, async () =>
        listLook(
          await (await host.api()).list("/rule-rollouts", ruleRolloutPage, { limit }),
          ruleRolloutColumns(host.paint, host.clock.now()),
        ),
      ),
    );
  rollouts
    .command("status")
    .description("its waves, what the gates measure now, and every step with who and why")
    .argument(...WHICH)
    .option(WATCH_FLAG, WATCH_TEXT)
    .action(async (id, { watch }) => {
      const meant = await rolloutMeant(host, id);
      return showOrWatch(host, watch, () => lookAtRollout(host, meant));
    });
  for (const [change, text] of CHANGES) {
    rollouts
      .command(change)
      .description(text)
      .argument(...WHICH)
      .requiredOption(...REASON)
      .option(...YES)
      .action(async (id, { reason, yes }) => {
        const meant = await rolloutMeant(host, id);
        // Who wants it to stop has no time for questions.
        if (change !== "pause") await host.confirm(`${change} ${meant}?`, yes);
        const path = apiPath`/rule-rollouts/${meant}/${change}`;
        const changed = await (await host.api()).post(path, { reason }, ruleRollout);
        const next =
          change === "rollback" ? ` What its isolations left: cordon rollout compensation ${changed.rolloutId}` : "";
        host.print(changed, () => `${changed.rolloutId} is ${changed.state}.${next}`);
      });
  }
  rollouts
    .command("compensation")
    .description("isolations and preventions of its rule sets that are still there")
    .argument(...WHICH)
    .option(WATCH_FLAG, WATCH_TEXT)
    .action(async (id, { watch }) => {
      const meant = await rolloutMeant(host, id);
      return showOrWatch(host, watch, async () => {
        const list = await (await host.api()).get(
          apiPath`/rule-rollouts/${meant}/compensation`,
          ruleRolloutCompensation,
        );
        return { value: list, text: () => formatCompensation(list, host.clock.now()) };
      });
    });
  rollouts
    .command("compensate")
    .description("approve that list: every isolation on it is asked to end, now or when its site is back")
    .argument(...WHICH)
    .requiredOption("--approve", "you have read the list")
    .requiredOption(...REASON)
    .option(...YES)
    .action((id, { reason, yes }) => compensate(host, id, reason, yes));
  rollouts
    .command("versions")
    .description(
      "who runs what since when: every site with its rule set; of all tenants, or of the one that --tenant names",
    )
    .option(LIMIT_FLAG, LIMIT_TEXT, limit, LIMIT_DEFAULT)
    .option(WATCH_FLAG, WATCH_TEXT)
    .action(({ limit, watch }) =>
      showOrWatch(host, watch, async () => {
        const query = { tenantId: host.flags.tenant };
        const listed = await (await host.api()).list("/running-rules", runningVersionPage, { limit, query });
        return listLook(listed, runningColumns(host.paint, host.clock.now()));
      }),
    );
};

async function compensate(host: Host, id: string | undefined, reason: string, yes: boolean | undefined): Promise<void> {
  const meant = await rolloutMeant(host, id);
  const api = await host.api();
  const path = apiPath`/rule-rollouts/${meant}/compensation`;
  const list = await api.get(path, ruleRolloutCompensation);
  const releasable = list.items.filter(({ way }) => way === "release").length;
  if (yes !== true && !host.json) host.err(formatCompensation(list, host.clock.now()));
  await host.confirm(`Ask for the end of ${counted(releasable, "isolation")} of ${meant}?`, yes);
  const done = await api.post(path, { reason }, ruleRolloutCompensated);
  host.print(done, () => {
    const more = done.more ? " There are further ones: do it again." : "";
    return `The end of ${counted(done.asked, "isolation")} was asked for.${more} Follow them: cordon rollout compensation ${meant} --watch`;
  });
}

const CHANGES = [
  ["pause", "no further wave begins; at once, without asking"],
  ["resume", "go on: after your own pause where it was, after a gate's with this wave's soak from the start"],
  ["advance", "begin the next wave now, whatever the gates say: you judged this one"],
  [
    "abort",
    "no further wave for ever; sites that run the new set keep it until a rollback, or until a set is activated",
  ],
  ["rollback", "every site runs what it ran before, from the next event on; what was not sent is called off"],
] as const;

const ID = "rro_0f4c2a51-7d1e-4f0b-9a55-5d1c7f0e2b44";

const EXAMPLES = [
  "cordon rollout list",
  "cordon rollout status --watch",
  `cordon rollout status ${ID} --json | jq .gates`,
  'cordon rollout pause --reason "looking at berlin"',
  'cordon rollout resume --reason "was a drill" --yes',
  'cordon rollout advance --reason "quiet week, read the decisions by hand"',
  'cordon rollout abort --reason "no longer wanted"',
  `cordon rollout rollback ${ID} --reason "isolates print servers"`,
  `cordon rollout compensation ${ID} --watch`,
  `cordon rollout compensate ${ID} --approve --reason "agreed with the customer, ticket 4711"`,
  "cordon rollout versions --watch",
  "cordon --tenant acme rollout versions --json",
];

const NOTES = `"status" ends with 1 while the rollout wants a person: paused, aborted or rolled back.`;
