import type { Clock, Logger } from "@cordon/core/kernel";
import { createRepeating, type Repeating } from "../repeating.ts";
import type { LoginDesk } from "./login-desk.ts";

const EVERY_MS = 600_000;

/** Removes sessions and codes that have ended. Any number of processes may run it. */
export function createLoginWatch(deps: {
  readonly desk: Pick<LoginDesk, "tidy">;
  readonly clock: Clock;
  readonly logger: Logger;
}): Pick<Repeating, "start" | "stop"> {
  return createRepeating({
    clock: deps.clock,
    restMs: EVERY_MS,
    work: deps.desk.tidy,
    onFailure: (error) => deps.logger.error("login.tidy", { error }),
  });
}
