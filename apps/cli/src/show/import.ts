import type { NeededList, Note, ResourceReport } from "@cordon/kuma-resources";
import type { Paint } from "./paint.ts";
import { counted, plain } from "./plain-text.ts";

interface Told {
  readonly report: readonly ResourceReport[];
  readonly rules: number;
  /** What the tenant must have first. */
  readonly lists: readonly NeededList[];
  /** What keeps the written set from being published as it is. */
  readonly problems: readonly string[];
}

const OUTCOMES: Readonly<Record<ResourceReport["outcome"], string>> = {
  rule: "rule",
  condition: "condition",
  support: "name only",
  not_carried_over: "NOT carried over",
};

/** Each resource with what became of it; nothing is left out, however little it says. */
export function formatImport({ report, rules, lists, problems }: Told, paint: Paint): string {
  const entries = report.map((one) => {
    const outcome = OUTCOMES[one.outcome];
    const word = one.outcome === "not_carried_over" ? paint.red(outcome) : paint.green(outcome);
    const as = one.ruleId === undefined ? "" : ` ${one.ruleId}`;
    const when = one.when === undefined || one.outcome === "rule" ? [] : [`  when      ${plain(one.when)}`];
    return [
      `${word}${as}  ${one.kind} "${plain(one.name)}" (${one.id || "no id"})`,
      ...when,
      ...notesOf(one.notes),
    ].join("\n");
  });
  const left = report.filter(({ outcome }) => outcome === "not_carried_over").length;
  const conditions = report.filter(({ outcome }) => outcome === "condition").length;
  const sum = `${counted(report.length, "resource")}: ${counted(rules, "rule")} (all observe), ${counted(conditions, "filter")} as conditions, ${left} not carried over.`;
  const check =
    problems.length === 0
      ? []
      : [
          `Before these rules can be published as they are, ${counted(problems.length, "thing")} must be seen to:`,
          ...problems.map((one) => `  ${plain(one)}`),
        ];
  const wanted =
    lists.length === 0
      ? []
      : [
          `The tenant needs ${counted(lists.length, "list")} first, with the entries that KUMA has in them (cordon lists import):`,
          ...lists.map((list) => `  ${createCommand(list)}`),
        ];
  return [...entries, "", sum, ...wanted, ...check].join("\n");
}

function createCommand({ name, kind, keyParts, columns }: NeededList): string {
  const keys = keyParts === 1 ? [] : Array.from({ length: keyParts }, (_, index) => `--key key${index + 1}`);
  const own = columns.map((column) => `--column ${quoted(column)}`);
  return ["cordon lists create", quoted(name), `--kind ${kind}`, ...keys, ...own].join(" ");
}

/** For a shell. */
function quoted(text: string): string {
  const shown = plain(text);
  return /^[\w./:=-]+$/.test(shown) ? shown : `'${shown.replaceAll("'", "'\\''")}'`;
}

/** The same words at many places are said once, with the places counted. */
function notesOf(notes: readonly Note[]): readonly string[] {
  const groups = Map.groupBy(notes, ({ kind, message }) => `${kind}\n${message}`);
  return [...groups.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const where = first.path === "" ? "" : ` [${first.path}${others.length === 0 ? "" : ` and ${others.length} more`}]`;
    return [`  ${first.kind.padEnd(8)}  ${plain(first.message)}${where}`];
  });
}
