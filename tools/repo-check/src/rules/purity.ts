import { matches, type Rule } from "../violation.ts";

const IMPURE: readonly { readonly pattern: RegExp; readonly instead: string }[] = [
  { pattern: /\bDate\.now\(/g, instead: "take the time as an argument (`now: EpochMs` or `Clock`)" },
  { pattern: /\bnew Date\(\s*\)/g, instead: "take the time as an argument (`now: EpochMs` or `Clock`)" },
  { pattern: /\bMath\.random\(/g, instead: "take a `Random`" },
  { pattern: /\brandomUUID\(/g, instead: "take a `Random`, or derive the id" },
  { pattern: /\b(?:setTimeout|setInterval|setImmediate)\(/g, instead: "use the `Clock` that is handed in" },
  { pattern: /\bperformance\.now\(/g, instead: "use `Clock.monotonicMs()`" },
];

/** The system implementations of time and randomness, the one place that may touch the real ones. */
const SYSTEM_FILES = ["packages/core/src/kernel/clock.ts", "packages/core/src/kernel/random.ts"];

/** Time and randomness are arguments in everything that decides: only so can a seed replay it. */
export const purityRules: Rule = (workspace) =>
  workspace.sources
    .filter(
      ({ file, owner, isTest }) =>
        !isTest &&
        !SYSTEM_FILES.includes(file) &&
        (owner?.layer === "core" || owner?.layer === "use-cases" || file.startsWith("packages/protocol/src/session/")),
    )
    .flatMap((source) =>
      IMPURE.flatMap(({ pattern, instead }) =>
        matches(source, pattern, ([found]) => `${found}…) in deciding code: ${instead}`),
      ),
    );
