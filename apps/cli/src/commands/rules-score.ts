import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { ruleScores } from "@cordon/contracts/api";
import type * as z from "zod";
import type { Host } from "../command/host.ts";
import { duration, timeOrAge } from "../command/options.ts";
import { plain } from "../show/plain-text.ts";
import { formatTable } from "../show/table.ts";
import { formatDuration, formatTime } from "../show/times.ts";

type Scores = z.output<typeof ruleScores>;
type Kind = Scores["rules"][number]["kinds"][number];

export function registerRuleScore(rules: CommandUnknownOpts, host: Host): void {
  rules
    .command("score")
    .description(
      "rules that only observe, against what people ordered by hand: would they be right, and would they be enough?",
    )
    .argument("[rule]", "only this one")
    .option("--from <time>", "since a time or within an age; 30 days", timeOrAge)
    .option("--to <time>", "before a time or an age; now", timeOrAge)
    .option("--window <duration>", "how far apart the rule and the person may be; 1h", duration)
    .option("--examples", "the newest on which rule and people differ")
    .action(async (ruleId, { from, to, window, examples }) => {
      const windowSeconds = window === undefined ? undefined : Math.round(window / 1_000);
      const path = `${await host.tenantPath()}/rules/score`;
      const scores = await (await host.api()).get(path, ruleScores, { ruleId, from, to, windowSeconds });
      host.print(scores, () => formatScores(scores, examples === true));
    });
}

function formatScores({ rules, cut }: Scores, examples: boolean): string {
  const rows = rules.flatMap(({ ruleId, kinds }) => kinds.map((kind) => ({ ruleId, ...kind })));
  if (rows.length === 0) return "No rule only observes.";
  const table = formatTable(
    [
      { title: "rule", of: ({ ruleId }) => ruleId },
      { title: "action", of: ({ kind }) => kind },
      { title: "observed", of: ({ observed }) => observed, right: true },
      { title: "confirmed", of: ({ confirmed }) => confirmed, right: true },
      { title: "precision", of: ({ precision }) => percent(precision), right: true },
      { title: "by hand", of: ({ byHand }) => byHand, right: true },
      { title: "foreseen", of: ({ foreseen }) => foreseen, right: true },
      { title: "recall", of: ({ recall }) => percent(recall), right: true },
      { title: "earlier by", of: ({ leadSeconds }) => lead(leadSeconds), right: true },
    ],
    rows,
  );
  const shown = examples ? rows.flatMap((row) => examplesText(row.ruleId, row)) : [];
  return [table, ...(cut ? ["There was more than is looked at: only the newest counted."] : []), ...shown].join("\n");
}

function percent(share: number | undefined): string | undefined {
  return share === undefined ? undefined : `${Math.round(share * 100)} %`;
}

function lead(seconds: number | undefined): string | undefined {
  if (seconds === undefined) return undefined;
  return seconds < 0 ? `-${formatDuration(-seconds * 1_000)}` : formatDuration(seconds * 1_000);
}

function examplesText(ruleId: string, { kind, unconfirmed, missed }: Kind): readonly string[] {
  const line = (what: string) => (each: Kind["missed"][number]) =>
    `${formatTime(each.at)} ${each.siteId}/${plain(each.name)} ${kind}: ${what}`;
  return [
    ...unconfirmed.map(line(`${ruleId} would have, nobody did`)),
    ...missed.map(line(`by hand, ${ruleId} would not have`)),
  ];
}
