import type { ErrorSpec } from "./error-spec.ts";

/** Rules, what they ask, and how they go over the fleet. */
export const RULES_CODES = {
  "canary.late": {
    http: 409,
    retry: "later",
    text: "A canary's probe was not proven before the next one was due.",
    mend: "Look at the timeline of its action and at the site's health: the last state that it came to names the part that stands still.",
  },
  "canary.no_slot": {
    http: 409,
    retry: "later",
    text: "No probe was sent: those of the last 30 days may still hold all slots that the canary is allowed.",
    mend: "Probe less often, or allow more slots when the site's agent deletes finished tasks.",
  },
  "canary.not_found": {
    http: 404,
    retry: "never",
    text: "The site has no canary.",
    mend: "Set one up: cordon canary set <site> --endpoint <endpoint>.",
  },
  "list.busy": {
    http: 429,
    retry: "later",
    text: "Another import is under way, and this coordinator does one at a time.",
    mend: "Try again in a minute.",
  },
  "list.exists": {
    http: 409,
    retry: "never",
    text: "The tenant has a list of this name already.",
    mend: "Change that one, or take another name.",
  },
  "list.full": {
    http: 409,
    retry: "later",
    text: "The lists would become larger than they may.",
    mend: "Remove what is not needed any more, or let entries expire. Nothing was changed.",
  },
  "list.in_use": {
    http: 409,
    retry: "later",
    text: "Rules in use need the list as it is.",
    mend: "Activate a rule set without the named rules first. Nothing was changed.",
  },
  "list.invalid": {
    http: 422,
    retry: "never",
    text: "The list or an entry is not right.",
    mend: "Correct what is named. Nothing was changed.",
  },
  "list.not_found": {
    http: 404,
    retry: "never",
    text: "There is no such list or entry.",
    mend: "Check the name, the key and the tenant: `cordon lists list`. Names and keys are exact, case and all.",
  },
  "plan.busy": {
    http: 409,
    retry: "later",
    text: "A plan or a replay of this tenant runs already, or the coordinator computes as many as it may.",
    mend: "Wait for it, or cancel it: `cordon plans list`.",
  },
  "plan.ended": {
    http: 409,
    retry: "never",
    text: "The plan has ended, or was cancelled.",
    mend: "Look at it with `cordon plans show`; plan again if it is still wanted.",
  },
  "plan.not_done": {
    http: 409,
    retry: "later",
    text: "The plan has no report, for it is not done.",
    mend: "Wait for its end; when it failed or was cancelled, plan again.",
  },
  "plan.not_found": {
    http: 404,
    retry: "never",
    text: "There is no such plan.",
    mend: "Compare the hash with what cordon plan printed, or plan again: plans are kept for a time.",
  },
  "plan.stale": {
    http: 409,
    retry: "never",
    text: "The world has moved on since the plan was computed; nothing was begun.",
    mend: "Plan again, read what has become of it, then apply with the new hash.",
  },
  "rule_rollout.busy": {
    http: 409,
    retry: "later",
    text: "Another rollout of rule sets has this tenant.",
    mend: "Look at it with cordon rollout status; wait until it is done, or roll it back. Then plan and apply again.",
  },
  "rule_rollout.illegal": {
    http: 409,
    retry: "never",
    text: "The rollout of rule sets is not in a state that allows this.",
    mend: "Look at it with cordon rollout status; it lists what can be done now.",
  },
  "rule_rollout.not_found": {
    http: 404,
    retry: "never",
    text: "There is no such rollout of rule sets.",
    mend: "List them with cordon rollout list.",
  },
  "rule_rollout.not_planned": {
    http: 409,
    retry: "never",
    text: "The files are not what the plan was computed for; nothing was begun.",
    mend: "Plan these files, read what the plan says, then apply with its hash.",
  },
  "rule_rollout.prune_needed": {
    http: 409,
    retry: "never",
    text: "Rules that are in force would go, and nobody asked for that.",
    mend: "Put the named rules back into the files; or, when they are to go, apply again with --prune.",
  },
  "rule_rollout.refused": {
    http: 422,
    retry: "never",
    text: "The rollout cannot be done like that; nothing was begun.",
    mend: "Correct each named wave, then apply again.",
  },
  "rules.invalid": {
    http: 422,
    retry: "never",
    text: "The rule set has mistakes; nothing of it was taken.",
    mend: "Correct each named line; the active rule set stays.",
  },
  "rules.lists_unmet": {
    http: 409,
    retry: "later",
    text: "The tenant's lists are not as the rules need them.",
    mend: "Create the named lists or columns, then activate the set again: `cordon lists create`.",
  },
  "rules.not_found": {
    http: 404,
    retry: "never",
    text: "There is no such rule set.",
    mend: "List the rule sets of the tenant.",
  },
} as const satisfies Record<string, ErrorSpec>;
