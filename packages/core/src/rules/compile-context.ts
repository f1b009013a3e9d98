import type { FieldCatalogue, FieldType } from "../event/index.ts";
import type { Calendar } from "./calendar.ts";
import type { ListCatalogue, ListKind, ListShape, RuleFeature } from "./facts.ts";
import { createFieldRead, type FieldRead } from "./matching/field-walk.ts";
import { nearestName } from "./nearest-name.ts";
import type { RulePath, RuleProblemCode } from "./problem.ts";
import type { RegexEngine } from "./regex-engine.ts";

/** Takes one mistake, with its path below the part that is being looked at. */
export type Report = (path: RulePath, code: RuleProblemCode, message: string, suggestion?: string) => void;

export function below(report: Report, ...prefix: RulePath): Report {
  return (path, code, message, suggestion) => report([...prefix, ...path], code, message, suggestion);
}

export interface CompileContext {
  readonly regex: RegexEngine;
  readonly features: ReadonlySet<RuleFeature>;
  /** The field's type; an unknown field is reported with the nearest name. */
  fieldType(name: string, path: RulePath, report: Report): FieldType | undefined;
  /** Reads the field out of an event's. */
  reader(field: string): FieldRead;
  /** The list's shape; one that is not there, or of another kind, is reported. */
  list(name: string, kind: ListKind | undefined, path: RulePath, report: Report): ListShape | undefined;
}

/** What a `when` may name beyond the event. */
export interface RuleContext extends CompileContext {
  readonly calendars: Readonly<Record<string, Calendar>>;
}

export const KIND_NAMES: Readonly<Record<ListKind, string>> = {
  activeList: "an active list",
  dictionary: "a dictionary",
  category: "a category",
  contextTable: "a context table",
};

export function createContext(
  regex: RegexEngine,
  catalogue: FieldCatalogue,
  features: ReadonlySet<RuleFeature>,
  lists: ListCatalogue | undefined,
): CompileContext {
  const readers = new Map<string, FieldRead>();
  return {
    regex,
    features,
    reader(field) {
      const read = readers.get(field) ?? createFieldRead(field);
      readers.set(field, read);
      return read;
    },
    fieldType(name, path, report) {
      const type = catalogue.typeOf(name);
      if (type === undefined) {
        const own = catalogue.prefixes.join(", ");
        const message = `KUMA has no event field "${name.slice(0, 80)}" (names are case-sensitive; own fields begin with ${own})`;
        report(path, "unknown_field", message, nearestName(name, catalogue.names));
      }
      return type;
    },
    list(name, kind, path, report) {
      // Without the feature the rule is refused as a whole already, and there may be no catalogue to look into.
      if (!features.has("lists")) return undefined;
      const shape = lists?.shapeOf(name);
      const shown = `"${name.slice(0, 80)}"`;
      if (shape === undefined) {
        const wanted = kind === undefined ? "a list" : KIND_NAMES[kind];
        const message = `the tenant has no list ${shown}; create it as ${wanted} before the rule`;
        report(path, "unknown_list", message, nearestName(name, lists?.names ?? []));
      } else if (kind !== undefined && shape.kind !== kind) {
        const message = `${shown} is ${KIND_NAMES[shape.kind]}, and ${KIND_NAMES[kind]} is needed here`;
        report(path, "bad_operand", message);
        return undefined;
      }
      return shape;
    },
  };
}
