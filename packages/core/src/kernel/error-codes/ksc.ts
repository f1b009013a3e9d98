import type { ErrorSpec } from "./error-spec.ts";

/** The Security Center, and the book of its tasks. */
export const KSC_CODES = {
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
  "ksc.already_exists": {
    http: 502,
    retry: "never",
    text: "KSC has such an object already.",
    mend: "Nothing to do if it is the wanted one; otherwise remove it in KSC.",
  },
  "ksc.answer_lost": {
    http: 504,
    retry: "backoff",
    text: "The connection to KSC broke after the request was sent, so its effect is not known.",
    mend: "Cordon looks for the effect at KSC before it sends anything again; check the network between agent and KSC.",
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
  "ksc.refused": {
    http: 502,
    retry: "never",
    text: "KSC refused the call with an error of its own.",
    mend: "Look up module and code, which the log names, in KSC's documentation.",
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
  "ledger.paced": {
    http: 429,
    retry: "later",
    text: "The endpoint has been given heavy work lately, so this action waits for its turn.",
    mend: "It goes out at the time that is shown. Pacing is set in the agent's configuration (ledger.pacing).",
  },
  "ledger.unreadable": {
    http: 500,
    retry: "never",
    text: "The ledger file cannot be read.",
    mend: "Free disk space or restore the file; the agent rebuilds the ledger from KSC when the file is gone.",
  },
  "ledger.unwritable": {
    http: 500,
    retry: "later",
    text: "The ledger cannot be written.",
    mend: "Free disk space on the agent's host, or make its state folder writable. A running agent goes on by itself then; it refuses new orders until it does.",
  },
} as const satisfies Record<string, ErrorSpec>;
