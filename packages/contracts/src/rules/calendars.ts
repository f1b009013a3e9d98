import {
  type Calendar,
  isDate,
  type Parsed,
  parseSpan,
  parseZone,
  type RulePath,
  type WeekSpan,
} from "@cordon/core/rules";
import type { YamlFile } from "./read-yaml.ts";
import { printPath, type RuleFile, type RuleFileProblem, withSuggestion } from "./rule-file-problem.ts";
import { calendarSchema } from "./rule-file-schema.ts";
import { isObject } from "./schema-problems.ts";

/** A calendar as one file defines it. */
export interface DefinedCalendar {
  readonly name: string;
  readonly input: unknown;
  readonly file: RuleFile;
  readonly yaml: YamlFile;
}

export function definedCalendars(value: unknown, file: RuleFile, yaml: YamlFile): readonly DefinedCalendar[] {
  if (!isObject(value) || !isObject(value.calendars)) return [];
  return Object.entries(value.calendars).map(([name, input]) => ({ name, input, file, yaml }));
}

/** The calendars of a whole set by name. What has the wrong shape was reported with the file's shape and is left out. */
export function readCalendars(
  defined: readonly DefinedCalendar[],
  problems: RuleFileProblem[],
): Readonly<Record<string, Calendar>> {
  const calendars = new Map<string, Calendar>();
  const first = new Map<string, DefinedCalendar>();
  for (const one of defined) {
    const { name, file, yaml } = one;
    const report = (path: RulePath, code: RuleFileProblem["code"], message: string, suggestion?: string): void => {
      const whole = ["calendars", name, ...path];
      const place = yaml.position(whole, path.length === 0 ? "key" : "value");
      problems.push({
        file: file.name,
        ...place,
        path: printPath(whole),
        code,
        message: withSuggestion(message, suggestion),
      });
    };
    const earlier = first.get(name);
    if (earlier !== undefined) {
      const { line } = earlier.yaml.position(["calendars", name], "key");
      report([], "duplicate_id", `the calendar "${name}" is defined already, at ${earlier.file.name}:${line}`);
      continue;
    }
    first.set(name, one);
    const parsed = calendarSchema.safeParse(one.input);
    if (!parsed.success) continue;
    const { zone, spans, except } = parsed.data;
    const take = <T>(read: Parsed<T>, path: RulePath): readonly T[] => {
      if (read.ok) return [read.value];
      report(path, "bad_calendar", read.problem, read.suggestion);
      return [];
    };
    take(parseZone(zone), ["zone"]);
    const weekSpans = spans.flatMap((span, index): readonly WeekSpan[] => take(parseSpan(span), ["spans", index]));
    for (const [index, day] of (except ?? []).entries()) {
      if (!isDate(day)) report(["except", index], "bad_calendar", `"${day}" is no day; write it like '2026-12-25'`);
    }
    calendars.set(name, { zone, spans: weekSpans, ...(except === undefined ? {} : { except }) });
  }
  return Object.fromEntries(calendars);
}
