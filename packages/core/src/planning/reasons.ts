import type { ActionKind } from "../action/index.ts";
import type { Standing } from "./chain-walk.ts";
import type { DecisionReason, Objection } from "./decision.ts";
import type { MappedArguments } from "./map-arguments.ts";
import type { EndpointCandidate, Resolution, TargetTrace } from "./resolution.ts";

/** Why no endpoint was found, for a person: what was looked for, what was found instead, and the mend. */
export function explainResolution(resolution: Exclude<Resolution, { kind: "resolved" }>): DecisionReason {
  switch (resolution.kind) {
    case "ambiguous": {
      const { candidates, trace } = resolution;
      const message =
        candidates.length === 1
          ? `${printTrace(trace)} is known at one site, but a private address alone may be another machine at another site: ${printCandidates(candidates)}. Add a site hint to the rule's target.`
          : `${printTrace(trace)} fits ${candidates.length} endpoints: ${printCandidates(candidates)}. Let the event carry the host id, or add a site hint to the rule's target.`;
      return { code: "endpoint.ambiguous", message, details: { candidates, trace } };
    }
    case "not_found": {
      const message = `No endpoint of the inventory fits ${resolution.tried.map(printTrace).join(" or ")}. Check the name; a new endpoint appears after its site's next inventory.`;
      return { code: "endpoint.not_found", message, details: { tried: resolution.tried } };
    }
    case "no_target": {
      const fields = resolution.fields.join(", ");
      const message = `The event names no endpoint: the rule looks at ${fields}, and none of them holds a usable value. Let the KUMA rule propagate one of them.`;
      return { code: "endpoint.no_target", message, details: { fields: resolution.fields } };
    }
  }
}

/** Why the arguments could not be made: each argument, and the event field that should have brought it. */
export function explainArguments(
  kind: ActionKind,
  mapped: Exclude<MappedArguments, { kind: "mapped" }>,
): DecisionReason {
  if (mapped.kind === "missing") {
    const each = mapped.missing.map(({ argument, fields, form }) => {
      const kindOfValue = form === undefined ? "" : `, as ${form}`;
      return `\`${argument}\` (from ${fields.join(" or ")}${kindOfValue})`;
    });
    const message = `${kind} lacks ${each.join(", ")}: the event does not carry it. Let the KUMA rule propagate that field.`;
    return { code: "action.missing_argument", message, details: { missing: mapped.missing } };
  }
  const each = mapped.problems.map(({ argument, problem, fields }) => {
    const from = fields.length === 0 ? "" : ` (from ${fields.join(" or ")})`;
    return `\`${argument}\`${from} ${problem}`;
  });
  const message = `${kind} cannot be asked for: ${each.join("; ")}.`;
  return { code: "action.invalid_arguments", message, details: { problems: mapped.problems } };
}

/** What the place of an action in its chain means for it: nothing, a wait, or that it will never go out. */
export function explainStanding(standing: Standing): readonly Objection[] {
  switch (standing.kind) {
    case "free":
      return [];
    case "waits": {
      const { kind, actionId, onFailure } = standing.before;
      const which = actionId === undefined ? kind : `action ${actionId} (${kind})`;
      const then = onFailure === "stop" ? "has succeeded" : "has ended";
      const message = `It waits for ${which} of its chain: it goes out when that one ${then}.`;
      const details = actionId === undefined ? {} : { waitsFor: actionId };
      return [{ kind: "hold", reason: { code: "chain.waits", message, details } }];
    }
    case "stopped": {
      const { by, because } = standing;
      const message = `The ${by} before it in its chain is not ordered, and then the rest is not either: ${because.message}`;
      return [{ kind: "suppress", reason: { code: "chain.stopped", message, details: { because: because.code } } }];
    }
  }
}

function printTrace({ by, field, value, sites }: TargetTrace): string {
  const at = sites === undefined ? "" : ` at ${sites.join(", ")}`;
  return `${by} "${value.slice(0, 200)}" (${field})${at}`;
}

const SHOWN_MAX = 5;

function printCandidates(candidates: readonly EndpointCandidate[]): string {
  const shown = candidates
    .slice(0, SHOWN_MAX)
    .map(({ name, siteId, endpointId }) => `${name} (site ${siteId}, ${endpointId})`);
  const more = candidates.length - shown.length;
  return more > 0 ? `${shown.join(", ")} and ${more} more` : shown.join(", ");
}
