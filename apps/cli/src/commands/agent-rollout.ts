import { InvalidArgumentError } from "@commander-js/extra-typings";
import { rollout, rolloutPage, rolloutWithRings } from "@cordon/contracts/api";
import type * as z from "zod";
import { apiPath } from "../api/api-client.ts";
import { addExamples } from "../command/examples.ts";
import type { Host, RegisterCommand } from "../command/host.ts";
import { LIMIT_DEFAULT, LIMIT_FLAG, LIMIT_TEXT, limit } from "../command/options.ts";
import { printList } from "../command/print-list.ts";
import { type Look, showOrWatch, WATCH_FLAG, WATCH_TEXT } from "../command/watch.ts";
import { EXIT } from "../exit-codes.ts";
import { formatRollout } from "../show/rollout.ts";
import { formatWhen, parseDuration } from "../show/times.ts";

type Ring = { sites?: readonly string[]; share?: number; soakSeconds?: number };

export const registerAgentRollout: RegisterCommand = (program, host) => {
  const rollouts = program
    .command("agent-rollout")
    .description("how a release of the agent goes over the fleet, ring by ring");
  addExamples(rollouts, EXAMPLES, NOTES);
  rollouts
    .command("list")
    .description("all of them")
    .option(LIMIT_FLAG, LIMIT_TEXT, limit, LIMIT_DEFAULT)
    .action(async ({ limit }) => {
      const now = host.clock.now();
      printList(host, await (await host.api()).list("/rollouts", rolloutPage, { limit }), [
        { title: "rollout", of: ({ rolloutId }) => rolloutId },
        { title: "version", of: ({ version }) => version },
        { title: "state", of: ({ state }) => state },
        { title: "ring", of: ({ ring }) => ring + 1, right: true },
        { title: "started", of: ({ createdAt }) => formatWhen(createdAt, now) },
        { title: "changed", of: ({ changedAt, changedBy }) => `${formatWhen(changedAt, now)} by ${changedBy}` },
        { title: "reason", of: ({ reason }) => reason },
      ]);
    });
  rollouts
    .command("start")
    .description("let a release go over the fleet; without --ring: 5 % of the sites, then 25 %, then all, a day each")
    .argument("<version>", "a registered release")
    .option(
      "--ring <ring>",
      "10%, all, or tenant/site,tenant/site; with :4h for its soak; in order, several times",
      ring,
      [] as Ring[],
    )
    .option("-y, --yes", "do not ask")
    .action(async (version, { ring: rings, yes }) => {
      await host.confirm(`Let ${version} go over the fleet in ${rings.length || 3} rings?`, yes);
      const made = await (await host.api()).post("/rollouts", { version, rings }, rolloutWithRings);
      host.print(made, () => formatRollout(made, host.paint, host.clock.now()));
    });
  rollouts
    .command("show")
    .description("its rings, and how their agents stand")
    .argument("<rollout>", "its id")
    .option(WATCH_FLAG, WATCH_TEXT)
    .action((id, { watch }) => showOrWatch(host, watch, () => show(host, id)));
  for (const [change, text] of CHANGES) {
    rollouts
      .command(change)
      .description(text)
      .argument("<rollout>", "its id")
      .option("-y, --yes", "do not ask")
      .action(async (id, { yes }) => {
        if (change !== "pause") await host.confirm(`${change} ${id}?`, yes);
        const changed = await (await host.api()).post(apiPath`/rollouts/${id}/${change}`, undefined, rollout);
        host.print(changed, () => `${changed.rolloutId} (${changed.version}) is ${changed.state}.`);
      });
  }
};

const CHANGES = [
  ["pause", "no further agent begins; at once, without asking"],
  ["resume", "go on, and tolerate the failures so far"],
  ["abort", "end it: agents that run the release keep it, no further one gets it"],
  ["advance", "begin the next ring whatever the present one says"],
] as const;

async function show(host: Host, id: string): Promise<Look> {
  const found = await (await host.api()).get(apiPath`/rollouts/${id}`, rolloutWithRings);
  host.exitWith(isGood(found) ? EXIT.ok : EXIT.no);
  return { value: found, text: () => formatRollout(found, host.paint, host.clock.now()) };
}

/** Paused and aborted ones want a person. */
function isGood({ state }: z.output<typeof rollout>): boolean {
  return state === "running" || state === "done";
}

function ring(text: string, before: Ring[]): Ring[] {
  const [what = "", soak, ...rest] = text.split(":");
  const soakMs = soak === undefined ? undefined : parseDuration(soak);
  if (rest.length > 0 || (soak !== undefined && soakMs === undefined)) {
    throw new InvalidArgumentError(`"${text}": the soak is written like 10%:4h`);
  }
  const soaked = soakMs === undefined ? {} : { soakSeconds: Math.round(soakMs / 1_000) };
  const percent = /^(\d{1,3}(?:\.\d+)?)%$/.exec(what);
  if (what === "all") return [...before, soaked];
  if (percent !== null) return [...before, { share: Number(percent[1]) / 100, ...soaked }];
  const sites = what.split(",");
  if (sites.every((site) => /^[^/]+\/[^/]+$/.test(site))) return [...before, { sites, ...soaked }];
  throw new InvalidArgumentError(`"${text}" is neither a share (10%), nor all, nor tenant/site,tenant/site`);
}

const EXAMPLES = [
  "cordon agent-rollout start 1.4.0",
  "cordon agent-rollout start 1.4.0 --ring acme/lab:2h --ring 10%:1d --ring all",
  "cordon agent-rollout show 0f4c2a51-7d1e-4f0b-9a55-5d1c7f0e2b44 --watch",
  "cordon agent-rollout pause 0f4c2a51-7d1e-4f0b-9a55-5d1c7f0e2b44",
  "cordon agent-rollout resume 0f4c2a51-7d1e-4f0b-9a55-5d1c7f0e2b44 --yes",
  "cordon agent-rollout list",
  "cordon agent-rollout abort 0f4c2a51-7d1e-4f0b-9a55-5d1c7f0e2b44",
  "cordon agent-rollout advance 0f4c2a51-7d1e-4f0b-9a55-5d1c7f0e2b44",
];

const NOTES = `"show" ends with 1 while the rollout is paused or aborted.`;
