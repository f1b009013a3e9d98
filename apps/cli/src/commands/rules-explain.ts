import { EVENT_LIMITS, parseEventBody, printRuleFileProblem, type RuleFile } from "@cordon/contracts";
import { eventWithDecisions, ruleSetWithSource } from "@cordon/contracts/api";
import type { CorrelationEvent } from "@cordon/core/event";
import { AppError, epochMs, eventId, tenantId } from "@cordon/core/kernel";
import { countersMet, createCountBook, explain, type RuleExplanation } from "@cordon/core/rules";
import { apiPath } from "../api/api-client.ts";
import type { Host, RegisterCommand } from "../command/host.ts";
import { loadRules, readRuleFiles, readText } from "../rules/read-rule-files.ts";
import { listsFor, tenantCatalogue, tenantFacts } from "../rules/tenant-lists.ts";
import { plain } from "../show/plain-text.ts";

interface Options {
  readonly event?: string | undefined;
  readonly eventFile?: string | undefined;
  readonly rules?: readonly string[] | undefined;
  readonly set?: string | undefined;
  readonly rule?: string | undefined;
  readonly tenantLists?: boolean | undefined;
}

export const registerRuleExplain: RegisterCommand = (rules, host) => {
  rules
    .command("explain")
    .description("which rules an event meets, and of each other the first clause that fails; nothing is done")
    .option("--event <id>", "a stored event")
    .option("--event-file <file>", "an event as KUMA sends it, JSON; of several the first")
    .option("--rules <files...>", "rules of these files or folders; the tenant's active set when left out")
    .option("--set <version>", "another of the tenant's sets than the active one")
    .option("--rule <id>", "only about this rule")
    .option("--tenant-lists", "with --rules: ask the lists that the tenant has at the coordinator, as they are now")
    .action((options) => explainEvent(host, options));
};

async function explainEvent(host: Host, options: Options): Promise<void> {
  if ((options.event === undefined) === (options.eventFile === undefined)) {
    throw new AppError("cli.usage", "give either --event or --event-file");
  }
  const event =
    options.event === undefined ? eventOfFile(host, options.eventFile ?? "") : await eventOf(host, options.event);
  const { files, name } = await rulesFor(host, options);
  const isAsked = options.rules === undefined || options.tenantLists === true;
  const loaded = loadRules(files, isAsked ? await tenantCatalogue(host) : await listsFor(host, options));
  if (!loaded.ok) throw new AppError("rules.invalid", loaded.problems.map(printRuleFileProblem).join("\n"));
  const { lists: needs } = loaded.ruleSet;
  if (needs.length > 0 && !isAsked) {
    throw new AppError(
      "cli.usage",
      "these rules ask lists, and what stands in them only the coordinator knows: --tenant-lists",
    );
  }
  const lists = await tenantFacts(host, needs);
  // Nothing came before it here, so whatever is counted is counted for the first time.
  const counts = createCountBook().record(event, countersMet(loaded.ruleSet, event, lists));
  const all = explain(loaded.ruleSet, event, { lists, counts });
  const shown = all.filter(({ ruleId }) => options.rule === undefined || ruleId === options.rule);
  if (shown.length === 0 && options.rule !== undefined) {
    throw new AppError("cli.usage", `no rule of ${name} has the id "${options.rule}"`);
  }
  host.print({ eventId: event.id, ruleSet: name, items: shown, more: false }, () =>
    [`Event ${event.id} (${plain(event.name)}) and ${name}:`, ...shown.map((one) => explanationText(one, host))].join(
      "\n",
    ),
  );
}

async function rulesFor(host: Host, { rules, set }: Options): Promise<{ files: readonly RuleFile[]; name: string }> {
  if (rules !== undefined) return { files: readRuleFiles(rules), name: `the rules of ${rules.join(", ")}` };
  const path = `${await host.tenantPath()}${apiPath`/rules/${set ?? "active"}`}`;
  const found = await (await host.api()).get(path, ruleSetWithSource);
  return { files: found.files, name: `rule set ${found.version}${found.active ? " (active)" : ""}` };
}

async function eventOf(host: Host, id: string): Promise<CorrelationEvent> {
  const settings = await host.settings();
  const path = `${await host.tenantPath()}${apiPath`/events/${id}`}`;
  const found = await (await host.api()).get(path, eventWithDecisions);
  return {
    tenantId: tenantId(settings.tenant ?? ""),
    id: eventId(found.eventId),
    name: found.name,
    timestamp: epochMs(found.timestamp),
    fields: found.fields,
  };
}

function eventOfFile(host: Host, file: string): CorrelationEvent {
  const text = readText(file);
  const parsed = parseEventBody(text, {
    tenantId: tenantId("local"),
    receivedAt: host.clock.now(),
    limits: EVENT_LIMITS,
  });
  if (parsed.kind === "refused") throw new AppError("cli.usage", `${file}: ${parsed.message}`);
  const [first] = parsed.events;
  if (first !== undefined) return first.event;
  throw new AppError("cli.usage", `${file}: ${parsed.bad[0]?.message ?? "it holds no event"}`);
}

function explanationText(explanation: RuleExplanation, { paint }: Host): string {
  switch (explanation.kind) {
    case "matched":
      return `${paint.green("matched")}      ${explanation.ruleId}`;
    case "not_matched": {
      const at = explanation.clause.path.join(".");
      return `${paint.dim("not matched")}  ${explanation.ruleId}\n               ${at}: ${plain(explanation.clause.message)}`;
    }
    case "stopped":
      return `${paint.yellow("not asked")}    ${explanation.ruleId}\n               ${explanation.by} matched before and lets none follow.`;
  }
}
