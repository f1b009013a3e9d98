import type { FieldCatalogue, FieldType } from "../event/index.ts";
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
  /** The field's type; an unknown field is reported with the nearest name. */
  fieldType(name: string, path: RulePath, report: Report): FieldType | undefined;
}

export function createContext(regex: RegexEngine, catalogue: FieldCatalogue): CompileContext {
  return {
    regex,
    fieldType(name, path, report) {
      const type = catalogue.typeOf(name);
      if (type === undefined) {
        const own = catalogue.prefixes.join(", ");
        const message = `KUMA has no event field "${name.slice(0, 80)}" (names are case-sensitive; own fields begin with ${own})`;
        report(path, "unknown_field", message, nearestName(name, catalogue.names));
      }
      return type;
    },
  };
}
