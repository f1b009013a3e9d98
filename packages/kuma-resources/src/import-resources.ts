import type { ActionKind } from "@cordon/core/action";
import type { FieldCatalogue } from "@cordon/core/event";
import { printWhen, type RuleAction, type TargetStep, type WhenNode } from "@cordon/core/rules";
import { convertFilter } from "./convert-filter.ts";
import { convertScript } from "./convert-script.ts";
import type { FilterContext } from "./filter-context.ts";
import { listsNeeded, type NeededList } from "./lists-needed.ts";
import type { AddNote, Note } from "./note.ts";
import { isBlank, type Raw, rawOf, textOf } from "./raw.ts";
import type { KumaResource } from "./read-resources.ts";
import { createRuleNames } from "./rule-names.ts";

export interface ImportOptions {
  readonly catalogue: FieldCatalogue;
  /** Where the endpoint is looked for when a script's command line does not say. */
  readonly target: readonly TargetStep[];
  /** A filter says when, not what: with this each becomes a rule that would do it; without it, a condition in the report. */
  readonly filterAction?: ActionKind;
}

/** A rule that only observes: a person reads it before it acts. */
export interface ImportedRule {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly kumaId: string;
  readonly when: WhenNode;
  readonly target: readonly TargetStep[];
  readonly action: RuleAction;
}

/** What became of one resource; every resource has one. */
export interface ResourceReport {
  readonly kind: string;
  readonly id: string;
  readonly name: string;
  /**
   * `rule`: it became a rule. `condition`: a filter that can be said, and `when` says it. `support`: it gives a name to others.
   * `not_carried_over`: notes of the kind `blocked` say why.
   */
  readonly outcome: "rule" | "condition" | "support" | "not_carried_over";
  readonly ruleId?: string;
  /** In code mode, also of what did not become a rule, so that it can be used by hand. */
  readonly when?: string;
  readonly notes: readonly Note[];
}

export interface Imported {
  readonly rules: readonly ImportedRule[];
  readonly report: readonly ResourceReport[];
  /** What the tenant must have, of what rules and conditions name; their entries are not in resources. */
  readonly lists: readonly NeededList[];
}

/** Turns response rules and filters of KUMA into rules of Cordon. As many reports come out as resources go in, in their order. */
export function importResources(resources: readonly KumaResource[], options: ImportOptions): Imported {
  const named = (kinds: ReadonlySet<string>) => resources.filter(({ kind, id }) => kinds.has(kind) && id !== "");
  const filters = new Map(named(FILTER_KINDS).map(({ id, payload }) => [id, payload]));
  const listNames = new Map(named(LIST_KINDS).map(({ id, name }) => [id, name]));
  const ruleId = createRuleNames();
  const rules: ImportedRule[] = [];
  const said: WhenNode[] = [];
  const report = resources.map((resource): ResourceReport => {
    const notes: Note[] = [];
    const note: AddNote = (kind, path, message) => void notes.push({ kind, path, message });
    const context: FilterContext = { catalogue: options.catalogue, note, filters, listNames, inside: [] };
    const { kind, id, name } = resource;
    const told = { kind, id, name };
    if (LIST_KINDS.has(kind)) {
      const text = `only its name is used; its entries are not in here, give the tenant a list "${name}" with them`;
      note("needs", "", text);
      return { ...told, outcome: "support", notes };
    }
    const converted = convert(resource, options, context);
    const when = converted.when === undefined ? {} : { when: printWhen(converted.when) };
    if (converted.when === undefined || notes.some((one) => one.kind === "blocked")) {
      return { ...told, outcome: "not_carried_over", ...when, notes };
    }
    said.push(converted.when);
    if (converted.does === undefined) return { ...told, outcome: "condition", ...when, notes };
    const rule: ImportedRule = {
      id: ruleId(name, id),
      name: name || `KUMA ${kind} ${id}`,
      description: resource.description,
      kumaId: id,
      when: converted.when,
      ...converted.does,
    };
    rules.push(rule);
    return { ...told, outcome: "rule", ruleId: rule.id, ...when, notes };
  });
  return { rules, report, lists: listsNeeded(said, resources, options.catalogue) };
}

const FILTER_KINDS: ReadonlySet<string> = new Set(["filter"]);
const LIST_KINDS: ReadonlySet<string> = new Set(["activeList", "dictionary", "contextTable"]);

interface Converted {
  readonly when: WhenNode | undefined;
  readonly does?: { readonly action: RuleAction; readonly target: readonly TargetStep[] } | undefined;
}

function convert(resource: KumaResource, options: ImportOptions, context: FilterContext): Converted {
  if (resource.kind === "responseRule") return convertResponseRule(resource.payload, options, context);
  if (resource.kind === "filter") return convertNamedFilter(resource, options, context);
  context.note("blocked", "kind", `resources of the kind "${resource.kind}" have no counterpart in Cordon`);
  return { when: undefined };
}

function convertNamedFilter(
  { id, payload }: KumaResource,
  { filterAction, target }: ImportOptions,
  context: FilterContext,
) {
  const when = convertFilter({ ...payload, id }, "filter", context);
  if (when === undefined || filterAction === undefined) return { when };
  context.note("assumed", "", `a filter does nothing by itself; as a rule it would ask for ${filterAction}`);
  return { when, does: { action: { kind: filterAction, arguments: {} }, target } };
}

function convertResponseRule(payload: Raw, options: ImportOptions, context: FilterContext): Converted {
  const filter = rawOf(payload, "filter");
  const when = filter === undefined || isBlank(filter) ? undefined : convertFilter(filter, "filter", context);
  if (filter === undefined || isBlank(filter)) {
    context.note("blocked", "filter", "it has none, so it would meet every event that its correlator sends");
  }
  noteLostMembers(payload, context.note);
  const kind = textOf(payload, "kind");
  if (kind !== "script") {
    context.note("blocked", "kind", `a response of the type "${kind}" is not one of the nine EDR actions`);
    return { when };
  }
  const script = convertScript(textOf(payload, "scriptName"), textOf(payload, "scriptArgs"), context);
  if (script === undefined) return { when };
  if (script.target.length > 0) return { when, does: script };
  const steps = options.target.map(({ by, field }) => `${by} in ${field}`).join(", else ");
  context.note("assumed", "target", `the script does not say which endpoint is meant; it is looked for as ${steps}`);
  return { when, does: { action: script.action, target: options.target } };
}

const READ_MEMBERS: ReadonlySet<string> = new Set([
  "id",
  "name",
  "kind",
  "description",
  "filter",
  "scriptName",
  "scriptArgs",
]);

const WHY_LOST: Readonly<Record<string, string>> = {
  timeout: "seconds after which the script is ended; Cordon's actions have deadlines by class instead",
  workers: "scripts at a time; Cordon's agents pace by endpoint and by slots instead",
};

function noteLostMembers(payload: Raw, note: AddNote): void {
  for (const [name, value] of Object.entries(payload)) {
    if (READ_MEMBERS.has(name) || isBlank(value)) continue;
    note(
      "lost",
      name,
      `${JSON.stringify(value).slice(0, 80)}: ${WHY_LOST[name] ?? "belongs to another type of response"}`,
    );
  }
}
