import type { action } from "@cordon/contracts/api";
import type { z } from "zod";
import { formatAction } from "../show/action.ts";
import { followAction } from "./follow-action.ts";
import type { Host } from "./host.ts";

interface Options {
  readonly wait?: boolean | undefined;
  /** In milliseconds. */
  readonly timeout?: number | undefined;
}

/** What was ordered by hand, or with `wait` what becomes of it. */
export async function tellOrdered(host: Host, ordered: z.output<typeof action>, options: Options): Promise<void> {
  const { actionId, state } = ordered;
  if (options.wait === true) {
    if (!host.json) host.out(`Ordered: ${actionId}`);
    await followAction(host, actionId, options.timeout);
    return;
  }
  const next =
    state === "held"
      ? `It waits for others. Who is asked: cordon approvals show ${actionId}`
      : `Ordered is not done. Follow it: cordon actions watch ${actionId}`;
  host.print(ordered, () => [formatAction(ordered, host.paint, host.clock.now()), "", next].join("\n"));
}
