import { type AppError, asAppError } from "@cordon/core/kernel";
import * as z from "zod";
import { ApiFailure } from "../api/api-failure.ts";
import { plain } from "./plain-text.ts";

interface Told {
  readonly code: string;
  readonly message: string;
  readonly mend: string;
  /** What exactly, when it adds something to the message. */
  readonly what?: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** For people: what is wrong, where, and the mend. */
export function formatFailure(thrown: unknown): string {
  const { code, message, mend, what, details } = tell(thrown);
  const lines = [`cordon: ${plain(message)} (${code})`];
  if (what !== undefined) lines.push(...what.split("\n").map((line) => `  ${plain(line)}`));
  lines.push(...formatDetails(details).map((line) => `  ${plain(line)}`), `  → ${plain(mend)}`);
  return lines.join("\n");
}

/** For machines: the same shape as the API's. */
export function failureJson(thrown: unknown): string {
  const { what, ...told } = tell(thrown);
  return JSON.stringify({ error: { ...told, ...(what === undefined ? {} : { what }) } });
}

function tell(thrown: unknown): Told {
  if (thrown instanceof ApiFailure) {
    const { code, message, mend, details } = thrown.body;
    const shown = code === "api.unauthorized" ? { message, mend: UNAUTHORIZED_MEND } : { message, mend };
    return { code, ...shown, ...(details === undefined ? {} : { details }) };
  }
  const error: AppError = asAppError(thrown);
  const what = error.message.slice(error.code.length + 2);
  const details = Object.keys(error.details).length === 0 ? {} : { details: error.details };
  return {
    code: error.code,
    message: error.spec.text,
    mend: error.spec.mend,
    ...details,
    ...(what === "" ? {} : { what }),
  };
}

/** The API's own speaks of a header. */
const UNAUTHORIZED_MEND =
  "Run `cordon login` again with the token from the file that the coordinator names at its start (or correct CORDON_TOKEN_FILE).";

const field = z.object({ path: z.string(), message: z.string() });
const ruleProblem = z.object({ file: z.string(), line: z.number(), column: z.number(), message: z.string() });
const argumentProblem = z.object({ argument: z.string(), problem: z.string() });
const shapes = z.object({
  fields: z.array(field).optional(),
  problems: z.array(z.union([ruleProblem, argumentProblem, z.string()])).optional(),
});

/** Where the request was wrong, without the parts of HTTP that people do not see. */
const PLACES = /^(?:body|querystring|params)\./;

function formatDetails(details: Told["details"]): readonly string[] {
  if (details === undefined) return [];
  const known = shapes.safeParse(details);
  const { fields, problems } = known.success ? known.data : {};
  const lines = [
    ...(fields ?? []).map(({ path, message }) => `${path.replace(PLACES, "")}: ${message}`),
    ...(problems ?? []).map((problem) => {
      if (typeof problem === "string") return problem;
      if ("argument" in problem) return `${problem.argument}: ${problem.problem}`;
      return `${problem.file}:${problem.line}:${problem.column}: ${problem.message}`;
    }),
  ];
  const rest = Object.entries(details).filter(
    ([name]) => !(known.success && (name === "fields" || name === "problems")),
  );
  return [
    ...lines,
    ...rest.map(([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`),
  ];
}
