import { ruleRolloutPage, ruleRolloutWithSteps } from "@cordon/contracts/api";
import { AppError } from "@cordon/core/kernel";
import { apiPath } from "../api/api-client.ts";
import type { Host } from "../command/host.ts";
import { type Look, showOrWatch } from "../command/watch.ts";
import { EXIT } from "../exit-codes.ts";
import { formatRuleRollout } from "../show/rule-rollout.ts";

export function watchRollout(host: Host, rolloutId: string): Promise<void> {
  return showOrWatch(host, true, () => lookAtRollout(host, rolloutId));
}

/** How it stands; the program ends with 1 when it wants a person. */
export async function lookAtRollout(host: Host, rolloutId: string): Promise<Look> {
  const found = await (await host.api()).get(apiPath`/rule-rollouts/${rolloutId}`, ruleRolloutWithSteps);
  host.exitWith(found.state === "running" || found.state === "done" ? EXIT.ok : EXIT.no);
  return { value: found, text: () => formatRuleRollout(found, host.paint, host.clock.now()) };
}

/** The one that is named, or else the only one that has not ended. */
export async function rolloutMeant(host: Host, rolloutId: string | undefined): Promise<string> {
  if (rolloutId !== undefined) return rolloutId;
  const { items } = await (await host.api()).list("/rule-rollouts", ruleRolloutPage, { limit: LOOKED_BACK });
  const open = items.filter(({ state }) => state === "running" || state === "paused");
  const [only, second] = open.length === 0 ? items.slice(0, 1) : open;
  if (only === undefined) throw new AppError("rule_rollout.not_found", "there has been none yet");
  if (second === undefined) return only.rolloutId;
  const ids = open.map((one) => `${one.rolloutId}  ${one.tenants.map(({ tenantId }) => tenantId).join(", ")}`);
  throw new AppError("cli.usage", `several are under way; name one of them:\n${ids.join("\n")}`);
}

const LOOKED_BACK = 100;
