/** What every failure means, once: HTTP status, whether trying again helps, what people are told and what to do about it. */
export interface ErrorSpec {
  readonly http: number;
  /** `never`: the same call fails again. `backoff`: a passing trouble. `later`: wait until a named thing changes. */
  readonly retry: "never" | "backoff" | "later";
  readonly text: string;
  readonly mend: string;
}
