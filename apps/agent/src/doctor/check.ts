/** One line of the doctor: what was looked at, how it stands, and what to do if it does not. */
export interface CheckResult {
  readonly name: string;
  readonly outcome: "ok" | "warning" | "failed" | "skipped";
  readonly text: string;
  readonly mend?: string;
}

export interface Check {
  readonly name: string;
  /** Names of checks without which this one says nothing. */
  readonly needs: readonly string[];
  run(signal: AbortSignal): Promise<Omit<CheckResult, "name">>;
}

/** One check may take this long; a dead host must not keep a person waiting for the rest. */
const CHECK_MS = 20_000;

/** Runs the checks in order; what rests on a failed one is skipped and says so. */
export async function runChecks(checks: readonly Check[], onResult: (result: CheckResult) => void): Promise<boolean> {
  const unusable = new Set<string>();
  let healthy = true;
  for (const check of checks) {
    const missing = check.needs.find((name) => unusable.has(name));
    const result: CheckResult =
      missing === undefined
        ? { name: check.name, ...(await attempt(check)) }
        : { name: check.name, outcome: "skipped", text: `not tried, because ${missing} failed` };
    if (result.outcome === "failed" || result.outcome === "skipped") unusable.add(check.name);
    if (result.outcome === "failed") healthy = false;
    onResult(result);
  }
  return healthy;
}

async function attempt(check: Check): Promise<Omit<CheckResult, "name">> {
  try {
    return await check.run(AbortSignal.timeout(CHECK_MS));
  } catch (error) {
    return { outcome: "failed", text: error instanceof Error ? error.message : String(error) };
  }
}

export function formatCheck({ name, outcome, text, mend }: CheckResult): string {
  const mark = { ok: "ok     ", warning: "WARNING", failed: "FAILED ", skipped: "skipped" }[outcome];
  return `${mark} ${name.padEnd(22)} ${text}${mend === undefined ? "" : `\n${" ".repeat(31)}→ ${mend}`}`;
}
