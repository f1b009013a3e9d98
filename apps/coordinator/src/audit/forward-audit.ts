import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import {
  type AuditForwarder,
  type AuditForwardStore,
  type AuditStore,
  createAuditForwarder,
} from "@cordon/coordinator-core";
import { AppError, type Clock, type Logger } from "@cordon/core/kernel";
import { VERSION } from "../start/version.ts";
import type { ForwardConfig } from "./forward-variables.ts";
import { sendTo } from "./send-forward.ts";

/** Starts it; undefined: nobody wants the audit forwarded. Throws `config.invalid` when the authorities' file cannot be read. */
export function forwardAudit(
  { auditForward }: { readonly auditForward: ForwardConfig | undefined },
  record: { readonly audit: AuditStore; readonly auditForward: AuditForwardStore },
  deps: { readonly clock: Clock; readonly logger: Logger },
): AuditForwarder | undefined {
  if (auditForward === undefined) return undefined;
  const { target, format, ca } = auditForward;
  const forwarder = createAuditForwarder({
    ...deps,
    store: record.auditForward,
    entries: record.audit,
    send: sendTo(target, ca === undefined ? undefined : readAuthorities(ca)),
    style: { format, host: hostname(), version: VERSION },
  });
  forwarder.start();
  return forwarder;
}

function readAuthorities(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new AppError("config.invalid", `CORDON_AUDIT_FORWARD_CA: ${file} cannot be read`, { cause });
  }
}
