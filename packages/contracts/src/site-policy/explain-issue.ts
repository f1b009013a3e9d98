import { ACTION_KINDS } from "@cordon/core/action";
import { nearestName } from "@cordon/core/rules";
import type { z } from "zod";
import { type RuleFileProblemCode, withSuggestion } from "../rules/rule-file-problem.ts";
import {
  capSchema,
  hoursSchema,
  limitsSchema,
  pathLimitsSchema,
  protectionSchema,
  sitePolicySchema,
  windowSchema,
} from "./site-policy-schema.ts";

/** A mistake in the file's value, not yet placed in its text. */
export interface PolicyProblem {
  readonly path: readonly (string | number | symbol)[];
  /** Unknown members are shown where their key is written. */
  readonly at: "key" | "value";
  readonly code: RuleFileProblemCode;
  readonly message: string;
}

/** What the schema says, in words for the person who wrote the file. */
export function explainIssue(issue: z.core.$ZodIssue, root: unknown): readonly PolicyProblem[] {
  const path = issue.path.filter((part): part is string | number => typeof part !== "symbol");
  const shape = (message: string): readonly PolicyProblem[] => [{ path, at: "value", code: "bad_shape", message }];
  const received = path.reduce<unknown>(
    (at, part) => (at as Record<string | number, unknown> | undefined)?.[part],
    root,
  );
  const name = path.findLast((part) => typeof part === "string") ?? "the file";
  if (issue.code === "unrecognized_keys") {
    const known = knownKeys(path);
    return issue.keys.map((key) => {
      const text = `there is no member "${key.slice(0, 80)}" here; known: ${known.join(", ")}`;
      return {
        path: [...path, key],
        at: "key",
        code: "unknown_key",
        message: withSuggestion(text, nearestName(key, known)),
      };
    });
  }
  if (received === undefined || received === null) return shape(`\`${name}\` is missing`);
  if (issue.code === "invalid_value") {
    const values = issue.values.map(String);
    const suggestion = typeof received === "string" ? nearestName(received, values) : undefined;
    return shape(withSuggestion(`${JSON.stringify(received)} is not one of ${values.join(", ")}`, suggestion));
  }
  if (issue.code === "invalid_type") return shape(`must be ${NOUNS[issue.expected] ?? issue.expected}`);
  return shape(issue.message);
}

const NOUNS: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  array: "a list",
  object: "a map",
};

function knownKeys([section, second, third]: readonly (string | number)[]): readonly string[] {
  if (section === undefined) return Object.keys(sitePolicySchema.shape);
  if (section === "protect") return Object.keys(protectionSchema.shape);
  if (section === "caps") return Object.keys(capSchema.shape);
  if (section === "hours") return Object.keys((third === undefined ? hoursSchema : windowSchema).shape);
  if (second === "isolateHost") return ["duration", "hold"];
  if (second === "iocScan") return ["indicators"];
  const isKind = (ACTION_KINDS as readonly unknown[]).includes(second);
  return Object.keys((isKind ? pathLimitsSchema : limitsSchema).shape);
}
