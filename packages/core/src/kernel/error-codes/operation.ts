import type { ErrorSpec } from "./error-spec.ts";

/** The parts that all else stands on. */
export const OPERATION_CODES = {
  "audit.forward_failed": {
    http: 503,
    retry: "backoff",
    text: "The collector did not take the audit entries.",
    mend: "Nothing is lost: they are sent again. Check that CORDON_AUDIT_FORWARD names a collector that listens, its certificate, and that it ends a connection when the sender has ended it.",
  },
  "audit.not_found": {
    http: 404,
    retry: "never",
    text: "The chain has no such entry.",
    mend: "`cordon audit status` shows how far the chain goes; what was over age is gone (docs/audit.md).",
  },
  "cli.certificate_untrusted": {
    http: 502,
    retry: "never",
    text: "The coordinator's certificate is not one that this profile trusts; nothing was sent.",
    mend: "Bring the coordinator's ca.pem (its start names the file) over a way that you trust and log in with `--ca-file`, or with its SHA-256 as `--ca-pin`. If that fails too, somebody else answers at this address.",
  },
  "cli.endpoint_ambiguous": {
    http: 409,
    retry: "never",
    text: "More than one endpoint fits this name.",
    mend: "Name one of them as site/hostId.",
  },
  "cli.not_confirmed": {
    http: 409,
    retry: "never",
    text: "This was not confirmed, so nothing was done.",
    mend: "Answer yes, or give `--yes` where nobody can be asked.",
  },
  "cli.not_logged_in": {
    http: 401,
    retry: "never",
    text: "It is not known which coordinator is meant, or how to log in to it.",
    mend: "Run `cordon login`, or set CORDON_COORDINATOR_URL and CORDON_TOKEN_FILE.",
  },
  "cli.profile_invalid": {
    http: 400,
    retry: "never",
    text: "The file with the profiles cannot be used.",
    mend: "Correct what is named; or remove the file and run `cordon login` again.",
  },
  "cli.timed_out": {
    http: 504,
    retry: "later",
    text: "What was waited for did not happen in time; it may still happen.",
    mend: "Look again later, or wait longer with a larger `--timeout`.",
  },
  "cli.unexpected_answer": {
    http: 502,
    retry: "never",
    text: "What answered is not a coordinator, or one of another version than this program.",
    mend: "Check the address; use the `cordon` that came with the coordinator.",
  },
  "cli.unreachable": {
    http: 504,
    retry: "backoff",
    text: "The coordinator does not answer.",
    mend: "Check the address, that the coordinator runs, and what stands between; then try again.",
  },
  "cli.usage": {
    http: 400,
    retry: "never",
    text: "This cannot be asked in this way.",
    mend: "Add `--help` to see how.",
  },
  "config.invalid": {
    http: 500,
    retry: "never",
    text: "The configuration is wrong.",
    mend: "Correct the named field.",
  },
  "coordinator.already_running": {
    http: 409,
    retry: "never",
    text: "Another coordinator runs on this data directory.",
    mend: "Stop the other one, or give this one a data directory of its own (CORDON_DATA_DIR).",
  },
  "internal.unexpected": {
    http: 500,
    retry: "never",
    text: "Something failed that should not fail.",
    mend: "Look at the log around this time and report it.",
  },
  "queue.unavailable": {
    http: 503,
    retry: "backoff",
    text: "The queue cannot be reached.",
    mend: "Start Redis (or Postgres); what is stored is queued again by the sweep.",
  },
  "store.unavailable": {
    http: 503,
    retry: "backoff",
    text: "The database cannot be reached.",
    mend: "Start Postgres; nothing was acknowledged that is not stored.",
  },
} as const satisfies Record<string, ErrorSpec>;
