/** What every failure means, once: HTTP status, whether trying again helps, what people are told and what to do about it. */
export interface ErrorSpec {
  readonly http: number;
  /** `never`: the same call fails again. `backoff`: a passing trouble. `later`: wait until a named thing changes. */
  readonly retry: "never" | "backoff" | "later";
  readonly text: string;
  readonly mend: string;
}

export const ERROR_CODES = {
  "action.cancelled": {
    http: 409,
    retry: "never",
    text: "The action was cancelled before it was sent.",
    mend: "Nothing to do. Order it again if it is still wanted.",
  },
  "action.expired": {
    http: 410,
    retry: "never",
    text: "The action's deadline passed before it was sent.",
    mend: "Order it again if it is still wanted; look at the site's health to see what held it.",
  },
  "action.illegal_transition": {
    http: 409,
    retry: "never",
    text: "The action is not in a state that allows this.",
    mend: "Read the action's timeline; act on its present state.",
  },
  "action.invalid_arguments": {
    http: 422,
    retry: "never",
    text: "An argument of the action is missing or wrong.",
    mend: "Correct the named argument in the rule or the request.",
  },
  "action.not_found": {
    http: 404,
    retry: "never",
    text: "There is no such action.",
    mend: "Check the id and the tenant.",
  },
  "agent.not_enrolled": {
    http: 409,
    retry: "never",
    text: "This agent has no identity yet.",
    mend: "Run `cordon-agent enroll` with a fresh token.",
  },
  "config.invalid": {
    http: 500,
    retry: "never",
    text: "The configuration is wrong.",
    mend: "Correct the named field.",
  },
  "endpoint.ambiguous": {
    http: 422,
    retry: "never",
    text: "More than one endpoint fits the target.",
    mend: "Give the host id, or a site hint; the candidates are listed.",
  },
  "endpoint.no_target": {
    http: 422,
    retry: "never",
    text: "The event carries none of the fields that name the target.",
    mend: "Let the KUMA rule propagate one of the fields that the response rule's target names.",
  },
  "endpoint.not_found": {
    http: 404,
    retry: "never",
    text: "No endpoint fits the target.",
    mend: "Check the name and the site's inventory; a new endpoint appears after the agent's next inventory.",
  },
  "enrolment.bad_request": {
    http: 400,
    retry: "never",
    text: "The enrolment request is malformed.",
    mend: "Run `cordon-agent enroll` of the same release as the coordinator.",
  },
  "enrolment.ca_mismatch": {
    http: 502,
    retry: "never",
    text: "The coordinator shows another certificate authority than the token names.",
    mend: "Create a new token at this coordinator; if that does not help, something in between changes traffic.",
  },
  "enrolment.token_expired": {
    http: 401,
    retry: "never",
    text: "The enrolment token has expired.",
    mend: "Create a new token for the site.",
  },
  "enrolment.token_unknown": {
    http: 401,
    retry: "never",
    text: "The enrolment token is not known.",
    mend: "Copy the whole token, or create a new one for the site.",
  },
  "enrolment.token_used": {
    http: 401,
    retry: "never",
    text: "The enrolment token was used before.",
    mend: "Create a new token for the site; if you did not use the first, revoke that agent.",
  },
  "enrolment.unreachable": {
    http: 504,
    retry: "backoff",
    text: "The coordinator cannot be reached.",
    mend: "Check the address in the token, the port and the firewall.",
  },
  "event.bad_json": {
    http: 400,
    retry: "never",
    text: "The body is not valid JSON.",
    mend: "Send one JSON object, an array of them, or one object per line.",
  },
  "event.invalid": {
    http: 422,
    retry: "never",
    text: "The event does not have the shape of a KUMA event.",
    mend: "See the named field; the event is kept in quarantine and can be replayed.",
  },
  "event.too_large": {
    http: 413,
    retry: "never",
    text: "The event is larger than the limit.",
    mend: "KUMA's own limit is 4 MB an event; send fewer events per request.",
  },
  "identity.unreadable_authority": {
    http: 500,
    retry: "never",
    text: "The coordinator's certificate authority cannot be read.",
    mend: "Restore the named files from a backup; deleting both makes a new authority, and then every agent must enrol again.",
  },
  "input.invalid": { http: 400, retry: "never", text: "The request is wrong.", mend: "Correct the named field." },
  "input.invalid_id": { http: 400, retry: "never", text: "An id is malformed.", mend: "Correct the named id." },
  "intake.overloaded": {
    http: 429,
    retry: "backoff",
    text: "The intake is busy; nothing of this request was stored.",
    mend: "Send it again after Retry-After seconds.",
  },
  "intake.unauthorized": {
    http: 401,
    retry: "never",
    text: "The sender is not known.",
    mend: "Set the destination's user and password, secret path or client certificate in KUMA as the tenant's intake page shows.",
  },
  "internal.unexpected": {
    http: 500,
    retry: "never",
    text: "Something failed that should not fail.",
    mend: "Look at the log around this time and report it.",
  },
  "ksc.access_denied": {
    http: 502,
    retry: "never",
    text: "The agent's KSC account lacks a right.",
    mend: "Give the account the right that the log names; see the agent's `doctor`.",
  },
  "ksc.account_locked": {
    http: 502,
    retry: "later",
    text: "KSC has locked the agent's account after wrong passwords.",
    mend: "Correct the credentials, unlock the account in KSC, then restart the agent.",
  },
  "ksc.bad_credentials": {
    http: 502,
    retry: "never",
    text: "KSC refused the agent's user name or password.",
    mend: "Correct the agent's credential file and restart it. The agent does not try again by itself, so the account is not locked.",
  },
  "ksc.certificate_mismatch": {
    http: 502,
    retry: "never",
    text: "KSC shows another certificate than the one that is pinned.",
    mend: "If KSC's certificate was renewed, pin the new one; otherwise someone is in between.",
  },
  "ksc.effect_unknown": {
    http: 502,
    retry: "never",
    text: "KSC's answer was lost and the look-up did not settle whether the request arrived.",
    mend: "Look at the endpoint's incidents in KSC and settle the action by hand.",
  },
  "ksc.limit": {
    http: 502,
    retry: "backoff",
    text: "KSC reports that a limit is reached.",
    mend: "Wait, or raise the limit in KSC.",
  },
  "ksc.malformed_argument": {
    http: 502,
    retry: "never",
    text: "KSC did not accept an argument.",
    mend: "Check the site's request template; report it.",
  },
  "ksc.not_found": {
    http: 502,
    retry: "never",
    text: "KSC does not know the object.",
    mend: "It was deleted or belongs to another server; refresh the inventory.",
  },
  "ksc.not_permitted": {
    http: 502,
    retry: "never",
    text: "KSC does not permit the operation.",
    mend: "Check the account's rights and the object's state in KSC.",
  },
  "ksc.queue_full": {
    http: 503,
    retry: "backoff",
    text: "Too many calls wait for this KSC.",
    mend: "KSC is slow; the calls go out when it catches up.",
  },
  "ksc.session_lost": {
    http: 502,
    retry: "backoff",
    text: "The KSC session ended and one new login did not help.",
    mend: "Look at KSC's health and the account's state.",
  },
  "ksc.timeout": {
    http: 504,
    retry: "backoff",
    text: "KSC did not answer in time.",
    mend: "Check KSC's load and the network between agent and KSC.",
  },
  "ksc.unavailable": {
    http: 503,
    retry: "backoff",
    text: "KSC says that it is busy.",
    mend: "It is tried again by itself.",
  },
  "ksc.unexpected_reply": {
    http: 502,
    retry: "never",
    text: "KSC gave an answer that is not understood.",
    mend: "Check that the address is a KSC Open API port; report the log's excerpt.",
  },
  "ksc.unreachable": {
    http: 504,
    retry: "backoff",
    text: "KSC cannot be reached.",
    mend: "Check address, port 13299 and firewall; run the agent's `doctor`.",
  },
  "ksc.unsupported": {
    http: 501,
    retry: "never",
    text: "This KSC version does not have the call.",
    mend: "Upgrade KSC, or live without the feature.",
  },
  "ledger.full": {
    http: 409,
    retry: "later",
    text: "The endpoint has no task slot that this class may use.",
    mend: "It goes out when a slot frees; the earliest time is shown. Delete finished scan tasks in KSC to free slots sooner.",
  },
  "ledger.unreadable": {
    http: 500,
    retry: "never",
    text: "The ledger file cannot be read.",
    mend: "Free disk space or restore the file; the agent rebuilds the ledger from KSC when the file is gone.",
  },
  "queue.unavailable": {
    http: 503,
    retry: "backoff",
    text: "The queue cannot be reached.",
    mend: "Start Redis (or Postgres); what is stored is queued again by the sweep.",
  },
  "rules.invalid": {
    http: 422,
    retry: "never",
    text: "The rule set has mistakes; nothing of it was taken.",
    mend: "Correct each named line; the active rule set stays.",
  },
  "rules.not_found": {
    http: 404,
    retry: "never",
    text: "There is no such rule set.",
    mend: "List the rule sets of the tenant.",
  },
  "site.not_found": { http: 404, retry: "never", text: "There is no such site.", mend: "Check the id and the tenant." },
  "site.offline": {
    http: 409,
    retry: "later",
    text: "The site's agent is not connected.",
    mend: "What is queued goes out on its return; look at the agent's host.",
  },
  "store.unavailable": {
    http: 503,
    retry: "backoff",
    text: "The database cannot be reached.",
    mend: "Start Postgres; nothing was acknowledged that is not stored.",
  },
  "tenant.not_found": { http: 404, retry: "never", text: "There is no such tenant.", mend: "Check the id." },
  "wire.bad_frame": {
    http: 400,
    retry: "never",
    text: "A frame could not be decoded.",
    mend: "Agent and coordinator releases do not fit, or something in between changes traffic.",
  },
  "wire.frame_too_large": {
    http: 413,
    retry: "never",
    text: "A frame is larger than the limit.",
    mend: "Report it; the sender splits what is larger.",
  },
  "wire.too_many_frames": {
    http: 429,
    retry: "backoff",
    text: "The peer sends more frames per second than the limit.",
    mend: "Report it; the session is closed and opened again.",
  },
  "wire.unsupported_action": {
    http: 422,
    retry: "never",
    text: "The agent does not know this kind of action.",
    mend: "Upgrade the site's agent.",
  },
  "wire.unsupported_version": {
    http: 426,
    retry: "never",
    text: "Agent and coordinator have no protocol version in common.",
    mend: "Upgrade the older side.",
  },
} as const satisfies Record<string, ErrorSpec>;

export type ErrorCode = keyof typeof ERROR_CODES;
