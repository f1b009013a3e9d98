import type { ActionKind } from "../action/index.ts";
import { below, type CompileContext, type Report } from "./compile-context.ts";
import { RULE_LIMITS as LIMITS } from "./limits.ts";
import type { RulePath } from "./problem.ts";
import { type ArgumentForm, type ArgumentMapping, type FieldMapping, isFieldMapping } from "./rule.ts";

/** Arguments that take whole numbers; all others that a field can bring take text. */
const NUMBERS: readonly string[] = ["durationSeconds", "holdSeconds", "pid"];
/** Built of members, which no event field has. */
const STRUCTURES: Readonly<Record<string, string>> = {
  indicators: "map the field to its type instead, for instance `sha256: {field: FileHash}`",
  exclusions: "write them out: which traffic stays allowed is not for an event to say",
};

/** [R26] Whether a mapping's fields exist and can hold what the argument takes. */
export function checkMapping(
  kind: ActionKind,
  argument: string,
  mapping: ArgumentMapping,
  context: CompileContext,
  report: Report,
): void {
  if (Array.isArray(mapping)) {
    for (const [index, item] of mapping.entries()) checkMapping(kind, argument, item, context, below(report, index));
    return;
  }
  if (!isFieldMapping(mapping)) return;
  const mend = STRUCTURES[argument];
  if (mend !== undefined) {
    report([], "bad_argument", `\`${argument}\` of ${kind} cannot come from an event field; ${mend}`);
    return;
  }
  const fallbacks = mapping.orFields ?? [];
  if (fallbacks.length > LIMITS.fallbackFieldsMax) {
    report(["orFields"], "limit", `at most ${LIMITS.fallbackFieldsMax} fields`);
  }
  checkForm(kind, argument, mapping, report);
  checkField(argument, mapping.field, ["field"], context, report);
  for (const [index, field] of fallbacks.entries()) checkField(argument, field, ["orFields", index], context, report);
}

function checkField(argument: string, field: string, path: RulePath, context: CompileContext, report: Report): void {
  const type = context.fieldType(field, path, report);
  if (type === undefined || type === "text" || type === "texts") return;
  const takesNumber = NUMBERS.includes(argument);
  if (takesNumber && (type === "integer" || type === "integers")) return;
  const holds = type === "time" ? "a time" : type.startsWith("float") ? "a number with a fraction" : "a number";
  const takes = takesNumber ? "a whole number" : "text";
  report(path, "wrong_type", `${field} holds ${holds}, and \`${argument}\` takes ${takes}`);
}

/** Which forms an argument can take; one that is not here takes any. */
const FITTING: Readonly<Record<string, readonly ArgumentForm[]>> = {
  path: ["path"],
  workingDirectory: ["path"],
  filePath: ["path"],
  md5: ["md5"],
  sha256: ["sha256"],
  pid: ["pid"],
  durationSeconds: ["duration"],
  holdSeconds: ["duration"],
  ipAddress: ["ipAddress"],
  domain: ["domain"],
  url: ["url"],
};

function checkForm(kind: ActionKind, argument: string, { form }: FieldMapping, report: Report): void {
  const fitting = FITTING[argument];
  if (form === undefined || fitting === undefined || fitting.includes(form)) return;
  report(
    ["form"],
    "bad_argument",
    `\`${argument}\` of ${kind} takes the form ${fitting.join(" or ")}, not ${form}`,
    fitting[0],
  );
}
