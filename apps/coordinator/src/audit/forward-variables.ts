import { FORWARD_FORMATS, type ForwardFormat } from "@cordon/core/audit";
import { isThisMachine } from "@cordon/core/kernel";
import * as z from "zod";

/** Where the audit is sent to, by environment variable; part of the schema of `config.ts`. docs/audit-forward.md tells them by example. */
export const FORWARD_VARIABLES = {
  /** `tls://host:port` or `tcp://host:port` of a collector that every chain is sent to. Left out: none. */
  CORDON_AUDIT_FORWARD: z
    .string()
    .transform((text, context) => {
      const target = readTarget(text);
      if (target !== undefined) return target;
      context.addIssue({ code: "custom", message: "must be tls://host:port or tcp://host:port" });
      return z.NEVER;
    })
    .optional(),
  /** `cef`: a line each, as KUMA takes it. `syslog`: messages of RFC 5424, each behind its length. */
  CORDON_AUDIT_FORWARD_FORMAT: z.enum(FORWARD_FORMATS).default("cef"),
  /** A file of PEM: the authorities that the collector's certificate may be of. Left out: those that Node knows. */
  CORDON_AUDIT_FORWARD_CA: z.string().min(1).optional(),
} as const;

export interface ForwardTarget {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
}

export interface ForwardConfig {
  readonly target: ForwardTarget;
  readonly format: ForwardFormat;
  /** Of a file. */
  readonly ca: string | undefined;
}

const variables = z.object(FORWARD_VARIABLES);
type ForwardValues = z.output<typeof variables>;

const TARGET = /^(tls|tcp):\/\/(?:\[([0-9a-f:.]+)\]|([a-z0-9.-]+)):(\d{1,5})\/?$/i;

function readTarget(text: string): ForwardTarget | undefined {
  const [, scheme, address, name, digits] = TARGET.exec(text) ?? [];
  const [host, port] = [address ?? name, Number(digits)];
  if (host === undefined || port < 1 || port > 65_535) return undefined;
  return { host, port, tls: scheme?.toLowerCase() === "tls" };
}

/** The audit names people and machines: it does not go to another machine in the open unless that is wanted. */
export function forwardProblems(values: ForwardValues, plaintextAllowed: boolean): readonly string[] {
  const { CORDON_AUDIT_FORWARD: target, CORDON_AUDIT_FORWARD_CA: ca } = values;
  if (target === undefined)
    return ca === undefined ? [] : ["CORDON_AUDIT_FORWARD_CA means nothing without CORDON_AUDIT_FORWARD"];
  if (!target.tls && ca !== undefined) return ["CORDON_AUDIT_FORWARD_CA means nothing with tcp://"];
  if (target.tls || plaintextAllowed || isThisMachine(target.host)) return [];
  return [
    "CORDON_AUDIT_FORWARD leads to another machine in plain text: use tls://, or set CORDON_PLAINTEXT_SERVERS=allowed",
  ];
}

export function toForwardConfig(values: ForwardValues): ForwardConfig | undefined {
  const { CORDON_AUDIT_FORWARD: target, CORDON_AUDIT_FORWARD_FORMAT: format, CORDON_AUDIT_FORWARD_CA: ca } = values;
  return target === undefined ? undefined : { target, format, ca };
}
