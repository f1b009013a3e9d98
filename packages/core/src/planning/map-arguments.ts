import { type ActionArgs, type ArgumentProblem, parseActionArgs } from "../action/index.ts";
import type { CorrelationEvent, FieldValue } from "../event/index.ts";
import {
  type ArgumentForm,
  type ArgumentMapping,
  type FieldMapping,
  isFieldMapping,
  literalValue,
  type RuleAction,
  readForm,
  type Scalar,
} from "../rules/index.ts";

export type MappedArguments =
  | { readonly kind: "mapped"; readonly spec: ActionArgs }
  /** The event has none of the fields that an argument names. */
  | { readonly kind: "missing"; readonly missing: readonly MissingArgument[] }
  | {
      readonly kind: "invalid";
      readonly problems: readonly (ArgumentProblem & { readonly fields: readonly string[] })[];
    };

export interface MissingArgument {
  readonly argument: string;
  readonly fields: readonly string[];
  /** Only values of this form would have counted. */
  readonly form?: ArgumentForm;
}

/** The typed arguments of an action, taken from the event as its mapping says. */
export function mapArguments(action: RuleAction, event: CorrelationEvent): MappedArguments {
  const raw: Record<string, unknown> = {};
  const missing: MissingArgument[] = [];
  for (const [argument, mapping] of Object.entries(action.arguments)) {
    if (Array.isArray(mapping)) {
      raw[argument] = mapping.flatMap((item) => valuesOf(argument, item, event, missing));
      continue;
    }
    const values = valuesOf(argument, mapping, event, missing);
    if (values.length > 0) raw[argument] = values.length === 1 ? values[0] : values;
  }
  if (missing.length > 0) return { kind: "missing", missing };
  const parsed = parseActionArgs(action.kind, raw);
  if (parsed.ok) return { kind: "mapped", spec: parsed.spec };
  const problems = parsed.problems.map((problem) => ({ ...problem, fields: fieldsOf(problem.argument, action) }));
  return { kind: "invalid", problems };
}

function valuesOf(
  argument: string,
  mapping: ArgumentMapping,
  event: CorrelationEvent,
  missing: MissingArgument[],
): readonly unknown[] {
  if (!isFieldMapping(mapping)) return [literalValue(argument, mapping)];
  for (const field of fieldsTried(mapping)) {
    const value: FieldValue | undefined = event.fields[field];
    if (value === undefined || value === "" || value === 0) continue;
    const elements: readonly Scalar[] = typeof value === "object" ? value : [value];
    const present = elements.filter((each) => each !== "" && each !== 0).flatMap((each) => inForm(mapping, each));
    if (present.length > 0) return present;
  }
  const { form } = mapping;
  if (mapping.optional !== true)
    missing.push({ argument, fields: fieldsTried(mapping), ...(form === undefined ? {} : { form }) });
  return [];
}

/** [R25] A value of another form counts as absent. */
function inForm({ form }: FieldMapping, value: Scalar): readonly Scalar[] {
  if (form === undefined) return [value];
  const read = readForm(form, value);
  return read === undefined ? [] : [read];
}

function fieldsTried({ field, orFields = [] }: FieldMapping): readonly string[] {
  return [field, ...orFields];
}

/** The event fields behind an argument that turned out wrong, so that the message can point at them. */
function fieldsOf(argument: string, action: RuleAction): readonly string[] {
  const [name = ""] = argument.split(/[.[]/, 1);
  const mapping = action.arguments[name];
  const mappings = Array.isArray(mapping) ? mapping : [mapping];
  return mappings.filter(isFieldMapping).flatMap(fieldsTried);
}
