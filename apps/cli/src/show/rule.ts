import { type ArgumentMapping, isFieldMapping, printWhenPretty, type Rule, type TargetStep } from "@cordon/core/rules";
import { plain } from "./plain-text.ts";
import { formatFields } from "./table.ts";
import { formatDuration } from "./times.ts";

/** A rule as it was understood, for eyes. */
export function formatRule(rule: Rule): string {
  const { limits } = rule;
  return formatFields([
    ["rule", `${rule.id} (${plain(rule.name)})`],
    [
      "description",
      rule.description === undefined ? undefined : rule.description.split("\n").map(plain).join("\n").trim(),
    ],
    ["owner", rule.owner === undefined ? undefined : plain(rule.owner)],
    ["mode", `${rule.mode}, priority ${rule.priority}${rule.continue ? "" : ", rules after it are not asked"}`],
    ["when", printWhenPretty(rule.when).split("\n").map(plain).join("\n")],
    ["target", rule.target.map(targetText).join(", else ")],
    ...rule.actions.map((action) => {
      const args = Object.entries(action.arguments).map(([name, mapping]) => `${name}: ${mappingText(mapping)}`);
      const deadline = action.deadlineMs === undefined ? [] : [`not after ${formatDuration(action.deadlineMs)}`];
      const onFailure = action.onFailure === undefined ? [] : [`on failure ${action.onFailure}`];
      return ["action", [action.kind, ...args, ...deadline, ...onFailure].join("\n  ")] as const;
    }),
    ["chain", rule.chain === undefined ? undefined : "each action waits for the end of the one before"],
    ["cool-down", limits.coolDownMs === undefined ? undefined : formatDuration(limits.coolDownMs)],
    [
      "at most",
      limits.maxActions === undefined
        ? undefined
        : `${limits.maxActions.count} actions in ${formatDuration(limits.maxActions.windowMs)}`,
    ],
    [
      "at most",
      limits.maxSiteShare === undefined
        ? undefined
        : `${limits.maxSiteShare.share * 100} % of a site in ${formatDuration(limits.maxSiteShare.windowMs)}`,
    ],
  ]);
}

function targetText({ by, field, site }: TargetStep): string {
  const where = site === undefined ? "" : typeof site === "string" ? ` at ${site}` : ` at the site of ${site.field}`;
  return `${by} in ${field}${where}`;
}

function mappingText(mapping: ArgumentMapping): string {
  if (Array.isArray(mapping)) return `[${mapping.map((one) => mappingText(one)).join(", ")}]`;
  if (!isFieldMapping(mapping)) return plain(JSON.stringify(mapping));
  const { field, orFields = [], optional, form } = mapping;
  const names = [field, ...orFields].join(" or ");
  return `of ${names}${form === undefined ? "" : ` as ${form}`}${optional === true ? ", if there" : ""}`;
}
